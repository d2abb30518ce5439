//! Which plugin has which routes.

use std::sync::{Mutex, MutexGuard, PoisonError};

use orchestrator_protocol::session::RouteInfo;

use super::pattern::Pattern;
use crate::event::PluginName;
use crate::plugin::manager::Clash;

/// The most routes of one plugin that are served.
const MOST_ROUTES: usize = 1000;

/// The plugins' routes, in the order in which the plugins first came into use in this host. A plugin keeps its place when
/// it goes, so that what is its own is its own again when it comes back.
#[derive(Debug, Default)]
pub(in crate::orchestrator::host) struct RouteTable {
    plugins: Mutex<Vec<Entry>>,
}

#[derive(Debug)]
struct Entry {
    plugin: PluginName,
    routes: Vec<Mounted>,
    in_use: bool,
}

#[derive(Debug, Clone)]
struct Mounted {
    info: RouteInfo,
    pattern: Pattern,
}

/// A route as it stands.
#[derive(Debug)]
pub(super) struct Listed {
    pub plugin: PluginName,
    pub info: RouteInfo,
    /// Who had it first.
    pub shadowed_by: Option<PluginName>,
}

/// A plugin that may be asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Candidate {
    pub plugin: PluginName,
    pub route: RouteInfo,
    /// Otherwise it had the route when it last ran.
    pub in_use: bool,
}

/// Who may answer a request.
#[derive(Debug, Default)]
pub(super) struct Candidates {
    /// The one to ask first; of each plugin one route.
    pub plugins: Vec<Candidate>,
    /// What the path takes instead, if it does not take the method.
    pub other_methods: Vec<String>,
}

impl RouteTable {
    /// Takes a plugin's routes into use, in the place of those that it had. Answers with those that others had first.
    pub fn put(&self, plugin: &PluginName, routes: &[RouteInfo]) -> Vec<Clash> {
        if routes.len() > MOST_ROUTES {
            tracing::warn!(%plugin, "it has {} routes; the first {MOST_ROUTES} are served", routes.len());
        }
        let mounted = |info: &RouteInfo| Some(Mounted { info: info.clone(), pattern: Pattern::new(&info.path)? });
        let routes: Vec<_> = routes.iter().take(MOST_ROUTES).filter_map(mounted).collect();
        let mut plugins = self.plugins();
        let entry = Entry { plugin: plugin.clone(), routes, in_use: true };
        let place = plugins.iter().position(|known| known.plugin == *plugin);
        let place = match place {
            Some(place) => {
                plugins[place] = entry;
                place
            }
            None => {
                plugins.push(entry);
                plugins.len() - 1
            }
        };
        let clash = |route: &Mounted| {
            let holder = Some(holder(&plugins, place, route)?.clone());
            Some(Clash { what: format!("the route {} {}", route.info.method, route.info.path), holder })
        };
        plugins[place].routes.iter().filter_map(clash).collect()
    }

    /// Takes a plugin's routes out of use.
    pub fn withdraw(&self, plugin: &PluginName) {
        if let Some(entry) = self.plugins().iter_mut().find(|known| known.plugin == *plugin) {
            entry.in_use = false;
        }
    }

    /// The routes in use.
    pub(super) fn listed(&self) -> Vec<Listed> {
        let plugins = self.plugins();
        let in_use = plugins.iter().enumerate().filter(|(_, entry)| entry.in_use);
        let listed = |(place, entry): (usize, &Entry)| {
            let one = |route: &Mounted| Listed {
                plugin: entry.plugin.clone(),
                info: route.info.clone(),
                shadowed_by: holder(&plugins, place, route).cloned(),
            };
            entry.routes.iter().map(one).collect::<Vec<_>>()
        };
        in_use.flat_map(listed).collect()
    }

    /// Who may answer a request for this path, which was decoded: first whose pattern fixes most of it, then who came
    /// first.
    pub(super) fn candidates(&self, method: &str, path: &str) -> Candidates {
        let plugins = self.plugins();
        let mut found: Vec<(&Mounted, Candidate)> = Vec::new();
        let mut other_methods = Vec::new();
        for entry in plugins.iter() {
            let matching = entry.routes.iter().filter(|route| route.pattern.matches(path));
            let mut best: Option<&Mounted> = None;
            for route in matching {
                if !takes(&route.info.method, method) {
                    if entry.in_use {
                        other_methods.push(route.info.method.clone());
                    }
                } else if best.is_none_or(|best| best.pattern.by_how_much_is_fixed(&route.pattern).is_lt()) {
                    best = Some(route);
                }
            }
            if let Some(route) = best {
                let (plugin, in_use) = (entry.plugin.clone(), entry.in_use);
                found.push((route, Candidate { plugin, route: route.info.clone(), in_use }));
            }
        }
        // Stable: those that fix as much stay in the plugins' order.
        found.sort_by(|(one, _), (other, _)| other.pattern.by_how_much_is_fixed(&one.pattern));
        if !found.is_empty() {
            other_methods.clear();
        }
        other_methods.sort();
        other_methods.dedup();
        Candidates { plugins: found.into_iter().map(|(_, candidate)| candidate).collect(), other_methods }
    }

    fn plugins(&self) -> MutexGuard<'_, Vec<Entry>> {
        // Nothing that holds the lock can panic half way through a change.
        self.plugins.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The plugin that is asked instead of the one at `place`, if it is not the first to have the route.
fn holder<'a>(plugins: &'a [Entry], place: usize, route: &Mounted) -> Option<&'a PluginName> {
    let has_it = |held: &Mounted| {
        held.pattern.is_same(&route.pattern) && (held.info.method == "*" || held.info.method == route.info.method)
    };
    let earlier = plugins[..place].iter().filter(|entry| entry.in_use);
    earlier.filter(|entry| entry.routes.iter().any(has_it)).map(|entry| &entry.plugin).next()
}

/// Whoever answers GET is asked for HEAD as well: it answers the same without a body, or says that it does not.
fn takes(route: &str, method: &str) -> bool {
    route == "*"
        || route.eq_ignore_ascii_case(method)
        || method.eq_ignore_ascii_case("HEAD") && route.eq_ignore_ascii_case("GET")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(name: &str) -> PluginName {
        name.parse().unwrap()
    }

    fn routes(routes: &[&str]) -> Vec<RouteInfo> {
        let one = |route: &&str| {
            let (method, path) = route.split_once(' ').unwrap();
            RouteInfo { method: method.into(), path: path.into(), description: String::new() }
        };
        routes.iter().map(one).collect()
    }

    fn asked(table: &RouteTable, method: &str, path: &str) -> Vec<String> {
        let plugins = table.candidates(method, path).plugins;
        plugins.iter().map(|found| format!("{} {}", found.plugin, found.route.path)).collect()
    }

    #[test]
    fn the_first_to_have_a_route_keeps_it_also_when_it_was_gone_for_a_while() {
        let table = RouteTable::default();
        assert_eq!(table.put(&name("zebra"), &routes(&["GET /a/{id}"])), []);
        let clashes = table.put(&name("ant"), &routes(&["GET /a/{other}", "POST /a/{id}", "* /a/{all}"]));
        assert_eq!(clashes.len(), 1, "{clashes:?}");
        assert_eq!((&*clashes[0].what, &clashes[0].holder), ("the route GET /a/{other}", &Some(name("zebra"))));
        assert_eq!(asked(&table, "GET", "/a/1"), ["zebra /a/{id}", "ant /a/{other}"]);
        assert_eq!(asked(&table, "POST", "/a/1"), ["ant /a/{id}"]);

        table.withdraw(&name("zebra"));
        assert!(table.listed().iter().all(|route| route.plugin == name("ant") && route.shadowed_by.is_none()));
        assert!(!table.candidates("GET", "/a/1").plugins[0].in_use);
        table.put(&name("zebra"), &routes(&["GET /a/{id}"]));
        let shadowed: Vec<_> = table.listed().into_iter().filter(|route| route.shadowed_by.is_some()).collect();
        assert_eq!((shadowed.len(), &*shadowed[0].info.path), (1, "/a/{other}"), "{shadowed:?}");
    }

    #[test]
    fn a_pattern_that_fixes_more_goes_before_one_that_was_there_first() {
        let table = RouteTable::default();
        table.put(&name("first"), &routes(&["* /files/{path:path}", "GET /files/{name}"]));
        table.put(&name("second"), &routes(&["GET /files/index"]));
        assert!(table.listed().iter().all(|route| route.shadowed_by.is_none()));
        assert_eq!(asked(&table, "GET", "/files/index"), ["second /files/index", "first /files/{name}"]);
        assert_eq!(asked(&table, "PUT", "/files/a/b"), ["first /files/{path:path}"]);
    }

    #[test]
    fn a_path_that_takes_other_methods_says_which() {
        let table = RouteTable::default();
        table.put(&name("one"), &routes(&["GET /a", "POST /a", "GET /b"]));
        assert_eq!(table.candidates("PUT", "/a").other_methods, ["GET", "POST"]);
        assert_eq!(asked(&table, "HEAD", "/a"), ["one /a"]);
        let nowhere = table.candidates("PUT", "/c");
        assert!(nowhere.plugins.is_empty() && nowhere.other_methods.is_empty());
    }
}

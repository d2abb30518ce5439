//! Which paths a route answers: `/pages/{id}` one part, `/files/{path:path}` all that follows.

use std::cmp::Ordering;

use percent_encoding::percent_decode_str;
use regex::Regex;

/// The longest pattern that is understood, in bytes.
const LONGEST: usize = 2 * 1024;

/// A route's path, ready to be compared.
#[derive(Debug, Clone)]
pub(super) struct Pattern {
    regex: Regex,
    /// The path without its parameters' names: two with the same shape answer the same paths.
    shape: String,
    /// How much each part of the path fixes.
    rank: Vec<Fixed>,
}

/// How much one part of a pattern fixes, the least first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Fixed {
    /// `{name:path}`, which takes everything.
    Nothing,
    /// `{name}`
    Part,
    /// `{name:int}`
    Kind,
    /// `v{name}`
    Some,
    All,
}

/// What a parameter stands for.
#[derive(Clone, Copy)]
struct Parameter<'a> {
    kind: &'a str,
    regex: &'static str,
    fixed: Fixed,
}

impl Pattern {
    /// None for a path that is too long.
    pub fn new(path: &str) -> Option<Self> {
        if path.len() > LONGEST {
            return None;
        }
        let (mut regex, mut shape, mut rank) = (r"\A".to_owned(), String::new(), Vec::new());
        // No parameter has a slash in it, so each part can be looked at alone.
        for (place, part) in path.split('/').enumerate() {
            if place > 0 {
                regex.push('/');
                shape.push('/');
            }
            rank.push(add_part(part, &mut regex, &mut shape));
        }
        regex.push_str(r"\z");
        Some(Pattern { regex: Regex::new(&regex).ok()?, shape, rank })
    }

    /// Whether the route is for this path, which was decoded.
    pub fn matches(&self, path: &str) -> bool {
        self.regex.is_match(path)
    }

    pub fn is_same(&self, other: &Pattern) -> bool {
        self.shape == other.shape
    }

    /// Greater is the one that fixes more, from the path's beginning on.
    pub fn by_how_much_is_fixed(&self, other: &Pattern) -> Ordering {
        self.rank.cmp(&other.rank)
    }
}

/// The path as routers see it, Python's and ours: an encoded slash parts it as well, and what is no encoding stays.
pub(super) fn decoded(path: &str) -> String {
    percent_decode_str(path).decode_utf8_lossy().into_owned()
}

fn add_part(part: &str, regex: &mut String, shape: &mut String) -> Fixed {
    let (mut least, mut rest, mut is_whole) = (Fixed::All, part, true);
    while let Some((before, name, after)) = first_parameter(rest) {
        let Parameter { kind, regex: one, fixed } = parameter(name);
        regex.push_str(&regex::escape(before));
        regex.push_str(one);
        shape.push_str(before);
        shape.push_str(&format!("{{{kind}}}"));
        is_whole &= before.is_empty() && after.is_empty();
        (least, rest) = (least.min(fixed), after);
    }
    regex.push_str(&regex::escape(rest));
    shape.push_str(rest);
    if is_whole || least == Fixed::Nothing { least } else { Fixed::Some }
}

fn first_parameter(part: &str) -> Option<(&str, &str, &str)> {
    let (before, rest) = part.split_once('{')?;
    let (name, after) = rest.split_once('}')?;
    Some((before, name, after))
}

/// A kind that is not known here is the plugin's own: it may take anything that has no slash.
fn parameter(name: &str) -> Parameter<'_> {
    let kind = name.split_once(':').map_or("", |(_, kind)| kind);
    let (regex, fixed) = match kind {
        "path" => ("(?s:.*)", Fixed::Nothing),
        "int" => ("[0-9]+", Fixed::Kind),
        "float" => (r"[0-9]+(\.[0-9]+)?", Fixed::Kind),
        "uuid" => ("[0-9a-fA-F]{8}(-?[0-9a-fA-F]{4}){3}-?[0-9a-fA-F]{12}", Fixed::Kind),
        _ => ("[^/]+", Fixed::Part),
    };
    Parameter { kind: if kind == "str" { "" } else { kind }, regex, fixed }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pattern(path: &str) -> Pattern {
        Pattern::new(path).unwrap()
    }

    #[test]
    fn a_parameter_takes_a_part_or_all_that_follows() {
        for (route, path, is_for_it) in [
            ("/docs/status", "/docs/status", true),
            ("/docs/{name}", "/docs/status", true),
            ("/docs/{path:path}", "/docs/a/b", true),
            ("/docs/{path:path}", "/docs/", true),
            ("/docs/{path:path}/raw", "/docs/a/b/raw", true),
            ("/docs/{path:path}", "/docs", false),
            ("/docs/{name}", "/docs/", false),
            ("/docs/{name}", "/docs/a/b", false),
            ("/docs/{name}.json", "/docs/a.json", true),
            ("/docs/{name}.json", "/docs/ajson", false),
            ("/docs/{id:int}", "/docs/12", true),
            ("/docs/{id:int}", "/docs/twelve", false),
            ("/docs/{id:uuid}", "/docs/6b86b273-ff34-fce1-9d6b-804eff5a3f57", true),
            ("/docs", "/docs/a", false),
            ("/docs", "/documents", false),
            ("/d.cs", "/docs", false),
        ] {
            assert_eq!(pattern(route).matches(path), is_for_it, "{route} {path}");
        }
    }

    #[test]
    fn of_two_patterns_the_one_that_fixes_more_from_the_beginning_on_is_greater() {
        let rising =
            ["/{path:path}", "/{name}/b", "/{id:int}/b", "/v{n}/b", "/a/{path:path}", "/a/{name}", "/a/{n}.md", "/a/b"];
        for pair in rising.windows(2) {
            let compared = pattern(pair[0]).by_how_much_is_fixed(&pattern(pair[1]));
            assert_eq!(compared, Ordering::Less, "{pair:?}");
        }
    }

    #[test]
    fn what_a_parameter_is_called_makes_no_other_pattern() {
        assert!(pattern("/a/{id}").is_same(&pattern("/a/{name:str}")));
        assert!(!pattern("/a/{id}").is_same(&pattern("/a/{id:int}")));
        assert!(!pattern("/a/{id}").is_same(&pattern("/a/id")));
        assert!(Pattern::new(&"/a".repeat(LONGEST)).is_none());
    }

    #[test]
    fn a_path_is_decoded_as_routers_do() {
        assert_eq!(decoded("/docs/a%20b%2Fc%C3%BC"), "/docs/a b/cü");
        assert_eq!(decoded("/100%/%zz"), "/100%/%zz");
    }
}

//! Templates of paths, as a plugin and as OpenAPI write them.

use crate::orchestrator::api::PluginRoute;

/// What the server answers itself, whatever a plugin claims.
const RESERVED: [&str; 3] = ["/api/v1", "/openapi.json", "/docs"];

/// The template as OpenAPI writes it: `{name:path}` is `{name}` there.
pub fn plain(path: &str) -> String {
    let mut text = String::with_capacity(path.len());
    let mut rest = path;
    while let Some((before, after)) = rest.split_once('{') {
        let (name, behind) = after.split_once('}').unwrap_or((after, ""));
        let name = name.split(':').next().unwrap_or(name);
        text.push_str(before);
        text.push('{');
        text.push_str(name);
        text.push('}');
        rest = behind;
    }
    text.push_str(rest);
    text
}

/// The names of a template's parameters, in order.
pub fn names(path: &str) -> Vec<&str> {
    path.split('{').skip(1).filter_map(|part| part.split_once('}')).map(|(name, _)| name).collect()
}

/// What two templates must differ in: the names of parameters don't count.
pub fn shape(path: &str) -> String {
    let parts = path.split('{').map(|part| part.split_once('}').map_or(part, |(_, behind)| behind));
    parts.collect::<Vec<_>>().join("{}")
}

/// Whether it is a plugin's to answer.
pub fn is_free(path: &str) -> bool {
    let is_below =
        |reserved: &&str| path.strip_prefix(*reserved).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    path.starts_with('/') && !path.starts_with("//") && !path.contains(['?', '#']) && !RESERVED.iter().any(is_below)
}

/// The methods of OpenAPI that the route answers, in small letters.
pub fn methods(route: &PluginRoute) -> Vec<&'static str> {
    const KNOWN: [&str; 8] = ["get", "post", "put", "patch", "delete", "head", "options", "trace"];
    // Those of them that one would look for.
    const USUAL: usize = 5;
    if route.method == "*" {
        return KNOWN[..USUAL].to_vec();
    }
    KNOWN.into_iter().filter(|known| known.eq_ignore_ascii_case(&route.method)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_template_is_written_as_openapi_does() {
        assert_eq!(plain("/files/{path:path}/at/{n:int}"), "/files/{path}/at/{n}");
        assert_eq!(names("/files/{path}/at/{n}"), ["path", "n"]);
        assert_eq!((shape("/a/{x}/b"), shape("/a/{y}/b")), ("/a/{}/b".to_owned(), "/a/{}/b".to_owned()));
        assert_eq!(plain("/odd/{x"), "/odd/{x}");
    }

    #[test]
    fn what_the_server_answers_itself_is_no_plugins() {
        for taken in ["/api/v1", "/api/v1/runs", "/docs", "/openapi.json", "x", "/a?b", "//a"] {
            assert!(!is_free(taken), "{taken}");
        }
        for free in ["/", "/custom/status", "/api/v10", "/docs_service/search"] {
            assert!(is_free(free), "{free}");
        }
    }
}

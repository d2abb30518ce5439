//! The paths that are the server's own, which no plugin can have.

use percent_encoding::percent_decode_str;

use crate::orchestrator::api::{Answer, PluginRoute};

/// Whether the server answers the path itself, however it is written.
pub fn is_own(path: &str) -> bool {
    let path = percent_decode_str(path).decode_utf8_lossy();
    let below = path.strip_prefix("/api/v1").is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    below || matches!(path.as_ref(), "/docs" | "/openapi.json")
}

/// Says of each route that is at a path of the server's own that it is not reached.
pub fn shadow(answer: Answer) -> Answer {
    let Answer::Routes(mut routes) = answer else { return answer };
    for PluginRoute { path, permitted, .. } in routes.iter_mut().filter(|route| is_own(&route.path)) {
        *permitted = Some(format!("the server itself has the path {path}"));
    }
    Answer::Routes(routes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn its_own_paths_are_known_however_they_are_written() {
        for own in ["/api/v1", "/api/v1/", "/api/v1/plugins/x", "/docs", "/openapi.json", "/%61pi/v1/x", "/api%2Fv1/x"]
        {
            assert!(is_own(own), "{own}");
        }
        for other in ["/", "/api", "/api/v10", "/api/v2/x", "/docs/status", "/openapi.yaml"] {
            assert!(!is_own(other), "{other}");
        }
    }
}

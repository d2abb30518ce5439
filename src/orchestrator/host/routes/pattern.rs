//! Which paths a route answers: `/pages/{id}` one part, `/files/{path:path}` all that follows.

/// How many parts of the path the route fixes, if it answers it.
pub(super) fn matches(route: &str, path: &str) -> Option<usize> {
    let mut parts = path.split('/');
    let mut fixed = 0;
    for pattern in route.split('/') {
        match parameter(pattern) {
            Some(Parameter::Rest) => return parts.next().is_some().then_some(fixed),
            Some(Parameter::One) => {
                parts.next().filter(|part| !part.is_empty())?;
            }
            None => {
                parts.next().filter(|part| *part == pattern)?;
                fixed += 1;
            }
        }
    }
    parts.next().is_none().then_some(fixed)
}

enum Parameter {
    One,
    Rest,
}

fn parameter(pattern: &str) -> Option<Parameter> {
    let name = pattern.strip_prefix('{')?.strip_suffix('}')?;
    Some(if name.ends_with(":path") { Parameter::Rest } else { Parameter::One })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_for_the_route_that_fixes_most_of_it() {
        for (route, path, fixed) in [
            ("/docs/status", "/docs/status", Some(3)),
            ("/docs/{name}", "/docs/status", Some(2)),
            ("/docs/{path:path}", "/docs/a/b", Some(2)),
            ("/docs/{path:path}", "/docs/", Some(2)),
            ("/docs/{path:path}", "/docs", None),
            ("/docs/{name}", "/docs/", None),
            ("/docs/{name}", "/docs/a/b", None),
            ("/docs", "/docs/a", None),
            ("/docs", "/documents", None),
        ] {
            assert_eq!(matches(route, path), fixed, "{route} {path}");
        }
    }
}

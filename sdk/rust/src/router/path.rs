//! Which paths a route is for.

use percent_encoding::percent_decode_str;

/// A route's path, taken apart.
pub(crate) struct Template(Vec<Part>);

enum Part {
    Fixed(String),
    /// `{name}`
    One(String),
    /// `{name:path}`
    Rest(String),
}

/// How a route fits a path.
pub(crate) struct Fit {
    /// How much the route fixes of each part: of several routes, the greatest is meant.
    pub(crate) fixed: Vec<u8>,
    /// What stands for the parameters.
    pub(crate) params: Vec<(String, String)>,
}

impl Template {
    pub(crate) fn new(path: &str) -> Self {
        let part = |part: &str| match part.strip_prefix('{').and_then(|part| part.strip_suffix('}')) {
            Some(name) => match name.strip_suffix(":path") {
                Some(name) => Part::Rest(name.to_owned()),
                None => Part::One(name.to_owned()),
            },
            None => Part::Fixed(part.to_owned()),
        };
        Template(path.split('/').map(part).collect())
    }

    /// How the route fits this path, which was decoded, if it does.
    pub(crate) fn fit(&self, path: &str) -> Option<Fit> {
        let (mut fit, mut left) = (Fit { fixed: Vec::new(), params: Vec::new() }, Some(path));
        for part in &self.0 {
            let rest = left?;
            let (value, after) = match rest.split_once('/') {
                Some((value, after)) => (value, Some(after)),
                None => (rest, None),
            };
            match part {
                Part::Fixed(text) if text == value => fit.fixed.push(2),
                Part::One(name) if !value.is_empty() => {
                    fit.fixed.push(1);
                    fit.params.push((name.clone(), value.to_owned()));
                }
                Part::Fixed(_) | Part::One(_) => return None,
                Part::Rest(name) => {
                    fit.fixed.push(0);
                    fit.params.push((name.clone(), rest.to_owned()));
                    return Some(fit);
                }
            }
            left = after;
        }
        left.is_none().then_some(fit)
    }
}

/// An encoded slash parts the path as well.
pub(crate) fn decoded(path: &str) -> String {
    percent_decode_str(path).decode_utf8_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_stand_for_what_the_path_has_in_their_place() {
        let params = |template: &str, path: &str| {
            let fit = Template::new(template).fit(&decoded(path))?;
            Some(fit.params.into_iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>())
        };
        let some = |all: &[&str]| Some(all.iter().map(|one| (*one).to_owned()).collect::<Vec<_>>());
        assert_eq!(params("/tea/{kind}/{cup}", "/tea/gr%C3%BCn%20tee/2"), some(&["kind=grün tee", "cup=2"]));
        assert_eq!(params("/tea/{all:path}", "/tea/a/b"), some(&["all=a/b"]));
        assert_eq!(params("/tea/{all:path}", "/tea/"), some(&["all="]));
        assert_eq!(params("/tea", "/tea"), some(&[]));
        for (template, path) in
            [("/tea/{kind}", "/tea/"), ("/tea/{kind}", "/tea/a/b"), ("/tea", "/tea/"), ("/tea/{all:path}", "/tea")]
        {
            assert_eq!(params(template, path), None, "{template} {path}");
        }
    }
}

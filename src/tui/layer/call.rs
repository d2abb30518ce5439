//! The form in which a route is tried.

use percent_encoding::{AsciiSet, CONTROLS, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::orchestrator::api::{ApiCall, PluginRoute};
use crate::tui::model::Input;

/// What a part of a path can't have as it is.
const PART: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');
/// The same of the rest of a path, which has several parts.
const PARTS: &AsciiSet = &PART.remove(b'/');
/// What a query can't have as it is. What is written as an escape stays one.
const QUERY: &AsciiSet = &CONTROLS.add(b' ').add(b'"').add(b'#').add(b'<').add(b'>');

/// What a field is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CallPart {
    /// Of a route that takes every method.
    Method,
    /// A parameter in the path; whether it may have several parts.
    Path {
        name: String,
        whole: bool,
    },
    Query,
    Headers,
    Body,
}

#[derive(Debug)]
pub struct CallField {
    pub part: CallPart,
    pub input: Input,
}

impl CallField {
    /// Whether it takes more than one line.
    pub fn has_many_lines(&self) -> bool {
        matches!(self.part, CallPart::Headers | CallPart::Body)
    }
}

#[derive(Debug)]
pub struct CallForm {
    pub route: PluginRoute,
    pub fields: Vec<CallField>,
    /// The focused field's place; behind the last is what sends.
    pub place: usize,
    /// Why it was not sent, or not answered.
    pub problem: Option<String>,
    /// What was sent and is not answered.
    pub sent: Option<ApiCall>,
}

impl CallForm {
    pub fn new(route: PluginRoute) -> Self {
        let field = |part: CallPart| {
            let input = match part {
                CallPart::Method => Input::line("GET"),
                CallPart::Headers | CallPart::Body => Input::lines(""),
                CallPart::Path { .. } | CallPart::Query => Input::line(""),
            };
            CallField { part, input }
        };
        let method = (route.method == "*").then_some(CallPart::Method);
        let parts = method.into_iter().chain(parameters(&route.path));
        let all = parts.chain([CallPart::Query, CallPart::Headers, CallPart::Body]);
        CallForm { fields: all.map(field).collect(), route, place: 0, problem: None, sent: None }
    }

    pub fn focused(&self) -> Option<&CallField> {
        self.fields.get(self.place)
    }

    /// The focused editor. What was wrong is taken back as soon as somebody types.
    pub fn input(&mut self) -> Option<&mut Input> {
        self.problem = None;
        self.fields.get_mut(self.place).map(|field| &mut field.input)
    }

    /// The field after this one, or before; after the last comes the first.
    pub fn step(&mut self, by: isize) {
        let count = self.fields.len() as isize + 1;
        self.place = (self.place as isize + by).rem_euclid(count) as usize;
    }

    /// What is to be sent. If something is wrong, its field gets the focus and the form says why.
    pub fn read(&mut self) -> Option<ApiCall> {
        match self.request() {
            Ok(call) => Some(call),
            Err((place, problem)) => {
                self.place = place;
                self.problem = Some(problem);
                None
            }
        }
    }

    fn request(&self) -> Result<ApiCall, (usize, String)> {
        let mut call =
            ApiCall { method: self.route.method.clone(), path: self.route.path.clone(), ..ApiCall::default() };
        for (place, field) in self.fields.iter().enumerate() {
            let text = field.input.text();
            match &field.part {
                CallPart::Method => {
                    call.method = text.trim().to_uppercase();
                    if call.method.is_empty() || !call.method.bytes().all(|byte| byte.is_ascii_alphabetic()) {
                        return Err((place, "a method is one word, such as GET".to_owned()));
                    }
                }
                CallPart::Path { name, .. } if text.is_empty() => {
                    return Err((place, format!("the path needs a value for {name}")));
                }
                CallPart::Path { name, whole } => {
                    let (mark, set) =
                        if *whole { (format!("{{{name}:path}}"), PARTS) } else { (format!("{{{name}}}"), PART) };
                    call.path = call.path.replace(&mark, &utf8_percent_encode(&text, set).to_string());
                }
                CallPart::Query => {
                    call.query = utf8_percent_encode(text.trim().trim_start_matches('?'), QUERY).to_string();
                }
                CallPart::Headers => call.headers = headers(&text).map_err(|problem| (place, problem))?,
                CallPart::Body => {
                    let named = call.headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("content-type"));
                    if !named && serde_json::from_str::<serde_json::Value>(&text).is_ok() {
                        call.headers.push(("content-type".to_owned(), "application/json".to_owned()));
                    }
                    call.body = text.as_str().into();
                }
            }
        }
        Ok(call)
    }
}

/// The parameters of a path: `{name}`, or `{name:path}` for all that follows.
fn parameters(path: &str) -> impl Iterator<Item = CallPart> {
    path.split('{').skip(1).filter_map(|rest| {
        let inside = rest.split_once('}')?.0;
        let (name, whole) = inside.strip_suffix(":path").map_or((inside, false), |name| (name, true));
        Some(CallPart::Path { name: name.to_owned(), whole })
    })
}

/// One `name: value` a line.
fn headers(text: &str) -> Result<Vec<(String, String)>, String> {
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    lines
        .map(|line| {
            let (name, value) =
                line.split_once(':').map(|(name, value)| (name.trim(), value.trim())).unwrap_or((line, ""));
            let is_name =
                !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte));
            match line.contains(':') && is_name {
                true => Ok((name.to_owned(), value.to_owned())),
                false => Err(format!("`{line}` is no header: write `name: value`, one a line")),
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(method: &str, path: &str, typed: &[&str]) -> CallForm {
        let route = PluginRoute {
            plugin: "echo".parse().unwrap(),
            method: method.to_owned(),
            path: path.to_owned(),
            description: String::new(),
            shadowed_by: None,
            permitted: None,
            hits: 0,
            failed: 0,
            last_us: None,
            mean_us: None,
        };
        let mut form = CallForm::new(route);
        for (field, text) in form.fields.iter_mut().zip(typed) {
            field.input.replace(text);
        }
        form
    }

    #[test]
    fn what_was_typed_becomes_a_request_that_means_it() {
        let typed = ["a b/c", "x/y z", "?q=ä b&n=1%20", "X-One: 1\n\nx-two:2:3", "{\"n\": 1}"];
        let call = form("POST", "/notes/{id}/files/{rest:path}", &typed).read().unwrap();
        assert_eq!((call.method.as_str(), call.path.as_str()), ("POST", "/notes/a%20b%2Fc/files/x/y%20z"));
        assert_eq!(call.query, "q=%C3%A4%20b&n=1%20");
        let headers: Vec<String> = call.headers.iter().map(|(name, value)| format!("{name}={value}")).collect();
        assert_eq!(headers, ["X-One=1", "x-two=2:3", "content-type=application/json"]);
        assert_eq!(call.body.to_text_lossy(), "{\"n\": 1}");
        let call = form("*", "/any", &["patch", "", "content-type: text/plain", "[]"]).read().unwrap();
        assert_eq!((call.method.as_str(), call.headers.len()), ("PATCH", 1));
    }

    #[test]
    fn what_is_missing_or_no_header_gets_the_focus() {
        let mut missing = form("GET", "/notes/{id}", &[]);
        missing.place = 2;
        assert_eq!(missing.read(), None);
        assert_eq!((missing.place, missing.problem.as_deref()), (0, Some("the path needs a value for id")));
        let mut odd = form("GET", "/notes", &["", "no header"]);
        assert_eq!(odd.read(), None);
        assert_eq!(odd.place, 1);
    }
}

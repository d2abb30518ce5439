//! Where a client wants to begin.

use axum::http::HeaderMap;
use serde::Deserialize;
use utoipa::IntoParams;

use crate::event::StreamId;
use crate::server::problem::Problem;

/// As browsers send it that lost a connection.
const LAST_EVENT_ID: &str = "last-event-id";

/// Where a client wants to begin.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct Start {
    /// The number of the first event that is wanted; `Last-Event-ID` goes before it.
    #[serde(default)]
    #[param(minimum = 1, default = 1)]
    from: Option<u64>,
}

impl Start {
    /// The first event to send, of a stream whose last event now is `last`. A number that the stream can't have given
    /// is of another stream: what it stands for is not known, and guessing would lose events.
    pub fn first(&self, headers: &HeaderMap, stream: StreamId, last: u64) -> Result<u64, Problem> {
        let (first, told) = match headers.get(LAST_EVENT_ID) {
            Some(value) => {
                let id = value.to_str().ok().and_then(number).ok_or_else(|| {
                    Problem::bad_request("the header `Last-Event-ID` must be the number of an event, as its `id` was")
                })?;
                (id.saturating_add(1), format!("the header `Last-Event-ID` names event {id}"))
            }
            None => match self.from {
                Some(0) => return Err(Problem::bad_request("the parameter `from` counts events from 1")),
                Some(from) => (from, format!("the parameter `from` names event {from}")),
                None => return Ok(1),
            },
        };
        if first > last.saturating_add(1) {
            let what = match stream {
                StreamId::Run(run) => format!("run #{run}"),
                StreamId::Host => "the host".to_owned(),
            };
            return Err(Problem::bad_request(format!("{told}, but {what} has only {last} so far")).remedy(
                "begin anew, without it: the number is of another stream, or of a host that was there before",
            ));
        }
        Ok(first)
    }
}

/// Digits alone: no sign, no space.
fn number(text: &str) -> Option<u64> {
    if text.bytes().all(|byte| byte.is_ascii_digit()) { text.parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;
    use crate::event::RunId;

    fn first(id: Option<&'static str>, from: Option<u64>) -> Option<u64> {
        let mut headers = HeaderMap::new();
        if let Some(id) = id {
            headers.insert(LAST_EVENT_ID, HeaderValue::from_static(id));
        }
        Start { from }.first(&headers, StreamId::Run(RunId(7)), 5).ok()
    }

    #[test]
    fn a_client_goes_on_after_what_it_has() {
        assert_eq!(first(None, None), Some(1));
        assert_eq!(first(None, Some(3)), Some(3));
        assert_eq!(first(None, Some(6)), Some(6), "the next one");
        assert_eq!(first(Some("5"), Some(2)), Some(6), "what it has goes before what it began with");
        assert_eq!(first(Some("0"), None), Some(1));
    }

    #[test]
    fn what_is_beyond_the_end_or_no_number_is_refused() {
        for garbage in ["", "x", "-1", "+1", " 1", "1.5", "99999999999999999999", "6", "18446744073709551615"] {
            assert_eq!(first(Some(garbage), None), None, "{garbage}");
        }
        assert_eq!((first(None, Some(0)), first(None, Some(7))), (None, None));
    }
}

//! Which of the two formats a client wants.

use axum::http::{HeaderMap, StatusCode, header};

use crate::server::problem::Problem;

/// How events are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Server-sent events, as browsers read them.
    Sse,
    /// A line of JSON for each.
    Ndjson,
}

impl Format {
    pub fn content_type(self) -> &'static str {
        match self {
            Format::Sse => "text/event-stream",
            Format::Ndjson => "application/x-ndjson",
        }
    }

    /// As `Accept` says; server-sent events for a client that takes both alike.
    pub fn wanted(headers: &HeaderMap) -> Result<Self, Problem> {
        let texts: Vec<&str> = headers.get_all(header::ACCEPT).iter().filter_map(|value| value.to_str().ok()).collect();
        if texts.iter().all(|text| text.trim().is_empty()) {
            return Ok(Format::Sse);
        }
        let all = texts.join(",");
        let (sse, ndjson) = (quality(&all, Format::Sse), quality(&all, Format::Ndjson));
        match () {
            () if sse == 0 && ndjson == 0 => Err(Problem::new(
                StatusCode::NOT_ACCEPTABLE,
                "events come as text/event-stream or as application/x-ndjson, and the header `Accept` takes neither",
            )),
            () if ndjson > sse => Ok(Format::Ndjson),
            () => Ok(Format::Sse),
        }
    }
}

/// How much a format is wanted, in thousandths: what the most exact of the ranges that fit says.
fn quality(accept: &str, format: Format) -> u32 {
    let wanted = format.content_type();
    let group = wanted.split('/').next().unwrap_or_default();
    let ranges = accept.split(',').filter_map(|range| {
        let mut parts = range.split(';').map(str::trim);
        let name = parts.next()?.to_ascii_lowercase();
        let exactness = match name.as_str() {
            "*/*" => 1,
            name if name.strip_suffix("/*") == Some(group) => 2,
            name if name == wanted => 3,
            _ => return None,
        };
        let quality = parts.find_map(|part| part.strip_prefix("q=").or_else(|| part.strip_prefix("Q=")));
        let quality: f32 = quality.map_or(Some(1.0), |text| text.parse().ok())?;
        // What is no number counts as nothing.
        Some((exactness, (quality.clamp(0.0, 1.0) * 1000.0) as u32))
    });
    ranges.max_by_key(|(exactness, _)| *exactness).map_or(0, |(_, quality)| quality)
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn wanted(accept: &[&'static str]) -> Option<Format> {
        let mut headers = HeaderMap::new();
        for text in accept {
            headers.append(header::ACCEPT, HeaderValue::from_static(text));
        }
        Format::wanted(&headers).ok()
    }

    #[test]
    fn a_client_gets_the_format_that_it_wants_most() {
        for sse in
            [&[][..], &["*/*"], &["text/event-stream"], &["text/*"], &["application/x-ndjson, text/event-stream"]]
        {
            assert_eq!(wanted(sse), Some(Format::Sse), "{sse:?}");
        }
        for ndjson in [
            &["application/x-ndjson"][..],
            &["application/*"],
            &["text/event-stream;q=0.5, application/x-ndjson;q=0.6"],
            &["text/event-stream; q=0.1", "application/X-NDJSON"],
            &["*/*, text/event-stream;q=0"],
        ] {
            assert_eq!(wanted(ndjson), Some(Format::Ndjson), "{ndjson:?}");
        }
        for neither in [&["text/html"][..], &["application/json;q=1"], &["*/*;q=0"], &["text/event-stream;q=NaN"]] {
            assert_eq!(wanted(neither), None, "{neither:?}");
        }
    }
}

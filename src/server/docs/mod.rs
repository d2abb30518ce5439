//! The page /docs: one file, in the program, that needs nothing from elsewhere.
//!
//! It asks for the token, keeps it in memory, and fetches /openapi.json with it. Its policy lets it run its own script
//! and speak to its own server alone, so that no text of a plugin's could do more than be read.

use std::sync::LazyLock;

use axum::http::{HeaderName, HeaderValue, header};
use axum::response::{Html, IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

const PAGE: &str = include_str!("page.html");
const STYLE: &str = include_str!("style.css");
const SCRIPT: &str = include_str!("script.js");

struct Whole {
    html: String,
    policy: HeaderValue,
}

static WHOLE: LazyLock<Whole> = LazyLock::new(|| {
    let html = PAGE.replace("/* style */", STYLE).replace("/* script */", SCRIPT);
    let hash = |text: &str| STANDARD.encode(Sha256::digest(text.as_bytes()));
    let policy = format!(
        "default-src 'none'; script-src 'sha256-{}'; style-src 'sha256-{}'; connect-src 'self'; img-src data:; \
         base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
        hash(SCRIPT),
        hash(STYLE)
    );
    // Base64 is text.
    Whole { html, policy: HeaderValue::try_from(policy).unwrap_or(HeaderValue::from_static("default-src 'none'")) }
});

/// The page, with the policy that it is shown under.
pub fn page() -> Response {
    let headers: [(HeaderName, HeaderValue); 4] = [
        (header::CONTENT_SECURITY_POLICY, WHOLE.policy.clone()),
        (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
        (header::REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-cache")),
    ];
    (headers, Html(WHOLE.html.as_str())).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_is_whole_asks_nobody_else_and_takes_no_text_for_markup() {
        assert!(WHOLE.html.contains(SCRIPT) && WHOLE.html.contains(STYLE));
        assert!(!WHOLE.html.contains("http://") && !WHOLE.html.contains("https://"));
        for dangerous in ["innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "localStorage"] {
            assert!(!SCRIPT.contains(dangerous), "{dangerous}");
        }
        assert!(SCRIPT.lines().count() < 300);
        // What the policy allows is what stands between the tags.
        assert!(WHOLE.html.contains(&format!("<script>{SCRIPT}</script>")));
        assert!(WHOLE.html.contains(&format!("<style>{STYLE}</style>")));
        assert!(WHOLE.policy.to_str().unwrap().starts_with("default-src 'none'; script-src 'sha256-"));
    }
}

//! Which pages may ask. There is no CORS: a browser's request counts only if it comes from a page of this server's own.

use axum::http::request::Parts;
use axum::http::uri::{Authority, Uri};
use axum::http::{StatusCode, header};

use crate::server::problem::Problem;

/// `host` is the name that the request came under. What is no browser sends no origin.
pub fn check(parts: &Parts, host: &Authority) -> Result<(), Problem> {
    let all = parts.headers.get_all(header::ORIGIN);
    if all.iter().all(|origin| is_own(origin.as_bytes(), host)) {
        return Ok(());
    }
    let detail = "the request comes from a page of another origin, and none is answered";
    Err(Problem::new(StatusCode::FORBIDDEN, detail))
}

/// A proxy that speaks TLS passes the name on and leaves out the port.
fn is_own(origin: &[u8], host: &Authority) -> bool {
    let Ok(origin) = Uri::try_from(origin) else { return false };
    let (Some(scheme), Some(authority)) = (origin.scheme_str(), origin.authority()) else { return false };
    let default = match scheme {
        "http" => 80,
        "https" => 443,
        _ => return false,
    };
    let port = |authority: &Authority| authority.port_u16().unwrap_or(default);
    authority.host().eq_ignore_ascii_case(host.host()) && port(authority) == port(host)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_of_its_own_may_ask_and_no_other() {
        let host = Authority::from_static("localhost:8787");
        assert!(is_own(b"http://localhost:8787", &host));
        assert!(is_own(b"http://LOCALHOST:8787", &host));
        let proxied = Authority::from_static("workbench.example");
        assert!(is_own(b"https://workbench.example", &proxied));
        for foreign in ["null", "", "http://localhost", "http://localhost:8788", "http://evil.example", "file://", "*"]
        {
            assert!(!is_own(foreign.as_bytes(), &host), "{foreign}");
        }
    }
}

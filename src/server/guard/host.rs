//! Which names a request may come under. A page that had its name resolve to this machine (DNS rebinding) asks under
//! its own.

use std::net::{IpAddr, SocketAddr};

use axum::http::request::Parts;
use axum::http::uri::Authority;
use axum::http::{StatusCode, header};

use crate::server::problem::Problem;

/// The names by which the server is called.
#[derive(Debug, Clone)]
pub struct Names {
    addresses: Vec<IpAddr>,
    /// In lower case.
    names: Vec<String>,
}

impl Names {
    /// `named` are those that the settings allow, which count only for a server that other machines reach.
    pub fn new(listening: &[SocketAddr], named: &[String]) -> Self {
        let addresses = listening.iter().map(SocketAddr::ip).filter(|ip| !ip.is_unspecified()).collect();
        let names = named.iter().map(|name| name.to_ascii_lowercase()).collect();
        Names { addresses, names }
    }

    /// Whether the server is called so, whatever the port: it may have been forwarded.
    fn know(&self, authority: &Authority) -> bool {
        let host = authority.host().trim_start_matches('[').trim_end_matches(']').to_ascii_lowercase();
        match host.parse::<IpAddr>() {
            Ok(ip) => ip.is_loopback() || self.addresses.contains(&ip) || self.names.contains(&host),
            Err(_) => host == "localhost" || self.names.contains(&host),
        }
    }
}

/// The name that the request came under, if it is one of ours.
pub fn check(names: &Names, parts: &Parts) -> Result<Authority, Problem> {
    let authority = named(parts)?;
    if names.know(&authority) {
        return Ok(authority);
    }
    let detail = "the request is for another host than this one";
    Err(Problem::new(StatusCode::MISDIRECTED_REQUEST, detail)
        .remedy("call it by its address, or name the host in the setting server.hosts of an exposed server"))
}

/// What the request says it is for: one host, and a client that names it twice means one.
fn named(parts: &Parts) -> Result<Authority, Problem> {
    let bad = || Problem::new(StatusCode::BAD_REQUEST, "the request must have one `Host` that is a host and a port");
    let mut all = parts.headers.get_all(header::HOST).iter();
    let (Some(host), None) = (all.next(), all.next()) else { return Err(bad()) };
    let host: Authority = host.as_bytes().try_into().map_err(|_| bad())?;
    let odd = host.as_str().contains('@') || parts.uri.authority().is_some_and(|target| *target != host);
    if odd { Err(bad()) } else { Ok(host) }
}

#[cfg(test)]
mod tests {
    use axum::http::Request;

    use super::*;

    fn asked(uri: &str, hosts: &[&str]) -> Result<Authority, Problem> {
        let names = Names::new(&["10.0.0.7:8787".parse().unwrap()], &["Workbench.example".to_owned()]);
        let mut request = Request::builder().uri(uri);
        for host in hosts {
            request = request.header("Host", *host);
        }
        check(&names, &request.body(()).unwrap().into_parts().0)
    }

    #[test]
    fn its_own_names_are_accepted_with_any_port() {
        for host in ["127.0.0.1:8787", "localhost", "LOCALHOST:9", "[::1]:8787", "10.0.0.7", "workbench.EXAMPLE:443"] {
            assert!(asked("/", &[host]).is_ok(), "{host}");
        }
    }

    #[test]
    fn every_other_name_is_refused_and_so_is_none_and_two() {
        for hosts in [
            &["evil.example:8787"][..],
            &["localhost.evil.example"],
            &["127.0.0.1.evil.example"],
            &["localhost@evil.example"],
            &["evil.example@localhost"],
            &["10.0.0.8"],
            &["0.0.0.0:8787"],
            &[""],
            &[],
            &["localhost", "evil.example"],
        ] {
            assert!(asked("/", hosts).is_err(), "{hosts:?}");
        }
        assert!(asked("http://evil.example/", &["localhost"]).is_err());
    }
}

//! Which host is meant.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use hyper::Uri;
use hyper::http::uri::{Authority, Scheme};

/// Where `orchestrator serve` listens unless it is told otherwise.
const PORT: u16 = 8787;

/// A server's address, such as `http://127.0.0.1:8787`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    authority: Authority,
}

/// Why an address can't be one.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadTarget {
    #[error("`{0}` is no address of a server\nwrite it as `http://127.0.0.1:8787`")]
    Unreadable(String),
    #[error(
        "https is not spoken here\ntunnel to the other machine instead: `ssh -N -L {PORT}:127.0.0.1:{PORT} MACHINE`, \
         then attach to http://127.0.0.1:{PORT}"
    )]
    Encrypted,
    #[error("an address has no user and no password in it\ngive the token by --token-file or ORCHESTRATOR_TOKEN")]
    Credentials,
    #[error("the address goes on after the port, with `{0}`: a server has its own port\nleave it away")]
    Path(String),
}

impl Target {
    /// The server, without the scheme.
    pub fn authority(&self) -> &str {
        self.authority.as_str()
    }

    /// Whether what is sent stays on this machine.
    pub fn is_loopback(&self) -> bool {
        let host = self.authority.host().trim_start_matches('[').trim_end_matches(']');
        host == "localhost" || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "http://{}", self.authority)
    }
}

impl FromStr for Target {
    type Err = BadTarget;

    fn from_str(text: &str) -> Result<Self, BadTarget> {
        let unreadable = || BadTarget::Unreadable(text.to_owned());
        let whole = if text.contains("://") { text.to_owned() } else { format!("http://{text}") };
        let uri: Uri = whole.parse().map_err(|_| unreadable())?;
        match uri.scheme() {
            Some(scheme) if *scheme == Scheme::HTTPS => return Err(BadTarget::Encrypted),
            Some(scheme) if *scheme == Scheme::HTTP => {}
            Some(_) | None => return Err(unreadable()),
        }
        let authority = uri.authority().ok_or_else(unreadable)?;
        if authority.as_str().contains('@') {
            return Err(BadTarget::Credentials);
        }
        if let Some(more) = uri.path_and_query().filter(|more| more.as_str() != "/") {
            return Err(BadTarget::Path(more.to_string()));
        }
        let authority = match authority.port_u16() {
            Some(_) => authority.clone(),
            None => format!("{}:{PORT}", authority.host()).parse().map_err(|_| unreadable())?,
        };
        Ok(Target { authority })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_read_however_much_of_it_is_written() {
        let read = |text: &str| text.parse::<Target>().unwrap();
        for same in ["http://127.0.0.1:8787", "127.0.0.1:8787", "http://127.0.0.1/", "127.0.0.1"] {
            assert_eq!(read(same).to_string(), "http://127.0.0.1:8787", "{same}");
        }
        assert_eq!(read("http://[::1]:9000/").authority(), "[::1]:9000");
        assert!(read("[::1]").is_loopback() && read("localhost:1").is_loopback() && !read("10.0.0.7").is_loopback());
    }

    #[test]
    fn what_can_not_work_is_refused_with_what_would() {
        let refused = |text: &str| text.parse::<Target>().unwrap_err();
        assert!(refused("https://host").to_string().contains("ssh -N -L"));
        assert_eq!(refused("http://me:secret@host"), BadTarget::Credentials);
        assert_eq!(refused("http://host/x?y"), BadTarget::Path("/x?y".to_owned()));
        for odd in ["", "ftp://host", "http://", "http://a b", "unix:/x"] {
            assert!(matches!(refused(odd), BadTarget::Unreadable(_) | BadTarget::Path(_)), "{odd}");
        }
    }
}

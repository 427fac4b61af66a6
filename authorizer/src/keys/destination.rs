//! Addresses (URLs) that may be fetched.

use std::fmt;
use std::net::{IpAddr, Ipv6Addr};

use hyper::Uri;
use hyper::http::uri::Scheme;

use super::address::Reach;

/// A URL that may be fetched, and where its host may lie.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Destination {
    uri: Uri,
    reach: Reach,
}

/// Why a URL is not fetched. Does not quote it: it may come from the network.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DestinationError {
    /// No URL with a host.
    #[error("the address of keys must be a URL with a host, in ASCII and without a fragment")]
    Syntax,
    /// A user name or a password.
    #[error("the address of keys must name no user")]
    User,
    /// No https. (Or http, with `insecure_loopback`.)
    #[error("keys come by https only; http is for `insecure_loopback` and a loopback host")]
    Scheme,
    /// The host is an address that is not of the public internet.
    #[error("keys come from the public internet only, not from private, loopback or link-local addresses")]
    Address,
    /// The Lambda runtime's own interface.
    #[error("keys must not be asked of the Lambda runtime's own interface")]
    RuntimeInterface,
}

/// What a URL must hold to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Limits {
    /// Whether http and loopback addresses are allowed, http to loopback addresses only.
    pub(super) insecure_loopback: bool,
    /// The port of the Lambda runtime's interface, where there is one. It is on a loopback or link-local address.
    pub(super) runtime_port: Option<u16>,
}

impl Destination {
    pub(super) fn parse(url: &str, limits: Limits) -> Result<Self, DestinationError> {
        // hyper's parser drops a fragment silently.
        if url.contains('#') {
            return Err(DestinationError::Syntax);
        }
        let uri: Uri = url.parse().map_err(|_| DestinationError::Syntax)?;
        let authority = uri.authority().ok_or(DestinationError::Syntax)?;
        if authority.as_str().contains('@') {
            return Err(DestinationError::User);
        }
        let reach = match (uri.scheme(), limits.insecure_loopback) {
            (Some(scheme), false) if *scheme == Scheme::HTTPS => Reach::Public,
            (Some(scheme), true) if *scheme == Scheme::HTTPS => Reach::PublicOrLoopback,
            (Some(scheme), true) if *scheme == Scheme::HTTP => Reach::Loopback,
            _ => return Err(DestinationError::Scheme),
        };
        // The connector resolves no literal addresses, so they are judged here. What getaddrinfo alone takes for
        // an address ("127.1") is judged when it is resolved.
        match literal_address(uri.host().unwrap_or_default())? {
            Some(address) if !reach.allows(address) => return Err(DestinationError::Address),
            _ => {}
        }
        if limits.insecure_loopback && limits.runtime_port == Some(port(&uri)) {
            return Err(DestinationError::RuntimeInterface);
        }
        Ok(Self { uri, reach })
    }

    pub(super) const fn uri(&self) -> &Uri {
        &self.uri
    }

    pub(super) const fn reach(&self) -> Reach {
        self.reach
    }

    /// Whether both name the same host; the port does not matter.
    pub(super) fn is_on_host_of(&self, other: &Self) -> bool {
        let host = |destination: &Self| destination.uri.host().unwrap_or_default().to_ascii_lowercase();
        host(self) == host(other)
    }
}

impl fmt::Debug for Destination {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Destination({:?})", self.reach)
    }
}

fn literal_address(host: &str) -> Result<Option<IpAddr>, DestinationError> {
    if host.is_empty() {
        return Err(DestinationError::Syntax);
    }
    if let Some(bracketed) = host.strip_prefix('[') {
        let address: Option<Ipv6Addr> = bracketed.strip_suffix(']').and_then(|inner| inner.parse().ok());
        return address.map(|address| Some(IpAddr::V6(address))).ok_or(DestinationError::Syntax);
    }
    Ok(host.parse().ok())
}

fn port(uri: &Uri) -> u16 {
    uri.port_u16().unwrap_or(if uri.scheme() == Some(&Scheme::HTTP) { 80 } else { 443 })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests fail by panicking")]
    use super::*;

    const STRICT: Limits = Limits { insecure_loopback: false, runtime_port: Some(9001) };
    const LOOPBACK: Limits = Limits { insecure_loopback: true, runtime_port: Some(9001) };

    #[test]
    fn https_to_a_name_or_a_public_address_may_be_fetched() {
        for url in [
            "https://example.com/jwks.json",
            "https://example.com:8443/a?b=c",
            "HTTPS://EXAMPLE.com",
            "https://1.1.1.1/k",
            "https://[2606:4700::1]/k",
            "https://example.com:9001/k",
        ] {
            assert_eq!(Destination::parse(url, STRICT).unwrap().reach(), Reach::Public, "{url}");
        }
    }

    #[test]
    fn attack_34_an_address_of_keys_that_leads_elsewhere_is_refused() {
        use DestinationError::{Address, Scheme, Syntax, User};
        for (url, why) in [
            ("http://example.com/k", Scheme),
            ("http://127.0.0.1:1/k", Scheme),
            ("ftp://example.com/k", Scheme),
            ("file:///etc/passwd", Syntax),
            ("/jwks.json", Syntax),
            ("example.com", Scheme),
            ("", Syntax),
            ("https://", Syntax),
            ("https://example.com/#k", Syntax),
            ("https://ex\u{e4}mple.com/k", Syntax),
            ("https://example.com/a b", Syntax),
            ("https://user@example.com/k", User),
            ("https://user:pass@example.com/k", User),
            ("https://example.com@169.254.169.254/k", User),
            ("https://169.254.169.254/latest/meta-data", Address),
            ("https://127.0.0.1:9001/k", Address),
            ("https://10.0.0.1/k", Address),
            ("https://[::1]/k", Address),
            ("https://[::ffff:169.254.169.254]/k", Address),
            ("https://[fd00:ec2::254]/k", Address),
            ("https://[64:ff9b::a9fe:a9fe]/k", Address),
        ] {
            let refused = Destination::parse(url, STRICT).map(|_| ());
            match (url, refused) {
                // Which of the two a text without a scheme is, is hyper's to say.
                ("example.com", Err(_)) => {}
                (_, refused) => assert_eq!(refused, Err(why), "{url}"),
            }
        }
        // Scoped addresses are either no URL or no address.
        assert!(Destination::parse("https://[fe80::1%25eth0]/k", STRICT).is_err());
    }

    #[test]
    fn insecure_loopback_adds_the_machine_itself_and_http_to_it() {
        for (url, reach) in [
            ("http://127.0.0.1:8000/k", Reach::Loopback),
            ("http://[::1]:8000/k", Reach::Loopback),
            ("http://localhost:8000/k", Reach::Loopback),
            ("https://127.0.0.1:8000/k", Reach::PublicOrLoopback),
            ("https://example.com/k", Reach::PublicOrLoopback),
        ] {
            assert_eq!(Destination::parse(url, LOOPBACK).unwrap().reach(), reach, "{url}");
        }
        use DestinationError::{Address, RuntimeInterface};
        for (url, why) in [
            ("http://1.1.1.1/k", Address),
            ("http://10.0.0.1/k", Address),
            ("https://10.0.0.1/k", Address),
            ("http://169.254.169.254/k", Address),
            ("http://127.0.0.1:9001/2018-06-01/runtime/invocation/next", RuntimeInterface),
            ("http://localhost:9001/k", RuntimeInterface),
            ("https://localhost:9001/k", RuntimeInterface),
        ] {
            assert_eq!(Destination::parse(url, LOOPBACK), Err(why), "{url}");
        }
        let on_80 = Limits { insecure_loopback: true, runtime_port: Some(80) };
        assert_eq!(Destination::parse("http://127.0.0.1/k", on_80), Err(RuntimeInterface));
    }

    #[test]
    fn the_same_host_is_a_host_in_any_case_and_at_any_port() {
        let at = |url| Destination::parse(url, STRICT).unwrap();
        assert!(at("https://EXAMPLE.com/a").is_on_host_of(&at("https://example.com:8443/b")));
        assert!(!at("https://example.com.evil.test/a").is_on_host_of(&at("https://example.com/b")));
        assert!(!at("https://keys.example.com/a").is_on_host_of(&at("https://example.com/b")));
    }
}

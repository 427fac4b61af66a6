//! The section `issuers`.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::time::Duration;

use crate::document::{Fault, Member, Node, Span};

use super::Reader;
use super::fields::{Fields, listed};
use super::names::Names;
use crate::rules::issuer::{Algorithm, Issuer, KeySource, TokenUse};

const MAX_AUDIENCE: usize = 512;
const MAX_FILE_NAME: usize = 255;

pub(super) fn read(reader: &mut Reader<'_>, section: Option<&Member>) -> Names<Issuer> {
    let mut addresses: HashMap<String, Span> = HashMap::new();
    Names::read(reader, section, |reader, entry| {
        reader.check_name("an issuer", &entry.key, 128, entry.key_span);
        read_issuer(reader, entry, &mut addresses)
    })
}

fn read_issuer(
    reader: &mut Reader<'_>,
    entry: &Member,
    addresses: &mut HashMap<String, Span>,
) -> Option<Issuer> {
    let mut fields = Fields::of_entry(reader, "an issuer", entry)?;
    let address = fields.require("issuer");
    let audience = fields.require("audience");
    let token_use = fields.take("token_use");
    let algorithms = fields.take("algorithms");
    let (uri, file) = (fields.take("jwks_uri"), fields.take("jwks"));
    let (max_age, leeway) = (fields.take("max_age"), fields.take("leeway"));
    let max_lifetime = fields.take("max_lifetime");
    let loopback = fields.take("insecure_loopback");
    fields.finish(reader);

    let insecure_loopback = loopback.and_then(|member| reader.boolean(member)).unwrap_or(false);
    let address = address.and_then(|member| {
        let address = reader.deployed_text("`issuer`", &member.value)?;
        check_address(reader, "`issuer`", &address, false, insecure_loopback, member.value.span)?;
        if let Some(first) = addresses.insert(address.clone(), member.value.span) {
            let fault = Fault::new(member.value.span, "two entries have this `issuer`");
            reader.error(fault.related(first, "the other is here"));
        }
        Some(address)
    });
    let audience = audience.and_then(|member| {
        let read = |reader: &mut Reader<'_>, what: &str, node: &Node| {
            let text = reader.deployed_text(what, node)?;
            let fits =
                text.len() <= MAX_AUDIENCE && !text.chars().any(|c| c.is_control() || c.is_whitespace());
            if !fits {
                let message =
                    format!("{what} must be at most {MAX_AUDIENCE} bytes without blanks and controls");
                reader.error(Fault::new(node.span, message));
            }
            fits.then_some(text)
        };
        let members = reader.members(member, read, |text| text)?;
        Some(members.into_iter().map(|(text, _)| text).collect())
    });
    let token_use = token_use
        .and_then(|member| reader.word(member, &[("access", TokenUse::Access), ("id", TokenUse::Id)]));
    let algorithms = match algorithms {
        Some(member) => read_algorithms(reader, member),
        None => Some(vec![Algorithm::Rs256]),
    };
    if let (Some(uri), Some(file)) = (uri, file) {
        let fault = Fault::new(file.key_span, "`jwks` and `jwks_uri` do not go together");
        reader.error(fault.help("keep the one that is meant").related(uri.key_span, "the other is here"));
    }
    let from_uri = uri.and_then(|member| {
        let uri = reader.line("`jwks_uri`", 2048, &member.value)?;
        check_address(reader, "`jwks_uri`", &uri, true, insecure_loopback, member.value.span)?;
        Some(KeySource::Uri(uri.to_string()))
    });
    let from_file = file.and_then(|member| read_file_name(reader, member)).map(KeySource::File);
    let mut duration = |member: Option<&Member>, default: Duration, least: &str, most: &str| match member {
        Some(member) => reader.duration(member, least, most).unwrap_or(default),
        None => default,
    };
    let hour = Duration::from_secs(3600);
    let max_age = duration(max_age, hour, "1s", "7d");
    let leeway = duration(leeway, Duration::ZERO, "0s", "60s");
    let max_lifetime = duration(max_lifetime, hour * 24, "1s", "365d");
    Some(Issuer {
        name: entry.key.to_string(),
        issuer: address.unwrap_or_default(),
        audience: audience.unwrap_or_default(),
        token_use,
        algorithms: algorithms.unwrap_or_default(),
        keys: from_file.or(from_uri).unwrap_or(KeySource::Discovery),
        max_age,
        leeway,
        max_lifetime,
        insecure_loopback,
        span: entry.key_span,
    })
}

fn read_algorithms(reader: &mut Reader<'_>, member: &Member) -> Option<Vec<Algorithm>> {
    let names: Vec<&str> = Algorithm::ALL.iter().map(|algorithm| algorithm.name()).collect();
    let members = reader.members(member, |reader, what, node| reader.text(what, node), |text| text)?;
    let algorithm = |(name, at): (std::sync::Arc<str>, Span)| {
        let found = Algorithm::ALL.into_iter().find(|algorithm| algorithm.name() == &*name);
        if found.is_none() {
            let shown = reader.shown(&name);
            let upper = name.to_ascii_uppercase();
            let fault = if upper.starts_with("HS") {
                let message =
                    format!("`{shown}` is symmetric: whoever can check such a signature can make it");
                Fault::new(at, message)
                    .help("write the algorithm of the issuer's public keys, such as `RS256`")
            } else if upper == "NONE" {
                Fault::new(at, format!("`{shown}` is no signature at all"))
                    .help("write the algorithm of the issuer's public keys, such as `RS256`")
            } else {
                let fault = Fault::new(at, format!("there is no algorithm `{shown}`"));
                let known = format!("known are {}", listed(&names, "and"));
                reader.suggesting(fault, &name, names.iter().copied(), Some(known))
            };
            reader.error(fault);
        }
        found
    };
    Some(members.into_iter().filter_map(algorithm).collect())
}

/// A file beside the rules: a relative path without `.` and `..`.
fn read_file_name(reader: &mut Reader<'_>, member: &Member) -> Option<String> {
    let name = reader.line("`jwks`", MAX_FILE_NAME, &member.value)?;
    let plain = |segment: &str| {
        !matches!(segment, "" | "." | "..") && !segment.contains(['\\', ':']) && !segment.starts_with('~')
    };
    if !name.split('/').all(plain) {
        let fault = Fault::new(
            member.value.span,
            format!("`jwks` is no file beside this one: `{}`", reader.shown(&name)),
        );
        reader
            .error(fault.help("write a relative path without `.` and `..`, or an address under `jwks_uri`"));
        return None;
    }
    Some(name.to_string())
}

/// Checks that an address is `https://host[:port][/path]`; `http` from loopback where that is allowed.
fn check_address(
    reader: &mut Reader<'_>,
    what: &str,
    address: &str,
    may_query: bool,
    insecure_loopback: bool,
    at: Span,
) -> Option<()> {
    let wrong = |reader: &mut Reader<'_>, why: &str| {
        reader.error(Fault::new(at, format!("{what} {why}")));
        None
    };
    let (is_http, rest) = match (address.strip_prefix("https://"), address.strip_prefix("http://")) {
        (Some(rest), _) => (false, rest),
        (None, Some(rest)) => (true, rest),
        (None, None) => return wrong(reader, "must be an address that begins with `https://`"),
    };
    if !address.chars().all(|c| c.is_ascii_graphic() && !"\"<>\\^`{|}".contains(c)) {
        return wrong(reader, "holds a character that no address may hold");
    }
    if rest.contains('#') || !may_query && rest.contains('?') {
        return wrong(
            reader,
            if may_query { "must have no fragment" } else { "must have no query and no fragment" },
        );
    }
    let (authority, _) = rest.split_at(rest.find(['/', '?']).unwrap_or(rest.len()));
    if authority.contains('@') {
        return wrong(reader, "must hold no user name or password");
    }
    let Some(host) = host_of(authority) else {
        return wrong(reader, "has no valid host and port");
    };
    if is_http && !(insecure_loopback && is_loopback(host)) {
        let why = match (insecure_loopback, is_loopback(host)) {
            (false, true) => "must begin with `https://` (or, for tests, set `insecure_loopback: true`)",
            _ => "must begin with `https://`",
        };
        return wrong(reader, why);
    }
    Some(())
}

/// The host of `host`, `host:port` or `[v6]:port`; an IPv6 address without its brackets.
fn host_of(authority: &str) -> Option<&str> {
    let (host, port) = match authority.strip_prefix('[') {
        Some(rest) => {
            let (host, port) = rest.split_once(']')?;
            host.parse::<Ipv6Addr>().ok()?;
            (host, port)
        }
        None => {
            let (host, port) = authority.split_at(authority.find(':').unwrap_or(authority.len()));
            let plain = |label: &str| {
                !label.is_empty() && label.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_')
            };
            host.strip_suffix('.').unwrap_or(host).split('.').all(plain).then_some(())?;
            (host, port)
        }
    };
    let port_fits = match port.strip_prefix(':') {
        Some(digits) => {
            digits.chars().all(|c| c.is_ascii_digit()) && digits.parse::<u16>().is_ok_and(|port| port > 0)
        }
        None => port.is_empty(),
    };
    port_fits.then_some(host)
}

fn is_loopback(host: &str) -> bool {
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

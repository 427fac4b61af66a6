//! Which network addresses keys may be fetched from.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Where a fetch may connect to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reach {
    /// Addresses of the public internet.
    Public,
    /// The machine itself; for tests, without TLS.
    Loopback,
    /// Both; for tests, with TLS.
    PublicOrLoopback,
}

impl Reach {
    /// Whether a connection to the address is allowed.
    pub(super) fn allows(self, address: IpAddr) -> bool {
        match self {
            Self::Public => is_public(address),
            Self::Loopback => address.is_loopback(),
            Self::PublicOrLoopback => is_public(address) || address.is_loopback(),
        }
    }
}

/// Whether the address is one of the public internet. What is not known to be is not: private networks, loopback,
/// link-local with the metadata services, carrier-grade NAT, multicast, documentation and what else the registries of
/// special-purpose addresses keep (RFC 6890), also where IPv6 embeds such an address.
fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    !matches!(
        address.octets(),
        [0 | 10 | 127, ..]            // this network, private, loopback
            | [100, 64..=127, ..]     // carrier-grade NAT, RFC 6598
            | [169, 254, ..]          // link-local: 169.254.169.254 is the metadata service
            | [172, 16..=31, ..]      // private
            | [192, 0, 0 | 2, _]      // protocol assignments, documentation
            | [192, 88, 99, _]        // 6to4 relays, RFC 7526
            | [192, 168, ..]          // private
            | [198, 18 | 19, ..]      // benchmarks
            | [198, 51, 100, _]       // documentation
            | [203, 0, 113, _]        // documentation
            | [224..=255, ..] // multicast, reserved, broadcast
    )
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    let [_, _, _, _, _, _, high, low] = address.segments();
    let [a, b] = high.to_be_bytes();
    let [c, d] = low.to_be_bytes();
    let embedded = Ipv4Addr::new(a, b, c, d);
    match address.segments() {
        // IPv4-mapped (RFC 4291), and the well-known prefix of NAT64 (RFC 6052).
        [0, 0, 0, 0, 0, 0xffff, _, _] | [0x64, 0xff9b, 0, 0, 0, 0, _, _] => is_public_v4(embedded),
        // Protocol assignments with Teredo (2001::/23), documentation (2001:db8::/32 and 3fff::/20), 6to4 (2002::/16).
        [0x2001, 0..=0x1ff | 0xdb8, ..] | [0x3fff, 0..=0xfff, ..] | [0x2002, ..] => false,
        // Global unicast. Everything outside of it is loopback, unspecified, unique local (fd00:ec2::254 is the
        // metadata service), link-local, site-local, multicast, local NAT64 or not assigned.
        [first, ..] => matches!(first, 0x2000..=0x3fff),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests fail by panicking")]
    use super::*;

    #[test]
    fn attack_34_only_addresses_of_the_public_internet_are_public() {
        let refused = [
            "0.0.0.0",
            "0.1.2.3",
            "10.0.0.1",
            "10.255.255.255",
            "100.64.0.1",
            "100.127.255.255",
            "100.100.100.200",
            "127.0.0.1",
            "127.255.255.254",
            "169.254.169.254",
            "169.254.170.2",
            "172.16.0.1",
            "172.31.255.255",
            "192.0.0.1",
            "192.0.2.1",
            "192.88.99.1",
            "192.168.1.1",
            "198.18.0.1",
            "198.19.255.255",
            "198.51.100.1",
            "203.0.113.1",
            "224.0.0.1",
            "239.255.255.255",
            "240.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::127.0.0.1",
            "::ffff:127.0.0.1",
            "::ffff:169.254.169.254",
            "::ffff:10.0.0.1",
            "64:ff9b::7f00:1",
            "64:ff9b::a9fe:a9fe",
            "64:ff9b:1::808:808",
            "100::1",
            "2001::1",
            "2001:1ff::1",
            "2001:db8::1",
            "2002:7f00:1::",
            "2002:808:808::1",
            "3fff::1",
            "3fff:fff::1",
            "4000::1",
            "5f00::1",
            "fc00::1",
            "fd00:ec2::254",
            "fdff::1",
            "fe80::1",
            "fec0::1",
            "ff02::1",
        ];
        for address in refused {
            assert!(!Reach::Public.allows(address.parse().unwrap()), "{address}");
        }
        let allowed = [
            "1.1.1.1",
            "9.255.255.255",
            "11.0.0.1",
            "100.63.255.255",
            "100.128.0.0",
            "126.1.1.1",
            "128.0.0.1",
            "169.253.0.1",
            "172.15.255.255",
            "172.32.0.0",
            "192.0.1.1",
            "192.167.0.1",
            "198.17.0.1",
            "198.20.0.1",
            "223.255.255.255",
            "::ffff:8.8.8.8",
            "64:ff9b::808:808",
            "2001:200::1",
            "2001:4860:4860::8888",
            "2600:1f00::1",
            "2a00::1",
            "3ffe::1",
            "3fff:1000::1",
        ];
        for address in allowed {
            assert!(Reach::Public.allows(address.parse().unwrap()), "{address}");
        }
    }

    #[test]
    fn loopback_is_the_machine_itself_and_nothing_else() {
        for address in ["127.0.0.1", "127.8.8.8", "::1"] {
            assert!(Reach::Loopback.allows(address.parse().unwrap()), "{address}");
            assert!(Reach::PublicOrLoopback.allows(address.parse().unwrap()), "{address}");
        }
        for address in ["0.0.0.0", "::", "10.0.0.1", "169.254.169.254", "::ffff:127.0.0.1"] {
            assert!(!Reach::Loopback.allows(address.parse().unwrap()), "{address}");
            assert!(!Reach::PublicOrLoopback.allows(address.parse().unwrap()), "{address}");
        }
        assert!(!Reach::Loopback.allows("8.8.8.8".parse().unwrap()));
        assert!(Reach::PublicOrLoopback.allows("8.8.8.8".parse().unwrap()));
    }
}

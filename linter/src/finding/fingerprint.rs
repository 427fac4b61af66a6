//! A finding's identity across runs: it stays when lines move, files are renamed or indentation changes.

use std::collections::HashMap;
use std::fmt;
use std::str::FromStr;

use super::Finding;

/// A hash of what a finding is about: lint, route, content type and the text it points at, with runs of white space
/// counted as one blank. Findings of one run that agree in all of these are told apart by their order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Fingerprint(u128);

impl Fingerprint {
    /// What a finding is about; findings that agree in it are not told apart.
    pub fn of(finding: &Finding) -> Self {
        Self(of_content(finding).0)
    }

    /// The fingerprints of a run's findings, in the same order.
    pub fn of_all(findings: &[Finding]) -> Vec<Self> {
        let mut seen: HashMap<u128, u64> = HashMap::new();
        findings
            .iter()
            .map(|finding| {
                let hash = of_content(finding);
                let nth = seen.entry(hash.0).or_default();
                let print = if *nth == 0 { hash } else { hash.field(&nth.to_string()) };
                *nth += 1;
                Self(print.0)
            })
            .collect()
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}", self.0)
    }
}

impl FromStr for Fingerprint {
    type Err = ();

    /// Reads what is displayed.
    fn from_str(text: &str) -> Result<Self, ()> {
        let plain = text.len() == 32 && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
        let hash = u128::from_str_radix(text, 16).ok().filter(|_| plain);
        hash.map(Self).ok_or(())
    }
}

fn of_content(finding: &Finding) -> Fnv {
    let snippet: Vec<&str> = finding.file.slice(finding.span).split_whitespace().collect();
    Fnv::default()
        .field(finding.lint)
        .field(finding.route.as_deref().unwrap_or(""))
        .field(finding.content_type.as_deref().unwrap_or(""))
        .field(&snippet.join(" "))
}

/// FNV-1a of 128 bits. It names findings and guards nothing, so a hash that resists attackers is not needed; what is
/// needed is the same number on every machine and in every version.
#[derive(Clone, Copy)]
struct Fnv(u128);

impl Default for Fnv {
    fn default() -> Self {
        Self(0x6c62_272e_07bb_0142_62b8_2175_6295_c58d)
    }
}

impl Fnv {
    /// Adds a text and an end mark that no UTF-8 text holds, so that fields never run together.
    fn field(self, text: &str) -> Self {
        text.bytes().chain([0xff]).fold(self, |hash, byte| {
            Self((hash.0 ^ u128::from(byte)).wrapping_mul(0x0000_0000_0100_0000_0000_0000_0000_013b))
        })
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::finding::{Confidence, Severity};
    use crate::source::{HostSpan, SourceFile};

    fn finding(path: &str, text: &str, found: &str) -> Finding {
        let start = text.find(found).unwrap();
        Finding {
            lint: "unescaped-input",
            severity: Severity::Error,
            confidence: Confidence::Proven,
            message: "m".into(),
            help: None,
            file: Arc::new(SourceFile::new(path, text)),
            span: HostSpan::new(start, start + found.len()),
            exact: true,
            route: Some("GET /a".into()),
            content_type: None,
            action: None,
            table: None,
            related: Vec::new(),
            proof: None,
            fix: None,
            justification: None,
        }
    }

    #[test]
    fn lines_indentation_and_file_names_do_not_count() {
        let here = finding("a.yaml", "x: $input.body", "$input.body");
        let there = finding("b/c.yaml", "\n\n  y:   $input.body", "$input.body");
        let wrapped = finding("a.yaml", "#if( $a )\n    x", "#if( $a )\n    x");
        let unwrapped = finding("a.yaml", "#if( $a )\r\n\tx", "#if( $a )\r\n\tx");
        assert_eq!(Fingerprint::of_all(&[here]), Fingerprint::of_all(&[there]));
        assert_eq!(Fingerprint::of_all(&[wrapped]), Fingerprint::of_all(&[unwrapped]));
    }

    #[test]
    fn lint_route_content_type_and_text_count() {
        let base = finding("a", "$a $b", "$a");
        let mut all = vec![base.clone(), finding("a", "$a $b", "$b")];
        all.push(Finding { lint: "other", ..base.clone() });
        all.push(Finding { route: None, ..base.clone() });
        // Fields must not run together: here the content type takes over the route's text.
        all.push(Finding { route: None, content_type: Some("GET /a".into()), ..base.clone() });
        // A second finding of the same content in one run.
        all.push(base);
        let prints = Fingerprint::of_all(&all);
        for (i, a) in prints.iter().enumerate() {
            assert!(!prints[i + 1..].contains(a), "{i} is not unique in {prints:?}");
        }
    }

    /// The published test values of FNV-1a 128: a change here would orphan every stored baseline.
    #[test]
    fn the_hash_is_fnv_1a() {
        let plain = |text: &str| {
            text.bytes().fold(Fnv::default(), |h, b| {
                Fnv((h.0 ^ u128::from(b)).wrapping_mul(0x0000_0000_0100_0000_0000_0000_0000_013b))
            })
        };
        assert_eq!(plain("").0, 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d);
        assert_eq!(plain("a").0, 0xd228_cb69_6f1a_8caf_7891_2b70_4e4a_8964);
        assert_eq!(plain("foobar").0, 0x343e_1662_793c_64bf_6f0d_3597_ba44_6f18);
    }
}

//! The compact form of a signed token: three parts of base64url, joined by dots (RFC 7515, 7.1).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::refusal::Refusal;

/// A token taken apart.
pub(super) struct CompactToken<'a> {
    /// Header and payload as they were signed.
    pub(super) signed: &'a str,
    /// JSON, if all is well.
    pub(super) header: Vec<u8>,
    /// JSON, if all is well.
    pub(super) payload: Vec<u8>,
    /// Never empty.
    pub(super) signature: Vec<u8>,
}

impl<'a> CompactToken<'a> {
    /// Takes a token apart. Each part must be base64url in its only form, without padding, blanks or stray bits: then
    /// no two texts are the same token.
    pub(super) fn split(token: &'a str) -> Result<Self, Refusal> {
        let (signed, signature) = token.rsplit_once('.').ok_or(Refusal::Malformed)?;
        let (header, payload) = signed.split_once('.').ok_or(Refusal::Malformed)?;
        // A dot is no character of base64url, so a fourth part fails here.
        let decoded = |part: &str| match URL_SAFE_NO_PAD.decode(part) {
            Ok(bytes) if !bytes.is_empty() => Ok(bytes),
            _ => Err(Refusal::Malformed),
        };
        let (header, payload) = (decoded(header)?, decoded(payload)?);
        Ok(Self { signed, header, payload, signature: decoded(signature)? })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests fail by panicking")]
    use super::*;

    #[test]
    fn three_parts_are_a_token() {
        let token = CompactToken::split("e30.e30.AA").unwrap();
        assert_eq!((token.signed, token.header, token.payload), ("e30.e30", b"{}".to_vec(), b"{}".to_vec()));
        assert_eq!(token.signature, [0]);
    }

    #[test]
    fn attack_16_any_other_form_is_malformed() {
        for token in [
            "",
            ".",
            "..",
            "e30",
            "e30.e30",
            "e30.e30.",
            ".e30.AA",
            "e30..AA",
            "e30.e30.AA.",
            ".e30.e30.AA",
            "e30.e30.AA.AA",
            "e30.e30.AA.AA.AA",
            "e30=.e30.AA",
            "e30.e30.AA==",
            " e30.e30.AA",
            "e30.e30.AA ",
            "e30.e30.AA\n",
            "e30.e3\n0.AA",
            "e30\t.e30.AA",
            "e30%2Ee30%2EAA",
            "e30.e30.AB",
            "e31.e30.AA",
            "e30.e30.A",
            "e30.e30.+/8",
            "e30.e30.\u{ff}\u{ff}",
            "e30\u{3002}e30\u{3002}AA",
            "\u{feff}e30.e30.AA",
            "e30.e30.A\0",
        ] {
            assert_eq!(CompactToken::split(token).err(), Some(Refusal::Malformed), "{token:?}");
        }
        assert!(CompactToken::split("e30.e30._-8").is_ok());
    }
}

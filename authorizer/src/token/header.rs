//! The header of a signed token.

use keybound_shared::{Algorithm, Claims};

use crate::keys::{algorithm_of_name, is_key_id};

use super::refusal::Refusal;

/// What counts of a header.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Header {
    pub(super) algorithm: Algorithm,
    /// 1 to 128 printable ASCII characters.
    pub(super) kid: String,
}

/// Members that change how a token is to be read (RFC 7515, RFC 7516, RFC 7797), or where its key is to be had. We
/// understand no extension, so `crit` cannot be satisfied; and keys come from the configured issuer alone.
const REFUSED_MEMBERS: [&str; 9] = ["crit", "zip", "enc", "b64", "jku", "x5u", "x5c", "jwk", "cty"];

impl Header {
    /// Reads a header's JSON.
    pub(super) fn parse(json: &[u8]) -> Result<Self, Refusal> {
        // The reader of claims is one of any JSON object that has no member twice.
        let members = Claims::parse(json).map_err(|_| Refusal::Malformed)?;
        if REFUSED_MEMBERS.iter().any(|name| members.get(name).is_some()) {
            return Err(Refusal::Header);
        }
        if members.get("typ").is_some() && !members.text("typ").is_some_and(is_token_type) {
            return Err(Refusal::Header);
        }
        let algorithm = members.text("alg").and_then(algorithm_of_name).ok_or(Refusal::Algorithm)?;
        let kid = members.text("kid").filter(|kid| is_key_id(kid)).ok_or(Refusal::Header)?;
        Ok(Self { algorithm, kid: kid.to_owned() })
    }
}

/// `JWT` (RFC 7519, 5.1) or `at+jwt` (RFC 9068, 2.1). They are media types, so case does not count, and
/// `application/`, which a sender should leave out, means the same where it stands (RFC 7515, 4.1.9; RFC 9068, 4).
fn is_token_type(typ: &str) -> bool {
    let typ = typ.to_ascii_lowercase();
    matches!(typ.strip_prefix("application/").unwrap_or(&typ), "jwt" | "at+jwt")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(json: &str) -> Result<Header, Refusal> {
        Header::parse(json.as_bytes())
    }

    #[test]
    fn algorithm_and_key_id_are_all_that_a_header_needs() {
        let expected = Ok(Header { algorithm: Algorithm::Rs256, kid: "k 1".to_owned() });
        assert_eq!(parse(r#"{"alg":"RS256","kid":"k 1"}"#), expected);
        assert_eq!(parse(r#"{"alg":"RS256","kid":"k 1","x5t":"a","anything":{"crit":1}}"#), expected);
        for typ in
            ["JWT", "jwt", "at+jwt", "AT+JWT", "application/at+jwt", "application/jwt", "Application/JWT"]
        {
            assert_eq!(parse(&format!(r#"{{"typ":"{typ}","alg":"RS256","kid":"k 1"}}"#)), expected, "{typ}");
        }
    }

    #[test]
    fn attacks_01_and_02_no_algorithm_but_a_known_one_in_its_own_spelling() {
        for alg in [
            r#""none""#,
            r#""None""#,
            r#""nOnE""#,
            r#""NONE""#,
            r#""HS256""#,
            r#""HS384""#,
            r#""HS512""#,
            r#""rs256""#,
            r#""RS256 ""#,
            r#""RS1""#,
            r#""ES256K""#,
            r#""ES512""#,
            r#""dir""#,
            r#""""#,
            "null",
            "1",
            r#"["RS256"]"#,
            r#"{"a":"RS256"}"#,
        ] {
            assert_eq!(parse(&format!(r#"{{"alg":{alg},"kid":"k"}}"#)), Err(Refusal::Algorithm), "{alg}");
        }
        assert_eq!(parse(r#"{"kid":"k"}"#), Err(Refusal::Algorithm));
    }

    #[test]
    fn attack_09_a_key_id_is_a_short_printable_text() {
        for kid in
            ["1", "null", "true", "[]", r#"["k"]"#, r#""""#, r#""\u0000""#, r#""a\nb""#, r#""k\u00e9y""#]
        {
            assert_eq!(parse(&format!(r#"{{"alg":"RS256","kid":{kid}}}"#)), Err(Refusal::Header), "{kid}");
        }
        assert_eq!(parse(r#"{"alg":"RS256"}"#), Err(Refusal::Header));
        let of_length =
            |length: usize| parse(&format!(r#"{{"alg":"RS256","kid":"{}"}}"#, "k".repeat(length)));
        assert!(of_length(128).is_ok());
        assert_eq!(of_length(129), Err(Refusal::Header));
    }

    #[test]
    fn attacks_06_07_08_11_13_members_that_change_the_reading_are_refused_whatever_they_hold() {
        for name in REFUSED_MEMBERS {
            for value in
                ["null", "false", "true", "[]", r#"["exp"]"#, "{}", r#""""#, r#""https://evil.test""#]
            {
                let header = format!(r#"{{"alg":"RS256","kid":"k","{name}":{value}}}"#);
                assert_eq!(parse(&header), Err(Refusal::Header), "{header}");
            }
        }
    }

    #[test]
    fn attack_12_a_token_of_another_type_is_refused() {
        for typ in [
            r#""JWE""#,
            r#""JOSE""#,
            r#""dpop+jwt""#,
            r#""logout+jwt""#,
            r#""application/dpop+jwt""#,
            r#""""#,
            r#""JWT ""#,
            r#""application/application/jwt""#,
            r#""text/jwt""#,
            "null",
            "1",
            r#"["JWT"]"#,
        ] {
            let header = format!(r#"{{"alg":"RS256","kid":"k","typ":{typ}}}"#);
            assert_eq!(parse(&header), Err(Refusal::Header), "{header}");
        }
    }

    #[test]
    fn attack_23_a_member_twice_is_malformed() {
        for header in [
            r#"{"alg":"RS256","alg":"RS256","kid":"k"}"#,
            r#"{"alg":"RS256","kid":"k","kid":"l"}"#,
            r#"{"alg":"RS256","kid":"k","k\u0069d":"k"}"#,
            r#"{"alg":"RS256","kid":"k","x":{"y":1,"y":2}}"#,
        ] {
            assert_eq!(parse(header), Err(Refusal::Malformed), "{header}");
        }
    }
}

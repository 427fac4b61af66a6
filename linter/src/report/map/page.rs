//! What every page of a map has alike: its style, its script, and the policy that lets the browser take only these.

/// The style.
pub(super) const STYLE: &str = include_str!("page/style.css");

/// The script: it filters rows.
pub(super) const SCRIPT: &str = include_str!("page/script.js");

/// The SHA-256 of the style and of the script, as a policy names them; `cargo test` says what they are.
const STYLE_HASH: &str = "ETe9xaPXftNlSFAqgGOefMDFao4654dCIzvPL/r3IO4=";
const SCRIPT_HASH: &str = "KEIo3UZJBCxgT4rIUq1jJ4Q/TTV7wB5MO5HTD/Znti4=";

/// The page's Content-Security-Policy: this style and this script, and nothing from anywhere.
pub(super) fn policy() -> String {
    format!(
        "default-src 'none'; style-src 'sha256-{STYLE_HASH}'; script-src 'sha256-{SCRIPT_HASH}'; base-uri 'none'; \
         form-action 'none'"
    )
}

#[cfg(test)]
mod tests {
    use base64::Engine;
    use base64::engine::general_purpose::STANDARD;
    use sha2::{Digest, Sha256};

    use super::*;

    /// What a browser hashes: it reads a line's end as a line feed, however the file was checked out.
    fn hash(text: &str) -> String {
        STANDARD.encode(Sha256::digest(text.replace("\r\n", "\n")))
    }

    #[test]
    fn the_policy_names_what_the_page_has() {
        assert_eq!((STYLE_HASH, SCRIPT_HASH), (hash(STYLE).as_str(), hash(SCRIPT).as_str()));
    }
}

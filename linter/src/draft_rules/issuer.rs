//! The Cognito user pools that a definition names.

/// What a pool's id follows in its ARN, and in the address of its tokens' issuer.
const BEFORE: [&str; 2] = ["userpool/", ".amazonaws.com/"];

/// The most characters of a pool's id. (Amazon Cognito's API reference, `UserPoolId`.)
const MAX_ID: usize = 55;

/// The addresses of the issuers whose pools a text names, each once. An id tells its region, and nothing else has its
/// form, so it makes no difference where in a definition it stands.
pub(super) fn issuers(text: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for before in BEFORE {
        for part in text.split(before).skip(1) {
            let is_part = |c: char| c.is_ascii_alphanumeric() || "-_".contains(c);
            let id: String = part.chars().take(MAX_ID + 1).take_while(|c| is_part(*c)).collect();
            let Some(region) = region(&id) else { continue };
            let address = format!("https://cognito-idp.{region}.amazonaws.com/{id}");
            if !found.contains(&address) {
                found.push(address);
            }
        }
    }
    found
}

/// The region of `eu-west-1_Example`; none where a text is no pool's id.
fn region(id: &str) -> Option<&str> {
    let (region, own) = id.split_once('_')?;
    let parts: Vec<&str> = region.split('-').collect();
    let (number, words) = parts.split_last()?;
    let is_word = |word: &&str| !word.is_empty() && word.chars().all(|c| c.is_ascii_lowercase());
    let is_region = !number.is_empty()
        && number.chars().all(|c| c.is_ascii_digit())
        && words.len() >= 2
        && words.iter().all(is_word);
    let is_id = !own.is_empty() && own.chars().all(|c| c.is_ascii_alphanumeric()) && id.len() <= MAX_ID;
    (is_region && is_id).then_some(region)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pools_by_their_arns_and_issuers() {
        for (text, expected) in [
            ("arn:aws:cognito-idp:eu-west-1:1:userpool/eu-west-1_Example", Some("eu-west-1_Example")),
            ("arn:aws:cognito-idp:${R}:${A}:userpool/us-gov-west-1_a1B2\"", Some("us-gov-west-1_a1B2")),
            ("https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Ex/.well-known", Some("eu-west-1_Ex")),
            ("userpool/${Pool}", None),
            ("userpool/eu-west-1_", None),
            ("userpool/_x userpool/x_y userpool/EU-WEST-1_x", None),
            ("https://s3.amazonaws.com/bucket_name", None),
        ] {
            let found = issuers(text);
            let ids: Vec<&str> = found.iter().filter_map(|address| address.rsplit('/').next()).collect();
            assert_eq!(ids, expected.into_iter().collect::<Vec<_>>(), "{text}");
        }
        let twice = "userpool/eu-west-1_A userpool/eu-west-1_B userpool/eu-west-1_A";
        assert_eq!(issuers(twice).len(), 2);
        assert_eq!(issuers(twice)[0], "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_A");
    }
}

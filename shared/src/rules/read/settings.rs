//! The sections `authorizer` and `lint`.

use crate::document::{Fault, Member, Node, Value};

use super::Reader;
use super::fields::Fields;
use crate::rules::settings::{AuthorizerSettings, HttpApiAnswer};

const MAX_REF: usize = 512;
const MOST_CACHED: usize = 100_000;
/// A Lambda function's answer is at most 6 MB, of which the context needs some; a policy that holds nothing has 200 bytes.
const POLICY_BYTES: std::ops::RangeInclusive<usize> = 512..=4_194_304;

pub(super) fn read(reader: &mut Reader<'_>, section: Option<&Member>) -> AuthorizerSettings {
    let mut settings = AuthorizerSettings::default();
    let Some(section) = section else { return settings };
    let Some(mut fields) = Fields::of_entry(reader, "`authorizer`", section) else { return settings };
    let (refs, apis) = (fields.take("refs"), fields.take("apis"));
    let (session_policy, token_cache) = (fields.take("session_policy"), fields.take("token_cache"));
    let (bare_token, http_api) = (fields.take("bare_token"), fields.take("http_api"));
    let max_policy_bytes = fields.take("max_policy_bytes");
    fields.finish(reader);

    if let Some(member) = refs {
        settings.refs = reader.lines(member, MAX_REF).unwrap_or_default();
    }
    if let Some(member) = apis {
        let members = reader.members(member, read_api, |text| text).unwrap_or_default();
        settings.apis = members.into_iter().map(|(text, _)| text).collect();
    }
    if let Some(flag) = session_policy.and_then(|member| reader.boolean(member)) {
        settings.session_policy = flag;
    }
    if let Some(count) = token_cache.and_then(|member| reader.whole(member, 0..=MOST_CACHED)) {
        settings.token_cache = count;
    }
    if let Some(flag) = bare_token.and_then(|member| reader.boolean(member)) {
        settings.bare_token = flag;
    }
    let answers = [("iam", HttpApiAnswer::Iam), ("simple", HttpApiAnswer::Simple)];
    if let Some(answer) = http_api.and_then(|member| reader.word(member, &answers)) {
        settings.http_api = answer;
    }
    if let Some(bytes) = max_policy_bytes.and_then(|member| reader.whole(member, POLICY_BYTES)) {
        settings.max_policy_bytes = bytes;
    }
    settings
}

/// `a1b2c3d4e5/prod`, `a1b2c3d4e5/$default`.
fn read_api(reader: &mut Reader<'_>, what: &str, node: &Node) -> Option<String> {
    let text = reader.deployed_text(what, node)?;
    let plain = |part: &str| {
        (1..=128).contains(&part.len()) && part.chars().all(|c| c.is_ascii_alphanumeric() || "_-".contains(c))
    };
    let fits =
        text.split_once('/').is_some_and(|(api, stage)| plain(api) && (plain(stage) || stage == "$default"));
    if !fits {
        let fault = Fault::new(node.span, format!("{what} must be an API's id and a stage"));
        reader.error(fault.help("write them such as `a1b2c3d4e5/prod`"));
    }
    fits.then_some(text)
}

/// The section `lint` is the linter's, which [`super::lint`] reads: a slip in it must not close an API. Here it must only
/// be a mapping.
pub(super) fn check_lint(reader: &mut Reader<'_>, section: Option<&Member>) {
    if let Some(section) = section
        && !matches!(section.value.value, Value::Mapping(_))
    {
        reader.wrong::<()>("`lint`", "a mapping", &section.value);
    }
}

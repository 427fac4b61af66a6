//! The ARN that API Gateway asks about, and those that answers name.

/// The longest ARN that is looked at. API Gateway answers 414 to one of more than 1,600 bytes.
const MAX_BYTES: usize = 4096;

/// The API and stage of a `methodArn` (or `routeArn`).
///
/// What comes after the stage is kept out on purpose: it is the path as the client wrote it, with any `/` and `:`, and
/// a policy made from it would be wrong for the next request that API Gateway answers from its cache. All that is
/// told of it is whether it is the key of a WebSocket's `$connect`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MethodArn {
    partition: String,
    region: String,
    account: String,
    api: String,
    stage: String,
    connect: bool,
}

/// Why a text is no ARN that a policy could be made for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MethodArnError {
    /// Not `arn:partition:execute-api:region:account:api/stage/…`.
    #[error("the method ARN is not of the form arn:partition:execute-api:region:account:api/stage/VERB/path")]
    Form,
    /// A `*`, `?` or other character that would widen or break a resource.
    #[error("the {0} in the method ARN is no plain name")]
    NotPlain(&'static str),
}

/// Letters, digits, `-` and `_`: what IDs of APIs, accounts, regions and stages are made of.
fn is_plain(name: &str) -> bool {
    !name.is_empty()
        && name.len() <= 128
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_')
}

impl MethodArn {
    /// Reads the ARN of a request to a method. Only its first parts are looked at: a path may hold `:` and `/`.
    ///
    /// # Errors
    ///
    /// Says which part could not stand in a policy as it is.
    pub fn parse(arn: &str) -> Result<Self, MethodArnError> {
        if arn.len() > MAX_BYTES {
            return Err(MethodArnError::Form);
        }
        let mut parts = arn.splitn(6, ':');
        let mut next = || parts.next().ok_or(MethodArnError::Form);
        let (scheme, partition, service) = (next()?, next()?, next()?);
        let (region, account, resource) = (next()?, next()?, next()?);
        if scheme != "arn" || service != "execute-api" {
            return Err(MethodArnError::Form);
        }
        let (api, rest) = resource.split_once('/').ok_or(MethodArnError::Form)?;
        let (stage, rest) = rest.split_once('/').ok_or(MethodArnError::Form)?;
        let named = [("partition", partition), ("region", region), ("account", account), ("API", api)];
        if let Some((what, _)) = named.into_iter().find(|(_, name)| !is_plain(name)) {
            return Err(MethodArnError::NotPlain(what));
        }
        // The stage of an HTTP API that has no other.
        if !is_plain(stage) && stage != "$default" {
            return Err(MethodArnError::NotPlain("stage"));
        }
        Ok(Self {
            partition: partition.to_owned(),
            region: region.to_owned(),
            account: account.to_owned(),
            api: api.to_owned(),
            stage: stage.to_owned(),
            connect: rest == "$connect",
        })
    }

    /// Whether a client asks to open a WebSocket.
    #[must_use]
    pub fn is_connect(&self) -> bool {
        self.connect
    }

    /// As `authorizer.apis` of the rules writes it: `a1b2c3d4e5/prod`.
    #[must_use]
    pub fn api_and_stage(&self) -> String {
        format!("{}/{}", self.api, self.stage)
    }

    /// What every resource of this API and stage begins with, up to the slash after the stage.
    pub(crate) fn stage_prefix(&self) -> String {
        let Self { partition, region, account, api, stage, .. } = self;
        format!("arn:{partition}:execute-api:{region}:{account}:{api}/{stage}/")
    }

    /// An ARN about as long as any: that of a stage listed in the rules, or else of one with a name of 20 characters.
    pub(crate) fn longest(apis: &[String], connect: bool) -> Self {
        let listed = apis.iter().max_by_key(|listed| listed.len()).and_then(|listed| listed.split_once('/'));
        let (api, stage) = listed
            .map_or_else(|| ("a".repeat(10), "s".repeat(20)), |(api, stage)| (api.into(), stage.into()));
        Self {
            partition: "aws-us-gov".to_owned(),
            region: "ap-northeast-1".to_owned(),
            account: "000000000000".to_owned(),
            api,
            stage,
            connect,
        }
    }
}

/// What the ARN of every table begins with: in a region and account of its own, else in the API's, else in any.
pub(crate) fn table_prefix(api: Option<&MethodArn>, region: Option<&str>, account: Option<&str>) -> String {
    let region = region.or(api.map(|api| api.region.as_str())).unwrap_or("*");
    let account = account.or(api.map(|api| api.account.as_str())).unwrap_or("*");
    let partition = api.map_or_else(|| partition_of(region), |api| &api.partition);
    format!("arn:{partition}:dynamodb:{region}:{account}:table/")
}

/// The partition that a region is in. (IAM user guide, Amazon Resource Names.)
fn partition_of(region: &str) -> &'static str {
    match region {
        _ if region.starts_with("cn-") => "aws-cn",
        _ if region.starts_with("us-gov-") => "aws-us-gov",
        _ => "aws",
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests fail by panicking")]
    use super::*;

    const ARN: &str = "arn:aws:execute-api:eu-west-1:123456789012:a1b2c3d4e5/prod/GET/orders/1";

    #[test]
    fn attack_44_a_path_may_hold_anything() {
        let plain = MethodArn::parse(ARN).unwrap();
        assert_eq!(plain.stage_prefix(), "arn:aws:execute-api:eu-west-1:123456789012:a1b2c3d4e5/prod/");
        for path in [
            "",
            "/",
            "a:b:c",
            "a/b",
            "..",
            "../../x",
            "%2F",
            "a//b",
            "*",
            "${x}",
            "a\u{e9}",
            &"x".repeat(1600),
        ] {
            let arn = MethodArn::parse(&format!(
                "arn:aws:execute-api:eu-west-1:123456789012:a1b2c3d4e5/prod/GET/{path}"
            ));
            assert_eq!(arn.unwrap(), plain, "{path}");
        }
    }

    #[test]
    fn attack_47_a_part_that_is_no_plain_name_is_refused() {
        for (from, to) in [
            ("prod", "*"),
            ("prod", "pr?d"),
            ("prod", "${stage}"),
            ("prod", ""),
            ("a1b2c3d4e5", "*"),
            ("a1b2c3d4e5", ""),
            ("123456789012", "*"),
            ("eu-west-1", "eu*"),
            ("arn:aws:", "arn:*:"),
            ("eu-west-1", ""),
            ("prod", "pr\"od"),
            ("prod", "$other"),
        ] {
            let arn = ARN.replacen(from, to, 1);
            assert!(matches!(MethodArn::parse(&arn), Err(MethodArnError::NotPlain(_))), "{arn}");
        }
        for arn in [
            "",
            "*",
            "arn:aws:s3:::bucket/a/b",
            "arn:aws:execute-api:r:1:api",
            "arn:aws:execute-api:r:1:api/s",
        ] {
            assert_eq!(MethodArn::parse(arn), Err(MethodArnError::Form), "{arn}");
        }
        assert_eq!(MethodArn::parse(&format!("{ARN}{}", "x".repeat(5000))), Err(MethodArnError::Form));
    }

    #[test]
    fn attack_46_stages_with_names_of_their_own() {
        for stage in ["test-invoke-stage", "$default"] {
            let arn = MethodArn::parse(&ARN.replace("prod", stage)).unwrap();
            assert!(arn.stage_prefix().ends_with(&format!("/{stage}/")));
        }
        let connect =
            MethodArn::parse("arn:aws-cn:execute-api:cn-north-1:123456789012:api/s/$connect").unwrap();
        assert!(connect.is_connect());
        assert!(!MethodArn::parse(ARN).unwrap().is_connect());
        assert!(!MethodArn::parse("arn:aws:execute-api:r:1:api/s/GET/$connect").unwrap().is_connect());
    }
}

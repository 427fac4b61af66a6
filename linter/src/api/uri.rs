//! An integration's `uri`: whether it calls DynamoDB, and which action.
//!
//! `arn:{partition}:apigateway:{region}:dynamodb:action/{Action}`, with `&Name=Value` pairs after the action; or
//! `…:dynamodb:path/…`, where the `X-Amz-Target` header names the action. Placeholders of the deployment,
//! `{parameters}` of the request and `${stageVariables.x}` may stand in any part of it.

use keybound_vtl::template::PLACEHOLDER_CHAR;

use super::{Action, DeployText};

/// The action that a `uri` calls; none where it surely calls another service.
///
/// A `uri` that does not show its service (one `Ref` for all of it) might be DynamoDB's and gives [`Action::Open`].
pub fn action(uri: &DeployText) -> Option<Action> {
    let uri = uri.text().trim();
    let kinds = [":action/", ":path/"];
    let kind = kinds.into_iter().filter_map(|kind| Some((uri.find(kind)?, kind))).min();
    let Some((at, kind)) = kind else {
        return might_be_dynamodb(uri).then_some(Action::Open);
    };
    let (before, from_kind) = uri.split_at_checked(at)?;
    let service = before.rsplit(':').next()?;
    if is_open(service) {
        return Some(Action::Open);
    }
    if !is_dynamodb(service) {
        return None;
    }
    let name = from_kind.strip_prefix(":action/").and_then(|rest| rest.split('&').next()).unwrap_or("");
    Some(if kind == ":path/" || name.is_empty() || is_open(name) {
        Action::Open
    } else {
        Action::Named(name.to_owned())
    })
}

/// For a `uri` that shows neither `action/` nor `path/`.
fn might_be_dynamodb(uri: &str) -> bool {
    if !is_open(uri) {
        return false;
    }
    let parts: Vec<&str> = uri.split(':').take(5).collect();
    match parts.as_slice() {
        // A first part that is text must be an ARN's.
        [first, ..] if !is_open(first) && *first != "arn" => false,
        [_, _, _, _, service] => is_open(service) || is_dynamodb(service),
        _ => true,
    }
}

/// The service may have a subdomain before it; DynamoDB Streams is another API.
fn is_dynamodb(service: &str) -> bool {
    service == "dynamodb" || service.strip_suffix(".dynamodb").is_some_and(|subdomain| subdomain != "streams")
}

/// Whether a part has something in it that is not fixed by the definition.
fn is_open(part: &str) -> bool {
    part.contains([PLACEHOLDER_CHAR, '{'])
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `<x>` stands for a placeholder.
    fn of(uri: &str) -> Option<Action> {
        let mut text = DeployText::default();
        let mut rest = uri;
        while let Some((before, after)) = rest.split_once('<') {
            let (name, after) = after.split_once('>').unwrap();
            text.push_text(before);
            text.push_placeholder(name);
            rest = after;
        }
        text.push_text(rest);
        action(&text)
    }

    #[test]
    fn a_named_action_is_read_around_placeholders() {
        for uri in [
            "arn:aws:apigateway:eu-west-1:dynamodb:action/PutItem",
            "arn:<AWS::Partition>:apigateway:<AWS::Region>:dynamodb:action/PutItem",
            "arn:aws:apigateway:${AWS::Region}:dynamodb:action/PutItem",
            "arn:aws:apigateway:eu-west-1:dynamodb:action/PutItem&Version=2012-08-10",
            "<Prefix>:dynamodb:action/PutItem",
            "arn:aws:apigateway:eu-west-1:sub.dynamodb:action/PutItem",
        ] {
            assert_eq!(of(uri), Some(Action::Named("PutItem".to_owned())), "{uri}");
        }
    }

    #[test]
    fn what_decides_the_action_later_is_open() {
        for uri in [
            "arn:aws:apigateway:eu-west-1:dynamodb:action/{op}",
            "arn:aws:apigateway:eu-west-1:dynamodb:action/<Action>",
            "arn:aws:apigateway:eu-west-1:dynamodb:action/${stageVariables.action}",
            "arn:aws:apigateway:eu-west-1:dynamodb:action/<Verb>Item",
            "arn:aws:apigateway:eu-west-1:dynamodb:action/",
            "arn:aws:apigateway:eu-west-1:dynamodb:path//",
            "arn:aws:apigateway:eu-west-1:dynamodb:<Rest>",
            "arn:aws:apigateway:eu-west-1:<Service>:action/PutItem",
            "arn:aws:apigateway:eu-west-1:<ServiceAndAction>",
            "arn:aws:apigateway:<RegionAndTheRest>",
            "<Uri>",
        ] {
            assert_eq!(of(uri), Some(Action::Open), "{uri}");
        }
    }

    #[test]
    fn other_services_are_none() {
        for uri in [
            "arn:aws:apigateway:<R>:lambda:path/2015-03-31/functions/<F.Arn>/invocations",
            "arn:aws:apigateway:<R>:lambda:path/2015-03-31/functions/arn:aws:lambda:<R>:1:function:dynamodb:action/x",
            "arn:aws:apigateway:us-east-1:sqs:action/SendMessage",
            "arn:aws:apigateway:us-east-1:s3:path/{bucket}/{key}",
            "arn:aws:apigateway:us-east-1:streams.dynamodb:action/GetRecords",
            "arn:aws:apigateway:us-east-1:s3:<Rest>",
            "https://example.com/{id}",
            "https://<Host>/x",
            "",
        ] {
            assert_eq!(of(uri), None, "{uri}");
        }
    }
}

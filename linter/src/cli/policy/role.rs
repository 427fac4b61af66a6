//! `keybound policy --role`.

use std::io;

use keybound_shared::{Document, MethodArn, NoSuchRoute, RoleScope, Rules, Statement};

use super::{fail, nowhere, rules, write};
use crate::cli::{PolicyArguments, Status, Streams, input};
use crate::finding::RunError;
use crate::report::visible;

/// The most characters, without white space, of a managed policy, and of all policies in a role together. (IAM user
/// guide, IAM and AWS STS quotas.)
const MAX_MANAGED: usize = 6144;
const MAX_INLINE: usize = 10_240;

/// Writes the least policy of the role that the integrations of a route, or of all, call DynamoDB with.
pub(super) fn run(
    arguments: &PolicyArguments,
    route: Option<&str>,
    streams: &mut Streams<'_>,
) -> io::Result<Status> {
    let Some(rules) = rules(arguments, streams) else { return Ok(Status::Failed) };
    let document = match document(arguments, route, &rules) {
        Ok(document) => document,
        Err(error) => return Ok(fail(streams, &error)),
    };
    write(&document, streams)?;
    // Where standard error cannot be written, the document stands all the same.
    _ = note(&document, streams);
    Ok(Status::Clean)
}

fn document(arguments: &PolicyArguments, route: Option<&str>, rules: &Rules) -> Result<Document, RunError> {
    let arn = arguments.arn.as_deref().map(MethodArn::parse).transpose();
    let arn = arn.map_err(|error| nowhere(error.to_string()))?;
    let scope = scope(arguments, route, rules)?;
    let document = rules.role_policy(&scope, arn.as_ref()).map_err(|error| nowhere(error.to_string()))?;
    document.ok_or_else(|| {
        let message = "there is no grant, so the role may do nothing";
        input::failure(&arguments.rules, message.to_owned())
    })
}

/// The routes that are asked for. A WebSocket's route may have the key `all`.
fn scope(arguments: &PolicyArguments, route: Option<&str>, rules: &Rules) -> Result<RoleScope, RunError> {
    let Some(route) = route else { return Ok(RoleScope::All) };
    let written = "a route is written as in the rules: `GET /orders/{orderId}`, `ANY /orders/{orderId}` for all its \
                   verbs, or the key of a WebSocket route";
    match RoleScope::named(route, rules) {
        Ok(scope) => Ok(scope),
        Err(NoSuchRoute::Unknown { .. }) if route == "all" => Ok(RoleScope::All),
        Err(NoSuchRoute::Unknown { nearest }) => {
            let message = format!("no grant opens the route `{}`", visible::line(route));
            let meant = nearest.map(|nearest| format!("did you mean `{nearest}`? "));
            let help = Some(format!("{}{written}", meant.unwrap_or_default()));
            Err(RunError { help, ..input::failure(&arguments.rules, message) })
        }
        Err(NoSuchRoute::Form(error)) => {
            Err(RunError { help: Some(written.to_owned()), ..nowhere(format!("`--role`: {error}")) })
        }
    }
}

/// Writes what to know before the document is attached to a role.
fn note(document: &Document, streams: &mut Streams<'_>) -> io::Result<()> {
    let mut resources = document.statements().iter().flat_map(Statement::resources);
    // Nothing else in the ARN of a table has a `*`.
    if resources.any(|resource| resource.contains('*')) {
        writeln!(
            streams.err,
            "note: `*` stands for regions and accounts that the rules do not give; `--arn METHOD_ARN` gives the API's, or \
             a table has its own"
        )?;
    }
    let characters = document.to_json().chars().filter(|character| !character.is_whitespace()).count();
    if characters > MAX_MANAGED {
        writeln!(
            streams.err,
            "note: the policy has {characters} characters; a managed policy may have {MAX_MANAGED}, and all that are \
             written into one role {MAX_INLINE}: give routes roles of their own, each with its `--role ROUTE`"
        )?;
    }
    Ok(())
}

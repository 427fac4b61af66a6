//! Fixes of an integration's settings: of definitions in YAML and JSON here, of Terraform's resources in `attribute`.

use crate::api::{Integration, Passthrough, ResponseCase};
use crate::finding::{Edit, Fix, Safety};
use crate::source::Node;

use super::addition::{Member, Value};
use super::attribute;
use super::definition::Definition;

/// Whose spelling a definition has.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Spelling {
    /// `x-amazon-apigateway-integration` in OpenAPI.
    OpenApi,
    /// A resource of CloudFormation's.
    CloudFormation,
}

/// The mapping that an integration is written as.
struct Written<'a> {
    definition: Definition<'a>,
    node: &'a Node,
    spelling: Spelling,
}

impl<'a> Written<'a> {
    /// The mapping whose `uri` is the integration's.
    fn of(integration: &'a Integration) -> Option<Self> {
        let (_, uri) = integration.uri.as_ref()?;
        let definition = Definition::new(&integration.file);
        let is_uri = |key: &Node, value: &Node| {
            value.span == *uri && matches!(key.as_str(), Some("uri" | "Uri" | "IntegrationUri"))
        };
        let node = definition.owner(is_uri)?;
        let spelling = if node.get("uri").is_some() { Spelling::OpenApi } else { Spelling::CloudFormation };
        Some(Self { definition, node, spelling })
    }

    fn named<'n>(&self, open_api: &'n str, cloud_formation: &'n str) -> &'n str {
        match self.spelling {
            Spelling::OpenApi => open_api,
            Spelling::CloudFormation => cloud_formation,
        }
    }
}

/// Sets the passthrough behaviour to `NEVER`. Where no template is, all clients rely on the passthrough.
pub fn never_pass_through(integration: &Integration) -> Option<Fix> {
    if integration.origin.is_shared {
        return None;
    }
    let safety = if integration.request_templates.is_empty() { Safety::Unsafe } else { Safety::Safe };
    let (behaviour, place) = integration.passthrough;
    let message = "set the passthrough behaviour to NEVER".to_owned();
    if !integration.origin.attributes.is_empty() {
        return Some(Fix { safety, message, edits: attribute::never_pass_through(integration)? });
    }
    let edit = match place {
        Some(place) => {
            let definition = Definition::new(&integration.file);
            let word = match behaviour {
                Passthrough::WhenNoTemplates => "WHEN_NO_TEMPLATES",
                _ => "WHEN_NO_MATCH",
            };
            let is_lower = integration.file.slice(place).contains("when");
            definition.replace_word(place, word, if is_lower { "never" } else { "NEVER" })?
        }
        None => {
            let written = Written::of(integration)?;
            let member = match written.spelling {
                Spelling::OpenApi => Member::text("passthroughBehavior", "never"),
                Spelling::CloudFormation => Member::text("PassthroughBehavior", "NEVER"),
            };
            let behind = if written.node.get("IntegrationType").is_some() {
                "IntegrationType"
            } else {
                written.named("type", "Type")
            };
            written.definition.add(written.node, behind, &[member])?
        }
    };
    Some(Fix { safety, message, edits: vec![edit] })
}

/// What the client is told of each kind of error, by DynamoDB's status.
fn told(status: &str) -> &'static str {
    match status {
        "400" => "the request was refused",
        _ => "the request failed",
    }
}

/// Adds responses for these statuses of DynamoDB's, and declares them for the method. Successes are answered as before.
pub fn answer_errors(integration: &Integration, case: &ResponseCase, statuses: &[&str]) -> Option<Fix> {
    // A pattern that fits everything goes on fitting.
    if case.selection_pattern.is_some() {
        return None;
    }
    let written = Written::of(integration)?;
    let responses = written.node.get(written.named("responses", "IntegrationResponses"))?;
    let declared_name = written.named("responses", "MethodResponses");
    let holds = |key: &Node, value: &Node| {
        value.span == written.node.span
            && matches!(key.as_str(), Some("x-amazon-apigateway-integration" | "Integration"))
    };
    let method = written.definition.owner(holds)?;
    let declared = method.get(declared_name);
    let mut edits: Vec<Edit> = match written.spelling {
        Spelling::OpenApi => {
            let cases = statuses.iter().map(|status| open_api_case(status));
            let missing = statuses.iter().filter(|status| declared.is_none_or(|d| d.get(status).is_none()));
            let missing: Vec<Member> = missing
                .map(|status| Member::members(status, vec![Member::text("description", told(status))]))
                .collect();
            let added = match declared {
                _ if missing.is_empty() => None,
                Some(declared) => Some(written.definition.add(declared, "", &missing)?),
                None => {
                    Some(written.definition.add(method, "", &[Member::members(declared_name, missing)])?)
                }
            };
            let cases = written.definition.add(responses, "", &cases.collect::<Vec<_>>())?;
            std::iter::once(cases).chain(added).collect()
        }
        Spelling::CloudFormation => {
            let cases: Vec<Value> = statuses.iter().map(|status| cloud_formation_case(status)).collect();
            let is_declared = |status: &str| {
                let all = declared.map(Node::elements).unwrap_or_default();
                all.iter().any(|one| one.get("StatusCode").and_then(Node::as_str) == Some(status))
            };
            let missing = statuses.iter().filter(|status| !is_declared(status));
            let missing: Vec<Value> =
                missing.map(|status| Value::Members(vec![Member::text("StatusCode", status)])).collect();
            let added = match declared {
                _ if missing.is_empty() => None,
                Some(declared) => Some(written.definition.push(declared, &missing)?),
                None => {
                    let member = Member { name: declared_name.to_owned(), value: Value::Elements(missing) };
                    Some(written.definition.add(method, "", &[member])?)
                }
            };
            let cases = written.definition.push(responses, &cases)?;
            std::iter::once(cases).chain(added).collect()
        }
    };
    edits.sort_by_key(|edit| edit.span.start);
    let message = "answer DynamoDB's errors with statuses of their own".to_owned();
    Some(Fix { safety: Safety::Safe, message, edits })
}

/// `4\d{2}` for 400.
fn pattern(status: &str) -> String {
    format!("{}\\d{{2}}", status.chars().next().unwrap_or('5'))
}

fn template(status: &str) -> Member {
    Member::text("application/json", &format!("{{\"message\": \"{}\"}}", told(status)))
}

fn open_api_case(status: &str) -> Member {
    let templates = Member::members("responseTemplates", vec![template(status)]);
    Member::members(&pattern(status), vec![Member::text("statusCode", status), templates])
}

fn cloud_formation_case(status: &str) -> Value {
    Value::Members(vec![
        Member::text("StatusCode", status),
        Member::text("SelectionPattern", &pattern(status)),
        Member::members("ResponseTemplates", vec![template(status)]),
    ])
}

//! The roles of a stack that integrations call with: `AWS::IAM::Role`, and the policies that name it in `Roles`.

use std::collections::HashMap;
use std::sync::Arc;

use crate::api::role::{Named, PolicyCondition, PolicyText, Role, Statement};
use crate::api::{Action, DeployText, Integration};
use crate::source::{Node, NodeValue, SourceFile};

use super::alternatives::Alternatives;
use super::stack::{Resource, Stack};
use super::value::{Reference, literal, members, reference, text};

/// The service that calls with an integration's role.
pub(in crate::api) const GATEWAY: &str = "apigateway.amazonaws.com";

/// The most statements of one role that are read; IAM's quotas allow fewer.
pub(in crate::api) const MAX_STATEMENTS: usize = 500;

/// Gives each integration the role that its credentials name, with all that the integrations call with it.
pub(super) fn attach(stack: &Stack<'_>, integrations: &mut [Integration]) {
    let mut calls: HashMap<String, Vec<Action>> = HashMap::new();
    for integration in integrations.iter() {
        if let Some(role) = role_of(stack, integration.credentials.as_ref()) {
            let known = calls.entry(role.id.to_owned()).or_default();
            if !known.contains(&integration.action) {
                known.push(integration.action.clone());
            }
        }
    }
    let mut read: HashMap<&str, Arc<Role>> = HashMap::new();
    for integration in integrations {
        let Some(resource) = role_of(stack, integration.credentials.as_ref()) else { continue };
        let role = read.entry(resource.id).or_insert_with(|| {
            Arc::new(Role {
                calls: calls.get(resource.id).cloned().unwrap_or_default(),
                ..role(stack, resource)
            })
        });
        integration.role = Some(Arc::clone(role));
    }
}

/// The role that credentials name: `!GetAtt Role.Arn`, or an ARN that ends with `${Role}`.
fn role_of<'s, 'a>(stack: &'s Stack<'a>, credentials: Option<&DeployText>) -> Option<&'s Resource<'a>> {
    let credentials = credentials?;
    let last = credentials.placeholders().last()?;
    let ends = credentials.text().ends_with(keybound_vtl::template::PLACEHOLDER_CHAR);
    stack.get_of_kind(&Reference::named(&last.name).filter(|_| ends)?.id, "AWS::IAM::Role")
}

fn role(stack: &Stack<'_>, resource: &Resource<'_>) -> Role {
    let mut role = Role {
        file: resource.file.clone(),
        name: resource.id.to_owned(),
        managed: Vec::new(),
        allows: Vec::new(),
        gateway_only: gateway_only(resource.property("AssumeRolePolicyDocument")),
        calls: Vec::new(),
    };
    for arn in elements(resource.property("ManagedPolicyArns")) {
        match reference(arn).and_then(|target| stack.get(&target.id)) {
            Some(policy) if policy.kind == "AWS::IAM::ManagedPolicy" => {
                statements(policy.property("PolicyDocument"), policy.file, &mut role.allows);
            }
            _ => role.managed.push(PolicyText { text: text(arn).text, span: arn.span }),
        }
    }
    for policy in elements(resource.property("Policies")) {
        statements(policy.get("PolicyDocument"), resource.file, &mut role.allows);
    }
    for kind in ["AWS::IAM::Policy", "AWS::IAM::ManagedPolicy"] {
        for policy in stack.of_kind(kind) {
            let names_role = |name: &Node| reference(name).is_some_and(|target| target.id == resource.id);
            if elements(policy.property("Roles")).into_iter().any(names_role) {
                statements(policy.property("PolicyDocument"), policy.file, &mut role.allows);
            }
        }
    }
    let inline = stack.of_kind("AWS::IAM::RolePolicy").filter(|policy| {
        policy.property("RoleName").and_then(reference).is_some_and(|target| target.id == resource.id)
    });
    for policy in inline {
        statements(policy.property("PolicyDocument"), policy.file, &mut role.allows);
    }
    role
}

/// The values of a list, or the one that stands for a list of it.
fn elements(property: Option<&Node>) -> Vec<&Node> {
    let mut found = Vec::new();
    for value in Alternatives::of(property).values {
        match &value.value {
            NodeValue::Sequence(elements) if value.tag.is_none() => {
                found.extend(elements.iter().flat_map(|element| Alternatives::of(Some(element)).values));
            }
            _ => found.push(value),
        }
    }
    found
}

/// Adds the statements of a policy document that allow.
pub(in crate::api) fn statements(
    document: Option<&Node>,
    file: &Arc<SourceFile>,
    statements: &mut Vec<Statement>,
) {
    for document in Alternatives::of(document).values {
        for statement in elements(document.get("Statement")) {
            let allows = statement.get("Effect").and_then(literal).is_some_and(|effect| effect == "Allow");
            if !allows || statements.len() == MAX_STATEMENTS {
                continue;
            }
            statements.push(Statement {
                file: Arc::clone(file),
                span: statement.span,
                actions: named(statement, "Action", "NotAction"),
                resources: named(statement, "Resource", "NotResource"),
                conditions: conditions(statement.get("Condition")),
            });
        }
    }
}

fn named(statement: &Node, these: &str, all_but: &str) -> Named {
    if let Some(node) = statement.get(all_but) {
        return Named::AllBut(node.span);
    }
    let texts = elements(statement.get(these)).into_iter();
    Named::These(texts.map(|node| PolicyText { text: text(node).text, span: node.span }).collect())
}

fn conditions(property: Option<&Node>) -> Vec<PolicyCondition> {
    let mut found = Vec::new();
    for conditions in Alternatives::of(property).values {
        for (operator, keys) in conditions.members() {
            let keys = keys.members().iter();
            found.extend(keys.filter_map(|(key, _)| {
                Some(PolicyCondition {
                    operator: operator.as_str()?.to_owned(),
                    key: key.as_str()?.to_owned(),
                    span: key.span,
                })
            }));
        }
    }
    found
}

/// Whether a trust policy names API Gateway and nobody else.
pub(in crate::api) fn gateway_only(document: Option<&Node>) -> bool {
    let trust = Alternatives::of(document);
    let statements: Vec<&Node> =
        trust.values.into_iter().flat_map(|document| elements(document.get("Statement"))).collect();
    let is_gateway = |statement: &&Node| {
        let Some(principal) = statement.get("Principal") else { return false };
        let names = members(principal);
        !names.is_empty()
            && names.into_iter().all(|(kind, services)| {
                kind == "Service"
                    && elements(Some(services))
                        .into_iter()
                        .all(|service| literal(service).as_deref() == Some(GATEWAY))
            })
    };
    !statements.is_empty() && statements.iter().all(is_gateway)
}

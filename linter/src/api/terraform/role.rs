//! The roles that integrations call with: `aws_iam_role`, with the policies that the configuration gives it.

use std::collections::HashMap;
use std::sync::Arc;

use crate::api::cloudformation::role::{GATEWAY, MAX_STATEMENTS, gateway_only, statements};
use crate::api::deploy_text::as_written;
use crate::api::role::{Named, PolicyCondition, PolicyText, Role, Statement};
use crate::api::{Action, DeployText, Integration};

use super::document;
use super::resource::{Resource, Resources};
use super::value::Value;

/// Gives each integration the role that its credentials name, with all that the integrations call with it.
pub(super) fn attach(resources: &Resources, integrations: &mut [Integration]) {
    let by_name: HashMap<&str, &Resource> =
        resources.of_kind("aws_iam_role").map(|role| (role.name.as_str(), role)).collect();
    let mut calls: HashMap<&str, Vec<Action>> = HashMap::new();
    let role_of = |credentials: Option<&DeployText>| by_name.get(named(credentials?)?).copied();
    for integration in integrations.iter() {
        if let Some(role) = role_of(integration.credentials.as_ref()) {
            let known = calls.entry(&role.name).or_default();
            if !known.contains(&integration.action) {
                known.push(integration.action.clone());
            }
        }
    }
    let mut read: HashMap<&str, Arc<Role>> = HashMap::new();
    for integration in integrations {
        let Some(resource) = role_of(integration.credentials.as_ref()) else { continue };
        let role = read.entry(&resource.name).or_insert_with(|| {
            let calls = calls.get(resource.name.as_str()).cloned().unwrap_or_default();
            Arc::new(Role { calls, ..role(resources, resource) })
        });
        integration.role = Some(Arc::clone(role));
    }
}

/// The resource whose ARN or name credentials end with.
fn named(credentials: &DeployText) -> Option<&str> {
    let last = credentials.placeholders().last()?;
    let ends = credentials.text().ends_with(keybound_vtl::template::PLACEHOLDER_CHAR);
    [".arn", ".name", ".id"].iter().find_map(|end| last.name.strip_suffix(end)).filter(|_| ends)
}

fn role(resources: &Resources, resource: &Resource) -> Role {
    let mut role = Role {
        file: Arc::clone(&resource.file),
        name: resource.name.clone(),
        managed: Vec::new(),
        allows: Vec::new(),
        gateway_only: resource.attribute("assume_role_policy").is_some_and(|trust| trusts(resources, trust)),
        calls: Vec::new(),
    };
    let is_role = |value: &Value| {
        let named = resources.referred(value, "aws_iam_role").or_else(|| {
            let target = resources.followed(value).target()?;
            resources.get(&target.resource)
        });
        named.is_some_and(|named| named.address == resource.address)
    };
    let attach = |arn: &Value, role: &mut Role| match resources.referred(arn, "aws_iam_policy") {
        Some(policy) => read_policy(resources, policy.attribute("policy"), &mut role.allows, 0),
        None => role.managed.push(PolicyText { text: arn.to_text().text.clone(), span: resource.place(arn) }),
    };
    for arn in resource.attribute("managed_policy_arns").into_iter().flat_map(Value::elements) {
        attach(arn, &mut role);
    }
    for inline in resource.blocks("inline_policy") {
        read_policy(resources, inline.member("policy"), &mut role.allows, 0);
    }
    for other in resources.all() {
        match other.address.kind.as_str() {
            "aws_iam_role_policy" if other.attribute("role").is_some_and(is_role) => {
                read_policy(resources, other.attribute("policy"), &mut role.allows, 0);
            }
            "aws_iam_role_policy_attachment" if other.attribute("role").is_some_and(is_role) => {
                other.attribute("policy_arn").into_iter().for_each(|arn| attach(arn, &mut role));
            }
            "aws_iam_policy_attachment"
                if other.attribute("roles").is_some_and(|roles| roles.elements().iter().any(is_role)) =>
            {
                other.attribute("policy_arn").into_iter().for_each(|arn| attach(arn, &mut role));
            }
            _ => {}
        }
    }
    role
}

/// The policy document of the configuration that a value refers to.
fn declared<'r>(resources: &'r Resources, value: &Value) -> Option<&'r Resource> {
    resources.referred(value, "data.aws_iam_policy_document")
}

/// Policy documents that documents are made from, one inside another.
const MAX_SOURCES: usize = 2;

fn read_policy(resources: &Resources, policy: Option<&Value>, found: &mut Vec<Statement>, depth: usize) {
    for policy in policy.into_iter().flat_map(Value::choices) {
        match declared(resources, policy) {
            Some(document) => {
                for list in ["source_policy_documents", "override_policy_documents"] {
                    let sources = document.attribute(list).into_iter().flat_map(Value::elements);
                    for source in sources.filter(|_| depth < MAX_SOURCES) {
                        read_policy(resources, Some(source), found, depth + 1);
                    }
                }
                let own = document.blocks("statement").filter(|statement| allows(statement));
                let left = MAX_STATEMENTS.saturating_sub(found.len());
                found.extend(own.take(left).map(|statement| declared_statement(document, statement)));
            }
            None => {
                if let Some(document) = policy.as_text().and_then(|text| document::parsed(&text)) {
                    statements(Some(&document.root), &document.file, found);
                }
            }
        }
    }
}

fn allows(statement: &Value) -> bool {
    statement.member("effect").is_none_or(|effect| effect.literal().as_deref() == Some("Allow"))
}

fn declared_statement(document: &Resource, statement: &Value) -> Statement {
    let named = |these: &str, all_but: &str| match statement.member(all_but) {
        Some(list) => Named::AllBut(document.place(list)),
        None => {
            let list = statement.member(these);
            let elements = list.into_iter().flat_map(|list| match list.elements() {
                [] => std::slice::from_ref(list),
                elements => elements,
            });
            let text = |value: &Value| PolicyText {
                text: value.to_text().text.clone(),
                span: document.place(value),
            };
            Named::These(elements.map(text).collect())
        }
    };
    let conditions = statement.member("condition").into_iter().flat_map(Value::elements);
    let written = |condition: &Value, name: &str| {
        condition.member(name).map(|value| as_written(&value.to_text().text)).unwrap_or_default()
    };
    Statement {
        file: Arc::clone(&document.file),
        span: document.place(statement),
        actions: named("actions", "not_actions"),
        resources: named("resources", "not_resources"),
        conditions: conditions
            .map(|condition| PolicyCondition {
                operator: written(condition, "test"),
                key: written(condition, "variable"),
                span: document.place(condition.member("variable").unwrap_or(condition)),
            })
            .collect(),
    }
}

/// Whether a trust policy names API Gateway and nobody else.
fn trusts(resources: &Resources, trust: &Value) -> bool {
    let [trust] = trust.choices() else { return false };
    let Some(document) = declared(resources, trust) else {
        let document = trust.as_text().and_then(|text| document::parsed(&text));
        return document.is_some_and(|document| gateway_only(Some(&document.root)));
    };
    let is_gateway = |principals: &Value| {
        let services = principals.member("identifiers").map(Value::elements).unwrap_or_default();
        principals.member("type").and_then(Value::literal).as_deref() == Some("Service")
            && !services.is_empty()
            && services.iter().all(|service| service.literal().as_deref() == Some(GATEWAY))
    };
    let mut statements = document.blocks("statement").peekable();
    statements.peek().is_some()
        && statements.all(|statement| {
            let principals = statement.member("principals").map(Value::elements).unwrap_or_default();
            !principals.is_empty() && principals.iter().all(is_gateway)
        })
}

//! What `terraform show -json` writes of a plan: the values of all resources as far as they are known before anything
//! is created. What is not known yet is what the configuration in the plan refers to.

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;

use crate::api::Integration;
use crate::source::{Node, SourceFile};

use super::document::{self, Document};
use super::resource::{Resource, Resources};
use super::value::{Address, Target, Value};
use super::{KINDS, MAX_RESOURCES, deployed, integrations, rest_api};

/// Modules inside one another.
const MAX_DEPTH: usize = 16;

/// Whether a document is a plan.
pub fn is_plan(root: &Node) -> bool {
    root.get("format_version").is_some() && root.get("planned_values").is_some()
}

/// Reads the DynamoDB integrations of a plan.
pub fn read(
    root: &Node,
    file: &Arc<SourceFile>,
    loader: &dyn Fn(&Path) -> Option<Arc<SourceFile>>,
) -> Vec<Integration> {
    let mut reader = Reader { file, modules: Vec::new(), found: Vec::new(), declaring: HashMap::new() };
    let configuration = root.get("configuration").and_then(|all| all.get("root_module"));
    if let Some(planned) = root.get("planned_values").and_then(|all| all.get("root_module")) {
        reader.count(planned, 0);
        reader.module(planned, Caller { configuration, call: None, parent: 0 }, "", 0);
    }
    let resources = Resources::of(reader.found);
    let found = integrations(&resources, |api| rest_api::integrations(loader, api));
    let deployed = Arc::new(deployed::tables(&resources));
    let with = |(integration, _)| Integration { deployed: Arc::clone(&deployed), ..integration };
    found.into_iter().map(with).collect()
}

/// What the configuration says of a module, and of the call of it.
#[derive(Clone, Copy)]
struct Caller<'n> {
    configuration: Option<&'n Node>,
    /// The expressions that are passed.
    call: Option<&'n Node>,
    parent: usize,
}

struct Reader<'n> {
    file: &'n Arc<SourceFile>,
    modules: Vec<Caller<'n>>,
    found: Vec<Resource>,
    /// How many modules have a resource of a type and name.
    declaring: HashMap<(&'n str, &'n str), Vec<usize>>,
}

impl<'n> Reader<'n> {
    /// Counts the modules that have a resource of each type and name.
    fn count(&mut self, planned: &'n Node, depth: usize) {
        let address = planned as *const Node as usize;
        for resource in planned.get("resources").map(Node::elements).unwrap_or_default() {
            if let (Some(kind), Some(name)) = (text(resource, "type"), text(resource, "name")) {
                let modules = self.declaring.entry((kind, name)).or_default();
                if modules.last() != Some(&address) {
                    modules.push(address);
                }
            }
        }
        for child in planned.get("child_modules").map(Node::elements).unwrap_or_default() {
            if depth < MAX_DEPTH {
                self.count(child, depth + 1);
            }
        }
    }

    fn module(&mut self, planned: &'n Node, caller: Caller<'n>, address: &str, depth: usize) {
        let number = self.modules.len();
        self.modules.push(caller);
        for resource in planned.get("resources").map(Node::elements).unwrap_or_default() {
            if self.found.len() < MAX_RESOURCES
                && let Some(resource) = self.resource(resource, number)
            {
                self.found.push(resource);
            }
        }
        for child in planned.get("child_modules").map(Node::elements).unwrap_or_default() {
            let Some(own) = text(child, "address").filter(|_| depth < MAX_DEPTH) else { continue };
            let name = own.strip_prefix(address).unwrap_or(own).trim_start_matches('.');
            let name = name.strip_prefix("module.").unwrap_or(name).split(['[', '.']).next().unwrap_or("");
            let calls = caller.configuration.and_then(|module| module.get("module_calls"));
            let call = calls.and_then(|calls| calls.get(name));
            let caller = Caller {
                configuration: call.and_then(|call| call.get("module")),
                call: call.and_then(|call| call.get("expressions")),
                parent: number,
            };
            self.module(child, caller, own, depth + 1);
        }
    }

    fn resource(&self, planned: &'n Node, module: usize) -> Option<Resource> {
        let (kind, name) = (text(planned, "type")?, text(planned, "name")?);
        if text(planned, "mode") != Some("managed") || !KINDS.contains(&kind) {
            return None;
        }
        let address = planned.get("address")?;
        let key = planned.get("index").and_then(Node::as_str).map(str::to_owned);
        let document = Document { root: planned.get("values")?.clone(), file: Arc::clone(self.file) };
        let values = document::value(&document)?;
        let mut attributes: Vec<(String, Value)> = values
            .members()
            .iter()
            .filter(|(_, value)| !value.is_null())
            .filter_map(|(key, value)| Some((key.literal()?, value.clone())))
            .collect();
        for (attribute, expression) in self.expressions(module, kind, name) {
            if !attributes.iter().any(|(known, _)| known == attribute)
                && let Some(value) = self.unknown(module, expression, key.as_deref(), address, 0)
            {
                attributes.push((attribute.to_owned(), value));
            }
        }
        let shown = address.as_str()?;
        let is_alone = self.declaring.get(&(kind, name)).is_none_or(|modules| modules.len() < 2);
        let shown = if is_alone {
            shown.rfind(&format!("{kind}.{name}")).and_then(|at| shown.get(at..)).unwrap_or(shown)
        } else {
            shown
        };
        Some(Resource::new(
            Address { module, kind: kind.to_owned(), name: name.to_owned(), key },
            shown.trim_end_matches("[0]").to_owned(),
            self.file,
            address.span,
            attributes,
        ))
    }

    /// The expressions of a resource's attributes in the plan's configuration.
    fn expressions(&self, module: usize, kind: &str, name: &str) -> Vec<(&'n str, &'n Node)> {
        let configuration = self.modules.get(module).and_then(|module| module.configuration);
        let resources = configuration.and_then(|all| all.get("resources")).map(Node::elements);
        let own = resources.unwrap_or_default().iter().find(|resource| {
            text(resource, "type") == Some(kind)
                && text(resource, "name") == Some(name)
                && text(resource, "mode") == Some("managed")
        });
        let expressions = own.and_then(|resource| resource.get("expressions")).map(Node::members);
        let named = expressions.unwrap_or_default().iter();
        named.filter_map(|(key, expression)| Some((key.as_str()?, expression))).collect()
    }

    /// What an attribute refers to that is not known before the deployment.
    fn unknown(
        &self,
        module: usize,
        expression: &'n Node,
        key: Option<&str>,
        place: &Node,
        depth: usize,
    ) -> Option<Value> {
        let references = expression.get("references")?.elements();
        let first = references.first()?.as_str()?;
        if let Some(variable) = first.strip_prefix("var.") {
            let caller = self.modules.get(module)?;
            let passed = caller.call.and_then(|call| call.get(variable));
            if let Some(passed) = passed.filter(|_| depth < MAX_DEPTH) {
                return self.unknown(caller.parent, passed, key, place, depth + 1);
            }
        }
        let by_key = references.iter().any(|reference| reference.as_str() == Some("each.key"));
        match target(first, module, key.filter(|_| by_key)) {
            Some(target) => {
                let bracket =
                    target.resource.key.as_ref().map(|key| format!("[\"{key}\"]")).unwrap_or_default();
                let Address { kind, name, .. } = &target.resource;
                let shown = format!("{kind}.{name}{bracket}.{}", target.attribute);
                Some(Value::attribute_of(self.file, place.span, &shown, target))
            }
            None => Some(Value::hole(self.file, place.span, first)),
        }
    }
}

/// The attribute that a reference of a plan names; `id` where it names only the resource.
fn target(reference: &str, module: usize, key: Option<&str>) -> Option<Target> {
    let (kind, rest) = reference.split_once('.').filter(|(kind, _)| kind.starts_with("aws_"))?;
    let end = rest.find(['.', '[']).unwrap_or(rest.len());
    let (name, rest) = rest.split_at_checked(end)?;
    let (own_key, attribute) = match rest.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((key, rest)) => (Some(key.trim_matches('"')), rest),
        None => (None, rest),
    };
    let attribute = attribute.trim_start_matches('.');
    Some(Target {
        resource: Address {
            module,
            kind: kind.to_owned(),
            name: name.to_owned(),
            key: own_key.or(key).map(str::to_owned),
        },
        attribute: if attribute.is_empty() { "id".to_owned() } else { attribute.to_owned() },
    })
}

fn text<'n>(node: &'n Node, name: &str) -> Option<&'n str> {
    node.get(name)?.as_str()
}

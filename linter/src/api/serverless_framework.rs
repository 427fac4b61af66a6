//! The Serverless Framework: `serverless.yml` and the files that it is put together from.
//!
//! A service becomes the CloudFormation template that the framework deploys, with the place of everything in it, and
//! the reader of templates reads that: its `resources`, and what the plugin `serverless-apigateway-service-proxy` adds
//! (`proxy`, with the templates of `generated`). Variables are replaced where the files say by what; what only a
//! deployment knows becomes a reference, as a parameter of the template would be.

mod files;
mod generated;
mod located;
mod lowering;
mod node_building;
mod proxy;
mod resolution;
mod variable;

#[cfg(test)]
mod tests;

use std::path::Path;
use std::sync::Arc;

use crate::source::{HostSpan, Node, NodeValue, SourceFile};

use super::{Integration, cloudformation};
use files::{Content, Files, Loader};
use node_building as build;
use resolution::Variables;

/// What marks a service that has no CloudFormation of its own.
pub const MARKER: &str = "apiGatewayServiceProxies";

/// The names that the framework gives the file of a service.
const NAMES: [&str; 3] = ["serverless.yml", "serverless.yaml", "serverless.json"];

/// How many directories above a file its service is looked for.
const MAX_ABOVE: usize = 8;

/// What stands in a template that the framework deploys and in no other.
const VARIABLES: [&str; 7] = ["${self:", "${opt:", "${sls:", "${file(", "${param:", "${cf:", "${env:"];

/// Whether a document is a service.
pub fn is_service(root: &Node) -> bool {
    ["service", "provider"].iter().all(|name| root.get(name).is_some())
}

/// Whether a file has the name of a service's.
pub fn has_service_name(path: &Path) -> bool {
    path.file_name().and_then(|name| name.to_str()).is_some_and(|name| NAMES.contains(&name))
}

/// Whether a template is a part of a service, by the variables in it.
pub fn is_part(root: &Node, file: &SourceFile) -> bool {
    cloudformation::is_template(root) && VARIABLES.iter().any(|variable| file.text().contains(variable))
}

/// The DynamoDB integrations of a service. `loader` gives the files that it names; it decides what may be read.
pub fn read(root: &Node, file: &Arc<SourceFile>, loader: Loader<'_>) -> Vec<Integration> {
    let variables = Variables::new(root.clone(), Files::new(file, file, loader));
    let parts = root.get("resources").map(|resources| parts(&variables, resources)).unwrap_or_default();
    let plugin = proxy::resources(&variables, root);
    integrations(&variables, &parts, plugin, file, loader)
}

/// The integrations of a template that a service is put together from, which is looked for in the directories above.
pub fn read_part(root: &Node, file: &Arc<SourceFile>, loader: Loader<'_>) -> Vec<Integration> {
    let service = service_above(file, loader);
    let home = service.as_ref().unwrap_or(file);
    let files = Files::new(file, home, loader);
    let service = match service.as_ref().and_then(|service| files.load_path(service.path().to_owned())) {
        Some(Content::Document(service)) => service,
        _ => build::mapping(HostSpan::default(), Vec::new()),
    };
    let variables = Variables::new(service, files);
    integrations(&variables, std::slice::from_ref(root), Vec::new(), file, loader)
}

fn service_above(file: &SourceFile, loader: Loader<'_>) -> Option<Arc<SourceFile>> {
    let mut directory = file.path().parent().map(Path::to_owned).unwrap_or_default();
    for _ in 0..MAX_ABOVE {
        if let Some(service) = NAMES.iter().find_map(|name| loader(&directory.join(name))) {
            return Some(service);
        }
        let is_named = directory.file_name().is_some();
        directory = if is_named { directory.parent()?.to_owned() } else { directory.join("..") };
    }
    None
}

/// The templates that `resources` lists: one, or several that the framework merges.
fn parts(variables: &Variables<'_>, resources: &Node) -> Vec<Node> {
    let Some(resources) = variables.settled(resources) else { return Vec::new() };
    match &resources.value {
        NodeValue::Sequence(list) => list.iter().filter_map(|part| variables.settled(part)).collect(),
        NodeValue::Mapping(_) => vec![resources],
        NodeValue::Scalar(_) => Vec::new(),
    }
}

/// Reads the template that parts and the plugin's resources make.
fn integrations(
    variables: &Variables<'_>,
    parts: &[Node],
    plugin: Vec<(Node, Node)>,
    file: &Arc<SourceFile>,
    loader: Loader<'_>,
) -> Vec<Integration> {
    let section = |name: &str| -> Vec<(Node, Node)> {
        let sections = parts.iter().filter_map(|part| part.get(name));
        sections.flat_map(|section| lowering::lowered(variables, section).members().to_vec()).collect()
    };
    let mut resources = section("Resources");
    resources.extend(plugin);
    if resources.is_empty() {
        return Vec::new();
    }
    let nowhere = HostSpan::default();
    let mut parameters = section("Parameters");
    // What the deployment decides, with what it is by default, is a parameter.
    parameters.extend(variables.defaults().into_iter().map(|(name, default)| {
        let default = build::text(nowhere, &default);
        (build::text(nowhere, &name), build::mapping(nowhere, vec![("Default", default)]))
    }));
    let mapping = |members: Vec<(Node, Node)>| Node {
        span: nowhere,
        tag: None,
        value: NodeValue::Mapping(members.into()),
    };
    let template =
        build::mapping(nowhere, vec![("Resources", mapping(resources)), ("Parameters", mapping(parameters))]);
    let found = cloudformation::read(&template, file, loader);
    located::located(found, variables.files(), file)
}

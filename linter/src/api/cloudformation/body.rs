//! An OpenAPI definition inside a template, put together from the files that it includes.

use std::collections::HashSet;
use std::sync::Arc;

use crate::source::{Node, NodeValue, SourceFile};

use super::alternatives::Alternatives;
use super::include::{Included, Includes};

/// An OpenAPI document all of whose integrations stand in one file.
#[derive(Clone, Debug)]
pub(super) struct Document {
    /// The file of its `paths`.
    pub(super) file: Arc<SourceFile>,
    /// Its root.
    pub(super) root: Node,
    /// Whether the document is what the template itself holds.
    pub(super) inline: bool,
}

/// How far below the root an include is looked for: `paths`, a path, a method, its integration.
const MAX_DEPTH: usize = 4;

/// The documents of a `Body` or `DefinitionBody`: what the template holds, and one for each include, which has the
/// rest of the definition around it, so that security schemes are known on either side.
pub(super) fn documents(body: &Node, file: &Arc<SourceFile>, includes: &Includes<'_>) -> Vec<Document> {
    let mut documents = Vec::new();
    for root in Alternatives::of(Some(body)).values {
        let mut found = Vec::new();
        collect(root, file, includes, &mut Vec::new(), &mut found);
        let at_top: Vec<&Included> =
            found.iter().filter(|(spine, _)| spine.is_empty()).map(|(_, file)| file).collect();
        let own = at_top.iter().fold(root.clone(), |own, part| with_missing(&own, &part.root));
        documents.push(Document { file: Arc::clone(file), root: own, inline: at_top.is_empty() });
        for (spine, part) in &found {
            let inner = spine.iter().rev().fold(part.root.clone(), |inner, key| wrap(key, inner));
            documents.push(Document {
                file: Arc::clone(&part.file),
                root: with_missing(&inner, root),
                inline: false,
            });
        }
    }
    documents
}

/// Finds the includes at the root and down along `paths`; `spine` holds the keys on the way.
fn collect<'a>(
    node: &'a Node,
    file: &Arc<SourceFile>,
    includes: &Includes<'_>,
    spine: &mut Vec<&'a Node>,
    found: &mut Vec<(Vec<Node>, Included)>,
) {
    for included in includes.of_mapping(node, file) {
        found.push((spine.iter().map(|key| (*key).clone()).collect(), included));
    }
    if spine.len() == MAX_DEPTH {
        return;
    }
    for (key, value) in node.members() {
        if spine.is_empty() && key.as_str() != Some("paths") {
            continue;
        }
        spine.push(key);
        for choice in Alternatives::of(Some(value)).values {
            collect(choice, file, includes, spine, found);
        }
        spine.pop();
    }
}

/// A mapping of one member.
fn wrap(key: &Node, value: Node) -> Node {
    Node { span: value.span, tag: None, value: NodeValue::Mapping([(key.clone(), value)].into()) }
}

/// The mapping with those members of another that it lacks; `paths` stay each document's own.
fn with_missing(node: &Node, other: &Node) -> Node {
    let own: HashSet<&str> = node.members().iter().filter_map(|(key, _)| key.as_str()).collect();
    let missing = other.members().iter().filter(|(key, _)| {
        key.as_str().is_some_and(|name| !matches!(name, "paths" | "Fn::Transform") && !own.contains(name))
    });
    let members = node.members().iter().chain(missing).cloned().collect();
    Node { span: node.span, tag: None, value: NodeValue::Mapping(members) }
}

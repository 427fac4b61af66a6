//! An OpenAPI definition inside a template, taken apart at its conditions and put together from the files that it
//! includes.

use std::collections::HashSet;
use std::sync::Arc;

use crate::source::{Node, NodeValue, SourceFile};

use super::alternatives::Alternatives;
use super::include::Includes;

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

/// How far below the root includes and conditions are looked for: `paths`, a path, a method, its integration.
const MAX_DEPTH: usize = 4;

/// The most branches that one definition is taken apart into: each has the rest of the definition with it.
const MAX_PARTS: usize = 256;

/// The documents of a `Body` or `DefinitionBody`: what the template holds, and one for each include and for each
/// branch of a condition, with what belongs to it around it, so that security schemes are known everywhere.
pub(super) fn documents(body: &Node, file: &Arc<SourceFile>, includes: &Includes<'_>) -> Vec<Document> {
    let mut documents = Vec::new();
    for root in Alternatives::of(Some(body)).values {
        let mut parts = Vec::new();
        collect(root, file, includes, &mut Vec::new(), &mut parts);
        let mut own = root.clone();
        let mut inline = true;
        for part in parts.iter().filter(|part| part.above.is_empty()) {
            own = with_missing(&own, &part.value, 0);
            inline = false;
        }
        documents.push(Document { file: Arc::clone(file), root: own, inline });
        for part in parts {
            let inline = Arc::ptr_eq(&part.file, file);
            documents.push(Document { root: part.in_context(inline), file: part.file, inline });
        }
    }
    documents
}

/// A part of a definition that does not stand in it as it is: an included file, or a branch of a condition.
struct Part<'a> {
    /// The mappings from the root down to the part, with the key that leads on.
    above: Vec<(&'a Node, &'a Node)>,
    value: Node,
    file: Arc<SourceFile>,
}

impl Part<'_> {
    /// The definition with nothing in its paths but this part. Where the part is of another file, keys of the
    /// template take its place.
    fn in_context(&self, inline: bool) -> Node {
        let levels = self.above.iter().enumerate().rev();
        levels.fold(self.value.clone(), |inner, (level, (mapping, key))| {
            let span = inner.span;
            let mut key = (*key).clone();
            if !inline {
                key.span = span;
            }
            let only = Node { span, tag: None, value: NodeValue::Mapping([(key, inner)].into()) };
            with_missing(&only, mapping, level)
        })
    }
}

/// Finds the parts at the root and down along `paths`.
fn collect<'a>(
    node: &'a Node,
    file: &Arc<SourceFile>,
    includes: &Includes<'_>,
    above: &mut Vec<(&'a Node, &'a Node)>,
    parts: &mut Vec<Part<'a>>,
) {
    for included in includes.of_mapping(node, file) {
        let value = with_missing(&included.root, node, above.len());
        parts.push(Part { above: above.clone(), value, file: included.file });
    }
    if above.len() == MAX_DEPTH {
        return;
    }
    for (key, value) in node.members() {
        let leads_on = match above.len() {
            0 => key.as_str() == Some("paths"),
            3 => key.as_str() == Some("x-amazon-apigateway-integration"),
            _ => true,
        };
        if !leads_on {
            continue;
        }
        above.push((node, key));
        for choice in Alternatives::of(Some(value)).values {
            let is_branch = !std::ptr::eq(choice, value);
            if is_branch && parts.len() < MAX_PARTS {
                parts.push(Part { above: above.clone(), value: choice.clone(), file: Arc::clone(file) });
            }
            collect(choice, file, includes, above, parts);
        }
        above.pop();
    }
}

/// A mapping with what it lacks and another has, as far as that belongs around it at this level of a definition:
/// everything but the paths at the root, nothing of other paths, the parameters of a path, everything of a method.
fn with_missing(node: &Node, other: &Node, level: usize) -> Node {
    let own: HashSet<&str> = node.members().iter().filter_map(|(key, _)| key.as_str()).collect();
    let belongs = |name: &str| match level {
        _ if name == "Fn::Transform" || own.contains(name) => false,
        0 => name != "paths",
        1 => false,
        2 => name == "parameters",
        _ => true,
    };
    let missing = other.members().iter().filter(|(key, _)| key.as_str().is_some_and(belongs));
    let members = node.members().iter().chain(missing).cloned().collect();
    Node { span: node.span, tag: None, value: NodeValue::Mapping(members) }
}

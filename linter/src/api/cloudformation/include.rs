//! Files that a template includes: `AWS::Include` of a local file, and `DefinitionUri`.

use std::path::{Component, Path};
use std::sync::Arc;

use crate::source::{Node, NodeValue, SourceFile, parse_documents};

use super::alternatives::Alternatives;
use super::value::literal;

/// Gives the file of a path, or none where it may not or cannot be read.
pub(super) type Loader<'l> = &'l dyn Fn(&Path) -> Option<Arc<SourceFile>>;

/// The most files that one template may include; a template with more is no template that was written by hand.
const MAX_FILES: usize = 64;

/// A file that stands in for a part of the template.
#[derive(Clone, Debug)]
pub(super) struct Included {
    /// The file.
    pub(super) file: Arc<SourceFile>,
    /// Its root.
    pub(super) root: Node,
}

impl Included {
    /// The resources of a file that is included in a template or in its `Resources`.
    pub(super) fn resources(&self) -> &Node {
        self.root.get("Resources").unwrap_or(&self.root)
    }
}

/// Loads files for one template: each at most once, and no more than [`MAX_FILES`].
pub(super) struct Includes<'l> {
    loader: Loader<'l>,
    left: std::cell::Cell<usize>,
}

impl<'l> Includes<'l> {
    /// Files from this loader.
    pub(super) fn new(loader: Loader<'l>) -> Self {
        Self { loader, left: std::cell::Cell::new(MAX_FILES) }
    }

    /// The loader itself, for references between included files.
    pub(super) fn loader(&self) -> Loader<'l> {
        self.loader
    }

    /// The file at a `Location` or `DefinitionUri`, which is relative to the file that names it.
    pub(super) fn load(&self, location: &str, from: &SourceFile) -> Option<Included> {
        let path = Path::new(location);
        let is_url = location.split_once(':').is_some_and(|(scheme, _)| scheme.len() > 1);
        if location.is_empty() || is_url || path.components().any(|part| matches!(part, Component::RootDir)) {
            return None;
        }
        self.left.set(self.left.get().checked_sub(1)?);
        let file = (self.loader)(&from.path().parent().unwrap_or(Path::new("")).join(path))?;
        let root = parse_documents(&file).roots.into_iter().next()?;
        Some(Included { file, root })
    }

    /// The files that the transforms of a mapping include: `Fn::Transform: {Name: AWS::Include, …}`.
    pub(super) fn of_mapping(&self, node: &Node, from: &SourceFile) -> Vec<Included> {
        let short = node.tag.as_deref() == Some("!Transform");
        let argument = if short { Some(node) } else { node.get("Fn::Transform") };
        self.of_transform(argument, from)
    }

    /// The files that a template includes at its top or among its resources.
    pub(super) fn of_template(&self, root: &Node, from: &SourceFile) -> Vec<Included> {
        let mut included = self.of_transform(root.get("Transform"), from);
        included.extend(self.of_mapping(root, from));
        if let Some(resources) = root.get("Resources") {
            included.extend(self.of_mapping(resources, from));
        }
        included
    }

    /// The files of one transform or of a list of them.
    fn of_transform(&self, argument: Option<&Node>, from: &SourceFile) -> Vec<Included> {
        let Some(argument) = argument else { return Vec::new() };
        let transforms = match &argument.value {
            NodeValue::Sequence(elements) => elements,
            NodeValue::Scalar(_) | NodeValue::Mapping(_) => std::slice::from_ref(argument),
        };
        let included = transforms.iter().filter(|node| name_of(node) == Some("AWS::Include"));
        let locations = included.flat_map(|node| {
            Alternatives::of(node.get("Parameters").and_then(|parameters| parameters.get("Location"))).values
        });
        locations.filter_map(|location| self.load(&literal(location)?, from)).collect()
    }
}

fn name_of(transform: &Node) -> Option<&str> {
    transform.get("Name").and_then(Node::as_str)
}

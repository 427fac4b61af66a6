//! A template's resources by their logical ids.

use std::collections::HashMap;
use std::sync::Arc;

use crate::source::{HostSpan, Node, SourceFile};

use super::include::Included;
use super::nested::Outer;

/// The most `Fn::ForEach` loops inside one another that are looked into.
const MAX_LOOPS: usize = 8;

/// A resource of the stack.
#[derive(Clone, Copy, Debug)]
pub(super) struct Resource<'a> {
    /// The logical id as written (inside `Fn::ForEach` with its `${Name}`).
    pub(super) id: &'a str,
    /// Where the logical id stands.
    pub(super) span: HostSpan,
    /// `AWS::ApiGateway::Method`.
    pub(super) kind: &'a str,
    /// The file that the resource stands in: the template, or one that it includes.
    pub(super) file: &'a Arc<SourceFile>,
    properties: Option<&'a Node>,
}

impl<'a> Resource<'a> {
    /// A property by its name.
    pub(super) fn property(&self, name: &str) -> Option<&'a Node> {
        self.properties?.get(name)
    }

    /// The key of a property.
    pub(super) fn property_key(&self, name: &str) -> Option<&'a Node> {
        let mut members = self.properties?.members().iter().rev();
        members.find(|(key, _)| key.as_str() == Some(name)).map(|(key, _)| key)
    }
}

/// The resources of a template and of the files that it includes among them.
#[derive(Debug, Default)]
pub(super) struct Stack<'a> {
    resources: Vec<Resource<'a>>,
    /// How many of the resources are the stack's own: they come first.
    own: usize,
    by_id: HashMap<&'a str, usize>,
    globals: Option<&'a Node>,
}

impl<'a> Stack<'a> {
    /// The stack of a template, among other stacks whose resources it refers to. Of two resources of one logical id the
    /// later counts, as CloudFormation's parser takes it.
    pub(super) fn new(
        root: &'a Node,
        file: &'a Arc<SourceFile>,
        included: &'a [Included],
        outer: &'a [Outer],
    ) -> Self {
        let mut stack = Self { globals: root.get("Globals"), ..Self::default() };
        if let Some(resources) = root.get("Resources") {
            stack.add_members(resources, file, 0);
        }
        for part in included {
            stack.add_members(part.resources(), &part.file, 0);
        }
        stack.own = stack.resources.len();
        for resource in outer {
            stack.add(&resource.id, resource.span, &resource.value, &resource.file);
        }
        stack
    }

    /// The stack's own resources in file order.
    pub(super) fn resources(&self) -> &[Resource<'a>] {
        self.resources.get(..self.own).unwrap_or_default()
    }

    /// The resources of one type in file order, then those of other stacks.
    pub(super) fn of_kind(&self, kind: &'static str) -> impl Iterator<Item = &Resource<'a>> {
        self.resources.iter().filter(move |resource| resource.kind == kind)
    }

    /// The resource of a logical id.
    pub(super) fn get(&self, id: &str) -> Option<&Resource<'a>> {
        self.resources.get(*self.by_id.get(id)?)
    }

    /// The resource of a logical id, if it has this type.
    pub(super) fn get_of_kind(&self, id: &str, kind: &str) -> Option<&Resource<'a>> {
        self.get(id).filter(|resource| resource.kind == kind)
    }

    /// The defaults that SAM's `Globals` give resources of a section: `Api`, `HttpApi`.
    pub(super) fn globals(&self, section: &str) -> Option<&'a Node> {
        self.globals?.get(section)
    }

    fn add_members(&mut self, resources: &'a Node, file: &'a Arc<SourceFile>, depth: usize) {
        for (key, value) in resources.members() {
            let Some(id) = key.as_str() else { continue };
            if id.starts_with("Fn::ForEach::") {
                // [loop variable, values, { "Id${Variable}": resource }]
                if let [_, _, body] = value.elements()
                    && depth < MAX_LOOPS
                {
                    self.add_members(body, file, depth + 1);
                }
                continue;
            }
            self.add(id, key.span, value, file);
        }
    }

    fn add(&mut self, id: &'a str, span: HostSpan, value: &'a Node, file: &'a Arc<SourceFile>) {
        let Some(kind) = value.get("Type").and_then(Node::as_str) else { return };
        let resource = Resource { id, span, kind, file, properties: value.get("Properties") };
        match self.by_id.get(id).and_then(|&index| self.resources.get_mut(index)) {
            Some(earlier) => *earlier = resource,
            None => {
                self.by_id.insert(id, self.resources.len());
                self.resources.push(resource);
            }
        }
    }
}

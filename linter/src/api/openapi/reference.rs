//! Values of a definition with the file that they stand in, and `$ref`s between them.

use std::cell::RefCell;
use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::super::model::{self, Schema};
use crate::source::{Node, SourceFile, parse_documents};

/// A `$ref` to a `$ref` is followed so often; then it is taken for what it is, a mapping with a `$ref`.
const MAX_HOPS: usize = 16;
/// Files that one definition may refer to.
const MAX_FILES: usize = 64;
/// Mappings with fewer members are searched without an index.
const INDEX_FROM: usize = 16;

/// A value and the file that it stands in. Cheap to clone.
#[derive(Clone, Debug)]
pub(super) struct Place {
    pub(super) node: Node,
    pub(super) file: Arc<SourceFile>,
}

impl Place {
    fn at(&self, node: &Node) -> Self {
        Self { node: node.clone(), file: Arc::clone(&self.file) }
    }

    /// The member of this name.
    pub(super) fn get(&self, key: &str) -> Option<Self> {
        self.node.get(key).map(|node| self.at(node))
    }

    /// Keys and values in file order. Of members with the same name only the last, as parsers of definitions do.
    pub(super) fn members(&self) -> Vec<(Self, Self)> {
        let mut names = HashSet::new();
        let mut members: Vec<_> = self
            .node
            .members()
            .iter()
            .rev()
            .filter(|(key, _)| key.as_str().is_none_or(|name| names.insert(name)))
            .map(|(key, value)| (self.at(key), self.at(value)))
            .collect();
        members.reverse();
        members
    }

    /// The elements of a list.
    pub(super) fn elements(&self) -> impl Iterator<Item = Self> {
        self.node.elements().iter().map(|node| self.at(node))
    }
}

/// Follows `$ref`s: `#/components/…` in the file of the reference, or `other.yaml#/…` beside it.
pub(super) struct Resolver<'a> {
    root: Place,
    loader: &'a dyn Fn(&Path) -> Option<Arc<SourceFile>>,
    files: RefCell<HashMap<PathBuf, Option<Place>>>,
    /// Members by name of large mappings, by the address of their first member, which `root` and `files` keep alive.
    indexes: RefCell<HashMap<usize, HashMap<String, Node>>>,
}

impl<'a> Resolver<'a> {
    pub(super) fn new(root: &Place, loader: &'a dyn Fn(&Path) -> Option<Arc<SourceFile>>) -> Self {
        Self { root: root.clone(), loader, files: RefCell::default(), indexes: RefCell::default() }
    }

    /// What a value stands for: itself, or the target of its `$ref`. A reference that leads nowhere stays as it is.
    pub(super) fn resolve(&self, value: Place) -> Place {
        let mut place = value;
        for _ in 0..MAX_HOPS {
            let target = place.node.get("$ref").and_then(Node::as_str).and_then(|to| self.target(&place, to));
            match target {
                Some(target) => place = target,
                None => break,
            }
        }
        place
    }

    /// What a model demands. References inside it are followed in its own file.
    pub(super) fn schema(&self, schema: &Place) -> Schema {
        let root = if Arc::ptr_eq(&schema.file, &self.root.file) {
            Some(self.root.clone())
        } else {
            self.file_root(schema.file.path())
        };
        root.map_or_else(Schema::unknown, |root| model::read(&schema.node, &root.node, &|_| None))
    }

    fn target(&self, from: &Place, reference: &str) -> Option<Place> {
        let (path, pointer) = reference.split_once('#').unwrap_or((reference, ""));
        let mut target = match (path, Arc::ptr_eq(&from.file, &self.root.file)) {
            ("", true) => self.root.clone(),
            ("", false) => self.file_root(from.file.path())?,
            (path, _) => self.file_root(&from.file.beside(path)?)?,
        };
        for part in pointer.split('/').skip(1) {
            let name = unescape(part)?;
            target.node = self.child(&target.node, &name)?;
        }
        Some(target)
    }

    fn file_root(&self, path: &Path) -> Option<Place> {
        if path == self.root.file.path() {
            return Some(self.root.clone());
        }
        if let Some(known) = self.files.borrow().get(path) {
            return known.clone();
        }
        if self.files.borrow().len() >= MAX_FILES {
            return None;
        }
        let loaded = (self.loader)(path).and_then(|file| {
            let node = parse_documents(&file).roots.into_iter().next()?;
            Some(Place { node, file })
        });
        self.files.borrow_mut().insert(path.to_owned(), loaded.clone());
        loaded
    }

    /// A member or element. Definitions refer to thousands of components, so large mappings are indexed once.
    fn child(&self, node: &Node, name: &str) -> Option<Node> {
        let members = node.members();
        if members.is_empty() {
            return node.elements().get(name.parse::<usize>().ok()?).cloned();
        }
        if members.len() < INDEX_FROM {
            return node.get(name).cloned();
        }
        let mut indexes = self.indexes.borrow_mut();
        let index = indexes.entry(members.as_ptr() as usize).or_insert_with(|| {
            members
                .iter()
                .filter_map(|(key, value)| Some((key.as_str()?.to_owned(), value.clone())))
                .collect()
        });
        index.get(name).cloned()
    }
}

/// A part of a JSON pointer in a fragment: percent-encoding outside, `~0` and `~1` inside.
fn unescape(part: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(part.len());
    let mut rest = part.bytes();
    while let Some(byte) = rest.next() {
        if byte == b'%' {
            let digits = [rest.next()?, rest.next()?];
            let digits = std::str::from_utf8(&digits).ok().filter(|d| !d.starts_with('+'))?;
            bytes.push(u8::from_str_radix(digits, 16).ok()?);
        } else {
            bytes.push(byte);
        }
    }
    Some(String::from_utf8(bytes).ok()?.replace("~1", "/").replace("~0", "~"))
}

//! The files of a service, in one row: the places of all of them are numbered through, so that a template that is put
//! together from several files knows where each part of it stands.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::source::{HostSpan, MapSegment, Node, NodeValue, Scalar, SourceFile, SourceMap, parse_documents};

/// Gives the file of a path, or none where it may not or cannot be read.
pub(super) type Loader<'l> = &'l dyn Fn(&Path) -> Option<Arc<SourceFile>>;

/// The most files that one service may consist of.
const MAX_FILES: usize = 128;

/// The most values in all of these files.
const MAX_NODES: usize = 1_000_000;

/// A file that a variable names.
#[derive(Clone, Debug)]
pub(super) enum Content {
    /// YAML or JSON.
    Document(Node),
    /// Any other text, as one scalar.
    Text(Node),
    /// A program, whose result the deployment decides.
    Program,
}

/// The files that were read.
pub(super) struct Files<'l> {
    loader: Loader<'l>,
    /// The service's own file, beside which the others are named.
    home: Arc<SourceFile>,
    /// Each file with the number of its first byte, in rising order.
    read: RefCell<Vec<(usize, Arc<SourceFile>)>>,
    known: RefCell<HashMap<PathBuf, Option<Content>>>,
    nodes_left: Cell<usize>,
}

impl<'l> Files<'l> {
    /// The files of the service at `home`, of which `first` is read: its places keep their numbers.
    pub(super) fn new(first: &Arc<SourceFile>, home: &Arc<SourceFile>, loader: Loader<'l>) -> Self {
        Self {
            loader,
            home: Arc::clone(home),
            read: RefCell::new(vec![(0, Arc::clone(first))]),
            known: RefCell::default(),
            nodes_left: Cell::new(MAX_NODES),
        }
    }

    /// What a file holds that the service's own file names; none where it may not or cannot be read.
    pub(super) fn load(&self, relative: &str) -> Option<Content> {
        self.load_path(self.home.beside(relative)?)
    }

    /// What the file of a path holds.
    pub(super) fn load_path(&self, path: PathBuf) -> Option<Content> {
        if let Some(known) = self.known.borrow().get(&path) {
            return known.clone();
        }
        let content = if is_program(&path) { Some(Content::Program) } else { self.read(&path) };
        self.known.borrow_mut().insert(path, content.clone());
        content
    }

    fn read(&self, path: &Path) -> Option<Content> {
        if self.read.borrow().len() >= MAX_FILES {
            return None;
        }
        let file = (self.loader)(path)?;
        // A byte apart, so that no place lies in two files.
        let base = self.read.borrow().last().map(|(base, file)| base + file.text().len() + 1)?;
        self.read.borrow_mut().push((base, Arc::clone(&file)));
        if is_document(path) {
            let root = parse_documents(&file).roots.into_iter().next()?;
            return Some(Content::Document(self.moved(&root, base)?));
        }
        let text = file.text().strip_prefix('\u{FEFF}').unwrap_or(file.text());
        let start = base + (file.text().len() - text.len());
        let map = Some(SourceMap::verbatim(start, text.len()));
        let scalar = Scalar { text: text.to_owned(), plain: false, map };
        let span = HostSpan::new(start, start + text.len());
        Some(Content::Text(Node { span, tag: None, value: NodeValue::Scalar(Arc::new(scalar)) }))
    }

    /// A tree with all its places moved; none where there are too many values.
    fn moved(&self, node: &Node, base: usize) -> Option<Node> {
        self.nodes_left.set(self.nodes_left.get().checked_sub(1)?);
        let moved = |span: HostSpan| HostSpan::new(span.start + base, span.end + base);
        let value = match &node.value {
            NodeValue::Scalar(scalar) => NodeValue::Scalar(Arc::new(Scalar {
                text: scalar.text.clone(),
                plain: scalar.plain,
                map: scalar.map.as_ref().map(|map| {
                    let segments = map.segments().iter();
                    SourceMap::new(
                        segments.map(|s| MapSegment { host_start: s.host_start + base, ..*s }).collect(),
                    )
                }),
            })),
            NodeValue::Sequence(elements) => NodeValue::Sequence(
                elements.iter().map(|element| self.moved(element, base)).collect::<Option<_>>()?,
            ),
            NodeValue::Mapping(members) => NodeValue::Mapping(
                members
                    .iter()
                    .map(|(key, value)| Some((self.moved(key, base)?, self.moved(value, base)?)))
                    .collect::<Option<_>>()?,
            ),
        };
        Some(Node { span: moved(node.span), tag: node.tag.clone(), value })
    }

    /// The file that a numbered place stands in, and the number of its first byte.
    pub(super) fn holder(&self, span: HostSpan) -> Option<(Arc<SourceFile>, usize)> {
        let read = self.read.borrow();
        let next = read.partition_point(|(base, _)| *base <= span.start);
        let (base, file) = read.get(next.checked_sub(1)?)?;
        (span.end <= base + file.text().len()).then(|| (Arc::clone(file), *base))
    }
}

fn extension(path: &Path) -> String {
    path.extension().and_then(|extension| extension.to_str()).unwrap_or("").to_ascii_lowercase()
}

fn is_program(path: &Path) -> bool {
    matches!(extension(path).as_str(), "js" | "cjs" | "mjs" | "ts" | "cts" | "mts")
}

fn is_document(path: &Path) -> bool {
    matches!(extension(path).as_str(), "yml" | "yaml" | "json")
}

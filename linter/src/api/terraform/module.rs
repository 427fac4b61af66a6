//! A directory and the modules that it calls, each with the values that it is called with.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::source::SourceFile;

use super::block::BlockBody;
use super::directory::{Declared, ParsedFile};

/// Modules that call modules.
const MAX_DEPTH: usize = 8;
/// Modules of one configuration.
const MAX_MODULES: usize = 64;

/// The files of the directories of a configuration.
#[derive(Debug)]
pub(super) struct Directories {
    pub(super) parsed: Vec<Arc<Vec<ParsedFile>>>,
    /// Directory, caller, and the name that it is called by.
    calls: Vec<(usize, Option<(usize, String)>)>,
}

impl Directories {
    /// A directory, and those of the modules that it calls. `list` gives the files of a directory.
    pub(super) fn of(
        root: Arc<Vec<ParsedFile>>,
        list: &dyn Fn(&Path) -> Option<Arc<Vec<ParsedFile>>>,
    ) -> Self {
        let mut found = Self { parsed: vec![root], calls: vec![(0, None)] };
        let mut known: HashMap<PathBuf, Option<usize>> = HashMap::new();
        let mut above: Vec<Vec<usize>> = vec![vec![0]];
        let mut at = 0;
        while let Some((directory, _)) = found.calls.get(at) {
            let ancestors = above.get(at).cloned().unwrap_or_default();
            let files = found.parsed.get(*directory).cloned().unwrap_or_default();
            for (name, path) in called(&files) {
                let index = *known.entry(path.clone()).or_insert_with(|| {
                    let files = list(&path).filter(|files| !files.is_empty())?;
                    found.parsed.push(files);
                    Some(found.parsed.len() - 1)
                });
                let Some(index) = index else { continue };
                if ancestors.contains(&index)
                    || ancestors.len() >= MAX_DEPTH
                    || found.calls.len() >= MAX_MODULES
                {
                    continue;
                }
                found.calls.push((index, Some((at, name))));
                above.push(ancestors.iter().copied().chain([index]).collect());
            }
            at += 1;
        }
        found
    }
}

/// The modules that files call from a directory of their own repository, in the order of their names.
fn called(files: &[ParsedFile]) -> Vec<(String, PathBuf)> {
    let declared = Declared::of(files);
    let mut calls: Vec<(String, PathBuf)> = declared
        .modules
        .iter()
        .filter_map(|(name, body)| {
            let source = body.literal("source")?.as_str()?;
            let is_local = source.starts_with("./") || source.starts_with("../");
            Some(((*name).to_owned(), body.file().beside(source).filter(|_| is_local)?))
        })
        .collect();
    calls.sort();
    calls
}

/// A module as it is called.
#[derive(Debug)]
pub(super) struct Module<'d> {
    pub(super) declared: Declared<'d>,
    /// A file of it.
    pub(super) file: Option<&'d Arc<SourceFile>>,
    pub(super) call: Option<ModuleCall<'d>>,
    /// `module.tables.`; empty for the first.
    address: String,
}

/// The `module` block that calls a module.
#[derive(Debug)]
pub(super) struct ModuleCall<'d> {
    pub(super) parent: usize,
    pub(super) body: BlockBody<'d>,
}

/// The modules of a configuration; the first is the directory that is read.
#[derive(Debug, Default)]
pub(super) struct Modules<'d> {
    modules: Vec<Module<'d>>,
    children: HashMap<(usize, String), usize>,
    /// How many modules declare a resource of this type and name.
    declaring: HashMap<(bool, &'d str, &'d str), usize>,
}

impl<'d> Modules<'d> {
    /// The modules of a configuration.
    pub(super) fn of(directories: &'d Directories) -> Self {
        let mut modules = Self::default();
        for (index, (directory, caller)) in directories.calls.iter().enumerate() {
            let files: &'d [ParsedFile] =
                directories.parsed.get(*directory).map_or(&[], |files| files.as_slice());
            let declared = Declared::of(files);
            let mut address = String::new();
            let mut call = None;
            if let Some((parent, name)) = caller
                && let Some(above) = modules.modules.get(*parent)
            {
                address = format!("{}module.{name}.", above.address);
                call = above
                    .declared
                    .modules
                    .get(name.as_str())
                    .map(|body| ModuleCall { parent: *parent, body: body.clone() });
                modules.children.insert((*parent, name.clone()), index);
            }
            for resource in &declared.resources {
                *modules.declaring.entry((resource.is_data, resource.kind, resource.name)).or_default() += 1;
            }
            let file = files.first().map(|parsed| &parsed.file);
            modules.modules.push(Module { declared, file, call, address });
        }
        modules
    }

    pub(super) fn get(&self, index: usize) -> Option<&Module<'d>> {
        self.modules.get(index)
    }

    /// All modules with their numbers.
    pub(super) fn all(&self) -> impl Iterator<Item = (usize, &Module<'d>)> {
        self.modules.iter().enumerate()
    }

    /// The module that another one calls by this name.
    pub(super) fn child(&self, parent: usize, name: &str) -> Option<usize> {
        self.children.get(&(parent, name.to_owned())).copied()
    }

    /// What a resource's address begins with: its module's, where another module declares one of its type and name.
    pub(super) fn prefix(&self, module: usize, kind: &str, name: &str) -> &str {
        let (is_data, bare) = match kind.strip_prefix("data.") {
            Some(bare) => (true, bare),
            None => (false, kind),
        };
        let is_alone = self.declaring.get(&(is_data, bare, name)).is_none_or(|count| *count < 2);
        match self.modules.get(module) {
            Some(module) if !is_alone => &module.address,
            _ => "",
        }
    }
}

//! The files of a Terraform directory, read together.

use std::collections::{HashMap, HashSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::api::terraform::{self, ParsedFile, Surroundings, Syntax};
use crate::source::{SourceFile, comments};

use super::files::{Candidate, real};
use super::{GivenFile, ReadError, ReadErrorKind, Unit, Unsaved};

/// What a Terraform file must hold somewhere so that integrations can come from it.
const MARKERS: [&str; 2] = ["aws_api_gateway", "aws_apigatewayv2"];

/// What a file holds that calls a module of its own repository.
const CALLS: [&str; 2] = ["\"./", "\"../"];

/// The most files of one directory that are read, and their bytes.
const MAX_FILES: usize = 5_000;
const MAX_BYTES: usize = 64 << 20;

fn holds(bytes: &[u8], any: &[&str]) -> bool {
    any.iter().any(|marker| memchr::memmem::find(bytes, marker.as_bytes()).is_some())
}

/// The directory of a file whose text is given, with that text in place of what is written.
pub(super) fn around(given: &GivenFile) -> Candidate {
    let directory = given.path.parent().unwrap_or(Path::new(""));
    let mut beside = listed(directory);
    beside.retain(|path| *path != given.path);
    let texts = real(&given.path).map(|path| (path, given.text.clone())).into_iter().collect();
    let unsaved = Unsaved::default().with(texts);
    let mut candidate = Candidate::new(given.path.clone(), true).with(&unsaved);
    candidate.beside = beside;
    candidate
}

/// The Terraform files of a directory by name.
fn listed(directory: &Path) -> Vec<PathBuf> {
    let read = if directory.as_os_str().is_empty() { Path::new(".") } else { directory };
    let Ok(entries) = fs::read_dir(read) else { return Vec::new() };
    let mut paths: Vec<PathBuf> = entries
        .filter_map(|entry| Some(directory.join(entry.ok()?.file_name())))
        .filter(|path| Syntax::of(path).is_some())
        .collect();
    paths.sort();
    paths
}

/// A unit for each file that was found and has a marker. What stands in the files of modules and in documents that
/// the directory names belongs to its first unit.
pub(super) fn units(candidate: &Candidate) -> Vec<Result<Unit, ReadError>> {
    let found: Vec<&PathBuf> = std::iter::once(&candidate.path).chain(&candidate.beside).collect();
    let mut errors = Vec::new();
    let mut texts: HashMap<PathBuf, String> = HashMap::new();
    let mut marked: HashSet<PathBuf> = HashSet::new();
    let mut calls = false;
    for path in found.iter().take(MAX_FILES) {
        match candidate.text(path, |bytes| holds(bytes, &MARKERS) || holds(bytes, &CALLS)) {
            Ok(Some(text)) => {
                if holds(text.as_bytes(), &MARKERS) {
                    marked.insert((*path).clone());
                }
                calls = true;
                texts.insert((*path).clone(), text);
            }
            Ok(None) => {}
            // Whether it has a marker counts; a file that only looks like a call is none of ours.
            Err(_) => {
                if let Err(kind) = candidate.text(path, |bytes| holds(bytes, &MARKERS)) {
                    errors.push(Err(ReadError::new(path, kind)));
                }
            }
        }
    }
    if !calls {
        return errors;
    }
    let directory = candidate.path.parent().unwrap_or(Path::new(""));
    let mut parsed = Vec::new();
    for file in files_of(candidate, directory, &mut texts) {
        let path = file.path().to_owned();
        candidate.note(&path);
        match ParsedFile::parse(Arc::clone(&file)) {
            Ok(file) => parsed.push(file),
            Err(error) if marked.contains(&path) => {
                let kind = ReadErrorKind::Broken { file, span: error.span, message: error.message };
                errors.push(Err(ReadError::new(&path, kind)));
            }
            Err(_) => {}
        }
    }
    let parsed = Arc::new(parsed);
    let list = |path: &Path| {
        candidate.within_reach(path)?;
        let files = files_of(candidate, path, &mut HashMap::new())
            .into_iter()
            .inspect(|file| candidate.note(file.path()));
        Some(Arc::new(files.filter_map(|file| ParsedFile::parse(file).ok()).collect::<Vec<_>>()))
    };
    let load = |path: &Path| candidate.load(path);
    let integrations = terraform::read(Arc::clone(&parsed), &Surroundings { load: &load, list: &list });
    let own: HashMap<&Path, &Arc<SourceFile>> =
        parsed.iter().map(|parsed| (parsed.file.path(), &parsed.file)).collect();
    let mut units: Vec<Unit> = Vec::new();
    let mut unit_of: HashMap<&Path, usize> = HashMap::new();
    for path in &found {
        let Some(file) = own.get(path.as_path()) else { continue };
        unit_of.insert(path, units.len());
        units.push(Unit {
            file: Arc::clone(file),
            integrations: Vec::new(),
            comments: comments(file),
            uses: Vec::new(),
            lone_template: None,
        });
    }
    let first = units.iter().position(|unit| marked.contains(unit.file.path())).unwrap_or(0);
    for integration in integrations {
        let path = integration.file.path();
        let index = if own.contains_key(path) { unit_of.get(path).copied() } else { Some(first) };
        if let Some(unit) = index.and_then(|index| units.get_mut(index)) {
            unit.integrations.push(integration);
        }
    }
    units.retain(|unit| !unit.integrations.is_empty() || marked.contains(unit.file.path()));
    units.into_iter().map(Ok).chain(errors).collect()
}

/// The Terraform files of a directory by name, those that can be read.
fn files_of(
    candidate: &Candidate,
    directory: &Path,
    texts: &mut HashMap<PathBuf, String>,
) -> Vec<Arc<SourceFile>> {
    let mut paths = listed(directory);
    // A file that is given need not be there.
    if candidate.path.parent() == Some(directory) && !paths.contains(&candidate.path) {
        paths.push(candidate.path.clone());
        paths.sort();
    }
    let mut left = MAX_BYTES;
    let mut files = Vec::new();
    for path in paths.into_iter().take(MAX_FILES) {
        let read = texts.remove(&path).or_else(|| candidate.text(&path, |_| true).ok().flatten());
        let Some(text) = read else { continue };
        let Some(rest) = left.checked_sub(text.len()) else { break };
        left = rest;
        files.push(Arc::new(SourceFile::new(path, text)));
    }
    files
}

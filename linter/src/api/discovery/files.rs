//! Finding files and getting at their text.

use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use ignore::gitignore::GitignoreBuilder;
use ignore::{DirEntry, WalkBuilder, WalkState};

use crate::api::terraform::Syntax;
use crate::source::SourceFile;

use super::{MAX_FILE_BYTES, ReadError, ReadErrorKind};

/// Extensions of files that are looked at when a directory is walked.
const EXTENSIONS: [&str; 7] = ["yaml", "yml", "json", "template", "tf", "vtl", "vm"];

/// Directories that a program's run fills with what is deployed, each with a file that it has. Git ignores them as a
/// rule, and no other file says what they say.
const ASSEMBLIES: [(&str, &str); 2] = [("cdk.out", "cdk.out"), ("cdktf.out", "manifest.json")];

/// A file that might hold integrations.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// The file, as the user named it or below the directory that the user named.
    pub path: PathBuf,
    /// Whether the user named the file itself.
    pub named: bool,
    /// The other files that were found of its Terraform directory, which is read as one.
    pub beside: Vec<PathBuf>,
    /// Texts that it, and what it refers to, are taken to have.
    pub unsaved: Unsaved,
    /// The files that were opened because this one refers to them.
    loaded: RefCell<Vec<PathBuf>>,
}

/// Texts that files are taken to have, though nobody has written them yet; by canonical path.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Unsaved(Arc<BTreeMap<PathBuf, String>>);

impl Unsaved {
    /// These, and further ones, which count where there are both.
    #[must_use]
    pub fn with(&self, texts: BTreeMap<PathBuf, String>) -> Self {
        Self(Arc::new(self.0.iter().map(|(path, text)| (path.clone(), text.clone())).chain(texts).collect()))
    }

    /// These and the others.
    #[must_use]
    pub fn and(&self, others: &Self) -> Self {
        if self.0.is_empty() { others.clone() } else { self.with(BTreeMap::clone(&others.0)) }
    }

    fn get(&self, path: &Path) -> Option<&String> {
        if self.0.is_empty() {
            return None;
        }
        self.0.get(&real(path)?)
    }
}

/// The real path of a file that need not be there; its directory is.
pub(super) fn real(path: &Path) -> Option<PathBuf> {
    fs::canonicalize(path).ok().or_else(|| {
        let directory = path.parent().filter(|directory| !directory.as_os_str().is_empty());
        Some(fs::canonicalize(directory.unwrap_or(Path::new("."))).ok()?.join(path.file_name()?))
    })
}

impl Candidate {
    /// The same file, with texts that are not written yet.
    #[must_use]
    pub fn with(self, unsaved: &Unsaved) -> Self {
        Self { unsaved: unsaved.clone(), ..self }
    }

    /// The text of this file or of one that it refers to, if its bytes are wanted.
    pub(super) fn text(
        &self,
        path: &Path,
        wanted: impl Fn(&[u8]) -> bool,
    ) -> Result<Option<String>, ReadErrorKind> {
        match self.unsaved.get(path) {
            Some(unsaved) => Ok(Some(unsaved.clone()).filter(|text| wanted(text.as_bytes()))),
            None => text(path, wanted),
        }
    }

    /// A file that was found.
    pub fn new(path: PathBuf, named: bool) -> Self {
        Self { path, named, beside: Vec::new(), unsaved: Unsaved::default(), loaded: RefCell::default() }
    }

    /// The files that were opened because this one refers to them.
    pub(super) fn loaded(&self) -> Vec<PathBuf> {
        self.loaded.take()
    }

    /// Opens a file to which this one refers. Only files of the same repository are read, or, outside of one, of
    /// the same directory and below.
    pub(super) fn load(&self, path: &Path) -> Option<Arc<SourceFile>> {
        let target = self.within_reach(path)?;
        let text = self.text(&target, |_| true).ok()??;
        self.note(path);
        Some(Arc::new(SourceFile::new(path, text)))
    }

    /// Remembers that a file was read with this one.
    pub(super) fn note(&self, path: &Path) {
        self.loaded.borrow_mut().push(path.to_owned());
    }

    /// The canonical path of what this file may refer to.
    pub(super) fn within_reach(&self, path: &Path) -> Option<PathBuf> {
        let own = real(&self.path)?;
        let directory = own.parent()?;
        let tree = repository(directory).unwrap_or(directory);
        fs::canonicalize(path).ok().filter(|target| target.starts_with(tree))
    }
}

/// The files of the named paths: a named file always; of a directory those whose name could be a definition's or a
/// template's and that git does not ignore, and those of a CDK assembly. Each once, in the order of the paths and below
/// them by name.
pub fn find(paths: &[PathBuf]) -> Vec<Result<Candidate, ReadError>> {
    let mut found = Vec::new();
    let mut seen = HashSet::new();
    // A file that is named and lies in a directory that is named too counts as named, wherever it comes.
    let named: HashSet<PathBuf> = paths.iter().filter_map(|path| fs::canonicalize(path).ok()).collect();
    let mut add = |found: &mut Vec<_>, path: &Path| {
        let identity = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        if !seen.contains(&identity) {
            let path = path.strip_prefix("./").unwrap_or(path).to_owned();
            found.push(Ok(Candidate::new(path, named.contains(&identity))));
            seen.insert(identity);
        }
    };
    for path in paths {
        match fs::metadata(path) {
            Ok(metadata) if metadata.is_dir() => {
                for entry in walk_with_assemblies(path).into_files() {
                    match entry {
                        Ok(file) => add(&mut found, &file),
                        Err(error) => found.push(Err(error)),
                    }
                }
            }
            Ok(metadata) if metadata.is_file() => add(&mut found, path),
            Ok(_) => found.push(Err(ReadError::new(path, ReadErrorKind::NotAFile))),
            Err(error) => found.push(Err(ReadError::new(path, kind_of(&error)))),
        }
    }
    together(found)
}

/// Puts the Terraform files of each directory together, in the place of the first.
pub fn together(all: Vec<Result<Candidate, ReadError>>) -> Vec<Result<Candidate, ReadError>> {
    let mut found: Vec<Result<Candidate, ReadError>> = Vec::new();
    let mut first: HashMap<PathBuf, usize> = HashMap::new();
    for one in all {
        if let Ok(candidate) = &one
            && Syntax::of(&candidate.path).is_some()
            && let Some(directory) = candidate.path.parent()
        {
            if let Some(Ok(known)) = first.get(directory).and_then(|index| found.get_mut(*index)) {
                known.beside.push(candidate.path.clone());
                continue;
            }
            first.insert(directory.to_owned(), found.len());
        }
        found.push(one);
    }
    found
}

fn kind_of(error: &io::Error) -> ReadErrorKind {
    match error.kind() {
        io::ErrorKind::NotFound => ReadErrorKind::Missing,
        _ => ReadErrorKind::Unreadable(error.to_string()),
    }
}

/// The files below a directory that git does not ignore, of those that [`find`] finds there, without asking the system
/// for their real paths: links are not followed on the way, so that these paths are the directory's with what is below
/// it.
pub fn below(directory: &Path) -> impl Iterator<Item = Candidate> {
    walk(directory).into_files().into_iter().flatten().map(|path| Candidate::new(path, false))
}

/// What a walk found below a directory.
#[derive(Default)]
struct Walked {
    files: Vec<Result<PathBuf, ReadError>>,
    directories: Vec<PathBuf>,
}

impl Walked {
    fn append(&mut self, other: &mut Self) {
        self.files.append(&mut other.files);
        self.directories.append(&mut other.directories);
    }

    fn note(&mut self, entry: Result<DirEntry, ignore::Error>, directory: &Path) {
        match entry {
            Ok(entry) if entry.file_type().is_some_and(|kind| kind.is_dir()) => {
                self.directories.push(entry.into_path());
            }
            Ok(entry) => {
                let is_file = entry.file_type().is_some_and(|kind| kind.is_file());
                if is_file && extension(entry.path()).is_some_and(|e| EXTENSIONS.contains(&e.as_str())) {
                    self.files.push(Ok(entry.into_path()));
                }
            }
            Err(error) => {
                let path = path_of(&error).unwrap_or(directory);
                let kind =
                    error.io_error().map_or_else(|| ReadErrorKind::Unreadable(error.to_string()), kind_of);
                self.files.push(Err(ReadError::new(path, kind)));
            }
        }
    }

    /// The files in the order of their paths, which is that of a walk by name.
    fn into_files(mut self) -> Vec<Result<PathBuf, ReadError>> {
        let place = |file: &Result<PathBuf, ReadError>| match file {
            Ok(path) => path.clone(),
            Err(error) => error.path.clone(),
        };
        self.files.sort_by_cached_key(place);
        self.files
    }
}

/// Walks a directory as git sees it. Several threads do, for in a large tree most of the time goes into asking the
/// system for directories.
fn walk(directory: &Path) -> Walked {
    let walked = Mutex::new(Walked::default());
    WalkBuilder::new(directory).parents(!is_ignored(directory)).build_parallel().run(|| {
        let mut own = OfThread { walked: Walked::default(), all: &walked };
        Box::new(move |entry| {
            own.walked.note(entry, directory);
            WalkState::Continue
        })
    });
    walked.into_inner().unwrap_or_else(PoisonError::into_inner)
}

/// What one thread of a walk found, which it hands over when it ends.
struct OfThread<'a> {
    walked: Walked,
    all: &'a Mutex<Walked>,
}

impl Drop for OfThread<'_> {
    fn drop(&mut self) {
        self.all.lock().unwrap_or_else(PoisonError::into_inner).append(&mut self.walked);
    }
}

/// As [`walk`], and with the assemblies that git ignores.
fn walk_with_assemblies(directory: &Path) -> Walked {
    let mut walked = walk(directory);
    for above in std::mem::take(&mut walked.directories) {
        let inside = ASSEMBLIES.iter().map(|(name, mark)| (above.join(name), mark));
        for (assembly, _) in inside.filter(|(assembly, mark)| assembly.join(mark).is_file()) {
            walked.append(&mut walk(&assembly));
        }
    }
    walked
}

fn path_of(error: &ignore::Error) -> Option<&Path> {
    match error {
        ignore::Error::WithPath { path, .. } => Some(path),
        ignore::Error::WithDepth { err, .. } | ignore::Error::WithLineNumber { err, .. } => path_of(err),
        _ => None,
    }
}

/// Whether the rules of directories above ignore a directory, or everything in it. Whoever names such a directory
/// means it, so those rules are then left out.
fn is_ignored(directory: &Path) -> bool {
    let Ok(directory) = fs::canonicalize(directory) else { return false };
    let Some(repository) = repository(&directory) else { return false };
    // No file has this name; a rule that matches it matches everything.
    let anything = directory.join("\u{1}");
    directory.ancestors().skip(1).take_while(|dir| dir.starts_with(repository)).any(|above| {
        let mut rules = GitignoreBuilder::new(above);
        rules.add(above.join(".gitignore"));
        rules.build().is_ok_and(|rules| rules.matched_path_or_any_parents(&anything, false).is_ignore())
    })
}

/// The root of the repository that a directory lies in. The directory is an absolute path.
pub fn repository(directory: &Path) -> Option<&Path> {
    directory.ancestors().find(|above| above.join(".git").exists())
}

/// Whether a file is a mapping template by its name.
pub fn is_template_name(path: &Path) -> bool {
    matches!(extension(path).as_deref(), Some("vtl" | "vm"))
}

/// A file's extension in lower case.
pub(super) fn extension(path: &Path) -> Option<String> {
    Some(path.extension()?.to_str()?.to_ascii_lowercase())
}

/// A file's text, if its bytes are wanted. What is not wanted is no error, however broken or large.
pub(super) fn text(path: &Path, wanted: impl Fn(&[u8]) -> bool) -> Result<Option<String>, ReadErrorKind> {
    let metadata = fs::metadata(path).map_err(|error| kind_of(&error))?;
    if !metadata.is_file() {
        // Opening a pipe would wait for a writer.
        return Err(ReadErrorKind::NotAFile);
    }
    let file = File::open(path).map_err(|error| kind_of(&error))?;
    // Room for all of it, and for seeing that it ends there: without, a reader feels its way in many small reads.
    let room = usize::try_from(metadata.len().min(MAX_FILE_BYTES)).unwrap_or_default();
    let mut bytes = Vec::with_capacity(room.saturating_add(64));
    file.take(MAX_FILE_BYTES + 1).read_to_end(&mut bytes).map_err(|error| kind_of(&error))?;
    if !wanted(&bytes) {
        return Ok(None);
    }
    let read = bytes.len() as u64;
    if read > MAX_FILE_BYTES {
        return Err(ReadErrorKind::TooLarge { size: metadata.len().max(read) });
    }
    String::from_utf8(bytes)
        .map(Some)
        .map_err(|error| ReadErrorKind::NotUtf8 { offset: error.utf8_error().valid_up_to() })
}

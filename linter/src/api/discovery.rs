//! From the paths that the user names to the files that hold integrations, and to those integrations.
//!
//! Nothing here fails as a whole: each file gives its unit or its errors, in an order that does not depend on the
//! machine.

mod files;
mod terraform_directory;

#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::source::{HostSpan, Node, SourceFile, parse_documents};

use super::lone_template::{LoneTemplate, looks_like_mapping_template};
use super::{Integration, cloudformation, openapi, serverless_framework, terraform};

pub use files::{Candidate, Unsaved, below, find, is_template_name, repository, together};

/// The largest file that is read. API Gateway imports definitions of 6 MB, CloudFormation templates of 1 MB.
pub const MAX_FILE_BYTES: u64 = 20 << 20;

/// What a file must hold somewhere to be parsed as a definition.
pub const MARKERS: [&str; 5] = [
    "x-amazon-apigateway",
    "AWS::ApiGateway",
    "AWS::Serverless",
    "\"planned_values\"",
    serverless_framework::MARKER,
];

/// How paths are read.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// The action of templates that stand alone. With it, any named file that is no definition is such a template.
    pub action: Option<String>,
    /// A file whose content is not read but given.
    pub given: Option<GivenFile>,
}

/// A file's content as somebody has it who has not written it yet.
#[derive(Clone, Debug)]
pub struct GivenFile {
    /// The file, which need not be there.
    pub path: PathBuf,
    /// Its text.
    pub text: String,
}

/// A file that was read.
#[derive(Clone, Debug)]
pub struct Unit {
    /// The file.
    pub file: Arc<SourceFile>,
    /// Its integrations in file order; none for a definition without any that call DynamoDB.
    pub integrations: Vec<Integration>,
    /// The comments of a YAML or Terraform file.
    pub comments: Vec<HostSpan>,
    /// The files that it refers to and that were read with it.
    pub uses: Vec<PathBuf>,
    /// For a template on its own: what it was taken for. Its integration is in `integrations` too.
    pub lone_template: Option<LoneTemplate>,
}

/// Why a file, or a part of one, was not read.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{}: {kind}", self.place())]
pub struct ReadError {
    /// The file or directory as the user would name it.
    pub path: PathBuf,
    /// What is wrong.
    pub kind: ReadErrorKind,
}

/// What is wrong with a file.
#[derive(Clone, Debug, thiserror::Error)]
pub enum ReadErrorKind {
    /// There is nothing of this name.
    #[error("no such file or directory")]
    Missing,
    /// A device, a socket or a pipe.
    #[error("neither a file nor a directory")]
    NotAFile,
    /// The system does not let us.
    #[error("cannot be read: {0}")]
    Unreadable(String),
    /// Too large to be a definition.
    #[error("has {size} bytes, more than the {MAX_FILE_BYTES} that are read")]
    TooLarge {
        /// Its size in bytes.
        size: u64,
    },
    /// Not text.
    #[error("is not UTF-8: byte {offset} does not belong there")]
    NotUtf8 {
        /// The first byte that is wrong.
        offset: usize,
    },
    /// A document in it is neither YAML nor JSON.
    #[error("{message}")]
    Broken {
        /// The file.
        file: Arc<SourceFile>,
        /// Where.
        span: HostSpan,
        /// What is wrong there.
        message: String,
    },
}

impl ReadError {
    fn new(path: &Path, kind: ReadErrorKind) -> Self {
        Self { path: path.to_owned(), kind }
    }

    /// `file:line:column` where there is one.
    fn place(&self) -> String {
        match &self.kind {
            ReadErrorKind::Broken { file, span, .. } => {
                let position = file.position(span.start);
                format!("{}:{}:{}", self.path.display(), position.line, position.column)
            }
            _ => self.path.display().to_string(),
        }
    }
}

/// What is read for a file whose text is given: that file alone, or its Terraform directory.
pub fn given(given: &GivenFile) -> Candidate {
    match terraform::Syntax::of(&given.path) {
        Some(_) => terraform_directory::around(given),
        None => Candidate::new(given.path.clone(), true),
    }
}

/// Reads everything that the paths name: files, and directories with all that is below them.
pub fn read_paths(paths: &[PathBuf], options: &Options) -> Vec<Result<Unit, ReadError>> {
    find(paths)
        .into_iter()
        .flat_map(|found| match found {
            Ok(candidate) => read_path(&candidate, options),
            Err(error) => vec![Err(error)],
        })
        .collect()
}

/// Reads one file, or the files of one Terraform directory: nothing where it is neither a definition nor a template, one
/// unit where it is, and an error for each document that cannot be read.
pub fn read_path(candidate: &Candidate, options: &Options) -> Vec<Result<Unit, ReadError>> {
    let mut read = units(candidate, options);
    let uses = candidate.loaded();
    for unit in read.iter_mut().flatten() {
        unit.uses.clone_from(&uses);
    }
    read
}

fn units(candidate: &Candidate, options: &Options) -> Vec<Result<Unit, ReadError>> {
    if terraform::Syntax::of(&candidate.path).is_some() {
        return terraform_directory::units(candidate);
    }
    // As YAML these would only be broken.
    if matches!(files::extension(&candidate.path).as_deref(), Some("tf" | "hcl" | "tfvars")) {
        return Vec::new();
    }
    let role = Role::of(candidate, options);
    let given = options.given.as_ref().filter(|given| given.path == candidate.path);
    let text = match given {
        Some(given) => Ok(Some(given.text.clone()).filter(|text| role.wants(text.as_bytes()))),
        None => candidate.text(&candidate.path, |bytes| role.wants(bytes)),
    };
    let text = match text {
        Ok(Some(text)) => text,
        Ok(None) => return service_of_parts(candidate, options).map(Ok).into_iter().collect(),
        Err(kind) => return vec![Err(ReadError::new(&candidate.path, kind))],
    };
    let file = Arc::new(SourceFile::new(&candidate.path, text));
    match role {
        Role::Template if !candidate.named && !looks_like_mapping_template(file.text()) => Vec::new(),
        Role::Template => vec![lone_template(&file, options)],
        Role::Either if !holds_marker(file.text().as_bytes()) => vec![lone_template(&file, options)],
        Role::Either | Role::Definition => definition(&file, candidate),
    }
}

/// What a file is taken for, by its name and by how it was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Role {
    /// A template by its extension.
    Template,
    /// A definition, if it holds a marker.
    Definition,
    /// A definition if it holds a marker, otherwise a template: named together with an action.
    Either,
}

impl Role {
    fn of(candidate: &Candidate, options: &Options) -> Self {
        if is_template_name(&candidate.path) {
            Self::Template
        } else if candidate.named && options.action.is_some() {
            Self::Either
        } else {
            Self::Definition
        }
    }

    fn wants(self, bytes: &[u8]) -> bool {
        self != Self::Definition || holds_marker(bytes)
    }
}

fn holds_marker(bytes: &[u8]) -> bool {
    MARKERS.iter().any(|marker| memchr::memmem::find(bytes, marker.as_bytes()).is_some())
}

/// The first character of a text that can be no template: it asks for nothing, and no output begins so.
fn foreign_start(text: &str) -> Option<(usize, char)> {
    if text.contains(['$', '#']) {
        return None;
    }
    let (at, first) = text.char_indices().find(|(_, c)| !c.is_whitespace() && *c != '\u{FEFF}')?;
    let begins_output = first.is_alphanumeric() || matches!(first, '{' | '[' | '"' | '<' | '-');
    (!begins_output).then_some((at, first))
}

fn lone_template(file: &Arc<SourceFile>, options: &Options) -> Result<Unit, ReadError> {
    if let Some((at, first)) = foreign_start(file.text()) {
        let message = format!(
            "is no mapping template: it begins with `{}` and holds neither a reference nor a directive; expected JSON, markup or VTL",
            first.escape_debug()
        );
        let span = HostSpan::new(at, at + first.len_utf8());
        return Err(ReadError::new(
            file.path(),
            ReadErrorKind::Broken { file: Arc::clone(file), span, message },
        ));
    }
    let lone = LoneTemplate::read(file, options.action.as_deref());
    Ok(Unit {
        file: Arc::clone(file),
        integrations: vec![lone.integration.clone()],
        comments: Vec::new(),
        uses: Vec::new(),
        lone_template: Some(lone),
    })
}

/// A service all of whose integrations stand in the files that it names. Whatever is wrong with such a file is none of
/// our business.
fn service_of_parts(candidate: &Candidate, options: &Options) -> Option<Unit> {
    if !serverless_framework::has_service_name(&candidate.path) {
        return None;
    }
    let names_files = |bytes: &[u8]| memchr::memmem::find(bytes, b"${file(").is_some();
    let given = options.given.as_ref().filter(|given| given.path == candidate.path);
    let text = match given {
        Some(given) => Some(given.text.clone()).filter(|text| names_files(text.as_bytes())),
        None => files::text(&candidate.path, names_files).ok()?,
    }?;
    let file = Arc::new(SourceFile::new(&candidate.path, text));
    let units = definition(&file, candidate).into_iter();
    units.filter_map(Result::ok).find(|unit| !unit.integrations.is_empty())
}

fn definition(file: &Arc<SourceFile>, candidate: &Candidate) -> Vec<Result<Unit, ReadError>> {
    let documents = parse_documents(file);
    let loader = |path: &Path| candidate.load(path);
    let integrations = documents.roots.iter().flat_map(|root| integrations(root, file, &loader)).collect();
    let errors = documents.errors.into_iter().map(|error| {
        let kind = ReadErrorKind::Broken { file: Arc::clone(file), span: error.span, message: error.message };
        Err(ReadError::new(file.path(), kind))
    });
    let unit = Unit {
        file: Arc::clone(file),
        integrations,
        comments: documents.comments,
        uses: Vec::new(),
        lone_template: None,
    };
    std::iter::once(Ok(unit)).chain(errors).collect()
}

/// The integrations of a document, by what it is.
fn integrations(
    root: &Node,
    file: &Arc<SourceFile>,
    loader: &dyn Fn(&Path) -> Option<Arc<SourceFile>>,
) -> Vec<Integration> {
    match root {
        root if openapi::is_definition(root) => {
            openapi::read(root, file, &openapi::Context { loader, ..openapi::Context::default() })
        }
        root if terraform::plan::is_plan(root) => terraform::plan::read(root, file, loader),
        root if serverless_framework::is_service(root) => serverless_framework::read(root, file, loader),
        root if serverless_framework::is_part(root, file) => {
            serverless_framework::read_part(root, file, loader)
        }
        root if cloudformation::is_template(root) => cloudformation::read(root, file, loader),
        _ => Vec::new(),
    }
}

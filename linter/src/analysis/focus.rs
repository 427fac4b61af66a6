//! A file of a Terraform directory that a run is about: the directory is read as a whole, and what is said is what
//! somebody who edits the file wants to see in it.

use std::path::Path;

use crate::api::Integration;
use crate::api::discovery::{GivenFile, Unit};
use crate::api::terraform::Syntax;
use crate::finding::Finding;
use crate::source::SourceFile;

/// The file.
#[derive(Clone, Copy, Debug)]
pub(super) struct Focus<'a>(&'a Path);

impl<'a> Focus<'a> {
    /// The file that is given, if others are read with it.
    pub(super) fn of(given: &'a GivenFile) -> Option<Self> {
        Syntax::of(&given.path).map(|_| Self(&given.path))
    }

    /// Leaves the integrations that the file has a part in.
    pub(super) fn narrow(self, units: &mut Vec<Unit>) {
        for unit in units.iter_mut() {
            unit.integrations.retain(|integration| self.has_part_in(integration));
        }
        units.retain(|unit| self.is_file(&unit.file) || !unit.integrations.is_empty());
    }

    fn has_part_in(self, integration: &Integration) -> bool {
        let parts = integration.origin.parts.iter().map(|(file, _)| file);
        let templates = integration.templates().map(|template| &template.host.file);
        let mut files = std::iter::once(&integration.file).chain(parts).chain(templates);
        files.any(|file| self.is_file(file))
    }

    pub(super) fn is_file(self, file: &SourceFile) -> bool {
        file.path() == self.0
    }

    /// Whether a finding is one of the file: it lies in it, or in what an integration in it reads.
    pub(super) fn has(self, integration: &Integration, finding: &Finding) -> bool {
        self.is_file(&finding.file) || self.is_file(&integration.file)
    }
}

//! What was probably meant.

use crate::closest::closest;
use crate::document::Fault;

use super::Reader;

impl Reader<'_> {
    /// A fault about a name that is not known, with the known one that was probably meant; where none is close, with
    /// other help.
    pub(super) fn suggesting<'a>(
        &self,
        fault: Fault,
        name: &str,
        known: impl IntoIterator<Item = &'a str>,
        otherwise: Option<String>,
    ) -> Fault {
        let meant = self.meant(name, known).map(|known| format!("did you mean `{known}`?"));
        match meant.or(otherwise) {
            Some(help) => fault.help(help),
            None => fault,
        }
    }

    /// The known name that was probably meant. Nothing is searched for problems that are not told.
    pub(super) fn meant<'a>(&self, name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
        if self.is_full() { None } else { closest(name, known) }
    }
}

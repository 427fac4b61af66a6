//! What people say of who decides a value, where the linter would not know.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::source::{HostSpan, SourceFile};

/// Who decides a value, as people say.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Decider {
    /// Whoever deploys: the value is trusted, and no client chooses it.
    Deployment,
    /// The client: the value may be any text.
    Client,
}

/// What people say of one value, or of all below a name, and where.
#[derive(Clone, Debug)]
pub struct Said {
    /// The value as they write it.
    pub value: String,
    /// Who decides it.
    pub decider: Decider,
    /// The file that says so.
    pub file: Arc<SourceFile>,
    /// Where in it.
    pub span: HostSpan,
}

impl PartialEq for Said {
    fn eq(&self, other: &Self) -> bool {
        let parts = |said: &Self| (said.decider, said.span);
        self.value == other.value && parts(self) == parts(other) && self.file.path() == other.file.path()
    }
}

impl Eq for Said {}

/// What is said of values, by how they are written: `$context.a.b`, `$stageVariables.a`, `method.request.header.a`; `.*`
/// at the end of the first two stands for all that is below.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Trust(BTreeMap<String, Said>);

impl Trust {
    /// Says who decides a value. Headers are called the same in any case.
    pub fn say(&mut self, said: Said) {
        let is_header = said.value.starts_with("method.request.header.");
        let name = if is_header { said.value.to_ascii_lowercase() } else { said.value.clone() };
        self.0.insert(name, said);
    }

    /// Who decides a value of `$context`, where it is said.
    pub fn of_context(&self, path: &str) -> Option<Decider> {
        self.said_of_context(path).map(|said| said.decider)
    }

    /// Who decides a stage variable, where it is said.
    pub fn of_stage_variable(&self, name: &str) -> Option<Decider> {
        self.said_of_stage_variable(name).map(|said| said.decider)
    }

    /// Who decides a header, where it is said.
    pub fn of_header(&self, name: &str) -> Option<Decider> {
        self.said_of_header(name).map(|said| said.decider)
    }

    /// Who decides the right-hand side of a parameter mapping, where it is said: `context.a`, `stageVariables.a`,
    /// `method.request.header.a`.
    pub fn of_mapping(&self, value: &str) -> Option<Decider> {
        self.said_of_mapping(value).map(|said| said.decider)
    }

    /// What is said of a value of `$context`.
    pub fn said_of_context(&self, path: &str) -> Option<&Said> {
        self.of(&format!("$context.{path}"))
    }

    /// What is said of a stage variable.
    pub fn said_of_stage_variable(&self, name: &str) -> Option<&Said> {
        self.of(&format!("$stageVariables.{name}"))
    }

    /// What is said of a header.
    pub fn said_of_header(&self, name: &str) -> Option<&Said> {
        self.of(&format!("method.request.header.{}", name.to_ascii_lowercase()))
    }

    /// What is said of the right-hand side of a parameter mapping.
    pub fn said_of_mapping(&self, value: &str) -> Option<&Said> {
        match value.strip_prefix("method.request.header.") {
            Some(name) => self.said_of_header(name),
            None => self.of(&format!("${value}")),
        }
    }

    /// What is said of a value as it is written: of itself, else of the closest name above.
    fn of(&self, written: &str) -> Option<&Said> {
        if self.0.is_empty() {
            return None;
        }
        let dots = written.rmatch_indices('.').filter_map(|(at, _)| written.get(..at));
        let mut above = dots.map(|above| format!("{above}.*"));
        self.0.get(written).or_else(|| above.find_map(|name| self.0.get(&name)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_closest_name_counts() {
        let mut trust = Trust::default();
        let file = Arc::new(SourceFile::new("keybound.yaml", ""));
        let mut say = |value: &str, decider| {
            let (file, span) = (Arc::clone(&file), HostSpan::new(0, 0));
            trust.say(Said { value: value.to_owned(), decider, file, span });
        };
        say("$context.authorizer.*", Decider::Deployment);
        say("$context.authorizer.claims.*", Decider::Client);
        say("$context.authorizer.claims.sub", Decider::Deployment);
        say("$stageVariables.*", Decider::Client);
        say("method.request.header.X-Origin", Decider::Deployment);
        for (path, decider) in [
            ("authorizer.tenant", Some(Decider::Deployment)),
            ("authorizer.claims.email", Some(Decider::Client)),
            ("authorizer.claims.sub", Some(Decider::Deployment)),
            ("authorizer", None),
            ("authorizers.x", None),
            ("stage", None),
        ] {
            assert_eq!(trust.of_context(path), decider, "{path}");
            assert_eq!(trust.of_mapping(&format!("context.{path}")), decider, "{path}");
        }
        assert_eq!(trust.of_stage_variable("table"), Some(Decider::Client));
        assert_eq!(trust.of_header("x-ORIGIN"), Some(Decider::Deployment));
        assert_eq!(trust.of_mapping("method.request.header.x-origin"), Some(Decider::Deployment));
        assert_eq!(trust.of_mapping("method.request.querystring.x-origin"), None);
        // A header's name may have dots of its own, and no star stands for headers.
        assert_eq!(trust.of_header("x"), None);
    }
}

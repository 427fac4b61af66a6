//! What people say of who decides a value, where the linter would not know.

use std::collections::BTreeMap;

/// Who decides a value, as people say.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Decider {
    /// Whoever deploys: the value is trusted, and no client chooses it.
    Deployment,
    /// The client: the value may be any text.
    Client,
}

/// What is said of values, by how they are written: `$context.a.b`, `$stageVariables.a`, `method.request.header.a`; `.*`
/// at the end of the first two stands for all that is below.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Trust(BTreeMap<String, Decider>);

impl Trust {
    /// Says who decides a value. Headers are called the same in any case.
    pub fn say(&mut self, value: &str, decider: Decider) {
        let is_header = value.starts_with("method.request.header.");
        self.0.insert(if is_header { value.to_ascii_lowercase() } else { value.to_owned() }, decider);
    }

    /// What is said of a value of `$context`.
    pub fn of_context(&self, path: &str) -> Option<Decider> {
        self.of(&format!("$context.{path}"))
    }

    /// What is said of a stage variable.
    pub fn of_stage_variable(&self, name: &str) -> Option<Decider> {
        self.of(&format!("$stageVariables.{name}"))
    }

    /// What is said of a header.
    pub fn of_header(&self, name: &str) -> Option<Decider> {
        self.of(&format!("method.request.header.{}", name.to_ascii_lowercase()))
    }

    /// What is said of the right-hand side of a parameter mapping: `context.a`, `stageVariables.a`,
    /// `method.request.header.a`.
    pub fn of_mapping(&self, value: &str) -> Option<Decider> {
        match value.strip_prefix("method.request.header.") {
            Some(name) => self.of_header(name),
            None => self.of(&format!("${value}")),
        }
    }

    /// What is said of a value as it is written: of itself, else of the closest name above.
    fn of(&self, written: &str) -> Option<Decider> {
        if self.0.is_empty() {
            return None;
        }
        let dots = written.rmatch_indices('.').filter_map(|(at, _)| written.get(..at));
        let mut above = dots.map(|above| format!("{above}.*"));
        self.0.get(written).copied().or_else(|| above.find_map(|name| self.0.get(&name).copied()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_closest_name_counts() {
        let mut trust = Trust::default();
        trust.say("$context.authorizer.*", Decider::Deployment);
        trust.say("$context.authorizer.claims.*", Decider::Client);
        trust.say("$context.authorizer.claims.sub", Decider::Deployment);
        trust.say("$stageVariables.*", Decider::Client);
        trust.say("method.request.header.X-Origin", Decider::Deployment);
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

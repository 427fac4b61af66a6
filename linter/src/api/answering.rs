//! Which integration response answers a status of DynamoDB's.

use keybound_vtl::java::regex;
use keybound_vtl::value::Text;

use super::{Integration, ResponseCase};

impl Integration {
    /// The integration responses that may answer when DynamoDB's status is this one: those whose selection pattern
    /// fits it, else the default. Empty where there is none, and API Gateway answers 500; none where it cannot be told.
    ///
    /// For DynamoDB the pattern is a Java regular expression on the status code. Nobody has recorded whether it must
    /// fit all of it, so a pattern that fits a part only tells nothing.
    pub fn answering(&self, status: &str) -> Option<Vec<&ResponseCase>> {
        let mut fitting = Vec::new();
        let mut defaults = Vec::new();
        for case in &self.responses {
            match &case.selection_pattern {
                None => defaults.push(case),
                Some(pattern) => match fits(pattern, status)? {
                    true => fitting.push(case),
                    false if fits(&format!("(?s).*(?:{pattern}).*"), status)? => return None,
                    false => {}
                },
            }
        }
        Some(if fitting.is_empty() { defaults } else { fitting })
    }
}

/// None where the deployment decides the pattern, or where it is not understood.
fn fits(pattern: &str, status: &str) -> Option<bool> {
    if pattern.contains("${") {
        return None;
    }
    regex::matches(pattern, &Text::new(status)).ok()
}

impl ResponseCase {
    /// Whether the client sees a success; none where the deployment decides.
    pub fn is_success(&self) -> Option<bool> {
        self.status.as_ref().map(|status| status.starts_with('2'))
    }

    /// Whether DynamoDB's answer reaches the client as it is: there is no template, or none with a text.
    pub fn is_unmapped(&self) -> bool {
        self.templates
            .iter()
            .all(|template| template.text.text().is_empty() && template.text.placeholders().is_empty())
    }
}

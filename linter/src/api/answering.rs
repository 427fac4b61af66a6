//! Which integration response answers a status of DynamoDB's.

use keybound_vtl::java::regex;
use keybound_vtl::value::Text;

use crate::source::HostSpan;

use super::{Action, DeployText, Integration, ResponseCase};

/// The most integration responses that are looked at. Each has a status code of its own, so that real ones are few.
const MAX_RESPONSES: usize = 100;

impl Integration {
    /// Whether the definition shows that DynamoDB is called. A `uri` that the deployment decides, and a template on its
    /// own, may be another service's.
    pub fn shows_dynamodb(&self) -> bool {
        let in_uri = |(uri, _): &(DeployText, HostSpan)| uri.text().contains("dynamodb:");
        match &self.action {
            Action::Named(_) => true,
            Action::Open | Action::Unknown => self.uri.as_ref().is_some_and(in_uri),
        }
    }

    /// The integration responses that may answer when DynamoDB's status is this one: those whose selection pattern
    /// fits it, else the default. Empty where there is none, and API Gateway answers 500; none where it cannot be told.
    ///
    /// For DynamoDB the pattern is a Java regular expression on the status code. Nobody has recorded whether it must
    /// fit all of it, so a pattern that fits a part only tells nothing.
    pub fn answering(&self, status: &str) -> Option<Vec<&ResponseCase>> {
        if self.responses.len() > MAX_RESPONSES {
            return None;
        }
        // A `uri` that does not show its service may be Lambda's, whose patterns are on the error's message.
        if self.action == Action::Open && !self.shows_dynamodb() {
            return None;
        }
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
    /// Whether these have this very case, not one like it.
    pub fn is_among(&self, cases: &[&Self]) -> bool {
        cases.iter().any(|case| std::ptr::eq(*case, self))
    }

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

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::api::lone_template::LoneTemplate;
    use crate::source::SourceFile;

    /// The statuses that answer DynamoDB's, where the responses have these patterns and statuses.
    fn answering(cases: &[(Option<&str>, &str)], status: &str) -> Option<Vec<String>> {
        let file = Arc::new(SourceFile::new("x.vtl", ""));
        let responses = cases.iter().map(|(pattern, status)| ResponseCase {
            status: Some((*status).to_owned()),
            selection_pattern: pattern.map(str::to_owned),
            templates: Vec::new(),
            parameters: Vec::new(),
            span: HostSpan::new(0, 0),
        });
        let integration =
            Integration { responses: responses.collect(), ..LoneTemplate::read(&file, None).integration };
        let found = integration.answering(status)?;
        Some(found.iter().filter_map(|case| case.status.clone()).collect())
    }

    #[test]
    fn the_pattern_that_fits_answers_and_else_the_default() {
        let cases = [(None, "200"), (Some(r"4\d{2}"), "418"), (Some("5[0-9]*"), "503")];
        assert_eq!(answering(&cases, "200").as_deref(), Some(&["200".to_owned()][..]));
        assert_eq!(answering(&cases, "400").as_deref(), Some(&["418".to_owned()][..]));
        assert_eq!(answering(&cases, "500").as_deref(), Some(&["503".to_owned()][..]));
        assert_eq!(answering(&cases[1..], "200"), Some(Vec::new()));
        assert_eq!(
            answering(&[(Some(".*"), "200"), (Some("400|404"), "400")], "400").map(|a| a.len()),
            Some(2)
        );
    }

    #[test]
    fn a_uri_that_may_be_of_another_service_tells_nothing() {
        let file = Arc::new(SourceFile::new("x.vtl", ""));
        for (uri, told) in [("", false), ("arn:aws:apigateway:eu-west-1:dynamodb:path//", true)] {
            let mut text = DeployText::plain(uri);
            text.push_placeholder("Rest");
            let integration = Integration {
                action: Action::Open,
                uri: Some((text, HostSpan::new(0, 0))),
                ..LoneTemplate::read(&file, None).integration
            };
            assert_eq!(integration.answering("400").is_some(), told, "{uri}");
        }
    }

    #[test]
    fn what_cannot_be_told_is_not_guessed() {
        // Part of the status, the deployment's choice, no regular expression.
        for pattern in ["4", "^40", "${Pattern}", "4[", "(?=4)4.."] {
            let cases = [(None, "200"), (Some(pattern), "400")];
            assert_ne!(answering(&cases, "400").as_deref(), Some(&["200".to_owned()][..]), "{pattern}");
        }
        assert_eq!(answering(&[(None, "200"), (Some("4"), "400")], "400"), None);
        assert_eq!(answering(&[(None, "200"), (Some("4"), "400")], "500").map(|a| a.len()), Some(1));
    }
}

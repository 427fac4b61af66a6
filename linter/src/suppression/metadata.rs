//! Suppressions in the `Metadata` of a stack's resources, for JSON has no comments, and in the `//` of those of Terraform.

use std::sync::Arc;

use crate::api::cloudformation::is_template;
use crate::api::terraform::{COMMENT, Syntax, json_resources};
use crate::finding::Finding;
use crate::source::{HostSpan, Node, SourceFile, parse_documents, parse_json};

use super::comment::{Fault, judged};
use super::{Key, Suppressions};

/// What would be right.
const FORM: &str =
    "write `\"Metadata\": {\"keybound\": {\"ignore\": [{\"lint\": \"lint-name\", \"reason\": \"…\"}]}}`";
const FORM_OF_TERRAFORM: &str =
    "write `\"//\": {\"keybound\": {\"ignore\": [{\"lint\": \"lint-name\", \"reason\": \"…\"}]}}`";

/// Loops inside one another; CloudFormation takes five.
const MAX_LOOPS: usize = 8;

/// The suppressions of one file, each with the resource that it covers.
#[derive(Debug, Default)]
pub(crate) struct ResourceMetadata {
    covered: Vec<(HostSpan, String, Key)>,
}

impl ResourceMetadata {
    /// Reads the metadata of a file's resources.
    pub(crate) fn read(file: &Arc<SourceFile>, met: &mut Suppressions) -> Self {
        let mut all = Self::default();
        if !file.text().contains("keybound") {
            return all;
        }
        if Syntax::of(file.path()) == Some(Syntax::Json) {
            let documents = parse_json(file);
            for (resource, body) in documents.roots.iter().flat_map(json_resources) {
                if let Some(settings) = body.get(COMMENT).and_then(|comment| comment.get("keybound")) {
                    all.read_settings(settings, resource, file, met);
                }
            }
            return all;
        }
        if !file.text().contains("Metadata") {
            return all;
        }
        for root in parse_documents(file).roots.iter().filter(|root| is_template(root)) {
            if let Some(resources) = root.get("Resources") {
                all.read_members(resources, file, met, 0);
            }
        }
        all
    }

    /// Why a finding of this file is left out, if it is covered.
    pub(crate) fn covers(&self, finding: &Finding, met: &mut Suppressions) -> Option<String> {
        let covers = |(resource, lint, _): &&(HostSpan, String, Key)| {
            lint == finding.lint && resource.start <= finding.span.start && finding.span.start < resource.end
        };
        let keys: Vec<Key> = self.covered.iter().filter(covers).map(|(.., key)| key.clone()).collect();
        met.mark(&keys)
    }

    fn read_members(
        &mut self,
        resources: &Node,
        file: &Arc<SourceFile>,
        met: &mut Suppressions,
        depth: usize,
    ) {
        for (key, value) in resources.members() {
            if key.as_str().is_some_and(|id| id.starts_with("Fn::ForEach::")) {
                if let [_, _, body] = value.elements()
                    && depth < MAX_LOOPS
                {
                    self.read_members(body, file, met, depth + 1);
                }
                continue;
            }
            let resource = HostSpan::new(key.span.start, value.span.end.max(key.span.end));
            if let Some(settings) = value.get("Metadata").and_then(|metadata| metadata.get("keybound")) {
                self.read_settings(settings, resource, file, met);
            }
        }
    }

    fn read_settings(
        &mut self,
        settings: &Node,
        resource: HostSpan,
        file: &Arc<SourceFile>,
        met: &mut Suppressions,
    ) {
        let key = |node: &Node| Key { path: file.path().to_owned(), span: node.span, offset: 0 };
        let wrong = |met: &mut Suppressions, node: &Node, message: &str| {
            let form = if Syntax::of(file.path()).is_some() { FORM_OF_TERRAFORM } else { FORM };
            met.add(key(node), file, Fault::new(message, form));
        };
        if settings.members().is_empty() {
            return wrong(met, settings, "`keybound` of this metadata has no member `ignore`");
        }
        let mut entries: Vec<&Node> = Vec::new();
        for (name, value) in settings.members() {
            match name.as_str() {
                Some("ignore") if !value.elements().is_empty() => entries.extend(value.elements()),
                Some("ignore") => {
                    wrong(met, value, "`ignore` of this metadata must be a list of lints with reasons");
                }
                _ => wrong(met, name, "`keybound` of this metadata has members beside `ignore`"),
            }
        }
        for entry in entries {
            let text = |name: &str| entry.get(name).filter(|node| !node.is_null()).and_then(Node::as_str);
            let other =
                entry.members().iter().find(|(name, _)| !matches!(name.as_str(), Some("lint" | "reason")));
            if let Some((name, _)) = other {
                wrong(met, name, "an entry of `ignore` has `lint` and `reason` and no other member");
            }
            let Some((name, at)) = text("lint").zip(entry.get("lint")) else {
                wrong(met, entry, "this suppression names no lint, so it covers nothing");
                continue;
            };
            if !text("reason").is_some_and(|reason| reason.chars().any(char::is_alphanumeric)) {
                wrong(met, entry, "this suppression gives no reason, so it covers nothing");
                continue;
            }
            let (lint, fault) = judged(name);
            let Some(lint) = lint else {
                met.add(key(at), file, fault);
                continue;
            };
            let help = "take it out, or put it into the metadata of the resource that the finding is in";
            met.add(key(at), file, Fault::new(format!("no finding of `{lint}` is in this resource"), help));
            met.justify(key(at), text("reason").unwrap_or(""));
            self.covered.push((resource, lint.to_owned(), key(at)));
        }
    }
}

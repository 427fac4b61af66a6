//! Findings that a comment says to leave: `## keybound: ignore[lint] reason` inside a template, `# keybound: …` in YAML.

use keybound_vtl::ast::{Block, NodeKind};
use keybound_vtl::parse::parse;

use crate::api::Integration;
use crate::finding::Finding;
use crate::source::{HostSpan, SourceFile};

/// The lines of a file at which a lint is to be left.
struct Ignore {
    lints: Vec<String>,
    /// The line of the comment; it covers this line and the next.
    line: usize,
}

/// The findings that no comment covers. A comment without a reason covers nothing.
pub fn kept(findings: Vec<Finding>, integration: &Integration, comments: &[HostSpan]) -> Vec<Finding> {
    let mut ignores = Vec::new();
    for comment in comments {
        read(integration.file.slice(*comment), &integration.file, comment.start, &mut ignores);
    }
    let templates = integration
        .request_templates
        .iter()
        .chain(integration.responses.iter().flat_map(|response| &response.templates));
    for template in templates {
        if !template.text.text().contains("keybound:") {
            continue;
        }
        let (tree, _) = parse(&template.text);
        each_comment(&tree.block, &mut |span, text| {
            let (host, _) = template.host.locate(span);
            read(text, &template.host.file, host.start, &mut ignores);
        });
    }
    if ignores.is_empty() {
        return findings;
    }
    findings
        .into_iter()
        .filter(|finding| {
            let line = finding.file.position(finding.span.start).line;
            !ignores.iter().any(|ignore| {
                ignore.lints.iter().any(|lint| lint == finding.lint) && (line == ignore.line || line == ignore.line + 1)
            })
        })
        .collect()
}

fn read(comment: &str, file: &SourceFile, at: usize, ignores: &mut Vec<Ignore>) {
    let Some((_, rest)) = comment.split_once("keybound: ignore[") else { return };
    let Some((names, reason)) = rest.split_once(']') else { return };
    if reason.trim().is_empty() {
        return;
    }
    let lints = names.split(',').map(|name| name.trim().to_owned()).collect();
    ignores.push(Ignore { lints, line: file.position(at).line });
}

fn each_comment(block: &Block, visit: &mut impl FnMut(keybound_vtl::Span, &str)) {
    for node in block {
        match &node.kind {
            NodeKind::Comment(text) => visit(node.span, text),
            NodeKind::If(conditional) => {
                conditional.arms.iter().for_each(|(_, block)| each_comment(block, visit));
                conditional.otherwise.iter().for_each(|block| each_comment(block, visit));
            }
            NodeKind::Foreach(foreach) => each_comment(&foreach.body, visit),
            NodeKind::Define(define) => each_comment(&define.body, visit),
            _ => {}
        }
    }
}

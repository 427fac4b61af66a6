//! Attributes of Terraform's resources that are set, laid out as `terraform fmt` has them.
//!
//! It aligns the equals signs of lines that follow one another, and the comments behind them. A line that opens a bracket
//! which it does not close, a blank line and a comment's own line end such a run; a heredoc counts as one line.
//! (`hclwrite`'s `formatCells`.)

use std::sync::Arc;

use crate::api::terraform::Syntax;
use crate::api::{AttributePlace, Integration, Passthrough};
use crate::finding::Edit;
use crate::source::{HostSpan, SourceFile};

use super::definition::Definition;

const NAME: &str = "passthrough_behavior";

/// What it is added behind: the first of these that is there.
const BEHIND: [&str; 4] = ["uri", "integration_uri", "type", "integration_type"];

/// Sets an integration's `passthrough_behavior` to `NEVER`. What stands there is replaced where it is a word; none where an
/// expression does.
pub(super) fn never_pass_through(integration: &Integration) -> Option<Vec<Edit>> {
    let file = &integration.file;
    let attributes = &integration.origin.attributes;
    let syntax = Syntax::of(file.path())?;
    // Nobody edits what a tool writes anew.
    if syntax == Syntax::Json && file.documents().roots.is_empty() {
        return None;
    }
    if let Some(written) = attributes.iter().find(|attribute| attribute.name == NAME) {
        let word = match integration.passthrough.0 {
            Passthrough::WhenNoTemplates => "WHEN_NO_TEMPLATES",
            _ => "WHEN_NO_MATCH",
        };
        return Some(vec![Definition::new(file).replace_word(written.value, word, "NEVER")?]);
    }
    let named = |name: &&str| attributes.iter().position(|attribute| attribute.name == *name);
    match syntax {
        Syntax::Json => {
            let behind = BEHIND.iter().find_map(named).or(attributes.len().checked_sub(1))?;
            let behind = attributes.get(behind)?;
            Some(vec![member(file, behind)?])
        }
        Syntax::Native => {
            let lines: Vec<Line> = attributes.iter().map(|attribute| Line::of(file, attribute)).collect();
            let ends = |at: &usize| lines.get(*at).is_some_and(Line::is_all);
            let behind = BEHIND.iter().filter_map(named).find(ends);
            let behind = behind.or_else(|| (0..lines.len()).rfind(ends))?;
            added(file, &lines, behind)
        }
    }
}

/// A member behind another one of a JSON object.
fn member(file: &Arc<SourceFile>, behind: &AttributePlace) -> Option<Edit> {
    let before = file.text().get(..behind.key.start)?;
    let (_, line) = before.rsplit_once('\n').unwrap_or(("", "…"));
    let blanks = if line.trim().is_empty() {
        let line_break = if before.ends_with(&format!("\r\n{line}")) { "\r\n" } else { "\n" };
        format!("{line_break}{line}")
    } else {
        " ".to_owned()
    };
    let at = behind.value.end;
    Some(edit(file, at, at, format!(",{blanks}\"{NAME}\": \"NEVER\"")))
}

/// An attribute and its line.
struct Line {
    number: usize,
    /// The line that the value ends in.
    last: usize,
    indent: Option<String>,
    key: HostSpan,
    value: HostSpan,
    /// Whether its equals sign is aligned with its neighbours'.
    is_aligned: bool,
    /// Where the code ends, and the comment behind it begins; none where the value ends in another line.
    end: Option<(usize, Option<usize>)>,
    /// The line's end.
    line_end: usize,
}

impl Line {
    fn of(file: &SourceFile, attribute: &AttributePlace) -> Self {
        let (key, value) = (attribute.key, attribute.value);
        let number = file.position(key.start).line;
        let line = file.line(number).unwrap_or_default();
        let indent = file.slice(HostSpan::new(line.start, key.start));
        let rest = file.slice(HostSpan::new(value.end, line.end));
        let is_whole = value.end <= line.end;
        let is_heredoc = file.slice(value).starts_with("<<");
        let value_end = value.start + file.slice(value).trim_end().len();
        let comment = rest.trim_start();
        let begins_comment = ["#", "//", "/*"].iter().any(|mark| comment.starts_with(mark));
        let end = match comment {
            "" => Some((value.end, None)),
            _ if begins_comment => Some((value.end, Some(value.end + rest.len() - comment.len()))),
            _ => None,
        };
        Self {
            number,
            last: file.position(value_end).line,
            indent: indent.chars().all(|c| matches!(c, ' ' | '\t')).then(|| indent.to_owned()),
            key,
            value,
            is_aligned: is_whole && end.is_some() || is_heredoc,
            end: end.filter(|_| is_whole),
            line_end: line.end,
        }
    }

    /// Whether the attribute is all that there is in its line, but for a comment.
    fn is_all(&self) -> bool {
        self.indent.is_some() && self.end.is_some()
    }

    fn width(&self) -> usize {
        self.key.end - self.key.start
    }
}

/// The edits that put the attribute behind another one.
fn added(file: &Arc<SourceFile>, lines: &[Line], behind: usize) -> Option<Vec<Edit>> {
    let line = lines.get(behind)?;
    let indent = line.indent.as_deref()?;
    let follows = |pair: &[Line]| match pair {
        [line, next] => line.last + 1 == next.number && line.is_aligned && next.is_aligned,
        _ => false,
    };
    let joined = |at: usize| lines.get(at..at + 2).is_some_and(follows);
    let first = (0..behind).rev().take_while(|at| joined(*at)).last().unwrap_or(behind);
    let last = (behind..lines.len()).take_while(|at| joined(*at)).last().map_or(behind, |at| at + 1);
    let run = lines.get(first..=last)?;
    let widest = run.iter().map(Line::width).max().unwrap_or(0);
    let sign = |line: &Line| file.slice(HostSpan::new(line.key.end, line.value.start)).to_owned();
    let is_formatted =
        run.iter().all(|line| sign(line) == format!("{}= ", " ".repeat(widest - line.width() + 1)));
    let padding = if is_formatted { (widest + 1).saturating_sub(NAME.len()).max(1) } else { 1 };
    let wider = NAME.len().saturating_sub(widest);
    let mut edits: Vec<Edit> = Vec::new();
    if is_formatted && wider > 0 {
        edits.extend(run.iter().map(|line| edit(file, line.key.end, line.key.end, " ".repeat(wider))));
        // What follows on the lines moves with them.
    }
    if is_formatted {
        // The new line has no comment: those before it and those behind are aligned by themselves.
        let (before, after) = run.split_at_checked(behind - first + 1)?;
        let before = before.rsplit(|line| line.comment().is_none()).next().unwrap_or_default();
        let after = after.split(|line| line.comment().is_none()).next().unwrap_or_default();
        let both = before.iter().chain(after);
        let end = both.clone().filter_map(|line| Some(line.end?.0 - line.key.start)).max().unwrap_or(0);
        let are_aligned = both.clone().all(|line| line.comment_column() == Some(end + 1));
        if are_aligned && !before.is_empty() && !after.is_empty() {
            for part in [before, after] {
                let own =
                    part.iter().filter_map(|line| Some(line.end?.0 - line.key.start)).max().unwrap_or(0);
                let less = end - own;
                edits.extend(part.iter().filter(|_| less > 0).filter_map(|line| {
                    let comment = line.comment()?;
                    Some(edit(file, comment - less, comment, String::new()))
                }));
            }
        }
    }
    let rest = file.text().get(line.line_end..)?;
    let line_break = if rest.starts_with("\r\n") { "\r\n" } else { "\n" };
    let new = format!("{line_break}{indent}{NAME}{}= \"NEVER\"", " ".repeat(padding));
    edits.push(edit(file, line.line_end, line.line_end, new));
    edits.sort_by_key(|edit| edit.span.start);
    Some(edits)
}

impl Line {
    fn comment(&self) -> Option<usize> {
        self.end?.1
    }

    /// Where the comment stands, counted from the key.
    fn comment_column(&self) -> Option<usize> {
        Some(self.comment()? - self.key.start)
    }
}

fn edit(file: &Arc<SourceFile>, start: usize, end: usize, replacement: String) -> Edit {
    Edit { file: Arc::clone(file), span: HostSpan::new(start, end), replacement }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::terraform::{self, ParsedFile, Surroundings};

    fn read(name: &str, text: &str) -> Vec<Integration> {
        let file = ParsedFile::parse(Arc::new(SourceFile::new(name, text))).unwrap();
        terraform::read(Arc::new(vec![file]), &Surroundings { load: &|_| None, list: &|_| None })
    }

    fn fixed(name: &str, text: &str) -> Option<String> {
        let all = read(name, text);
        let mut fixed = text.to_owned();
        for edit in never_pass_through(&all[0])?.iter().rev() {
            fixed.replace_range(edit.span.start..edit.span.end, &edit.replacement);
        }
        Some(fixed)
    }

    const URI: &str = "\"arn:aws:apigateway:eu-west-1:dynamodb:action/GetItem\"";

    /// Where the lines are as `terraform fmt` leaves them, they are so afterwards. (Held against Terraform 1.)
    #[test]
    fn an_attribute_joins_the_lines_that_are_aligned() {
        for (before, after) in [
            // Wider than its neighbours already are.
            (
                "  type                    = \"AWS\"\n  integration_http_method = \"POST\"\n  uri                     = U\n",
                "  type                    = \"AWS\"\n  integration_http_method = \"POST\"\n  uri                     = U\n  passthrough_behavior    = \"NEVER\"\n",
            ),
            // They are aligned anew.
            (
                "  type        = \"AWS\"\n  uri         = U\n  http_method = \"GET\"\n",
                "  type                 = \"AWS\"\n  uri                  = U\n  passthrough_behavior = \"NEVER\"\n  http_method          = \"GET\"\n",
            ),
            // Blank lines, comments and brackets end a run; a heredoc does not.
            (
                "  type = \"AWS\"\n\n  uri = U\n  # templates\n  request_templates = {\n    a = \"b\"\n  }\n  http_method = \"GET\"\n",
                "  type = \"AWS\"\n\n  uri                  = U\n  passthrough_behavior = \"NEVER\"\n  # templates\n  request_templates = {\n    a = \"b\"\n  }\n  http_method = \"GET\"\n",
            ),
            (
                "  type        = \"AWS\"\n  uri         = U\n  credentials = <<EOT\nx\nEOT\n  a           = 1\n",
                "  type                 = \"AWS\"\n  uri                  = U\n  passthrough_behavior = \"NEVER\"\n  credentials          = <<EOT\nx\nEOT\n  a                    = 1\n",
            ),
            // Comments move along, and those that the line comes between are aligned by themselves.
            (
                "  uri         = U # the action\n  type        = \"AWS\"                                                  # a\n  http_method = \"GET\"                                                  # b\n",
                "  uri                  = U # the action\n  passthrough_behavior = \"NEVER\"\n  type                 = \"AWS\" # a\n  http_method          = \"GET\" # b\n",
            ),
            // What is not aligned stays as it is.
            (
                "  type = \"AWS\"\n  uri  = U\n  count = 1\n",
                "  type = \"AWS\"\n  uri  = U\n  passthrough_behavior = \"NEVER\"\n  count = 1\n",
            ),
            (
                "  type = \"AWS\"\n  uri= U\n",
                "  type = \"AWS\"\n  uri= U\n  passthrough_behavior = \"NEVER\"\n",
            ),
            (
                "\ttype = \"AWS\"\r\n\turi  = U // x\r\n",
                "\ttype                 = \"AWS\"\r\n\turi                  = U // x\r\n\tpassthrough_behavior = \"NEVER\"\r\n",
            ),
        ] {
            let block = |inner: &str| {
                format!(
                    "resource \"aws_api_gateway_integration\" \"get\" {{\n{}}}\n",
                    inner.replace('U', URI)
                )
            };
            assert_eq!(fixed("main.tf", &block(before)), Some(block(after)), "{before}");
        }
    }

    #[test]
    fn a_word_is_replaced_and_an_expression_is_not() {
        let block = |value: &str| {
            format!(
                "resource \"aws_api_gateway_integration\" \"get\" {{\n  type = \"AWS\"\n  uri = {URI}\n  passthrough_behavior = {value}\n}}\n\
                 locals {{\n  p = \"WHEN_NO_MATCH\"\n}}\n"
            )
        };
        assert_eq!(fixed("main.tf", &block("\"WHEN_NO_MATCH\" # x")), Some(block("\"NEVER\" # x")));
        for value in ["local.p", "true ? \"WHEN_NO_MATCH\" : \"NEVER\"", "upper(\"when_no_match\")"] {
            assert_eq!(fixed("main.tf", &block(value)), None, "{value}");
        }
    }

    #[test]
    fn a_member_of_json_is_laid_out_as_its_neighbours() {
        for (before, after) in [
            (
                "{ \"type\": \"AWS\", \"uri\": U }",
                "{ \"type\": \"AWS\", \"uri\": U, \"passthrough_behavior\": \"NEVER\" }",
            ),
            (
                "{\r\n\t\"uri\": U,\r\n\t\"type\": \"AWS\"\r\n}",
                "{\r\n\t\"uri\": U,\r\n\t\"passthrough_behavior\": \"NEVER\",\r\n\t\"type\": \"AWS\"\r\n}",
            ),
            (
                "{\"type\":\"AWS\",\"passthrough_behavior\":\"WHEN_NO_MATCH\",\"uri\":U}",
                "{\"type\":\"AWS\",\"passthrough_behavior\":\"NEVER\",\"uri\":U}",
            ),
        ] {
            let file = |inner: &str| {
                format!(
                    "{{\"resource\": {{\"aws_api_gateway_integration\": {{\"get\": {}}}}}}}",
                    inner.replace('U', URI)
                )
            };
            assert_eq!(fixed("main.tf.json", &file(before)), Some(file(after)));
        }
        let generated = format!(
            "{{\"resource\": {{\"aws_api_gateway_integration\": {{\"get\": {{\"type\": \"AWS\", \"uri\": {URI}}}}}}}}}"
        );
        assert_eq!(fixed("cdktf.out/stacks/a/cdk.tf.json", &generated), None);
    }

    #[test]
    fn words_that_make_integrations_which_are_not_alike_are_shared() {
        let shared = |inner: &str, beside: &str| {
            let text = format!("resource \"aws_api_gateway_integration\" \"all\" {{\n{inner}\n}}\n{beside}");
            read("main.tf", &text)[0].origin.is_shared
        };
        let template = "request_templates = { \"application/json\" = \"{}\" }";
        let uri = "uri = \"arn:aws:apigateway:eu-west-1:${each.value}\"";
        let dynamodb = "{ a = \"dynamodb:action/GetItem\", b = \"dynamodb:action/PutItem\" }";
        let sqs = "{ a = \"dynamodb:action/GetItem\", b = \"sqs:path/1/q\" }";
        assert!(!shared(&format!("for_each = {dynamodb}\ntype = \"AWS\"\n{uri}\n{template}"), ""));
        assert!(shared(&format!("for_each = {sqs}\ntype = \"AWS\"\n{uri}\n{template}"), ""));
        let some =
            "for_each = { a = { \"application/json\" = \"{}\" }, b = {} }\nrequest_templates = each.value";
        assert!(shared(&format!("{some}\ntype = \"AWS\"\nuri = {URI}"), ""));
        // What the deployment decides: all the same where none of it is what they call.
        assert!(!shared(&format!("for_each = var.all\ntype = \"AWS\"\nuri = {URI}\n{template}"), ""));
        assert!(shared(&format!("for_each = var.all\ntype = \"AWS\"\n{uri}\n{template}"), ""));
        assert!(shared(&format!("for_each = var.all\ntype = each.value\nuri = {URI}\n{template}"), ""));
        assert!(!shared(&format!("type = \"AWS\"\nuri = {URI}\n{template}"), ""));
    }
}

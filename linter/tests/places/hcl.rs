//! How Terraform writes a text: quoted strings and heredocs, with expressions in them.

use super::form::TABLE;
use super::host::{Host, Unit, units};
use super::style::{Place, Style};

pub(crate) const STYLES: &[(&str, Style)] = &[
    ("quoted string", |host, text, _| quoted(host, text, false)),
    ("quoted string in numbers", |host, text, _| quoted(host, text, true)),
    ("literal heredoc", |host, text, place| heredoc(host, text, place, None)),
    ("literal indented heredoc", |host, text, place| heredoc(host, text, place, Some("    "))),
    ("literal heredoc indented by tabs", |host, text, place| heredoc(host, text, place, Some("\t\t"))),
    ("function of a string", |host, text, _| {
        host.raw("trimspace(chomp(\n  ");
        quoted(host, text, false)?;
        host.raw("\n))");
        let is_blank = |unit: Option<&Unit>| unit.is_none_or(|unit| unit.c.is_whitespace());
        (!is_blank(text.first()) && !is_blank(text.last())).then_some(())
    }),
];

/// What the deployment puts in place of the table's name. A private character stands for each of its brackets, so that
/// no style takes them for text.
const EXPRESSION: &str = "\u{E000}{var.table}";

/// The template with an expression in place of its table's name.
pub(crate) fn with_an_expression(template: &str) -> Option<Vec<Unit>> {
    let at = template.find(TABLE)?;
    let end = at + TABLE.len();
    let mut all = units(template);
    let shifted = EXPRESSION.chars().map(|c| Unit { c, of: at..end });
    let first = all.iter().position(|unit| unit.of.start == at)?;
    let last = all.iter().position(|unit| unit.of.end == end)?;
    all.splice(first..=last, shifted);
    Some(all)
}

/// Writes what both styles write alike: the expression's dollar sign, and `${` and `%{` as text.
fn common(host: &mut Host, text: &[Unit], at: usize) -> bool {
    let unit = &text[at];
    let next = text.get(at + 1).map(|unit| unit.c);
    match (unit.c, next) {
        ('\u{E000}', _) => host.unit(unit, "$"),
        ('$' | '%', Some('{')) => host.unit(unit, &format!("{0}{0}", unit.c)),
        _ => return false,
    }
    true
}

fn quoted(host: &mut Host, text: &[Unit], numbers: bool) -> Option<()> {
    host.raw("\"");
    for (at, unit) in text.iter().enumerate() {
        if common(host, text, at) {
            continue;
        }
        // In an expression nothing is escaped.
        let in_expression = unit.of.len() == TABLE.len();
        let written = match unit.c {
            c if in_expression => c.to_string(),
            '"' => "\\\"".to_owned(),
            '\\' => "\\\\".to_owned(),
            '\n' => "\\n".to_owned(),
            '\t' => "\\t".to_owned(),
            '{' | '$' | '%' => unit.c.to_string(),
            c if numbers && u32::from(c) > 0xffff => format!("\\U{:08x}", u32::from(c)),
            c if numbers => format!("\\u{:04X}", u32::from(c)),
            c => c.to_string(),
        };
        host.unit(unit, &written);
    }
    host.raw("\"");
    Some(())
}

/// A heredoc holds what ends with a line break; `indent` is what `<<-` takes away again.
fn heredoc(host: &mut Host, text: &[Unit], place: Place, indent: Option<&str>) -> Option<()> {
    if place.eol != "\n" || text.last()?.c != '\n' {
        return None;
    }
    let lines: Vec<&[Unit]> = text.split_inclusive(|unit| unit.c == '\n').collect();
    let is_blank = |line: &[Unit]| line.iter().all(|unit| unit.c.is_whitespace());
    // Blanks that all lines have would be taken as well.
    if indent.is_some() && !lines.iter().any(|line| !line[0].c.is_whitespace()) {
        return None;
    }
    host.raw(if indent.is_some() { "<<-EOT\n" } else { "<<EOT\n" });
    let mut at = 0;
    for line in lines {
        if let Some(indent) = indent.filter(|_| !is_blank(line)) {
            host.raw(indent);
        }
        for unit in line {
            if !common(host, text, at) {
                host.unit(unit, &unit.c.to_string());
            }
            at += 1;
        }
    }
    host.raw(if indent.is_some() { "   EOT" } else { "EOT" });
    Some(())
}

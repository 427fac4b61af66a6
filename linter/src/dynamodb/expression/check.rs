//! What DynamoDB refuses in an expression that parses.
//!
//! Source: "Using expressions in DynamoDB" and "Constraints in Amazon DynamoDB" of the developer guide. Only what is
//! wrong while every hole stays in its place is reported.

use std::collections::HashSet;

use keybound_vtl::Span;
use keybound_vtl::template::PLACEHOLDER_CHAR;

use super::Expression;
use super::parts::{FunctionPlace, Part, PathUse};
use super::print::Print;
use super::tree::{Call, Comparator, Comparison, Condition, Operand, Path, PathElement, Section, Update};
use crate::dynamodb::holey_text::HoleyText;
use crate::dynamodb::reserved::is_reserved;
use crate::dynamodb::shape::ExpressionKind;
use crate::dynamodb::syntax::{Item, SyntaxError};

/// The longest expression that DynamoDB takes, in bytes.
pub const MAX_EXPRESSION_BYTES: usize = 4096;

/// The longest list after `IN`.
pub const MAX_LIST: usize = 100;

/// The most elements of a document path.
pub const MAX_PATH: usize = 32;

/// A function, where it may stand, and how many arguments it takes.
struct Function {
    name: &'static str,
    place: FunctionPlace,
    arguments: usize,
    /// Whether its first argument is a path and nothing else.
    of_path: bool,
}

const FUNCTIONS: [Function; 8] = [
    Function { name: "attribute_exists", place: FunctionPlace::Condition, arguments: 1, of_path: true },
    Function { name: "attribute_not_exists", place: FunctionPlace::Condition, arguments: 1, of_path: true },
    Function { name: "attribute_type", place: FunctionPlace::Condition, arguments: 2, of_path: false },
    Function { name: "begins_with", place: FunctionPlace::Condition, arguments: 2, of_path: false },
    Function { name: "contains", place: FunctionPlace::Condition, arguments: 2, of_path: false },
    Function { name: "size", place: FunctionPlace::Operand, arguments: 1, of_path: false },
    Function { name: "if_not_exists", place: FunctionPlace::Assigned, arguments: 2, of_path: true },
    Function { name: "list_append", place: FunctionPlace::Assigned, arguments: 2, of_path: false },
];

/// What is wrong with an expression of a kind, in the order of the text.
pub fn check(kind: ExpressionKind, text: &HoleyText, expression: &Expression) -> Vec<SyntaxError> {
    let mut errors = Errors(Vec::new());
    for part in expression.parts() {
        match part {
            Part::Path(path, _) => check_names(path, &mut errors),
            Part::Function(call, place) => check_function(call, place, &mut errors),
            Part::Value(_) | Part::Opaque(..) => {}
        }
    }
    match expression {
        Expression::Condition(condition) => {
            check_condition(condition, &mut errors);
            if kind == ExpressionKind::KeyCondition {
                check_key_condition(condition, &mut errors);
            }
        }
        Expression::Update(update) => check_sections(update, &mut errors),
        Expression::Projection(_) => {}
    }
    check_overlaps(expression, &mut errors);
    check_length(text, &mut errors);
    errors.0.sort_by_key(|error| error.span);
    errors.0
}

struct Errors(Vec<SyntaxError>);

impl Errors {
    fn add(&mut self, span: Span, message: String) {
        self.0.push(SyntaxError { span, message });
    }
}

fn check_length(text: &HoleyText, errors: &mut Errors) {
    let known = text.text().len() - text.holes().len() * PLACEHOLDER_CHAR.len_utf8();
    if known > MAX_EXPRESSION_BYTES {
        let whole = Span::of(0, text.text().len());
        errors.add(whole, format!("the expression has {known} bytes; DynamoDB takes {MAX_EXPRESSION_BYTES}"));
    }
}

fn check_names(path: &Path, errors: &mut Errors) {
    if path.elements.len() > MAX_PATH {
        let count = path.elements.len();
        errors.add(path.span, format!("the path has {count} elements; DynamoDB takes {MAX_PATH}"));
    }
    for element in &path.elements {
        let PathElement::Attribute(name) = element else { continue };
        let Some(word) = name.text.as_plain() else { continue };
        let fault = match word {
            word if is_reserved(word) => "is a reserved word",
            word if word.starts_with('_') => "begins with `_`",
            _ => continue,
        };
        let message = format!("`{word}` {fault}; name it in ExpressionAttributeNames and write `#{word}`");
        errors.add(name.span, message);
    }
}

fn check_function(call: &Call, place: FunctionPlace, errors: &mut Errors) {
    let Some(name) = call.name.text.as_plain() else { return };
    let of_place = FUNCTIONS.iter().filter(|function| function.place == place).map(|function| function.name);
    // Function names are case-sensitive, unlike keywords.
    let Some(function) = FUNCTIONS.iter().find(|function| function.name == name) else {
        let known = of_place.collect::<Vec<_>>().join("`, `");
        errors.add(call.name.span, format!("`{name}` is no function here; there are `{known}`"));
        return;
    };
    if function.place != place {
        let right = match function.place {
            FunctionPlace::Condition => "is a condition and no operand",
            FunctionPlace::Operand => "is an operand of conditions and nothing else",
            FunctionPlace::Assigned => "stands only in what `SET` assigns",
        };
        errors.add(call.name.span, format!("`{name}` {right}"));
        return;
    }
    let given = call.arguments.len();
    // A hole may hold commas, so more may come of fewer; and of none but a hole nothing is known.
    let has_open = call.arguments.iter().any(|argument| matches!(argument.ungrouped(), Operand::Opaque(_)));
    if given > function.arguments || (given < function.arguments && !has_open) {
        let message = format!("`{name}` takes {}, not {given}", arguments(function.arguments));
        errors.add(call.span, message);
    }
    let first = call.arguments.first().map(Operand::ungrouped);
    if function.of_path && matches!(first, Some(Operand::Value(_) | Operand::Call(_))) {
        errors.add(call.span, format!("the first argument of `{name}` must be an attribute"));
    }
}

fn arguments(count: usize) -> String {
    if count == 1 { "1 argument".to_owned() } else { format!("{count} arguments") }
}

fn check_condition(condition: &Condition, errors: &mut Errors) {
    match condition {
        Condition::Group(inner, span) => {
            if matches!(**inner, Condition::Group(..)) {
                errors.add(
                    *span,
                    "these parentheses are redundant, which DynamoDB refuses; leave one pair".to_owned(),
                );
            }
            check_condition(inner, errors);
        }
        Condition::Not(inner, _) => check_condition(inner, errors),
        Condition::And(parts) | Condition::Or(parts) => {
            parts.iter().for_each(|part| check_condition(part, errors));
        }
        Condition::In(membership) if membership.list.len() > MAX_LIST => {
            let count = membership.list.len();
            errors.add(membership.span, format!("the list has {count} values; DynamoDB takes {MAX_LIST}"));
        }
        Condition::Comparison(_)
        | Condition::Between(_)
        | Condition::In(_)
        | Condition::Call(_)
        | Condition::Opaque(_) => {}
    }
}

/// A key condition knows `AND`, `BETWEEN`, `begins_with` and all comparators but `<>`, on key attributes alone.
fn check_key_condition(condition: &Condition, errors: &mut Errors) {
    let refused = match condition.ungrouped() {
        Condition::And(parts) => {
            parts.iter().for_each(|part| check_key_condition(part, errors));
            return;
        }
        Condition::Or(_) => "`OR`",
        Condition::Not(..) => "`NOT`",
        Condition::In(_) => "`IN`",
        Condition::Comparison(comparison) => match comparison.as_ref() {
            Comparison { comparator: Comparator::NotEqual, .. } => "`<>`",
            Comparison { left: Operand::Call(_), .. } | Comparison { right: Operand::Call(_), .. } => {
                "such functions"
            }
            _ => return,
        },
        Condition::Call(call) => match call.name.text.as_plain() {
            None | Some("begins_with") => return,
            Some(_) => "such functions",
        },
        Condition::Between(_) | Condition::Group(..) | Condition::Opaque(_) => return,
    };
    let message =
        format!("a key condition has no {refused}; conditions on other attributes go into FilterExpression");
    errors.add(condition.span(), message);
}

fn check_sections(update: &Update, errors: &mut Errors) {
    let mut seen = HashSet::new();
    for section in &update.sections {
        let (keyword, first) = match section {
            Section::Set(items) => ("SET", first_span(items, |item| item.target.span)),
            Section::Remove(items) => ("REMOVE", first_span(items, |path| path.span)),
            Section::Add(items) => ("ADD", first_span(items, |item| item.target.span)),
            Section::Delete(items) => ("DELETE", first_span(items, |item| item.target.span)),
            Section::Opaque(_) => continue,
        };
        if !seen.insert(keyword) {
            errors.add(first, format!("a second `{keyword}` section; write one, with commas"));
        }
    }
}

fn first_span<T>(items: &[Item<T>], span: impl Fn(&T) -> Span) -> Span {
    items.first().map_or_else(Span::default, |item| match item {
        Item::Known(known) => span(known),
        Item::Opaque(opaque) => opaque.span,
    })
}

/// An update or projection names no path twice, nor a path and one inside it. Placeholders may hide more overlaps.
fn check_overlaps(expression: &Expression, errors: &mut Errors) {
    let mut paths = Vec::new();
    for part in expression.parts() {
        if let Part::Path(path, path_use) = part
            && path_use != PathUse::Read
            && path.elements.len() <= MAX_PATH
            && path.print().holes().is_empty()
        {
            paths.push(path);
        }
    }
    let names = |path: &Path, length: usize| -> Vec<String> {
        let elements = path.elements.iter().take(length);
        elements
            .map(|element| match element {
                PathElement::Attribute(name) | PathElement::Alias(name) => name.text.text().to_owned(),
                PathElement::Index(index) => format!("[{}]", index.text.text()),
            })
            .collect()
    };
    let mut whole = HashSet::new();
    let mut around = HashSet::new();
    for path in paths {
        let length = path.elements.len();
        let overlaps =
            (1..=length).any(|n| whole.contains(&names(path, n))) || around.contains(&names(path, length));
        if overlaps {
            let text = path.print();
            let message = format!(
                "`{}` overlaps with another path of the expression; DynamoDB refuses both",
                text.text()
            );
            errors.add(path.span, message);
        }
        around.extend((1..length).map(|n| names(path, n)));
        whole.insert(names(path, length));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dynamodb::expression::parse;
    use crate::dynamodb::holey_text::notation::holey;

    fn checked(kind: ExpressionKind, text: &str) -> String {
        let text = holey(text);
        let parsed = parse(kind, &text);
        assert_eq!(parsed.errors, [], "{text:?}");
        let errors = check(kind, &text, &parsed.tree.unwrap());
        errors.iter().map(|e| format!("{:?} {e}", e.span)).collect::<Vec<_>>().join("; ")
    }

    #[test]
    fn what_dynamodb_takes() {
        use ExpressionKind::*;
        let cases = [
            (Condition, "attribute_not_exists(pk) AND size(a.b) < :n"),
            (Filter, "contains(#status, :s) OR NOT (a IN (:b, :c))"),
            (Filter, "size(⟨1⟩) = :n AND ⟨2⟩(a) AND begins_with(⟨3⟩)"),
            (KeyCondition, "pk = :pk AND begins_with(sk, :p)"),
            (KeyCondition, "(pk = :pk) AND (sk BETWEEN :a AND :b)"),
            (KeyCondition, "#pk = :pk AND #sk >= :sk"),
            (KeyCondition, "pk = :pk AND sk ⟨1⟩ :sk"),
            (
                Update,
                "SET a.b = if_not_exists(a.b, :z) + :one, a.c = list_append(l, :m) REMOVE d[0] ADD n :n",
            ),
            (Projection, "a.b, a.c, a[0], a[1].x, #d"),
        ];
        for (kind, text) in cases {
            assert_eq!(checked(kind, text), "", "{text}");
        }
    }

    #[test]
    fn what_dynamodb_refuses() {
        use ExpressionKind::*;
        let cases = [
            (
                Filter,
                "name = :n",
                "0..4 `name` is a reserved word; name it in ExpressionAttributeNames and write `#name`",
            ),
            (
                Filter,
                "_id = :id",
                "0..3 `_id` begins with `_`; name it in ExpressionAttributeNames and write `#_id`",
            ),
            (
                Projection,
                "a.Status",
                "2..8 `Status` is a reserved word; name it in ExpressionAttributeNames and write `#Status`",
            ),
            (Filter, "SIZE(a) = :n", "0..4 `SIZE` is no function here; there are `size`"),
            (
                Condition,
                "exists(a)",
                "0..6 `exists` is no function here; there are `attribute_exists`, `attribute_not_exists`, `attribute_type`, `begins_with`, `contains`",
            ),
            (Filter, "size(a)", "0..4 `size` is an operand of conditions and nothing else"),
            (Filter, "contains(a, :b) = :c", "0..8 `contains` is a condition and no operand"),
            (Filter, "if_not_exists(a, :b) = :c", "0..13 `if_not_exists` stands only in what `SET` assigns"),
            (Update, "SET a = size(b)", "8..12 `size` is an operand of conditions and nothing else"),
            (Filter, "begins_with(a)", "0..14 `begins_with` takes 2 arguments, not 1"),
            (Filter, "attribute_exists(a, b)", "0..22 `attribute_exists` takes 1 argument, not 2"),
            (
                Filter,
                "attribute_exists(:a)",
                "0..20 the first argument of `attribute_exists` must be an attribute",
            ),
            (
                Filter,
                "((a = :b))",
                "0..10 these parentheses are redundant, which DynamoDB refuses; leave one pair",
            ),
            (
                Update,
                "SET a = :a REMOVE b SET c = :c",
                "24..25 a second `SET` section; write one, with commas",
            ),
            (
                Update,
                "SET a.b = :a REMOVE a",
                "20..21 `a` overlaps with another path of the expression; DynamoDB refuses both",
            ),
            (
                Projection,
                "a, b, a.c",
                "6..9 `a.c` overlaps with another path of the expression; DynamoDB refuses both",
            ),
            (
                KeyCondition,
                "pk = :pk OR sk = :sk",
                "0..20 a key condition has no `OR`; conditions on other attributes go into FilterExpression",
            ),
            (
                KeyCondition,
                "pk = :pk AND contains(sk, :x)",
                "13..29 a key condition has no such functions; conditions on other attributes go into FilterExpression",
            ),
            (
                KeyCondition,
                "pk = :pk AND sk <> :x",
                "13..21 a key condition has no `<>`; conditions on other attributes go into FilterExpression",
            ),
        ];
        for (kind, text, expected) in cases {
            assert_eq!(checked(kind, text), expected, "{text}");
        }
    }

    #[test]
    fn limits() {
        let list = (0..=MAX_LIST).map(|n| format!(":v{n}")).collect::<Vec<_>>().join(",");
        let errors = checked(ExpressionKind::Filter, &format!("a IN ({list})"));
        assert!(errors.ends_with("the list has 101 values; DynamoDB takes 100"), "{errors}");

        let path = ["a"; MAX_PATH + 1].join(".");
        let errors = checked(ExpressionKind::Projection, &path);
        assert!(errors.ends_with("the path has 33 elements; DynamoDB takes 32"), "{errors}");

        let long = format!("⟨1⟩ = :{}", "v".repeat(MAX_EXPRESSION_BYTES));
        let errors = checked(ExpressionKind::Filter, &long);
        assert!(errors.ends_with("the expression has 4100 bytes; DynamoDB takes 4096"), "{errors}");
    }
}

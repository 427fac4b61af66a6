//! Trees as short text: operators in front, opaque parts with `?`.

use crate::dynamodb::expression::Print;
use crate::dynamodb::expression::tree::*;
use crate::dynamodb::holey_text::notation::notation;
use crate::dynamodb::syntax::{Item, Opaque};

fn opaque(part: &Opaque) -> String {
    format!("?{}", notation(&part.text))
}

fn all<T>(parts: &[T], outline: impl Fn(&T) -> String) -> String {
    parts.iter().map(outline).collect::<Vec<_>>().join(" ")
}

fn path(path: &Path) -> String {
    notation(&path.print())
}

fn call(call: &Call) -> String {
    format!("({} {})", notation(&call.name.text), all(&call.arguments, operand))
}

fn operand(part: &Operand) -> String {
    match part {
        Operand::Path(p) => path(p),
        Operand::Value(name) => notation(&name.text),
        Operand::Call(c) => call(c),
        Operand::Group(inner, _) => format!("(group {})", operand(inner)),
        Operand::Opaque(part) => opaque(part),
    }
}

fn comparator(sign: &Comparator) -> String {
    match sign {
        Comparator::Equal => "=".into(),
        Comparator::NotEqual => "<>".into(),
        Comparator::Less => "<".into(),
        Comparator::LessEqual => "<=".into(),
        Comparator::Greater => ">".into(),
        Comparator::GreaterEqual => ">=".into(),
        Comparator::Opaque(part) => opaque(part),
    }
}

pub(super) fn condition(tree: &Condition) -> String {
    match tree {
        Condition::Comparison(c) => {
            format!("({} {} {})", comparator(&c.comparator), operand(&c.left), operand(&c.right))
        }
        Condition::Between(b) => {
            format!("(between {} {} {})", operand(&b.operand), operand(&b.low), operand(&b.high))
        }
        Condition::In(m) => format!("(in {} {})", operand(&m.operand), all(&m.list, operand)),
        Condition::Call(c) => call(c),
        Condition::Not(inner, _) => format!("(not {})", condition(inner)),
        Condition::And(parts) => format!("(and {})", all(parts, condition)),
        Condition::Or(parts) => format!("(or {})", all(parts, condition)),
        Condition::Group(inner, _) => format!("(group {})", condition(inner)),
        Condition::Opaque(part) => opaque(part),
    }
}

fn item<T>(item: &Item<T>, outline: impl Fn(&T) -> String) -> String {
    match item {
        Item::Known(known) => outline(known),
        Item::Opaque(part) => opaque(part),
    }
}

fn set_value(value: &SetValue) -> String {
    match value {
        SetValue::Operand(o) => operand(o),
        SetValue::Sum(sum) => {
            let sign = if sum.sign == Sign::Plus { "+" } else { "-" };
            format!("({sign} {} {})", operand(&sum.left), operand(&sum.right))
        }
        SetValue::Group(inner) => format!("(group {})", set_value(inner)),
    }
}

pub(super) fn update(tree: &Update) -> String {
    let assignment = |a: &Assignment| format!("(= {} {})", path(&a.target), set_value(&a.value));
    let change = |c: &Change| format!("({} {})", path(&c.target), operand(&c.value));
    all(&tree.sections, |section| match section {
        Section::Set(items) => format!("(set {})", all(items, |i| item(i, assignment))),
        Section::Remove(items) => format!("(remove {})", all(items, |i| item(i, path))),
        Section::Add(items) => format!("(add {})", all(items, |i| item(i, change))),
        Section::Delete(items) => format!("(delete {})", all(items, |i| item(i, change))),
        Section::Opaque(part) => opaque(part),
    })
}

pub(super) fn projection(tree: &Projection) -> String {
    all(&tree.items, |i| item(i, path))
}

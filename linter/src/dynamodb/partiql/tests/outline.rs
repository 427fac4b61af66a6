//! Trees as short text: operators in front, opaque parts with `?`, parameters as `?n`.

use crate::dynamodb::holey_text::HoleyText;
use crate::dynamodb::holey_text::notation::notation;
use crate::dynamodb::partiql::tree::*;
use crate::dynamodb::syntax::{Item, Opaque};

fn opaque(part: &Opaque) -> String {
    format!("?{}", notation(&part.text))
}

fn all<T>(parts: &[T], outline: impl Fn(&T) -> String) -> String {
    parts.iter().map(outline).collect::<Vec<_>>().join(" ")
}

fn quoted(text: &HoleyText, quote: &str) -> String {
    format!("{quote}{}{quote}", notation(text).replace(quote, &quote.repeat(2)))
}

fn name(name: &Name) -> String {
    if name.quoted { quoted(&name.text, "\"") } else { notation(&name.text) }
}

fn path(path: &Path) -> String {
    let step = |step: &Step| match step {
        Step::Attribute(attribute) => format!(".{}", name(attribute)),
        Step::Index(index) => format!("[{}]", notation(index)),
        Step::Key(key) => format!("[{}]", quoted(key, "'")),
    };
    name(&path.head) + &path.steps.iter().map(step).collect::<String>()
}

fn source(source: &Source) -> String {
    let index = source.index.as_ref().map(|index| format!(".{}", name(index)));
    name(&source.table) + &index.unwrap_or_default()
}

fn item<T>(item: &Item<T>, outline: impl Fn(&T) -> String) -> String {
    match item {
        Item::Known(known) => outline(known),
        Item::Opaque(part) => opaque(part),
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

pub(super) fn expr(tree: &Expr) -> String {
    let not = |negated: bool| if negated { "not-" } else { "" };
    match &tree.kind {
        ExprKind::String(text) => quoted(text, "'"),
        ExprKind::Number(text) => notation(text),
        ExprKind::Boolean(value) => value.to_string().to_uppercase(),
        ExprKind::Null => "NULL".into(),
        ExprKind::Missing => "MISSING".into(),
        ExprKind::Parameter(ordinal) => format!("?{ordinal}"),
        ExprKind::Path(p) => path(p),
        ExprKind::Call(call) => format!("({} {})", name(&call.name), all(&call.arguments, expr)),
        ExprKind::Exists(inner) => format!("(exists {})", select(inner)),
        ExprKind::List(parts) => format!("[{}]", all(parts, expr)),
        ExprKind::Bag(parts) => format!("<<{}>>", all(parts, expr)),
        ExprKind::Tuple(fields) => {
            format!("{{{}}}", all(fields, |field| format!("{}:{}", expr(&field.name), expr(&field.value))))
        }
        ExprKind::Group(inner) => format!("(group {})", expr(inner)),
        ExprKind::Negative(inner) => format!("(- {})", expr(inner)),
        ExprKind::Sum(sum) => sum.rest.iter().fold(expr(&sum.first), |left, (sign, term)| {
            format!("({} {left} {})", if *sign == Sign::Plus { "+" } else { "-" }, expr(term))
        }),
        ExprKind::Comparison(c) => {
            format!("({} {} {})", comparator(&c.comparator), expr(&c.left), expr(&c.right))
        }
        ExprKind::Between(b) => {
            format!("({}between {} {} {})", not(b.negated), expr(&b.operand), expr(&b.low), expr(&b.high))
        }
        ExprKind::In(m) => {
            let collection = match &m.collection {
                Collection::Values(values) => format!("({})", all(values, expr)),
                Collection::Expr(list) => expr(list),
            };
            format!("({}in {} {collection})", not(m.negated), expr(&m.operand))
        }
        ExprKind::Is(test) => {
            format!(
                "(is{} {} {})",
                if test.negated { "-not" } else { "" },
                expr(&test.operand),
                name(&test.of)
            )
        }
        ExprKind::Not(inner) => format!("(not {})", expr(inner)),
        ExprKind::And(parts) => format!("(and {})", all(parts, expr)),
        ExprKind::Or(parts) => format!("(or {})", all(parts, expr)),
        ExprKind::Opaque(part) => opaque(part),
    }
}

fn select(select: &Select) -> String {
    let projection = match &select.projection {
        Projection::All => "*".into(),
        Projection::Items(items) => format!("({})", all(items, |i| item(i, expr))),
    };
    let key = |key: &OrderKey| match &key.direction {
        None => path(&key.path),
        Some(Direction::Ascending) => format!("(asc {})", path(&key.path)),
        Some(Direction::Descending) => format!("(desc {})", path(&key.path)),
        Some(Direction::Opaque(part)) => format!("({} {})", opaque(part), path(&key.path)),
    };
    let mut parts = vec!["select".to_owned(), projection, source(&select.source)];
    parts.extend(select.filter.as_ref().map(expr));
    parts.extend(select.order.iter().map(key));
    format!("({})", parts.join(" "))
}

fn change(change: &Change) -> String {
    let assignment = |a: &Assignment| format!("(= {} {})", path(&a.target), expr(&a.value));
    match change {
        Change::Set(items) => format!("(set {})", all(items, |i| item(i, assignment))),
        Change::Remove(items) => format!("(remove {})", all(items, |i| item(i, path))),
        Change::Opaque(part) => opaque(part),
    }
}

fn returning(returning: &Returning) -> String {
    let scope = if returning.all { "all" } else { "modified" };
    format!("{scope}-{}", if returning.old { "old" } else { "new" })
}

pub(super) fn outline(tree: &Statement) -> String {
    let mut parts = Vec::new();
    match &tree.kind {
        StatementKind::Select(s) => parts.push(select(s)),
        StatementKind::Exists(s) => parts.push(format!("(exists {})", select(s))),
        StatementKind::Opaque(part) => parts.push(opaque(part)),
        StatementKind::Insert(insert) => {
            parts.push(format!("(insert {} {})", source(&insert.table), expr(&insert.item)));
        }
        StatementKind::Update(update) => {
            let mut inner = vec!["update".to_owned(), source(&update.table)];
            inner.extend(update.changes.iter().map(change));
            inner.extend(update.filter.as_ref().map(expr));
            inner.extend(update.returning.as_ref().map(returning));
            parts.push(format!("({})", inner.join(" ")));
        }
        StatementKind::Delete(delete) => {
            let mut inner = vec!["delete".to_owned(), source(&delete.table)];
            inner.extend(delete.filter.as_ref().map(expr));
            inner.extend(delete.returning.as_ref().map(returning));
            parts.push(format!("({})", inner.join(" ")));
        }
    }
    parts.extend(tree.rest.as_ref().map(opaque));
    parts.join(" ")
}

//! Statements written out from their trees.

use super::tree::{
    Assignment, Between, Change, Collection, Comparator, Delete, Direction, Expr, ExprKind, Field, Insert,
    Membership, Name, OrderKey, Path, Projection, Returning, Select, Sign, Source, Statement, StatementKind,
    Step, Update,
};
use crate::dynamodb::holey_text::HoleyText;
use crate::dynamodb::syntax::Item;

impl Statement {
    /// The statement's text; it parses to the same tree.
    pub fn print(&self) -> HoleyText {
        let mut out = HoleyText::default();
        match &self.kind {
            StatementKind::Select(select) => print_select(select, &mut out),
            StatementKind::Insert(insert) => print_insert(insert, &mut out),
            StatementKind::Update(update) => print_update(update, &mut out),
            StatementKind::Delete(delete) => print_delete(delete, &mut out),
            StatementKind::Exists(select) => print_exists(select, &mut out),
            StatementKind::Opaque(opaque) => out.push(&opaque.text),
        }
        if let Some(rest) = &self.rest {
            out.push_text(" ");
            out.push(&rest.text);
        }
        out
    }
}

impl Expr {
    /// The expression's text.
    pub fn print(&self) -> HoleyText {
        let mut out = HoleyText::default();
        print_expr(self, &mut out);
        out
    }
}

fn joined<T>(parts: &[T], between: &str, out: &mut HoleyText, print: impl Fn(&T, &mut HoleyText)) {
    for (i, part) in parts.iter().enumerate() {
        if i > 0 {
            out.push_text(between);
        }
        print(part, out);
    }
}

fn print_items<T>(items: &[Item<T>], out: &mut HoleyText, print: impl Fn(&T, &mut HoleyText)) {
    joined(items, ", ", out, |item, out| match item {
        Item::Known(known) => print(known, out),
        Item::Opaque(opaque) => out.push(&opaque.text),
    });
}

fn print_quoted(text: &HoleyText, quote: char, out: &mut HoleyText) {
    let single = String::from(quote);
    out.push_text(&single);
    out.push(&text.map_text(|known| known.replace(quote, &String::from_iter([quote, quote]))));
    out.push_text(&single);
}

fn print_name(name: &Name, out: &mut HoleyText) {
    if name.quoted { print_quoted(&name.text, '"', out) } else { out.push(&name.text) }
}

fn print_source(source: &Source, out: &mut HoleyText) {
    print_name(&source.table, out);
    if let Some(index) = &source.index {
        out.push_text(".");
        print_name(index, out);
    }
}

fn print_path(path: &Path, out: &mut HoleyText) {
    print_name(&path.head, out);
    for step in &path.steps {
        match step {
            Step::Attribute(name) => {
                out.push_text(".");
                print_name(name, out);
            }
            Step::Index(index) => {
                out.push_text("[");
                out.push(index);
                out.push_text("]");
            }
            Step::Key(key) => {
                out.push_text("[");
                print_quoted(key, '\'', out);
                out.push_text("]");
            }
        }
    }
}

fn print_filter(filter: Option<&Expr>, out: &mut HoleyText) {
    if let Some(filter) = filter {
        out.push_text(" WHERE ");
        print_expr(filter, out);
    }
}

fn print_returning(returning: Option<Returning>, out: &mut HoleyText) {
    if let Some(Returning { all, old }) = returning {
        out.push_text(if all { " RETURNING ALL" } else { " RETURNING MODIFIED" });
        out.push_text(if old { " OLD *" } else { " NEW *" });
    }
}

fn print_select(select: &Select, out: &mut HoleyText) {
    out.push_text("SELECT ");
    match &select.projection {
        Projection::All => out.push_text("*"),
        Projection::Items(items) => print_items(items, out, print_expr),
    }
    out.push_text(" FROM ");
    print_source(&select.source, out);
    print_filter(select.filter.as_ref(), out);
    if !select.order.is_empty() {
        out.push_text(" ORDER BY ");
        joined(&select.order, ", ", out, print_order_key);
    }
}

fn print_order_key(key: &OrderKey, out: &mut HoleyText) {
    print_path(&key.path, out);
    match &key.direction {
        None => {}
        Some(Direction::Ascending) => out.push_text(" ASC"),
        Some(Direction::Descending) => out.push_text(" DESC"),
        Some(Direction::Opaque(opaque)) => {
            out.push_text(" ");
            out.push(&opaque.text);
        }
    }
}

fn print_exists(select: &Select, out: &mut HoleyText) {
    out.push_text("EXISTS(");
    print_select(select, out);
    out.push_text(")");
}

fn print_insert(insert: &Insert, out: &mut HoleyText) {
    out.push_text("INSERT INTO ");
    print_source(&insert.table, out);
    out.push_text(" VALUE ");
    print_expr(&insert.item, out);
}

fn print_update(update: &Update, out: &mut HoleyText) {
    out.push_text("UPDATE ");
    print_source(&update.table, out);
    for change in &update.changes {
        match change {
            Change::Set(items) => {
                out.push_text(" SET ");
                print_items(items, out, |Assignment { target, value }, out| {
                    print_path(target, out);
                    out.push_text(" = ");
                    print_expr(value, out);
                });
            }
            Change::Remove(items) => {
                out.push_text(" REMOVE ");
                print_items(items, out, print_path);
            }
            Change::Opaque(opaque) => {
                out.push_text(" ");
                out.push(&opaque.text);
            }
        }
    }
    print_filter(update.filter.as_ref(), out);
    print_returning(update.returning, out);
}

fn print_delete(delete: &Delete, out: &mut HoleyText) {
    out.push_text("DELETE FROM ");
    print_source(&delete.table, out);
    print_filter(delete.filter.as_ref(), out);
    print_returning(delete.returning, out);
}

fn print_all(open: &str, parts: &[Expr], close: &str, out: &mut HoleyText) {
    out.push_text(open);
    joined(parts, ", ", out, print_expr);
    out.push_text(close);
}

fn print_expr(expr: &Expr, out: &mut HoleyText) {
    match &expr.kind {
        ExprKind::String(text) => print_quoted(text, '\'', out),
        ExprKind::Number(text) => out.push(text),
        ExprKind::Boolean(true) => out.push_text("TRUE"),
        ExprKind::Boolean(false) => out.push_text("FALSE"),
        ExprKind::Null => out.push_text("NULL"),
        ExprKind::Missing => out.push_text("MISSING"),
        ExprKind::Parameter(_) => out.push_text("?"),
        ExprKind::Path(path) => print_path(path, out),
        ExprKind::Call(call) => {
            print_name(&call.name, out);
            print_all("(", &call.arguments, ")", out);
        }
        ExprKind::Exists(select) => print_exists(select, out),
        ExprKind::List(parts) => print_all("[", parts, "]", out),
        ExprKind::Bag(parts) => print_all("<<", parts, ">>", out),
        ExprKind::Tuple(fields) => {
            out.push_text("{");
            joined(fields, ", ", out, |Field { name, value }, out| {
                print_expr(name, out);
                out.push_text(": ");
                print_expr(value, out);
            });
            out.push_text("}");
        }
        ExprKind::Group(inner) => {
            out.push_text("(");
            print_expr(inner, out);
            out.push_text(")");
        }
        ExprKind::Negative(inner) => {
            // With the blank `- -1` does not become a comment.
            out.push_text("- ");
            print_expr(inner, out);
        }
        ExprKind::Not(inner) => {
            out.push_text("NOT ");
            print_expr(inner, out);
        }
        ExprKind::And(parts) => joined(parts, " AND ", out, print_expr),
        ExprKind::Or(parts) => joined(parts, " OR ", out, print_expr),
        ExprKind::Opaque(opaque) => out.push(&opaque.text),
        ExprKind::Sum(sum) => {
            print_expr(&sum.first, out);
            for (sign, term) in &sum.rest {
                out.push_text(if *sign == Sign::Plus { " + " } else { " - " });
                print_expr(term, out);
            }
        }
        ExprKind::Comparison(comparison) => {
            print_expr(&comparison.left, out);
            out.push_text(" ");
            print_comparator(&comparison.comparator, out);
            out.push_text(" ");
            print_expr(&comparison.right, out);
        }
        ExprKind::Between(between) => print_between(between, out),
        ExprKind::In(membership) => print_membership(membership, out),
        ExprKind::Is(test) => {
            print_expr(&test.operand, out);
            out.push_text(if test.negated { " IS NOT " } else { " IS " });
            print_name(&test.of, out);
        }
    }
}

fn print_between(between: &Between, out: &mut HoleyText) {
    print_expr(&between.operand, out);
    out.push_text(if between.negated { " NOT BETWEEN " } else { " BETWEEN " });
    print_expr(&between.low, out);
    out.push_text(" AND ");
    print_expr(&between.high, out);
}

fn print_membership(membership: &Membership, out: &mut HoleyText) {
    print_expr(&membership.operand, out);
    out.push_text(if membership.negated { " NOT IN " } else { " IN " });
    match &membership.collection {
        Collection::Values(values) => print_all("(", values, ")", out),
        Collection::Expr(expr) => print_expr(expr, out),
    }
}

fn print_comparator(comparator: &Comparator, out: &mut HoleyText) {
    match comparator {
        Comparator::Equal => out.push_text("="),
        Comparator::NotEqual => out.push_text("<>"),
        Comparator::Less => out.push_text("<"),
        Comparator::LessEqual => out.push_text("<="),
        Comparator::Greater => out.push_text(">"),
        Comparator::GreaterEqual => out.push_text(">="),
        Comparator::Opaque(opaque) => out.push(&opaque.text),
    }
}

//! Which table and which index an operation is about.

use keybound_shared::Grant;

use crate::reach::held::Held;
use crate::reach::miss::{Kind, Miss, Spot, path_text};
use crate::reach::operation::{Operation, TableAt, Verb};
use crate::reach::request::Form;
use crate::reach::statement;
use crate::render::skeleton::below;
use crate::render::value::{holes, literal};

/// Whether the table is the one that a grant is about.
///
/// # Errors
///
/// Where it may be another one.
pub(super) fn table(held: &Held<'_>, operation: &Operation, grant: &Grant) -> Result<(), Miss> {
    let terms = held.sight.terms;
    let beyond = |form: &Form, text: String| {
        let message =
            format!("the table is {text}, where grant `{}` is about `{}`", grant.name, grant.table.name);
        Miss::of_form(Kind::Table, form, message)
    };
    match &operation.table {
        TableAt::Text(_) if operation.verb == Verb::Statement => {
            for statement in statement::statements(held, operation)? {
                let named = statement.tree.source().map(|source| statement.pieces(&source.table.text));
                let table = named.as_ref().and_then(|pieces| held.tables.named(pieces, terms));
                if table.is_none_or(|table| table.name != grant.table.name) {
                    return Err(beyond(&statement.form, "another one".to_owned()));
                }
            }
            Ok(())
        }
        TableAt::Text(path) => {
            let forms = held
                .request
                .forms(path)
                .map_err(|anything| Miss::of_anything(Kind::Table, anything, "the table is not fixed"))?;
            forms.iter().filter(|form| form.quoted || form.literal().is_none()).try_for_each(
                |form| match held.tables.named(&form.pieces, terms) {
                    Some(table) if form.quoted && table.name == grant.table.name => Ok(()),
                    Some(table) => Err(beyond(form, format!("`{}`", table.name))),
                    None => Err(beyond(form, shown(held, form))),
                },
            )
        }
        TableAt::Name(path) => {
            let names = held.request.skeleton.names.iter().filter(|name| name.path == *path);
            for name in names {
                if held.request.met(&name.guard).is_none() {
                    continue;
                }
                let table = held.tables.named(&name.pieces, terms);
                if table.is_none_or(|table| table.name != grant.table.name) {
                    let text =
                        literal(&name.pieces).map_or("not fixed".to_owned(), |text| format!("`{text}`"));
                    let message = format!(
                        "the table is {text}, where grant `{}` is about `{}`",
                        grant.name, grant.table.name
                    );
                    return Err(Miss {
                        spot: Some(Spot { path: name.path.clone(), at: name.at }),
                        terms: holes(&name.pieces),
                        guard: name.guard.clone(),
                        splits: name.guard.conjuncts().to_vec(),
                        ..Miss::whole(Kind::Table, message)
                    });
                }
            }
            Ok(())
        }
    }
}

fn shown(held: &Held<'_>, form: &Form) -> String {
    match form.literal() {
        Some(text) => format!("`{text}`, which is none of the rules'"),
        None => match form.holes().first() {
            Some(id) => format!("{}, which is none of the rules'", held.sight.terms.describe(*id)),
            None => "none of the rules'".to_owned(),
        },
    }
}

/// Whether it is the table itself that is read, or the index that a grant is about.
///
/// # Errors
///
/// Where it may be another one.
pub(super) fn index(held: &Held<'_>, operation: &Operation, grant: &Grant) -> Result<(), Miss> {
    let wanted = grant.index.as_ref().map(|index| index.name.as_str());
    let beyond = |found: &str| match wanted {
        Some(wanted) => {
            format!("{found} is read, where grant `{}` is about the index `{wanted}`", grant.name)
        }
        None => format!("{found} is read, where grant `{}` is about the table", grant.name),
    };
    if operation.verb == Verb::Statement {
        for statement in statement::statements(held, operation)? {
            let index = statement.tree.source().and_then(|source| source.index.as_ref());
            let found = index.map(|name| name.text.as_plain().unwrap_or("").to_owned());
            if found.as_deref() != wanted {
                let found = found.map_or("the table".to_owned(), |name| format!("the index `{name}`"));
                return Err(Miss::of_form(Kind::Index, &statement.form, beyond(&found)));
            }
        }
        return Ok(());
    }
    let path = below(&operation.at, &["IndexName"]);
    if !matches!(operation.verb, Verb::Query | Verb::Scan) {
        // What other actions ignore.
        return match wanted {
            None => Ok(()),
            Some(_) => Err(Miss::whole(Kind::Index, beyond("the table"))),
        };
    }
    let forms = held.request.forms(&path).map_err(|anything| {
        Miss::of_anything(Kind::Index, anything, format!("{} is not fixed", path_text(&path)))
    })?;
    for form in forms.iter().filter(|form| form.quoted || form.literal().is_none()) {
        let name = form.literal();
        if name.as_deref() != wanted || wanted.is_none() {
            let found =
                name.map_or("an index that is not fixed".to_owned(), |name| format!("the index `{name}`"));
            return Err(Miss::of_form(Kind::Index, form, beyond(&found)));
        }
    }
    match (wanted, held.request.without(&path, &operation.anchor())) {
        (Some(_), Some(guard)) => {
            let splits = held.request.hangs_on(&path);
            Err(Miss::whole(Kind::Index, beyond("the table")).hanging_on(splits).under(guard))
        }
        _ => Ok(()),
    }
}

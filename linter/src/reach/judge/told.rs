//! Guards by which a template tells callers apart: what a case says of the grants that they hold.

use keybound_shared::{AccessRules, Comparand, Grant, Opens, VariableSource};

use crate::reach::key_text::Sight;
use crate::render::{Atom, Formula, Term, Terms};

/// Whether a case says that the callers hold a grant: a published variable, taken from the one claim that the grant asks
/// for, is one of the values that it asks for.
pub(super) fn told(sight: Sight<'_>, grant: &Grant, case: &[Formula]) -> bool {
    if names_grant(sight.terms, sight.rules, grant, case) {
        return true;
    }
    let Opens::Callers(claimant) = &grant.opens else { return true };
    let issuers_ok = claimant.issuers.is_empty();
    let is_met = |(claim, wanted): &(String, Vec<Comparand>)| {
        sight.rules.variables.iter().any(|variable| {
            let of_claim = matches!(&variable.source, VariableSource::Claim(name) if name == claim);
            of_claim
                && variable.each.is_none()
                && value(sight.terms, &variable.name, case)
                    .is_some_and(|text| wanted.contains(&Comparand::Text(text)))
        })
    };
    issuers_ok
        && !claimant.when.is_empty()
        && claimant.when.iter().all(is_met)
        && grant
            .needed()
            .iter()
            .all(|name| sight.callers.binds(name) || value(sight.terms, name, case).is_some())
}

/// The text that a case says a published variable is.
fn value(terms: &Terms, variable: &str, case: &[Formula]) -> Option<String> {
    let id = terms.known(&Term::Context(format!("authorizer.{variable}")))?;
    case.iter().find_map(|formula| match formula {
        Formula::Lit(atom, true) => match atom.as_ref() {
            Atom::Prints(of, text) if *of == id && !text.is_empty() => Some(text.to_string()),
            _ => None,
        },
        _ => None,
    })
}

/// Whether a case says that the published list of grants has this one's name. A name that is a part of another's, or of
/// two in a row, says nothing.
fn names_grant(terms: &Terms, rules: &AccessRules, grant: &Grant, case: &[Formula]) -> bool {
    let Some(id) = terms.known(&Term::Context("authorizer.grants".to_owned())) else { return false };
    case.iter().any(|formula| {
        let Formula::Lit(atom, true) = formula else { return false };
        match atom.as_ref() {
            Atom::Prints(of, text) => *of == id && text.split(',').any(|name| name == grant.name),
            Atom::Contains(of, text) => {
                let alike = rules.grants.iter().filter(|known| known.name.contains(&**text)).count();
                *of == id && alike == 1 && !text.contains(',') && grant.name.contains(&**text)
            }
            _ => false,
        }
    })
}

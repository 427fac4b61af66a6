//! Operations held against what callers hold: each must lie within one of their grants.

use std::sync::Arc;

use keybound_shared::{AccessRules, Action, Comparand, Grant, Opens, VariableSource};

use crate::render::value::literal;
use crate::render::{Atom, Formula, Guard, Term, Terms};

use super::attributes;
use super::callers::Identity;
use super::held::Held;
use super::key_text::Sight;
use super::keys;
use super::miss::{Kind, Miss, path_text};
use super::operation::{Operation, TableAt, Verb};
use super::ownership;
use super::request::Request;
use super::statement;

/// Cases into which the ways of one operation may be told apart.
const MAX_CASES: usize = 48;

/// Formulas by which the ways are told apart, one inside the other.
const MAX_DEPTH: usize = 6;

/// An operation that is within grants: which, by the ways on which it is.
#[derive(Clone, Debug)]
pub struct Within {
    /// What holds on these ways.
    pub case: Vec<Formula>,
    /// The grant.
    pub grant: Arc<Grant>,
}

/// An operation that some callers may take beyond what they hold.
#[derive(Clone, Debug)]
pub struct Beyond {
    /// What holds on these ways.
    pub case: Vec<Formula>,
    /// Why it is within no grant; of several grants, for the one that it is nearest to.
    pub miss: Miss,
    /// That grant.
    pub grant: Option<Arc<Grant>>,
}

/// Holds operations against grants.
pub struct Judge<'a> {
    /// The callers, as the template sees them.
    pub sight: Sight<'a>,
    /// What is asked, apart from the case.
    pub held: Held<'a>,
    /// The action of the integration.
    pub action: Action,
    cases: std::cell::Cell<usize>,
}

impl<'a> Judge<'a> {
    /// For certain callers.
    pub fn new(held: Held<'a>, action: Action) -> Self {
        Self { sight: held.sight, held, action, cases: std::cell::Cell::new(0) }
    }

    /// Whether an operation lies within a grant on every way.
    ///
    /// # Errors
    ///
    /// A way on which it does not.
    pub fn judged(&self, operation: &Operation, case: &[Formula]) -> Result<Vec<Within>, Box<Beyond>> {
        self.cases.set(0);
        self.split(operation, case.to_vec(), 0)
    }

    fn split(
        &self,
        operation: &Operation,
        case: Vec<Formula>,
        depth: usize,
    ) -> Result<Vec<Within>, Box<Beyond>> {
        self.cases.set(self.cases.get() + 1);
        let held = Held { request: Request { case: &case, ..self.held.request }, ..self.held };
        let mut nearest: Option<(Miss, Arc<Grant>)> = None;
        let mut splits: Vec<Formula> = Vec::new();
        for grant in self.grants(&case) {
            match self.fits(&held, operation, &grant) {
                Ok(()) => return Ok(vec![Within { case, grant }]),
                Err(miss) => {
                    splits.extend(miss.splits.iter().cloned());
                    if nearest.as_ref().is_none_or(|(known, _)| known.kind < miss.kind) {
                        nearest = Some((miss, grant));
                    }
                }
            }
        }
        if depth < MAX_DEPTH && self.cases.get() < MAX_CASES {
            let open = splits.into_iter().find_map(|formula| both_ways(&case, &formula));
            if let Some((yes, no)) = open {
                let mut within = self.split(operation, yes, depth + 1)?;
                within.extend(self.split(operation, no, depth + 1)?);
                return Ok(within);
            }
        }
        let (miss, grant) = match nearest {
            Some((miss, grant)) => (miss, Some(grant)),
            None => (Miss::whole(Kind::Route, "no grant opens the route for these callers"), None),
        };
        Err(Box::new(Beyond { case, miss, grant }))
    }

    /// What these callers hold on the ways of a case: a guard may tell them apart further.
    fn grants(&self, case: &[Formula]) -> Vec<Arc<Grant>> {
        let callers = self.sight.callers;
        let mut grants = callers.held.clone();
        if callers.identity == Identity::Authorizer {
            for grant in &self.sight.rules.grants {
                let is_known = grants.iter().any(|known| known.name == grant.name);
                if !is_known && grant.on(self.sight.route).is_some() && told(self.sight, grant, case) {
                    grants.push(Arc::clone(grant));
                }
            }
        }
        grants
    }

    fn fits(&self, held: &Held<'_>, operation: &Operation, grant: &Grant) -> Result<(), Miss> {
        let granted = grant.on(self.sight.route).map(|route| route.actions.as_slice()).unwrap_or_default();
        if !granted.contains(&self.action) {
            let message = format!("grant `{}` does not give {} here", grant.name, self.action);
            return Err(Miss::whole(Kind::Action, message));
        }
        table(held, operation, grant)?;
        index(held, operation, grant)?;
        keys::within(held, operation, grant)?;
        attributes::within(held, operation, grant)?;
        attributes::limited(held, operation, grant)?;
        ownership::demanded(held, operation, grant)
    }
}

/// A case with a formula, and one with its opposite, where neither is decided yet.
fn both_ways(case: &[Formula], formula: &Formula) -> Option<(Vec<Formula>, Vec<Formula>)> {
    let guard = case.iter().try_fold(Guard::default(), |guard, known| guard.and(known))?;
    let opposite = formula.negated();
    let is_open = guard.simplified(formula) != Formula::True
        && guard.and(formula).is_some()
        && guard.and(&opposite).is_some()
        && !case.contains(formula)
        && !case.contains(&opposite);
    let with = |formula: Formula| case.iter().cloned().chain([formula]).collect();
    is_open.then(|| (with(formula.clone()), with(opposite)))
}

/// Whether a case says that the callers hold a grant: a published variable, taken from the one claim that the grant asks
/// for, is one of the values that it asks for.
fn told(sight: Sight<'_>, grant: &Grant, case: &[Formula]) -> bool {
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

fn table(held: &Held<'_>, operation: &Operation, grant: &Grant) -> Result<(), Miss> {
    let terms = held.sight.terms;
    let beyond = |form: &super::request::Form, text: String| {
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
                        spot: Some(super::miss::Spot { path: name.path.clone(), at: name.at }),
                        terms: crate::render::value::holes(&name.pieces),
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

fn shown(held: &Held<'_>, form: &super::request::Form) -> String {
    match form.literal() {
        Some(text) => format!("`{text}`, which is none of the rules'"),
        None => match form.holes().first() {
            Some(id) => format!("{}, which is none of the rules'", held.sight.terms.describe(*id)),
            None => "none of the rules'".to_owned(),
        },
    }
}

fn index(held: &Held<'_>, operation: &Operation, grant: &Grant) -> Result<(), Miss> {
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
    let path = crate::render::skeleton::below(&operation.at, &["IndexName"]);
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

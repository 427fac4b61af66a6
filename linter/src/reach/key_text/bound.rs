//! Which terms are the caller's own values, as the rules bind them.

use keybound_shared::{Variable, VariableSource};
use keybound_vtl::java::charset::CharSet;
use keybound_vtl::java::regex;

use crate::api::trust::Decider;
use crate::reach::callers::{Identity, SUBJECT};
use crate::render::value::Piece;
use crate::render::{Atom, Facts, Formula, Guard, Op, Parameter, Term, TermId};

use super::change::leaves;
use super::{MAX_DEPTH, Sight};

/// What a term is to the rules.
pub(super) enum Bound {
    /// The caller's value of this variable.
    Value(String),
    /// That value or nothing.
    Perhaps(String),
    /// Always empty: nothing of the name is published.
    Unpublished,
    /// A caller's text that is not held to the rules.
    Claim,
}

impl Sight<'_> {
    /// What a term is to the rules; none where it is nothing of the caller's.
    pub(super) fn bound(&self, id: TermId, guard: &Guard, depth: usize) -> Option<Bound> {
        if depth > MAX_DEPTH {
            return None;
        }
        let own = match self.terms.get(id) {
            Term::Context(path) => self.of_context(id, path, guard),
            Term::Parameter(Parameter::Path, name) => {
                self.callers.tied(name, self.route).map(|variable| Bound::Value(variable.name.clone()))
            }
            Term::Applied(op, of) => match self.bound(*of, guard, depth + 1)? {
                Bound::Value(name) if self.keeps(op, &name) => Some(Bound::Value(name)),
                Bound::Perhaps(name) if self.keeps(op, &name) => Some(Bound::Perhaps(name)),
                Bound::Claim => Some(Bound::Claim),
                Bound::Unpublished => Some(Bound::Unpublished),
                Bound::Value(_) | Bound::Perhaps(_) => None,
            },
            _ => None,
        };
        match own {
            Some(Bound::Value(_)) => own,
            // What prints the same as the caller's value is that value, whoever sent it.
            _ => self.equal(id, guard, depth).map(Bound::Value).or(own),
        }
    }

    fn of_context(&self, id: TermId, path: &str, guard: &Guard) -> Option<Bound> {
        // What the client decides, as people say, is nobody's own.
        if self.terms.decider(id) == Some(Decider::Client) {
            return None;
        }
        let variables = &self.rules.variables;
        if let Some(name) = path.strip_prefix("authorizer.claims.") {
            match self.callers.identity {
                Identity::Pool => {}
                Identity::Foreign => return None,
                Identity::Authorizer | Identity::Iam | Identity::Nobody => return Some(Bound::Unpublished),
            }
            let named = variables
                .iter()
                .filter(|variable| matches!(&variable.source, VariableSource::Claim(claim) if claim == name));
            let held = named.into_iter().find(|variable| self.is_held(id, name, variable, guard));
            return Some(held.map_or(Bound::Claim, |variable| Bound::Value(variable.name.clone())));
        }
        if let Some(name) = path.strip_prefix("authorizer.") {
            match self.callers.identity {
                Identity::Authorizer => {}
                // A user pool publishes claims alone.
                Identity::Pool | Identity::Iam | Identity::Nobody => return Some(Bound::Unpublished),
                Identity::Foreign => return None,
            }
            let variable = variables.iter().find(|variable| variable.name == name && variable.each.is_none());
            let Some(variable) = variable else {
                // What the authorizer publishes beside variables is no part of any key.
                let is_known = matches!(name, "principalId" | "integrationLatency" | "grants")
                    || (name == "session_policy" && self.rules.authorizer.session_policy);
                return (!is_known).then_some(Bound::Unpublished);
            };
            let is_there = self.callers.binds(name) || is_not_empty(id, guard);
            let name = variable.name.clone();
            return Some(if is_there { Bound::Value(name) } else { Bound::Perhaps(name) });
        }
        if path == "identity.cognitoIdentityId" && self.callers.identity == Identity::Iam {
            let variable =
                variables.iter().find(|variable| matches!(variable.source, VariableSource::Identity(_)))?;
            let name = variable.name.clone();
            // IAM admits callers without such an identity too.
            return Some(if is_not_empty(id, guard) { Bound::Value(name) } else { Bound::Perhaps(name) });
        }
        None
    }

    /// Whether a claim of a user pool is as the variable's pattern demands, and nothing that users change.
    fn is_held(&self, id: TermId, claim: &str, variable: &Variable, guard: &Guard) -> bool {
        if claim != SUBJECT || variable.each.is_some() {
            return false;
        }
        // What a user pool gives as `sub` is a UUID.
        let facts = Facts::of(self.terms, id, guard);
        let is_admitted = facts.chars.iter().all(|(first, last)| {
            (first..=last).take(128).all(|c| variable.pattern.admits(c)) && last.is_ascii()
        });
        is_admitted
            && ["00000000-0000-4000-8000-000000000000", "ffffffff-ffff-4fff-bfff-ffffffffffff"]
                .iter()
                .all(|sample| variable.pattern.matches(sample))
    }

    /// The caller's value that a guard says a term is equal to.
    fn equal(&self, id: TermId, guard: &Guard, depth: usize) -> Option<String> {
        guard.conjuncts().iter().find_map(|formula| {
            let Formula::Lit(atom, true) = formula else { return None };
            let Atom::Same(a, b) = atom.as_ref() else { return None };
            let other = if self.is_print_of(*a, id) {
                *b
            } else if self.is_print_of(*b, id) {
                *a
            } else {
                return None;
            };
            let rest = guard.without_equals();
            match self.bound(other, &rest, depth + 1)? {
                Bound::Value(name) => Some(name),
                _ => None,
            }
        })
    }

    /// Whether a term is another one, or that one printed.
    fn is_print_of(&self, term: TermId, of: TermId) -> bool {
        term == of
            || matches!(self.terms.get(term), Term::Applied(Op::ToText, inner) if *inner == of)
            || matches!(self.terms.get(term), Term::Composite(pieces) if matches!(pieces.as_slice(), [Piece::Hole(inner)] if *inner == of))
            || matches!(self.terms.get(of), Term::Applied(Op::ToText, inner) if *inner == term)
    }

    /// Whether an operation leaves every value of a variable as it is.
    pub(super) fn keeps(&self, op: &Op, variable: &str) -> bool {
        leaves(op, &self.admitted(variable))
    }

    /// The characters that values of a variable hold.
    pub(super) fn admitted(&self, variable: &str) -> CharSet {
        let variable = self.rules.variables.iter().find(|known| known.name == variable);
        variable.map_or_else(CharSet::all, |variable| {
            let chars: String = ('\0'..='\u{7f}').filter(|c| variable.pattern.admits(*c)).collect();
            CharSet::of(&chars)
        })
    }
}

/// Whether a guard says that a term prints something.
pub fn is_not_empty(id: TermId, guard: &Guard) -> bool {
    guard.conjuncts().iter().any(|formula| match formula {
        Formula::Lit(atom, false) => {
            matches!(&**atom, Atom::Prints(of, text) if *of == id && text.is_empty())
        }
        Formula::Lit(atom, true) => match &**atom {
            Atom::Prints(of, text) => *of == id && !text.is_empty(),
            Atom::PrintsOneOf(of, texts) => *of == id && texts.iter().all(|text| !text.is_empty()),
            Atom::Matches(of, pattern) => {
                *of == id && regex::language(pattern).is_some_and(|language| language.min_len > 0)
            }
            _ => false,
        },
        _ => false,
    })
}

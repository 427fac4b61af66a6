//! Which items a request names whose key a client chooses, for people.

use crate::api::Authorization;
use crate::dynamodb::action::DataAction;
use crate::dynamodb::expression::Expression;
use crate::dynamodb::expression::tree::{Comparator, Condition, Operand, Path, PathElement};
use crate::dynamodb::shape::ExpressionKind;
use crate::render::formula::Atom;
use crate::render::skeleton::{HoleUse, Leaf, Slot};
use crate::render::value::{self, Piece};
use crate::render::{Control, Op, Term, TermId};

use super::TemplateSubject;
use super::members::below;

impl TemplateSubject<'_> {
    /// Which items a request can be about where the client chooses what a hole of its key prints: `every item`, or
    /// `every item whose …`.
    pub fn named_items(&self, hole: &HoleUse) -> String {
        let keys = self.key_texts();
        let mut clauses = Vec::new();
        for (attribute, path) in &keys {
            let leaves: Vec<&Leaf> = self.skeleton.leaves.iter().filter(|leaf| leaf.path == *path).collect();
            let own = leaves.iter().find(|leaf| *path == hole.path && leaf.guard == hole.guard);
            match (own, leaves.as_slice()) {
                (Some(leaf), _) | (None, [leaf]) => clauses.extend(self.clause(attribute, leaf, hole)),
                _ => clauses.push(format!("whose `{attribute}` is one that the template writes")),
            }
        }
        let conditions = [
            ("ConditionExpression", "that meets the condition"),
            ("FilterExpression", "that passes the filter"),
        ];
        for (member, clause) in conditions {
            if !self.named(&[], &[member]).is_empty() {
                clauses.push(clause.to_owned());
            }
        }
        match clauses.as_slice() {
            [] => "every item".to_owned(),
            clauses => format!("every item {}", clauses.join(" and ")),
        }
    }

    /// The key attributes that the request demands to be one value, and where their texts stand.
    fn key_texts(&self) -> Vec<(String, Vec<Slot>)> {
        if self.actions == [DataAction::Query] {
            return self.equal_key_attributes();
        }
        let key = below(&[], &["Key"]);
        let mut found: Vec<(String, Vec<Slot>)> = Vec::new();
        for leaf in self.skeleton.leaves.iter().filter(|leaf| leaf.path.starts_with(&key)) {
            if let [_, Slot::Member(attribute), Slot::Member(_)] = leaf.path.as_slice()
                && found.iter().all(|(_, path)| *path != leaf.path)
            {
                found.push((attribute.to_string(), leaf.path.clone()));
            }
        }
        found
    }

    fn equal_key_attributes(&self) -> Vec<(String, Vec<Slot>)> {
        let mut found = Vec::new();
        for form in self.expressions().iter().filter(|form| form.kind == ExpressionKind::KeyCondition) {
            let Some(Expression::Condition(condition)) = form.expression.as_ref().filter(|_| !form.is_open())
            else {
                continue;
            };
            for part in condition.conjuncts() {
                let Condition::Comparison(comparison) = part else { continue };
                if comparison.comparator != Comparator::Equal {
                    continue;
                }
                let (path, placeholder) = match (comparison.left.ungrouped(), comparison.right.ungrouped()) {
                    (Operand::Path(path), Operand::Value(name))
                    | (Operand::Value(name), Operand::Path(path)) => (path, name),
                    _ => continue,
                };
                let (Some(attribute), Some(placeholder)) =
                    (self.attribute_name(path), placeholder.text.as_plain())
                else {
                    continue;
                };
                let at = below(&[], &["ExpressionAttributeValues", placeholder]);
                let leaf = self.skeleton.leaves.iter().find(|leaf| leaf.path.starts_with(&at));
                found.extend(leaf.map(|leaf| (attribute, leaf.path.clone())));
            }
        }
        found
    }

    /// The attribute that a path of one element means.
    pub(super) fn attribute_name(&self, path: &Path) -> Option<String> {
        match path.elements.as_slice() {
            [PathElement::Attribute(name)] => name.text.as_plain().map(str::to_owned),
            [PathElement::Alias(name)] => {
                let at = below(&[], &["ExpressionAttributeNames", name.text.as_plain()?]);
                let leaf = self.skeleton.leaves.iter().find(|leaf| leaf.path == at)?;
                value::literal(&leaf.pieces)
            }
            _ => None,
        }
    }

    /// What a text says of its attribute; nothing where it may be any.
    fn clause(&self, attribute: &str, leaf: &Leaf, hole: &HoleUse) -> Option<String> {
        if let Some(text) = value::literal(&leaf.pieces) {
            return Some(format!("whose `{attribute}` is `{text}`"));
        }
        let terms = &self.skeleton.terms;
        let mut shown = String::new();
        let mut ends_open = false;
        let mut all_open = true;
        for piece in &leaf.pieces {
            match piece {
                Piece::Literal(text) => {
                    (ends_open, all_open) = (false, false);
                    shown.push_str(text);
                }
                Piece::Hole(id) if terms.control(*id) == Control::Client => {
                    if !self.prints_any_text(*id, hole) {
                        let what = terms.describe(*id);
                        return Some(format!(
                            "whose `{attribute}` is what the template lets through of {what}"
                        ));
                    }
                    if !ends_open {
                        shown.push('…');
                    }
                    ends_open = true;
                }
                Piece::Hole(id) => {
                    (ends_open, all_open) = (false, false);
                    shown.push_str(&terms.describe(*id).replace('`', ""));
                }
                Piece::Choice(_) => {
                    return Some(format!("whose `{attribute}` is one that the template writes"));
                }
            }
        }
        match shown.strip_suffix('…').filter(|begins| !begins.contains('…')) {
            _ if all_open => None,
            Some(begins) => Some(format!("whose `{attribute}` begins with `{begins}`")),
            None if shown.contains('…') => Some(format!("whose `{attribute}` has the form `{shown}`")),
            None => Some(format!("whose `{attribute}` is `{shown}`")),
        }
    }

    /// Whether a term prints whatever text the client sends: it is escaped at most, and nothing looks at it before but
    /// for being there.
    fn prints_any_text(&self, id: TermId, hole: &HoleUse) -> bool {
        let terms = &self.skeleton.terms;
        let mut at = id;
        loop {
            at = match terms.get(at) {
                Term::JsonText(of) | Term::Applied(Op::ToText | Op::EscapeJavaScript, of) => *of,
                // The idiom that makes the escaped text one of JSON.
                Term::Applied(Op::ReplaceAll(..) | Op::Replace(..), of)
                    if matches!(terms.get(*of), Term::Applied(Op::EscapeJavaScript, _)) =>
                {
                    *of
                }
                Term::Composite(pieces) => match pieces.as_slice() {
                    [Piece::Hole(of)] => *of,
                    _ => return false,
                },
                Term::Applied(..) | Term::Measured(..) | Term::Opaque(..) => return false,
                _ => break,
            };
        }
        let mut any = true;
        for formula in hole.guard.conjuncts() {
            formula.each_atom(&mut |atom, _| {
                let is_there = match atom {
                    Atom::Prints(_, text) => text.is_empty(),
                    Atom::Is(..) | Atom::Empty(_) => true,
                    _ => false,
                };
                any &= is_there || !atom.terms().iter().any(|of| terms.contains(*of, at));
            });
        }
        any
    }

    /// What a template can write that is the caller's own, with the authorizer of the method.
    pub fn caller_values(&self) -> &'static str {
        match self.integration.authorization {
            Authorization::UserPool(_) => "`$context.authorizer.claims.sub`",
            Authorization::Lambda(_) => {
                "`$context.authorizer.principalId`, or from a value that the authorizer returns in its `context` \
                 (`$context.authorizer.NAME`)"
            }
            Authorization::Iam => {
                "who signs the request (`$context.identity.cognitoIdentityId` for identity pools, \
                 `$context.identity.userArn`)"
            }
            _ => "`$context.authorizer.…`",
        }
    }
}

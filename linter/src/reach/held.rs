//! What operations are held against: a request on some ways, certain callers, the rules' tables.

use keybound_shared::{Grant, KeyPattern};

use crate::dynamodb::expression::tree::{Name, Operand, Path, PathElement};
use crate::render::skeleton::{Slot, below};
use crate::render::value::literal;
use crate::render::{Control, Term, TermId};

use super::callers::Identity;
use super::key_text::{Part, Sight, Stray, within};
use super::miss::{Kind, Miss, path_text};
use super::request::{Form, Request};
use super::table::Tables;

/// A request on some ways, as certain callers make it.
#[derive(Clone, Copy)]
pub struct Held<'a> {
    /// The request.
    pub request: Request<'a>,
    /// The callers.
    pub sight: Sight<'a>,
    /// The tables of the rules.
    pub tables: Tables<'a>,
}

/// How a value is compared with a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Compared {
    /// The key is the value.
    Equal,
    /// The key begins with the value, or lies between it and another one that is held to the same.
    Prefix,
}

impl Held<'_> {
    /// Whether an attribute value is within a pattern. A value that is no text is no key of a pattern.
    pub fn value_within(
        &self,
        value: &[Slot],
        pattern: &KeyPattern,
        compared: Compared,
        grant: &Grant,
    ) -> Result<(), Miss> {
        if pattern.is_everything() {
            return Ok(());
        }
        for slot in self.request.slots(value) {
            if matches!(&slot, Slot::Member(name) if &**name != "S") {
                let at: Vec<Slot> = value.iter().cloned().chain([slot]).collect();
                let message = format!("{} is no text, so it is no value of `{pattern}`", path_text(&at));
                let forms = self.request.forms(&at).unwrap_or_default();
                return Err(forms.first().map_or_else(
                    || Miss::whole(Kind::Key, message.clone()),
                    |form| Miss::of_form(Kind::Key, form, message.clone()),
                ));
            }
        }
        let forms = self.request.forms(&below(value, &["S"])).map_err(|anything| {
            let kind = self.kind_of(anything.term, Kind::ClientKey);
            let what = anything.term.map_or("a name".to_owned(), |id| self.sight.terms.describe(id));
            let message = format!("{what} decides the key in {}", path_text(&anything.path));
            Miss::of_anything(kind, anything, message)
        })?;
        forms.iter().try_for_each(|form| self.form_within(form, pattern, compared, grant))
    }

    /// Whether each text that a form may be is within a pattern.
    pub fn form_within(
        &self,
        form: &Form,
        pattern: &KeyPattern,
        compared: Compared,
        grant: &Grant,
    ) -> Result<(), Miss> {
        if compared == Compared::Prefix && !pattern.is_open() {
            let message = format!("{} is a range, and `{pattern}` is one key", path_text(&form.path));
            return Err(Miss::of_form(Kind::Key, form, message));
        }
        // Where a text is wanted, DynamoDB refuses a number.
        if !form.quoted && form.literal().is_some() {
            return Ok(());
        }
        let Some(texts) = self.sight.texts(form) else {
            let message = format!("{} may be more texts than are followed", path_text(&form.path));
            return Err(Miss::of_form(Kind::Undecided, form, message));
        };
        texts.iter().try_for_each(|text| {
            within(text, pattern).map_err(|stray| self.strayed(form, text, &stray, pattern, grant))
        })
    }

    fn strayed(
        &self,
        form: &Form,
        text: &[Part],
        stray: &Stray,
        pattern: &KeyPattern,
        grant: &Grant,
    ) -> Miss {
        let terms = self.sight.terms;
        let place = path_text(&form.path);
        let given = format!("grant `{}` gives `{pattern}`", grant.name);
        let (kind, message) = match stray {
            Stray::At(Part::Free(id)) => {
                // Where the pattern is the same for all callers, it is not whose the item is that the client chooses.
                let is_callers = pattern.variables().next().is_some();
                let kind = self.kind_of(Some(*id), if is_callers { Kind::ClientKey } else { Kind::Key });
                (kind, format!("{} is in the key in {place}, where {given}", terms.describe(*id)))
            }
            Stray::At(Part::Unbound(id)) => {
                let what = terms.describe(*id);
                (Kind::UnboundKey, format!("{what} may be empty in the key in {place}, where {given}"))
            }
            Stray::At(Part::Claim(id)) => {
                let what = terms.describe(*id);
                (
                    Kind::ClaimKey,
                    format!("{what} is in the key in {place}, and nothing holds it to `{pattern}`"),
                )
            }
            Stray::At(Part::Text(_) | Part::Value(_)) | Stray::Short => {
                (Kind::Key, format!("the key in {place} is `{}`, where {given}", self.shown(text)))
            }
        };
        let stray_term = match stray {
            Stray::At(Part::Free(id) | Part::Unbound(id) | Part::Claim(id)) => vec![*id],
            _ => Vec::new(),
        };
        Miss { terms: stray_term, ..Miss::of_form(kind, form, message) }
    }

    /// The kind of a miss that a term brings about: what no client decides is only another key.
    pub fn kind_of(&self, term: Option<TermId>, of_client: Kind) -> Kind {
        match term.map(|id| self.sight.terms.control(id)) {
            Some(Control::Client | Control::Stored) => of_client,
            // What our authorizer says is true of the caller, if not what the grant asks for.
            Some(Control::Caller) if self.sight.callers.identity == Identity::Authorizer => Kind::Key,
            Some(Control::Caller) => of_client,
            Some(Control::Trusted | Control::Generated) => Kind::Key,
            None => Kind::Undecided,
        }
    }

    /// A text for people: variables in braces, what is free as `…`.
    pub fn shown(&self, text: &[Part]) -> String {
        let parts = text.iter().map(|part| match part {
            Part::Text(text) => text.clone(),
            Part::Value(name) => format!("{{{name}}}"),
            Part::Unbound(_) | Part::Claim(_) => "{?}".to_owned(),
            Part::Free(id) => match self.sight.terms.get(*id) {
                Term::Deployment(name) => format!("${{{name}}}"),
                _ => "…".to_owned(),
            },
        });
        parts.collect()
    }

    /// The attribute that a path of an expression begins with; `object` holds the expression.
    pub fn attribute(&self, object: &[Slot], path: &Path) -> Result<String, Miss> {
        match path.elements.first() {
            Some(PathElement::Attribute(name)) => match name.text.as_plain() {
                Some(name) => Ok(name.to_owned()),
                None => Err(Miss::whole(Kind::Undecided, "an attribute of an expression is not fixed")),
            },
            Some(PathElement::Alias(alias)) => self.aliased(object, alias),
            Some(PathElement::Index(_)) | None => {
                Err(Miss::whole(Kind::Undecided, "an attribute of an expression is not fixed"))
            }
        }
    }

    /// The attribute that a placeholder stands for.
    fn aliased(&self, object: &[Slot], alias: &Name) -> Result<String, Miss> {
        let Some(alias) = alias.text.as_plain() else {
            return Err(Miss::whole(Kind::Undecided, "a placeholder of an expression is not fixed"));
        };
        let forms =
            self.request.forms(&below(object, &["ExpressionAttributeNames", alias])).map_err(|anything| {
                Miss::of_anything(
                    Kind::Attributes,
                    anything,
                    format!("what `{alias}` stands for is not fixed"),
                )
            })?;
        let mut found: Option<String> = None;
        for form in &forms {
            let Some(name) = form.literal() else {
                let message = format!("what `{alias}` stands for is not fixed");
                return Err(Miss::of_form(Kind::Attributes, form, message));
            };
            if found.as_ref().is_some_and(|known| *known != name) {
                let message = format!("`{alias}` stands for several attributes");
                return Err(Miss::of_form(Kind::Undecided, form, message));
            }
            found = Some(name);
        }
        // DynamoDB refuses a placeholder that nothing defines; no attribute has this name.
        Ok(found.unwrap_or_else(|| alias.to_owned()))
    }

    /// The names that a placeholder may stand for, where they are few and known.
    pub fn attributes_of(&self, object: &[Slot], path: &Path) -> Result<Vec<String>, Miss> {
        let Some(PathElement::Alias(alias)) = path.elements.first() else {
            return Ok(vec![self.attribute(object, path)?]);
        };
        let Some(alias) = alias.text.as_plain() else {
            return Err(Miss::whole(Kind::Undecided, "a placeholder of an expression is not fixed"));
        };
        let forms =
            self.request.forms(&below(object, &["ExpressionAttributeNames", alias])).map_err(|anything| {
                Miss::of_anything(
                    Kind::Attributes,
                    anything,
                    format!("what `{alias}` stands for is not fixed"),
                )
            })?;
        let mut names = Vec::new();
        for form in &forms {
            let texts = self.sight.texts(form).unwrap_or_default();
            let known: Option<Vec<String>> = texts
                .iter()
                .map(|text| {
                    text.iter()
                        .map(|part| match part {
                            Part::Text(text) => Some(text.as_str()),
                            _ => None,
                        })
                        .collect()
                })
                .collect();
            match known.filter(|known| !known.is_empty()) {
                Some(known) => names.extend(known),
                None => {
                    let message = format!("what `{alias}` stands for is not fixed");
                    return Err(Miss::of_form(Kind::Attributes, form, message));
                }
            }
        }
        Ok(names)
    }

    /// Where the value of a placeholder stands.
    pub fn value_at(&self, object: &[Slot], operand: &Operand) -> Option<Vec<Slot>> {
        match operand.ungrouped() {
            Operand::Value(name) => {
                Some(below(object, &["ExpressionAttributeValues", name.text.as_plain()?]))
            }
            _ => None,
        }
    }

    /// The texts of an expression that the template fixes, each with its place.
    pub fn fixed_texts(&self, path: &[Slot], kind: Kind) -> Result<Vec<(String, Form)>, Miss> {
        let forms = self.request.forms(path).map_err(|anything| {
            Miss::of_anything(kind, anything, format!("{} is not fixed", path_text(path)))
        })?;
        let fixed = |form: Form| match literal(&form.pieces) {
            Some(text) => Ok((text, form)),
            None => {
                let message = format!("{} is not fixed", path_text(path));
                Err(Miss::of_form(kind, &form, message))
            }
        };
        // A number or a null is no expression.
        forms.into_iter().filter(|form| form.quoted || form.literal().is_none()).map(fixed).collect()
    }
}

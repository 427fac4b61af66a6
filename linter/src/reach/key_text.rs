//! What a text of the request is for certain callers: known text, the caller's own values, and what is free.

use keybound_shared::{AccessRules, KeyPattern, Piece as PatternPiece, Route, Variable, VariableSource};
use keybound_vtl::java::charset::CharSet;
use keybound_vtl::java::regex;
use keybound_vtl::json::strict;

use crate::api::trust::Decider;
use crate::render::skeleton::HoleUse;
use crate::render::value::Piece;
use crate::render::{Atom, Escape, Facts, Formula, Guard, Op, Parameter, Term, TermId, Terms, Types};

use super::callers::{Callers, Identity, SUBJECT};
use super::request::Form;

/// Terms inside one another that are looked into.
const MAX_DEPTH: usize = 24;

/// Texts that one form may stand for before they are no longer told apart.
const MAX_TEXTS: usize = 32;

/// A part of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    /// Just this.
    Text(String),
    /// The caller's value of a variable of the rules.
    Value(String),
    /// What the template reads as a caller's value and what these callers need not have.
    Unbound(TermId),
    /// A claim that callers may have changed themselves, or that nothing holds to the variable's pattern.
    Claim(TermId),
    /// Anything that the term may be.
    Free(TermId),
}

/// A text, part by part.
pub type KeyText = Vec<Part>;

/// Why a text is not within a pattern for every caller.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stray {
    /// This part stands where the pattern has something else.
    At(Part),
    /// The text ends before the pattern does.
    Short,
}

/// Certain callers on a route, as templates see them.
#[derive(Clone, Copy)]
pub struct Sight<'a> {
    /// The rules.
    pub rules: &'a AccessRules,
    /// The callers.
    pub callers: &'a Callers,
    /// The route.
    pub route: &'a Route,
    /// The unknowns of the template.
    pub terms: &'a Terms,
}

/// What a term is to the rules.
enum Bound {
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
    /// The texts that a form may be, decoded from JSON; none where there are too many.
    pub fn texts(&self, form: &Form) -> Option<Vec<KeyText>> {
        let mut texts = vec![KeyText::new()];
        for piece in &form.pieces {
            let next: Vec<KeyText> = match piece {
                // What the template writes was decoded when it was read.
                Piece::Literal(text) => vec![vec![Part::Text(text.to_string())]],
                Piece::Hole(id) if form.quoted => self.printed(*id, &form.guard, 0),
                // The JSON of a text is the text; any other value is refused where a text is wanted.
                Piece::Hole(id) => match self.terms.get(*id) {
                    Term::JsonText(of) => self.printed(*of, &form.guard, 0),
                    _ => vec![vec![Part::Free(*id)]],
                },
                Piece::Choice(_) => return None,
            };
            texts = crossed(&texts, &next)?;
        }
        Some(texts)
    }

    /// The variable whose value a hole prints, and nothing else.
    pub fn variable(&self, hole: &HoleUse) -> Option<String> {
        match self.printed(hole.term, &hole.guard, 0).as_slice() {
            [text] => match text.as_slice() {
                [Part::Value(name)] => Some(name.clone()),
                _ => None,
            },
            _ => None,
        }
    }

    /// What a term prints into a JSON string, decoded.
    fn printed(&self, id: TermId, guard: &Guard, depth: usize) -> Vec<KeyText> {
        if depth > MAX_DEPTH {
            return vec![vec![Part::Free(id)]];
        }
        match self.bound(id, guard, depth) {
            Some(Bound::Value(name)) => return vec![vec![Part::Value(name)]],
            Some(Bound::Perhaps(_) | Bound::Unpublished) => return vec![vec![Part::Unbound(id)]],
            Some(Bound::Claim) => return vec![vec![Part::Claim(id)]],
            None => {}
        }
        if let Some(finite) = Facts::of(self.terms, id, guard).finite {
            let texts: Option<Vec<KeyText>> =
                finite.iter().map(|text| Some(vec![Part::Text(decoded(text)?)])).collect();
            if let Some(texts) = texts.filter(|texts| texts.len() <= MAX_TEXTS) {
                return texts;
            }
        }
        let texts = match self.terms.get(id) {
            Term::Composite(pieces) => self.composed(pieces, guard, depth),
            Term::Applied(op, of) if is_piecewise(op) && is_text(self.terms, *of, guard) => {
                self.changed(op, self.printed(*of, guard, depth + 1))
            }
            _ => None,
        };
        texts.unwrap_or_else(|| vec![vec![Part::Free(id)]])
    }

    /// Texts after an operation that leaves what is known of them as it is; none where it may not.
    fn changed(&self, op: &Op, texts: Vec<KeyText>) -> Option<Vec<KeyText>> {
        let is_left = |text: &KeyText| {
            let is_mixed = text.iter().any(|part| !matches!(part, Part::Text(_) | Part::Value(_)));
            // Beside free text a match may begin there and end in what is known.
            let is_safe = |chars: &CharSet| leaves(op, chars) && !(is_mixed && takes(op, chars));
            text.iter().all(|part| match part {
                Part::Text(text) => is_safe(&CharSet::of(text)),
                Part::Value(name) => is_safe(&self.admitted(name)),
                Part::Free(_) | Part::Unbound(_) | Part::Claim(_) => true,
            })
        };
        texts.iter().all(is_left).then_some(texts)
    }

    /// The texts of pieces one after the other; none where there are too many.
    fn composed(&self, pieces: &[Piece], guard: &Guard, depth: usize) -> Option<Vec<KeyText>> {
        let mut texts = vec![KeyText::new()];
        for piece in pieces {
            let next = match piece {
                Piece::Literal(text) => vec![vec![Part::Text(text.to_string())]],
                Piece::Hole(id) => self.printed(*id, guard, depth + 1),
                Piece::Choice(cases) => {
                    let mut all = Vec::new();
                    for (formula, pieces) in cases.iter() {
                        if let Some(guard) = guard.and(formula) {
                            all.extend(self.composed(pieces, &guard, depth + 1)?);
                        }
                    }
                    all
                }
            };
            texts = crossed(&texts, &next)?;
        }
        Some(texts)
    }

    /// What a term is to the rules; none where it is nothing of the caller's.
    fn bound(&self, id: TermId, guard: &Guard, depth: usize) -> Option<Bound> {
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
    fn keeps(&self, op: &Op, variable: &str) -> bool {
        leaves(op, &self.admitted(variable))
    }

    /// The characters that values of a variable hold.
    fn admitted(&self, variable: &str) -> CharSet {
        let variable = self.rules.variables.iter().find(|known| known.name == variable);
        variable.map_or_else(CharSet::all, |variable| {
            let chars: String = ('\0'..='\u{7f}').filter(|c| variable.pattern.admits(*c)).collect();
            CharSet::of(&chars)
        })
    }
}

/// Every text followed by each of these; none where there are too many.
fn crossed(texts: &[KeyText], next: &[KeyText]) -> Option<Vec<KeyText>> {
    if texts.len() * next.len() > MAX_TEXTS {
        return None;
    }
    let joined = |text: &KeyText, more: &KeyText| text.iter().chain(more).cloned().collect();
    Some(texts.iter().flat_map(|text| next.iter().map(move |more| joined(text, more))).collect())
}

/// Whether an operation works on each part of a text alone.
fn is_piecewise(op: &Op) -> bool {
    matches!(op, Op::ToText | Op::EscapeJavaScript | Op::Replace(..) | Op::ReplaceAll(..))
}

/// Whether an operation changes no text of these characters.
fn leaves(op: &Op, chars: &CharSet) -> bool {
    let has_none_of = |other: &CharSet| chars.intersection(other).is_empty();
    match op {
        Op::ToText => true,
        Op::EscapeJavaScript => {
            has_none_of(&CharSet::of("\"'\\/"))
                && has_none_of(&CharSet::ranges([('\0', '\u{1f}'), ('\u{80}', char::MAX)]))
        }
        Op::UrlEncode => chars
            .is_subset(&CharSet::of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.-*_")),
        Op::UrlDecode => has_none_of(&CharSet::of("%+")),
        Op::Replace(from, _) => !from.is_empty() && !chars.contains_all(from),
        Op::ReplaceAll(pattern, _) | Op::ReplaceFirst(pattern, _) => {
            regex::language(pattern).is_some_and(|language| {
                // A match is not empty and begins with a character that no value has.
                language.min_len > 0 && has_none_of(&language.first)
            })
        }
        Op::Trim => has_none_of(&CharSet::ranges([('\0', ' ')])),
        Op::Upper => has_none_of(&CharSet::ranges([('a', 'z'), ('\u{80}', char::MAX)])),
        Op::Lower => has_none_of(&CharSet::ranges([('A', 'Z'), ('\u{80}', char::MAX)])),
        Op::Base64Encode | Op::Base64Decode | Op::Part(_) | Op::Other(_) => false,
    }
}

/// Whether an operation may take away a text of these characters together with other text.
fn takes(op: &Op, chars: &CharSet) -> bool {
    match op {
        Op::Replace(from, _) => !chars.intersection(&CharSet::of(from)).is_empty(),
        Op::ReplaceAll(pattern, _) => {
            regex::language(pattern).is_none_or(|language| !chars.intersection(&language.chars).is_empty())
        }
        _ => false,
    }
}

fn is_text(terms: &Terms, id: TermId, guard: &Guard) -> bool {
    Types::TEXT.includes(Facts::of(terms, id, guard).types)
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

/// The text that a part of a JSON string stands for; none where an escape is cut.
fn decoded(raw: &str) -> Option<String> {
    if !raw.contains('\\') {
        return Some(raw.to_owned());
    }
    strict::parse(&format!("\"{raw}\"")).ok()?.as_str().map(str::to_owned)
}

/// Whether a text is within a pattern, whatever is free in it.
///
/// # Errors
///
/// Where it is not, what stands in the way.
pub fn within(text: &[Part], pattern: &KeyPattern) -> Result<(), Stray> {
    let mut parts = text.iter().filter(|part| !matches!(part, Part::Text(text) if text.is_empty()));
    let mut rest = String::new();
    let stray = |rest: &str, part: Option<&Part>| match (rest, part) {
        ("", Some(part)) => Stray::At(part.clone()),
        ("", None) => Stray::Short,
        (rest, _) => Stray::At(Part::Text(rest.to_owned())),
    };
    for piece in pattern.pieces() {
        match piece {
            PatternPiece::Text(wanted) => {
                let mut wanted = wanted.as_str();
                while !wanted.is_empty() {
                    if rest.is_empty() {
                        match parts.next() {
                            Some(Part::Text(text)) => rest.clone_from(text),
                            other => return Err(stray("", other)),
                        }
                    }
                    if let Some(after) = rest.strip_prefix(wanted) {
                        rest = after.to_owned();
                        wanted = "";
                    } else if let Some(after) = wanted.strip_prefix(rest.as_str()) {
                        wanted = after;
                        rest.clear();
                    } else {
                        return Err(stray(&rest, None));
                    }
                }
            }
            PatternPiece::Variable(name) => match (rest.as_str(), parts.next()) {
                ("", Some(Part::Value(value))) if value == name => {}
                (rest, part) => return Err(stray(rest, part)),
            },
        }
    }
    if pattern.is_open() {
        return Ok(());
    }
    match (rest.as_str(), parts.next()) {
        ("", None) => Ok(()),
        (rest, part) => Err(stray(rest, part)),
    }
}

/// The characters that a free term can hold once JSON is decoded.
pub fn free_chars(terms: &Terms, id: TermId, guard: &Guard) -> CharSet {
    let facts = Facts::of(terms, id, guard);
    match facts.printed_escape() {
        Escape::Json | Escape::JavaScript => facts.inner,
        Escape::Raw | Escape::Value => {
            let chars = facts.printed_chars();
            if chars.contains('\\') { CharSet::all() } else { chars }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(part: &str) -> Part {
        Part::Text(part.to_owned())
    }

    fn value(name: &str) -> Part {
        Part::Value(name.to_owned())
    }

    fn free() -> Part {
        let mut terms = Terms::new(false);
        Part::Free(terms.id(Term::Body))
    }

    #[test]
    fn texts_are_held_against_patterns() {
        let cases: [(&str, Vec<Part>, bool); 14] = [
            ("TENANT#{tenant}", vec![text("TENANT#"), value("tenant")], true),
            ("TENANT#{tenant}", vec![text("TEN"), text("ANT#"), value("tenant"), text("")], true),
            ("TENANT#{tenant}", vec![text("TENANT#"), value("user")], false),
            ("TENANT#{tenant}", vec![text("TENANT#"), free()], false),
            ("TENANT#{tenant}", vec![text("TENANT#"), value("tenant"), free()], false),
            ("TENANT#{tenant}#*", vec![text("TENANT#"), value("tenant"), text("#x"), free()], true),
            ("TENANT#{tenant}#*", vec![text("TENANT#"), value("tenant"), free()], false),
            ("TENANT#{tenant}#*", vec![text("TENANT#"), value("tenant")], false),
            ("ORDER#*", vec![text("ORDER#"), free(), text("#"), free()], true),
            ("ORDER#*", vec![text("ORDER")], false),
            ("ORDER#*", vec![text("ORD"), free()], false),
            ("*", vec![free()], true),
            ("NEWS", vec![text("NEWS")], true),
            ("NEWS", vec![text("NEWS"), text("2")], false),
        ];
        for (pattern, parts, expected) in cases {
            let pattern = KeyPattern::parse(pattern).unwrap();
            assert_eq!(within(&parts, &pattern).is_ok(), expected, "{pattern} {parts:?}");
        }
    }

    #[test]
    fn what_stands_in_the_way_is_told() {
        let pattern = KeyPattern::parse("TENANT#{tenant}").unwrap();
        let stray = |parts: Vec<Part>| within(&parts, &pattern).unwrap_err();
        assert_eq!(stray(vec![text("USER#"), value("tenant")]), Stray::At(text("USER#")));
        assert_eq!(stray(vec![text("TENANT#")]), Stray::Short);
        assert_eq!(stray(vec![text("TENANT#"), value("user")]), Stray::At(value("user")));
    }

    #[test]
    fn escapes_of_json_are_read() {
        assert_eq!(decoded(r"a\u0023b").as_deref(), Some("a#b"));
        assert_eq!(decoded(r"a\"), None);
    }

    #[test]
    fn operations_that_change_nothing() {
        let plain = CharSet::of("abcXYZ019-_.@");
        let quote = Op::ReplaceAll(r"\\'".to_owned(), "'".to_owned());
        for op in [Op::ToText, Op::EscapeJavaScript, Op::Trim, quote, Op::UrlDecode] {
            assert!(leaves(&op, &plain), "{op:?}");
        }
        for op in [Op::Upper, Op::Lower, Op::Base64Encode, Op::UrlEncode, Op::Replace("a".into(), "b".into())]
        {
            assert!(!leaves(&op, &plain), "{op:?}");
        }
    }
}

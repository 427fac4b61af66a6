//! What a request model demands of the payload's values, as formulas over the terms that a template reads.
//!
//! A value that may be absent or null reads as the empty string, so every demand admits that where the model does not
//! rule it out along the whole way from the payload.

use std::collections::HashMap;
use std::rc::Rc;

use crate::api::model::{Constraints, JsonType, Literal, Schema, pattern};

use super::facts::Types;
use super::formula::{Atom, Formula};
use super::term::{Term, TermId, Terms};

/// Members that Java has too: read as a property, they need not be the payload's.
const OF_JAVA: [&str; 4] = ["blank", "bytes", "class", "empty"];

/// What a model says of one value.
#[derive(Clone, Debug)]
pub struct Demand<'s> {
    /// What the value must be if it is there.
    pub constraints: Constraints<'s>,
    /// Whether it must be there.
    pub present: bool,
}

/// What a model says of the values that the terms read, for those of which it says something.
pub fn demands<'s>(terms: &Terms, schema: &'s Schema) -> HashMap<TermId, Demand<'s>> {
    let mut all: HashMap<TermId, Demand<'s>> = HashMap::new();
    // A part is met before what is read from it.
    for id in terms.ids() {
        let demand = match terms.get(id) {
            Term::Payload => Some(Demand { constraints: schema.constraints(), present: true }),
            Term::Member(of, name) => all.get(of).and_then(|holder| holder.member(name)),
            Term::Index(of, _) | Term::Element(of, _) => all.get(of).and_then(Demand::element),
            _ => None,
        };
        if let Some(demand) = demand.filter(|demand| !demand.constraints.is_empty()) {
            all.insert(id, demand);
        }
    }
    all
}

impl<'s> Demand<'s> {
    fn member(&self, name: &str) -> Option<Self> {
        if !self.is_only(JsonType::Object) || OF_JAVA.contains(&name) {
            return None;
        }
        let present =
            self.present && !self.constraints.allows(JsonType::Null) && self.constraints.requires(name);
        Some(Self { constraints: self.constraints.member(name), present })
    }

    fn element(&self) -> Option<Self> {
        self.is_only(JsonType::Array)
            .then(|| Self { constraints: self.constraints.element(), present: false })
    }

    /// Whether the value is of this type if it is there and not null.
    fn is_only(&self, kind: JsonType) -> bool {
        let others =
            [JsonType::String, JsonType::Number, JsonType::Boolean, JsonType::Object, JsonType::Array];
        others.into_iter().all(|other| other == kind || !self.constraints.allows(other))
    }

    /// What holds of the term that reads the value.
    fn formulas(&self, id: TermId) -> Vec<Formula> {
        let mut classes = Types::NOTHING;
        for (kind, class) in [
            (JsonType::String, Types::TEXT),
            (JsonType::Number, Types::NUMBER),
            (JsonType::Boolean, Types::BOOL),
            (JsonType::Array, Types::LIST),
            (JsonType::Object, Types::MAP),
            (JsonType::Null, Types::TEXT),
        ] {
            if self.constraints.allows(kind) {
                classes = classes.union(class);
            }
        }
        let empty = !self.present || self.constraints.allows(JsonType::Null);
        if empty {
            classes = classes.union(Types::TEXT);
        }
        if classes.is_empty() {
            // No body at all passes; then the template never runs, and what is said of it does not matter.
            return Vec::new();
        }
        let mut out = Vec::new();
        if classes != Types::ALL {
            out.push(Formula::atom(Atom::Is(id, classes)));
        }
        let is_empty = || Formula::atom(Atom::Prints(id, "".into()));
        let mut of_texts = |demand: Formula| {
            let other_class = Formula::atom(Atom::Is(id, Types::TEXT)).negated();
            let absent = if empty { is_empty() } else { Formula::False };
            let other_class = if Types::TEXT.includes(classes) { Formula::False } else { other_class };
            out.push(Formula::any([demand, absent, other_class]));
        };
        if !self.constraints.allows(JsonType::String) {
            if empty {
                of_texts(is_empty());
            }
            return out;
        }
        if let Some(literals) = self.constraints.literals() {
            let texts = literals.into_iter().filter_map(|literal| match literal {
                Literal::Text(text) => Some(text.clone()),
                _ => None,
            });
            of_texts(Formula::atom(Atom::PrintsOneOf(id, texts.collect())));
        }
        for pattern in self.constraints.patterns().filter_map(pattern::whole) {
            of_texts(Formula::atom(Atom::Matches(id, Rc::from(pattern))));
        }
        if self.constraints.min_length() > 0 && !empty {
            of_texts(is_empty().negated());
        }
        out
    }
}

/// All that a model demands of the values that the terms read.
pub(super) fn formulas(terms: &Terms, schema: &Schema) -> Vec<Formula> {
    let demands = demands(terms, schema);
    let mut out = Vec::new();
    for id in terms.ids() {
        if let Some(demand) = demands.get(&id) {
            out.extend(demand.formulas(id));
        }
        if let Term::Key(of, _) = terms.get(id) {
            let holder = demands.get(of).filter(|holder| holder.is_only(JsonType::Object));
            if let Some(names) = holder.and_then(|holder| holder.constraints.member_names()) {
                let names = names.into_iter().map(str::to_owned).collect();
                out.push(Formula::atom(Atom::PrintsOneOf(id, names)));
            }
        }
    }
    out
}

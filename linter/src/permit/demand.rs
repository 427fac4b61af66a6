//! What a request demands of an item: conditions of expressions, of PartiQL and of legacy members in one form.

use keybound_vtl::json::strict::StrictValue;

/// A value that an attribute is compared with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Value {
    /// A text.
    Text(String),
    /// A value of another type, or one that is not known.
    Other,
}

impl Value {
    /// The content of an attribute value such as `{"S": "x"}`.
    pub(super) fn of(value: &StrictValue) -> Self {
        match value.get("S").and_then(StrictValue::as_str) {
            Some(text) => Self::Text(text.to_owned()),
            None => Self::Other,
        }
    }

    pub(super) fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            Self::Other => None,
        }
    }
}

/// What is demanded of one top-level attribute.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Test {
    pub(super) attribute: String,
    pub(super) is: Is,
}

/// What an attribute must be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Is {
    /// `= value`
    Equal(Value),
    /// `<> value`; true of an attribute that is absent.
    NotEqual(Value),
    /// `IN (value, …)`
    OneOf(Vec<Value>),
    /// `begins_with(…, value)`
    BeginsWith(Value),
    /// `BETWEEN low AND high`
    Between(Value, Value),
    /// `attribute_exists`
    Present,
    /// `attribute_not_exists`
    Absent,
}

/// What is demanded of an item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Demand {
    /// This of one attribute.
    Test(Test),
    /// All of these; nothing where there is none.
    All(Vec<Demand>),
    /// One of these.
    Any(Vec<Demand>),
    /// The opposite.
    Not(Box<Demand>),
    /// Something of which nothing follows.
    Unknown,
}

impl Demand {
    /// The demand of nothing at all.
    pub(super) fn nothing() -> Self {
        Self::All(Vec::new())
    }

    /// What is demanded whatever else is: the parts of every `AND` that stands in no `OR` or `NOT`.
    pub(super) fn conjuncts(&self) -> Vec<&Demand> {
        let mut conjuncts = Vec::new();
        let mut open = vec![self];
        while let Some(demand) = open.pop() {
            match demand {
                Self::All(parts) => open.extend(parts),
                other => conjuncts.push(other),
            }
        }
        conjuncts
    }

    /// What is demanded of one attribute whatever else is.
    pub(super) fn of<'a>(&'a self, attribute: &'a str) -> impl Iterator<Item = &'a Is> {
        self.conjuncts().into_iter().filter_map(move |demand| match demand {
            Self::Test(test) if test.attribute == attribute => Some(&test.is),
            _ => None,
        })
    }

    /// Whether every item that fulfils the demand has a property of which `holds` says whether a test, or where the
    /// second argument is true its opposite, shows it.
    ///
    /// Demands nest as deep as the parsers of their texts allow, so recursion is bounded.
    pub(super) fn implies(&self, holds: &dyn Fn(&Test, bool) -> bool) -> bool {
        self.implies_as(false, holds)
    }

    fn implies_as(&self, negated: bool, holds: &dyn Fn(&Test, bool) -> bool) -> bool {
        let one = |parts: &[Self]| parts.iter().any(|part| part.implies_as(negated, holds));
        let all =
            |parts: &[Self]| !parts.is_empty() && parts.iter().all(|part| part.implies_as(negated, holds));
        match self {
            Self::Test(test) => holds(test, negated),
            // By De Morgan an `OR` under `NOT` demands the opposite of each part.
            Self::All(parts) => {
                if negated {
                    all(parts)
                } else {
                    one(parts)
                }
            }
            Self::Any(parts) => {
                if negated {
                    one(parts)
                } else {
                    all(parts)
                }
            }
            Self::Not(inner) => inner.implies_as(!negated, holds),
            Self::Unknown => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn own() -> Demand {
        Demand::Test(Test { attribute: "owner".to_owned(), is: Is::Equal(Value::Text("me".to_owned())) })
    }

    fn other() -> Demand {
        Demand::Test(Test { attribute: "owner".to_owned(), is: Is::Present })
    }

    fn not(demand: Demand) -> Demand {
        Demand::Not(Box::new(demand))
    }

    #[test]
    fn implication_follows_the_tree() {
        let holds = |test: &Test, negated: bool| matches!(test.is, Is::Equal(_)) && !negated;
        let cases = [
            (own(), true),
            (other(), false),
            (Demand::Unknown, false),
            (Demand::nothing(), false),
            (Demand::Any(Vec::new()), false),
            (Demand::All(vec![other(), own()]), true),
            (Demand::All(vec![other(), other()]), false),
            (Demand::Any(vec![own(), own()]), true),
            (Demand::Any(vec![own(), other()]), false),
            (not(own()), false),
            (not(not(own())), true),
            (not(Demand::Any(vec![other(), not(own())])), true),
            (not(Demand::All(vec![other(), not(own())])), false),
            (not(Demand::All(vec![not(own()), not(own())])), true),
            (not(Demand::nothing()), false),
            (not(Demand::Unknown), false),
            (Demand::All(vec![Demand::Any(vec![own(), Demand::All(vec![other(), own()])])]), true),
        ];
        for (demand, expected) in cases {
            assert_eq!(demand.implies(&holds), expected, "{demand:?}");
        }
    }

    #[test]
    fn only_what_stands_in_no_or_and_no_not_is_demanded_for_sure() {
        let demand = Demand::All(vec![
            own(),
            Demand::All(vec![other()]),
            Demand::Any(vec![own(), own()]),
            not(own()),
            Demand::Unknown,
        ]);
        assert_eq!(demand.of("owner").count(), 2);
        assert_eq!(demand.of("Owner").count(), 0);
    }
}

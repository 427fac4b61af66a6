//! Which keys an operation reaches, as a pattern of the rules.

use crate::finding::Comparison;
use crate::reach::callers::Identity;
use crate::reach::held::{Compared, Held};
use crate::reach::key_text::Part;
use crate::reach::keys::{Demanded, demands};
use crate::reach::operation::{Operation, Verb};
use crate::reach::request::Form;
use crate::reach::statement;
use crate::render::skeleton::{Slot, below};
use crate::render::{Control, TermId};

use super::key_pattern::{Covering, Separators, Token, covering, join};
use super::observed::absent;
use super::tables::KeyDraft;
use super::variables::Variables;

/// The keys of a grant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum KeysDraft {
    /// All of them.
    Any,
    /// Those of these patterns, by their attributes.
    Within(Vec<(String, String)>),
}

impl KeysDraft {
    /// Whether a pattern holds a variable, as patterns write it.
    pub(super) fn holds(&self, variable: &str) -> bool {
        match self {
            Self::Any => false,
            Self::Within(patterns) => patterns.iter().any(|(_, pattern)| pattern.contains(variable)),
        }
    }
}

/// What is to be said of the keys of a grant.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct KeyRemark {
    /// Why callers are not held apart, if they are not.
    pub(super) whose: Whose,
    /// What had to be left out of a pattern.
    pub(super) widened: Option<String>,
    /// What values of variables must not hold.
    pub(super) separators: Separators,
}

/// What holds callers apart.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) enum Whose {
    /// A variable in a key, or a condition; or there is but one key.
    #[default]
    Held,
    /// Only items are reached that nobody has yet.
    New,
    /// Nothing: it reads every item.
    Everyones,
    /// Nothing: it reads all of a partition that is the same for everyone.
    Shared,
    /// Nothing: this decides the key.
    Clients(String),
    /// Nothing: this decides the key, and it is not the client's.
    Trusted(String),
    /// That could not be followed.
    Unknown,
}

/// An operation whose keys are asked for.
pub(super) struct Keys<'a> {
    /// The request.
    pub(super) held: &'a Held<'a>,
    /// The operation.
    pub(super) operation: &'a Operation,
    /// The variables.
    pub(super) variables: &'a Variables,
    /// The key of what is read: of the table or of an index.
    pub(super) key: &'a KeyDraft,
}

/// The texts that an attribute may be; none where it may be any.
type Texts = Result<Vec<Vec<Token>>, Option<TermId>>;

impl Keys<'_> {
    /// The keys, and what is to be said of them.
    pub(super) fn drafted(&self, must_own: &[(String, String)]) -> (KeysDraft, KeyRemark) {
        if self.operation.verb == Verb::Scan {
            return (KeysDraft::Any, KeyRemark { whose: Whose::Everyones, ..KeyRemark::default() });
        }
        let key = &self.key.key;
        let (partition, mut decided) = self.attribute(&key.partition, true);
        let sort = key.sort.as_ref().map(|name| (name, self.attribute(name, false)));
        if let Some((_, (sort, by))) = &sort
            && partition.is_one_for_all()
        {
            decided = by.or_else(|| sort.free.first().copied());
        }
        let sort = sort.map(|(name, (covering, _))| (name, covering));
        let sort = sort.filter(|(_, covering)| covering.pattern.is_some());
        let in_sort = sort.as_ref().map(|(_, covering)| covering);
        let is_item = self.operation.key.is_some()
            && partition.is_one_for_all()
            && (key.sort.is_none() || in_sort.is_some_and(Covering::is_one_for_all));
        let is_bound = partition.is_bound() || in_sort.is_some_and(Covering::is_bound);
        let whose = match is_item || is_bound || !must_own.is_empty() {
            true => Whose::Held,
            false => self.whose(&partition, decided),
        };
        let mut separators = partition.separators;
        let mut widened = partition.widened;
        let mut patterns: Vec<(String, String)> = Vec::new();
        let sort = sort.and_then(|(name, covering)| {
            join(&mut separators, covering.separators);
            widened = widened.take().or(covering.widened);
            Some((name.clone(), covering.pattern?))
        });
        if let Some(pattern) = partition.pattern.or_else(|| sort.as_ref().map(|_| "*".to_owned())) {
            patterns.push((key.partition.clone(), pattern));
        }
        patterns.extend(sort);
        let keys = if patterns.is_empty() { KeysDraft::Any } else { KeysDraft::Within(patterns) };
        (keys, KeyRemark { whose, widened, separators })
    }

    /// Who decides a key that is not bound to the caller.
    fn whose(&self, partition: &Covering, decided: Option<TermId>) -> Whose {
        let key = &self.key.key;
        let is_key = |name: &String| *name == key.partition || key.sort.as_ref() == Some(name);
        let writes = matches!(self.operation.verb, Verb::Put | Verb::Update);
        if writes && absent(self.held, self.operation).iter().any(is_key) {
            return Whose::New;
        }
        let terms = self.held.sight.terms;
        let decide = partition.free.iter().copied().chain(decided);
        let Some(most) = decide.max_by_key(|id| terms.control(*id)) else {
            return if partition.is_one_for_all() { Whose::Shared } else { Whose::Unknown };
        };
        let what = terms.describe(most);
        match terms.control(most) {
            Control::Client | Control::Stored | Control::Caller => Whose::Clients(what),
            Control::Trusted | Control::Generated => Whose::Trusted(what),
        }
    }

    /// What covers a key attribute, and what decides it where that is not told by texts.
    fn attribute(&self, name: &str, is_partition: bool) -> (Covering, Option<TermId>) {
        let texts = match (&self.operation.key, self.operation.verb) {
            (Some(object), _) => self.value(&below(object, &[name]), Compared::Equal),
            (None, Verb::Query) => self.queried(name, is_partition),
            (None, Verb::Statement) => self.stated(name, is_partition),
            (None, _) => Err(None),
        };
        match texts {
            Ok(texts) => (covering(&texts), None),
            Err(decided) => (Covering::default(), decided),
        }
    }

    fn queried(&self, name: &str, is_partition: bool) -> Texts {
        let conditions = demands(self.held, self.operation);
        let mut texts = Vec::new();
        for condition in &conditions {
            let demand = condition.iter().find(|demand| {
                let is_equal = demand.compared == Comparison::Equal;
                demand.attribute == name && !demand.values.is_empty() && (is_equal || !is_partition)
            });
            let Demanded { compared, values, .. } = demand.ok_or(None)?;
            let compared = match compared {
                Comparison::Equal => Compared::Equal,
                _ => Compared::Prefix,
            };
            for value in values {
                texts.extend(self.value(value, compared)?);
            }
        }
        if conditions.is_empty() { Err(None) } else { Ok(texts) }
    }

    fn stated(&self, name: &str, is_partition: bool) -> Texts {
        let statements = statement::statements(self.held, self.operation).map_err(|_| None)?;
        let mut texts = Vec::new();
        for statement in &statements {
            let forms = statement.key_forms(self.held, self.operation, name, is_partition);
            let (compared, forms) = forms.ok_or(None)?;
            for form in &forms {
                texts.extend(self.form(form, compared)?);
            }
        }
        if statements.is_empty() { Err(None) } else { Ok(texts) }
    }

    fn value(&self, value: &[Slot], compared: Compared) -> Texts {
        value_texts(self.held, self.variables, value, compared)
    }

    fn form(&self, form: &Form, compared: Compared) -> Texts {
        form_texts(self.held, self.variables, form, compared)
    }
}

/// The texts that an attribute value may be; none where it may be any, with what decides it.
pub(super) fn value_texts(
    held: &Held<'_>,
    variables: &Variables,
    value: &[Slot],
    compared: Compared,
) -> Texts {
    for slot in held.request.slots(value) {
        if matches!(&slot, Slot::Member(kind) if &**kind == "S") {
            continue;
        }
        // A number or a binary value is no key of a pattern.
        let at: Vec<Slot> = value.iter().cloned().chain([slot]).collect();
        let forms = held.request.forms(&at).unwrap_or_default();
        return Err(forms.first().and_then(|form| form.holes().first().copied()));
    }
    let forms = held.request.forms(&below(value, &["S"])).map_err(|anything| anything.term)?;
    if forms.is_empty() {
        return Err(None);
    }
    let mut texts = Vec::new();
    for form in &forms {
        texts.extend(form_texts(held, variables, form, compared)?);
    }
    Ok(texts)
}

fn form_texts(held: &Held<'_>, variables: &Variables, form: &Form, compared: Compared) -> Texts {
    // Where a text is wanted, DynamoDB refuses a number.
    if !form.quoted && form.literal().is_some() {
        return Ok(Vec::new());
    }
    let texts = held.sight.texts(form).ok_or_else(|| form.holes().first().copied())?;
    let token = |part: &Part| match part {
        Part::Text(text) => text.chars().map(Token::Char).collect(),
        Part::Value(name) => vec![Token::Variable(name.clone())],
        // What would be the caller's were it bound: the linter says what keeps it from that. Of anyone it never is.
        Part::Unbound(id) | Part::Claim(id) => {
            let is_known = held.sight.callers.identity != Identity::Nobody;
            match variables.named_by(held.sight.terms, *id).filter(|_| is_known) {
                Some(name) => vec![Token::Variable(name.to_owned())],
                None => vec![Token::Free(Some(*id))],
            }
        }
        Part::Free(id) => vec![Token::Free(Some(*id))],
    };
    let ended = (compared == Compared::Prefix).then_some(Token::Free(None));
    let tokens = |text: &Vec<Part>| text.iter().flat_map(token).chain(ended.clone()).collect();
    Ok(texts.iter().map(tokens).collect())
}

//! The least policy of the role that API Gateway's integrations call DynamoDB with: what all callers together may do.
//!
//! The role is the same for every caller, so a variable is any value here: `TENANT#{tenant}` is `TENANT#*`. It is the
//! outer wall, and the templates hold what is narrower. So every grant is in it, with as much of the grant as IAM can
//! hold; those too of which a session policy would give nothing: bounded sort keys, `must_own`, `limit`, `anyone`.

use std::collections::{BTreeMap, BTreeSet};

use crate::arn::MethodArn;
use crate::compiled::Rules;
use crate::iam::{Document, Operator, Resource, Statement};
use crate::pattern::KeyPattern;
use crate::rules::{Grant, Keys};

use super::{
    Means, RoleScope, SCAN, authorized, leading_keys, only_attributes, resource, takes_whole_items, written,
};
use crate::policy::PolicyError;

/// The pattern of every key.
const EVERY_KEY: &str = "*";

impl Rules {
    /// The least policy of a role that integrations of these routes call DynamoDB with; `None` where no grant opens one
    /// of them.
    ///
    /// Where a table says nothing of its region or account, they are those of the API's ARN, or `*`.
    ///
    /// # Errors
    ///
    /// A resource of more than 512 characters.
    pub fn role_policy(
        &self,
        scope: &RoleScope,
        api: Option<&MethodArn>,
    ) -> Result<Option<Document>, PolicyError> {
        let mut wall = Wall::default();
        for grant in &self.written().grants {
            wall.admit(grant, scope, api)?;
        }
        Ok(Document::new(wall.statements()))
    }
}

/// What limits a call besides its keys.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Limits<'g> {
    resource: Resource,
    attributes: Option<BTreeSet<&'g str>>,
    means: Means,
}

impl Limits<'_> {
    /// The same with less of a limit, in every way.
    fn wider(&self) -> impl Iterator<Item = Self> {
        let anywhere = Means { inside: None, ..self.means };
        let without = |attributes, means| Self { resource: self.resource.clone(), attributes, means };
        let all =
            [without(None, self.means), without(None, anywhere), without(self.attributes.clone(), anywhere)];
        all.into_iter().filter(move |wider| wider != self)
    }
}

/// Patterns of keys as IAM writes them; the pattern of every key stands alone.
#[derive(Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
struct Reach(BTreeSet<String>);

impl Reach {
    fn is_everything(&self) -> bool {
        self.0.contains(EVERY_KEY)
    }

    fn add(&mut self, pattern: String) {
        if pattern == EVERY_KEY {
            self.0.clear();
        }
        if !self.is_everything() {
            self.0.insert(pattern);
        }
    }

    fn covers(&self, other: &Self) -> bool {
        self.is_everything() || self.0.is_superset(&other.0)
    }
}

/// Which keys each action reaches, under which limits.
///
/// The keys of several grants are values of one condition, of which one must fit: in statements of their own, a batch
/// with keys of two of them would be in neither.
#[derive(Default)]
struct Wall<'g>(BTreeMap<Limits<'g>, BTreeMap<&'static str, Reach>>);

impl<'g> Wall<'g> {
    /// Lets through what a grant gives on the routes of the scope.
    fn admit(
        &mut self,
        grant: &'g Grant,
        scope: &RoleScope,
        api: Option<&MethodArn>,
    ) -> Result<(), PolicyError> {
        let routes = grant.routes.iter().filter(|granted| scope.has(&granted.route));
        // `ANY` has the same actions seven times.
        let actions: BTreeSet<_> = routes.flat_map(|granted| &granted.actions).collect();
        if actions.is_empty() {
            return Ok(());
        }
        let resource = resource(grant, api)?;
        let pattern = match &grant.keys {
            Keys::Any => EVERY_KEY.to_owned(),
            Keys::Within { partition, .. } => widened(partition),
        };
        let limited = attributes(grant);
        for (action, means) in actions.into_iter().flat_map(|action| authorized(grant, *action)) {
            // It is an error of the file already. No condition on keys holds a scan.
            if action == SCAN && grant.keys != Keys::Any {
                continue;
            }
            let attributes = limited.clone().filter(|_| !takes_whole_items(action));
            let limits = Limits { resource: resource.clone(), attributes, means };
            self.0.entry(limits).or_default().entry(action).or_default().add(pattern.clone());
        }
        Ok(())
    }

    /// Whether the action reaches these keys under fewer limits too: statements add up, so more limits would hold
    /// nothing.
    fn is_implied(&self, limits: &Limits<'g>, action: &str, reach: &Reach) -> bool {
        let reached = |wider| self.0.get(&wider).and_then(|actions| actions.get(action));
        limits.wider().filter_map(reached).any(|wider| wider.covers(reach))
    }

    /// One statement for the actions that reach the same keys under the same limits.
    fn statements(&self) -> Vec<Statement> {
        let mut drafts: BTreeMap<(&Limits<'g>, &Reach), Vec<&'static str>> = BTreeMap::new();
        for (limits, actions) in &self.0 {
            for (action, reach) in
                actions.iter().filter(|(action, reach)| !self.is_implied(limits, action, reach))
            {
                drafts.entry((limits, reach)).or_default().push(action);
            }
        }
        let statement = |((limits, reach), actions): ((&Limits<'g>, &Reach), _)| {
            let keys =
                (!reach.is_everything()).then(|| leading_keys(Operator::ForAllValuesStringLike, &reach.0));
            let attributes = limits.attributes.as_ref().map(only_attributes);
            let conditions = keys.into_iter().flatten().chain(attributes.into_iter().flatten());
            let conditions = conditions.chain(limits.means.conditions()).collect();
            Statement::allow(actions, vec![limits.resource.clone()], conditions)
        };
        drafts.into_iter().filter_map(statement).collect()
    }
}

/// A pattern as IAM writes it, with any value in the place of each variable.
fn widened(pattern: &KeyPattern) -> String {
    // Every variable has a value here.
    pattern.range(|_| Some("*")).map(|keys| written(keys).1).unwrap_or_default()
}

/// The attributes that a request under the grant may name: what it reads or writes, and what every such request must
/// name, the item's key and what the condition of `must_own` demands.
fn attributes(grant: &Grant) -> Option<BTreeSet<&str>> {
    let listed = grant.attributes.as_ref()?;
    let keys = [&grant.table.key, grant.key()];
    let keys = keys.into_iter().flat_map(|key| std::iter::once(&key.partition).chain(&key.sort));
    let owned = grant.must_own.iter().map(|(name, _)| name);
    Some(listed.iter().chain(keys).chain(owned).map(String::as_str).collect())
}

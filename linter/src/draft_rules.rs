//! A first draft of access rules, from what API definitions show.
//!
//! Every template is rendered for all requests at once, as the linter does it. [`observed`] are the tables that requests
//! name and what templates read of callers; from these come [`tables`] with their keys and [`variables`]. Then
//! [`reached`] says for each route what it does with which table, with [`keys`] as patterns and [`owners`] from
//! conditions, and [`grants`] puts together what routes have in common. [`written`] makes YAML of it, and [`settled`]
//! sees that it loads.
//!
//! What a definition does not say is marked, and nothing in a draft is wider than what is marked says.

mod grants;
mod issuer;
mod key_clue;
mod key_pattern;
mod keys;
mod observed;
mod owners;
mod page;
mod reached;
mod scalar;
mod settled;
mod tables;
mod template;
mod trial;
mod variables;
mod written;

#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use rayon::prelude::*;

use crate::api::{Authorization, Integration};

use observed::Observed;
use reached::{Known, Reached};
use tables::Tables;
use variables::Variables;
use written::Parts;

pub use page::Todo;

/// The most authorizers and issuers of a draft.
const MAX_AUTHORIZERS: usize = 50;
const MAX_ISSUERS: usize = 10;

/// A draft of access rules. It loads, whatever the definitions hold.
#[derive(Clone, Debug)]
pub struct Draft {
    /// The text of `keybound.yaml`.
    pub text: String,
    /// What is left to fill in, in the order of the lines.
    pub todos: Vec<Todo>,
    /// How many tables there are.
    pub tables: usize,
    /// How many variables.
    pub variables: usize,
    /// How many grants.
    pub grants: usize,
}

/// Drafts access rules for integrations. `sources` are the names of their files, for people.
pub fn draft(integrations: &[&Integration], sources: Vec<String>) -> Draft {
    let observed: Vec<Observed> =
        integrations.par_iter().map(|integration| Observed::of(integration)).collect();
    let read: BTreeSet<_> = observed.iter().flat_map(|observed| observed.read.iter().cloned()).collect();
    let variables = Variables::of(&read);
    let uses = observed.iter().zip(integrations);
    let uses = uses.flat_map(|(observed, integration)| {
        observed.tables.iter().map(|used| (used, integration.deployed.as_ref()))
    });
    let tables = Tables::of(uses);
    let known = Known { tables: &tables, variables: &variables };
    let reached: Vec<Reached> =
        integrations.par_iter().map(|integration| known.reached(integration)).collect();
    let mut left_out: Vec<String> = Vec::new();
    let mut reaches = Vec::new();
    for one in reached {
        left_out.extend(one.left_out);
        reaches.extend(one.reaches);
    }
    left_out.dedup();
    let (grants, beyond) = grants::grants(reaches, &tables);
    left_out.extend(beyond);
    let (authorizers, unwritable) = authorizers(integrations);
    left_out.extend(unwritable);
    let issuers = issuers(integrations);
    let parts = Parts {
        sources,
        issuers,
        tables,
        variables,
        grants,
        authorizers,
        has_large_policies: false,
        left_out,
    };
    let (parts, page) = settled::settled(parts);
    let (text, todos) = page.finish();
    Draft {
        text,
        todos,
        tables: parts.tables.list().len(),
        variables: parts.variables.list().len(),
        grants: parts.grants.len(),
    }
}

/// What definitions call the authorizers of their methods, and those of them that no rules can name.
fn authorizers(integrations: &[&Integration]) -> (Vec<String>, Vec<String>) {
    let (mut found, mut unwritable): (Vec<String>, Vec<String>) = (Vec::new(), Vec::new());
    for integration in integrations {
        let (Authorization::Lambda(name) | Authorization::Other(name)) = &integration.authorization else {
            continue;
        };
        if !tables::is_ref(name) {
            let what = format!("authorizer {name}: access rules cannot name it");
            if !name.is_empty() && !unwritable.contains(&what) {
                unwritable.push(what);
            }
        } else if !found.contains(name) && found.len() < MAX_AUTHORIZERS {
            found.push(name.clone());
        }
    }
    (found, unwritable)
}

/// The issuers of the user pools that the definitions name.
fn issuers(integrations: &[&Integration]) -> Vec<String> {
    let mut seen = BTreeSet::new();
    let mut found: Vec<String> = Vec::new();
    for integration in integrations.iter().filter(|integration| seen.insert(integration.file.path())) {
        for address in issuer::issuers(integration.file.text()) {
            if !found.contains(&address) && found.len() < MAX_ISSUERS {
                found.push(address);
            }
        }
    }
    found
}

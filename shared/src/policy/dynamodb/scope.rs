//! The routes that a role's policy is for.

use crate::closest::closest;
use crate::compiled::Rules;
use crate::route::{Route, RouteError};

/// Which integrations a role is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RoleScope {
    /// Those of every route.
    All,
    /// Those of these routes.
    Routes(Vec<Route>),
}

/// Why a text names no route of the rules.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoSuchRoute {
    /// It is no route at all.
    #[error(transparent)]
    Form(#[from] RouteError),
    /// No grant has it.
    #[error("no grant opens this route")]
    Unknown {
        /// The route that was probably meant.
        nearest: Option<String>,
    },
}

impl RoleScope {
    /// The route of the rules that a text names; for `ANY /path`, those of its verbs that some grant opens.
    ///
    /// # Errors
    ///
    /// A text that is no route, or none of the rules.
    pub fn named(source: &str, rules: &Rules) -> Result<Self, NoSuchRoute> {
        let asked = Route::parse_all(source)?;
        let mut found: Vec<Route> = routes(rules).filter(|route| asked.contains(route)).cloned().collect();
        found.sort_unstable();
        found.dedup();
        if found.is_empty() {
            return Err(NoSuchRoute::Unknown { nearest: nearest(source, &asked, rules) });
        }
        Ok(Self::Routes(found))
    }

    pub(super) fn has(&self, route: &Route) -> bool {
        match self {
            Self::All => true,
            Self::Routes(routes) => routes.contains(route),
        }
    }
}

fn routes(rules: &Rules) -> impl Iterator<Item = &Route> {
    rules.written().grants.iter().flat_map(|grant| &grant.routes).map(|granted| &granted.route)
}

/// The route that differs only in the names of parameters, or else in few letters, written as the text is.
fn nearest(source: &str, asked: &[Route], rules: &Rules) -> Option<String> {
    let any = asked.len() > 1;
    let shown = |route: &Route| match route.http() {
        Some((_, path)) if any => format!("ANY {path}"),
        _ => route.to_string(),
    };
    let is_named_otherwise = |route: &&Route| {
        let pairs = asked.iter().filter_map(|asked| asked.http().zip(route.http()));
        pairs
            .into_iter()
            .any(|((verb, path), (other, known))| verb == other && path.differs_only_in_names(known))
    };
    routes(rules).find(is_named_otherwise).map(shown).or_else(|| {
        let known: Vec<String> = routes(rules).map(shown).collect();
        closest(source, known.iter().map(String::as_str)).map(str::to_owned)
    })
}

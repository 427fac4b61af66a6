//! Random rules and callers, and who holds what, said plainly.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use proptest::prelude::*;
use serde_json::{Map, Value, json};

/// Rules before they are written as YAML.
#[derive(Clone, Debug)]
pub(crate) struct Plan {
    pub(crate) grants: Vec<PlannedGrant>,
}

/// A grant before it is written.
#[derive(Clone, Debug)]
pub(crate) struct PlannedGrant {
    pub(crate) anyone: bool,
    pub(crate) groups: Option<Vec<&'static str>>,
    pub(crate) level: Option<i64>,
    pub(crate) scope: Option<&'static str>,
    pub(crate) table: &'static str,
    pub(crate) index: bool,
    pub(crate) verb: &'static str,
    pub(crate) paths: Vec<String>,
    pub(crate) actions: Vec<&'static str>,
    /// Whether a parameter of every path is tied, and to what.
    pub(crate) tie: Option<&'static str>,
    /// Which one.
    pub(crate) tied: &'static str,
    /// `None` is `any`.
    pub(crate) partition: Option<&'static str>,
    pub(crate) attributes: Option<Vec<&'static str>>,
}

/// A variable's values: `None` where it is unbound.
pub(crate) fn values(variable: &str, claims: &Map<String, Value>) -> Option<Vec<String>> {
    let fits = |value: &Value| {
        let text = value.as_str()?;
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        ((1..=36).contains(&text.len()) && text.chars().all(plain)).then(|| text.to_owned())
    };
    match variable {
        "tenant" => Some(vec![fits(claims.get("tenant_id")?)?]),
        "user" => Some(vec![fits(claims.get("sub")?)?]),
        "team" => match claims.get("teams")? {
            Value::Array(teams) if teams.is_empty() || teams.len() > 3 => None,
            Value::Array(teams) => teams.iter().map(fits).collect(),
            team => Some(vec![fits(team)?]),
        },
        other => panic!("no such variable: {other}"),
    }
}

impl Plan {
    /// The reference evaluator: whether a caller holds the grant of this number.
    pub(crate) fn holds(&self, number: usize, claims: &Map<String, Value>) -> bool {
        let grant = &self.grants[number];
        let any_of = |claim: &str, wanted: &[Value]| match claims.get(claim) {
            Some(Value::Array(held)) => held.iter().any(|one| wanted.contains(one)),
            Some(Value::String(text)) if claim == "scope" => {
                text.split(' ').any(|word| wanted.contains(&json!(word)))
            }
            Some(held) => wanted.contains(held),
            None => false,
        };
        let groups = grant.groups.as_ref().is_none_or(|groups| {
            any_of("groups", &groups.iter().map(|group| json!(group)).collect::<Vec<_>>())
        });
        let level = grant.level.is_none_or(|level| any_of("level", &[json!(level)]));
        let scope = grant.scope.is_none_or(|scope| any_of("scope", &[json!(scope)]));
        let bound = grant.variables().iter().all(|variable| values(variable, claims).is_some());
        grant.anyone || (groups && level && scope && bound)
    }

    /// The file.
    pub(crate) fn yaml(&self) -> String {
        let mut text = String::from(
            "version: 1\nissuers:\n  main: {issuer: 'https://issuer.example', audience: [app]}\ntables:\n  \
             One: {key: {partition: PK, sort: SK}, indexes: {ByB: {partition: B}}}\n  Two: {key: {partition: id}}\n\
             variables:\n  tenant: {claim: tenant_id, pattern: '[a-z0-9-]{1,36}'}\n  \
             user: {claim: sub, pattern: '[a-z0-9-]{1,36}'}\n  \
             team: {claim: teams, each: true, max_values: 3, pattern: '[a-z0-9-]{1,36}'}\n\
             authorizer: {max_policy_bytes: 1000000}\ngrants:\n",
        );
        for (number, grant) in self.grants.iter().enumerate() {
            writeln!(text, "  - name: g{number}\n    table: {}", grant.table).unwrap();
            if grant.anyone {
                text.push_str("    anyone: true\n");
            }
            let mut when = Map::new();
            when.extend(grant.groups.as_ref().map(|groups| ("groups".to_owned(), json!(groups))));
            when.extend(grant.level.map(|level| ("level".to_owned(), json!(level))));
            when.extend(grant.scope.map(|scope| ("scope".to_owned(), json!(scope))));
            if !when.is_empty() {
                writeln!(text, "    when: {}", Value::Object(when)).unwrap();
            }
            if grant.index {
                text.push_str("    index: ByB\n");
            }
            let routes: Map<String, Value> = grant
                .paths
                .iter()
                .map(|path| (format!("{} {path}", grant.verb), json!(grant.actions)))
                .collect();
            writeln!(text, "    routes: {}", Value::Object(routes)).unwrap();
            if let Some(variable) = grant.tie {
                writeln!(text, "    params: {{{}: '{{{variable}}}'}}", grant.tied).unwrap();
            }
            let keys = grant.partition.map_or(json!("any"), |pattern| json!({ grant.key(): pattern }));
            writeln!(text, "    keys: {keys}").unwrap();
            if let Some(attributes) = &grant.attributes {
                writeln!(text, "    attributes: {}", json!(attributes)).unwrap();
            }
        }
        text
    }
}

impl PlannedGrant {
    /// The partition key that `keys` is about.
    pub(crate) fn key(&self) -> &'static str {
        match (self.table, self.index) {
            ("One", true) => "B",
            ("One", false) => "PK",
            _ => "id",
        }
    }

    fn variables(&self) -> BTreeSet<&'static str> {
        let in_key = ["tenant", "user"]
            .into_iter()
            .filter(|name| self.partition.is_some_and(|key| key.contains(name)));
        in_key.chain(self.tie).collect()
    }
}

/// Paths whose parameters are called by their place, so that no two routes differ in names only.
fn path() -> impl Strategy<Value = String> {
    let segment = prop_oneof![3 => Just("a"), 2 => Just("b"), 4 => Just("{}")];
    (prop::collection::vec(segment, 0..4), prop::bool::weighted(0.1)).prop_map(|(segments, greedy)| {
        let name = |(number, segment): (usize, &&str)| match *segment {
            "{}" => format!("{{p{number}}}"),
            literal => literal.to_owned(),
        };
        let mut segments: Vec<String> = segments.iter().enumerate().map(name).collect();
        if greedy {
            segments.push("{r+}".to_owned());
        }
        format!("/{}", segments.join("/"))
    })
}

fn grant() -> impl Strategy<Value = PlannedGrant> {
    let groups = prop::option::of(prop::sample::subsequence(vec!["staff", "users", "admin"], 1..3));
    let who = (
        prop::bool::weighted(0.1),
        groups,
        prop::option::weighted(0.1, 1i64..3),
        prop::option::weighted(0.1, prop::sample::select(vec!["orders/read", "orders/readall"])),
    );
    let actions = prop::sample::subsequence(
        vec![
            "BatchGetItem",
            "DeleteItem",
            "ExecuteStatement",
            "ExecuteTransaction",
            "GetItem",
            "PutItem",
            "Query",
            "Scan",
            "TransactGetItems",
            "TransactWriteItems",
            "UpdateItem",
        ],
        1..4,
    );
    let partitions =
        ["T#{tenant}", "T#{tenant}#*", "U#{user}", "T#{tenant}#{user}", "{user}", "FIXED", "FIXED#*"];
    let what = (
        prop::sample::select(vec!["One", "Two"]),
        prop::bool::weighted(0.2),
        actions,
        prop::option::weighted(0.85, prop::sample::select(partitions.to_vec())),
        prop::option::weighted(0.3, prop::sample::subsequence(vec!["B", "PK", "SK", "id", "x"], 1..4)),
    );
    let routes = (
        prop::sample::select(vec!["GET", "GET", "PUT"]),
        prop::collection::btree_set(path(), 1..4),
        prop::option::weighted(0.4, prop::sample::select(vec!["user", "tenant", "team"])),
        prop::sample::select(vec!["p0", "p1", "p2"]),
    );
    (who, what, routes).prop_map(
        |(
            (anyone, groups, level, scope),
            (table, index, actions, key, attributes),
            (verb, paths, tie, tied),
        )| {
            let index = index && table == "One";
            let paths: Vec<String> = paths.into_iter().collect();
            // Ties name a parameter that every path of the grant has.
            let tie = tie.filter(|_| paths.iter().all(|path| path.contains(&format!("{{{tied}}}"))));
            let partition = key.filter(|key| !anyone || !key.contains('{'));
            // A scan reads every key; indexes are only read, and not by key.
            let fits = |action: &&str| {
                (partition.is_none() || *action != "Scan") && (!index || !action.contains("Item"))
            };
            let mut actions: Vec<&str> = actions.into_iter().filter(fits).collect();
            if actions.is_empty() {
                actions.push("Query");
            }
            PlannedGrant {
                groups: groups.filter(|_| !anyone),
                level: level.filter(|_| !anyone),
                scope: scope.filter(|_| !anyone),
                tie: tie.filter(|_| !anyone),
                partition,
                actions,
                anyone,
                table,
                index,
                verb,
                paths,
                attributes,
                tied,
            }
        },
    )
}

/// Rules of up to six grants.
pub(crate) fn plans() -> impl Strategy<Value = Plan> {
    prop::collection::vec(grant(), 1..7).prop_map(|grants| Plan { grants })
}

/// Claims, right and wrong ones.
pub(crate) fn claims() -> impl Strategy<Value = Map<String, Value>> {
    let name = || {
        prop_oneof![
            6 => prop::sample::select(vec!["a", "b", "u1", "acme", "acme-corp"]).prop_map(|name| json!(name)),
            1 => prop::sample::select(vec!["*", "acme*", "a/b", "", "é", "${x}", "A"]).prop_map(|name| json!(name)),
            1 => prop::sample::select(vec![json!(1), json!(null), json!(["a"]), json!({"a": 1}), json!(true)]),
        ]
    };
    let groups = prop_oneof![
        4 => prop::sample::subsequence(vec!["staff", "users", "admin", "other"], 0..4).prop_map(|groups| json!(groups)),
        1 => prop::sample::select(vec![json!("staff"), json!("[staff]"), json!([["staff"]]), json!(1)]),
    ];
    let scope =
        prop::sample::select(vec!["orders/read", "orders/readall x", "x\torders/read", "x orders/read"]);
    let level = prop::sample::select(vec![json!(1), json!(2), json!("1"), json!([1, "a"]), json!(1.5)]);
    (
        prop::option::weighted(0.9, name()),
        prop::option::weighted(0.9, name()),
        prop::option::weighted(
            0.8,
            prop_oneof![2 => prop::collection::vec(name(), 0..4).prop_map(Value::Array), 1 => name()],
        ),
        prop::option::weighted(0.9, groups),
        prop::option::of(scope),
        prop::option::of(level),
    )
        .prop_map(|(tenant, user, teams, groups, scope, level)| {
            let claims = [
                ("tenant_id", tenant),
                ("sub", user),
                ("teams", teams),
                ("groups", groups),
                ("scope", scope.map(|scope| json!(scope))),
                ("level", level),
            ];
            claims.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))).collect()
        })
}

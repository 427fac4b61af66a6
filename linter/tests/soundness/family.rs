//! Random small definitions together with their rules: some right, many nearly so.

#[path = "family/condition.rs"]
mod condition;
#[path = "family/json.rs"]
mod json;
#[path = "family/operation.rs"]
mod operation;
#[path = "family/source.rs"]
mod source;

use serde_json::{Map, Value as Json, json};

use crate::chooser::Chooser;
use json::Maker;

/// A definition of one integration.
#[derive(Clone, Debug)]
pub(crate) struct Definition {
    pub(crate) rules: String,
    pub(crate) api: String,
}

/// Who the method asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Gate {
    Callers,
    Pool,
    Open,
    Other,
}

/// The grant that the template is made for.
#[derive(Clone, Debug)]
struct Plan {
    gate: Gate,
    action: &'static str,
    table: &'static str,
    index: bool,
    partition: Option<&'static str>,
    sort: Option<&'static str>,
    /// The attribute that says whose an item is, and what it is for the caller.
    owner: Option<&'static str>,
    attributes: bool,
    limit: Option<usize>,
    /// The path parameter `p` is tied to this variable.
    tied: Option<&'static str>,
    when: bool,
}

const ACTIONS: [&str; 13] = [
    "GetItem",
    "Query",
    "PutItem",
    "UpdateItem",
    "DeleteItem",
    "BatchGetItem",
    "BatchWriteItem",
    "TransactWriteItems",
    "TransactGetItems",
    "ExecuteStatement",
    "BatchExecuteStatement",
    "ExecuteTransaction",
    "Scan",
];

/// Attributes that grants give.
const ATTRIBUTES: [&str; 8] = ["PK", "SK", "id", "GPK", "GSK", "owner", "note", "status"];

/// Attributes beyond those.
const SECRET: &str = "secret";

impl Plan {
    fn of(chooser: &mut Chooser) -> Self {
        let gate = match chooser.below(12) {
            0..=8 => Gate::Callers,
            9 => Gate::Pool,
            10 => Gate::Open,
            _ => Gate::Other,
        };
        let is_known = matches!(gate, Gate::Callers | Gate::Pool);
        let action = *chooser.pick(&ACTIONS.each_ref());
        let index = action == "Query" && chooser.chance(30);
        let table = if !index && chooser.chance(20) { "Plain" } else { "Main" };
        let partition = chooser.pick(&[
            "T#{tenant}",
            "{user}",
            "U#{user}#x",
            "T#{tenant}#{user}",
            "FIXED",
            "T#{tenant}#*",
            "FIXED#*",
            "*",
        ]);
        let sorts = ["O#*", "{user}", "PROFILE", "O#{user}#*", "S", "*"];
        let sort = (table == "Main" && chooser.chance(60)).then(|| chooser.pick(&sorts));
        let partition = (action != "Scan" && chooser.chance(90)).then_some(partition);
        let is_plain = |pattern: &str| !pattern.contains('{');
        let needs_caller = partition.into_iter().chain(sort).any(|pattern| !is_plain(pattern));
        let partition = partition.filter(|_| is_known || !needs_caller);
        let writes = [
            "PutItem",
            "UpdateItem",
            "DeleteItem",
            "TransactWriteItems",
            "ExecuteStatement",
            "BatchExecuteStatement",
            "ExecuteTransaction",
        ];
        let owned = is_known && writes.contains(&action) && chooser.chance(55);
        Self {
            gate,
            action,
            table,
            index,
            partition,
            sort: partition.and(sort),
            owner: owned.then(|| chooser.pick(&["{user}", "U#{user}"])),
            attributes: chooser.chance(50),
            limit: chooser.chance(35).then(|| [5, 1, 20][chooser.below(3)]),
            tied: (gate == Gate::Callers && chooser.chance(25)).then(|| chooser.pick(&["user", "tenant"])),
            when: gate == Gate::Callers && chooser.chance(15),
        }
    }

    /// The names of the key attributes that the grant is about.
    fn key(&self) -> (&'static str, Option<&'static str>) {
        match (self.table, self.index) {
            (_, true) => ("GPK", Some("GSK")),
            ("Main", _) => ("PK", Some("SK")),
            _ => ("id", None),
        }
    }

    fn grant(&self, name: &str, route: &str) -> Json {
        let mut grant = Map::new();
        let mut say = |member: &str, value: Json| _ = grant.insert(member.to_owned(), value);
        say("name", json!(name));
        if matches!(self.gate, Gate::Open | Gate::Other) {
            say("anyone", json!(true));
        } else if self.when {
            say("when", json!({ "role": "admin" }));
        }
        say("table", json!(self.table));
        if self.index {
            say("index", json!("ByG"));
        }
        say("routes", json!({ route: [self.action] }));
        if let Some(variable) = self.tied {
            say("params", json!({ "p": format!("{{{variable}}}") }));
        }
        let (partition, sort) = self.key();
        let mut keys = Map::new();
        keys.extend(self.partition.map(|pattern| (partition.to_owned(), json!(pattern))));
        keys.extend(self.sort.zip(sort).map(|(pattern, name)| (name.to_owned(), json!(pattern))));
        say("keys", if keys.is_empty() { json!("any") } else { Json::Object(keys) });
        if let Some(pattern) = self.owner {
            say("must_own", json!({ "owner": pattern }));
        }
        if self.attributes {
            say("attributes", json!(ATTRIBUTES));
        }
        if let Some(limit) = self.limit {
            say("limit", json!(limit));
        }
        Json::Object(grant)
    }
}

/// Patterns of values, for the variables.
const PATTERNS: [Option<&str>; 6] = [
    Some("[a-z0-9-]{1,8}"),
    None,
    Some("[a-z]{2}"),
    Some("[A-Z][a-z0-9]{0,6}"),
    Some("[a-z|]{1,5}"),
    Some("[0-9,;=]{1,4}"),
];

/// A definition.
pub(crate) fn definition(chooser: &mut Chooser) -> Definition {
    let plan = Plan::of(chooser);
    let path = if chooser.chance(60) || plan.tied.is_some() { "/things/{p}" } else { "/things" };
    let route = format!("POST {path}");
    let mut grants = vec![plan.grant("main", &route)];
    if chooser.chance(30) {
        // Another grant on the same route, which gives more or less.
        let other = Plan::of(chooser);
        let index = if plan.action == "Query" { other.index } else { false };
        let scan = plan.action == "Scan";
        let other = Plan {
            gate: plan.gate,
            action: plan.action,
            index,
            when: plan.gate == Gate::Callers && chooser.chance(70),
            tied: None,
            partition: other.partition.filter(|_| !scan && plan.gate == Gate::Callers),
            sort: other.sort.filter(|_| !scan && plan.gate == Gate::Callers),
            owner: other.owner.filter(|_| plan.gate == Gate::Callers),
            ..other
        };
        grants.push(other.grant("other", &route));
    }
    let variable = |claim: &str, pattern: Option<&str>| match pattern {
        Some(pattern) => json!({ "claim": claim, "pattern": pattern }),
        None => json!({ "claim": claim }),
    };
    let mut patterns = || PATTERNS[chooser.below(PATTERNS.len())];
    let (tenant, user) = (patterns(), patterns());
    let user = if plan.gate == Gate::Pool { None } else { user };
    let rules = rules(&json!(grants), variable("tenant_id", tenant), variable("sub", user));
    let mut maker = Maker::new(chooser, &plan, path.contains('p'));
    let template = maker.template();
    let model = maker.model();
    Definition {
        rules: rules.to_string(),
        api: api(plan.gate, plan.action, path, &template, model).to_string(),
    }
}

fn rules(grants: &Json, tenant: Json, user: Json) -> Json {
    json!({
        "version": 1,
        "issuers": { "main": { "issuer": "https://issuer.example/", "audience": ["app"] } },
        "tables": {
            "Main": {
                "key": { "partition": "PK", "sort": "SK" },
                "indexes": { "ByG": { "partition": "GPK", "sort": "GSK" } },
            },
            "Plain": { "key": { "partition": "id" } },
        },
        "variables": { "tenant": tenant, "user": user, "role": { "claim": "role" } },
        "grants": grants,
        "authorizer": { "refs": ["callers"] },
    })
}

/// A definition that is written out: `grants` lack their names and the route.
pub(crate) fn written(grants: &Json, action: &str, template: &str) -> Definition {
    let path = "/things/{p}";
    let mut grants = grants.as_array().unwrap().clone();
    for (number, grant) in grants.iter_mut().enumerate() {
        grant["name"] = json!(format!("g{number}"));
        grant["routes"] = json!({ format!("POST {path}"): [action] });
    }
    let claim = |claim: &str| json!({ "claim": claim, "pattern": "[a-z0-9-]{1,8}" });
    let rules = rules(&json!(grants), claim("tenant_id"), claim("sub"));
    let api = api(Gate::Callers, action, path, template, None);
    Definition { rules: rules.to_string(), api: api.to_string() }
}

fn api(gate: Gate, action: &str, path: &str, template: &str, model: Option<Json>) -> Json {
    let scheme = match gate {
        Gate::Callers => Some("callers"),
        Gate::Pool => Some("pool"),
        Gate::Other => Some("others"),
        Gate::Open => None,
    };
    let lambda = |name: &str| {
        json!({
            "type": "apiKey", "name": "Authorization", "in": "header",
            "x-amazon-apigateway-authtype": "custom",
            "x-amazon-apigateway-authorizer": {
                "type": "token",
                "authorizerUri": format!("arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/arn:aws:lambda:eu-west-1:123456789012:function:{name}/invocations"),
            },
        })
    };
    let mut operation = json!({
        "security": scheme.map_or(json!([]), |name| json!([{ name: [] }])),
        "responses": { "200": { "description": "" } },
        "x-amazon-apigateway-integration": {
            "type": "aws",
            "httpMethod": "POST",
            "uri": format!("arn:aws:apigateway:eu-west-1:dynamodb:action/{action}"),
            "credentials": "arn:aws:iam::123456789012:role/api",
            "passthroughBehavior": "never",
            "requestTemplates": { "application/json": template },
            "responses": { "default": { "statusCode": "200" } },
        },
    });
    if let Some(model) = model {
        operation["requestBody"] = json!({ "content": { "application/json": { "schema": model } } });
    }
    json!({
        "openapi": "3.0.1",
        "info": { "title": "t", "version": "1" },
        "x-amazon-apigateway-request-validators": { "all": { "validateRequestBody": true } },
        "x-amazon-apigateway-request-validator": "all",
        "paths": { path: { "post": operation } },
        "components": { "securitySchemes": {
            "callers": lambda("callers"),
            "others": lambda("others"),
            "pool": {
                "type": "apiKey", "name": "Authorization", "in": "header",
                "x-amazon-apigateway-authtype": "cognito_user_pools",
                "x-amazon-apigateway-authorizer": {
                    "type": "cognito_user_pools",
                    "providerARNs": ["arn:aws:cognito-idp:eu-west-1:123456789012:userpool/eu-west-1_a"],
                },
            },
        } },
    })
}

//! Requests, and what the judge says of them.

mod actions;
mod attributes;
mod expressions;
mod hostile;
mod keys;
mod limits;
mod ownership;
mod partiql;
mod refusals;
mod targets;

use std::sync::{Arc, LazyLock};

use keybound_shared::{Action, Caller, Claims, Route, Rules, Table, decide};
use keybound_vtl::json::strict::{StrictValue, parse};

use super::*;

const RULES: &str = r#"
version: 1
issuers: { main: { issuer: "https://a.example.com", audience: [b], jwks: k.json } }
tables:
  Orders:
    name: orders-prod
    key: { partition: PK, sort: SK }
    indexes: { ByStatus: { partition: GPK, sort: GSK }, ByDay: { partition: onDay } }
  Links: { key: { partition: id } }
  Audit: { key: { partition: id } }
variables:
  tenant: { claim: tenant }
  user: { claim: sub }
  absent: { claim: absent }
grants:
  - name: own-orders
    table: Orders
    routes:
      "POST /own/{x}":
        - GetItem
        - PutItem
        - UpdateItem
        - DeleteItem
        - Query
        - BatchGetItem
        - BatchWriteItem
        - TransactGetItems
        - TransactWriteItems
        - ExecuteStatement
        - BatchExecuteStatement
        - ExecuteTransaction
      "GET /one": [GetItem]
      sendMessage: [PutItem]
    keys: { PK: "T#{tenant}", SK: "ORDER#*" }
  - name: own-invoices
    table: Orders
    routes: { "POST /own/{x}": [GetItem, BatchGetItem, TransactWriteItems] }
    keys: { PK: "T#{tenant}", SK: "INVOICE" }
  - name: own-audit
    table: Audit
    routes: { "POST /own/{x}": [GetItem, BatchGetItem, TransactWriteItems] }
    keys: { id: "{tenant}" }
  - name: of-another
    when: { groups: admins }
    table: Links
    routes: { "POST /own/{x}": [GetItem] }
    keys: any
  - name: prefixes
    table: Orders
    routes: { "POST /prefixes": [GetItem, Query, ExecuteStatement] }
    keys: { PK: "T#{tenant}#*" }
  - name: everything-by-pattern
    table: Orders
    routes: { "POST /star": [GetItem, Query, ExecuteStatement] }
    keys: { PK: "*", SK: "*" }
  - name: any-orders
    table: Orders
    routes: { "POST /any": [GetItem, PutItem, Query, Scan, ExecuteStatement, UpdateItem] }
    keys: any
  - name: by-status
    table: Orders
    index: ByStatus
    routes: { "POST /status": [Query, ExecuteStatement] }
    keys: { GPK: "T#{tenant}", GSK: "open" }
  - name: by-day
    table: Orders
    index: ByDay
    routes: { "POST /day": [Query, Scan, ExecuteStatement] }
    keys: any
    limit: 10
  - name: some-attributes
    table: Orders
    routes:
      "POST /some":
        - GetItem
        - PutItem
        - UpdateItem
        - DeleteItem
        - Query
        - Scan
        - BatchGetItem
        - TransactWriteItems
        - ExecuteStatement
        - ExecuteTransaction
    keys: any
    attributes: [PK, SK, price, phase]
  - name: few
    table: Orders
    routes:
      "POST /few":
        - GetItem
        - PutItem
        - Query
        - Scan
        - BatchGetItem
        - TransactGetItems
        - ExecuteStatement
        - BatchExecuteStatement
        - ExecuteTransaction
    keys: any
    limit: 2
  - name: own-links
    table: Links
    routes:
      "POST /links":
        - GetItem
        - PutItem
        - UpdateItem
        - DeleteItem
        - BatchWriteItem
        - TransactWriteItems
        - ExecuteStatement
        - ExecuteTransaction
    keys: any
    must_own: { holder: "U#{user}" }
  - name: twice-owned
    table: Links
    routes: { "POST /twice": [UpdateItem] }
    keys: any
    must_own: { holder: "U#{user}", tenant: "{tenant}" }
  - name: unbound
    table: Links
    routes: { "POST /unbound": [GetItem] }
    keys: { id: "{absent}" }
"#;

static LOADED: LazyLock<Rules> =
    LazyLock::new(|| Rules::load(RULES, &|_| None).unwrap_or_else(|all| panic!("{all:?}")).rules);

/// From names and ARNs to tables, as a reader of definitions would.
fn table_of(written: &str) -> Option<Arc<Table>> {
    let name = written.rsplit('/').next()?;
    let grants = LOADED.written().grants.iter();
    grants.map(|grant| &grant.table).find(|table| table.physical == name).map(Arc::clone)
}

/// The judgement of a request of the caller `u1` of the tenant `acme`.
fn judge_value(route: &str, action: Action, request: &StrictValue) -> Judgement {
    let claims = Claims::parse(br#"{"sub": "u1", "tenant": "acme"}"#).unwrap();
    let caller = Caller::bind(&LOADED, &LOADED.written().issuers[0], &claims);
    let routes = Route::parse_all(route).unwrap();
    let asked = Asked { route: &routes[0], action, request, tables: &table_of };
    judged(&decide(&LOADED, &caller), &asked)
}

fn judge(route: &str, action: &str, request: &str) -> Judgement {
    let value = parse(request).unwrap_or_else(|error| panic!("{error} in {request}"));
    judge_value(route, action.parse().unwrap(), &value)
}

/// `within`, `refused`, or what is beyond.
fn told(judgement: &Judgement) -> String {
    match judgement {
        Judgement::Within => "within".to_owned(),
        Judgement::Refused(_) => "refused".to_owned(),
        Judgement::Beyond(beyond) => beyond.to_string(),
    }
}

/// Judges requests of one action on one route, each with what is to be said of it.
fn check(route: &str, action: &str, cases: &[(&str, &str)]) {
    for (request, expected) in cases {
        let judgement = judge(route, action, request);
        assert_eq!(told(&judgement), *expected, "{action} on {route}: {request}: {judgement:?}");
    }
}

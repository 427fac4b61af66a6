//! Routes for the tests of the maps.

use std::sync::Arc;

use crate::finding::{
    Access, BrokenBy, Comparison, KeyPart, MapText, OtherAttributes, Reason, ReasonKind, RestsOn, RouteGap,
    RouteVerdict, Run, TextPart, Verdict,
};
use crate::source::{HostSpan, SourceFile};

/// A run with a route of each verdict.
pub(super) fn run() -> Run {
    let routes = vec![proved(), broken(), any(), undecided(), closed(), unjudged()];
    Run { routes, files: 1, integrations: 6, ..Run::default() }
}

pub(super) fn route(name: &str, verdict: Verdict) -> RouteVerdict {
    RouteVerdict {
        file: Arc::new(SourceFile::new("api/orders.yaml", "one\ntwo\nthree\n")),
        span: HostSpan::new(4, 7),
        route: Some(name.to_owned()),
        action: Some("GetItem".to_owned()),
        authorization: "authorizer Keybound".to_owned(),
        rules: Some("api/keybound.yaml".into()),
        verdict,
        closed_verbs: Vec::new(),
        accesses: Vec::new(),
        broken_by: Vec::new(),
        gaps: Vec::new(),
        rests_on: Vec::new(),
    }
}

pub(super) fn access(callers: &str, verdict: Verdict) -> Access {
    Access {
        verbs: Vec::new(),
        callers: callers.to_owned(),
        when: Some("every verified caller".to_owned()),
        content_types: vec!["application/json".to_owned()],
        operation: "GetItem".to_owned(),
        table: Some("Orders".to_owned()),
        index: None,
        key: Some(vec![
            part(
                "PK",
                Comparison::Equal,
                vec![vec![fixed("TENANT#"), TextPart::Caller("tenant".to_owned())]],
            ),
            part(
                "SK",
                Comparison::Equal,
                vec![vec![fixed("ORDER#"), TextPart::Client("path parameter orderId".to_owned())]],
            ),
        ]),
        attributes: vec!["PK".to_owned(), "SK".to_owned(), "status".to_owned()],
        others: OtherAttributes::None,
        limit: None,
        verdict,
        because: vec![
            Reason::of(ReasonKind::Grant, callers),
            is_callers(ReasonKind::Condition, "owner = ", "user"),
            is_callers(ReasonKind::Hole, "`$context.authorizer.tenant` is ", "tenant"),
        ],
    }
}

pub(super) fn part(attribute: &str, compared: Comparison, texts: Vec<Vec<TextPart>>) -> KeyPart {
    let texts = texts.into_iter().map(MapText).collect();
    KeyPart { attribute: attribute.to_owned(), compared, texts, always: true }
}

pub(super) fn fixed(text: &str) -> TextPart {
    TextPart::Fixed(text.to_owned())
}

fn is_callers(kind: ReasonKind, text: &str, variable: &str) -> Reason {
    Reason { kind, text: MapText(vec![fixed(text), TextPart::Caller(variable.to_owned())]) }
}

fn proved() -> RouteVerdict {
    let attributes = (1..=24).map(|nth| format!("attribute{nth}")).collect();
    let status = |name: &str| {
        vec![fixed("TENANT#"), TextPart::Caller("tenant".to_owned()), fixed(&format!("#STATUS#{name}"))]
    };
    let query = Access {
        when: Some("cognito:groups is staff or support; mfa is true".to_owned()),
        operation: "Query".to_owned(),
        index: Some("ByStatus".to_owned()),
        key: Some(vec![
            part("GSI1PK", Comparison::Equal, ["open", "shipped", "closed"].map(status).to_vec()),
            part("GSI1SK", Comparison::Any, Vec::new()),
        ]),
        attributes,
        limit: Some("10 or 50".to_owned()),
        ..access("tenants-list-by-status", Verdict::Proved)
    };
    let get = access("tenants-read-orders", Verdict::Proved);
    RouteVerdict { accesses: vec![get, query], ..route("GET /orders/{orderId}", Verdict::Proved) }
}

fn broken() -> RouteVerdict {
    let gap = "`Limit` is not bounded, where grant `list-orders` gives 100";
    let access = Access {
        limit: Some("<parameter limit>".to_owned()),
        others: OtherAttributes::Returned,
        because: vec![Reason::of(ReasonKind::Gap, gap)],
        ..access("list-orders", Verdict::Broken)
    };
    let at = |lint, line| BrokenBy { lint, file: "api/orders.yaml".into(), line };
    let gap_at = |what: &str| RouteGap { what: what.to_owned(), file: "api/orders.yaml".into(), line: 2 };
    RouteVerdict {
        accesses: vec![access],
        broken_by: vec![at("bare-input", 3), at("passthrough", 2)],
        gaps: vec![gap_at(gap), gap_at("a body of another content type is the DynamoDB request")],
        ..route("GET /orders", Verdict::Broken)
    }
}

fn any() -> RouteVerdict {
    let of_texts = vec![vec![fixed("ORDER#"), TextPart::Service("$context.extendedRequestId".to_owned())]];
    let sometimes = KeyPart { always: false, ..part("SK", Comparison::BeginsWith, of_texts) };
    let otherwise = KeyPart { always: false, ..part("SK", Comparison::Any, Vec::new()) };
    let access = Access {
        verbs: vec!["GET", "HEAD"],
        content_types: vec!["application/json".to_owned(), "text/plain".to_owned()],
        table: Some("${OrdersTable}".to_owned()),
        key: Some(vec![sometimes, otherwise]),
        others: OtherAttributes::Open,
        because: Vec::new(),
        ..access("every user of the pool", Verdict::Proved)
    };
    let closed_verbs = vec!["DELETE", "OPTIONS", "PATCH", "POST", "PUT"];
    RouteVerdict { accesses: vec![access], closed_verbs, ..route("ANY /items/{id}", Verdict::Proved) }
}

fn undecided() -> RouteVerdict {
    let setting = |value: &str, trusted, line| RestsOn {
        value: value.to_owned(),
        trusted,
        file: "api/keybound.yaml".into(),
        line,
    };
    let rests_on =
        vec![setting("$stageVariables.table", true, 12), setting("$context.authorizer.*", false, 14)];
    RouteVerdict { action: None, rests_on, ..route("PUT /orders", Verdict::Undecided) }
}

fn closed() -> RouteVerdict {
    route("DELETE /orders", Verdict::Closed)
}

fn unjudged() -> RouteVerdict {
    let scan = Access {
        when: None,
        operation: "Scan".to_owned(),
        key: Some(Vec::new()),
        attributes: Vec::new(),
        because: Vec::new(),
        ..access("callers not known", Verdict::Unjudged)
    };
    let put = Access { operation: "PutItem".to_owned(), key: None, table: None, ..scan.clone() };
    RouteVerdict {
        route: None,
        rules: None,
        authorization: "callers not known".to_owned(),
        accesses: vec![scan, put],
        ..route("", Verdict::Unjudged)
    }
}

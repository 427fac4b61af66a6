//! Findings for the tests of the reports.

use std::sync::Arc;

use crate::finding::{Confidence, Finding, Proof, ProofRequest, Related, Severity};
use crate::source::{HostSpan, SourceFile};

pub(crate) const STACK: &str = r#"paths:
  /orders/{orderId}:
    get:
      x-amazon-apigateway-integration:
        requestTemplates:
          application/json: |
            {
              "TableName": "Orders",
              "Key": {"PK": {"S": "TENANT#$input.params('orderId')"}}
            }
"#;

/// A finding at the `nth` (from 0) occurrence of `found` in a file of this text.
pub(crate) fn finding(path: &str, text: &str, found: &str, nth: usize) -> Finding {
    let (start, _) = text.match_indices(found).nth(nth).expect("the text holds what is found");
    Finding {
        lint: "unescaped-input",
        severity: Severity::Error,
        confidence: Confidence::Proven,
        message: "a client can leave the string and add members to the request through \
                  `$input.params('orderId')`"
            .into(),
        help: Some(
            "escape it: `$util.escapeJavaScript($input.params('orderId')).replace(\"\\'\", \"'\")`".into(),
        ),
        file: Arc::new(SourceFile::new(path, text)),
        span: HostSpan::new(start, start + found.len()),
        exact: true,
        route: Some("GET /orders/{orderId}".into()),
        content_type: Some("application/json".into()),
        action: Some("GetItem".into()),
        table: Some("Orders".into()),
        related: Vec::new(),
        proof: None,
        fix: None,
        justification: None,
    }
}

/// The finding that the stack above deserves, with a proof.
pub(crate) fn proven() -> Finding {
    let mut finding = finding("api/orders.yaml", STACK, "$input.params('orderId')", 0);
    finding.related = vec![Related {
        file: Arc::clone(&finding.file),
        span: HostSpan::new(9, 26),
        message: "the path parameter is declared here and may hold any character".into(),
    }];
    finding.proof = Some(proof());
    finding
}

pub(crate) fn proof() -> Proof {
    let value = r#"x"}},"ConsistentRead":true,"Key":{"PK":{"S":"TENANT#other"#;
    let rendered = format!(
        "{{\n  \"TableName\": \"Orders\",\n  \"Key\": {{\"PK\": {{\"S\": \"TENANT#{value}\"}}}}\n}}\n"
    );
    let start = rendered.find(value).expect("the value is in it");
    Proof {
        request: ProofRequest {
            method: "GET".into(),
            path:
                "/orders/x%22%7D%7D%2C%22ConsistentRead%22%3Atrue%2C%22Key%22%3A%7B%22PK%22%3A%7B%22S%22%3A\
                   %22TENANT%23other"
                    .into(),
            query: Vec::new(),
            headers: vec![("accept".into(), "*/*".into())],
            body: None,
            context: vec![("authorizer.tenant".into(), "mine".into())],
            path_parameters: vec![("orderId".into(), value.into())],
            stage_variables: Vec::new(),
            placeholders: Vec::new(),
            credential: None,
            unsent: Vec::new(),
        },
        overrides: Vec::new(),
        injected: vec![(start, start + value.len())],
        rendered,
        benign: Some("{\"TableName\": \"Orders\"}".into()),
        assumes: vec!["of duplicate members DynamoDB takes the last".into()],
        claims: None,
        of_answer: false,
    }
}

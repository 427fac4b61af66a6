//! What `deploy` puts into an account: nothing that the linter finds anything in, and templates that do nothing for a
//! caller without a tenant. `.ci/deploy` asks the hosts' own tools.

use std::fs;

use serde_json::{Value as Json, json};

use crate::command::{root, run, run_with};

/// What a request template of `deploy/orders` renders.
fn rendered(template: &str, request: &Json) -> String {
    let path = format!("deploy/orders/{template}");
    let done = run_with(root(), &["render", &path, "--request", "-"], request.to_string().as_bytes());
    assert_eq!(done.status, 0, "{template}: {}", done.err);
    done.out
}

fn request_templates() -> Vec<String> {
    let files = fs::read_dir(root().join("deploy/orders")).expect("the templates");
    let names = files.map(|file| file.expect("a file").file_name().into_string().expect("a name"));
    names.filter(|name| name.ends_with(".request.vtl")).collect()
}

/// A request that every template of `deploy/orders` can serve.
fn request(text: &str, authorizer: &Json) -> Json {
    json!({
        "path": {"orderId": text},
        "querystring": {"after": text},
        "body": json!({"note": text}).to_string(),
        "context": {"requestTimeEpoch": "1700000000000", "authorizer": authorizer},
    })
}

#[test]
fn nothing_is_found_in_the_deployments() {
    let report = run(&["lint", "--strict", "--format", "json", "deploy/sam", "deploy/orders"]);
    assert_eq!(report.status, 0, "{}", report.out);
    let report = report.json();
    let templates = request_templates().len();
    assert_eq!(templates, 3);
    assert!(report["integrations"].as_u64().expect("a count") >= 2 * 3, "{report}");
}

#[test]
fn a_caller_without_a_tenant_asks_for_no_table() {
    for template in request_templates() {
        for authorizer in [json!({}), json!({"tenant": ""}), json!({"user": "u"})] {
            let sent: Json =
                serde_json::from_str(&rendered(&template, &request("o1", &authorizer))).expect("JSON");
            assert_eq!(sent, json!({}), "{template} under {authorizer}");
        }
    }
}

/// Every partition key stands under the caller's tenant, and every sort key under `ORDER#`, whatever the client sends.
#[test]
fn keys_are_the_callers_whatever_the_client_sends() {
    for template in request_templates() {
        for text in ["o1", "'", "\"", "\\", "x\"},\"PK\":{\"S\":\"TENANT#b", "#end", "${x}", "\u{2028}\n"] {
            let sent = rendered(&template, &request(text, &json!({"tenant": "a"})));
            let sent: Json = serde_json::from_str(&sent).unwrap_or_else(|error| panic!("{error}: {sent}"));
            let mut partitions = Vec::new();
            let mut sorts = Vec::new();
            for place in ["Key", "Item", "ExclusiveStartKey"] {
                partitions.extend(sent[place]["PK"]["S"].as_str());
                sorts.extend(sent[place]["SK"]["S"].as_str());
            }
            partitions.extend(sent["ExpressionAttributeValues"][":tenant"]["S"].as_str());
            assert!(!partitions.is_empty(), "{template}: {sent}");
            assert!(partitions.iter().all(|key| *key == "TENANT#a"), "{template}: {sent}");
            assert_eq!(sorts, [format!("ORDER#{text}")], "{template}: {sent}");
        }
    }
}

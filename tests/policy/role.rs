//! `keybound policy --role`: the policy of the role that integrations call DynamoDB with.

use serde_json::{Value as Json, json};

use super::{ARN, RULES};
use crate::command::{Done, Scratch, process, root};

/// Rules with everything that IAM is told of in its own way: an index, transactions, PartiQL, a scan, attributes.
const EVERYTHING: &str = include_str!("role.yaml");

/// Runs the command on these rules, with more arguments.
fn role(rules: &str, args: &[&str]) -> Done {
    let scratch = Scratch::with(&[("keybound.yaml", rules)]);
    scratch.run(&[&["policy"], args].concat())
}

/// Actions, resources and leading keys of each statement.
fn told(done: &Done) -> Vec<(String, String, String)> {
    let list = |list: &Json| {
        let texts = list.as_array().into_iter().flatten().map(|text| text.as_str().expect("a text"));
        texts.map(|text| text.rsplit(':').next().unwrap_or(text)).collect::<Vec<_>>().join(" ")
    };
    let document = done.json();
    let statements = document["Statement"].as_array().expect("statements").iter();
    let keys = "/Condition/ForAllValues:StringLike/dynamodb:LeadingKeys";
    statements
        .map(|statement| {
            let keys = statement.pointer(keys).map(list).unwrap_or_default();
            (list(&statement["Action"]), list(&statement["Resource"]), keys)
        })
        .collect()
}

#[test]
fn the_policy_of_all_routes() {
    let done = role(EVERYTHING, &["--role", "--arn", ARN]);
    assert_eq!((done.status, done.err.as_str()), (0, ""));
    insta::assert_snapshot!(done.out);
    assert_eq!(role(EVERYTHING, &["--role", "all", "--arn", ARN]).out, done.out);
    assert_eq!(role(EVERYTHING, &["--arn", ARN, "--role"]).out, done.out);
    for never in ["\"*\"", "dynamodb:*"] {
        assert!(!done.out.contains(never), "{never}");
    }
}

#[test]
fn the_policy_of_one_route() {
    for (route, expected) in [
        ("GET /orders", &[("Query", "table/orders-prod", "TENANT#*")][..]),
        (
            "GET /statuses",
            &[
                ("Query", "table/orders-prod/index/ByStatus", "*#*"),
                ("PartiQLSelect", "table/orders-prod/index/ByStatus", "*#*"),
            ],
        ),
        ("GET /l/{id}", &[("GetItem", "table/Links", "")]),
        ("GET /export", &[("Scan", "table/Links", "")]),
        ("DELETE /users/{userId}", &[("GetItem", "table/orders-prod", "USER#*")]),
        ("ANY /users/{userId}", &[("GetItem", "table/orders-prod", "USER#*")]),
        (
            "POST /orders",
            &[("ConditionCheckItem DeleteItem PutItem UpdateItem", "table/orders-prod", "TENANT#*")],
        ),
        ("POST /batch", &[("BatchGetItem", "table/orders-prod", "TENANT#* USER#*")]),
    ] {
        let done = role(EVERYTHING, &["--role", route, "--arn", ARN]);
        assert_eq!((done.status, done.err.as_str()), (0, ""), "{route}");
        let owned = |text: &&str| (*text).to_owned();
        let expected: Vec<_> =
            expected.iter().map(|(actions, on, keys)| (owned(actions), owned(on), owned(keys))).collect();
        assert_eq!(told(&done), expected, "{route}");
    }
}

#[test]
fn what_is_not_known_of_a_table_s_place_is_a_star_and_that_is_said() {
    let done = role(EVERYTHING, &["--role", "GET /orders"]);
    assert_eq!(done.json()["Statement"][0]["Resource"], json!(["arn:aws:dynamodb:*:*:table/orders-prod"]));
    assert_eq!(done.status, 0);
    assert!(
        done.err.starts_with("note: `*` stands for regions and accounts that the rules do not give; `--arn")
    );
    let done = role(EVERYTHING, &["--role", "GET /export"]);
    let links = json!(["arn:aws:dynamodb:eu-central-1:210987654321:table/Links"]);
    assert_eq!((&done.json()["Statement"][0]["Resource"], done.err.as_str()), (&links, ""));
}

#[test]
fn a_policy_that_no_role_has_room_for_is_noted() {
    let grant = |number: usize| {
        format!(
            "  - {{ name: g{number}, table: Links, routes: {{ \"GET /g{number}\": [PutItem] }}, \
             keys: {{ id: \"{}{number}\" }} }}\n",
            "x".repeat(100)
        )
    };
    let rules = RULES.replace("grants:\n", &format!("grants:\n{}", (0..60).map(grant).collect::<String>()));
    let done = role(&rules, &["--role", "--arn", ARN]);
    assert_eq!(done.status, 0);
    assert!(done.err.contains("a managed policy may have 6144"), "{}", done.err);
    assert_eq!(role(&rules, &["--role", "GET /g7", "--arn", ARN]).err, "");
}

#[test]
fn a_role_of_this_policy_is_no_broad_role() {
    let policy = role(EVERYTHING, &["--role", "GET /orders", "--arn", ARN]).json();
    let trust = json!({"Statement": [{
        "Effect": "Allow", "Principal": {"Service": "apigateway.amazonaws.com"}, "Action": "sts:AssumeRole",
    }]});
    let stack = json!({"Resources": {
        "Role": {"Type": "AWS::IAM::Role", "Properties": {
            "AssumeRolePolicyDocument": trust,
            "Policies": [{"PolicyName": "orders", "PolicyDocument": policy}],
        }},
        "Method": {"Type": "AWS::ApiGateway::Method", "Properties": {
            "HttpMethod": "GET",
            "ResourceId": {"Fn::GetAtt": "Api.RootResourceId"},
            "RestApiId": {"Ref": "Api"},
            "AuthorizationType": "CUSTOM",
            "Integration": {
                "Type": "AWS",
                "IntegrationHttpMethod": "POST",
                "Uri": "arn:aws:apigateway:eu-west-1:dynamodb:action/Query",
                "Credentials": {"Fn::GetAtt": "Role.Arn"},
                "RequestTemplates": {"application/json": "{}"},
            },
        }},
    }});
    let scratch = Scratch::with(&[("stack.json", &stack.to_string())]);
    let broad = |scratch: &Scratch| {
        let lints = scratch.run(&["lint", "--format", "json", "stack.json"]).lints();
        lints.contains(&"broad-role".to_owned())
    };
    assert!(!broad(&scratch));
    scratch.write("stack.json", stack.to_string().replace("dynamodb:Query", "dynamodb:*"));
    assert!(broad(&scratch));
}

#[test]
fn failures_say_what_is_wrong() {
    let empty = "version: 1\n";
    for (rules, args, said) in [
        (
            RULES,
            &["--role", "--claims", "c.json"][..],
            "error: `--role [<ROUTE>]` cannot be used with `--claims <FILE>`",
        ),
        (RULES, &["--role", "--role"], "`--role [<ROUTE>]` is given more than once"),
        (RULES, &["--role", "GET", "/orders"], "there is no argument `/orders`"),
        (RULES, &["--role", "GET /ordrs"], "error: keybound.yaml: no grant opens the route `GET /ordrs`"),
        (
            RULES,
            &["--role", "GET /ordrs"],
            "help: did you mean `GET /orders`? a route is written as in the rules",
        ),
        (RULES, &["--role", "GET /users/{id}"], "did you mean `GET /users/{userId}`?"),
        (
            RULES,
            &["--role", "GET /entirely/otherwise"],
            "help: a route is written as in the rules: `GET /orders/{or",
        ),
        (RULES, &["--role", "GET"], "error: `--role`: the route has no path: write `GET /path`"),
        (RULES, &["--role", "get /orders"], "`get` is none of GET, POST,"),
        (RULES, &["--role="], "`` is no route key"),
        (RULES, &["--role", "\u{1b}[31m"], "is no route key"),
        (RULES, &["--role", "--arn", "a1b2c3/prod"], "error: the method ARN is not of the form"),
        (RULES, &["--role", "--rules", "missing.yaml"], "error: missing.yaml: cannot be read: "),
        (&RULES.replace("[Query]", "[Qery]"), &["--role"], "help: did you mean `Query`?"),
        (empty, &["--role"], "error: keybound.yaml: there is no grant, so the role may do nothing"),
        (RULES, &["--arn", ARN], "error: `--claims <FILE>` is missing"),
        (RULES, &["--claims", "c.json"], "error: `--arn <METHOD_ARN>` is missing"),
    ] {
        let done = role(rules, args);
        assert_eq!((done.status, done.out.as_str()), (2, ""), "{args:?}: {}", done.err);
        assert!(done.err.contains(said), "{said}\n{}", done.err);
        assert!(!done.err.contains('\u{1b}'), "{:?}", done.err);
    }
}

#[test]
fn a_route_may_be_called_all() {
    let rules = RULES.replace("\"GET /l/{id}\": [GetItem]", "all: [GetItem]");
    let done = role(&rules, &["--role", "all", "--arn", ARN]);
    assert_eq!(told(&done), [("GetItem".to_owned(), "table/Links".to_owned(), String::new())]);
}

#[test]
fn the_reference_s_policy_is_what_the_page_shows() {
    let page = std::fs::read_to_string(root().join("docs/rules.md")).expect("the page");
    let block = |kind: &str| {
        let rest = page.split(&format!("```{kind}\n")).nth(1).expect("a block");
        rest.split("```").next().expect("its end").to_owned()
    };
    let scratch = Scratch::with(&[("keybound.yaml", &block("yaml"))]);
    let args = ["policy", "--role", "GET /by-status/{status}", "--arn", ARN];
    let done = process(scratch.path(), &args).env("STAGE", "prod").output().expect("the command runs");
    assert_eq!(String::from_utf8_lossy(&done.stdout), block("json"));
}

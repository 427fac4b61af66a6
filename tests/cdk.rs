//! What CDK synthesizes. `tests/cdk/cdk.out` was written by hand in the shape of aws-cdk-lib 2.276; `.ci/cdk` holds the
//! real one against it.

use std::collections::BTreeMap;

use serde_json::{Value as Json, json};

use crate::command::{Done, Scratch, root, run};

const OUT: &str = "tests/cdk/cdk.out";

fn findings(done: &Done) -> Vec<Json> {
    assert_eq!(done.status, 1, "{done:?}");
    done.json()["findings"].as_array().expect("findings").clone()
}

/// Each place where a parameter is not escaped: its file, its route, its table, and the construct that it comes from.
fn unescaped(done: &Done) -> Vec<(String, String, String, String)> {
    let text = |value: &Json| value.as_str().unwrap_or_default().to_owned();
    let found = findings(done).into_iter().filter(|finding| finding["lint"] == "unescaped-input");
    found
        .map(|finding| {
            let related = finding["related"].as_array().into_iter().flatten();
            let construct = related
                .filter_map(|related| {
                    related["message"].as_str()?.strip_prefix("synthesized from the construct ")
                })
                .map(str::to_owned);
            let file = text(&finding["file"]);
            let file = file.rsplit('/').next().unwrap().to_owned();
            (file, text(&finding["route"]), text(&finding["table"]), construct.collect())
        })
        .collect()
}

fn expected() -> Vec<(String, String, String, String)> {
    let asset = "asset.3f0a6ee58f7e4d1c9a7bb6cf7b1f4ab9c27a1f6c2f21bb2a5f2a4a86fd3b7e01.yaml";
    [
        (
            "Orders.template.json",
            "GET /orders/{id}",
            "${OrdersTable315BB997}",
            "`Orders/Api/Default/orders/{id}/GET/Resource`",
        ),
        (
            "OrdersReportsD3BBCA11.nested.template.json",
            "GET /reports/{id}",
            "${OrdersTable315BB997}",
            "`Orders/Reports/Api/Default/reports/{id}/GET/Resource`",
        ),
        (asset, "GET /invoices/{id}", "invoices", ""),
    ]
    .map(|(file, route, table, construct)| (file.into(), route.into(), table.into(), construct.into()))
    .into()
}

#[test]
fn each_stack_is_read_once_with_its_nested_stacks_and_assets() {
    let done = run(&["lint", "--format", "json", OUT]);
    assert_eq!(done.json()["integrations"], 3, "{done:?}");
    assert_eq!(unescaped(&done), expected());
    // A stack's template alone leads to the rest.
    let done = run(&["lint", "--format", "json", &format!("{OUT}/Orders.template.json")]);
    assert_eq!(unescaped(&done), expected());
}

#[test]
fn a_nested_stack_has_the_role_and_the_table_of_its_own() {
    let lints: Vec<Json> = findings(&run(&["lint", "--format", "json", OUT]));
    // Both stacks call their role by one logical id, and each grants what is called: nothing is missing or unused.
    let roles: Vec<&Json> = lints
        .iter()
        .filter(|finding| {
            ["outside-grant", "unused-grant", "broad-role"].contains(&finding["lint"].as_str().unwrap())
        })
        .collect();
    assert!(roles.is_empty(), "{roles:?}");
}

#[test]
fn an_assembly_is_read_though_git_ignores_it() {
    let mut files: BTreeMap<String, String> = BTreeMap::new();
    for entry in std::fs::read_dir(root().join(OUT)).expect("the fixture") {
        let entry = entry.expect("an entry");
        let name = entry.file_name().into_string().expect("a name");
        files.insert(format!("app/cdk.out/{name}"), std::fs::read_to_string(entry.path()).expect("a text"));
    }
    files.insert(".git/HEAD".into(), "ref: refs/heads/main\n".into());
    files.insert("app/.gitignore".into(), "cdk.out\n".into());
    let files: Vec<(&str, &str)> = files.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    let scratch = Scratch::with(&files);
    let integrations = |path: &str| {
        let done = scratch.run(&["lint", "--format", "json", path]);
        done.json()["integrations"].as_u64().expect("a number")
    };
    for path in [".", "app", "app/cdk.out", "app/cdk.out/"] {
        assert_eq!(integrations(path), 3, "{path}");
    }
    // A commit has nothing of it.
    scratch.write("app/keybound.yaml", "version: 1\n");
    let done = scratch.run(&["lint", "--format", "json", "--hook", "app/keybound.yaml"]);
    assert_eq!(done.json()["integrations"], 0, "{done:?}");
    // A directory that CDK did not write is what git says it is, unless it is named.
    std::fs::remove_file(scratch.path().join("app/cdk.out/cdk.out")).expect("the mark is removed");
    assert_eq!((integrations("."), integrations("app/cdk.out")), (0, 3));
}

#[test]
fn an_assembly_that_is_not_whole_is_read_as_far_as_it_goes() {
    let template =
        std::fs::read_to_string(root().join(OUT).join("Orders.template.json")).expect("the fixture");
    for assets in
        ["{", "[]", "{\"files\": 1}", "{\"files\": {\"a\": {\"source\": 1, \"destinations\": [1]}}}"]
    {
        let scratch = Scratch::with(&[("Orders.template.json", &template), ("Orders.assets.json", assets)]);
        let done = scratch.run(&["lint", "--format", "json", "."]);
        assert_eq!(unescaped(&done), expected()[..1], "{assets}");
    }
    // A stack that names itself, and one that leaves the repository.
    let circle = |path: &str| {
        json!({"Resources": {"A": {"Type": "AWS::CloudFormation::Stack", "Properties": {
            "TemplateURL": path, "Parameters": {"P": {"Ref": "P"}, "Q": {"Fn::GetAtt": ["A", "Outputs.Q"]}},
        }}}, "Outputs": {"Q": {"Value": {"Fn::GetAtt": ["A", "Outputs.Q"]}}}, "x": "AWS::ApiGateway"})
        .to_string()
    };
    let scratch = Scratch::with(&[
        ("a.json", &circle("b.json")),
        ("b.json", &circle("a.json")),
        ("c.json", &circle("c.json")),
        ("d.json", &circle("../../outside.json")),
    ]);
    assert_eq!(scratch.run(&["lint", "."]).status, 0);
}

//! The section `lint` of `keybound.yaml`: levels, paths, trusted values, and where they are found.

use crate::command::{Done, SAFE, Scratch, UNSAFE};
use crate::exit_status::openapi;

/// The lints that are found, and the run's status.
fn found(done: &Done) -> (Vec<String>, i32) {
    (done.lints(), done.status)
}

fn lints(names: &[&str], status: i32) -> (Vec<String>, i32) {
    (names.iter().map(|name| (*name).to_owned()).collect(), status)
}

/// A repository with an open route, whose passthrough is open too.
fn repository(settings: &str) -> Scratch {
    let scratch = Scratch::with(&[("apis/orders/api.yaml", &openapi("when_no_match", SAFE))]);
    std::fs::create_dir(scratch.path().join(".git")).unwrap();
    scratch.write("keybound.yaml", settings);
    scratch
}

/// What a finding says of the settings of its values: message, file and line.
fn settings_of(finding: &serde_json::Value) -> Vec<(String, String, u64)> {
    let related = finding["related"].as_array().unwrap().iter();
    let said = related.map(|place| {
        let text = |name: &str| place[name].as_str().unwrap().to_owned();
        (text("message"), text("file"), place["line"].as_u64().unwrap())
    });
    said.filter(|(_, file, _)| file.ends_with("keybound.yaml")).collect()
}

const JSON: [&str; 3] = ["lint", "--format", "json"];

#[test]
fn levels_change_what_a_lint_says_and_whether_it_fails() {
    let scratch = repository("version: 1\n");
    assert_eq!(
        found(&scratch.run(&[&JSON[..], &["--no-rules"]].concat())),
        lints(&["open-method", "passthrough"], 1)
    );
    scratch.write("keybound.yaml", "version: 1\nlint: { levels: { open-method: off, passthrough: note } }\n");
    let done = scratch.run(&JSON);
    assert_eq!(found(&done), lints(&["passthrough"], 0));
    assert_eq!(done.json()["findings"][0]["severity"], "note");
    assert_eq!(done.json()["turned_off"], 1);
    let done = scratch.run(&["lint"]);
    assert_eq!(done.err, "1 note in 1 integration of 1 file; 1 turned off\n");
    scratch
        .write("keybound.yaml", "version: 1\nlint: { levels: { open-method: error, passthrough: off } }\n");
    assert_eq!(scratch.run(&["lint", "--fail-on", "error"]).status, 1);
}

#[test]
fn a_file_of_settings_alone_is_no_access_rules() {
    let scratch = repository("version: 1\nlint: {}\n");
    let verdict = || {
        let map = scratch.run(&["map", "--format", "json"]).json();
        let route = &map["routes"][0];
        (route["verdict"].as_str().unwrap().to_owned(), route["rules"].as_str().is_some())
    };
    assert_eq!(found(&scratch.run(&JSON)), lints(&["open-method", "passthrough"], 1));
    assert_eq!(verdict(), ("unjudged".to_owned(), false));
    // Without the section it grants nothing, and every route is held against that.
    scratch.write("keybound.yaml", "version: 1\n");
    assert_eq!(verdict(), ("broken".to_owned(), true));
    // Settings nearer to the definition hide no rules.
    scratch.write("apis/keybound.yaml", "version: 1\nlint: { levels: { open-method: off } }\n");
    assert_eq!(verdict(), ("broken".to_owned(), true));
    assert_eq!(found(&scratch.run(&JSON)), lints(&["passthrough"], 1));
    // Named as rules it is a mistake.
    let done = scratch.run(&["lint", "--rules", "apis/keybound.yaml"]);
    assert_eq!(done.status, 2);
    let said = "apis/keybound.yaml: has settings of the linter and no access rules";
    assert!(done.err.contains(said), "{}", done.err);
}

#[test]
fn the_nearest_settings_count_and_arguments_choose_others() {
    let scratch = repository("version: 1\nlint: { levels: { passthrough: off } }\n");
    scratch.write("apis/keybound.yaml", "version: 1\nlint: { levels: { open-method: off } }\n");
    scratch.write("other.yaml", "version: 1\nlint: { levels: { open-method: off, passthrough: off } }\n");
    assert_eq!(found(&scratch.run(&JSON)), lints(&["passthrough"], 1));
    let with = |args: &[&str]| found(&scratch.run(&[&JSON[..], args].concat()));
    assert_eq!(with(&["--config", "other.yaml"]), lints(&[], 0));
    assert_eq!(with(&["--config", "keybound.yaml"]), lints(&["open-method"], 1));
    assert_eq!(with(&["--no-config"]), lints(&["open-method", "passthrough"], 1));
    // Rules and settings are chosen apart.
    assert_eq!(with(&["--no-rules"]), lints(&["passthrough"], 1));
    assert_eq!(scratch.run(&["lint", "--config", "other.yaml", "--no-config"]).status, 2);
    let missing = scratch.run(&["lint", "--config", "missing.yaml"]);
    assert_eq!(missing.status, 2);
    assert!(missing.err.contains("missing.yaml: cannot be read"), "{}", missing.err);
    scratch.write("bare.yaml", "version: 1\n");
    let bare = scratch.run(&["lint", "--config", "bare.yaml"]);
    assert_eq!(bare.status, 2);
    assert!(bare.err.contains("bare.yaml: has no section `lint`"), "{}", bare.err);
}

#[test]
fn everything_that_is_wrong_is_told_at_once_with_its_line() {
    let scratch = repository(
        "version: 1\nlint:\n  levels: { open-methods: off, passthrough: fatal }\n  path: {}\n  trusted: [$input.body]\n",
    );
    let done = scratch.run(&JSON);
    assert_eq!(found(&done), lints(&["open-method", "passthrough"], 2));
    for said in [
        "there is no lint `open-methods`",
        "did you mean `open-method`?",
        "`passthrough` must be `error` or `warning` or `note` or `off`, found the text `fatal`",
        "`lint` has no key `path`",
        "did you mean `paths`?",
        "`$input.body` is no value that can be trusted or not",
        "[keybound.yaml:3:13]",
        "[keybound.yaml:4:3]",
        "[keybound.yaml:5:13]",
    ] {
        assert!(done.err.contains(said), "{said}: {}", done.err);
    }
    // So is a version that is missing, and in file order what only the linter knows to be wrong.
    scratch.write("keybound.yaml", "lint: { trusted: [$context.stag], levels: { x: off } }\n");
    let done = scratch.run(&["lint", "-q"]);
    let places: Vec<&str> =
        done.err.split("[keybound.yaml:").skip(1).filter_map(|rest| rest.split(']').next()).collect();
    assert_eq!((done.status, places), (2, vec!["1:1", "1:19", "1:45"]), "{}", done.err);
    // What is broken for both parts is told once.
    scratch.write("keybound.yaml", "version: 1\nlint: {\n");
    let done = scratch.run(&["lint", "-q"]);
    assert_eq!((done.status, done.err.matches("[keybound.yaml:").count()), (2, 1), "{}", done.err);
}

#[test]
fn paths_leave_files_out_and_say_how_many() {
    let scratch = repository("version: 1\nlint: { paths: { exclude: [old/] } }\n");
    scratch.write("old/broken.yaml", "x-amazon-apigateway-integration: [");
    scratch.write("old/request.vtl", UNSAFE);
    let done = scratch.run(&JSON);
    assert_eq!(found(&done), lints(&["open-method", "passthrough"], 1));
    assert_eq!((&done.json()["files"], &done.json()["files_left_out"]), (&1.into(), &2.into()));
    // A hook names files, and means those that are linted.
    let named = scratch.run(&["lint", "old/request.vtl"]);
    assert_eq!((named.status, named.out.as_str()), (0, ""));
    assert!(named.err.contains("; 1 file left out"), "{}", named.err);
    assert_eq!(scratch.run(&["lint", "--no-config", "old/request.vtl"]).status, 1);
    // Patterns begin at the file that has them.
    scratch.write("keybound.yaml", "version: 1\nlint: { paths: { include: [apis/] } }\n");
    assert_eq!(scratch.run(&["lint", "old"]).status, 0);
    assert_eq!(found(&scratch.run(&JSON)), lints(&["open-method", "passthrough"], 1));
}

#[test]
fn nothing_that_is_turned_off_is_proved() {
    let root = crate::command::root();
    let scratch = Scratch::new();
    std::fs::create_dir(scratch.path().join(".git")).unwrap();
    let rules = std::fs::read_to_string(root.join("examples/links/keybound.yaml")).unwrap();
    let definition = std::fs::read_to_string(root.join("examples/links/template.yaml")).unwrap();
    // Anybody deletes what is whoever's.
    let broken = definition.replace("owner_id = :owner", "id = id");
    assert_ne!(broken, definition);
    scratch.write("template.yaml", &broken);
    scratch.write("keybound.yaml", &rules);
    let plain = scratch.run(&["map"]);
    assert_eq!(plain.status, 1, "{}", plain.err);
    let lint = scratch.run(&JSON);
    let mut names = lint.lints();
    names.sort();
    names.dedup();
    assert!(!names.is_empty());
    let levels: Vec<String> = names.iter().map(|name| format!("{name}: off")).collect();
    scratch.write("keybound.yaml", format!("{rules}\nlint: {{ levels: {{ {} }} }}\n", levels.join(", ")));
    assert_eq!(found(&scratch.run(&JSON)), lints(&[], 0));
    // The map says what it said.
    assert_eq!(scratch.run(&["map"]).out, plain.out);
    assert_eq!(scratch.run(&["map"]).status, 1);
    scratch.write("keybound.yaml", format!("{rules}\nlint: {{ paths: {{ exclude: [template.yaml] }} }}\n"));
    let map = scratch.run(&["map"]);
    assert!(!map.out.contains("proved"), "{}", map.out);
    for format in ["text", "json", "html"] {
        let map = scratch.run(&["map", "--format", format]);
        assert!(map.err.contains("1 file left out"), "{format}: {}", map.err);
    }
}

/// A template for a key that is a stage variable.
const STAGE: &str = r#"{"TableName": "Orders", "Key": {"id": {"S": "$stageVariables.owner"}}}"#;

#[test]
fn an_untrusted_value_is_the_clients() {
    let scratch = Scratch::with(&[("request.vtl", STAGE)]);
    assert_eq!(found(&scratch.run(&JSON)), lints(&[], 0));
    scratch.write("keybound.yaml", "version: 1\nlint: { untrusted: [$stageVariables.owner] }\n");
    let done = scratch.run(&JSON);
    assert_eq!(found(&done), lints(&["unescaped-input"], 1));
    let finding = &done.json()["findings"][0];
    assert_eq!(finding["confidence"], "proven");
    let sent = finding["proof"]["request"]["stage_variables"]["owner"].as_str().unwrap().to_owned();
    assert!(sent.contains('"'), "{sent}");
    assert_ne!(finding["proof"]["injected"], serde_json::json!([]));
    assert_eq!(finding["proof"]["unsent"], serde_json::json!(["$stageVariables.owner"]));
    assert_eq!(finding["proof"]["curl"], serde_json::Value::Null);
    let text = scratch.run(&["lint"]).out;
    assert!(text.contains("  try: not with curl, which cannot set `$stageVariables.owner`\n"), "{text}");
    assert!(!text.contains("$API"), "{text}");
    let message = "`$stageVariables.owner` is untrusted here, so that the client decides it".to_owned();
    assert_eq!(settings_of(finding), [(message, "keybound.yaml".to_owned(), 2)]);
    // What is the client's anyway needs no setting.
    scratch.write(
        "request.vtl",
        STAGE.replace("$stageVariables.owner", "$input.path('$.id')$stageVariables.owner"),
    );
    assert_eq!(settings_of(&scratch.run(&JSON).json()["findings"][0]), []);
    scratch.write("request.vtl", STAGE);
    scratch.write("keybound.yaml", "version: 1\nlint: { untrusted: [$stageVariables.other] }\n");
    assert_eq!(found(&scratch.run(&JSON)), lints(&[], 0));
}

#[test]
fn a_trusted_value_is_the_deployments_and_no_proof_rests_on_it() {
    let header = r#"{"TableName": "Orders", "Key": {"id": {"S": "$input.params().header.get('X-Owner')"}}}"#;
    let scratch = Scratch::with(&[("request.vtl", header)]);
    assert_eq!(found(&scratch.run(&JSON)), lints(&["unescaped-input"], 1));
    scratch.write("keybound.yaml", "version: 1\nlint: { trusted: [method.request.header.x-owner] }\n");
    assert_eq!(found(&scratch.run(&JSON)), lints(&[], 0));
    // `$input.params('X-Owner')` is the query string's first, which nobody trusts.
    scratch.write(
        "request.vtl",
        header.replace("$input.params().header.get('X-Owner')", "$input.params('X-Owner')"),
    );
    let done = scratch.run(&JSON);
    assert_eq!(found(&done), lints(&["unescaped-input"], 1));
    assert_eq!(settings_of(&done.json()["findings"][0]), []);
    // A way that only a trusted value opens is no client's to take: suspected, and not shown.
    let guarded =
        format!("#if($input.params().header.get('X-Owner') == 'admin')\n{UNSAFE}\n#else\n{SAFE}\n#end");
    scratch.write("request.vtl", &guarded);
    let done = scratch.run(&JSON);
    assert_eq!(found(&done), lints(&["unescaped-input"], 0));
    let finding = &done.json()["findings"][0];
    assert_eq!(finding["confidence"], "possible");
    let message = "`method.request.header.x-owner` is trusted here, so that no proof chooses it".to_owned();
    assert_eq!(settings_of(finding), [(message, "keybound.yaml".to_owned(), 2)]);
    let done = scratch.run(&[&JSON[..], &["--no-config"]].concat());
    assert_eq!(found(&done), lints(&["unescaped-input"], 1));
    assert_eq!(settings_of(&done.json()["findings"][0]), []);
}

#[test]
fn what_is_not_trusted_binds_no_caller() {
    let root = crate::command::root();
    let scratch = Scratch::new();
    std::fs::create_dir(scratch.path().join(".git")).unwrap();
    let rules = std::fs::read_to_string(root.join("examples/orders/keybound.yaml")).unwrap();
    for entry in std::fs::read_dir(root.join("examples/orders")).unwrap() {
        let path = entry.unwrap().path();
        if path.is_file() {
            let name = path.file_name().unwrap().to_str().unwrap().to_owned();
            scratch.write(&name, std::fs::read(&path).unwrap());
        }
    }
    assert_eq!(scratch.run(&["map"]).status, 0);
    scratch.write("keybound.yaml", format!("{rules}\nlint: {{ untrusted: [$context.authorizer.*] }}\n"));
    let map = scratch.run(&["map", "--format", "json"]);
    assert_eq!(map.status, 1, "{map:?}");
    let map = map.json();
    let broken: Vec<&serde_json::Value> =
        map["routes"].as_array().unwrap().iter().filter(|route| route["verdict"] == "broken").collect();
    assert!(!broken.is_empty());
    let line = rules.lines().count() + 2;
    let untrusted = serde_json::json!([
        {"value": "$context.authorizer.*", "setting": "untrusted", "file": "keybound.yaml", "line": line}
    ]);
    assert!(broken.iter().all(|route| route["rests_on"] == untrusted), "{broken:?}");
    let done = scratch.run(&JSON);
    let proven = done.json()["findings"]
        .as_array()
        .unwrap()
        .iter()
        .any(|finding| finding["lint"] == "client-chosen-key" && finding["confidence"] == "proven");
    assert!(proven, "{}", done.out);
    assert_eq!(scratch.run(&["map", "--no-config"]).status, 0);
}

#[test]
fn a_route_is_neither_proved_nor_broken_by_what_is_trusted() {
    let root = crate::command::root();
    let scratch = Scratch::new();
    std::fs::create_dir(scratch.path().join(".git")).unwrap();
    let rules = std::fs::read_to_string(root.join("examples/orders/keybound.yaml")).unwrap();
    let definition = std::fs::read_to_string(root.join("examples/orders/api.yaml")).unwrap();
    let of_header =
        definition.replace("$context.authorizer.tenant", "$input.params().header.get('X-Tenant')");
    assert_ne!(of_header, definition);
    scratch.write("api.yaml", &of_header);
    let verdicts = |settings: &str| {
        scratch.write("keybound.yaml", format!("{rules}\n{settings}\n"));
        let map = scratch.run(&["map", "--format", "json"]).json();
        let routes = map["routes"].as_array().unwrap().clone();
        routes.iter().map(|route| route["verdict"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let plain = verdicts("");
    assert!(plain.contains(&"broken".to_owned()), "{plain:?}");
    let trusted = verdicts("lint: { trusted: [method.request.header.X-Tenant] }");
    let expected: Vec<String> = plain.iter().map(|v| v.replace("broken", "undecided")).collect();
    assert_eq!(trusted, expected);
    let done = scratch.run(&JSON).json();
    let findings = done["findings"].as_array().unwrap().iter();
    let unproved: Vec<_> = findings.filter(|finding| finding["lint"] == "unproved-route").collect();
    assert!(!unproved.is_empty());
    let trusted_here = "`method.request.header.X-Tenant` is trusted here, so that no proof chooses it";
    for finding in unproved {
        assert!(settings_of(finding).iter().any(|(message, ..)| message == trusted_here), "{finding}");
    }
    let line = rules.lines().count() + 2;
    let map = scratch.run(&["map"]).out;
    let told = format!("rests on trust in `method.request.header.X-Tenant`, keybound.yaml:{line}\n");
    assert!(map.contains(&told), "{map}");
    let plain = scratch.run(&["map", "--no-config"]).out;
    assert!(!plain.contains("rests on"), "{plain}");
}

#[test]
fn a_proof_that_rests_on_trust_says_so() {
    let root = crate::command::root();
    let scratch = Scratch::new();
    std::fs::create_dir(scratch.path().join(".git")).unwrap();
    let rules = std::fs::read_to_string(root.join("examples/orders/keybound.yaml")).unwrap();
    let definition = std::fs::read_to_string(root.join("examples/orders/api.yaml")).unwrap();
    let of_header = definition.replace(
        "\"note\": {\"S\": $input.json('$.note')}",
        "\"note\": {\"S\": \"$input.params().header.get('X-Note')\"}",
    );
    assert_ne!(of_header, definition);
    scratch.write("api.yaml", &of_header);
    let told = |settings: &str| {
        scratch.write("keybound.yaml", format!("{rules}\n{settings}\n"));
        let map = scratch.run(&["map", "--format", "json"]).json();
        let routes = map["routes"].as_array().unwrap().iter();
        let resting: Vec<_> =
            routes.clone().filter(|route| route["rests_on"] != serde_json::json!([])).collect();
        let resting = resting.iter().map(|route| (route["route"].clone(), route["rests_on"].clone()));
        let mut posts = routes.filter(|route| route["route"] == "POST /orders");
        (posts.next().unwrap()["verdict"].clone(), resting.collect::<Vec<_>>())
    };
    assert_eq!(told(""), ("broken".into(), vec![]));
    let rests_on = serde_json::json!([{
        "value": "method.request.header.X-Note",
        "setting": "trusted",
        "file": "keybound.yaml",
        "line": rules.lines().count() + 2,
    }]);
    let trusted = "lint: { trusted: [method.request.header.X-Note, $stageVariables.table] }";
    assert_eq!(told(trusted), ("proved".into(), vec![("POST /orders".into(), rests_on)]));
    let page = scratch.run(&["map", "--format", "html"]).out;
    assert_eq!(page.matches("rests on trust in").count(), 1, "{page}");
}

#[test]
fn show_config_says_what_applies_and_why() {
    let scratch = repository(
        "version: 1\nlint:\n  levels:\n    open-method: off\n  paths: { exclude: [old/] }\n  trusted: [$context.stage]\n",
    );
    let shown = |args: &[&str]| scratch.run(&[&["lint", "--show-config"], args].concat());
    let done = shown(&["apis/orders/api.yaml"]);
    assert_eq!((done.status, done.err.as_str()), (0, ""));
    let lines: Vec<&str> = done.out.lines().collect();
    assert_eq!(lines[0], "apis/orders/api.yaml");
    assert!(
        lines[1].starts_with("settings: ")
            && lines[1].ends_with("keybound.yaml (the nearest with a section `lint`)")
    );
    assert_eq!(lines[2], "access rules: none (no `keybound.yaml` above has access rules)");
    assert_eq!(lines[3..5], ["linted: yes (default)", "trusted:"]);
    assert!(
        lines[5].starts_with("  $context.stage (") && lines[5].ends_with("keybound.yaml:6)"),
        "{}",
        lines[5]
    );
    assert_eq!(lines[6], "untrusted: none");
    assert!(done.out.contains("keybound.yaml:4)\n"), "{}", done.out);
    assert!(done.out.contains("\n  passthrough: error (default)\n"), "{}", done.out);
    // A file need not be there yet.
    let old = shown(&["old/new.yaml"]);
    assert_eq!(old.status, 2, "{old:?}");
    scratch.write("old/other.yaml", "");
    let old = shown(&["old/new.yaml"]);
    assert!(old.out.contains("linted: no: `old/` excludes it ("), "{}", old.out);
    let none = shown(&["apis/orders/api.yaml", "--no-config", "--no-rules"]);
    assert!(
        none.out.contains("settings: none (`--no-config`)\naccess rules: none (`--no-rules`)\n"),
        "{}",
        none.out
    );
    assert_eq!(shown(&["apis"]).status, 2);
    scratch.write("keybound.yaml", "version: 1\nlint: { levels: 5 }\n");
    let broken = shown(&["apis/orders/api.yaml"]);
    assert_eq!((broken.status, broken.out.as_str()), (2, ""));
    assert!(broken.err.contains("`levels` must be a mapping"), "{}", broken.err);
}

#[test]
fn the_schema_knows_the_lints() {
    let schema = crate::command::run(&["schema"]).json();
    let levels = &schema["$defs"]["lint"]["properties"]["levels"];
    let names = levels["propertyNames"]["enum"].as_array().unwrap();
    assert!(names.contains(&"unescaped-input".into()));
    assert_eq!(
        levels["additionalProperties"]["enum"],
        serde_json::json!(["error", "warning", "note", "off"])
    );
}

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests fail by panicking")]

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use proptest::prelude::*;

use super::*;
use crate::rules::schema::tests::is_valid;

/// An environment in which `UNSET` is not.
fn environment(name: &str) -> Option<String> {
    let value = match name {
        "STAGE" => "prod",
        "ISSUER_HOST" => "tokens.example.com",
        "CLIENT" => "client",
        "API" => "a1b2c3d4e5",
        "EMPTY" => "",
        _ => return None,
    };
    Some(value.to_owned())
}

/// The files of `tests/rules/<folder>`.
fn files(folder: &str) -> Vec<(PathBuf, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/rules").join(folder);
    let mut paths: Vec<PathBuf> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths.into_iter().map(|path| (path.clone(), std::fs::read_to_string(path).unwrap())).collect()
}

/// Whether the section `lint` is taken, if there is one.
fn settings_are_taken(text: &str) -> bool {
    let lints = ["open-method", "unbounded-read", "no-validator", "passthrough"];
    crate::rules::LintSettings::read(text, &lints).1.is_empty()
}

/// The problems of a text, one a line.
fn told(text: &str) -> String {
    let (_, problems) = read(text, &environment);
    let mut told = String::new();
    for problem in problems {
        let level = if problem.level == Level::Warning { "warning: " } else { "" };
        write!(told, "{level}{problem}").unwrap();
        if let Some((_, place, what)) = &problem.related {
            write!(told, " ({place}: {what})").unwrap();
        }
        told.push('\n');
    }
    told
}

#[test]
fn valid_files_are_read_without_a_word() {
    for (path, text) in files("valid") {
        let (rules, problems) = read(&text, &environment);
        assert!(rules.is_some() && problems.is_empty(), "{}: {}", path.display(), told(&text));
    }
}

#[test]
fn everything_that_is_wrong_is_told_at_once() {
    let mut all = String::new();
    for (path, text) in files("broken") {
        assert!(read(&text, &environment).0.is_none(), "{}", path.display());
        writeln!(all, "{}\n{}", path.file_name().unwrap().display(), told(&text)).unwrap();
    }
    insta::assert_snapshot!(all);
}

/// A valid file in which one grant's lines are replaced.
fn with_grant(grant: &str) -> String {
    format!(
        "version: 1\ntables:\n  Orders: {{ key: {{ partition: PK, sort: SK }} }}\nvariables:\n  \
         tenant: {{ claim: t, pattern: \"[a-z]+\" }}\ngrants:\n  - {grant}\n"
    )
}

#[test]
fn the_sample_of_the_design_means_what_it_says() {
    let (_, sample) = files("valid").into_iter().find(|(path, _)| path.ends_with("sample.yaml")).unwrap();
    let rules = read(&sample, &environment).0.unwrap();
    let issuer = rules.issuers.first().unwrap();
    assert_eq!(issuer.issuer, "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Example");
    assert_eq!(issuer.audience, ["4f2example"]);
    assert_eq!(issuer.keys, crate::KeySource::File("jwks.json".to_owned()));
    assert_eq!(issuer.max_age, Duration::from_secs(3600));
    assert_eq!(issuer.max_lifetime, Duration::from_secs(86_400));
    let orders = rules.tables.first().unwrap();
    assert_eq!((orders.name.as_str(), orders.physical.as_str()), ("Orders", "orders-prod"));
    assert_eq!(rules.tables.get(1).unwrap().physical, "Links");
    let each: Vec<_> = rules.variables.iter().map(|variable| variable.each).collect();
    assert_eq!(each, [None, None, Some(20)]);
    let by_name = |name: &str| rules.grants.iter().find(|grant| grant.name == name).unwrap();
    assert_eq!(rules.grants.len(), 5);
    assert_eq!(by_name("customers-read-own-orders").limit, Some(100));
    assert_eq!(by_name("staff-list-by-status").key().partition, "GSI1PK");
    assert_eq!(by_name("users-read-own-profile").tied("userId").unwrap().name, "user");
    assert_eq!(by_name("anyone-follows-links").opens, crate::Opens::Anyone);
    assert_eq!(rules.authorizer.apis, ["a1b2c3d4e5/prod"]);
}

#[test]
fn what_is_left_out_has_its_default() {
    let text = "version: 1\nissuers: { a: { issuer: \"https://a.example.com\", audience: [b] } }\n";
    let rules = read(text, &environment).0.unwrap();
    let issuer = rules.issuers.first().unwrap();
    assert_eq!(issuer.algorithms, [crate::Algorithm::Rs256]);
    assert_eq!(issuer.keys, crate::KeySource::Discovery);
    assert_eq!((issuer.token_use, issuer.insecure_loopback, issuer.leeway), (None, false, Duration::ZERO));
    assert_eq!(rules.authorizer, crate::AuthorizerSettings::default());
}

#[test]
fn any_stands_for_seven_verbs_and_actions_are_sorted() {
    let text = with_grant("{ name: a, table: Orders, routes: { \"ANY /a\": [Query, GetItem] }, keys: any }");
    let rules = read(&text, &environment).0.unwrap();
    let routes = &rules.grants.first().unwrap().routes;
    assert_eq!(routes.len(), 7);
    assert!(routes.iter().all(|route| route.actions == [crate::Action::GetItem, crate::Action::Query]));
}

#[test]
fn numbers_of_claims_are_equal_however_they_are_written() {
    let with = |number: &str| {
        with_grant(&format!(
            "{{ name: a, when: {{ n: {number} }}, table: Orders, routes: {{ \"GET /a\": [Query] }}, keys: any }}"
        ))
    };
    let whens: Vec<_> = ["7", "7.0", "0x7", "0o7", "+7", "70e-1"]
        .map(|number| read(&with(number), &environment).0.unwrap().grants.first().unwrap().opens.clone())
        .into_iter()
        .collect();
    assert!(whens.windows(2).all(|pair| pair[0] == pair[1]), "{whens:?}");
    for number in [".inf", "-.inf", ".nan", "1e999", "9223372036854775808"] {
        assert!(read(&with(number), &environment).0.is_none(), "{number}");
    }
}

#[test]
fn a_wide_and_deep_alias_is_refused_quickly() {
    let mut laughs = "version: 1\na: &a [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
    for (name, before) in ('b'..='z').zip('a'..) {
        let ten = vec![format!("*{before}"); 10].join(", ");
        writeln!(laughs, "{name}: &{name} [{ten}]").unwrap();
    }
    let started = Instant::now();
    assert!(told(&laughs).contains("aliases add more than 4096 values"), "{}", told(&laughs));
    assert!(started.elapsed() < Duration::from_secs(2));
}

#[test]
fn what_is_too_large_is_refused_quickly() {
    let started = Instant::now();
    let large = format!("version: 1\nlint:\n{}", "  - some more text in a list\n".repeat(400_000));
    assert!(large.len() > 10_000_000);
    assert_eq!(told(&large), "1:1: the file has more than 4194304 bytes\n");
    let many = format!("version: 1\nlint: {{ a: [{}] }}", "1,".repeat(600_000));
    assert!(told(&many).contains("the file holds more than 524288 values"));
    let deep = format!("version: 1\nlint: {}{}", "[".repeat(200_000), "]".repeat(200_000));
    assert!(told(&deep).contains("nested deeper than 32 levels"));
    let grants = "- { name: a }\n".repeat(10_001);
    assert!(told(&format!("version: 1\ngrants:\n{grants}")).contains("there are more than 10000 grants"));
    assert!(started.elapsed() < Duration::from_secs(20), "{:?}", started.elapsed());
}

#[test]
fn many_errors_are_cut_and_one_line_of_them_costs_no_walk_each() {
    let grants: Vec<String> = (0..10_000).map(|n| format!("{{ nam{n}: 1 }}")).collect();
    let started = Instant::now();
    let (_, problems) = read(&format!("version: 1\ngrants: [{}]", grants.join(", ")), &environment);
    assert_eq!(problems.len(), MAX_PROBLEMS + 1);
    assert_eq!(problems.last().unwrap().message, "more is wrong than is told at once");
    // One grant with more keys that are not known than anyone wants to be told of.
    let keys: Vec<String> = (0..50_000).map(|n| format!("rute{n}: 1")).collect();
    let (_, problems) = read(&format!("version: 1\ngrants: [{{ {} }}]", keys.join(", ")), &environment);
    assert_eq!(problems.len(), MAX_PROBLEMS + 1);
    assert!(started.elapsed() < Duration::from_secs(30), "{:?}", started.elapsed());
}

#[test]
fn ten_thousand_grants_are_read() {
    let grants: String = (0..10_000)
        .map(|n| {
            format!(
                "  - {{ name: g{n}, table: Orders, routes: {{ \"GET /{n}/{{id}}\": [GetItem] }}, \
                 keys: {{ PK: \"T#{{tenant}}#{n}\" }} }}\n"
            )
        })
        .collect();
    let text =
        with_grant("&first { name: z, table: Orders, routes: { \"GET /z\": [Scan] }, keys: any }") + &grants;
    // With the one of `with_grant` there is one too many.
    assert!(told(&text).contains("there are more than 10000 grants"), "{}", told(&text));
    let text = text.replacen("  - { name: g0,", "    # { name: g0,", 1);
    assert_eq!(told(&text), "");
}

#[test]
fn a_byte_order_mark_and_line_breaks_of_other_systems_change_nothing() {
    for (path, text) in files("valid").into_iter().filter(|(path, _)| path.ends_with("sample.yaml")) {
        for text in [format!("\u{FEFF}{text}"), text.replace('\n', "\r\n")] {
            assert_eq!(told(&text), "", "{}", path.display());
        }
    }
    assert_eq!(
        told("\u{FEFF}version: 2\r\nlint: 5"),
        "1:10: `version` must be the number 1, found the number 2; write `version: 1`\n2:7: `lint` must be a mapping, found the number 5\n"
    );
}

#[test]
fn no_message_shows_what_the_environment_holds() {
    let text = "version: 1\ntables: { Orders: { name: \"a ${env:S}\", key: { partition: PK } } }\n\
        issuers: { a: { issuer: \"x${env:S}\", audience: [\"a ${env:S}\", \"${env:S}\", \"${env:T}\"] } }\nauthorizer: { apis: [\"${env:S}\"] }";
    let (_, problems) = read(text, &|_| Some("s3cret".to_owned()));
    assert_eq!(problems.len(), 5, "{problems:?}");
    assert!(problems.iter().any(|problem| problem.message == "`${env:T}` comes twice in `audience`"));
    assert!(!format!("{problems:?}").contains("s3cret"), "{problems:?}");
}

/// Lines that are put into valid files.
fn line() -> impl Strategy<Value = String> {
    prop_oneof![
        "[ ]{0,6}[a-z_]{1,8}: .{0,20}",
        "[ ]{0,4}- .{0,20}",
        Just("<<: *a".to_owned()),
        Just("    keys: { PK: *x }".to_owned()),
        Just("---".to_owned()),
        Just("\t- ? [".to_owned()),
        Just("  a: !!binary |".to_owned()),
        Just("&a \"".to_owned()),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn no_text_panics(text in "(?s).{0,200}") {
        let (rules, problems) = read(&text, &environment);
        prop_assert_eq!(rules.is_none(), problems.iter().any(|problem| problem.level == Level::Error));
    }

    #[test]
    fn a_change_of_a_valid_file_never_panics(
        file in 0_usize..4, at in 0_usize..90, remove in 0_usize..3, lines in prop::collection::vec(line(), 0..3),
    ) {
        let (_, text) = files("valid").into_iter().nth(file).unwrap();
        let mut all: Vec<&str> = text.lines().collect();
        let at = at.min(all.len());
        let end = (at + remove).min(all.len());
        all.splice(at..end, lines.iter().map(String::as_str));
        let changed = all.join("\n");
        let (rules, problems) = read(&changed, &environment);
        prop_assert_eq!(rules.is_none(), problems.iter().any(|problem| problem.level == Level::Error));
        for problem in &problems {
            prop_assert!(problem.span.start <= problem.span.end && problem.span.end <= changed.len());
            prop_assert!(changed.get(problem.span.start..problem.span.end).is_some(), "{problem:?}");
        }
        if rules.is_some() && settings_are_taken(&changed) {
            prop_assert!(is_valid(&changed), "the schema refuses what the reader takes");
        }
        // Comments and blank lines mean nothing, wherever whole lines of them stand in block style.
        if rules.is_some() && !changed.contains(['|', '>']) && !changed.starts_with('{') {
            let commented = format!("# first\n\n{changed}\n# last\n");
            prop_assert!(read(&commented, &environment).0.is_some());
        }
    }

    #[test]
    fn a_character_more_or_less_never_panics(
        file in 0_usize..4, at in any::<prop::sample::Index>(), remove in 0_usize..3,
        put in "[\\[\\]{}*&!|>%@`#\"':,\t\n $\u{e9}0a-]{0,2}",
    ) {
        let (_, text) = files("valid").into_iter().nth(file).unwrap();
        let characters: Vec<char> = text.chars().collect();
        let at = at.index(characters.len());
        let end = (at + remove).min(characters.len());
        let changed: String =
            characters[..at].iter().copied().chain(put.chars()).chain(characters[end..].iter().copied()).collect();
        let (rules, problems) = read(&changed, &environment);
        prop_assert_eq!(rules.is_none(), problems.iter().any(|problem| problem.level == Level::Error));
        if rules.is_some() && settings_are_taken(&changed) {
            prop_assert!(is_valid(&changed), "the schema refuses what the reader takes");
        }
    }
}

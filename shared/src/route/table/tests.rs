#![allow(
    clippy::unwrap_used,
    clippy::string_slice,
    clippy::indexing_slicing,
    reason = "tests fail by panicking"
)]

use proptest::prelude::*;

use super::*;

fn table(paths: &[&str]) -> RouteTable {
    let mut table = RouteTable::default();
    for path in paths {
        table.add(Verb::Get, &path.parse().unwrap());
    }
    table
}

fn given(table: &RouteTable, path: &str) -> Option<String> {
    let path: Vec<Option<&str>> = path.split('/').filter(|segment| !segment.is_empty()).map(Some).collect();
    table.given(Verb::Get, &path).map(|given| table.route(given).unwrap().1.to_string())
}

#[test]
fn literals_beat_parameters_from_the_left() {
    let table = table(&["/", "/a/{x}", "/a/b", "/{x}/b", "/a/{x}/{r+}", "/{r+}", "/a/{x}/c/d"]);
    for (path, route) in [
        ("/", "/"),
        ("/a", "/{r+}"),
        ("/a/b", "/a/b"),
        ("/a/z", "/a/{x}"),
        ("/z/b", "/{x}/b"),
        ("/z/z", "/{r+}"),
        ("/a/b/c", "/a/{x}/{r+}"),
        ("/a/b/c/d", "/a/{x}/c/d"),
        ("/a/b/c/e", "/a/{x}/{r+}"),
    ] {
        assert_eq!(given(&table, path).as_deref(), Some(route), "{path}");
    }
}

#[test]
fn a_route_is_one_whatever_its_parameters_are_called() {
    let mut table = table(&["/a/{x}"]);
    assert_eq!(table.add(Verb::Get, &"/a/{y}".parse().unwrap()), 0);
    assert_eq!(table.add(Verb::Put, &"/a/{y}".parse().unwrap()), 1);
    assert_eq!(table.len(), 2);
}

fn steps(pattern: &str) -> Vec<Step<'_>> {
    pattern.split('/').map(|step| if step == "*" { Step::Star } else { Step::Text(step) }).collect()
}

fn reaches(table: &RouteTable, pattern: &str, route: &str) -> bool {
    let given = (0..table.len()).find(|given| table.route(*given).unwrap().1.to_string() == route).unwrap();
    table.reaches(&steps(pattern), given, &table.parts(given))
}

#[test]
fn a_pattern_reaches_what_it_is_given_at_any_depth() {
    let table =
        table(&["/orders", "/orders/{id}", "/orders/export", "/orders/{id}/items", "/{a}/{b}", "/x/{r+}"]);
    for (pattern, route, expected) in [
        ("orders/*", "/orders/{id}", true),
        ("orders/*", "/orders/export", true),
        ("orders/*", "/orders/{id}/items", true),
        ("orders/*", "/orders", false),
        ("orders/*", "/{a}/{b}", false),
        ("orders/export", "/orders/export", true),
        ("orders/export", "/orders/{id}", false),
        ("*/export", "/orders/export", true),
        ("*/export", "/orders/{id}", false),
        ("*/export", "/{a}/{b}", true),
        ("*/items", "/orders/{id}/items", true),
        ("*/items", "/orders/{id}", true),
        ("*/*/*", "/orders/{id}/items", true),
        ("*/*/*/*", "/orders/{id}/items", false),
        ("*/*/*/*/*/*", "/x/{r+}", true),
        ("y/*", "/x/{r+}", false),
    ] {
        assert_eq!(reaches(&table, pattern, route), expected, "{pattern} reaches {route}");
    }
}

#[test]
fn a_deep_pattern_costs_little() {
    let path = format!("/{}", (0..15).map(|number| format!("{{p{number}}}")).collect::<Vec<_>>().join("/"));
    let table = table(&[&format!("{path}/{{r+}}"), "/a/b"]);
    assert!(reaches(&table, &["*"; 8].join("/"), "/a/b") || table.len() == 2);
    assert!(!reaches(&table, &format!("{}/no", ["*"; 8].join("/")), "/a/b"));
}

/// Whether a resource's text matches a path's, as IAM does it.
fn glob(pattern: &str, text: &str) -> bool {
    match (pattern.chars().next(), text.chars().next()) {
        (None, None) => true,
        (Some('*'), _) => glob(&pattern[1..], text) || (!text.is_empty() && glob(pattern, &text[1..])),
        (Some(one), Some(other)) if one == other => glob(&pattern[1..], &text[1..]),
        _ => false,
    }
}

fn paths() -> impl Strategy<Value = String> {
    let segment = prop_oneof![Just("a".to_owned()), Just("b".to_owned()), Just("{p}".to_owned())];
    (prop::collection::vec(segment, 0..4), any::<bool>()).prop_map(|(mut segments, greedy)| {
        if greedy {
            segments.push("{r+}".to_owned());
        }
        let mut number = 0;
        for segment in &mut segments {
            if segment == "{p}" {
                number += 1;
                *segment = format!("{{p{number}}}");
            }
        }
        format!("/{}", segments.join("/"))
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]

    /// Against every path up to eight segments over the named ones and one that is not named.
    #[test]
    fn reaching_is_matching_a_path_that_is_given(
        routes in prop::collection::vec(paths(), 1..6), pattern in "([ab*]/){0,3}[ab*]"
    ) {
        let table = table(&routes.iter().map(String::as_str).collect::<Vec<_>>());
        let mut reached = vec![false; table.len()];
        let mut waiting: Vec<Vec<&str>> = vec![vec![]];
        while let Some(path) = waiting.pop() {
            let segments: Vec<Option<&str>> = path.iter().map(|segment| Some(*segment)).collect();
            if let Some(given) = table.given(Verb::Get, &segments)
                && glob(&pattern, &path.join("/"))
            {
                reached[given] = true;
            }
            if path.len() < 8 {
                waiting.extend(["a", "b", "z"].map(|next| [path.as_slice(), &[next]].concat()));
            }
        }
        for (given, expected) in reached.into_iter().enumerate() {
            let found = table.reaches(&steps(&pattern), given, &table.parts(given));
            prop_assert_eq!(found, expected, "{} of {:?}", table.route(given).unwrap().1, routes);
        }
    }
}

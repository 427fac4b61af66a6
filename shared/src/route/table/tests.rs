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

/// The routes that a path may be given to.
fn given(table: &RouteTable, path: &str) -> Vec<String> {
    let path: Vec<Option<&str>> = path.split('/').filter(|segment| !segment.is_empty()).map(Some).collect();
    let given = (0..table.len()).filter(|given| table.is_given(&path, *given));
    given.map(|given| table.route(given).unwrap().1.to_string()).collect()
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
        assert_eq!(given(&table, path), [route], "{path}");
    }
}

#[test]
fn a_greedy_route_may_win_by_its_literals_or_lose_to_any_other() {
    let table = table(&["/a/{r+}", "/{x}/b"]);
    assert_eq!(given(&table, "/a/b"), ["/a/{r+}", "/{x}/b"]);
    assert_eq!(given(&table, "/a/c"), ["/a/{r+}"]);
    assert_eq!(given(&table, "/c/b"), ["/{x}/b"]);
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
    table.reaches(&steps(pattern), given, &table.parts(given), &|_| true, &mut Ways::OF_ONE.clone()).unwrap()
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
fn ways_that_are_used_up_leave_the_question_open() {
    let path = format!("/{}", (0..15).map(|number| format!("{{p{number}}}")).collect::<Vec<_>>().join("/"));
    let table = table(&[&format!("{path}/{{r+}}"), "/a/b"]);
    let asked = |pattern: &str| {
        let none = &|_: &[Option<&str>]| false;
        table.reaches(&steps(pattern), 0, &table.parts(0), none, &mut Ways::OF_ONE.clone())
    };
    assert_eq!(asked(&["*"; 8].join("/")), None);
    assert_eq!(asked("a"), Some(false));
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
            if glob(&pattern, &path.join("/")) {
                for (given, reached) in reached.iter_mut().enumerate() {
                    *reached |= table.is_given(&segments, given);
                }
            }
            if path.len() < 8 {
                waiting.extend(["a", "b", "z"].map(|next| [path.as_slice(), &[next]].concat()));
            }
        }
        for (given, expected) in reached.into_iter().enumerate() {
            let parts = table.parts(given);
            let found = table.reaches(&steps(&pattern), given, &parts, &|_| true, &mut Ways::OF_ONE.clone());
            prop_assert_eq!(found, Some(expected), "{} of {:?}", table.route(given).unwrap().1, routes);
        }
    }
}

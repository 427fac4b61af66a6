//! Maps as they are written.

use serde_json::Value as Json;

use super::specimens::{access, fixed, part, route, run};
use super::{html, json, summary, text};
use crate::finding::{
    Access, BrokenBy, Comparison, ErrorPlace, Reason, ReasonKind, RestsOn, RouteVerdict, Run, RunError,
    TextPart, Verdict,
};
use crate::report::{Base, Screen};

fn drawn(run: &Run, screen: Screen) -> String {
    let (base, mut out) = (Base::default(), Vec::new());
    text::Text::new(&base, screen).write(&mut out, &run.routes).unwrap();
    String::from_utf8(out).unwrap()
}

fn page(run: &Run) -> String {
    let mut out = Vec::new();
    html::write(&mut out, run, &Base::default()).unwrap();
    String::from_utf8(out).unwrap()
}

fn object(run: &Run) -> Json {
    let mut out = Vec::new();
    json::write(&mut out, run, &Base::default()).unwrap();
    serde_json::from_slice(&out).unwrap()
}

#[test]
fn text_of_80_columns() {
    insta::assert_snapshot!(drawn(&run(), Screen::new(80, false, true)));
}

#[test]
fn text_of_120_columns() {
    insta::assert_snapshot!(drawn(&run(), Screen::new(120, false, true)));
}

#[test]
fn text_in_colours() {
    insta::assert_snapshot!(drawn(&run(), Screen::new(80, true, true)).replace('\u{1b}', "␛"));
}

#[test]
fn text_without_unicode_is_ascii() {
    let drawn = drawn(&run(), Screen::new(80, false, false));
    assert!(drawn.is_ascii());
    insta::assert_snapshot!(drawn);
}

/// On few columns everything is there: nothing is cut, whatever must be broken.
#[test]
fn text_is_wrapped_and_never_cut() {
    let squeezed = |text: &str| text.replace([' ', '\n', '│'], "");
    let wide = squeezed(&drawn(&run(), Screen::new(400, false, true)));
    for columns in [30, 47, 80, 120] {
        let narrow = drawn(&run(), Screen::new(columns, false, true));
        assert!(narrow.lines().all(|line| line.chars().count() <= columns), "{columns}: {narrow}");
        assert_eq!(squeezed(&narrow), wide, "{columns}");
    }
}

#[test]
fn summaries() {
    assert_eq!(summary(&run()), "6 routes: 2 proved, 1 broken, 1 undecided, 1 closed, 1 unjudged");
    assert_eq!(summary(&Run::default()), "0 routes");
    let one = Run { routes: vec![route("GET /", Verdict::Proved)], ..Run::default() };
    assert_eq!(summary(&one), "1 route: 1 proved");
}

#[test]
fn json_of_each_verdict() {
    insta::assert_snapshot!(serde_json::to_string_pretty(&object(&run())).unwrap());
}

const HOSTILE: [&str; 4] = [
    "<script>alert(1)</script>",
    "\" onmouseover=\"alert(2)",
    "' & </td><img src=x onerror=alert(3)>",
    "</style><b>`x`",
];

/// A run with these names wherever a definition or rules can put one.
fn named(names: [&str; 4]) -> Run {
    let of_name = |name: &str| {
        let access = Access {
            when: Some(name.to_owned()),
            content_types: vec![name.to_owned()],
            operation: name.to_owned(),
            table: Some(name.to_owned()),
            index: Some(name.to_owned()),
            key: Some(vec![part(
                name,
                Comparison::Equal,
                vec![vec![fixed(name), TextPart::Caller(name.to_owned()), TextPart::Client(name.to_owned())]],
            )]),
            attributes: vec![name.to_owned()],
            limit: Some(name.to_owned()),
            because: vec![Reason::of(ReasonKind::Grant, name), Reason::of(ReasonKind::Gap, name)],
            ..access(name, Verdict::Broken)
        };
        RouteVerdict {
            authorization: name.to_owned(),
            rules: Some(name.into()),
            accesses: vec![access],
            broken_by: vec![BrokenBy { lint: "passthrough", file: name.into(), line: 1 }],
            rests_on: vec![RestsOn { value: name.to_owned(), trusted: true, file: name.into(), line: 1 }],
            ..route(name, Verdict::Broken)
        }
    };
    let error = |name: &str| RunError { place: ErrorPlace::Run, message: name.to_owned(), help: None };
    Run { routes: names.map(of_name).to_vec(), errors: names.map(error).to_vec(), ..Run::default() }
}

/// The elements of a page with the names of their attributes, but for those that only mark where code is.
fn elements(page: &str) -> Vec<String> {
    let mut elements = Vec::new();
    for piece in page.split('<').skip(1) {
        let mut quoted = false;
        let mut element = String::new();
        for character in piece.chars().take_while(|character| *character != '>') {
            quoted ^= character == '"';
            if !quoted {
                element.push(character);
            }
        }
        if !["wbr", "code", "/code"].contains(&element.as_str()) {
            elements.push(element);
        }
    }
    elements
}

/// The page of hostile names has just the elements and attributes of a page of plain ones.
#[test]
fn html_is_made_of_no_name() {
    let page = page(&named(HOSTILE));
    assert_eq!(elements(&page), elements(&self::page(&named(["a b", "c d", "e f", "g h"]))));
    assert!(page.contains("&lt;script&gt;alert(1)&lt;<wbr>/script&gt;"), "{page}");
    assert!(page.contains("data-table=\"&quot; onmouseover=&quot;alert(2)\""));
    assert!(page.contains("data-callers=\"&#39; &amp; &lt;/td&gt;&lt;img src=x onerror=alert(3)&gt;\""));
}

#[test]
fn text_of_names_that_act_on_terminals() {
    let name = "GET /\u{1b}[31m\u{202e}\r\n";
    let run = Run { routes: vec![route(name, Verdict::Proved)], ..Run::default() };
    for told in [drawn(&run, Screen::new(80, false, true)), page(&run)] {
        assert!(told.contains("\\u{1b}[31m\\u{202e}\\r\\n"), "{told}");
        assert!(!told.contains(['\u{1b}', '\u{202e}', '\r']));
    }
}

#[test]
fn html_fetches_nothing_and_says_so() {
    let page = page(&run());
    for reaches in ["://", "src=", "href=", "url(", "@import", "<link", "<iframe", "<base", "style=\""] {
        assert!(!page.contains(reaches), "{reaches}");
    }
    let policy =
        page.split("Content-Security-Policy\" content=\"").nth(1).and_then(|rest| rest.split('"').next());
    let policy = policy.expect("a policy");
    assert!(
        policy.starts_with("default-src 'none'; style-src 'sha256-") && !policy.contains("unsafe"),
        "{policy}"
    );
}

/// What a reader that sees no colour and no layout relies on.
#[test]
fn html_has_what_it_is_read_by() {
    let page = page(&run());
    for text in ["<html lang=\"en\">", "<title>Access map, 6 routes: 2 proved", "aria-live=\"polite\""] {
        assert!(page.contains(text), "{text}");
    }
    assert!(page.contains("<table class=\"map\" aria-labelledby=\"routes\">"));
    assert_eq!(page.matches("<th scope=\"col\"").count(), 9 + 3);
    let rows = page.matches("<tr data-table=").count();
    assert_eq!(rows, 8, "a row for each access, and one for each route without any");
    assert_eq!(page.matches("<th scope=\"row\" class=\"route\">").count(), rows);
    for verdict in Verdict::ALL {
        let word = verdict.word();
        assert!(page.contains(&format!("</span> {word}</span>")), "the word beside the colour: {word}");
    }
    assert_eq!(page.matches("<select").count(), page.matches("</select></label>").count());
    assert!(
        page.contains("<form class=\"filters\" role=\"search\" hidden>"),
        "the script shows what it serves"
    );
    assert!(!page.contains("This map is not complete"));
}

/// A page that people file says what it leaves out.
#[test]
fn html_says_what_failed() {
    let error = RunError {
        place: ErrorPlace::Path("gone.yaml".into()),
        message: "cannot be read".into(),
        help: None,
    };
    let page = page(&Run { errors: vec![error], ..run() });
    assert!(page.contains("This map is not complete"));
    assert!(page.contains("<li>gone.yaml: cannot be read</li>"), "{page}");
}

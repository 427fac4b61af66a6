//! `keybound explain`.

use keybound_linter::lints::LINTS;

use crate::command::run;

#[test]
fn lists_every_lint() {
    let done = run(&["explain"]);
    assert_eq!((done.status, done.err.as_str()), (0, ""));
    let names: Vec<&str> = done
        .out
        .lines()
        .filter(|line| !line.starts_with(' '))
        .filter_map(|line| line.split(' ').next())
        .collect();
    let expected: Vec<&str> = LINTS.iter().map(|lint| lint.info.name).collect();
    assert_eq!(names, expected);
}

#[test]
fn prints_the_page_of_a_lint_as_markdown() {
    for lint in LINTS {
        let done = run(&["explain", lint.info.name]);
        assert_eq!((done.status, done.err.as_str()), (0, ""), "{}", lint.info.name);
        assert_eq!(done.out.trim_end(), lint.info.page.trim_end());
    }
}

#[test]
fn suggests_a_name_that_is_like_the_misspelt_one() {
    let done = run(&["explain", "unescaped-imput"]);
    assert_eq!((done.status, done.out.as_str()), (2, ""));
    assert_eq!(done.err, "error: there is no lint `unescaped-imput`; did you mean `unescaped-input`\n");
    let done = run(&["explain", "zzz"]);
    assert_eq!(done.status, 2);
    assert_eq!(done.err, "error: there is no lint `zzz`; `keybound explain` lists them\n");
}

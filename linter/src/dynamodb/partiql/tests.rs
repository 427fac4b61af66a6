//! Statements of the developer guide, their trees, their errors, and what holes are in them.

mod outline;
mod properties;

use super::*;
use crate::dynamodb::holey_text::notation::{holey, notation};
use outline::{expr, outline};

fn outlined(text: &str) -> String {
    let parsed = parse_statement(&holey(text));
    match (&parsed.tree, parsed.errors.as_slice()) {
        (Some(tree), []) => outline(tree),
        (_, errors) => errors.iter().map(|e| format!("{:?} {e}", e.span)).collect::<Vec<_>>().join("; "),
    }
}

fn statements(table: &[(&str, &str)]) {
    for (text, expected) in table {
        assert_eq!(outlined(text), *expected, "{text}");
    }
}

/// The outlines of conditions, each read in a `WHERE`.
fn conditions(table: &[(&str, &str)]) {
    for (text, expected) in table {
        let parsed = parse_statement(&holey(&format!("DELETE FROM T WHERE {text}")));
        assert_eq!(parsed.errors, [], "{text}");
        let filter = parsed.tree.as_ref().and_then(Statement::filter).map(expr);
        assert_eq!(filter.as_deref(), Some(*expected), "{text}");
    }
}

#[test]
fn selects() {
    statements(&[
        ("SELECT * FROM Music", "(select * Music)"),
        ("SELECT * FROM \"TableName\".\"IndexName\"", "(select * \"TableName\".\"IndexName\")"),
        (
            "SELECT OrderID, Total FROM \"Orders\" WHERE OrderID = 1",
            "(select (OrderID Total) \"Orders\" (= OrderID 1))",
        ),
        (
            "select Devices.FireStick.DateWatched[0] from TVShows where title = 'The Big New Movie'",
            "(select (Devices.FireStick.DateWatched[0]) TVShows (= title 'The Big New Movie'))",
        ),
        (
            "SELECT * FROM \"Orders\" WHERE OrderID IN [1, 2, 3] ORDER BY OrderID DESC, \"Total\" asc, x",
            "(select * \"Orders\" (in OrderID [1 2 3]) (desc OrderID) (asc \"Total\") x)",
        ),
        ("SELECT a FROM T WHERE b = ? AND c = ?;", "(select (a) T (and (= b ?0) (= c ?1)))"),
        ("SELECT * FROM \"a\"\"b\"", "(select * \"a\"\"b\")"),
        ("SELECT * -- all\n FROM /* the */ T", "(select * T)"),
        ("SELECT SIZE(a), b + 1 FROM T", "(select ((SIZE a) (+ b 1)) T)"),
    ]);
}

#[test]
fn writes() {
    statements(&[
        (
            "INSERT INTO \"Music\" value {'Artist' : 'Acme Band','SongTitle' : 'PartiQL Rocks'}",
            "(insert \"Music\" {'Artist':'Acme Band' 'SongTitle':'PartiQL Rocks'})",
        ),
        ("INSERT INTO T VALUE ?", "(insert T ?0)"),
        (
            "INSERT INTO T value {'k':'1', 'n': -1.5e-3, 'm': {'x': [1,'s', {}]}, 's': <<1, 0.5>>, 'b': TRUE, 'z': null}",
            "(insert T {'k':'1' 'n':(- 1.5e-3) 'm':{'x':[1 's' {}]} 's':<<1 0.5>> 'b':TRUE 'z':NULL})",
        ),
        (
            "UPDATE \"Music\" SET AwardsWon=1 SET AwardDetail={'Grammys':[2020, 2018]} WHERE Artist='Acme Band' AND SongTitle='PartiQL Rocks' RETURNING ALL OLD *",
            "(update \"Music\" (set (= AwardsWon 1)) (set (= AwardDetail {'Grammys':[2020 2018]})) (and (= Artist 'Acme Band') (= SongTitle 'PartiQL Rocks')) all-old)",
        ),
        (
            "UPDATE \"Music\" REMOVE AwardDetail.Grammys[2] WHERE Artist='A'",
            "(update \"Music\" (remove AwardDetail.Grammys[2]) (= Artist 'A'))",
        ),
        (
            "UPDATE T SET a = a + 1, l = list_append(l, [4, <<'x'>>]) REMOVE b, c['d'] WHERE pk = 1 RETURNING MODIFIED NEW *",
            "(update T (set (= a (+ a 1)) (= l (list_append l [4 <<'x'>>]))) (remove b c['d']) (= pk 1) modified-new)",
        ),
        (
            "DELETE FROM \"Music\" WHERE \"Artist\" = 'Acme Band' AND \"SongTitle\" = 'PartiQL Rocks' RETURNING ALL OLD *",
            "(delete \"Music\" (and (= \"Artist\" 'Acme Band') (= \"SongTitle\" 'PartiQL Rocks')) all-old)",
        ),
        (
            "EXISTS(SELECT * FROM \"Music\" WHERE Artist='Acme Band')",
            "(exists (select * \"Music\" (= Artist 'Acme Band')))",
        ),
    ]);
}

#[test]
fn values_and_conditions() {
    conditions(&[
        ("a = 'O''Brien'", "(= a 'O''Brien')"),
        ("a = ''", "(= a '')"),
        ("a != 1 OR a <> 1", "(or (<> a 1) (<> a 1))"),
        ("a >= 1 AND b <= 2 AND c < 3 AND d > 4", "(and (>= a 1) (<= b 2) (< c 3) (> d 4))"),
        ("NOT a = 1 AND b = 2 OR c = 3", "(or (and (not (= a 1)) (= b 2)) (= c 3))"),
        ("(a = 1 OR b = 2) AND c = 3", "(and (group (or (= a 1) (= b 2))) (= c 3))"),
        ("a BETWEEN 1 AND 2 AND b NOT BETWEEN ? AND ?", "(and (between a 1 2) (not-between b ?0 ?1))"),
        ("a IN ('x', ?) AND b NOT IN [1] AND c IN ?", "(and (in a ('x' ?0)) (not-in b [1]) (in c ?1))"),
        ("\"Awards\" is MISSING AND b IS NOT NULL", "(and (is \"Awards\" MISSING) (is-not b NULL))"),
        ("begins_with(\"Address\", '7834 24th')", "(begins_with \"Address\" '7834 24th')"),
        (
            "attribute_type(\"Genre\", 'S') and contains(l, -1)",
            "(and (attribute_type \"Genre\" 'S') (contains l (- 1)))",
        ),
        ("a - 1 + b = - - 2", "(= (+ (- a 1) b) (- (- 2)))"),
        ("a = <<>> AND b = [] AND c = {}", "(and (= a <<>>) (= b []) (= c {}))"),
        ("EXISTS (SELECT * FROM U WHERE x = 1)", "(exists (select * U (= x 1)))"),
        ("a = 'x' -- AND b = 'y'", "(= a 'x')"),
        ("a = true AND b = MISSING", "(and (= a TRUE) (= b MISSING))"),
    ]);
}

#[test]
fn statements_that_do_not_parse() {
    statements(&[
        ("", "0..0 expected `SELECT`, `INSERT`, `UPDATE`, `DELETE` or `EXISTS`, found the end"),
        ("DROP TABLE T", "0..4 expected `SELECT`, `INSERT`, `UPDATE`, `DELETE` or `EXISTS`, found `DROP`"),
        ("SELECT FROM T", "7..11 expected a name, in `\"` where it is a keyword, found `FROM`"),
        ("SELECT *", "8..8 expected `FROM` and a table, found the end"),
        ("SELECT * FROM T WHERE", "21..21 expected a value, found the end"),
        ("SELECT * FROM T U", "16..17 expected the end of the statement, found `U`"),
        ("SELECT * FROM T; SELECT * FROM U", "15..16 expected the end of the statement, found `;`"),
        ("SELECT * FROM 'T'", "14..17 expected a name, in `\"` where it is a keyword, found `'T'`"),
        ("INSERT INTO T {'a': 1}", "14..15 expected `VALUE` and an item, found `{`"),
        ("INSERT INTO T VALUE {'a' 1}", "25..26 expected `:` and a value, found `1`"),
        ("UPDATE T WHERE a = 1", "9..14 expected `SET` or `REMOVE`, found `WHERE`"),
        ("DELETE T WHERE a = 1", "7..8 expected `FROM` and a table, found `T`"),
        ("DELETE FROM T WHERE a = 1 RETURNING OLD", "36..39 expected `ALL` or `MODIFIED`, found `OLD`"),
        ("DELETE FROM T WHERE (a = 1", "26..26 expected `)`, `AND` or `OR`, found the end"),
        ("DELETE FROM T WHERE a = 'x", "24..26 the text that begins here has no closing `'`"),
        ("DELETE FROM \"T", "12..14 the name that begins here has no closing `\"`"),
        ("DELETE FROM T /* x", "14..18 the comment that begins here has no closing `*/`"),
        ("DELETE FROM T WHERE a = #x", "24..25 `#` has no place in a statement outside quotes"),
    ]);
}

#[test]
fn holes_where_the_grammar_takes_something() {
    statements(&[
        ("⟨1⟩", "?⟨1⟩"),
        ("SELECT * FROM T WHERE pk = '⟨1⟩'", "(select * T (= pk '⟨1⟩'))"),
        (
            "SELECT * FROM T WHERE pk = 'a''⟨1⟩''b' AND x = ⟨2⟩",
            "(select * T (and (= pk 'a''⟨1⟩''b') (= x ?⟨2⟩)))",
        ),
        ("SELECT * FROM \"⟨1⟩\".\"i⟨2⟩\"", "(select * \"⟨1⟩\".\"i⟨2⟩\")"),
        ("SELECT ⟨1⟩ FROM ⟨2⟩", "(select (?⟨1⟩) ⟨2⟩)"),
        ("SELECT a, ⟨1⟩ b FROM T", "(select (a ?⟨1⟩ b) T)"),
        ("SELECT * FROM T WHERE pk = ? AND ⟨1⟩", "(select * T (and (= pk ?0) ?⟨1⟩))"),
        ("SELECT * FROM T WHERE pk = ? ⟨1⟩", "(select * T ?pk = ? ⟨1⟩)"),
        ("SELECT * FROM T WHERE a ⟨1⟩ 2", "(select * T (?⟨1⟩ a 2))"),
        ("SELECT * FROM T ORDER BY a ⟨1⟩", "(select * T (?⟨1⟩ a))"),
        ("SELECT * FROM T ⟨1⟩", "(select * T) ?⟨1⟩"),
        ("SELECT * FROM T WHERE f(⟨1⟩)[0] ⟨2⟩", "(select * T ?f(⟨1⟩)[0] ⟨2⟩)"),
        ("INSERT INTO T VALUE ⟨1⟩", "(insert T ?⟨1⟩)"),
        ("INSERT INTO T VALUE {'a': '⟨1⟩', ⟨2⟩}", "(insert T ?{'a': '⟨1⟩', ⟨2⟩})"),
        ("INSERT INTO T VALUE {'a': ⟨1⟩, '⟨2⟩': 1⟨3⟩}", "(insert T {'a':?⟨1⟩ '⟨2⟩':1⟨3⟩})"),
        ("UPDATE T SET ⟨1⟩ = 'x⟨2⟩' WHERE pk = 1", "(update T (set (= ⟨1⟩ 'x⟨2⟩')) (= pk 1))"),
        ("UPDATE T SET ⟨1⟩ WHERE pk = 1", "(update T (set ?⟨1⟩) (= pk 1))"),
        ("UPDATE T ⟨1⟩ WHERE pk = 1", "(update T ?⟨1⟩ (= pk 1))"),
        // The hole may close the quotes.
        ("DELETE FROM T WHERE a = '⟨1⟩ AND b = 'c'", "(delete T ?a = '⟨1⟩ AND b = 'c')"),
        ("⟨1⟩ FROM T", "?⟨1⟩ FROM T"),
    ]);
}

#[test]
fn what_holes_are() {
    use HoleRole::*;
    let cases: [(&str, &[HoleRole]); 8] = [
        ("SELECT * FROM \"⟨1⟩\" WHERE a = '⟨2⟩' AND b = ⟨3⟩", &[InQuotedIdentifier, InStringLiteral, Bare]),
        ("SELECT * FROM T WHERE a = '' ⟨1⟩ ''", &[Bare]),
        ("SELECT * FROM T WHERE a = '''⟨1⟩'", &[InStringLiteral]),
        ("SELECT * FROM T -- ⟨1⟩\nWHERE a = ⟨2⟩ /* ⟨3⟩ */", &[InComment, Bare, InComment]),
        ("SELECT * FROM T WHERE a = '--⟨1⟩'", &[InStringLiteral]),
        ("a⟨1⟩ 'x⟨2⟩", &[Bare, InStringLiteral]),
        ("SELECT * FROM T /* ⟨1⟩", &[InComment]),
        ("⟨1⟩", &[Bare]),
    ];
    for (text, expected) in cases {
        let text = holey(text);
        let parsed = parse_statement(&text);
        let roles: Vec<_> = parsed.holes.iter().map(|hole| hole.role).collect();
        assert_eq!(roles, expected, "{text:?}");
    }
}

#[test]
fn names_lose_their_quotes() {
    let parsed = parse_statement(&holey("SELECT * FROM \"a\"\"⟨1⟩\".\"\"\"\" WHERE x = 'it''s ⟨2⟩'"));
    let statement = parsed.tree.unwrap();
    let source = statement.source().unwrap();
    assert_eq!(notation(&source.table.text), "a\"⟨1⟩");
    assert_eq!(source.index.as_ref().map(|index| notation(&index.text)).as_deref(), Some("\""));
    let tree::ExprKind::Comparison(comparison) = &statement.filter().unwrap().kind else { panic!() };
    let tree::ExprKind::String(value) = &comparison.right.kind else { panic!() };
    assert_eq!(notation(value), "it's ⟨2⟩");
}

#[test]
fn depth_and_length_are_bounded() {
    for open in ["(", "[", "{", "<<", "- ", "NOT ", "f(", "EXISTS(SELECT * FROM T WHERE ", "{'a':"] {
        let parsed = parse_statement(&holey(&format!("DELETE FROM T WHERE {}", open.repeat(5_000))));
        assert!(parsed.tree.is_none());
        assert!(parsed.errors[0].message.starts_with("nested deeper than"), "{}", parsed.errors[0]);
    }
    let long = parse_statement(&holey(&format!("DELETE FROM T WHERE a = '{}⟨1⟩'", "x".repeat(MAX_LENGTH))));
    assert!(long.tree.is_none());
    assert_eq!((long.errors.len(), long.holes.len()), (1, 1));
    assert_eq!(long.holes[0].role, HoleRole::Bare);
}

//! Expressions of the developer guide, their trees, their errors, and what holes are in them.

mod outline;
mod properties;

use super::*;
use crate::dynamodb::holey_text::notation::holey;
use outline::{condition, projection, update};

/// A list of texts and what each must give.
type Table<'a> = &'a [(&'a str, &'a str)];

fn outlined<T>(parsed: &Parsed<T, HoleRole>, outline: impl Fn(&T) -> String) -> String {
    match (&parsed.tree, parsed.errors.as_slice()) {
        (Some(tree), []) => outline(tree),
        (_, errors) => errors.iter().map(|e| format!("{:?} {e}", e.span)).collect::<Vec<_>>().join("; "),
    }
}

fn conditions(table: Table<'_>) {
    for (text, expected) in table {
        assert_eq!(outlined(&parse_condition(&holey(text)), condition), *expected, "{text}");
    }
}

fn updates(table: Table<'_>) {
    for (text, expected) in table {
        assert_eq!(outlined(&parse_update(&holey(text)), update), *expected, "{text}");
    }
}

fn projections(table: Table<'_>) {
    for (text, expected) in table {
        assert_eq!(outlined(&parse_projection(&holey(text)), projection), *expected, "{text}");
    }
}

#[test]
fn comparisons_and_functions() {
    conditions(&[
        ("Price > :limit", "(> Price :limit)"),
        ("a=:a", "(= a :a)"),
        ("a<>:a", "(<> a :a)"),
        (" a\t<=\r\n:a ", "(<= a :a)"),
        (":a >= size(b)", "(>= :a (size b))"),
        ("Price BETWEEN :lo AND :hi", "(between Price :lo :hi)"),
        ("ProductCategory in (:cat1, :cat2)", "(in ProductCategory :cat1 :cat2)"),
        ("attribute_not_exists(Id)", "(attribute_not_exists Id)"),
        ("attribute_type (#s, :v_sub)", "(attribute_type #s :v_sub)"),
        ("begins_with(Pictures.FrontView, :v_sub)", "(begins_with Pictures.FrontView :v_sub)"),
        ("contains(a.#b[0][12].c, :x)", "(contains a.#b[0][12].c :x)"),
        ("(a) = ((:b))", "(= (group a) (group (group :b)))"),
        ("(a).b = :c", "(= a.b :c)"),
        ("((a.b)[1]).c = :d", "(= a.b[1].c :d)"),
        ("_private = :v", "(= _private :v)"),
    ]);
}

#[test]
fn not_binds_closest_then_and_then_or() {
    conditions(&[
        ("a = :a OR b = :b AND c = :c", "(or (= a :a) (and (= b :b) (= c :c)))"),
        ("a = :a AND b = :b OR c = :c", "(or (and (= a :a) (= b :b)) (= c :c))"),
        ("(a = :a OR b = :b) AND c = :c", "(and (group (or (= a :a) (= b :b))) (= c :c))"),
        ("NOT a = :a AND b = :b", "(and (not (= a :a)) (= b :b))"),
        ("not Not (contains(a, :b))", "(not (not (group (contains a :b))))"),
        ("a BETWEEN :b AND :c AND d = :d", "(and (between a :b :c) (= d :d))"),
        ("a = :a and b = :b And c = :c", "(and (= a :a) (= b :b) (= c :c))"),
    ]);
}

#[test]
fn conditions_that_do_not_parse() {
    conditions(&[
        ("", "0..0 expected an operand, found the end"),
        ("a", "1..1 expected a comparator, `BETWEEN` or `IN`, found the end"),
        ("(a)", "3..3 expected a comparator, `BETWEEN` or `IN`, found the end"),
        ("a = ", "3..3 expected an operand, found the end"),
        ("a = :b c", "7..8 expected the end of the expression, found `c`"),
        ("a = :b AND", "10..10 expected an operand, found the end"),
        (
            "a = :b AND AND c = :d",
            "11..14 expected an attribute, a value like `:v`, or a function, found `AND`",
        ),
        ("(a = :b", "7..7 expected `)`, `AND` or `OR`, found the end"),
        ("a = :b)", "6..7 expected the end of the expression, found `)`"),
        ("a BETWEEN :b", "12..12 expected `AND` and the upper bound, found the end"),
        ("a IN :b", "5..7 expected `(`, found `:b`"),
        ("a IN ()", "6..7 expected an attribute, a value like `:v`, or a function, found `)`"),
        ("f(a, )", "5..6 expected an attribute, a value like `:v`, or a function, found `)`"),
        ("a[b] = :c", "2..3 expected the number of a list's element, found `b`"),
        ("a. = :c", "3..4 expected an attribute name or a placeholder like `#n`, found `=`"),
        ("5a = :c", "0..2 expected an attribute name or a placeholder like `#n`, found `5a`"),
        ("(a = :b) = :c", "9..10 expected the end of the expression, found `=`"),
        ("a == :b", "3..4 expected an attribute, a value like `:v`, or a function, found `=`"),
        ("a <> :b = :c", "8..9 expected the end of the expression, found `=`"),
    ]);
}

#[test]
fn characters_without_a_place() {
    let parsed = parse_condition(&holey("a = 'x' AND b = \"y\u{FFFC}\" AND # = :"));
    let found: Vec<_> = parsed.errors.iter().map(|e| e.message.chars().take(3).collect::<String>()).collect();
    assert_eq!(found, ["`'`", "`'`", "`\"`", "`\u{FFFC}`", "`\"`", "`#`", "`:`"]);
}

#[test]
fn update_sections() {
    updates(&[
        ("SET a = :a", "(set (= a :a))"),
        (
            "SET Price = Price - :p, RelatedItems[1] = :ri REMOVE InStock",
            "(set (= Price (- Price :p)) (= RelatedItems[1] :ri)) (remove InStock)",
        ),
        (
            "set Reviews = list_append(if_not_exists(Reviews, :empty), :vals)",
            "(set (= Reviews (list_append (if_not_exists Reviews :empty) :vals)))",
        ),
        ("SET a = if_not_exists(a, :zero) + :one", "(set (= a (+ (if_not_exists a :zero) :one)))"),
        ("SET a = (b + :c)", "(set (= a (group (+ b :c))))"),
        ("SET a = (b) + (:c)", "(set (= a (+ (group b) (group :c))))"),
        ("REMOVE RelatedItems[1], #x.y", "(remove RelatedItems[1] #x.y)"),
        ("ADD QuantityOnHand :q, b :c", "(add (QuantityOnHand :q) (b :c))"),
        ("Delete Color :p", "(delete (Color :p))"),
        (
            "ADD a :a DELETE b :b REMOVE c SET d = :d",
            "(add (a :a)) (delete (b :b)) (remove c) (set (= d :d))",
        ),
        ("SET a = :a SET b = :b", "(set (= a :a)) (set (= b :b))"),
    ]);
}

#[test]
fn updates_that_do_not_parse() {
    updates(&[
        ("", "0..0 expected `SET`, `REMOVE`, `ADD` or `DELETE`, found the end"),
        ("a = :a", "0..1 expected `SET`, `REMOVE`, `ADD` or `DELETE`, found `a`"),
        ("SET", "3..3 expected an attribute name or a placeholder like `#n`, found the end"),
        ("SET a", "5..5 expected `=` and a value, found the end"),
        ("SET a = :a,", "11..11 expected an attribute name or a placeholder like `#n`, found the end"),
        ("SET a = :a REMOVE", "17..17 expected an attribute name or a placeholder like `#n`, found the end"),
        ("SET a = :a b = :b", "11..12 expected `SET`, `REMOVE`, `ADD` or `DELETE`, found `b`"),
        ("SET a = b + c + d", "14..15 expected `SET`, `REMOVE`, `ADD` or `DELETE`, found `+`"),
        ("ADD a b", "6..7 expected a value like `:v`, found `b`"),
        ("SET a = remove", "8..14 expected an attribute, a value like `:v`, or a function, found `remove`"),
    ]);
}

#[test]
fn projections_and_their_errors() {
    projections(&[
        ("Description, RelatedItems[0], ProductReviews.#f", "Description RelatedItems[0] ProductReviews.#f"),
        ("a", "a"),
        ("", "0..0 expected an attribute name or a placeholder like `#n`, found the end"),
        ("a,", "2..2 expected an attribute name or a placeholder like `#n`, found the end"),
        ("a b", "2..3 expected the end of the expression, found `b`"),
        (":a", "0..2 expected an attribute name or a placeholder like `#n`, found `:a`"),
        ("a[-1]", "2..3 expected the number of a list's element, found `-`"),
    ]);
}

#[test]
fn holes_where_the_grammar_takes_something() {
    conditions(&[
        ("⟨1⟩", "?⟨1⟩"),
        ("a = ⟨1⟩", "(= a ?⟨1⟩)"),
        ("⟨1⟩ = :v AND ⟨2⟩", "(and (= ?⟨1⟩ :v) ?⟨2⟩)"),
        ("a ⟨1⟩ :v", "(?⟨1⟩ a :v)"),
        ("#a⟨1⟩b = :⟨2⟩", "(= #a⟨1⟩b :⟨2⟩)"),
        ("a.⟨1⟩[⟨2⟩] = :v", "(= a.⟨1⟩[⟨2⟩] :v)"),
        ("a[1⟨2⟩] = :v", "(= a[1⟨2⟩] :v)"),
        ("⟨1⟩(a, ⟨2⟩)", "(⟨1⟩ a ?⟨2⟩)"),
        ("a IN (⟨1⟩)", "(in a ?⟨1⟩)"),
        ("a BETWEEN ⟨1⟩ AND ⟨2⟩", "(between a ?⟨1⟩ ?⟨2⟩)"),
        ("NOT ⟨1⟩ OR (⟨2⟩)", "(or (not ?⟨1⟩) (group ?⟨2⟩))"),
        ("(⟨1⟩) = :v", "(= (group ?⟨1⟩) :v)"),
        // Two holes side by side are one part.
        ("a = ⟨1⟩⟨2⟩", "(= a ?⟨1⟩⟨2⟩)"),
        ("a = :v⟨1⟩ AND b = :b", "(and (= a :v⟨1⟩) (= b :b))"),
        // No construct while the hole is open, so the clause is opaque; the rest is not.
        ("a = :v ⟨1⟩ AND b = :b", "(and ?a = :v ⟨1⟩ (= b :b))"),
        ("b = :b AND (a ⟨1⟩)", "(and (= b :b) (group ?a ⟨1⟩))"),
        ("a ⟨1⟩ (:x, :y) OR c = :c", "(or ?a ⟨1⟩ (:x, :y) (= c :c))"),
        // Only the whole can be right once the hole is filled.
        ("a = :a) OR (⟨1⟩", "?a = :a) OR (⟨1⟩"),
    ]);
    updates(&[
        ("⟨1⟩", "?⟨1⟩"),
        ("SET ⟨1⟩ = :v", "(set (= ⟨1⟩ :v))"),
        ("SET a = ⟨1⟩", "(set (= a ?⟨1⟩))"),
        ("SET a = a ⟨1⟩ :v, b = :b", "(set ?a = a ⟨1⟩ :v (= b :b))"),
        ("SET ⟨1⟩ REMOVE x", "(set ?⟨1⟩) (remove x)"),
        ("SET a = :a, ⟨1⟩", "(set (= a :a) ?⟨1⟩)"),
        ("SET a = :a ⟨1⟩ REMOVE b", "(set ?a = :a ⟨1⟩) (remove b)"),
        ("⟨1⟩ a = :b ADD c :d", "?⟨1⟩ a = :b (add (c :d))"),
        ("REMOVE ⟨1⟩, b⟨2⟩", "(remove ⟨1⟩ b⟨2⟩)"),
        ("ADD n ⟨1⟩", "(add (n ?⟨1⟩))"),
    ]);
    projections(&[("a, ⟨1⟩, b.c⟨2⟩", "a ⟨1⟩ b.c⟨2⟩"), ("a ⟨1⟩ b, c", "?a ⟨1⟩ b c"), ("⟨1⟩", "⟨1⟩")]);
}

#[test]
fn what_holes_are() {
    use HoleRole::*;
    let cases: [(ExpressionKind, &str, &[HoleRole]); 14] = [
        (ExpressionKind::Filter, "⟨1⟩", &[Clause]),
        (ExpressionKind::Filter, "⟨1⟩ = ⟨2⟩", &[Operand, Operand]),
        (ExpressionKind::Filter, "a ⟨1⟩ :v", &[Comparator]),
        (ExpressionKind::Filter, "#⟨1⟩ = :v⟨2⟩", &[NamePart, NamePart]),
        (ExpressionKind::Filter, "⟨1⟩.b[⟨2⟩] = :v", &[NamePart, Index]),
        (ExpressionKind::Filter, "⟨1⟩(a, ⟨2⟩)", &[NamePart, Operand]),
        (ExpressionKind::Filter, "a = :v ⟨1⟩ AND NOT (⟨2⟩)", &[Clause, Clause]),
        (ExpressionKind::KeyCondition, "pk = :pk AND begins_with(sk, ⟨1⟩)", &[Operand]),
        (ExpressionKind::Condition, "a = :a) OR (b = ⟨1⟩⟨1⟩", &[Clause, Clause]),
        (ExpressionKind::Update, "SET ⟨1⟩ = ⟨2⟩ REMOVE a[⟨3⟩]", &[Operand, Operand, Index]),
        (ExpressionKind::Update, "SET ⟨1⟩", &[Clause]),
        (ExpressionKind::Update, "⟨1⟩ REMOVE ⟨2⟩", &[Clause, Operand]),
        (ExpressionKind::Projection, "a, ⟨1⟩, ⟨2⟩.b", &[Operand, NamePart]),
        (ExpressionKind::Projection, "a ⟨1⟩", &[Clause]),
    ];
    for (kind, text, expected) in cases {
        let text = holey(text);
        let parsed = parse(kind, &text);
        let roles: Vec<_> = parsed.holes.iter().map(|hole| hole.role).collect();
        assert_eq!(roles, expected, "{text:?}");
        let places: Vec<_> = parsed.holes.iter().map(|hole| (hole.at, hole.hole)).collect();
        assert_eq!(places, text.holes(), "{text:?}");
    }
}

#[test]
fn depth_is_bounded() {
    let nest = |n: usize| format!("{}a = :v{}", "(".repeat(n), ")".repeat(n));
    let ok = usize::from(crate::dynamodb::syntax::MAX_DEPTH);
    assert!(parse_condition(&holey(&nest(ok))).tree.is_some());
    for text in
        [nest(ok + 1), "(".repeat(50_000), "NOT ".repeat(50_000), "f(".repeat(50_000), nest(ok + 1) + "⟨1⟩"]
    {
        let parsed = parse_condition(&holey(&text));
        assert!(parsed.tree.is_none());
        assert!(parsed.errors[0].message.starts_with("nested deeper than 32 levels"), "{}", parsed.errors[0]);
    }
    let deep = parse_update(&holey(&format!("SET a = {}", "(".repeat(50_000))));
    assert!(deep.errors[0].message.starts_with("nested deeper"));
}

#[test]
fn length_is_bounded() {
    let long = holey(&format!("a = :{}⟨1⟩", "v".repeat(MAX_LENGTH)));
    let parsed = parse_condition(&long);
    assert!(parsed.tree.is_none());
    assert_eq!(parsed.errors.len(), 1);
    assert_eq!(parsed.holes.len(), 1);
}

#[test]
fn conjuncts_are_what_all_must_hold() {
    let parsed = parse_condition(&holey(
        "(a = :a AND (b = :b AND ⟨1⟩)) AND NOT (c = :c AND d = :d) AND (e = :e OR f = :f)",
    ));
    let tree = parsed.tree.unwrap();
    let conjuncts: Vec<_> = tree.conjuncts().into_iter().map(condition).collect();
    let not = "(not (group (and (= c :c) (= d :d))))";
    assert_eq!(conjuncts, ["(= a :a)", "(= b :b)", "?⟨1⟩", not, "(or (= e :e) (= f :f))"]);
}

#[test]
fn spans_cover_their_conditions() {
    let text = holey("NOT (a = :a) AND b IN (:x, ⟨1⟩) OR f(x) AND c BETWEEN :l AND :h");
    let parsed = parse_condition(&text);
    let Some(Condition::Or(parts)) = &parsed.tree else { panic!() };
    let mut spans: Vec<_> =
        parts.iter().flat_map(Condition::conjuncts).map(|c| c.span().slice(text.text())).collect();
    spans.push(parts[0].span().slice(text.text()));
    let first = "NOT (a = :a) AND b IN (:x, \u{FFFC})";
    assert_eq!(spans, ["NOT (a = :a)", "b IN (:x, \u{FFFC})", "f(x)", "c BETWEEN :l AND :h", first]);
}

#[test]
fn parts_tell_what_becomes_of_paths() {
    use PathUse::*;
    let text = holey("SET a = b + :v, ⟨1⟩ REMOVE c ADD d :d DELETE e :e");
    let tree = parse(ExpressionKind::Update, &text).tree.unwrap();
    let paths: Vec<_> = tree
        .parts()
        .into_iter()
        .filter_map(|part| match part {
            Part::Path(path, path_use) => Some((path.print().text().to_owned(), path_use)),
            _ => None,
        })
        .collect();
    let expected = [("a", Set), ("b", Read), ("c", Remove), ("d", Add), ("e", Delete)];
    assert_eq!(paths, expected.map(|(name, path_use)| (name.to_owned(), path_use)));
    assert!(tree.parts().iter().any(|part| matches!(part, Part::Opaque(_, HoleRole::Clause))));
}

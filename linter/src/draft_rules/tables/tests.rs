use super::*;
use crate::api::table_schema::KeySchema;

/// A text in the notation of `Fn::Sub`.
fn text(notation: &str) -> TemplateText {
    let mut text = TemplateText::default();
    let mut rest = notation;
    while let Some((before, after)) = rest.split_once("${") {
        let (name, tail) = after.split_once('}').unwrap();
        text.push_text(before);
        text.push_placeholder(name);
        rest = tail;
    }
    text.push_text(rest);
    text
}

fn used(notation: &str, clue: Clue) -> TableUse {
    TableUse { text: text(notation), clue }
}

fn key(name: &str) -> Clue {
    Clue::Key(vec![name.to_owned()])
}

fn schema(partition: &str) -> TableSchema {
    TableSchema {
        key: Some(KeySchema { partition: partition.to_owned(), sort: None }),
        indexes: vec![("ByOwner".to_owned(), KeySchema { partition: "owner".to_owned(), sort: None })],
    }
}

/// The name in rules, the one in DynamoDB, the refs, the partition key and how it is known.
type Drafted = (String, Option<String>, Vec<String>, String, Source);

fn drafted(uses: &[TableUse], deployed: &Deployed) -> Vec<Drafted> {
    let tables = Tables::of(uses.iter().map(|used| (used, deployed)));
    let told = |draft: &TableDraft| {
        let (name, physical) = (draft.local.clone(), draft.physical.clone());
        (name, physical, draft.refs.clone(), draft.key.key.partition.clone(), draft.key.source)
    };
    tables.list().iter().map(told).collect()
}

fn owned(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

#[test]
fn a_table_is_one_however_it_is_called() {
    let mut deployed = Deployed::default();
    deployed.insert("OrdersTable", text("orders-${Stage}"));
    deployed.insert("Stage", text("prod"));
    deployed.insert_table("OrdersTable", schema("PK"));
    let uses = [
        used("${OrdersTable}", key("x")),
        used("${OrdersTable.Arn}", Clue::Nothing),
        used("orders-prod", Clue::Nothing),
        used("orders-${Stage}", Clue::Nothing),
        used("arn:aws:dynamodb:${AWS::Region}:1:table/orders-prod", Clue::Nothing),
    ];
    let refs = owned(&["OrdersTable", "orders-${Stage}"]);
    let expected =
        ("Orders".to_owned(), Some("orders-prod".to_owned()), refs, "PK".to_owned(), Source::Declared);
    assert_eq!(drafted(&uses, &deployed), [expected]);
}

#[test]
fn tables_of_two_definitions_that_are_called_alike() {
    let mut stacks = [Deployed::default(), Deployed::default()];
    for (stack, name) in stacks.iter_mut().zip(["orders", "links"]) {
        stack.insert("Table", text(name));
        stack.insert_table("Table", schema(name));
    }
    let uses = used("${Table}", Clue::Nothing);
    let tables = Tables::of(stacks.iter().map(|stack| (&uses, stack)));
    let told = tables.list().iter().map(|draft| (draft.local.as_str(), draft.refs.len(), draft.shared.len()));
    assert_eq!(told.collect::<Vec<_>>(), [("orders", 1, 0), ("links", 0, 1)]);
}

#[test]
fn keys_are_declared_or_inferred_or_neither() {
    let mut deployed = Deployed::default();
    deployed.insert_table("LinksTable", schema("id"));
    let uses =
        [used("${LinksTable}", key("other")), used("Orders", key("PK")), used("${P}-x", Clue::Nothing)];
    assert_eq!(
        drafted(&uses, &deployed),
        [
            ("Links".to_owned(), None, owned(&["LinksTable"]), "id".to_owned(), Source::Declared),
            ("Orders".to_owned(), Some("Orders".to_owned()), Vec::new(), "PK".to_owned(), Source::Inferred),
            ("P-x".to_owned(), None, owned(&["${P}-x"]), "id".to_owned(), Source::Unknown),
        ]
    );
}

#[test]
fn what_rules_do_not_take_is_left_out() {
    let long = "x".repeat(600);
    let uses = [
        used(&long, key("a\nb")),
        used("a\"b\n", key(&"k".repeat(300))),
        used("${env:TABLE}", Clue::Nothing),
        used("é", Clue::Query { index: Some("x".to_owned()), equal: owned(&["o"]), ranged: Vec::new() }),
    ];
    let drafts = drafted(&uses, &Deployed::default());
    for (_, physical, refs, partition, source) in &drafts {
        assert_eq!((physical, partition.as_str(), source), (&None, "id", &Source::Unknown));
        assert!(refs.iter().all(|name| name == "é" || name == "env:TABLE"), "{refs:?}");
    }
    let names: BTreeSet<&String> = drafts.iter().map(|draft| &draft.0).collect();
    assert_eq!(names.len(), 4, "{drafts:?}");
}

#[test]
fn indexes_are_declared_and_inferred() {
    let mut deployed = Deployed::default();
    deployed.insert_table("T", schema("id"));
    let query = |index: &str| Clue::Query {
        index: Some(index.to_owned()),
        equal: owned(&["status"]),
        ranged: Vec::new(),
    };
    let uses = [used("${T}", query("ByStatus")), used("${T}", query("ByOwner"))];
    let tables = Tables::of(uses.iter().map(|used| (used, &deployed)));
    let [table] = tables.list() else { panic!("one table") };
    let told: Vec<(&str, &str, Source)> = table
        .indexes
        .iter()
        .map(|(name, draft)| (name.as_str(), draft.key.partition.as_str(), draft.source))
        .collect();
    assert_eq!(told, [("ByOwner", "owner", Source::Declared), ("ByStatus", "status", Source::Inferred)]);
    assert_eq!(table.key_of(Some("ByStatus")).unwrap().key.partition, "status");
    assert!(table.key_of(Some("Other")).is_none());
}

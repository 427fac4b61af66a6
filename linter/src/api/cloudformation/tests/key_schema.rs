use super::read_one;
use crate::api::table_schema::{KeySchema, TableSchema};

/// What is read of the tables of a stack, by their logical ids.
fn tables(resources: &str, ids: &[&str]) -> Vec<Option<TableSchema>> {
    let integration = read_one(&format!(
        r#"
Resources:
  Method:
    Type: AWS::ApiGateway::Method
    Properties:
      HttpMethod: GET
      Integration: {{ Type: AWS, Uri: "arn:aws:apigateway:eu-west-1:dynamodb:action/GetItem" }}
{resources}"#
    ));
    ids.iter().map(|id| integration.deployed.table(id).cloned()).collect()
}

fn key(partition: &str, sort: Option<&str>) -> KeySchema {
    KeySchema { partition: partition.to_owned(), sort: sort.map(str::to_owned) }
}

#[test]
fn keys_of_tables_and_indexes() {
    let found = tables(
        r#"
  Orders:
    Type: AWS::DynamoDB::Table
    Properties:
      KeySchema:
        - { AttributeName: SK, KeyType: RANGE }
        - { AttributeName: PK, KeyType: HASH }
      GlobalSecondaryIndexes:
        - { IndexName: ByStatus, KeySchema: [{ AttributeName: GSI1PK, KeyType: HASH }, { AttributeName: GSI1SK, KeyType: RANGE }] }
        - { IndexName: !Ref Name, KeySchema: [{ AttributeName: x, KeyType: HASH }] }
      LocalSecondaryIndexes:
        - { IndexName: ByTime, KeySchema: [{ AttributeName: PK, KeyType: HASH }, { AttributeName: placed, KeyType: RANGE }] }
  Simple: { Type: "AWS::Serverless::SimpleTable" }
  Named: { Type: "AWS::Serverless::SimpleTable", Properties: { PrimaryKey: { Name: short, Type: String } } }
  Global: { Type: "AWS::DynamoDB::GlobalTable", Properties: { KeySchema: [{ AttributeName: id, KeyType: HASH }] } }
"#,
        &["Orders", "Simple", "Named", "Global", "Other"],
    );
    let indexes = vec![
        ("ByStatus".to_owned(), key("GSI1PK", Some("GSI1SK"))),
        ("ByTime".to_owned(), key("PK", Some("placed"))),
    ];
    let only = |partition| Some(TableSchema { key: Some(key(partition, None)), indexes: Vec::new() });
    assert_eq!(
        found,
        [
            Some(TableSchema { key: Some(key("PK", Some("SK"))), indexes }),
            only("id"),
            only("short"),
            only("id"),
            None
        ]
    );
}

#[test]
fn what_the_deployment_decides_is_not_known() {
    let found = tables(
        r#"
  Half:
    Type: AWS::DynamoDB::Table
    Properties: { KeySchema: [{ AttributeName: PK, KeyType: HASH }, { AttributeName: !Ref Sort, KeyType: RANGE }] }
  Either:
    Type: AWS::DynamoDB::Table
    Properties:
      KeySchema: !If [A, [{ AttributeName: a, KeyType: HASH }], [{ AttributeName: b, KeyType: HASH }]]
  Simple: { Type: "AWS::Serverless::SimpleTable", Properties: { PrimaryKey: { Name: !Ref Key, Type: String } } }
  Odd: { Type: "AWS::DynamoDB::Table", Properties: { KeySchema: text } }
"#,
        &["Half", "Either", "Simple", "Odd"],
    );
    assert_eq!(found, vec![Some(TableSchema::default()); 4]);
}

//! The members of each data-plane action's request.
//!
//! Source: the AWS DynamoDB API reference, version 2012-08-10, "Request Parameters" of each action and the data types
//! that they name. Members are in the order of use, not of the reference.

use super::ExpressionKind::{Condition, Filter, KeyCondition, Projection, Update};
use super::{Member, NameRole, Shape, TextRole};

const fn required(name: &'static str, shape: &'static Shape) -> Member {
    Member { name, shape, required: true, legacy: false }
}

const fn optional(name: &'static str, shape: &'static Shape) -> Member {
    Member { name, shape, required: false, legacy: false }
}

const fn legacy(name: &'static str, shape: &'static Shape) -> Member {
    Member { name, shape, required: false, legacy: true }
}

static TABLE_NAME: Shape = Shape::Text(TextRole::TableName);
static INDEX_NAME: Shape = Shape::Text(TextRole::IndexName);
static STATEMENT: Shape = Shape::Text(TextRole::Statement);
static ATTRIBUTE_NAME: Shape = Shape::Text(TextRole::AttributeName);
static PAGE_TOKEN: Shape = Shape::Text(TextRole::PageToken);
static REQUEST_TOKEN: Shape = Shape::Text(TextRole::RequestToken);

static CONDITION: Shape = Shape::Text(TextRole::Expression(Condition));
static FILTER: Shape = Shape::Text(TextRole::Expression(Filter));
static KEY_CONDITION: Shape = Shape::Text(TextRole::Expression(KeyCondition));
static PROJECTION: Shape = Shape::Text(TextRole::Expression(Projection));
static UPDATE: Shape = Shape::Text(TextRole::Expression(Update));

static RETURN_VALUES: Shape =
    Shape::Text(TextRole::Choice(&["NONE", "ALL_OLD", "UPDATED_OLD", "ALL_NEW", "UPDATED_NEW"]));
static RETURN_OLD: Shape = Shape::Text(TextRole::Choice(&["NONE", "ALL_OLD"]));
static CAPACITY: Shape = Shape::Text(TextRole::Choice(&["INDEXES", "TOTAL", "NONE"]));
static COLLECTION_METRICS: Shape = Shape::Text(TextRole::Choice(&["SIZE", "NONE"]));
static SELECT: Shape = Shape::Text(TextRole::Choice(&[
    "ALL_ATTRIBUTES",
    "ALL_PROJECTED_ATTRIBUTES",
    "SPECIFIC_ATTRIBUTES",
    "COUNT",
]));
static CONDITIONAL_OPERATOR: Shape = Shape::Text(TextRole::Choice(&["AND", "OR"]));
static COMPARISON_OPERATOR: Shape = Shape::Text(TextRole::Choice(&[
    "EQ",
    "NE",
    "IN",
    "LE",
    "LT",
    "GE",
    "GT",
    "BETWEEN",
    "NOT_NULL",
    "NULL",
    "CONTAINS",
    "NOT_CONTAINS",
    "BEGINS_WITH",
]));
static UPDATE_ACTION: Shape = Shape::Text(TextRole::Choice(&["ADD", "PUT", "DELETE"]));

static VALUES: Shape = Shape::List(&Shape::AttributeValue);
static ATTRIBUTE_NAMES: Shape = Shape::List(&ATTRIBUTE_NAME);
/// An item, a key, or the key that a page starts after.
static ATTRIBUTES: Shape = Shape::Map { name: NameRole::AttributeName, value: &Shape::AttributeValue };
static NAME_PLACEHOLDERS: Shape = Shape::Map { name: NameRole::NamePlaceholder, value: &ATTRIBUTE_NAME };
static VALUE_PLACEHOLDERS: Shape =
    Shape::Map { name: NameRole::ValuePlaceholder, value: &Shape::AttributeValue };

static EXPECTED: Shape = Shape::Map {
    name: NameRole::AttributeName,
    value: &Shape::Struct(&[
        optional("Value", &Shape::AttributeValue),
        optional("Exists", &Shape::Boolean),
        optional("ComparisonOperator", &COMPARISON_OPERATOR),
        optional("AttributeValueList", &VALUES),
    ]),
};
static CONDITIONS: Shape = Shape::Map {
    name: NameRole::AttributeName,
    value: &Shape::Struct(&[
        required("ComparisonOperator", &COMPARISON_OPERATOR),
        optional("AttributeValueList", &VALUES),
    ]),
};
static ATTRIBUTE_UPDATES: Shape = Shape::Map {
    name: NameRole::AttributeName,
    value: &Shape::Struct(&[optional("Value", &Shape::AttributeValue), optional("Action", &UPDATE_ACTION)]),
};

const TABLE: Member = required("TableName", &TABLE_NAME);
const INDEX: Member = optional("IndexName", &INDEX_NAME);
const KEY: Member = required("Key", &ATTRIBUTES);
const ITEM: Member = required("Item", &ATTRIBUTES);
const START_KEY: Member = optional("ExclusiveStartKey", &ATTRIBUTES);
const NAMES: Member = optional("ExpressionAttributeNames", &NAME_PLACEHOLDERS);
const EXPRESSION_VALUES: Member = optional("ExpressionAttributeValues", &VALUE_PLACEHOLDERS);
const WRITE_CONDITION: Member = optional("ConditionExpression", &CONDITION);
const FILTER_EXPRESSION: Member = optional("FilterExpression", &FILTER);
const PROJECTED: Member = optional("ProjectionExpression", &PROJECTION);
const CONSISTENT_READ: Member = optional("ConsistentRead", &Shape::Boolean);
const LIMIT: Member = optional("Limit", &Shape::Number);
const SELECTED: Member = optional("Select", &SELECT);
const RETURN_CAPACITY: Member = optional("ReturnConsumedCapacity", &CAPACITY);
const RETURN_METRICS: Member = optional("ReturnItemCollectionMetrics", &COLLECTION_METRICS);
const RETURN_ON_FAILURE: Member = optional("ReturnValuesOnConditionCheckFailure", &RETURN_OLD);
const ATTRIBUTES_TO_GET: Member = legacy("AttributesToGet", &ATTRIBUTE_NAMES);
const EXPECTED_VALUES: Member = legacy("Expected", &EXPECTED);
const JOINED_BY: Member = legacy("ConditionalOperator", &CONDITIONAL_OPERATOR);
const STATEMENT_TEXT: Member = required("Statement", &STATEMENT);
const PARAMETERS: Member = optional("Parameters", &VALUES);
const TOKEN: Member = optional("ClientRequestToken", &REQUEST_TOKEN);

pub(crate) const GET_ITEM: &[Member] =
    &[TABLE, KEY, PROJECTED, NAMES, CONSISTENT_READ, RETURN_CAPACITY, ATTRIBUTES_TO_GET];

pub(crate) const PUT_ITEM: &[Member] = &[
    TABLE,
    ITEM,
    WRITE_CONDITION,
    NAMES,
    EXPRESSION_VALUES,
    optional("ReturnValues", &RETURN_OLD),
    RETURN_ON_FAILURE,
    RETURN_CAPACITY,
    RETURN_METRICS,
    EXPECTED_VALUES,
    JOINED_BY,
];

pub(crate) const UPDATE_ITEM: &[Member] = &[
    TABLE,
    KEY,
    optional("UpdateExpression", &UPDATE),
    WRITE_CONDITION,
    NAMES,
    EXPRESSION_VALUES,
    optional("ReturnValues", &RETURN_VALUES),
    RETURN_ON_FAILURE,
    RETURN_CAPACITY,
    RETURN_METRICS,
    legacy("AttributeUpdates", &ATTRIBUTE_UPDATES),
    EXPECTED_VALUES,
    JOINED_BY,
];

pub(crate) const DELETE_ITEM: &[Member] = &[
    TABLE,
    KEY,
    WRITE_CONDITION,
    NAMES,
    EXPRESSION_VALUES,
    optional("ReturnValues", &RETURN_OLD),
    RETURN_ON_FAILURE,
    RETURN_CAPACITY,
    RETURN_METRICS,
    EXPECTED_VALUES,
    JOINED_BY,
];

pub(crate) const QUERY: &[Member] = &[
    TABLE,
    INDEX,
    optional("KeyConditionExpression", &KEY_CONDITION),
    FILTER_EXPRESSION,
    PROJECTED,
    NAMES,
    EXPRESSION_VALUES,
    SELECTED,
    LIMIT,
    optional("ScanIndexForward", &Shape::Boolean),
    START_KEY,
    CONSISTENT_READ,
    RETURN_CAPACITY,
    legacy("KeyConditions", &CONDITIONS),
    legacy("QueryFilter", &CONDITIONS),
    JOINED_BY,
    ATTRIBUTES_TO_GET,
];

pub(crate) const SCAN: &[Member] = &[
    TABLE,
    INDEX,
    FILTER_EXPRESSION,
    PROJECTED,
    NAMES,
    EXPRESSION_VALUES,
    SELECTED,
    LIMIT,
    optional("Segment", &Shape::Number),
    optional("TotalSegments", &Shape::Number),
    START_KEY,
    CONSISTENT_READ,
    RETURN_CAPACITY,
    legacy("ScanFilter", &CONDITIONS),
    JOINED_BY,
    ATTRIBUTES_TO_GET,
];

static KEYS_AND_ATTRIBUTES: Shape = Shape::Struct(&[
    required("Keys", &Shape::List(&ATTRIBUTES)),
    PROJECTED,
    NAMES,
    CONSISTENT_READ,
    ATTRIBUTES_TO_GET,
]);

static KEYS_BY_TABLE: Shape = Shape::Map { name: NameRole::TableName, value: &KEYS_AND_ATTRIBUTES };

pub(crate) const BATCH_GET_ITEM: &[Member] = &[required("RequestItems", &KEYS_BY_TABLE), RETURN_CAPACITY];

static WRITE_REQUESTS: Shape = Shape::List(&Shape::Struct(&[
    optional("PutRequest", &Shape::Struct(&[ITEM])),
    optional("DeleteRequest", &Shape::Struct(&[KEY])),
]));

static WRITES_BY_TABLE: Shape = Shape::Map { name: NameRole::TableName, value: &WRITE_REQUESTS };

pub(crate) const BATCH_WRITE_ITEM: &[Member] =
    &[required("RequestItems", &WRITES_BY_TABLE), RETURN_CAPACITY, RETURN_METRICS];

static TRANSACT_GETS: Shape =
    Shape::List(&Shape::Struct(&[required("Get", &Shape::Struct(&[TABLE, KEY, PROJECTED, NAMES]))]));

pub(crate) const TRANSACT_GET_ITEMS: &[Member] =
    &[required("TransactItems", &TRANSACT_GETS), RETURN_CAPACITY];

static TRANSACT_WRITES: Shape = Shape::List(&Shape::Struct(&[
    optional(
        "ConditionCheck",
        &Shape::Struct(&[
            TABLE,
            KEY,
            required("ConditionExpression", &CONDITION),
            NAMES,
            EXPRESSION_VALUES,
            RETURN_ON_FAILURE,
        ]),
    ),
    optional(
        "Put",
        &Shape::Struct(&[TABLE, ITEM, WRITE_CONDITION, NAMES, EXPRESSION_VALUES, RETURN_ON_FAILURE]),
    ),
    optional(
        "Delete",
        &Shape::Struct(&[TABLE, KEY, WRITE_CONDITION, NAMES, EXPRESSION_VALUES, RETURN_ON_FAILURE]),
    ),
    optional(
        "Update",
        &Shape::Struct(&[
            TABLE,
            KEY,
            required("UpdateExpression", &UPDATE),
            WRITE_CONDITION,
            NAMES,
            EXPRESSION_VALUES,
            RETURN_ON_FAILURE,
        ]),
    ),
]));

pub(crate) const TRANSACT_WRITE_ITEMS: &[Member] =
    &[required("TransactItems", &TRANSACT_WRITES), TOKEN, RETURN_CAPACITY, RETURN_METRICS];

pub(crate) const EXECUTE_STATEMENT: &[Member] = &[
    STATEMENT_TEXT,
    PARAMETERS,
    LIMIT,
    optional("NextToken", &PAGE_TOKEN),
    CONSISTENT_READ,
    RETURN_CAPACITY,
    RETURN_ON_FAILURE,
];

pub(crate) const BATCH_EXECUTE_STATEMENT: &[Member] = &[
    required(
        "Statements",
        &Shape::List(&Shape::Struct(&[STATEMENT_TEXT, PARAMETERS, CONSISTENT_READ, RETURN_ON_FAILURE])),
    ),
    RETURN_CAPACITY,
];

pub(crate) const EXECUTE_TRANSACTION: &[Member] = &[
    required(
        "TransactStatements",
        &Shape::List(&Shape::Struct(&[STATEMENT_TEXT, PARAMETERS, RETURN_ON_FAILURE])),
    ),
    TOKEN,
    RETURN_CAPACITY,
];

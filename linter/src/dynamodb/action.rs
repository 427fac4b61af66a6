//! DynamoDB's actions.

use crate::dynamodb::shape::{Member, request};

/// An action of the data plane: one that reads or writes items.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DataAction {
    /// `GetItem`.
    GetItem,
    /// `PutItem`.
    PutItem,
    /// `UpdateItem`.
    UpdateItem,
    /// `DeleteItem`.
    DeleteItem,
    /// `Query`.
    Query,
    /// `Scan`.
    Scan,
    /// `BatchGetItem`.
    BatchGetItem,
    /// `BatchWriteItem`.
    BatchWriteItem,
    /// `TransactGetItems`.
    TransactGetItems,
    /// `TransactWriteItems`.
    TransactWriteItems,
    /// `ExecuteStatement`.
    ExecuteStatement,
    /// `BatchExecuteStatement`.
    BatchExecuteStatement,
    /// `ExecuteTransaction`.
    ExecuteTransaction,
}

/// What an action can do to items.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Effect {
    /// It reads them. (`ReturnValues` lets writes read too.)
    Reads,
    /// It changes them.
    Writes,
    /// Its PartiQL statement decides.
    Statement,
}

impl DataAction {
    /// All of them.
    pub const ALL: [DataAction; 13] = [
        DataAction::GetItem,
        DataAction::PutItem,
        DataAction::UpdateItem,
        DataAction::DeleteItem,
        DataAction::Query,
        DataAction::Scan,
        DataAction::BatchGetItem,
        DataAction::BatchWriteItem,
        DataAction::TransactGetItems,
        DataAction::TransactWriteItems,
        DataAction::ExecuteStatement,
        DataAction::BatchExecuteStatement,
        DataAction::ExecuteTransaction,
    ];

    /// The name in `action/{name}` and `X-Amz-Target`.
    pub fn name(self) -> &'static str {
        match self {
            Self::GetItem => "GetItem",
            Self::PutItem => "PutItem",
            Self::UpdateItem => "UpdateItem",
            Self::DeleteItem => "DeleteItem",
            Self::Query => "Query",
            Self::Scan => "Scan",
            Self::BatchGetItem => "BatchGetItem",
            Self::BatchWriteItem => "BatchWriteItem",
            Self::TransactGetItems => "TransactGetItems",
            Self::TransactWriteItems => "TransactWriteItems",
            Self::ExecuteStatement => "ExecuteStatement",
            Self::BatchExecuteStatement => "BatchExecuteStatement",
            Self::ExecuteTransaction => "ExecuteTransaction",
        }
    }

    /// The action of a name. Names are case-sensitive.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|action| action.name() == name)
    }

    /// What it can do to items.
    pub fn effect(self) -> Effect {
        match self {
            Self::GetItem | Self::Query | Self::Scan | Self::BatchGetItem | Self::TransactGetItems => {
                Effect::Reads
            }
            Self::PutItem
            | Self::UpdateItem
            | Self::DeleteItem
            | Self::BatchWriteItem
            | Self::TransactWriteItems => Effect::Writes,
            Self::ExecuteStatement | Self::BatchExecuteStatement | Self::ExecuteTransaction => {
                Effect::Statement
            }
        }
    }

    /// The members of its request.
    pub fn members(self) -> &'static [Member] {
        match self {
            Self::GetItem => request::GET_ITEM,
            Self::PutItem => request::PUT_ITEM,
            Self::UpdateItem => request::UPDATE_ITEM,
            Self::DeleteItem => request::DELETE_ITEM,
            Self::Query => request::QUERY,
            Self::Scan => request::SCAN,
            Self::BatchGetItem => request::BATCH_GET_ITEM,
            Self::BatchWriteItem => request::BATCH_WRITE_ITEM,
            Self::TransactGetItems => request::TRANSACT_GET_ITEMS,
            Self::TransactWriteItems => request::TRANSACT_WRITE_ITEMS,
            Self::ExecuteStatement => request::EXECUTE_STATEMENT,
            Self::BatchExecuteStatement => request::BATCH_EXECUTE_STATEMENT,
            Self::ExecuteTransaction => request::EXECUTE_TRANSACTION,
        }
    }

    /// The member of its request with a name.
    pub fn member(self, name: &str) -> Option<&'static Member> {
        self.members().iter().find(|member| member.name == name)
    }
}

/// The actions of the control plane, sorted. Source: the list of operations in the DynamoDB API reference.
pub const CONTROL_ACTIONS: &[&str] = &[
    "CreateBackup",
    "CreateGlobalTable",
    "CreateTable",
    "DeleteBackup",
    "DeleteResourcePolicy",
    "DeleteTable",
    "DescribeBackup",
    "DescribeContinuousBackups",
    "DescribeContributorInsights",
    "DescribeEndpoints",
    "DescribeExport",
    "DescribeGlobalTable",
    "DescribeGlobalTableSettings",
    "DescribeImport",
    "DescribeKinesisStreamingDestination",
    "DescribeLimits",
    "DescribeTable",
    "DescribeTableReplicaAutoScaling",
    "DescribeTimeToLive",
    "DisableKinesisStreamingDestination",
    "EnableKinesisStreamingDestination",
    "ExportTableToPointInTime",
    "GetResourcePolicy",
    "ImportTable",
    "ListBackups",
    "ListContributorInsights",
    "ListExports",
    "ListGlobalTables",
    "ListImports",
    "ListTables",
    "ListTagsOfResource",
    "PutResourcePolicy",
    "RestoreTableFromBackup",
    "RestoreTableToPointInTime",
    "TagResource",
    "UntagResource",
    "UpdateContinuousBackups",
    "UpdateContributorInsights",
    "UpdateGlobalTable",
    "UpdateGlobalTableSettings",
    "UpdateKinesisStreamingDestination",
    "UpdateTable",
    "UpdateTableReplicaAutoScaling",
    "UpdateTimeToLive",
];

/// Whether a name is an action of the control plane.
pub fn is_control_action(name: &str) -> bool {
    CONTROL_ACTIONS.binary_search(&name).is_ok()
}

/// The data-plane actions whose request could have these members at its top.
///
/// A member that no action knows says nothing, for DynamoDB ignores it. An action is a candidate if it knows every
/// other member; those that also have all they require come alone where there are any. `Query` requires a condition on
/// the key in one of two members, which the API reference says in prose only.
pub fn infer_action(members: &[&str]) -> Vec<DataAction> {
    let known: Vec<&str> = members
        .iter()
        .copied()
        .filter(|name| DataAction::ALL.iter().any(|action| action.member(name).is_some()))
        .collect();
    if known.is_empty() {
        return Vec::new();
    }
    let fitting: Vec<DataAction> = DataAction::ALL
        .into_iter()
        .filter(|action| known.iter().all(|name| action.member(name).is_some()))
        .collect();
    let complete: Vec<DataAction> =
        fitting.iter().copied().filter(|action| is_complete(*action, &known)).collect();
    if complete.is_empty() { fitting } else { complete }
}

fn is_complete(action: DataAction, members: &[&str]) -> bool {
    let required = action.members().iter().filter(|m| m.required).all(|m| members.contains(&m.name));
    let keyed = action != DataAction::Query
        || members.contains(&"KeyConditionExpression")
        || members.contains(&"KeyConditions");
    required && keyed
}

#[cfg(test)]
mod tests {
    use super::DataAction::*;
    use super::*;

    #[test]
    fn names_lead_back_to_their_actions() {
        for action in DataAction::ALL {
            assert_eq!(DataAction::from_name(action.name()), Some(action));
            assert!(!is_control_action(action.name()));
        }
        assert_eq!(DataAction::from_name("getItem"), None);
    }

    #[test]
    fn the_control_actions_are_sorted_and_complete() {
        assert!(CONTROL_ACTIONS.is_sorted());
        // The API reference lists 57 operations.
        assert_eq!(CONTROL_ACTIONS.len() + DataAction::ALL.len(), 57);
        assert!(is_control_action("DeleteTable"));
        assert!(!is_control_action("DropTable"));
    }

    #[test]
    fn members_tell_the_action() {
        let cases: [(&[&str], &[DataAction]); 12] = [
            (&["TableName", "Item"], &[PutItem]),
            (&["TableName", "Item", "Madeup"], &[PutItem]),
            (&["TableName", "Key"], &[GetItem, UpdateItem, DeleteItem]),
            (&["TableName", "Key", "ProjectionExpression"], &[GetItem]),
            (&["TableName", "Key", "UpdateExpression", "ReturnValues"], &[UpdateItem]),
            (&["TableName", "KeyConditionExpression"], &[Query]),
            (&["TableName", "FilterExpression"], &[Scan]),
            (&["RequestItems"], &[BatchGetItem, BatchWriteItem]),
            (&["Statement", "Parameters"], &[ExecuteStatement]),
            (&["TransactStatements"], &[ExecuteTransaction]),
            // Nothing has all it requires: whatever knows the members is a candidate.
            (&["TableName", "ReturnItemCollectionMetrics"], &[PutItem, UpdateItem, DeleteItem]),
            (&["Madeup"], &[]),
        ];
        for (members, actions) in cases {
            assert_eq!(infer_action(members), actions, "{members:?}");
        }
    }
}

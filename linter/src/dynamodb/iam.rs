//! What IAM policies may name of DynamoDB.

use super::action::DataAction;

/// The actions of the service prefix `dynamodb`, sorted. Source: the Service Authorization Reference, actions defined
/// by Amazon DynamoDB.
pub const ACTIONS: &[&str] = &[
    "AssociateTableReplica",
    "BatchGetItem",
    "BatchWriteItem",
    "ConditionCheckItem",
    "CreateBackup",
    "CreateGlobalTable",
    "CreateGlobalTableWitness",
    "CreateTable",
    "CreateTableReplica",
    "DeleteBackup",
    "DeleteGlobalTableWitness",
    "DeleteItem",
    "DeleteResourcePolicy",
    "DeleteTable",
    "DeleteTableReplica",
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
    "DescribeReservedCapacity",
    "DescribeReservedCapacityOfferings",
    "DescribeStream",
    "DescribeTable",
    "DescribeTableReplicaAutoScaling",
    "DescribeTimeToLive",
    "DisableKinesisStreamingDestination",
    "EnableKinesisStreamingDestination",
    "ExportTableToPointInTime",
    "GetAbacStatus",
    "GetItem",
    "GetRecords",
    "GetResourcePolicy",
    "GetShardIterator",
    "ImportTable",
    "InjectError",
    "ListBackups",
    "ListContributorInsights",
    "ListExports",
    "ListGlobalTables",
    "ListImports",
    "ListStreams",
    "ListTables",
    "ListTagsOfResource",
    "PartiQLDelete",
    "PartiQLInsert",
    "PartiQLSelect",
    "PartiQLUpdate",
    "PurchaseReservedCapacityOfferings",
    "PutItem",
    "PutResourcePolicy",
    "Query",
    "ReadDataForReplication",
    "ReplicateSettings",
    "RestoreTableFromAwsBackup",
    "RestoreTableFromBackup",
    "RestoreTableToPointInTime",
    "Scan",
    "SearchVectors",
    "StartAwsBackupJob",
    "TagResource",
    "UntagResource",
    "UpdateAbacStatus",
    "UpdateContinuousBackups",
    "UpdateContributorInsights",
    "UpdateGlobalTable",
    "UpdateGlobalTableSettings",
    "UpdateGlobalTableVersion",
    "UpdateItem",
    "UpdateKinesisStreamingDestination",
    "UpdateTable",
    "UpdateTableReplicaAutoScaling",
    "UpdateTimeToLive",
    "WriteDataForReplication",
];

/// The actions that are of no table: a policy can allow them on every resource only. Source: the same reference, where
/// the column of resource types is empty.
pub const ACCOUNT_ACTIONS: &[&str] = &[
    "DescribeEndpoints",
    "DescribeLimits",
    "DescribeReservedCapacity",
    "DescribeReservedCapacityOfferings",
    "ListBackups",
    "ListContributorInsights",
    "ListExports",
    "ListGlobalTables",
    "ListImports",
    "ListStreams",
    "ListTables",
    "PurchaseReservedCapacityOfferings",
];

/// Policies of AWS's own that open every table of the account, with what they allow. Source: the AWS managed policy
/// reference.
pub const BROAD_MANAGED_POLICIES: &[(&str, &str)] = &[
    ("AdministratorAccess", "everything in the account"),
    ("AmazonDynamoDBFullAccess", "every action on every table"),
    ("AmazonDynamoDBFullAccess_v2", "every action on every table"),
    ("AmazonDynamoDBFullAccesswithDataPipeline", "every action on every table"),
    ("AmazonDynamoDBReadOnlyAccess", "reading every table"),
    ("PowerUserAccess", "nearly everything in the account"),
    ("ReadOnlyAccess", "reading nearly everything in the account"),
];

/// The actions that a pattern of a policy covers (`Get*`; `?` is one character). Names have no case in IAM.
pub fn covered(pattern: &str) -> impl Iterator<Item = &'static str> + '_ {
    ACTIONS.iter().copied().filter(move |action| is_covered(pattern.as_bytes(), action.as_bytes()))
}

/// The usual walk with one place to come back to: the last `*`.
fn is_covered(pattern: &[u8], name: &[u8]) -> bool {
    let (mut at, mut in_name) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while let Some(c) = name.get(in_name) {
        match pattern.get(at) {
            Some(b'*') => {
                star = Some((at + 1, in_name));
                at += 1;
            }
            Some(p) if *p == b'?' || p.eq_ignore_ascii_case(c) => {
                at += 1;
                in_name += 1;
            }
            _ => match star {
                Some((after, from)) => {
                    star = Some((after, from + 1));
                    at = after;
                    in_name = from + 1;
                }
                None => return false,
            },
        }
    }
    pattern.get(at..).is_some_and(|rest| rest.iter().all(|p| *p == b'*'))
}

/// The actions that a policy must allow for a call. Transactions and PartiQL have none of their own. Source: the
/// developer guide, transactions with IAM and PartiQL with IAM.
pub fn needed(action: DataAction) -> &'static [&'static str] {
    match action {
        DataAction::GetItem | DataAction::TransactGetItems => &["GetItem"],
        DataAction::PutItem => &["PutItem"],
        DataAction::UpdateItem => &["UpdateItem"],
        DataAction::DeleteItem => &["DeleteItem"],
        DataAction::Query => &["Query"],
        DataAction::Scan => &["Scan"],
        DataAction::BatchGetItem => &["BatchGetItem"],
        DataAction::BatchWriteItem => &["BatchWriteItem"],
        DataAction::TransactWriteItems => &["ConditionCheckItem", "DeleteItem", "PutItem", "UpdateItem"],
        DataAction::ExecuteStatement | DataAction::BatchExecuteStatement | DataAction::ExecuteTransaction => {
            &["PartiQLDelete", "PartiQLInsert", "PartiQLSelect", "PartiQLUpdate"]
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_actions_are_sorted() {
        assert!(ACTIONS.is_sorted());
        assert!(ACCOUNT_ACTIONS.iter().all(|action| ACTIONS.contains(action)));
        assert!(BROAD_MANAGED_POLICIES.is_sorted());
    }

    #[test]
    fn what_a_call_needs_is_an_action() {
        for action in DataAction::ALL {
            assert!(needed(action).iter().all(|name| ACTIONS.contains(name)), "{action:?}");
        }
        assert!(!ACTIONS.contains(&"TransactWriteItems"));
    }

    #[test]
    fn patterns_cover_what_iam_says() {
        let all = |pattern| covered(pattern).collect::<Vec<_>>();
        assert_eq!(all("*").len(), ACTIONS.len());
        assert_eq!(all("getitem"), ["GetItem"]);
        assert_eq!(all("*GetItem"), ["BatchGetItem", "GetItem"]);
        assert_eq!(all("?etItem"), ["GetItem"]);
        assert_eq!(all("Get*m"), ["GetItem"]);
        assert_eq!(all("P*Item"), ["PutItem"]);
        assert!(all("").is_empty() && all("Get").is_empty() && all("GetItem?").is_empty());
    }
}

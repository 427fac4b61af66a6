//! The operations of a request: one for each item or query that DynamoDB is asked for.

use crate::dynamodb::DataAction;
use crate::render::skeleton::{Slot, below};

use super::request::{Anything, Request};

/// What an operation does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verb {
    /// Reads one item by its key.
    Get,
    /// Writes a whole item.
    Put,
    /// Changes attributes of an item.
    Update,
    /// Deletes an item.
    Delete,
    /// Looks at an item, for a transaction.
    Check,
    /// Reads the items of a partition.
    Query,
    /// Reads every item.
    Scan,
    /// What its PartiQL statement says.
    Statement,
}

impl Verb {
    /// Whether it reads items for the client.
    pub fn reads(self) -> bool {
        matches!(self, Self::Get | Self::Query | Self::Scan)
    }
}

/// Where an operation's table is named.
#[derive(Clone, Debug)]
pub enum TableAt {
    /// In the text of this member: a name, an ARN, a statement.
    Text(Vec<Slot>),
    /// As the name of this member.
    Name(Vec<Slot>),
}

/// One operation of a request.
#[derive(Clone, Debug)]
pub struct Operation {
    /// What it does.
    pub verb: Verb,
    /// The object with its members: expressions, `IndexName`, `Limit`.
    pub at: Vec<Slot>,
    /// Where its table is named.
    pub table: TableAt,
    /// The object with its key attributes: `Key` or `Item`; none for a query, a scan and a statement.
    pub key: Option<Vec<Slot>>,
}

impl Operation {
    /// A member without which DynamoDB refuses the operation, beside those that it may have.
    pub fn anchor(&self) -> Vec<Slot> {
        match (&self.table, &self.key) {
            (TableAt::Text(path), _) => path.clone(),
            (TableAt::Name(_), Some(key)) if self.verb != Verb::Get => key.clone(),
            (TableAt::Name(_), _) => below(&self.at, &["Keys"]),
        }
    }

    fn plain(verb: Verb, at: Vec<Slot>) -> Self {
        let key = match verb {
            Verb::Get | Verb::Update | Verb::Delete | Verb::Check => Some(below(&at, &["Key"])),
            Verb::Put => Some(below(&at, &["Item"])),
            Verb::Query | Verb::Scan | Verb::Statement => None,
        };
        let named = if verb == Verb::Statement { "Statement" } else { "TableName" };
        Self { verb, table: TableAt::Text(below(&at, &[named])), key, at }
    }
}

/// The operations of a request of an action.
///
/// # Errors
///
/// What stands where the operations would, and may be any.
pub fn operations(action: DataAction, request: &Request<'_>) -> Result<Vec<Operation>, Anything> {
    let root = Vec::new();
    if let Some(anything) = request.anything_at(&root) {
        return Err(anything);
    }
    Ok(match action {
        DataAction::GetItem => vec![Operation::plain(Verb::Get, root)],
        DataAction::PutItem => vec![Operation::plain(Verb::Put, root)],
        DataAction::UpdateItem => vec![Operation::plain(Verb::Update, root)],
        DataAction::DeleteItem => vec![Operation::plain(Verb::Delete, root)],
        DataAction::Query => vec![Operation::plain(Verb::Query, root)],
        DataAction::Scan => vec![Operation::plain(Verb::Scan, root)],
        DataAction::ExecuteStatement => vec![Operation::plain(Verb::Statement, root)],
        DataAction::BatchGetItem => batch_get(request)?,
        DataAction::BatchWriteItem => batch_write(request)?,
        DataAction::TransactGetItems => transaction(request, &[("Get", Verb::Get)])?,
        DataAction::TransactWriteItems => transaction(
            request,
            &[
                ("Put", Verb::Put),
                ("Update", Verb::Update),
                ("Delete", Verb::Delete),
                ("ConditionCheck", Verb::Check),
            ],
        )?,
        DataAction::BatchExecuteStatement => statements(request, "Statements")?,
        DataAction::ExecuteTransaction => statements(request, "TransactStatements")?,
    })
}

/// What a path holds, where it is a list or an object that the template writes itself.
fn inside(request: &Request<'_>, path: &[Slot]) -> Result<Vec<Vec<Slot>>, Anything> {
    match request.anything_at(path) {
        Some(anything) => Err(anything),
        None => {
            let child = |slot| path.iter().cloned().chain([slot]).collect();
            Ok(request.slots(path).into_iter().map(child).collect())
        }
    }
}

fn batch_get(request: &Request<'_>) -> Result<Vec<Operation>, Anything> {
    let mut found = Vec::new();
    for table in inside(request, &below(&[], &["RequestItems"]))? {
        if let Some(anything) = request.anything_at(&table) {
            return Err(anything);
        }
        for key in inside(request, &below(&table, &["Keys"]))? {
            found.push(Operation {
                verb: Verb::Get,
                at: table.clone(),
                table: TableAt::Name(table.clone()),
                key: Some(key),
            });
        }
    }
    Ok(found)
}

fn batch_write(request: &Request<'_>) -> Result<Vec<Operation>, Anything> {
    let mut found = Vec::new();
    for table in inside(request, &below(&[], &["RequestItems"]))? {
        for element in inside(request, &table)? {
            if let Some(anything) = request.anything_at(&element) {
                return Err(anything);
            }
            let kinds = [("PutRequest", "Item", Verb::Put), ("DeleteRequest", "Key", Verb::Delete)];
            for (member, key, verb) in kinds {
                let at = below(&element, &[member]);
                if request.has(&at) {
                    let key = Some(below(&at, &[key]));
                    found.push(Operation { verb, at, table: TableAt::Name(table.clone()), key });
                }
            }
        }
    }
    Ok(found)
}

fn transaction(request: &Request<'_>, kinds: &[(&str, Verb)]) -> Result<Vec<Operation>, Anything> {
    let mut found = Vec::new();
    for element in inside(request, &below(&[], &["TransactItems"]))? {
        if let Some(anything) = request.anything_at(&element) {
            return Err(anything);
        }
        for (member, verb) in kinds {
            let at = below(&element, &[member]);
            if request.has(&at) {
                found.push(Operation::plain(*verb, at));
            }
        }
    }
    Ok(found)
}

fn statements(request: &Request<'_>, member: &str) -> Result<Vec<Operation>, Anything> {
    let elements = inside(request, &below(&[], &[member]))?;
    Ok(elements.into_iter().map(|at| Operation::plain(Verb::Statement, at)).collect())
}

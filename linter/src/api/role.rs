//! The IAM role that an integration calls DynamoDB with, where the definition holds it.

use std::sync::Arc;

use crate::source::{HostSpan, SourceFile};

use super::{Action, DeployText};

/// A value of a policy and its place.
#[derive(Clone, Debug)]
pub struct PolicyText {
    /// The value: an action, a resource, a policy's ARN.
    pub text: DeployText,
    /// Its place in the file of the statement, or of the role.
    pub span: HostSpan,
}

impl PolicyText {
    /// The value, where the deployment decides nothing of it.
    pub fn fixed(&self) -> Option<&str> {
        self.text.placeholders().is_empty().then(|| self.text.text())
    }
}

/// A list that names what it means, or what it does not.
#[derive(Clone, Debug)]
pub enum Named {
    /// `Action`, `Resource`.
    These(Vec<PolicyText>),
    /// `NotAction`, `NotResource`: everything but the list at this place.
    AllBut(HostSpan),
}

/// A condition of a statement.
#[derive(Clone, Debug)]
pub struct PolicyCondition {
    /// `ForAllValues:StringEquals`.
    pub operator: String,
    /// `dynamodb:LeadingKeys`.
    pub key: String,
    /// The key's place.
    pub span: HostSpan,
}

/// A statement that allows.
#[derive(Clone, Debug)]
pub struct Statement {
    /// The file.
    pub file: Arc<SourceFile>,
    /// The statement's place.
    pub span: HostSpan,
    /// The actions.
    pub actions: Named,
    /// The resources.
    pub resources: Named,
    /// The conditions.
    pub conditions: Vec<PolicyCondition>,
}

/// A role.
#[derive(Clone, Debug)]
pub struct Role {
    /// The file.
    pub file: Arc<SourceFile>,
    /// Its name in the definition.
    pub name: String,
    /// The ARNs of policies that are attached and are not in the definition, with their places in `file`.
    pub managed: Vec<PolicyText>,
    /// The statements of its policies that allow.
    pub allows: Vec<Statement>,
    /// Whether nobody but API Gateway takes the role, as its trust policy says.
    pub gateway_only: bool,
    /// What the definition's integrations call with it.
    pub calls: Vec<Action>,
}

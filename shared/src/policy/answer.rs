//! What API Gateway is told.

use std::{fmt, io};

use serde::ser::{Serialize, SerializeStruct, Serializer};

use crate::arn::MethodArn;
use crate::decision::Decision;
use crate::iam::Document;

use super::{MAX_CONNECT, PolicyError, dynamodb, execute_api};

/// The answer to a verified caller. Equal decisions for one API and stage give equal texts, whatever was asked.
#[derive(Clone, PartialEq, Eq)]
pub struct Answer {
    principal: String,
    policy: Document,
    context: Vec<(String, String)>,
}

impl Decision<'_> {
    /// What API Gateway is told of the caller.
    ///
    /// # Errors
    ///
    /// A policy over a limit is an error, never cut.
    pub fn answer(&self, arn: &MethodArn) -> Result<Answer, PolicyError> {
        let limit = self.rules().written().authorizer.max_policy_bytes;
        let answer = self.answer_of_any_size(arn)?;
        let bytes = bytes_of(&answer.policy);
        if bytes > limit {
            return Err(PolicyError::TooLarge { bytes, limit });
        }
        if arn.is_connect() {
            let bytes = bytes_of(&answer);
            if bytes > MAX_CONNECT {
                return Err(PolicyError::TooLarge { bytes, limit: MAX_CONNECT });
            }
        }
        Ok(answer)
    }

    pub(super) fn answer_of_any_size(&self, arn: &MethodArn) -> Result<Answer, PolicyError> {
        let policy = execute_api::document(self, arn)?;
        Ok(Answer { principal: self.principal().to_owned(), policy, context: self.published(arn)? })
    }

    /// What templates read as `$context.authorizer.<name>`: [`Decision::context`] and, where the rules publish it, the
    /// session policy.
    ///
    /// # Errors
    ///
    /// A session policy over its limit.
    pub fn published(&self, arn: &MethodArn) -> Result<Vec<(String, String)>, PolicyError> {
        let mut context: Vec<(String, String)> =
            self.context().into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        if self.rules().written().authorizer.session_policy
            && let Some(session) = self.session_policy(arn)?
        {
            context.push(("session_policy".to_owned(), session.to_json()));
        }
        Ok(context)
    }

    /// What IAM is told, wherever credentials are the caller's own; `None` where no grant gives a statement, and for an
    /// API that the rules do not list.
    ///
    /// # Errors
    ///
    /// More than 2,048 characters are an error, never cut.
    pub fn session_policy(&self, arn: &MethodArn) -> Result<Option<Document>, PolicyError> {
        if self.is_listed(arn) { dynamodb::session(self, arn) } else { Ok(None) }
    }
}

impl Answer {
    /// Which requests the caller may make.
    #[must_use]
    pub fn policy(&self) -> &Document {
        &self.policy
    }

    /// What templates read as `$context.authorizer.<name>`; all are texts.
    #[must_use]
    pub fn context(&self) -> &[(String, String)] {
        &self.context
    }

    /// The answer as JSON without blanks.
    #[must_use]
    pub fn to_json(&self) -> String {
        // Texts and lists under text keys: nothing in it can fail to be JSON.
        serde_json::to_string(self).unwrap_or_default()
    }
}

/// How many bytes something has as JSON.
pub(super) fn bytes_of(value: &impl Serialize) -> usize {
    struct Counted(usize);

    impl io::Write for Counted {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0 += bytes.len();
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    let mut counted = Counted(0);
    // Counting cannot fail, and what is counted is texts and lists under text keys.
    let _ = serde_json::to_writer(&mut counted, value);
    counted.0
}

impl Serialize for Answer {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut answer = serializer.serialize_struct("Answer", 3)?;
        answer.serialize_field("principalId", &self.principal)?;
        answer.serialize_field("policyDocument", &self.policy)?;
        answer.serialize_field("context", &Context(&self.context))?;
        answer.end()
    }
}

/// Names and texts as an object, in their order.
struct Context<'a>(&'a [(String, String)]);

impl Serialize for Context<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(name, value)| (name, value)))
    }
}

/// Tells the policy's size, not the caller.
impl fmt::Debug for Answer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Answer({} statements)", self.policy.statements().len())
    }
}

//! Answers of DynamoDB's that show what a response template passes on.

use serde_json::json;

use crate::finding::Proof;
use crate::proof::draft::Body;
use crate::render::skeleton::HoleUse;

use super::Prover;

/// What only the message of the first error says, and what only that of the second one does.
const TELLING: [&str; 2] = ["not authorized to perform: dynamodb:GetItem", "Table: Orders not found"];

impl Prover<'_> {
    /// An error of DynamoDB's whose message a response template passes on where a hole stands.
    pub fn error_message(&self, hole: &HoleUse) -> Option<Proof> {
        let errors = [
            json!({
                "__type": "com.amazon.coral.service#AccessDeniedException",
                "Message": "User: arn:aws:sts::123456789012:assumed-role/orders-api/gateway is not authorized to \
                            perform: dynamodb:GetItem on resource: arn:aws:dynamodb:eu-west-1:123456789012:table/Orders",
            }),
            json!({
                "__type": "com.amazonaws.dynamodb.v20120810#ResourceNotFoundException",
                "message": "Requested resource not found: Table: Orders not found",
            }),
        ];
        for draft in self.drafts(&hole.guard) {
            for error in &errors {
                let mut answer = draft.clone();
                answer.body = Body::Json(error.clone());
                let Some(text) = self.rendered(&answer) else { continue };
                if let Some((at, telling)) =
                    TELLING.iter().find_map(|telling| Some((text.as_str().find(telling)?, telling)))
                {
                    let shown = vec![(at, at + telling.len())];
                    // This is DynamoDB's own text: no client needs to have stored anything.
                    return Some(Proof { assumes: Vec::new(), ..self.proof(&answer, &text, shown, None) });
                }
            }
        }
        None
    }
}

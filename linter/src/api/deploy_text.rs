//! Texts with placeholders of the deployment, for people.

use super::DeployText;

/// A text with its placeholders in brackets, as CloudFormation and Terraform write them: `orders-${Stage}`.
pub fn as_written(text: &DeployText) -> String {
    let mut written = String::with_capacity(text.text().len());
    let mut placeholders = text.placeholders().iter().peekable();
    for (at, character) in text.text().char_indices() {
        match placeholders.next_if(|placeholder| placeholder.at.to_usize() == at) {
            Some(placeholder) => {
                written.push_str("${");
                written.push_str(&placeholder.name);
                written.push('}');
            }
            None => written.push(character),
        }
    }
    written
}

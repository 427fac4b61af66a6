//! What is added to a definition, as block YAML or in one line.

/// A value that is added.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// A text.
    Text(String),
    /// Members.
    Members(Vec<Member>),
    /// Elements.
    Elements(Vec<Value>),
}

/// A name and its value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// The name.
    pub name: String,
    /// The value.
    pub value: Value,
}

impl Member {
    /// A member whose value is a text.
    pub fn text(name: &str, text: &str) -> Self {
        Self { name: name.to_owned(), value: Value::Text(text.to_owned()) }
    }

    /// A member whose value has members.
    pub fn members(name: &str, members: Vec<Member>) -> Self {
        Self { name: name.to_owned(), value: Value::Members(members) }
    }

    /// As JSON in one line, which flow YAML reads as well.
    pub fn inline(&self) -> String {
        format!("{}: {}", json(&self.name), self.value.inline())
    }

    /// As lines of block YAML, without their indentation.
    pub fn lines(&self) -> Vec<String> {
        match &self.value {
            Value::Text(text) => vec![format!("{}: {}", scalar(&self.name), scalar(text))],
            value => {
                let below = value.lines().into_iter().map(|line| format!("  {line}"));
                std::iter::once(format!("{}:", scalar(&self.name))).chain(below).collect()
            }
        }
    }
}

impl Value {
    /// As JSON in one line.
    pub fn inline(&self) -> String {
        match self {
            Self::Text(text) => json(text),
            Self::Members(members) => {
                format!("{{{}}}", members.iter().map(Member::inline).collect::<Vec<_>>().join(", "))
            }
            Self::Elements(elements) => {
                format!("[{}]", elements.iter().map(Value::inline).collect::<Vec<_>>().join(", "))
            }
        }
    }

    /// As lines of block YAML, without their indentation.
    pub fn lines(&self) -> Vec<String> {
        match self {
            Self::Text(text) => vec![scalar(text)],
            Self::Members(members) => members.iter().flat_map(Member::lines).collect(),
            Self::Elements(elements) => elements.iter().flat_map(Value::element_lines).collect(),
        }
    }

    /// As an element of a block list.
    pub fn element_lines(&self) -> Vec<String> {
        let lines = self.lines().into_iter().enumerate();
        lines.map(|(nth, line)| format!("{}{line}", if nth == 0 { "- " } else { "  " })).collect()
    }
}

fn json(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// A text as YAML has it on one line: plain where nothing of it could mean anything else.
fn scalar(text: &str) -> String {
    let is_plain = text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '/'))
        && !["true", "false", "yes", "no", "on", "off", "null", "y", "n"]
            .contains(&text.to_ascii_lowercase().as_str());
    if is_plain { text.to_owned() } else { format!("'{}'", text.replace('\'', "''")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_forms_say_the_same() {
        let member = Member::members(
            "4\\d{2}",
            vec![
                Member::text("statusCode", "400"),
                Member {
                    name: "list".into(),
                    value: Value::Elements(vec![Value::Members(vec![
                        Member::text("a", "it's"),
                        Member::text("b", "no"),
                    ])]),
                },
            ],
        );
        assert_eq!(
            member.lines(),
            ["'4\\d{2}':", "  statusCode: '400'", "  list:", "    - a: 'it''s'", "      b: 'no'"]
        );
        assert_eq!(
            member.inline(),
            r#""4\\d{2}": {"statusCode": "400", "list": [{"a": "it's", "b": "no"}]}"#
        );
    }
}

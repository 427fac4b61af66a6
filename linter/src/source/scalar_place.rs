//! Where the scalars of a definition stand, and how they are written.

use super::{Documents, HostSpan, Node, NodeValue, SourceFile, parse_documents};

/// Extensions of files that hold no YAML, whatever a YAML parser makes of them.
const OTHER_LANGUAGES: [&str; 5] = ["tf", "hcl", "tfvars", "vtl", "vm"];

/// Directories that deployment tools write: CDK, CDK for Terraform, SAM and the Serverless Framework.
const GENERATED: [&str; 4] = ["cdk.out", "cdktf.out", ".aws-sam", ".serverless"];

/// How a scalar is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ScalarStyle {
    /// Without quotes.
    Plain,
    /// In `'`.
    SingleQuoted,
    /// In `"`, of YAML or JSON.
    DoubleQuoted,
    /// Lines below `|` or `>`.
    Block,
}

impl ScalarStyle {
    /// The style of a scalar whose source this is: nothing that is written without quotes begins with an indicator.
    pub fn of(source: &str) -> Self {
        match source.chars().next() {
            Some('\'') => Self::SingleQuoted,
            Some('"') => Self::DoubleQuoted,
            Some('|' | '>') => Self::Block,
            _ => Self::Plain,
        }
    }
}

impl SourceFile {
    /// The documents of this file that people write, read once for all who ask. None of a file that is neither YAML nor
    /// JSON or is not read without errors, and none of what a tool writes anew each time: nobody edits that.
    pub fn documents(&self) -> &Documents {
        self.documents.get_or_init(|| {
            // What another language's file is as YAML says nothing.
            let extension = self.path().extension().and_then(|extension| extension.to_str()).unwrap_or("");
            let is_other = OTHER_LANGUAGES.iter().any(|own| extension.eq_ignore_ascii_case(own));
            let is_generated = self
                .path()
                .components()
                .any(|part| part.as_os_str().to_str().is_some_and(|name| GENERATED.contains(&name)));
            let documents =
                if is_other || is_generated { Documents::default() } else { parse_documents(self) };
            let is_plan = documents.roots.iter().any(|root| root.get("planned_values").is_some());
            if documents.errors.is_empty() && !is_plan { documents } else { Documents::default() }
        })
    }

    /// The scalar of this YAML or JSON file between whose characters a byte stands, and its style. None for other
    /// files, and where the byte stands outside of all scalars, or at the quotes of one.
    pub fn scalar_around(&self, byte: usize) -> Option<(HostSpan, ScalarStyle)> {
        let scalars = self.scalars.get_or_init(|| scalars(self));
        let next = scalars.partition_point(|span| span.start < byte);
        let span = *scalars.get(next.checked_sub(1)?)?;
        let style = ScalarStyle::of(self.slice(span));
        let is_inside = match style {
            ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted => byte < span.end,
            ScalarStyle::Plain | ScalarStyle::Block => byte <= span.end,
        };
        is_inside.then_some((span, style))
    }
}

/// The places of all scalars, in file order; none of a file that is not read without errors.
fn scalars(file: &SourceFile) -> Vec<HostSpan> {
    let mut found = Vec::new();
    let mut todo: Vec<&Node> = file.documents().roots.iter().collect();
    while let Some(node) = todo.pop() {
        match &node.value {
            NodeValue::Scalar(_) => found.push(node.span),
            NodeValue::Sequence(elements) => todo.extend(elements.iter()),
            NodeValue::Mapping(members) => todo.extend(members.iter().flat_map(|(key, value)| [key, value])),
        }
    }
    found.sort_unstable();
    found.dedup();
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_scalar_around_a_byte_and_its_style() {
        let text = "a: 'x'\nb: \"y\"\nc: |\n  z\nd: e\n";
        let file = SourceFile::new("a.yaml", text);
        let style = |at: usize| file.scalar_around(at).map(|(span, style)| (file.slice(span), style));
        assert_eq!(style(text.find("x'").unwrap()), Some(("'x'", ScalarStyle::SingleQuoted)));
        assert_eq!(style(text.find("y\"").unwrap()), Some(("\"y\"", ScalarStyle::DoubleQuoted)));
        assert_eq!(style(text.find("z\n").unwrap()), Some(("|\n  z", ScalarStyle::Block)));
        assert_eq!(style(text.find("e\n").unwrap() + 1), Some(("e", ScalarStyle::Plain)));
        // Before the opening quote, and behind the closing one.
        assert_eq!(style(text.find("'x").unwrap()), None);
        assert_eq!(style(text.find("x'").unwrap() + 2), None);
    }

    #[test]
    fn what_a_tool_writes_is_not_edited() {
        let around = |path: &str, text: &str| SourceFile::new(path, text).scalar_around(7).is_some();
        assert!(around("cdk.yaml", "a: 'xxxxxxx'"));
        assert!(!around("app/cdk.out/A.template.json", "{\"a\": \"xxxxxxx\"}"));
        assert!(!around("cdktf.out/stacks/a/cdk.tf.json", "{\"a\": \"xxxxxxx\"}"));
        assert!(!around("plan.json", "{\"a\": \"xxxxxxx\", \"planned_values\": {}}"));
        assert!(!around("main.tf", "a: 'xxxxxxx'"));
    }

    #[test]
    fn a_broken_file_has_none() {
        assert_eq!(SourceFile::new("a.yaml", "a: 'x'\nb: [").scalar_around(4), None);
    }
}

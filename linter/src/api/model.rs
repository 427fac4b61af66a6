//! Request models: what API Gateway checks of a body before a template sees it.

mod schema;

#[cfg(test)]
mod tests;

use crate::source::Node;

pub use schema::{Constraints, JsonType, Literal, Schema};

/// A model for bodies of one content type, under a request validator that checks bodies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BodyModel {
    /// The content type as written.
    pub content_type: String,
    /// What it demands; nothing where the model is not in the file.
    pub schema: Schema,
}

/// The deepest nesting that is read, references followed.
const MAX_DEPTH: usize = 32;

/// The most parts of one model that are read: schemas, their required members and listed values.
const MAX_PARTS: usize = 4096;

/// Finds the model that a `$ref` outside the document names.
pub type Elsewhere<'a> = &'a dyn Fn(&Node) -> Option<Node>;

/// Reads a JSON schema of draft 4, or of OpenAPI 3.0.
///
/// What the result demands, every body that passes the check has. A keyword that is not understood, a value that the
/// deployment decides, and what is nested too deep demand nothing. `root` is what `#/…` counts from.
pub fn read(schema: &Node, root: &Node, elsewhere: Elsewhere<'_>) -> Schema {
    Reader { elsewhere, left: MAX_PARTS }.schema(schema, root, 0)
}

struct Reader<'a> {
    elsewhere: Elsewhere<'a>,
    left: usize,
}

impl Reader<'_> {
    /// Counts a part, and tells whether it may still be read.
    fn admit(&mut self) -> bool {
        let admitted = self.left > 0;
        self.left = self.left.saturating_sub(1);
        admitted
    }

    fn schema(&mut self, node: &Node, root: &Node, depth: usize) -> Schema {
        if depth == MAX_DEPTH || !self.admit() {
            return Schema::default();
        }
        if let Some(reference) = node.get("$ref") {
            // Draft 4 has a reader ignore what stands beside a `$ref`.
            return self.referred(reference, root, depth);
        }
        let properties = node.get("properties").map(Node::members).unwrap_or_default();
        Schema {
            types: types(node),
            literals: node.get("enum").and_then(|list| self.literals(list)),
            pattern: node.get("pattern").and_then(text).map(str::to_owned),
            min_length: node.get("minLength").and_then(count),
            max_length: node.get("maxLength").and_then(count),
            properties: properties
                .iter()
                .filter_map(|(key, value)| Some((key.as_str()?.to_owned(), self.schema(value, root, depth + 1))))
                .collect(),
            required: self.required(node),
            additional: self.additional(node, root, depth),
            items: self.items(node, root, depth),
            all_of: node
                .get("allOf")
                .map(Node::elements)
                .unwrap_or_default()
                .iter()
                .map(|part| self.schema(part, root, depth + 1))
                .collect(),
        }
    }

    fn referred(&mut self, reference: &Node, root: &Node, depth: usize) -> Schema {
        match reference.as_str().and_then(|name| name.strip_prefix('#')) {
            Some(pointer) => {
                let target = pointer.split('/').skip(1).try_fold(root, |at, part| {
                    at.get(&part.replace("~1", "/").replace("~0", "~"))
                });
                target.map_or_else(Schema::default, |target| self.schema(target, root, depth + 1))
            }
            None => {
                let target = (self.elsewhere)(reference);
                target.map_or_else(Schema::default, |target| self.schema(&target, &target, depth + 1))
            }
        }
    }

    fn required(&mut self, node: &Node) -> Vec<String> {
        let names = node.get("required").map(Node::elements).unwrap_or_default();
        names.iter().filter_map(text).take_while(|_| self.admit()).map(str::to_owned).collect()
    }

    /// What members must be that no property names. Patterns of names are not understood, so beside them anything
    /// may stand.
    fn additional(&mut self, node: &Node, root: &Node, depth: usize) -> Option<Box<Schema>> {
        if node.get("patternProperties").is_some() {
            return None;
        }
        let additional = node.get("additionalProperties")?;
        match plain(additional) {
            Some("false") => Some(Box::new(Schema::nothing())),
            Some(_) => None,
            None => Some(Box::new(self.schema(additional, root, depth + 1))),
        }
    }

    /// What the elements of a list must be; a list of schemas for its first elements is not understood.
    fn items(&mut self, node: &Node, root: &Node, depth: usize) -> Option<Box<Schema>> {
        let items = node.get("items").filter(|items| items.elements().is_empty())?;
        Some(Box::new(self.schema(items, root, depth + 1)))
    }

    /// The values of an `enum`; none where one of them is no scalar or there are too many.
    fn literals(&mut self, list: &Node) -> Option<Vec<Literal>> {
        if list.elements().is_empty() {
            return None;
        }
        list.elements().iter().map(|value| self.admit().then(|| literal(value)).flatten()).collect()
    }
}

/// A scalar without a tag or quotes: a number or a word.
fn plain(node: &Node) -> Option<&str> {
    let scalar = node.scalar().filter(|scalar| scalar.plain && node.tag.is_none())?;
    Some(&scalar.text)
}

/// A scalar that is no call of an intrinsic function.
fn text(node: &Node) -> Option<&str> {
    node.as_str().filter(|_| node.tag.as_deref().is_none_or(|tag| tag == "!!str"))
}

fn count(node: &Node) -> Option<u64> {
    plain(node)?.parse().ok()
}

fn literal(node: &Node) -> Option<Literal> {
    let Some(word) = plain(node) else { return Some(Literal::Text(text(node)?.to_owned())) };
    Some(match word {
        "true" | "True" | "TRUE" => Literal::Boolean(true),
        "false" | "False" | "FALSE" => Literal::Boolean(false),
        _ if node.is_null() => Literal::Null,
        number if number.parse::<f64>().is_ok_and(f64::is_finite) => Literal::Number(number.to_owned()),
        text => Literal::Text(text.to_owned()),
    })
}

/// The types of `type`, with null where OpenAPI's `nullable` adds it. None where any type may stand.
fn types(node: &Node) -> Option<Vec<JsonType>> {
    let written = node.get("type")?;
    let names = if written.scalar().is_some() { std::slice::from_ref(written) } else { written.elements() };
    let mut types: Vec<JsonType> = names.iter().map(|name| JsonType::named(text(name)?)).collect::<Option<_>>()?;
    if types.is_empty() {
        return None;
    }
    let nullable = node.get("nullable").is_some_and(|nullable| plain(nullable) != Some("false"));
    if nullable && !types.contains(&JsonType::Null) {
        types.push(JsonType::Null);
    }
    Some(types)
}

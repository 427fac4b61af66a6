//! Request models: what API Gateway checks of a body before a template sees it.

pub mod admission;
pub mod pattern;
mod schema;

#[cfg(test)]
mod tests;

use crate::source::intrinsic::source_of;
use crate::source::{Call, Node};

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

/// How often one reference is followed inside itself: models of trees hold themselves.
const MAX_REPEATS: usize = 2;

/// The most parts of one model that are read: schemas, their required members and listed values.
const MAX_PARTS: usize = 4096;

/// Finds the model that a `$ref` outside the document names.
pub type Elsewhere<'a> = &'a dyn Fn(&Node) -> Option<Node>;

/// Reads a JSON schema of draft 4, or of OpenAPI 3.0.
///
/// What the result demands, every body that passes the check has. A keyword that is not understood, a value that the
/// deployment decides, and what is nested too deep demand nothing and are marked as unread. `root` is what `#/…` counts
/// from.
pub fn read(schema: &Node, root: &Node, elsewhere: Elsewhere<'_>) -> Schema {
    Reader { elsewhere, left: MAX_PARTS, following: Vec::new() }.schema(schema, root, 0)
}

struct Reader<'a> {
    elsewhere: Elsewhere<'a>,
    left: usize,
    /// The references that lead to the schema that is being read.
    following: Vec<String>,
}

impl Reader<'_> {
    /// Counts a part, and tells whether it may still be read.
    fn admit(&mut self) -> bool {
        let admitted = self.left > 0;
        self.left = self.left.saturating_sub(1);
        admitted
    }

    fn schema(&mut self, node: &Node, root: &Node, depth: usize) -> Schema {
        if depth == MAX_DEPTH || !self.admit() || is_undecided(node) {
            return Schema::unknown();
        }
        if let Some(reference) = node.get("$ref") {
            // Draft 4 has a reader ignore what stands beside a `$ref`.
            return self.referred(reference, root, depth);
        }
        let keyword = |name: &str| node.get(name).filter(|value| !is_undecided(value));
        let mut schema = Schema {
            types: keyword("type").and_then(|names| types(names, node.get("nullable"))),
            literals: keyword("enum").and_then(|list| self.literals(list)),
            pattern: keyword("pattern").and_then(text).map(str::to_owned),
            format: keyword("format").and_then(text).map(str::to_owned),
            min_length: keyword("minLength").and_then(count),
            max_length: keyword("maxLength").and_then(count),
            required: self.required(keyword("required")),
            unread: node.members().iter().any(|(key, value)| !is_read(key, value)),
            ..Schema::default()
        };
        let dropped = |name: &str, read: bool| keyword(name).is_some() && !read;
        schema.unread |=
            dropped("type", schema.types.is_some()) || dropped("enum", schema.literals.is_some());
        for (key, value) in keyword("properties").map(Node::members).unwrap_or_default() {
            let Some(name) = key.as_str() else { continue };
            schema.properties.push((name.to_owned(), self.schema(value, root, depth + 1)));
        }
        // Which members are additional is known only where all others are.
        let knows_members = node.get("patternProperties").is_none()
            && node.get("properties").is_none_or(|properties| !is_undecided(properties));
        if knows_members {
            let additional = keyword("additionalProperties");
            schema.additional =
                additional.and_then(|value| self.additional(value, root, depth)).map(Box::new);
        }
        // A list of schemas speaks of the first elements only.
        if let Some(items) = keyword("items").filter(|items| items.elements().is_empty()) {
            schema.items = Some(Box::new(self.schema(items, root, depth + 1)));
        }
        for part in keyword("allOf").map(Node::elements).unwrap_or_default() {
            schema.all_of.push(self.schema(part, root, depth + 1));
        }
        schema
    }

    fn referred(&mut self, reference: &Node, root: &Node, depth: usize) -> Schema {
        let name = source_of(reference);
        if self.following.iter().filter(|followed| **followed == name).count() == MAX_REPEATS {
            return Schema::unknown();
        }
        let elsewhere;
        let found = match text(reference).and_then(|name| name.strip_prefix('#')) {
            Some(pointer) => {
                let mut parts = pointer.split('/').skip(1);
                let target =
                    parts.try_fold(root, |at, part| at.get(&part.replace("~1", "/").replace("~0", "~")));
                target.map(|target| (target, root))
            }
            None => {
                elsewhere = (self.elsewhere)(reference);
                elsewhere.as_ref().map(|target| (target, target))
            }
        };
        let Some((target, root)) = found else { return Schema::unknown() };
        self.following.push(name);
        let schema = self.schema(target, root, depth + 1);
        self.following.pop();
        schema
    }

    fn required(&mut self, names: Option<&Node>) -> Vec<String> {
        let names = names.map(Node::elements).unwrap_or_default();
        names.iter().filter_map(text).take_while(|_| self.admit()).map(str::to_owned).collect()
    }

    /// What members must be that no property names.
    fn additional(&mut self, value: &Node, root: &Node, depth: usize) -> Option<Schema> {
        match plain(value) {
            Some("false") => Some(Schema::nothing()),
            Some(_) => None,
            None => Some(self.schema(value, root, depth + 1)),
        }
    }

    /// The values of an `enum`; none where one of them is no scalar or there are too many.
    fn literals(&mut self, list: &Node) -> Option<Vec<Literal>> {
        if list.elements().is_empty() {
            return None;
        }
        list.elements().iter().map(|value| self.admit().then(|| literal(value)).flatten()).collect()
    }
}

/// Whether all that a member of a schema demands is read, or it demands nothing.
fn is_read(key: &Node, value: &Node) -> bool {
    const READ: [&str; 12] = [
        "$ref",
        "additionalProperties",
        "allOf",
        "enum",
        "format",
        "maxLength",
        "minLength",
        "nullable",
        "pattern",
        "properties",
        "required",
        "type",
    ];
    const SAYS_NOTHING: [&str; 16] = [
        "$id",
        "$schema",
        "default",
        "definitions",
        "deprecated",
        "description",
        "discriminator",
        "example",
        "examples",
        "externalDocs",
        "id",
        "readOnly",
        "title",
        "writeOnly",
        "xml",
        "$comment",
    ];
    let Some(key) = key.as_str() else { return false };
    let read = match key {
        "items" => value.elements().is_empty(),
        key => READ.contains(&key),
    };
    read && !is_undecided(value) || SAYS_NOTHING.contains(&key) || key.starts_with("x-")
}

/// Whether the deployment decides this value or a part of it.
fn is_undecided(node: &Node) -> bool {
    let is_function = |name: &str| name.starts_with("Fn::");
    Call::of(node).is_some() || node.members().iter().any(|(key, _)| key.as_str().is_some_and(is_function))
}

/// A scalar without a tag or quotes: a number or a word.
fn plain(node: &Node) -> Option<&str> {
    let scalar = node.scalar().filter(|scalar| scalar.plain && node.tag.is_none())?;
    Some(&scalar.text)
}

/// A scalar that is no call of an intrinsic function.
fn text(node: &Node) -> Option<&str> {
    node.as_str().filter(|_| Call::of(node).is_none())
}

fn count(node: &Node) -> Option<u64> {
    plain(node)?.parse().ok()
}

/// A value of an `enum`. YAML 1.1 reads some plain words as booleans, numbers and dates; which reader a definition
/// meets is not known, so only what all of them read alike is understood.
fn literal(node: &Node) -> Option<Literal> {
    let Some(word) = plain(node) else { return Some(Literal::Text(text(node)?.to_owned())) };
    match word {
        "true" => return Some(Literal::Boolean(true)),
        "false" => return Some(Literal::Boolean(false)),
        _ if node.is_null() => return Some(Literal::Null),
        _ => {}
    }
    if serde_json::from_str::<serde_json::Number>(word).is_ok() {
        return Some(Literal::Number(word.to_owned()));
    }
    const BOOLEANS: [&str; 8] = ["y", "n", "yes", "no", "on", "off", "true", "false"];
    let is_word = word.starts_with(|first: char| first.is_alphabetic() || first == '_')
        && !BOOLEANS.iter().any(|boolean| word.eq_ignore_ascii_case(boolean));
    is_word.then(|| Literal::Text(word.to_owned()))
}

/// The types of `type`, with null where OpenAPI's `nullable` may add it. None where any type may stand.
fn types(names: &Node, nullable: Option<&Node>) -> Option<Vec<JsonType>> {
    let names = if names.scalar().is_some() { std::slice::from_ref(names) } else { names.elements() };
    let mut types: Vec<JsonType> =
        names.iter().map(|name| JsonType::named(text(name)?)).collect::<Option<_>>()?;
    if types.is_empty() {
        return None;
    }
    let nullable = nullable.is_some_and(|nullable| plain(nullable) != Some("false"));
    if nullable && !types.contains(&JsonType::Null) {
        types.push(JsonType::Null);
    }
    Some(types)
}

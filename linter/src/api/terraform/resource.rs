//! The resources of a configuration, with the values of their attributes.

use std::collections::HashMap;
use std::sync::Arc;

use crate::api::AttributePlace;
use crate::source::{HostSpan, SourceFile};

use super::block::{BlockBody, Entry};
use super::directory::Declaration;
use super::dynamic::{self, DYNAMIC};
use super::evaluate::{Evaluator, Scope, elements};
use super::value::{Address, Kind, Target, Value};

/// A resource, or one of those that a `for_each` makes.
#[derive(Clone, Debug)]
pub(super) struct Resource {
    pub(super) address: Address,
    /// What holes call it: `aws_dynamodb_table.orders`.
    pub(super) name: String,
    pub(super) file: Arc<SourceFile>,
    /// Its name's place.
    pub(super) span: HostSpan,
    /// Whether it stands for as many as the deployment decides.
    pub(super) is_many: bool,
    /// Where the attributes of an integration are written.
    pub(super) places: Arc<[AttributePlace]>,
    /// Attributes, and nested blocks as objects, by name in file order.
    attributes: Vec<(String, Value)>,
}

impl Resource {
    pub(super) fn new(
        address: Address,
        name: String,
        file: &Arc<SourceFile>,
        span: HostSpan,
        attributes: Vec<(String, Value)>,
    ) -> Self {
        Self {
            address,
            name,
            file: Arc::clone(file),
            span,
            is_many: false,
            places: Arc::default(),
            attributes,
        }
    }

    /// An attribute that is set.
    pub(super) fn attribute(&self, name: &str) -> Option<&Value> {
        let (_, value) = self.attributes.iter().find(|(known, _)| known == name)?;
        (!value.is_null()).then_some(value)
    }

    /// The nested blocks of a type, or the elements of a list of that name.
    pub(super) fn blocks<'r>(&'r self, name: &'r str) -> impl Iterator<Item = &'r Value> {
        let values = self.attributes.iter().filter(move |(known, _)| known == name).map(|(_, value)| value);
        values.flat_map(|value| match &value.kind {
            Kind::List(elements) => &**elements,
            _ => std::slice::from_ref(value),
        })
    }

    /// A place in this resource's file: a value's, or the name's where the value stands elsewhere.
    pub(super) fn place(&self, value: &Value) -> HostSpan {
        if Arc::ptr_eq(&value.file, &self.file) && value.span != HostSpan::default() {
            value.span
        } else {
            self.span
        }
    }
}

/// Blocks inside blocks.
const MAX_NESTING: usize = 8;

/// The resources that a declaration makes, with all their attributes.
pub(super) fn resources(
    evaluator: &Evaluator<'_>,
    module: usize,
    declaration: &Declaration<'_>,
) -> Vec<Resource> {
    let scope = Scope::of(module, declaration.file);
    let data = if declaration.is_data { "data." } else { "" };
    let kind = format!("{data}{}", declaration.kind);
    let prefix = evaluator.modules.prefix(module, &kind, declaration.name);
    let is_integration = kind.ends_with("_integration");
    let places: Arc<[AttributePlace]> =
        if is_integration { declaration.body.places().into() } else { Arc::default() };
    let made = |key: Option<String>, scope: &Scope| {
        let bracket = key.as_ref().map(|key| format!("[\"{key}\"]")).unwrap_or_default();
        let resource = Resource::new(
            Address { module, kind: kind.clone(), name: declaration.name.to_owned(), key },
            format!("{prefix}{kind}.{}{bracket}", declaration.name),
            declaration.file,
            declaration.span,
            attributes(evaluator, &declaration.body, scope, 0),
        );
        Resource { places: Arc::clone(&places), ..resource }
    };
    if evaluator.attribute(&declaration.body, "count", &scope).and_then(|count| count.literal()).as_deref()
        == Some("0")
    {
        return Vec::new();
    }
    match for_each(evaluator, module, declaration, 0) {
        Some(elements) => elements
            .into_iter()
            .map(|(key, value)| {
                let word = key.literal();
                let members = [("key", key.clone()), ("value", value)]
                    .map(|(name, value)| (Value::fixed_text(&key.file, key.span, name), value));
                let object = Value::new(&key.file, key.span, Kind::Object(members.into()));
                made(word, &scope.with([("each".to_owned(), object)]))
            })
            .collect(),
        None => {
            let is_many = ["for_each", "count"].iter().any(|name| declaration.body.attribute(name).is_some());
            vec![Resource { is_many, ..made(None, &scope) }]
        }
    }
}

/// `for_each` over a resource that is made by `for_each` itself, and so on.
const MAX_CHAIN: usize = 8;

/// The elements for each of which a resource is made; none where it is made once, or the deployment decides.
fn for_each(
    evaluator: &Evaluator<'_>,
    module: usize,
    declaration: &Declaration<'_>,
    depth: usize,
) -> Option<Vec<(Value, Value)>> {
    let each = evaluator.attribute(&declaration.body, "for_each", &Scope::of(module, declaration.file))?;
    let Some(target) = each.target() else {
        // A list is no `for_each`; Terraform wants a set or a map.
        return elements(&each).filter(|_| matches!(each.settled().kind, Kind::Object(_)));
    };
    let Address { module, kind, name, .. } = &target.resource;
    let resources = &evaluator.modules.get(*module)?.declared.resources;
    if !target.attribute.is_empty() || depth == MAX_CHAIN || !evaluator.spend(resources.len()) {
        return None;
    }
    let chained = resources.iter().find(|one| !one.is_data && one.kind == kind && one.name == name)?;
    let elements = for_each(evaluator, *module, chained, depth + 1)?.into_iter();
    Some(elements.filter_map(|(key, _)| Some((key.clone(), each.instance(&key.literal()?)?))).collect())
}

fn attributes(
    evaluator: &Evaluator<'_>,
    body: &BlockBody<'_>,
    scope: &Scope,
    depth: usize,
) -> Vec<(String, Value)> {
    let mut found: Vec<(String, Value)> = Vec::new();
    for (name, entry) in body.entries() {
        match entry {
            Entry::Attribute(written) if name == DYNAMIC && depth < MAX_NESTING => {
                found.extend(dynamic::of_value(evaluator, written, scope));
            }
            Entry::Attribute(written) => found.push((name.to_owned(), evaluator.written(written, scope))),
            Entry::Block(labels, inner) if depth < MAX_NESTING => match labels.as_slice() {
                [label] if name == DYNAMIC => {
                    found.extend(dynamic::of_block(evaluator, label, &inner, scope, depth + 1));
                }
                _ => found.push((name.to_owned(), list_of(nested(evaluator, &inner, scope, depth + 1)))),
            },
            Entry::Block(..) => {}
        }
    }
    found
}

/// A nested block as an object.
pub(super) fn nested(evaluator: &Evaluator<'_>, body: &BlockBody<'_>, scope: &Scope, depth: usize) -> Value {
    let (file, span) = (body.file(), body.span());
    let members = attributes(evaluator, body, scope, depth).into_iter();
    let members = members.map(|(name, value)| (Value::fixed_text(file, span, &name), value));
    Value::new(file, span, Kind::Object(members.collect()))
}

/// A list of one.
pub(super) fn list_of(value: Value) -> Value {
    let (file, span) = (Arc::clone(&value.file), value.span);
    Value::new(&file, span, Kind::List([value].into()))
}

/// The resources of a configuration by their addresses.
#[derive(Debug, Default)]
pub(super) struct Resources {
    all: Vec<Resource>,
    by_address: HashMap<Address, usize>,
    by_name: HashMap<(usize, String, String), Vec<usize>>,
}

/// References to references that are followed.
const MAX_HOPS: usize = 16;

impl Resources {
    pub(super) fn of(all: Vec<Resource>) -> Self {
        let mut resources = Self::default();
        for (index, resource) in all.iter().enumerate() {
            let Address { module, kind, name, .. } = &resource.address;
            resources.by_name.entry((*module, kind.clone(), name.clone())).or_default().push(index);
            resources.by_address.insert(resource.address.clone(), index);
        }
        resources.all = all;
        resources
    }

    /// All resources, in the order of modules and files.
    pub(super) fn all(&self) -> &[Resource] {
        &self.all
    }

    /// The resources of one type.
    pub(super) fn of_kind<'r>(&'r self, kind: &'r str) -> impl Iterator<Item = &'r Resource> {
        self.all.iter().filter(move |resource| resource.address.kind == kind)
    }

    /// The resource of an address, or the only one of its name.
    pub(super) fn get(&self, address: &Address) -> Option<&Resource> {
        if let Some(index) = self.by_address.get(address) {
            return self.all.get(*index);
        }
        let Address { module, kind, name, .. } = address;
        match self.by_name.get(&(*module, kind.clone(), name.clone()))?.as_slice() {
            [only] => self.all.get(*only),
            _ => None,
        }
    }

    /// The resource of a type that a value refers to.
    pub(super) fn referred(&self, value: &Value, kind: &str) -> Option<&Resource> {
        let target = value.target().filter(|target| target.resource.kind == kind)?;
        self.get(&target.resource)
    }

    /// What a value is when the attributes that it refers to are looked up.
    pub(super) fn followed<'r>(&'r self, value: &'r Value) -> &'r Value {
        let mut at = value.settled();
        for _ in 0..MAX_HOPS {
            let Some(target) = at.target() else { break };
            let next = self.get(&target.resource).and_then(|found| found.attribute(&target.attribute));
            match next {
                Some(next) => at = next.settled(),
                None => break,
            }
        }
        at
    }

    /// The attribute that a value is in the end.
    pub(super) fn target<'r>(&'r self, value: &'r Value) -> Option<&'r Target> {
        self.followed(value).target()
    }
}

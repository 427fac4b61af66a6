//! What a model demands of a value.

/// A type of JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum JsonType {
    /// A text.
    String,
    /// A number.
    Number,
    /// A number without a fraction.
    Integer,
    /// True or false.
    Boolean,
    /// An object.
    Object,
    /// A list.
    Array,
    /// Null.
    Null,
}

impl JsonType {
    /// The type of this name.
    pub fn named(name: &str) -> Option<Self> {
        Some(match name {
            "string" => Self::String,
            "number" => Self::Number,
            "integer" => Self::Integer,
            "boolean" => Self::Boolean,
            "object" => Self::Object,
            "array" => Self::Array,
            "null" => Self::Null,
            _ => return None,
        })
    }
}

/// A value of an `enum`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Literal {
    /// A text.
    Text(String),
    /// A number as written.
    Number(String),
    /// True or false.
    Boolean(bool),
    /// Null.
    Null,
}

/// What one schema demands. Each part speaks only of values of its type: a `pattern` of texts, `properties` of
/// objects, `items` of lists.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Schema {
    /// The types that may stand here; none for any.
    pub types: Option<Vec<JsonType>>,
    /// The values that may stand here; none for any.
    pub literals: Option<Vec<Literal>>,
    /// A regular expression that must match somewhere in a text.
    pub pattern: Option<String>,
    /// The format of a text, by its name. Whether API Gateway checks it is not recorded.
    pub format: Option<String>,
    /// The least length of a text.
    pub min_length: Option<u64>,
    /// The greatest length of a text.
    pub max_length: Option<u64>,
    /// What members of an object must be; of several of one name the last counts.
    pub properties: Vec<(String, Schema)>,
    /// Members that an object must have.
    pub required: Vec<String>,
    /// What members that are no `properties` must be.
    pub additional: Option<Box<Schema>>,
    /// What the elements of a list must be.
    pub items: Option<Box<Schema>>,
    /// Further schemas that the value must meet.
    pub all_of: Vec<Schema>,
    /// Whether the definition demands more here than is read: an unknown keyword, a value that the deployment decides.
    pub unread: bool,
}

impl Schema {
    /// The schema that no value meets.
    pub fn nothing() -> Self {
        Self { types: Some(Vec::new()), ..Self::default() }
    }

    /// A schema of which nothing is known.
    pub fn unknown() -> Self {
        Self { unread: true, ..Self::default() }
    }

    /// The number of schemas in this one, itself included.
    pub fn parts(&self) -> usize {
        let properties = self.properties.iter().map(|(_, schema)| schema);
        let single = [&self.additional, &self.items].into_iter().flatten().map(|schema| &**schema);
        1 + properties.chain(single).chain(&self.all_of).map(Self::parts).sum::<usize>()
    }

    /// All that the schema demands.
    pub fn constraints(&self) -> Constraints<'_> {
        let mut constraints = Constraints::default();
        constraints.add(self);
        constraints
    }

    fn is_nothing(&self) -> bool {
        self.types.as_ref().is_some_and(Vec::is_empty)
    }

    /// What a member must be, if it is there.
    fn member(&self, name: &str) -> Option<&Schema> {
        let named = self.properties.iter().rev().find(|(property, _)| property == name);
        named.map(|(_, schema)| schema).or(self.additional.as_deref())
    }
}

/// All schemas that one value must meet.
#[derive(Clone, Debug, Default)]
pub struct Constraints<'s> {
    schemas: Vec<&'s Schema>,
}

impl<'s> Constraints<'s> {
    fn add(&mut self, schema: &'s Schema) {
        self.schemas.push(schema);
        for part in &schema.all_of {
            self.add(part);
        }
    }

    fn of(schemas: impl Iterator<Item = &'s Schema>) -> Self {
        let mut constraints = Self::default();
        schemas.for_each(|schema| constraints.add(schema));
        constraints
    }

    /// What a member must be where the value is an object that has it.
    #[must_use]
    pub fn member(&self, name: &str) -> Self {
        Self::of(self.schemas.iter().filter_map(|schema| schema.member(name)))
    }

    /// What every element must be where the value is a list.
    #[must_use]
    pub fn element(&self) -> Self {
        Self::of(self.schemas.iter().filter_map(|schema| schema.items.as_deref()))
    }

    /// The names of the members that an object may have; none where it may have others.
    pub fn member_names(&self) -> Option<Vec<&'s str>> {
        let closed =
            |schema: &&&Schema| schema.additional.as_ref().is_some_and(|additional| additional.is_nothing());
        let mut lists = self.schemas.iter().filter(closed).map(|schema| &schema.properties);
        let mut names: Vec<&str> = lists.next()?.iter().map(|(name, _)| name.as_str()).collect();
        for list in lists {
            names.retain(|name| list.iter().any(|(other, _)| other == name));
        }
        Some(names)
    }

    /// The members that an object must have.
    pub fn required(&self) -> impl Iterator<Item = &'s str> {
        self.schemas.iter().flat_map(|schema| schema.required.iter().map(String::as_str))
    }

    /// Whether the definition demands more of this value than is read.
    pub fn is_unread(&self) -> bool {
        self.schemas.iter().any(|schema| schema.unread)
    }

    /// Whether nothing is demanded at all.
    pub fn is_empty(&self) -> bool {
        self.schemas.is_empty()
    }

    /// Whether an object must have this member.
    pub fn requires(&self, name: &str) -> bool {
        self.schemas.iter().any(|schema| schema.required.iter().any(|required| required == name))
    }

    /// Whether a value of this type may stand here. A place for any number also takes a whole one.
    pub fn allows(&self, kind: JsonType) -> bool {
        self.schemas.iter().all(|schema| {
            let typed = schema.types.as_ref().is_none_or(|types| {
                types.contains(&kind)
                    || kind == JsonType::Integer && types.contains(&JsonType::Number)
                    || kind == JsonType::Number && types.contains(&JsonType::Integer)
            });
            typed && schema.literals.as_ref().is_none_or(|list| list.iter().any(|literal| literal.is(kind)))
        })
    }

    /// The regular expressions each of which must match somewhere in a text.
    pub fn patterns(&self) -> impl Iterator<Item = &'s str> {
        self.schemas.iter().filter_map(|schema| schema.pattern.as_deref())
    }

    /// The formats that a text may have to have.
    pub fn formats(&self) -> impl Iterator<Item = &'s str> {
        self.schemas.iter().filter_map(|schema| schema.format.as_deref())
    }

    /// The least length of a text.
    pub fn min_length(&self) -> u64 {
        self.schemas.iter().filter_map(|schema| schema.min_length).max().unwrap_or(0)
    }

    /// The greatest length of a text.
    pub fn max_length(&self) -> Option<u64> {
        self.schemas.iter().filter_map(|schema| schema.max_length).min()
    }

    /// The values that may stand here; none for any.
    pub fn literals(&self) -> Option<Vec<&'s Literal>> {
        let mut lists = self.schemas.iter().filter_map(|schema| schema.literals.as_ref());
        let mut common: Vec<&Literal> = lists.next()?.iter().collect();
        for list in lists {
            common.retain(|literal| list.contains(literal));
        }
        Some(common)
    }
}

impl Literal {
    fn is(&self, kind: JsonType) -> bool {
        match self {
            Self::Text(_) => kind == JsonType::String,
            Self::Number(_) => matches!(kind, JsonType::Number | JsonType::Integer),
            Self::Boolean(_) => kind == JsonType::Boolean,
            Self::Null => kind == JsonType::Null,
        }
    }
}

//! Expressions and statements: key conditions, conditions on the owner, changes, PartiQL.

use std::collections::BTreeMap;

use super::SECRET;
use super::json::{Item, J, Maker, Member, object, text};

/// The placeholders of one request.
#[derive(Default)]
pub(super) struct Expressions {
    names: BTreeMap<String, J>,
    values: BTreeMap<String, J>,
}

impl Expressions {
    /// A path to an attribute, by a placeholder or not.
    pub(super) fn name(&mut self, maker: &mut Maker<'_>, attribute: &str) -> String {
        // Reserved words have to be placeholders.
        if attribute != "owner" && attribute != "status" && !maker.chooser.chance(20) {
            return attribute.to_owned();
        }
        let alias = format!("#{attribute}");
        let source = match maker.chooser.below(60) {
            50 => maker.client_text(),
            51 => "note".to_owned(),
            52 => format!("#if({}){attribute}#{{else}}note#end", maker.condition()),
            53 => format!("#if({}){attribute}#{{else}}{SECRET}#end", maker.condition()),
            _ => attribute.to_owned(),
        };
        self.names.entry(alias.clone()).or_insert(J::Text(source));
        alias
    }

    /// A placeholder of a value.
    pub(super) fn value(&mut self, name: &str, value: J) -> String {
        let placeholder = format!(":{name}");
        self.values.entry(placeholder.clone()).or_insert(value);
        placeholder
    }

    /// The members that say what placeholders are.
    pub(super) fn into_members(self, maker: &mut Maker<'_>, members: &mut Vec<Member>) {
        let mut say = |name: &str, all: BTreeMap<String, J>| {
            if all.is_empty() {
                return;
            }
            let mut inner: Vec<Member> =
                all.into_iter().map(|(name, value)| Member::new(&name, value)).collect();
            if maker.chooser.chance(3) {
                let at = maker.chooser.below(inner.len());
                inner[at].only_if = Some(maker.condition());
            }
            members.push(Member::new(name, J::Object(inner)));
        };
        say("ExpressionAttributeNames", self.names);
        say("ExpressionAttributeValues", self.values);
    }
}

impl Maker<'_> {
    pub(super) fn key_condition(&mut self, expressions: &mut Expressions) -> String {
        let (partition, sort) = self.plan.key();
        let (p, s) = (self.plan.partition, self.plan.sort);
        let value = self.key_value(p);
        let pk = expressions.value("pk", value);
        let name = expressions.name(self, partition);
        let equal = match self.chooser.below(30) {
            20 => format!("{pk} = {name}"),
            21 => format!("({name} = {pk})"),
            22 => format!("{name} <= {pk}"),
            _ => format!("{name} = {pk}"),
        };
        let Some(sort) = sort.filter(|_| s.is_some() && !self.chooser.chance(3) || self.chooser.chance(20))
        else {
            return equal;
        };
        let pattern = s.unwrap_or("*");
        let name = expressions.name(self, sort);
        let condition = match self.chooser.below(14) {
            0..=5 => {
                let value = text(self.key_text(pattern, false));
                let prefix = expressions.value("sk", value);
                format!("begins_with({name}, {prefix})")
            }
            6 | 7 => {
                let (low, high) = (text(self.key_text(pattern, false)), text(self.key_text(pattern, false)));
                let (low, high) = (expressions.value("low", low), expressions.value("high", high));
                format!("{name} BETWEEN {low} AND {high}")
            }
            8..=11 => {
                let value = self.key_value(s);
                let value = expressions.value("sk", value);
                format!("{name} = {value}")
            }
            _ => {
                let value = text(self.key_text(pattern, false));
                let value = expressions.value("sk", value);
                format!("{name} {} {value}", self.chooser.pick(&[">=", "<", ">"]))
            }
        };
        match self.chooser.below(24) {
            20 => format!("{condition} AND {equal}"),
            21 => format!("{equal}#if({}) AND {condition}#end", self.condition()),
            _ => format!("{equal} AND {condition}"),
        }
    }

    pub(super) fn legacy_conditions(&mut self) -> J {
        let (partition, sort) = self.plan.key();
        let (p, s) = (self.plan.partition, self.plan.sort);
        let condition = |operator: &str, values: Vec<Item>| {
            object([
                ("ComparisonOperator", J::Text(operator.to_owned())),
                ("AttributeValueList", J::Array(values)),
            ])
        };
        let value = self.key_value(p);
        let mut members = vec![Member::new(partition, condition("EQ", vec![Item::One(value)]))];
        if let Some(sort) = sort.filter(|_| s.is_some()) {
            let pattern = s.unwrap_or("*");
            let value = match self.chooser.below(4) {
                0 => condition("EQ", vec![Item::One(self.key_value(s))]),
                1 => {
                    let values = [self.key_text(pattern, false), self.key_text(pattern, false)];
                    condition("BETWEEN", values.into_iter().map(|value| Item::One(text(value))).collect())
                }
                _ => condition("BEGINS_WITH", vec![Item::One(text(self.key_text(pattern, false)))]),
            };
            let mut member = Member::new(sort, value);
            if self.chooser.chance(10) {
                member.only_if = Some(self.condition());
            }
            members.insert(0, member);
        }
        J::Object(members)
    }

    /// A condition that demands that the item is the caller's, or nearly does.
    pub(super) fn owner_condition(&mut self, expressions: &mut Expressions) -> String {
        match self.chooser.below(24) {
            0..=9 => self.is_own(expressions),
            10..=13 => {
                let (own, other) = (self.is_own(expressions), self.boolean(expressions, 1));
                if self.chooser.chance(50) {
                    format!("{own} AND {other}")
                } else {
                    format!("{other} AND {own}")
                }
            }
            14 => {
                let key = if self.plan.table == "Main" { "PK" } else { "id" };
                format!("attribute_not_exists({key}) OR {}", self.is_own(expressions))
            }
            15 => {
                let (own, other) = (self.is_own(expressions), self.boolean(expressions, 1));
                format!("{own} OR {other}")
            }
            16 => {
                let (own, other, again) =
                    (self.is_own(expressions), self.boolean(expressions, 1), self.is_own(expressions));
                format!("({own} AND {other}) OR {again}")
            }
            17 => format!("NOT {}", self.is_own(expressions)),
            18 => {
                let own = self.is_own(expressions);
                let other = self.boolean(expressions, 1);
                format!("NOT (NOT {own} OR {other})")
            }
            _ => self.boolean(expressions, 3),
        }
    }

    fn is_own(&mut self, expressions: &mut Expressions) -> String {
        let pattern = self.plan.owner.unwrap_or("{user}");
        let value = text(self.key_text(pattern, true));
        let me = expressions.value("me", value);
        let owner = expressions.name(self, "owner");
        match self.chooser.below(24) {
            0..=15 => format!("{owner} = {me}"),
            16 => format!("{me} = {owner}"),
            17 => format!("{owner} IN ({me})"),
            18 => {
                let other = text(self.client_text());
                format!("{owner} IN ({me}, {})", expressions.value("n", other))
            }
            19 => format!("{owner} <> {me}"),
            20 => format!("begins_with({owner}, {me})"),
            21 => format!("contains({owner}, {me})"),
            22 => format!("{owner} BETWEEN {me} AND {me}"),
            _ => format!("({owner} = {me})"),
        }
    }

    /// Any condition.
    pub(super) fn boolean(&mut self, expressions: &mut Expressions, depth: usize) -> String {
        if depth > 0 && self.chooser.chance(50) {
            let one = self.boolean(expressions, depth - 1);
            let other = self.boolean(expressions, depth - 1);
            return match self.chooser.below(5) {
                0 => format!("{one} AND {other}"),
                1 => format!("{one} OR {other}"),
                2 => format!("NOT ({one} OR {other})"),
                3 => format!("({one}) AND NOT ({other})"),
                _ => format!("NOT ({one})"),
            };
        }
        match self.chooser.below(12) {
            0..=3 if self.plan.owner.is_some() => self.is_own(expressions),
            4 => {
                let key = if self.plan.table == "Main" { "PK" } else { "id" };
                format!("{}({key})", self.chooser.pick(&["attribute_exists", "attribute_not_exists"]))
            }
            5 => {
                let owner = expressions.name(self, "owner");
                format!("{}({owner})", self.chooser.pick(&["attribute_exists", "attribute_not_exists"]))
            }
            6 if self.chooser.chance(10) => format!("attribute_exists({SECRET})"),
            _ => {
                let value = text(self.client_text());
                let value = expressions.value("n", value);
                let attribute = self.chooser.pick(&["status", "note"]);
                let status = expressions.name(self, attribute);
                format!("{status} {} {value}", self.chooser.pick(&["=", "<>", "<", ">="]))
            }
        }
    }

    /// What an update changes.
    pub(super) fn changes(&mut self, expressions: &mut Expressions) -> String {
        let value = text(self.client_text());
        match self.chooser.below(20) {
            16 => {
                let attribute = self.chooser.pick(&[SECRET, "owner"]);
                let name = expressions.name(self, attribute);
                format!("SET {name} = {}", expressions.value("x", value))
            }
            17 => {
                let name = expressions.name(self, "status");
                format!("REMOVE {name}")
            }
            18 => format!(
                "SET note = {} REMOVE #if({})status2#{{else}}owner#end",
                expressions.value("x", value),
                self.condition()
            ),
            19 => format!("SET note = {}, {} = :x", expressions.value("x", value), self.client_text()),
            _ => {
                let attribute = self.chooser.pick(&["note", "status"]);
                let name = expressions.name(self, attribute);
                format!("SET {name} = {}", expressions.value("x", value))
            }
        }
    }

    /// A PartiQL statement with its parameters.
    pub(super) fn statement(&mut self) -> J {
        let table = match self.chooser.below(40) {
            30 => "Other".to_owned(),
            31 => self.client_text(),
            _ => self.plan.table.to_owned(),
        };
        let table = format!("\\\"{table}\\\"");
        let (partition, sort) = self.plan.key();
        let (p, s) = (self.plan.partition, self.plan.sort);
        let mut parameters: Vec<Item> = Vec::new();
        let kind = self.chooser.below(8);
        let writes = self.plan.owner.is_some() && kind < 6;
        if kind == 7 {
            // An insert.
            let mut fields = Vec::new();
            for (name, pattern) in std::iter::once((partition, p)).chain(sort.map(|sort| (sort, s))) {
                fields.push(format!("'{name}': {}", self.operand(pattern.unwrap_or("*"), &mut parameters)));
            }
            if let Some(owner) = self.plan.owner {
                fields.push(format!("'owner': {}", self.operand(owner, &mut parameters)));
            }
            let statement = format!("INSERT INTO {table} VALUE {{{}}}", fields.join(", "));
            return self.with_parameters(statement, parameters);
        }
        let begun = match kind {
            0 if writes => format!("DELETE FROM {table}"),
            _ if writes => {
                let set = self.chooser.pick(&[
                    "SET note = 'x'",
                    "SET note = ?",
                    "REMOVE note",
                    "SET owner = 'x'",
                    "SET secret = 'x'",
                ]);
                if set.contains('?') {
                    parameters.push(Item::One(text(self.client_text())));
                }
                format!("UPDATE {table} {set}")
            }
            _ => {
                let what = self.chooser.pick(&["note", "*", "note, status", "owner", SECRET]);
                format!("SELECT {what} FROM {table}")
            }
        };
        let mut conditions = Vec::new();
        for (name, pattern) in std::iter::once((partition, p)).chain(sort.map(|sort| (sort, s))) {
            let pattern = pattern.unwrap_or("*");
            let condition = match self.chooser.below(20) {
                14 => {
                    let operand = self.operand(pattern, &mut parameters);
                    format!("begins_with({name}, {operand})")
                }
                15 => {
                    let operands =
                        [self.operand(pattern, &mut parameters), self.operand(pattern, &mut parameters)];
                    format!("{name} IN [{}]", operands.join(", "))
                }
                16 => {
                    let operands =
                        [self.operand(pattern, &mut parameters), self.operand(pattern, &mut parameters)];
                    format!("{name} BETWEEN {} AND {}", operands[0], operands[1])
                }
                17 => {
                    let operand = self.operand(pattern, &mut parameters);
                    format!("{operand} = {name}")
                }
                _ => format!("{name} = {}", self.operand(pattern, &mut parameters)),
            };
            conditions.push(condition);
        }
        if let Some(owner) = self.plan.owner {
            conditions.push(format!("owner = {}", self.operand(owner, &mut parameters)));
        }
        if self.chooser.chance(20) {
            conditions.push(format!("note = {}", self.operand("*", &mut parameters)));
        }
        let joined = if self.chooser.chance(5) { " OR " } else { " AND " };
        let mut statement = format!("{begun} WHERE {}", conditions.join(joined));
        match self.chooser.below(40) {
            30 => statement = statement.replacen(' ', "\\u0020", 1),
            31 => statement = format!("{statement}#if({}) AND status = 'x'#end", self.condition()),
            32 => statement = format!("{statement}#if({}) OR status = 'x'#end", self.condition()),
            _ => {}
        }
        self.with_parameters(statement, parameters)
    }

    fn operand(&mut self, pattern: &str, parameters: &mut Vec<Item>) -> String {
        if self.chooser.chance(45) {
            let source = self.key_text(pattern, true);
            return format!("'{source}'");
        }
        let value = text(self.key_text(pattern, true));
        match self.chooser.below(40) {
            30 => parameters.push(Item::If(self.condition(), value)),
            31 => {
                let list = self.chooser.pick(&["['1']", "['a', 'b']", "$input.path('$.ids')"]).to_owned();
                let variable = self.fresh("i");
                let separator = super::json::Separator::Between;
                parameters.push(Item::Each { variable, list, body: value, separator });
            }
            _ => parameters.push(Item::One(value)),
        }
        "?".to_owned()
    }

    fn with_parameters(&mut self, statement: String, parameters: Vec<Item>) -> J {
        let mut members = vec![Member::new("Statement", J::Text(statement))];
        if !parameters.is_empty() {
            members.push(Member::new("Parameters", J::Array(parameters)));
        }
        if self.plan.action == "ExecuteStatement" && self.plan.limit.is_some() {
            let limit = self.plan.limit.unwrap_or(1) + self.chooser.below(20) / 19;
            members.push(Member::new("Limit", J::Bare(limit.to_string())));
        }
        J::Object(members)
    }
}

//! The requests of each action.

use super::SECRET;
use super::condition::Expressions;
use super::json::{Item, J, Maker, Member, Separator, object, text};

/// The pieces of a key pattern.
enum Piece<'p> {
    Text(&'p str),
    Variable(&'static str),
    Open,
}

fn pieces(pattern: &str) -> Vec<Piece<'_>> {
    let mut found = Vec::new();
    let mut rest = pattern;
    while !rest.is_empty() {
        if let Some(after) = rest.strip_prefix('{') {
            let (name, after) = after.split_once('}').unwrap();
            found.push(Piece::Variable(if name == "tenant" { "tenant" } else { "user" }));
            rest = after;
        } else if rest == "*" {
            found.push(Piece::Open);
            break;
        } else {
            let end = rest.find(['{', '*']).unwrap_or(rest.len());
            found.push(Piece::Text(&rest[..end]));
            rest = &rest[end..];
        }
    }
    found
}

impl Maker<'_> {
    /// The text of a key within a pattern, or nearly; `whole` is no prefix of one.
    pub(super) fn key_text(&mut self, pattern: &str, whole: bool) -> String {
        if self.chooser.chance(2) {
            return self.client_text();
        }
        let mut out = String::new();
        for piece in pieces(pattern) {
            match piece {
                Piece::Text(literal) => match self.chooser.below(60) {
                    50 => {}
                    51 => out.push_str(&literal.to_lowercase()),
                    52 => out.push_str(&format!("{literal}x")),
                    53 => out.push_str(&literal.replace('#', "\\u0023")),
                    54 => {
                        let name = self.set(&format!("'{literal}'"));
                        out.push_str(&format!("${{{name}}}"));
                    }
                    55 => out.push_str(&literal[..literal.len() - 1]),
                    56 => out.push_str(&format!("#if({}){literal}#{{else}}{literal}#end", self.condition())),
                    57 => out.push_str(&format!("$!nothing{literal}")),
                    58 => out.push_str(&literal.replace('#', "\\\\u0023")),
                    _ => out.push_str(literal),
                },
                Piece::Variable(name) => out.push_str(&self.own(name)),
                Piece::Open if whole || self.chooser.chance(40) => match self.chooser.below(8) {
                    0 => out.push('1'),
                    1 => out.push_str(&format!("{}#{}", self.client_text(), self.client_text())),
                    _ => out.push_str(&self.client_text()),
                },
                Piece::Open => {}
            }
        }
        match self.chooser.below(60) {
            50 => out.push_str(&self.client_text()),
            51 => {
                // The text put together before.
                let name = self.set(&format!("\"{out}\""));
                out = format!("${name}");
            }
            52 => out = format!("#if({})$input.params('q')#else{out}#end", self.condition()),
            _ => {}
        }
        out
    }

    /// The value of a key attribute.
    pub(super) fn key_value(&mut self, pattern: Option<&str>) -> J {
        let make = |maker: &mut Self| match pattern {
            Some(pattern) => text(maker.key_text(pattern, true)),
            None => text(maker.client_text()),
        };
        match self.chooser.below(60) {
            50 => J::Either(self.condition(), Box::new(make(self)), Box::new(make(self))),
            51 => object([("N", J::Text("1".to_owned()))]),
            52 => J::Bare("$input.json('$.o')".to_owned()),
            53 => object([("S", J::Bare("$input.json('$.b')".to_owned()))]),
            54 => {
                let value = make(self);
                let J::Object(mut members) = value else { return value };
                members[0].only_if = Some(self.condition());
                members.push(Member::new("N", J::Text("1".to_owned())));
                J::Object(members)
            }
            _ => make(self),
        }
    }

    /// The whole key of an item of the table.
    fn table_key(&mut self) -> J {
        let (partition, sort) = if self.plan.table == "Main" { ("PK", Some("SK")) } else { ("id", None) };
        let (p, s) = (self.plan.partition, self.plan.sort);
        let mut members = vec![Member::new(partition, self.key_value(p))];
        if let Some(sort) = sort {
            members.push(Member::new(sort, self.key_value(s)));
        }
        J::Object(members)
    }

    fn table_name(&mut self) -> J {
        let name = self.plan.table;
        J::Text(match self.chooser.below(80) {
            70 => self.chooser.pick(&["Other", "main", "Mainx"]).to_owned(),
            71 => format!("arn:aws:dynamodb:eu-west-1:123456789012:table/{name}"),
            72 => self.client_text(),
            73 => "$stageVariables.table".to_owned(),
            74 => format!("#if({}){name}#{{else}}Plain#end", self.condition()),
            _ => name.to_owned(),
        })
    }

    /// The request.
    pub(super) fn request(&mut self) -> J {
        match self.plan.action {
            "GetItem" => self.get(),
            "Query" => self.query(),
            "Scan" => self.scan(),
            "PutItem" => self.put(),
            "UpdateItem" => self.update(),
            "DeleteItem" => self.delete(),
            "BatchGetItem" => self.batch_get(),
            "BatchWriteItem" => self.batch_write(),
            "TransactWriteItems" => {
                let items = self.list(|maker| maker.transact_write());
                object([("TransactItems", J::Array(items))])
            }
            "TransactGetItems" => {
                let items = self.list(|maker| object([("Get", maker.get())]));
                object([("TransactItems", J::Array(items))])
            }
            "BatchExecuteStatement" => {
                let items = self.list(|maker| maker.statement());
                object([("Statements", J::Array(items))])
            }
            "ExecuteTransaction" => {
                let items = self.list(|maker| maker.statement());
                object([("TransactStatements", J::Array(items))])
            }
            _ => self.statement(),
        }
    }

    /// One element, several, or one for each element of a list.
    pub(super) fn list(&mut self, mut make: impl FnMut(&mut Self) -> J) -> Vec<Item> {
        let mut items = Vec::new();
        let kind = self.chooser.below(12);
        if kind == 0 || (4..7).contains(&kind) {
            items.push(Item::One(make(self)));
        }
        if kind > 4 {
            let variable = self.fresh("i");
            let list = self.loop_list();
            let (element, turns) = (self.element.replace(format!("${variable}")), self.turns);
            self.turns = true;
            let mut body = make(self);
            if self.chooser.chance(8) {
                let other = make(self);
                body = J::Either(self.condition(), Box::new(body), Box::new(other));
            }
            (self.element, self.turns) = (element, turns);
            let separator = match kind {
                5 => Separator::Before,
                10 => Separator::Behind,
                _ => Separator::Between,
            };
            items.push(if self.chooser.chance(10) {
                // In another loop.
                let list = self.chooser.pick(&["['1', '2']", "[1..3]", "$input.path('$.more')"]).to_owned();
                let around = self.fresh("n");
                Item::Twice {
                    around,
                    list,
                    variable,
                    inner: self.chooser.pick(&["$input.path('$.ids')", "['x']"]).to_owned(),
                    body,
                }
            } else {
                Item::Each { variable, list, body, separator }
            });
        }
        if kind == 10 || (1..4).contains(&kind) {
            if self.chooser.chance(20) {
                items.push(Item::If(self.condition(), make(self)));
            }
            items.push(Item::One(make(self)));
        }
        items
    }

    /// What is looped over: few elements, if a guard does what it seems to do.
    fn loop_list(&mut self) -> String {
        let limit = self.plan.limit.unwrap_or(5);
        match self.chooser.below(14) {
            0..=3 => {
                let name = self.set("$input.path('$.ids')");
                let guard = self.chooser.pick(&[
                    "#if($NAME.size() > LIMIT)#set($NAME = [])#end",
                    "#if($NAME.size() > LIMIT)#set($NAME = $input.path('$.other'))#end",
                    "#if($NAME.size() >= LIMIT)#set($NAME = [])#end",
                    "#if($NAME.size() > LIMIT && $input.params('q') == 'x')#set($NAME = [])#end",
                    "#if($NAME.size() > LIMIT)#stop#end",
                    "#if($NAME.isEmpty())#stop#end",
                    "#if($NAME.size() > LIMIT)#set($d = $NAME.clear())#end",
                    "#if($NAME.length() > LIMIT)#set($NAME = [])#end",
                ]);
                self.prelude.push(guard.replace("NAME", &name).replace("LIMIT", &limit.to_string()));
                format!("${name}")
            }
            4 | 5 => {
                let comparison = self.chooser.pick(&["<=", "<", "=="]);
                self.guards.push(format!("$input.path('$.ids').size() {comparison} {limit}"));
                "$input.path('$.ids')".to_owned()
            }
            6 => {
                let name = self.set("[]");
                self.prelude.push(format!(
                    "#foreach($e in $input.path('$.ids'))#if($foreach.index < {limit})#set($d = ${name}.add($e))#end#end"
                ));
                format!("${name}")
            }
            7 => self
                .chooser
                .pick(&["['a', 'b']", "[1..3]", "['a']", "[]", "[1..LIMIT]"])
                .replace("LIMIT", &limit.to_string()),
            8 => "$input.params('q').split(',')".to_owned(),
            9 => self
                .chooser
                .pick(&[
                    "$input.path('$.o')",
                    "$input.path('$.o').keySet()",
                    "$input.path('$.o').entrySet()",
                    "$input.path('$.o').values()",
                ])
                .to_owned(),
            10 => self
                .chooser
                .pick(&[
                    "$input.params().querystring",
                    "$input.params().querystring.keySet()",
                    "$input.params().header.entrySet()",
                ])
                .to_owned(),
            11 => self
                .chooser
                .pick(&[
                    "$input.path('$.ids').subList(0, 2)",
                    "$context.authorizer",
                    "$input.params()",
                    "$context.authorizer.keySet()",
                    "$stageVariables",
                ])
                .to_owned(),
            _ => "$input.path('$.ids')".to_owned(),
        }
    }

    fn get(&mut self) -> J {
        let mut members =
            vec![Member::new("TableName", self.table_name()), Member::new("Key", self.table_key())];
        if self.chooser.chance(2) {
            members.push(Member::new("Select", J::Text("COUNT".to_owned())));
        }
        self.read_attributes(&mut members, Expressions::default());
        J::Object(members)
    }

    /// What a read gives back.
    fn read_attributes(&mut self, members: &mut Vec<Member>, mut expressions: Expressions) {
        let is_needed = self.plan.attributes;
        match self.chooser.below(if is_needed { 40 } else { 60 }) {
            0..=30 if is_needed => {
                let names = self.projection(&mut expressions);
                let mut member = Member::new("ProjectionExpression", J::Text(names));
                if self.chooser.chance(4) {
                    member.only_if = Some(self.condition());
                }
                members.push(member);
            }
            31 => {
                let value = self.chooser.pick(&[
                    "null",
                    "[\"note\"]",
                    "[\"note\", \"secret\"]",
                    "[\"$input.params('q')\"]",
                ]);
                members.push(Member::new("AttributesToGet", J::Bare(value.to_owned())));
            }
            32 => members.push(Member::new("ProjectionExpression", J::Bare("null".to_owned()))),
            33 => {
                members.push(Member::new("ProjectionExpression", J::Text(self.client_text())));
            }
            34 => {
                let names = self.projection(&mut expressions);
                let condition = self.condition();
                let source = format!("#if({condition}){names}#{{else}}note#end");
                members.push(Member::new("ProjectionExpression", J::Text(source)));
            }
            _ => {}
        }
        expressions.into_members(self, members);
    }

    fn projection(&mut self, expressions: &mut Expressions) -> String {
        let count = 1 + self.chooser.below(2);
        let mut names: Vec<String> = (0..count)
            .map(|at| {
                let name = match self.chooser.below(40) {
                    30 => SECRET,
                    _ => ["note", "status", "owner"][(at + self.chooser.below(2)) % 3],
                };
                expressions.name(self, name)
            })
            .collect();
        names.dedup();
        if names.len() == 2 && names[0] == names[1] {
            names.pop();
        }
        names.join(", ")
    }

    fn limit(&mut self, members: &mut Vec<Member>) {
        let limit = self.plan.limit.unwrap_or(10);
        let value = match self.chooser.below(40) {
            20 => J::Bare((limit + 1).to_string()),
            21 => J::Bare("$input.params('q')".to_owned()),
            22 => J::Bare(format!("#if({}){limit}#{{else}}1#end", self.condition())),
            23 => {
                let name = self.set("$input.params('q')");
                self.guards.push(format!(
                    "${name}.matches('{}')",
                    self.chooser.pick(&["[0-9]", "[1-5]", "[0-9]{1,2}", "[0-9]+", "1|2|5", "[0-9]?"])
                ));
                J::Bare(format!("${name}"))
            }
            24 => {
                J::Bare(format!("#if($input.path('$.n') <= {limit})$input.path('$.n')#{{else}}{limit}#end"))
            }
            25 => J::Bare("null".to_owned()),
            26 => J::Text(limit.to_string()),
            27 => J::Bare(format!(
                "#if($input.path('$.n') > 0 && $input.path('$.n') <= {limit})$input.json('$.n')#{{else}}1#end"
            )),
            28 => J::Bare(format!("{limit}$!nothing")),
            29 => J::Bare(format!("${}", self.set(&limit.to_string()))),
            30 => return,
            31 => {
                let name = self.set(&limit.to_string());
                let condition = self.condition();
                self.prelude.push(format!("#if({condition})#set(${name} = ${name} * 2)#end"));
                J::Bare(format!("${name}"))
            }
            _ => J::Bare(limit.to_string()),
        };
        let mut member = Member::new("Limit", value);
        if self.chooser.chance(3) {
            member.only_if = Some(self.condition());
        }
        members.push(member);
    }

    fn query(&mut self) -> J {
        let mut members = vec![Member::new("TableName", self.table_name())];
        if self.plan.index {
            let value = match self.chooser.below(40) {
                30 => J::Bare("null".to_owned()),
                31 => J::Text("Other".to_owned()),
                32 => J::Text(format!("#if({})ByG#{{else}}Other#end", self.condition())),
                _ => J::Text("ByG".to_owned()),
            };
            let mut member = Member::new("IndexName", value);
            if self.chooser.chance(4) {
                member.only_if = Some(self.condition());
            }
            members.push(member);
        } else if self.chooser.chance(2) {
            members.push(Member::new("IndexName", J::Text("ByG".to_owned())));
        }
        let mut expressions = Expressions::default();
        if self.chooser.chance(12) {
            members.push(Member::new("KeyConditions", self.legacy_conditions()));
        } else {
            let condition = self.key_condition(&mut expressions);
            let mut member = Member::new("KeyConditionExpression", J::Text(condition));
            if self.chooser.chance(3) {
                member.only_if = Some(self.condition());
            }
            members.push(member);
        }
        if self.chooser.chance(15) {
            let filter = self.boolean(&mut expressions, 1);
            members.push(Member::new("FilterExpression", J::Text(filter)));
        }
        if self.chooser.chance(6) {
            let select =
                self.chooser.pick(&["COUNT", "ALL_ATTRIBUTES", "SPECIFIC_ATTRIBUTES", "$input.params('q')"]);
            members.push(Member::new("Select", J::Text(select.to_owned())));
        } else if self.chooser.chance(3) {
            members.push(Member::new("Select", J::Bare("null".to_owned())));
        }
        self.limit(&mut members);
        self.read_attributes(&mut members, expressions);
        // Something that is always there stands last.
        members.push(Member::new("ConsistentRead", J::Bare("false".to_owned())));
        J::Object(members)
    }

    fn scan(&mut self) -> J {
        let mut members = vec![Member::new("TableName", self.table_name())];
        let mut expressions = Expressions::default();
        if self.chooser.chance(30) {
            let filter = self.boolean(&mut expressions, 1);
            members.push(Member::new("FilterExpression", J::Text(filter)));
        }
        self.limit(&mut members);
        self.read_attributes(&mut members, expressions);
        J::Object(members)
    }

    fn item(&mut self) -> J {
        let J::Object(mut members) = self.table_key() else { return self.table_key() };
        let (partition, sort) = self.plan.key();
        if self.plan.index {
            members.push(Member::new(partition, text("x")));
            members.extend(sort.map(|sort| Member::new(sort, text("x"))));
        }
        if let Some(owner) = self.plan.owner {
            let value = match self.chooser.below(40) {
                30 => J::Bare("null".to_owned()),
                31 => object([("S", J::Bare("null".to_owned()))]),
                32 => text(self.client_text()),
                _ => text(self.key_text(owner, true)),
            };
            let mut member = Member::new("owner", value);
            if self.chooser.chance(3) {
                member.only_if = Some(self.condition());
            }
            members.push(member);
        }
        if self.chooser.chance(50) {
            let value = match self.chooser.below(8) {
                0 => object([("S", J::Bare("$input.json('$.b')".to_owned()))]),
                1 => J::Bare("$input.json('$.o')".to_owned()),
                2 => object([("N", J::Text(self.client_text()))]),
                3 => object([("L", J::Array(self.list(|maker| text(maker.client_text()))))]),
                4 => object([("M", object([("x", text(self.client_text()))]))]),
                _ => text(self.client_text()),
            };
            let name = if self.chooser.chance(3) { SECRET } else { "note" };
            members.push(Member::new(name, value));
        }
        J::Object(members)
    }

    fn put(&mut self) -> J {
        let mut members = vec![Member::new("TableName", self.table_name()), Member::new("Item", self.item())];
        self.write_condition(&mut members, Expressions::default());
        J::Object(members)
    }

    /// The condition of a write.
    fn write_condition(&mut self, members: &mut Vec<Member>, mut expressions: Expressions) {
        if self.plan.owner.is_some() && !self.chooser.chance(3) || self.chooser.chance(15) {
            let condition = self.owner_condition(&mut expressions);
            let value = match self.chooser.below(60) {
                50 => J::Bare("null".to_owned()),
                51 => {
                    let other = self.boolean(&mut expressions, 1);
                    J::Text(format!("#if({}){condition}#{{else}}{other}#end", self.condition()))
                }
                52 => J::Text(condition.replacen(' ', "\\u0020", 1)),
                53 => J::Text(format!("{condition}$!nothing")),
                _ => J::Text(condition),
            };
            let mut member = Member::new("ConditionExpression", value);
            if self.chooser.chance(4) {
                member.only_if = Some(self.condition());
            }
            members.push(member);
        }
        if self.chooser.chance(8) {
            let values =
                self.chooser.pick(&["NONE", "ALL_OLD", "UPDATED_NEW", "ALL_NEW", "$input.params('q')"]);
            members.push(Member::new("ReturnValues", J::Text(values.to_owned())));
        }
        if self.chooser.chance(4) {
            let values = self.chooser.pick(&["NONE", "ALL_OLD"]);
            members.push(Member::new("ReturnValuesOnConditionCheckFailure", J::Text(values.to_owned())));
        }
        expressions.into_members(self, members);
    }

    fn update(&mut self) -> J {
        let mut expressions = Expressions::default();
        let mut members =
            vec![Member::new("TableName", self.table_name()), Member::new("Key", self.table_key())];
        if self.chooser.chance(5) {
            let name = self.chooser.pick(&["note", "owner", SECRET, "$input.params('q')"]);
            let update = object([("Value", text(self.client_text())), ("Action", J::Text("PUT".to_owned()))]);
            members.push(Member::new("AttributeUpdates", object([(name, update)])));
        } else {
            let changes = self.changes(&mut expressions);
            members.push(Member::new("UpdateExpression", J::Text(changes)));
        }
        self.write_condition(&mut members, expressions);
        J::Object(members)
    }

    fn delete(&mut self) -> J {
        let mut members =
            vec![Member::new("TableName", self.table_name()), Member::new("Key", self.table_key())];
        self.write_condition(&mut members, Expressions::default());
        J::Object(members)
    }

    fn transact_write(&mut self) -> J {
        match self.chooser.below(6) {
            0 | 1 => object([("Update", self.update())]),
            2 => object([("Put", self.put())]),
            3 => object([("Delete", self.delete())]),
            4 => object([("ConditionCheck", self.delete())]),
            _ => {
                let (one, other) = (self.put(), self.delete());
                J::Either(
                    self.condition(),
                    Box::new(object([("Put", one)])),
                    Box::new(object([("Delete", other)])),
                )
            }
        }
    }

    fn batch_get(&mut self) -> J {
        let keys = self.list(|maker| maker.table_key());
        let mut members = vec![Member::new("Keys", J::Array(keys))];
        self.read_attributes(&mut members, Expressions::default());
        let J::Text(name) = self.table_name() else { return J::Bare("{}".to_owned()) };
        let mut tables = vec![Member::new(&name, J::Object(members))];
        if self.chooser.chance(3) {
            tables.push(Member::new(
                "Other",
                object([("Keys", J::Array(vec![Item::One(object([("id", text("x"))]))]))]),
            ));
        }
        object([("RequestItems", J::Object(tables))])
    }

    fn batch_write(&mut self) -> J {
        let writes = self.list(|maker| {
            if maker.chooser.chance(40) {
                let mut members = vec![Member::new("Key", maker.table_key())];
                if maker.chooser.chance(30) {
                    maker.write_condition(&mut members, Expressions::default());
                }
                object([("DeleteRequest", J::Object(members))])
            } else {
                object([("PutRequest", object([("Item", maker.item())]))])
            }
        });
        let J::Text(name) = self.table_name() else { return J::Bare("{}".to_owned()) };
        object([("RequestItems", object([(&name, J::Array(writes))]))])
    }
}

//! Requests as trees, and how they are written as templates.

use serde_json::{Value as Json, json};

use crate::chooser::Chooser;

use super::Plan;

/// A value of a request, as VTL.
#[derive(Clone, Debug)]
pub(super) enum J {
    /// Members by name.
    Object(Vec<Member>),
    Array(Vec<Item>),
    /// What stands between quotes.
    Text(String),
    /// What stands without quotes.
    Bare(String),
    /// One of two.
    Either(String, Box<J>, Box<J>),
}

#[derive(Clone, Debug)]
pub(super) struct Member {
    pub(super) name: String,
    pub(super) value: J,
    /// The condition under which it is there.
    pub(super) only_if: Option<String>,
}

#[derive(Clone, Debug)]
pub(super) enum Item {
    One(J),
    If(String, J),
    /// For each element of a list, by the name of the variable.
    Each {
        variable: String,
        list: String,
        body: J,
        separator: Separator,
    },
}

/// How elements of a loop are kept apart.
#[derive(Clone, Copy, Debug)]
pub(super) enum Separator {
    /// `#if($foreach.hasNext),#end` behind each.
    Between,
    /// A comma behind each: something must follow.
    Behind,
    /// A comma before each: something must be there already.
    Before,
}

pub(super) fn object<const N: usize>(members: [(&str, J); N]) -> J {
    J::Object(members.into_iter().map(|(name, value)| Member::new(name, value)).collect())
}

/// `{"S": "…"}`.
pub(super) fn text(source: impl Into<String>) -> J {
    object([("S", J::Text(source.into()))])
}

impl Member {
    pub(super) fn new(name: &str, value: J) -> Self {
        Self { name: name.to_owned(), value, only_if: None }
    }
}

/// Makes a template for a plan.
pub(super) struct Maker<'m> {
    pub(super) chooser: &'m mut Chooser,
    pub(super) plan: &'m Plan,
    pub(super) has_parameter: bool,
    /// Statements before the request.
    pub(super) prelude: Vec<String>,
    /// What must hold for the request to be made at all.
    pub(super) guards: Vec<String>,
    /// The variable of the loop around.
    pub(super) element: Option<String>,
    /// Whether there is a loop around.
    pub(super) turns: bool,
    /// A variable that something decided before.
    pub(super) flag: Option<String>,
    pub(super) names: usize,
    pub(super) depth: usize,
}

impl<'m> Maker<'m> {
    pub(super) fn new(chooser: &'m mut Chooser, plan: &'m Plan, has_parameter: bool) -> Self {
        Self {
            chooser,
            plan,
            has_parameter,
            prelude: Vec::new(),
            guards: Vec::new(),
            element: None,
            turns: false,
            flag: None,
            names: 0,
            depth: 0,
        }
    }

    /// The whole template.
    pub(super) fn template(&mut self) -> String {
        if self.chooser.chance(15) {
            let flag = self.set("false");
            let condition = self.condition();
            self.prelude.push(
                self.chooser
                    .pick(&[
                        "#if(COND)#set($FLAG = true)#end",
                        "#foreach($e in $input.path('$.ids'))#if($e == 'x')#set($FLAG = true)#end#end",
                        "#foreach($e in ['a', 'b'])#if(COND)#set($FLAG = true)#end#end",
                        "#set($FLAG = $input.path('$.flag'))",
                    ])
                    .replace("COND", &condition)
                    .replace("FLAG", &flag),
            );
            self.flag = Some(format!("${flag}"));
        }
        if self.chooser.chance(8) {
            let statement = self.meddling();
            self.prelude.push(statement);
        }
        let request = self.request();
        if self.chooser.chance(8) {
            let statement = self.meddling();
            self.prelude.push(statement);
        }
        let written = self.written(&request, 0);
        let mut out = self.prelude.join("\n");
        out.push('\n');
        let guards = std::mem::take(&mut self.guards);
        // A guard stands around the request, or stops before it.
        let mut ends = 0;
        for guard in guards {
            match self.chooser.below(12) {
                0..=7 => {
                    out.push_str(&format!("#if({guard})\n"));
                    ends += 1;
                }
                8 => out.push_str(&format!("#if(!({guard}))#stop#end\n")),
                9 => {
                    out.push_str(&format!("#if(!({guard}))\n{{}}\n#else\n"));
                    ends += 1;
                }
                10 => {
                    let name = self.fresh("g");
                    out.push_str(&format!("#set(${name} = {guard})\n#if(${name})\n"));
                    ends += 1;
                }
                // Somebody forgot it.
                _ => {}
            }
        }
        out.push_str(&written);
        out.push('\n');
        out.push_str(&"#end\n".repeat(ends));
        out
    }

    /// A model for bodies.
    pub(super) fn model(&mut self) -> Option<Json> {
        if !self.chooser.chance(15) {
            return None;
        }
        let text = match self.chooser.below(5) {
            0 => json!({ "type": "string", "pattern": "^[a-z]{1,8}$" }),
            1 => json!({ "type": "string", "enum": ["open", "closed"] }),
            2 => json!({ "type": "string", "maxLength": 2 }),
            3 => json!({ "type": "string", "pattern": "[a-z]+" }),
            _ => json!({ "type": ["string", "null"], "pattern": "^[0-9]*$" }),
        };
        let mut model = json!({
            "type": "object",
            "properties": {
                "b": text,
                "ids": { "type": "array", "items": text },
                "o": { "type": "object", "properties": { "x": text }, "required": ["x"] },
                "n": { "type": "integer" },
                "flag": { "type": "boolean" },
            },
        });
        if self.chooser.chance(60) {
            model["required"] = json!(["b"]);
        }
        if self.chooser.chance(50) {
            model["additionalProperties"] = json!(false);
        }
        Some(model)
    }

    /// A value as VTL, one level after the other made stranger now and then.
    pub(super) fn written(&mut self, value: &J, depth: usize) -> String {
        let plain = match value {
            J::Text(source) => format!("\"{source}\""),
            J::Bare(source) => source.clone(),
            J::Either(condition, one, other) => {
                let (one, other) = (self.written(one, depth), self.written(other, depth));
                format!("#if({condition}){one}#else{other}#end")
            }
            J::Object(members) => self.members(members, depth),
            J::Array(items) => self.items(items, depth),
        };
        match self.chooser.below(220) {
            200 if self.element.is_none() => {
                let name = self.fresh("d");
                self.prelude.push(format!("#define(${name}){plain}#end"));
                format!("${name}")
            }
            201 => format!(
                "#if({}){plain}#else{}#end",
                self.condition(),
                self.chooser.pick(&["null", "{}", "\"\"", "1"])
            ),
            202 => "null".to_owned(),
            203 if !plain.contains('\'') && !plain.contains('$') => {
                let name = self.set(&format!("'{plain}'"));
                format!("${name}")
            }
            204 => format!("#foreach($z in ['1']){plain}#end"),
            205 => plain.replacen('"', "\"$!nothing", 1),
            _ => plain,
        }
    }

    fn name(&mut self, name: &str) -> String {
        match self.chooser.below(160) {
            150 => name.replacen(|c: char| c.is_ascii_alphabetic(), "\\u0050", 1),
            151 => match name.chars().next().filter(char::is_ascii_alphanumeric) {
                Some(first) => format!("\\u{:04x}{}", u32::from(first), &name[1..]),
                None => name.to_owned(),
            },
            152 => self.client_text(),
            153 => {
                let set = self.set(&format!("'{name}'"));
                format!("${set}")
            }
            _ => name.to_owned(),
        }
    }

    fn members(&mut self, members: &[Member], depth: usize) -> String {
        let mut always = Vec::new();
        let mut sometimes = Vec::new();
        for member in members {
            let value = self.written(&member.value, depth + 1);
            let name = self.name(&member.name);
            let mut written = format!("\"{name}\": {value}");
            let mut only_if = member.only_if.clone();
            match self.chooser.below(160) {
                150 => only_if = Some(self.condition()),
                151 => written = format!("{written}, {written}"),
                152 => {
                    written = format!("{written}, \"{name}\": {}", self.chooser.pick(&["null", "{}", "\"\""]))
                }
                153 => {
                    written = format!("\"{name}\": {}, {written}", self.chooser.pick(&["null", "{}", "\"\""]))
                }
                154 => {
                    let statement = self.meddling();
                    written = format!("{statement}{written}");
                }
                155 => {
                    sometimes.push(format!(
                        "#foreach($z in {}){written},#end",
                        self.chooser.pick(&["[1..2]", "$input.path('$.ids')", "['a']", "[]"])
                    ));
                    continue;
                }
                156 => {
                    // Another value of the same name.
                    let other = match &member.value {
                        J::Text(_) => J::Text(self.client_text()),
                        J::Object(_) => text(self.client_text()),
                        other => other.clone(),
                    };
                    let other = self.written(&other, depth + 1);
                    written = format!("#if({}){written}#else\"{name}\": {other}#end", self.condition());
                }
                _ => {}
            }
            match only_if {
                Some(condition) => sometimes.push(format!("#if({condition}){written},#end")),
                None => always.push(written),
            }
        }
        format!("{{{}{}}}", sometimes.concat(), always.join(", "))
    }

    fn items(&mut self, items: &[Item], depth: usize) -> String {
        let mut out = String::new();
        for (at, item) in items.iter().enumerate() {
            let is_last = at + 1 == items.len();
            match item {
                Item::One(value) => {
                    out.push_str(&self.written(value, depth + 1));
                    let next_brings_comma =
                        matches!(items.get(at + 1), Some(Item::Each { separator: Separator::Before, .. }));
                    if !is_last && !next_brings_comma {
                        out.push_str(", ");
                    }
                }
                Item::If(condition, value) => {
                    let written = self.written(value, depth + 1);
                    out.push_str(&format!("#if({condition}){written}, #end"));
                }
                Item::Each { variable, list, body, separator } => {
                    let (element, turns) = (self.element.replace(format!("${variable}")), self.turns);
                    self.turns = true;
                    let body = self.written(body, depth + 1);
                    self.element = element;
                    self.turns = turns;
                    out.push_str(&match separator {
                        Separator::Between => {
                            format!("#foreach(${variable} in {list}){body}#if($foreach.hasNext), #end#end")
                        }
                        Separator::Behind => format!("#foreach(${variable} in {list}){body}, #end"),
                        Separator::Before => format!("#foreach(${variable} in {list}), {body}#end"),
                    });
                }
            }
        }
        format!("[{out}]")
    }
}

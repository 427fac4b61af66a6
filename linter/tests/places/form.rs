//! How a definition puts a template together: one scalar, `Fn::Sub`, `Fn::Join`, in long and short form, Terraform's
//! strings.

use super::host::{Host, Unit, units};
use super::style::{JSON, Place, Style, YAML};

/// The table of every template here: what stands where another form has `${Table}` or `!Ref Table`.
pub(crate) const TABLE: &str = "Orders";

type Write = Box<dyn Fn(&mut Host, &str, Place) -> Option<()>>;

/// A way to write a template as a value; none where the template cannot be written so.
pub(crate) struct Form {
    pub(crate) name: String,
    pub(crate) language: Language,
    write: Write,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Language {
    Yaml,
    Json,
    Terraform,
}

impl Form {
    fn new(
        name: String,
        language: Language,
        write: impl Fn(&mut Host, &str, Place) -> Option<()> + 'static,
    ) -> Self {
        Self { name, language, write: Box::new(write) }
    }

    /// Writes the value.
    pub(crate) fn write(&self, host: &mut Host, template: &str, place: Place) -> Option<()> {
        (self.write)(host, template, place)
    }

    /// Whether only CloudFormation reads it.
    pub(crate) fn is_intrinsic(&self) -> bool {
        self.name.contains("Sub") || self.name.contains("Join")
    }
}

/// Every form.
pub(crate) fn all() -> Vec<Form> {
    let mut forms = Vec::new();
    for &(name, style) in YAML {
        forms.push(Form::new(name.to_owned(), Language::Yaml, move |host, template, place| {
            style(host, &units(template), place)
        }));
        forms.push(Form::new(format!("!Sub {name}"), Language::Yaml, move |host, template, place| {
            host.raw("!Sub ");
            style(host, &sub_units(template, None), place)
        }));
        forms.push(Form::new(format!("Fn::Sub: {name}"), Language::Yaml, move |host, template, place| {
            let inner = block_member(host, place, "Fn::Sub:")?;
            style(host, &sub_units(template, None), inner)
        }));
        forms.push(Form::new(
            format!("!Sub [{name}, variables]"),
            Language::Yaml,
            move |host, template, place| {
                host.raw("!Sub");
                let item = block_member(host, place, "-")?;
                sub_with_variables(host, template, item, style, place)
            },
        ));
        forms.push(Form::new(format!("!Join {name}"), Language::Yaml, move |host, template, place| {
            host.raw("!Join");
            block_member(host, place, "- ''")?;
            block_join(host, template, place, style)
        }));
    }
    for &(name, style) in super::hcl::STYLES {
        forms.push(Form::new(name.to_owned(), Language::Terraform, move |host, template, place| {
            style(host, &units(template), place)
        }));
        let name = format!("{name} with an expression");
        forms.push(Form::new(name, Language::Terraform, move |host, template, place| {
            style(host, &super::hcl::with_an_expression(template)?, place)
        }));
    }
    forms.push(Form::new("!Join over lines".to_owned(), Language::Yaml, join_over_lines));
    forms.push(Form::new("Fn::Join in flow".to_owned(), Language::Yaml, |host, template, place| {
        host.raw("{ Fn::Join: [ '', [ ");
        let single = style_of("single-quoted");
        flow_join(
            host,
            template,
            Place { flow: true, ..place },
            &[single, style_of("double-quoted")],
            "!Ref Table",
        )?;
        host.raw(" ] ] }");
        Some(())
    }));
    for &(name, style) in JSON {
        let direct = move |host: &mut Host, template: &str, place| style(host, &units(template), place);
        forms.push(Form::new(name.to_owned(), Language::Json, direct));
        forms.push(Form::new(format!("{name} Fn::Sub"), Language::Json, move |host, template, place| {
            host.raw("{\"Fn::Sub\": ");
            style(host, &sub_units(template, None), place)?;
            host.raw("}");
            Some(())
        }));
        forms.push(Form::new(
            format!("{name} Fn::Sub with variables"),
            Language::Json,
            move |host, template, place| {
                host.raw("{\"Fn::Sub\":[");
                let (text, part) = with_a_variable(template);
                style(host, &text, place)?;
                host.raw(",{\"Unused\":1,\"Part\":");
                style(host, &part, place)?;
                host.raw("}]}");
                Some(())
            },
        ));
        forms.push(Form::new(format!("{name} Fn::Join"), Language::Json, move |host, template, place| {
            host.raw("{\"Fn::Join\":[\"\",[");
            flow_join(host, template, place, &[style], "{\"Ref\":\"Table\"}")?;
            host.raw("]]}");
            Some(())
        }));
    }
    forms
}

fn style_of(name: &str) -> Style {
    YAML.iter().find(|(known, _)| *known == name).expect("a style of this name").1
}

/// A line deeper than `place`, up to the blank after `lead`.
fn block_member(host: &mut Host, place: Place, lead: &str) -> Option<Place> {
    if place.flow {
        return None;
    }
    let indent = place.indent + 2;
    host.raw(place.eol);
    host.raw(&" ".repeat(indent));
    host.raw(lead);
    host.raw(" ");
    Some(Place { indent, ..place })
}

/// The text of a `Fn::Sub`: the table's name is a variable, and `${` is written `${!`. `hidden` is a range that
/// another variable stands for.
fn sub_units(template: &str, hidden: Option<&std::ops::Range<usize>>) -> Vec<Unit> {
    let mut out = Vec::new();
    let mut at = 0;
    while let Some(rest) = template.get(at..).filter(|rest| !rest.is_empty()) {
        if hidden.is_some_and(|hidden| hidden.start == at) {
            out.extend("${Part}".chars().map(|c| Unit { c, of: 0..0 }));
            at = hidden.map_or(at, |hidden| hidden.end);
        } else if rest.starts_with(TABLE) {
            let of = at..at + TABLE.len();
            out.extend("${Table}".chars().map(|c| Unit { c, of: of.clone() }));
            at = of.end;
        } else if rest.starts_with("${") {
            out.extend(
                units("${").into_iter().map(|unit| Unit { of: at + unit.of.start..at + unit.of.end, ..unit }),
            );
            out.push(Unit { c: '!', of: 0..0 });
            at += 2;
        } else {
            let c = rest.chars().next().expect("the rest is not empty");
            out.push(Unit { c, of: at..at + c.len_utf8() });
            at += c.len_utf8();
        }
    }
    out
}

/// A `Fn::Sub` text of which one line without variables stands under `${Part}`, and that line.
fn with_a_variable(template: &str) -> (Vec<Unit>, Vec<Unit>) {
    let lines = template.match_indices('\n').map(|(at, _)| at).chain([template.len()]);
    let mut start = 0;
    let mut hidden = 0..template.len().min(1);
    for end in lines {
        if !template[start..end].contains(TABLE) && end > start {
            hidden = start..end;
        }
        start = end + 1;
    }
    let part = units(template).into_iter().filter(|unit| hidden.contains(&unit.of.start)).collect();
    (sub_units(template, Some(&hidden)), part)
}

fn sub_with_variables(
    host: &mut Host,
    template: &str,
    item: Place,
    style: Style,
    place: Place,
) -> Option<()> {
    let (text, part) = with_a_variable(template);
    style(host, &text, item)?;
    if host.text.ends_with(place.eol) {
        host.raw(&" ".repeat(item.indent));
        host.raw("- { Unused: é, Part: ");
    } else {
        block_member(host, place, "- { Unused: é, Part:")?;
    }
    style_of("double-quoted")(host, &part, item)?;
    host.raw(" }");
    Some(())
}

/// The pieces of a template around its table, and each cut in two.
fn pieces(template: &str) -> Vec<Option<Vec<Unit>>> {
    let text = units(template);
    let table = template.find(TABLE).expect("every template names the table");
    let (before, after): (Vec<_>, Vec<_>) = text.into_iter().partition(|unit| unit.of.start < table);
    let after: Vec<Unit> = after.into_iter().filter(|unit| unit.of.start >= table + TABLE.len()).collect();
    let mut out = Vec::new();
    for (nth, part) in [before, after].into_iter().enumerate() {
        if nth > 0 {
            out.push(None);
        }
        let (left, right) = part.split_at(part.len() / 2);
        out.extend([left, right].into_iter().filter(|half| !half.is_empty()).map(|half| Some(half.to_vec())));
    }
    out
}

fn table_units(template: &str) -> Unit {
    let at = template.find(TABLE).expect("every template names the table");
    Unit { c: '?', of: at..at + TABLE.len() }
}

fn flow_join(host: &mut Host, template: &str, place: Place, styles: &[Style], reference: &str) -> Option<()> {
    for (nth, piece) in pieces(template).iter().enumerate() {
        host.raw(if nth > 0 { ", " } else { "" });
        match piece {
            Some(text) => styles[nth % styles.len()](host, text, place)?,
            None => host.unit(&table_units(template), reference),
        }
    }
    Some(())
}

/// The list of a `!Join` as a block sequence. What the style cannot hold is written in double quotes.
fn block_join(host: &mut Host, template: &str, place: Place, style: Style) -> Option<()> {
    let outer = Place { indent: place.indent + 2, ..place };
    let item = Place { indent: place.indent + 4, ..place };
    let mut fitted = false;
    for (nth, piece) in pieces(template).iter().enumerate() {
        if !host.text.ends_with(place.eol) {
            host.raw(place.eol);
        }
        host.raw(&" ".repeat(outer.indent));
        host.raw(if nth == 0 { "- - " } else { "  - " });
        let Some(text) = piece else {
            host.unit(&table_units(template), "!Ref Table");
            continue;
        };
        let mut tried = host.clone();
        if style(&mut tried, text, item).is_some() {
            *host = tried;
            fitted = true;
        } else {
            style_of("double-quoted")(host, text, item)?;
        }
    }
    fitted.then_some(())
}

/// A `!Join` whose delimiter is the line break: each line of the template is an element.
fn join_over_lines(host: &mut Host, template: &str, place: Place) -> Option<()> {
    if place.flow || !template.contains('\n') {
        return None;
    }
    host.raw("!Join");
    block_member(host, place, "- ")?;
    let breaks = units(template).into_iter().filter(|unit| unit.c == '\n');
    // Every break of the template stands in the file as this one delimiter.
    let at = host.text.len() + 1;
    for (nth, unit) in breaks.enumerate() {
        if nth == 0 {
            host.raw("\"");
            host.unit(&unit, "\\n");
            host.raw("\"");
        } else {
            host.place_at(&unit, at..at + 2);
        }
    }
    let text = units(template);
    for (nth, line) in text.split(|unit| unit.c == '\n').enumerate() {
        host.raw(place.eol);
        host.raw(&" ".repeat(place.indent + 2));
        host.raw(if nth == 0 { "- - " } else { "  - " });
        style_of(if nth % 2 == 0 { "double-quoted" } else { "single-quoted" })(host, line, place)?;
    }
    Some(())
}

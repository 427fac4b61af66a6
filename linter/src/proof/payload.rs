//! What a client would send to break out of the place where its text lands.

use serde_json::{Value as Json, json};

use crate::render::Direction;
use crate::render::skeleton::{HoleUse, Place, Slot};

/// Texts that end the token which the hole stands in, add something, and leave the rest of the template in place.
/// Those that show most come first; none needs a member twice.
pub(super) fn texts(hole: &HoleUse, direction: Direction) -> Vec<String> {
    match hole.place {
        // The text of a number must stay one, or DynamoDB refuses the request for that alone.
        Place::StringValue if hole.path.last().is_some_and(|slot| is_named(slot, "N")) => {
            let numeric = |text: String| match text.strip_prefix('x') {
                Some(rest) => format!("1{rest}"),
                None => text,
            };
            in_string(hole, false, direction).into_iter().map(numeric).collect()
        }
        Place::StringValue => in_string(hole, false, direction),
        Place::StringKey => in_string(hole, true, direction),
        Place::BareValue => bare(hole, direction),
        Place::Structure => structure(hole),
        Place::Whole | Place::Text => vec![r#"{"injected":{"S":"y"}}"#.to_owned()],
    }
}

/// The name of a member to add next to the value of a slot.
fn name_beside(slot: Option<&Slot>) -> &'static str {
    match slot {
        Some(Slot::Member(name)) if name.starts_with(':') => ":injected",
        Some(Slot::Member(name)) if name.starts_with('#') => "#injected",
        _ => "injected",
    }
}

fn is_named(slot: &Slot, wanted: &str) -> bool {
    matches!(slot, Slot::Member(name) if &**name == wanted)
}

/// A member of the request itself, beside the hole's, that DynamoDB knows; of an answer, one that anyone would see.
fn member_of_the_root(direction: Direction) -> &'static str {
    match direction {
        Direction::Request => r#""ReturnConsumedCapacity":"TOTAL""#,
        Direction::Response => r#""injected":"y""#,
    }
}

/// Whether DynamoDB refuses a member that is added beside the hole's: a key has no more attributes than the table's, and
/// of placeholders each must be used.
fn is_closed(hole: &HoleUse) -> bool {
    let closed =
        ["Key", "Keys", "ExclusiveStartKey", "ExpressionAttributeNames", "ExpressionAttributeValues"];
    hole.path.iter().any(|slot| closed.iter().any(|name| is_named(slot, name)))
}

fn in_string(hole: &HoleUse, key: bool, direction: Direction) -> Vec<String> {
    let mut out = Vec::new();
    let in_object = hole.open.last() == Some(&true);
    if key {
        // The name ends, gets a value, and the rest of the template names the next member.
        out.push(r#"injected":{"S":"y"},"z"#.to_owned());
        out.push(r#"injected":"y","z"#.to_owned());
        out.push(r#"":"","#.to_owned() + "\"");
        return out;
    }
    if in_object {
        // Out to the request itself, and back in.
        let (close, open) = to_the_root(&hole.open);
        let added = member_of_the_root(direction);
        let outermost = format!(r#"x"{close},{added},"Injected":{open}"y"#);
        let first = direction == Direction::Request && is_closed(hole) && hole.open.len() > 1;
        if first {
            out.push(outermost.clone());
        }
        // Out of `{"S": "…"}`, one member further out, and back in.
        if hole.open.len() >= 2 && hole.open.iter().rev().nth(1) == Some(&true) {
            let slot = hole.path.iter().rev().nth(1);
            out.push(format!(r#"x"}},"{}":{{"S":"y"#, name_beside(slot)));
        }
        if hole.open.len() >= 2 && hole.open.iter().rev().nth(1) == Some(&false) {
            out.push(r#"x"},{"S":"y"#.to_owned());
        }
        if !first && direction == Direction::Request {
            out.push(outermost);
        }
        out.push(r#"x","injected":"y"#.to_owned());
        out.push(r#"","":""#.to_owned());
    } else {
        out.push(r#"x","injected"#.to_owned());
        out.push(r#"",""#.to_owned());
    }
    out
}

/// Brackets that close everything but the root, and ones that open as much again.
fn to_the_root(open: &[bool]) -> (String, String) {
    let inner: Vec<bool> = open.iter().skip(1).copied().collect();
    let close = inner.iter().rev().map(|object| if *object { '}' } else { ']' }).collect();
    let open = inner.iter().map(|object| if *object { "{\"x\":" } else { "[" }).collect();
    (close, open)
}

fn bare(hole: &HoleUse, direction: Direction) -> Vec<String> {
    let mut out = Vec::new();
    if hole.open.last() == Some(&true) {
        if hole.open.len() == 1 {
            out.push(format!("1,{}", member_of_the_root(direction)));
        }
        out.push(r#"1,"injected":1"#.to_owned());
        out.push(r#""x","injected":"y""#.to_owned());
        out.push(r#"{"S":"x"},"injected":{"S":"y"}"#.to_owned());
        out.push(r#"{},"injected":{}"#.to_owned());
        // Where digits or letters stand around the hole.
        out.push(r#"0,"injected":0"#.to_owned());
        out.push(r#"true,"injected":true"#.to_owned());
    } else {
        out.push("1,2".to_owned());
        out.push(r#""x","injected""#.to_owned());
        out.push(r#"{"S":"x"},{"S":"injected"}"#.to_owned());
    }
    out
}

fn structure(hole: &HoleUse) -> Vec<String> {
    let mut out = Vec::new();
    if hole.open.last() == Some(&true) {
        for member in [r#""injected":{"S":"y"}"#, r#""injected":"y""#] {
            out.push(format!(",{member}"));
            out.push(format!("{member},"));
            out.push(format!(",{member},"));
            out.push(member.to_owned());
        }
        out.push(r#""injected""#.to_owned());
    } else {
        out.extend(
            [
                r#","injected""#,
                r#""injected","#,
                ",1",
                "1,",
                r#",{"S":"y"}"#,
                r#"{"S":"y"},"#,
                r#","injected","#,
                ",1,",
                r#",{"S":"y"},"#,
            ]
            .map(str::to_owned),
        );
    }
    out
}

/// JSON values whose printed form breaks out: a value that the template takes for text need be none.
pub(super) fn values(hole: &HoleUse, texts: &[String]) -> Vec<Json> {
    let mut out = Vec::new();
    for text in texts.iter().take(4) {
        // A map prints its names and texts raw: `{name=value}`.
        out.push(json!({ text.as_str(): "v" }));
        out.push(json!({ "k": text }));
        out.push(json!({ "k": { "k": text } }));
    }
    if matches!(hole.place, Place::StringValue) {
        // A list prints as JSON, quotes and all.
        out.push(json!([",", ":"]));
        out.push(json!(["},", ":{", ":"]));
        out.push(json!([","]));
        out.push(json!({ "k": [",", ":"] }));
    }
    if matches!(hole.place, Place::StringKey) {
        out.push(json!([":1,"]));
        out.push(json!([":\"", ","]));
    }
    out
}

/// JSON values by which a client decides what stands where one value is meant.
pub(super) fn shapes(hole: &HoleUse) -> Vec<Json> {
    let mut out = Vec::new();
    if hole.place == Place::Whole {
        out.push(json!({ "TableName": "OtherTable", "Key": { "id": { "S": "injected" } } }));
    }
    out.extend([
        json!({ "injected": { "S": "y" } }),
        json!({ "S": "x", "injected": "y" }),
        json!(["injected"]),
        json!([{ "injected": { "S": "y" } }]),
    ]);
    out
}

//! Texts and JSON that clients send who want what is not theirs.

use std::cell::RefCell;
use std::collections::BTreeSet;

use keybound_linter::finding::percent_encoded;
use keybound_shared::{Grant, KeyPattern, Keys, Piece, Rules};
use serde_json::{Map, Value as Json, json};

use crate::chooser::Chooser;
use crate::frame::Frame;
use crate::reads::Reads;
use crate::visitor::OTHERS;

/// Texts that break parsers, escapes and comparisons.
const TEXTS: [&str; 44] = [
    "",
    "\"",
    "\\",
    "\\\\",
    "\\\"",
    "'",
    "''",
    "\\'",
    "\\u0022",
    "\\\\u0022",
    "%22",
    "%5C%22",
    "Ig==",
    "#",
    "##",
    "#*",
    "$x",
    "$context.authorizer.tenant",
    "${esc.q}",
    "#set($x = 1)",
    "\n",
    "a\nb",
    "\r\n",
    "\t",
    "\0",
    "\u{8}",
    "\u{e9}",
    "\u{1F600}",
    "\u{2028}",
    "\u{FFFD}",
    "\u{FFFC}",
    ".",
    "..",
    "../x",
    "a/b",
    "*",
    "?",
    "null",
    "true",
    "false",
    "-1",
    "1e3",
    "\u{0130}",
    "\u{212A}",
];

/// Texts that mean something where expressions or statements stand.
const EXPRESSIONS: [&str; 14] = [
    "secret",
    "secret, owner",
    "#n",
    "owner = :x OR attribute_exists(PK)",
    "attribute_exists(PK)",
    "SET owner = :x",
    ":x OR owner <> :x",
    "PK = :x",
    "' OR 1=1 --",
    "x' OR PK <> '",
    "ALL_ATTRIBUTES",
    "ALL_OLD",
    "Other",
    "ByG",
];

/// Members that make a request another one; `KEY` is another's partition key.
const MEMBERS: [&str; 18] = [
    r#""PK":{"S":"KEY"}"#,
    r#""SK":{"S":"KEY"}"#,
    r#""id":{"S":"KEY"}"#,
    r#""Key":{"PK":{"S":"KEY"},"SK":{"S":"KEY"}}"#,
    r#""Key":{"id":{"S":"KEY"}}"#,
    r#""TableName":"Other""#,
    r#""IndexName":"Other""#,
    r#""Limit":10000"#,
    r#""ProjectionExpression":"secret""#,
    r#""ConditionExpression":"attribute_exists(PK)""#,
    r#""ConditionExpression":"attribute_not_exists(zzz)""#,
    r#""FilterExpression":"attribute_exists(secret)""#,
    r#""UpdateExpression":"REMOVE secret""#,
    r#""ReturnValues":"ALL_OLD""#,
    r#""Select":"ALL_ATTRIBUTES""#,
    r#""owner":{"S":"KEY"}"#,
    r#"":owner":{"S":"KEY"}"#,
    r#"":pk":{"S":"KEY"}"#,
];

/// What a client sends in place of something.
pub(crate) struct Arsenal {
    /// Keys and values of others, and the texts between.
    keys: Vec<String>,
    /// What stood around texts of clients.
    frames: RefCell<Vec<Frame>>,
}

/// What the texts of one request are made for.
pub(crate) struct Palette<'p> {
    pub(crate) reads: &'p Reads,
    /// Values of the caller.
    pub(crate) own: &'p [String],
    /// Whether most of it is as the template wants it, so that the request gets far.
    pub(crate) eager: bool,
}

/// Frames that are kept.
const MAX_FRAMES: usize = 80;

impl Arsenal {
    pub(crate) fn of(rules: &Rules) -> Self {
        let mut keys: BTreeSet<String> = OTHERS.map(str::to_owned).into();
        for grant in &rules.written().grants {
            for pattern in patterns(grant) {
                let texts = pattern.pieces().iter().filter_map(|piece| match piece {
                    Piece::Text(text) => Some(text.clone()),
                    Piece::Variable(_) => None,
                });
                keys.extend(texts);
                let whole = pattern.pieces().iter().map(|piece| match piece {
                    Piece::Text(text) => text.as_str(),
                    Piece::Variable(_) => OTHERS[0],
                });
                keys.insert(whole.collect());
            }
        }
        keys.extend(["#x".to_owned(), "x#y".to_owned(), "acme".to_owned(), "acme-1".to_owned()]);
        Self { keys: keys.into_iter().collect(), frames: RefCell::default() }
    }

    /// Remembers what stood around texts of clients in a request.
    pub(crate) fn learn(&self, frames: impl IntoIterator<Item = Frame>) {
        let mut known = self.frames.borrow_mut();
        for frame in frames {
            if known.len() < MAX_FRAMES && !known.contains(&frame) {
                known.push(frame);
            }
        }
    }

    /// Whether there is room for more.
    pub(crate) fn learns(&self) -> bool {
        self.frames.borrow().len() < MAX_FRAMES
    }

    /// What could be another's key.
    pub(crate) fn key(&self, chooser: &mut Chooser) -> String {
        chooser.text(&self.keys)
    }

    /// A text that is not what was expected.
    pub(crate) fn hostile(&self, chooser: &mut Chooser) -> String {
        let text = match chooser.below(12) {
            0..=2 => chooser.pick(&TEXTS).to_owned(),
            3 => chooser.pick(&EXPRESSIONS).to_owned(),
            4 | 5 => self.key(chooser),
            6..=9 => self.breakout(chooser),
            10 => format!("{}{}", self.key(chooser), chooser.pick(&TEXTS)),
            _ => {
                let length = if chooser.chance(10) { 5000 } else { 1 + chooser.below(40) };
                chooser.pick(&["x", "\"", "9", "a,"]).repeat(length)
            }
        };
        // Some templates decode.
        match chooser.below(24) {
            0 => percent_encoded(&text),
            1 => base64(text.as_bytes()),
            2 => percent_encoded(&percent_encoded(&text)),
            _ => text,
        }
    }

    /// A text that ends the string that it stands in, says something, and begins another.
    fn breakout(&self, chooser: &mut Chooser) -> String {
        let key = self.key(chooser);
        let member = chooser.pick(&MEMBERS).replace("KEY", &key);
        let frames = self.frames.borrow();
        if !frames.is_empty() && chooser.chance(80) {
            let text = frames[chooser.below(frames.len())].payload(&member, &key, chooser);
            return match chooser.below(10) {
                0 => text.replace('"', "\\\""),
                1 => text.replace('"', "\\u0022"),
                2 => text.replace('"', "'"),
                _ => text,
            };
        }
        let depth = chooser.below(4);
        let bare = chooser.chance(25);
        let (end, begin) = if bare { (chooser.pick(&["1", "{}", "\"x\""]), "1") } else { ("x\"", "\"y") };
        let closed = "}".repeat(depth);
        let opened = "{\"q\":".repeat(depth);
        let text = match chooser.below(5) {
            0 => format!("{end}{closed},{member},\"z\":{opened}{begin}"),
            1 => format!("{end}{closed},{{{member}}},{opened}{begin}"),
            2 => format!("{end}{closed}],{member},\"z\":[{opened}{begin}"),
            3 => format!("{end},{begin}"),
            _ => format!("{end}{closed},{member}"),
        };
        match chooser.below(8) {
            0 => text.replace('"', "\\\""),
            1 => text.replace('"', "\\u0022"),
            2 => text.replace('"', "'"),
            _ => text,
        }
    }

    /// A text for a template that reads these things, and a caller with these values.
    pub(crate) fn text(&self, palette: &Palette<'_>, chooser: &mut Chooser) -> String {
        let (reads, own) = (palette.reads, palette.own);
        if palette.eager && chooser.chance(75) {
            return if chooser.chance(50) { fitting(reads, chooser) } else { chooser.text(own) };
        }
        match chooser.below(16) {
            0..=4 => fitting(reads, chooser),
            5 => format!("{}{}", fitting(reads, chooser), self.hostile(chooser)),
            6 => format!("{}{}", self.hostile(chooser), fitting(reads, chooser)),
            7 => fitting(reads, chooser).to_uppercase(),
            8 | 9 => chooser.text(own),
            12 => format!("{}{}", chooser.text(own), self.hostile(chooser)),
            10 => chooser.pick(&["1", "7", "20", "99", "101", "51", "1000", "a", "x1"]).to_owned(),
            11 => self.key(chooser),
            _ => self.hostile(chooser),
        }
    }

    /// Any JSON.
    pub(crate) fn json(&self, palette: &Palette<'_>, depth: usize, chooser: &mut Chooser) -> Json {
        let reads = palette.reads;
        match chooser.below(if reads.loops { 26 } else { 20 }) {
            0..=9 => json!(self.text(palette, chooser)),
            10 => number(chooser),
            11 => json!(chooser.chance(50)),
            12 => Json::Null,
            13 => json!({}),
            14 => json!({ "S": self.key(chooser) }),
            _ if depth == 0 => json!([]),
            15 if !reads.loops => json!(self.text(palette, chooser)),
            16 | 17 => {
                let mut members = Map::new();
                for name in &reads.members {
                    if chooser.chance(60) {
                        members.insert(name.clone(), self.json(palette, depth - 1, chooser));
                    }
                }
                if chooser.chance(20) {
                    members.insert(self.hostile(chooser), self.json(palette, depth - 1, chooser));
                }
                Json::Object(members)
            }
            _ => {
                let length = length(reads, chooser);
                if length > 60 {
                    // Much of one kind, for many of all kinds take long.
                    return json!(vec![self.text(palette, chooser); length]);
                }
                let same = chooser.chance(40).then(|| self.json(palette, depth - 1, chooser));
                let elements = (0..length).map(|_| match &same {
                    Some(same) => same.clone(),
                    None => self.json(palette, depth.min(2) - 1, chooser),
                });
                Json::Array(elements.collect())
            }
        }
    }
}

fn patterns(grant: &Grant) -> Vec<&KeyPattern> {
    let keys = match &grant.keys {
        Keys::Any => Vec::new(),
        Keys::Within { partition, sort } => std::iter::once(partition).chain(sort).collect(),
    };
    keys.into_iter().chain(grant.must_own.iter().map(|(_, pattern)| pattern)).collect()
}

fn fitting(reads: &Reads, chooser: &mut Chooser) -> String {
    if reads.fitting.is_empty() { "v".to_owned() } else { chooser.text(&reads.fitting) }
}

fn number(chooser: &mut Chooser) -> Json {
    match chooser.below(7) {
        0 => json!(0),
        1 => json!(1),
        2 => json!(-1),
        3 => json!(1.5),
        4 => json!(12_345_678_901_234_567_u64),
        5 => json!(1e300),
        _ => json!(21),
    }
}

/// How many elements: what the template's numbers are about, and a few more.
fn length(reads: &Reads, chooser: &mut Chooser) -> usize {
    match chooser.below(12) {
        0 => 0,
        1..=3 => 1,
        4 | 5 => 2,
        6 => 3,
        7 => *[19, 20, 21, 101].get(chooser.below(4)).unwrap_or(&20),
        8 if chooser.chance(12) => 1000,
        _ => {
            let known = reads.numbers.get(chooser.below(reads.numbers.len())).copied().unwrap_or(2);
            (known + chooser.below(3)).saturating_sub(1).min(120)
        }
    }
}

fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::new();
    for chunk in bytes.chunks(3) {
        let all =
            chunk.iter().fold(0usize, |all, byte| all << 8 | usize::from(*byte)) << (8 * (3 - chunk.len()));
        for digit in 0..4 {
            let is_there = digit <= chunk.len();
            out.push(if is_there { char::from(DIGITS[all >> (18 - 6 * digit) & 63]) } else { '=' });
        }
    }
    out
}

//! JSON laid out for people. Only white space between tokens changes: every token stays as it is written, duplicate
//! members and odd escapes included, so that what was marked in the text stays marked.

use serde::de::IgnoredAny;

use super::marked::{MarkedLine, Marks};

/// A JSON text in lines of at most `width` columns where that can be; none where the text is no JSON.
pub fn lines(text: &str, ranges: &[(usize, usize)], width: usize) -> Option<Vec<MarkedLine>> {
    // Reading it once with serde_json makes sure that the text is JSON and bounds its depth.
    serde_json::from_str::<IgnoredAny>(text).ok()?;
    let value = Reader { text, at: 0 }.value()?;
    let mut layout =
        Layout { text, marks: Marks::new(ranges), width, lines: Vec::new(), line: MarkedLine::default() };
    layout.value(&value, 0, 0);
    layout.lines.push(layout.line);
    Some(layout.lines)
}

/// A half-open range of bytes of the text.
type Token = std::ops::Range<usize>;

/// A value as tokens, with the columns that it takes on one line.
struct Value {
    columns: usize,
    shape: Shape,
}

enum Shape {
    Scalar(Token),
    /// An object or array: its brackets, and its members; an array's have no key.
    Container {
        open: Token,
        members: Vec<Member>,
        close: Token,
    },
}

struct Member {
    key: Option<(Token, Token)>,
    value: Value,
    comma: Option<Token>,
}

/// Reads a text that is known to be JSON.
struct Reader<'a> {
    text: &'a str,
    at: usize,
}

impl Reader<'_> {
    fn value(&mut self) -> Option<Value> {
        match self.peek()? {
            b'{' | b'[' => self.container(),
            _ => {
                let token = self.scalar()?;
                Some(Value { columns: self.columns(&token), shape: Shape::Scalar(token) })
            }
        }
    }

    fn container(&mut self) -> Option<Value> {
        let keyed = self.peek()? == b'{';
        let open = self.byte()?;
        let mut members = Vec::new();
        let mut columns = 2;
        while !matches!(self.peek()?, b'}' | b']') {
            let key = if keyed { Some((self.scalar()?, self.after_peek()?)) } else { None };
            let value = self.value()?;
            let comma = if self.peek()? == b',' { Some(self.byte()?) } else { None };
            columns += key.as_ref().map_or(0, |(key, _)| self.columns(key) + 2);
            columns += value.columns + comma.as_ref().map_or(0, |_| 2);
            members.push(Member { key, value, comma });
        }
        let close = self.byte()?;
        Some(Value { columns, shape: Shape::Container { open, members, close } })
    }

    /// Skips white space and gives the next byte.
    fn peek(&mut self) -> Option<u8> {
        let rest = self.text.as_bytes().get(self.at..)?;
        self.at += rest.iter().take_while(|b| b.is_ascii_whitespace()).count();
        self.text.as_bytes().get(self.at).copied()
    }

    fn byte(&mut self) -> Option<Token> {
        self.at += 1;
        Some(self.at - 1..self.at)
    }

    fn after_peek(&mut self) -> Option<Token> {
        self.peek()?;
        self.byte()
    }

    fn scalar(&mut self) -> Option<Token> {
        let start = self.at;
        let quoted = self.peek()? == b'"';
        let start = start.max(self.at);
        let rest = self.text.as_bytes().get(start..)?;
        let len = if quoted {
            let mut escaped = false;
            1 + 1
                + rest.iter().skip(1).position(|&b| {
                    let ends = b == b'"' && !escaped;
                    escaped = b == b'\\' && !escaped;
                    ends
                })?
        } else {
            rest.iter().take_while(|b| !b.is_ascii_whitespace() && !b",]}".contains(b)).count()
        };
        self.at = start + len;
        Some(start..self.at)
    }

    fn columns(&self, token: &Token) -> usize {
        self.text.get(token.clone()).map_or(0, |t| t.chars().count())
    }
}

struct Layout<'a> {
    text: &'a str,
    marks: Marks,
    width: usize,
    lines: Vec<MarkedLine>,
    line: MarkedLine,
}

impl Layout<'_> {
    /// Lays out a value after `used` columns of its line.
    fn value(&mut self, value: &Value, depth: usize, used: usize) {
        match &value.shape {
            Shape::Scalar(token) => self.token(token),
            Shape::Container { open, members, close } => {
                let broken = used + value.columns > self.width && !members.is_empty();
                self.token(open);
                for member in members {
                    if broken {
                        self.line_break(depth + 1);
                    }
                    if let Some((key, colon)) = &member.key {
                        self.token(key);
                        self.token(colon);
                        self.blank(member_start(&member.value));
                    }
                    // Within a broken container, room is needed for the comma as well.
                    let used = if broken { self.line.text().chars().count() + 1 } else { 0 };
                    if broken {
                        self.value(&member.value, depth + 1, used);
                    } else {
                        self.flat(&member.value);
                    }
                    if let Some(comma) = &member.comma {
                        self.token(comma);
                        if !broken {
                            self.blank(comma.end);
                        }
                    }
                }
                if broken {
                    self.line_break(depth);
                }
                self.token(close);
            }
        }
    }

    fn flat(&mut self, value: &Value) {
        let width = std::mem::replace(&mut self.width, usize::MAX);
        self.value(value, 0, 0);
        self.width = width;
    }

    fn token(&mut self, token: &Token) {
        for (at, c) in self.text.get(token.clone()).unwrap_or("").char_indices() {
            self.line.push(c, self.marks.contains(token.start + at));
        }
    }

    /// A blank between tokens: marked where the client put both of its neighbours there.
    fn blank(&mut self, next: usize) {
        let marked = self.line.ends_marked() && self.marks.contains(next);
        self.line.push_blanks(1, marked);
    }

    fn line_break(&mut self, depth: usize) {
        self.lines.push(std::mem::take(&mut self.line));
        self.line.push_blanks(2 * depth, false);
    }
}

fn member_start(value: &Value) -> usize {
    match &value.shape {
        Shape::Scalar(token) | Shape::Container { open: token, .. } => token.start,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value as Json, json};

    use super::*;

    fn laid_out(text: &str, width: usize) -> String {
        let lines = lines(text, &[], width).unwrap();
        lines.iter().map(MarkedLine::text).collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn what_fits_stays_on_one_line() {
        assert_eq!(laid_out(" {\"a\" : [ 1,2 ] ,\n\"b\":{} }", 40), r#"{"a": [1, 2], "b": {}}"#);
        assert_eq!(laid_out(r#"{"a":[1,2],"b":{}}"#, 21), "{\n  \"a\": [1, 2],\n  \"b\": {}\n}");
        assert_eq!(laid_out(r#"{"a":[1,2]}"#, 8), "{\n  \"a\": [\n    1,\n    2\n  ]\n}");
        assert_eq!(laid_out("\"x\"", 1), "\"x\"");
    }

    #[test]
    fn tokens_stay_as_written() {
        let odd = r#"{"a":1,"a":1.0e+2,"\u0061":"\/\u00e9"}"#;
        assert_eq!(laid_out(odd, 80), r#"{"a": 1, "a": 1.0e+2, "\u0061": "\/\u00e9"}"#);
    }

    #[test]
    fn what_is_no_json_is_not_laid_out() {
        for text in ["", "{", "{} {}", "{'a':1}", "[1,]", &"[".repeat(1000)] {
            assert!(lines(text, &[], 80).is_none(), "{text}");
        }
    }

    fn any_json() -> impl Strategy<Value = Json> {
        let leaf = prop_oneof![
            Just(Json::Null),
            any::<bool>().prop_map(Json::from),
            any::<i32>().prop_map(Json::from),
            "[ -~é]{0,20}".prop_map(Json::from),
        ];
        leaf.prop_recursive(4, 40, 6, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..6).prop_map(Json::from),
                prop::collection::vec(("[a-z\"{,]{0,6}", inner), 0..6).prop_map(|members| members
                    .into_iter()
                    .fold(json!({}), |mut object, (key, value)| {
                        object[key] = value;
                        object
                    })),
            ]
        })
    }

    /// The characters of the lines with whether each is marked, without blanks of which some are ours.
    fn characters(lines: &[MarkedLine]) -> Vec<(char, bool)> {
        let all = lines.iter().flat_map(MarkedLine::characters);
        all.filter(|&(c, _)| c != ' ').collect()
    }

    proptest! {
        #[test]
        fn only_white_space_changes(json in any_json(), width in 1_usize..120, start in 0_usize..200, len in 0_usize..100) {
            let text = json.to_string();
            let ranges = [(start, start + len)];
            let plain = crate::report::marked::lines(&text, &ranges);
            prop_assert_eq!(characters(&lines(&text, &ranges, width).unwrap()), characters(&plain));
        }
    }
}

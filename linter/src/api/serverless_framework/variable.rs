//! The syntax of the Serverless Framework's variables: `${self:custom.table, 'orders'}`.
//!
//! What is none of them, such as `${Table}` and `${AWS::Region}` of `Fn::Sub` or `${name}` of a mapping template, is
//! text. (The framework's documentation, "Variables"; since version 3 a variable names its source.)

/// The longest variable that is read; a longer one is text.
const MAX_LEN: usize = 2_000;

/// Variables inside one another.
const MAX_NESTING: usize = 16;

/// A piece of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Piece<'a> {
    /// Text, with the byte that it begins at.
    Text(usize, &'a str),
    /// A variable without its brackets, with the byte that its `${` begins at.
    Variable(usize, &'a str),
}

/// The pieces of a text in their order. The backslash that keeps a variable from being one is left out.
pub(super) fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut from = 0;
    let mut at = 0;
    while let Some(open) = text.get(at..).and_then(|rest| rest.find("${")).map(|found| at + found) {
        at = open + 2;
        let Some(content) = content(text.get(at..).unwrap_or("")).filter(|content| names_source(content))
        else {
            continue;
        };
        let before = text.get(from..open).unwrap_or("");
        let backslashes = before.len() - before.trim_end_matches('\\').len();
        if backslashes % 2 == 1 {
            push_text(&mut pieces, from, before.get(..before.len() - 1).unwrap_or(""));
            from = open;
            continue;
        }
        push_text(&mut pieces, from, before);
        pieces.push(Piece::Variable(open, content));
        at += content.len() + 1;
        from = at;
    }
    push_text(&mut pieces, from, text.get(from..).unwrap_or(""));
    pieces
}

fn push_text<'a>(pieces: &mut Vec<Piece<'a>>, at: usize, text: &'a str) {
    if !text.is_empty() {
        pieces.push(Piece::Text(at, text));
    }
}

/// Whether a text holds a variable, or what would be one without its backslash.
pub(super) fn has_variable(text: &str) -> bool {
    text.contains("${") && pieces(text) != [Piece::Text(0, text)]
}

/// What stands between `${` and the bracket that closes it.
fn content(rest: &str) -> Option<&str> {
    let mut depth = 0_usize;
    let mut quote = None;
    let mut before = ' ';
    for (at, c) in rest.char_indices().take(MAX_LEN) {
        match (quote, c) {
            (Some(open), c) if open == c => quote = None,
            (Some(_), _) => {}
            // A quote that opens follows a separator: `${file(it's.yml)}` is a name.
            (None, '\'' | '"') if matches!(before, ' ' | ',' | '(' | ':' | '\n') => quote = Some(c),
            (None, '{') if before == '$' => depth += 1,
            (None, '}') if depth == 0 => return rest.get(..at),
            (None, '}') => depth -= 1,
            (None, _) => {}
        }
        if depth > MAX_NESTING {
            return None;
        }
        before = c;
    }
    None
}

/// Whether the first thing in a variable is a source: `self:`, `file(`, or another variable.
fn names_source(content: &str) -> bool {
    let content = content.trim_start();
    content.starts_with("${") && names_source(content.get(2..).unwrap_or("")) || source(content).is_some()
}

/// Where a value comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Source<'a> {
    /// `self`, `opt`, `file`.
    pub(super) kind: &'a str,
    /// What stands in its parentheses: a path.
    pub(super) parameters: Option<&'a str>,
    /// What stands behind its colon: `custom.table`.
    pub(super) address: Option<&'a str>,
}

/// One of the values that a variable lists, of which the first that is there counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Candidate<'a> {
    /// A value from elsewhere.
    From(Source<'a>),
    /// A value in brackets of its own.
    Nested(&'a str),
    /// A value that stands here; plain if without quotes.
    Literal {
        /// The value.
        text: &'a str,
        /// Whether it stands without quotes.
        plain: bool,
    },
}

/// The values that a variable lists.
pub(super) fn candidates(content: &str) -> Vec<Candidate<'_>> {
    split(content).into_iter().map(|part| candidate(part.trim())).collect()
}

fn candidate(part: &str) -> Candidate<'_> {
    for quote in ['\'', '"'] {
        let inner = part.strip_prefix(quote).and_then(|rest| rest.strip_suffix(quote));
        if let Some(text) = inner {
            return Candidate::Literal { text, plain: false };
        }
    }
    let nested = part.strip_prefix("${").filter(|rest| content(rest).map(str::len) == Some(rest.len() - 1));
    match nested.and_then(|rest| rest.strip_suffix('}')) {
        Some(inner) => Candidate::Nested(inner),
        None => match source(part) {
            Some(source) => Candidate::From(source),
            None => Candidate::Literal { text: part, plain: true },
        },
    }
}

/// `kind:address`, `kind(parameters)` or `kind(parameters):address`. A word alone is none, nor is `AWS::Region`.
fn source(part: &str) -> Option<Source<'_>> {
    let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
    let len = part.find(|c| !is_name(c)).unwrap_or(part.len());
    let (kind, rest) = part.split_at_checked(len)?;
    if !kind.starts_with(|c: char| c.is_ascii_alphabetic()) {
        return None;
    }
    if let Some(rest) = rest.strip_prefix('(') {
        let (parameters, behind) = rest.split_once(')')?;
        let address = behind.trim().strip_prefix(':').map(str::trim);
        return Some(Source { kind, parameters: Some(parameters.trim()), address });
    }
    let address = rest.strip_prefix(':').filter(|address| !address.starts_with(':'))?;
    Some(Source { kind, parameters: None, address: Some(address.trim()) })
}

/// A list's parts between commas that stand in no quotes, parentheses or brackets.
fn split(content: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let (mut depth, mut quote, mut from, mut before) = (0_usize, None, 0, ' ');
    for (at, c) in content.char_indices() {
        match (quote, c) {
            (Some(open), c) if open == c => quote = None,
            (Some(_), _) => {}
            (None, '\'' | '"') if matches!(before, ' ' | ',' | '(' | ':' | '\n') => quote = Some(c),
            (None, '(' | '{') => depth += 1,
            (None, ')' | '}') => depth = depth.saturating_sub(1),
            (None, ',') if depth == 0 => {
                parts.push(content.get(from..at).unwrap_or(""));
                from = at + 1;
            }
            (None, _) => {}
        }
        before = c;
    }
    parts.push(content.get(from..).unwrap_or(""));
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn variables(text: &str) -> Vec<&str> {
        let of = |piece| match piece {
            Piece::Variable(_, content) => Some(content),
            Piece::Text(..) => None,
        };
        pieces(text).into_iter().filter_map(of).collect()
    }

    #[test]
    fn variables_name_their_source_and_everything_else_is_text() {
        for (text, expected) in [
            ("orders-${self:provider.stage}", &["self:provider.stage"][..]),
            ("${opt:stage, 'dev'}x${env:X}", &["opt:stage, 'dev'", "env:X"]),
            ("${file(./a.yml):b.c}", &["file(./a.yml):b.c"]),
            ("${file(./a.yml)}", &["file(./a.yml)"]),
            ("${self:custom.${opt:stage}.table}", &["self:custom.${opt:stage}.table"]),
            ("${opt:x, '}'}", &["opt:x, '}'"]),
            ("${cf(eu-west-1):stack.output}", &["cf(eu-west-1):stack.output"]),
            ("${Table} ${AWS::Region} ${!Literal} ${Table.Arn}", &[]),
            ("$input.params('id') ${name} ${util.escapeJavaScript($x)} #if($a){:}#end", &[]),
            ("${self:open", &[]),
            ("${}", &[]),
            ("\\${self:kept}", &[]),
            ("\\\\${self:read}", &["self:read"]),
        ] {
            assert_eq!(variables(text), expected, "{text}");
        }
    }

    #[test]
    fn an_escaped_variable_is_text_without_its_backslash() {
        assert_eq!(pieces("a\\${self:b}c"), [Piece::Text(0, "a"), Piece::Text(2, "${self:b}c")]);
    }

    #[test]
    fn values_are_listed_between_commas() {
        let from = |kind, parameters, address| Candidate::From(Source { kind, parameters, address });
        assert_eq!(
            candidates("opt:stage, self:provider.stage,'a, b', ${env:X, 'y'}, 12, file(a, b.yml):c"),
            [
                from("opt", None, Some("stage")),
                from("self", None, Some("provider.stage")),
                Candidate::Literal { text: "a, b", plain: false },
                Candidate::Nested("env:X, 'y'"),
                Candidate::Literal { text: "12", plain: true },
                from("file", Some("a, b.yml"), Some("c")),
            ]
        );
    }

    #[test]
    fn any_text_ends() {
        let deep = "${self:".repeat(10_000);
        for text in [deep.as_str(), "${", "$", "\\${", "${'", "${(", "${self:,,,}", "${é:x}", "${é"] {
            for piece in pieces(text) {
                if let Piece::Variable(_, content) = piece {
                    candidates(content);
                }
            }
        }
    }
}

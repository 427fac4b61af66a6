//! Named sets: `\d`, `\p{Alpha}`, `\p{Lu}`, `\p{IsGreek}`.

use regex_syntax::hir::{Class, HirKind};

use super::super::RegexError;
use super::Parser;
use crate::java::charset::CharSet;

const WORD: &str = r"[\p{Alphabetic}\p{M}\p{Nd}\p{Pc}\p{Join_Control}]";
const GRAPH: &str = r"[^\p{White_Space}\p{Cc}\p{Cn}]";
const BLANK: &str = r"[\p{Zs}\t]";
const PRINT: &str = r"[[^\p{White_Space}\p{Cc}\p{Cn}]\p{Zs}]";
const HEX_DIGIT: &str = r"[\p{Nd}\p{Hex_Digit}]";
const ALPHANUMERIC: &str = r"[\p{Alphabetic}\p{Nd}]";
/// Cased letters by their general category, and by their binary properties.
const CASED_CATEGORIES: &str = r"[\p{Lu}\p{Ll}\p{Lt}]";
const CASED: &str = r"[\p{Lowercase}\p{Uppercase}\p{Lt}]";

impl Parser {
    /// `\d \w \s \h \v`, by their lower-case letter.
    pub(super) fn shorthand(&self, letter: char) -> Result<CharSet, RegexError> {
        match (letter, self.flags.unicode_classes) {
            ('d', true) => unicode(r"\p{Nd}"),
            ('w', true) => unicode(WORD),
            ('s', true) => unicode(r"\p{White_Space}"),
            ('d', false) => Ok(CharSet::range('0', '9')),
            ('w', false) => Ok(CharSet::ranges([('a', 'z'), ('A', 'Z'), ('0', '9'), ('_', '_')])),
            ('s', false) => Ok(CharSet::of(" \t\n\u{b}\u{c}\r")),
            ('h', _) => {
                let blanks = " \t\u{a0}\u{1680}\u{180e}\u{202f}\u{205f}\u{3000}";
                Ok(CharSet::of(blanks).union(&CharSet::range('\u{2000}', '\u{200a}')))
            }
            _ => Ok(CharSet::of("\n\u{b}\u{c}\r\u{85}\u{2028}\u{2029}")),
        }
    }

    /// `\p{…}` and `\P{…}`, from the `p` on.
    pub(super) fn property(&mut self) -> Result<CharSet, RegexError> {
        let complement = self.cursor.bump() == Some('P');
        let name = if self.cursor.eat('{') {
            let name = self.cursor.take_while(usize::MAX, |c| c != '}');
            if !self.cursor.eat('}') {
                return Err(self.error("the character property lacks its `}`"));
            }
            name
        } else {
            self.cursor.bump().map(String::from).unwrap_or_default()
        };
        let set = self.named(&name)?;
        Ok(if complement { set.complement() } else { set })
    }

    fn named(&mut self, name: &str) -> Result<CharSet, RegexError> {
        if let Some((key, value)) = name.split_once('=') {
            return match key.to_ascii_lowercase().as_str() {
                "gc" | "general_category" => match self.category_or_posix(value)? {
                    Some(set) => Ok(set),
                    None => Err(self.error("no such general category")),
                },
                "sc" | "script" => self.script(value),
                "blk" | "block" => Err(RegexError::Unsupported("blocks of Unicode")),
                _ => Err(self.error("no such character property")),
            };
        }
        if name.starts_with("In") {
            return Err(RegexError::Unsupported("blocks of Unicode"));
        }
        if let Some(name) = name.strip_prefix("Is") {
            let upper = name.to_ascii_uppercase();
            if let Some(set) = self.binary(posix_as_binary(name).unwrap_or(&upper))? {
                return Ok(set);
            }
            if let Some(set) = self.category_or_posix(name)? {
                return Ok(set);
            }
            return self.script(name);
        }
        if self.flags.unicode_classes
            && let Some(binary) = posix_as_binary(name)
            && let Some(set) = self.binary(binary)?
        {
            return Ok(set);
        }
        match self.category_or_posix(name)? {
            Some(set) => Ok(set),
            None => Err(self.error("no such character property")),
        }
    }

    /// A binary property of Unicode, by its name in upper case.
    fn binary(&mut self, name: &str) -> Result<Option<CharSet>, RegexError> {
        let class = match name {
            "ALPHABETIC" => r"\p{Alphabetic}",
            "LETTER" => r"\p{L}",
            "IDEOGRAPHIC" => r"\p{Ideographic}",
            "LOWERCASE" => return self.cased_letters(r"\p{Lowercase}", CASED),
            "UPPERCASE" => return self.cased_letters(r"\p{Uppercase}", CASED),
            "TITLECASE" => return self.cased_letters(r"\p{Lt}", CASED),
            "WHITE_SPACE" | "WHITESPACE" => r"\p{White_Space}",
            "CONTROL" => r"\p{Cc}",
            "PUNCTUATION" => r"\p{P}",
            "HEX_DIGIT" | "HEXDIGIT" => HEX_DIGIT,
            "ASSIGNED" => r"\P{Cn}",
            "NONCHARACTER_CODE_POINT" | "NONCHARACTERCODEPOINT" => r"\p{Noncharacter_Code_Point}",
            "DIGIT" => r"\p{Nd}",
            "ALNUM" => ALPHANUMERIC,
            "BLANK" => BLANK,
            "GRAPH" => GRAPH,
            "PRINT" => PRINT,
            "WORD" => WORD,
            "JOIN_CONTROL" | "JOINCONTROL" => r"\p{Join_Control}",
            _ => return Ok(None),
        };
        unicode(class).map(Some)
    }

    fn category_or_posix(&mut self, name: &str) -> Result<Option<CharSet>, RegexError> {
        let ascii = match name {
            "Lower" => return self.cased_letters("[a-z]", "[a-zA-Z]"),
            "Upper" => return self.cased_letters("[A-Z]", "[a-zA-Z]"),
            "ASCII" => CharSet::range('\0', '\u{7f}'),
            "Alpha" => CharSet::ranges([('a', 'z'), ('A', 'Z')]),
            "Digit" => CharSet::range('0', '9'),
            "Alnum" => CharSet::ranges([('a', 'z'), ('A', 'Z'), ('0', '9')]),
            "Punct" => CharSet::ranges([('!', '/'), (':', '@'), ('[', '`'), ('{', '~')]),
            "Graph" => CharSet::range('!', '~'),
            "Print" => CharSet::range(' ', '~'),
            "Blank" => CharSet::of(" \t"),
            "Cntrl" => CharSet::ranges([('\0', '\u{1f}'), ('\u{7f}', '\u{7f}')]),
            "XDigit" => CharSet::ranges([('0', '9'), ('a', 'f'), ('A', 'F')]),
            "Space" => CharSet::of(" \t\n\u{b}\u{c}\r"),
            "all" => CharSet::all(),
            "L1" => CharSet::range('\0', '\u{ff}'),
            // Text holds no surrogates.
            "Cs" => CharSet::empty(),
            "Lu" | "Ll" | "Lt" => {
                return self.cased_letters(&format!("\\p{{{name}}}"), CASED_CATEGORIES);
            }
            "LC" => return unicode(CASED_CATEGORIES).map(Some),
            "LD" | "javaLetterOrDigit" => return unicode(r"[\p{L}\p{Nd}]").map(Some),
            _ if CATEGORIES.contains(&name) => return unicode(&format!("\\p{{{name}}}")).map(Some),
            _ => return self.java_method(name),
        };
        Ok(Some(ascii))
    }

    /// `javaLowerCase` and the like: the methods of `java.lang.Character`.
    fn java_method(&mut self, name: &str) -> Result<Option<CharSet>, RegexError> {
        let Some(method) = name.strip_prefix("java") else { return Ok(None) };
        let class = match method {
            "LowerCase" => return self.cased_letters(r"\p{Lowercase}", CASED),
            "UpperCase" => return self.cased_letters(r"\p{Uppercase}", CASED),
            "TitleCase" => return self.cased_letters(r"\p{Lt}", CASED),
            "Alphabetic" => r"\p{Alphabetic}",
            "Ideographic" => r"\p{Ideographic}",
            "Letter" => r"\p{L}",
            "Digit" => r"\p{Nd}",
            "Defined" => r"\P{Cn}",
            "ISOControl" => r"\p{Cc}",
            "SpaceChar" => r"\p{Z}",
            "Whitespace" => r"[\p{Z}\t-\r\x1c-\x1f--\xa0\u2007\u202f]",
            "JavaIdentifierStart"
            | "JavaIdentifierPart"
            | "UnicodeIdentifierStart"
            | "UnicodeIdentifierPart"
            | "IdentifierIgnorable"
            | "Mirrored" => {
                return Err(RegexError::Unsupported("this method of `java.lang.Character` as a property"));
            }
            _ => return Ok(None),
        };
        unicode(class).map(Some)
    }

    /// Letters of one case; under `(?i)` newer Java takes those of any case for them.
    fn cased_letters(&mut self, one: &str, any: &str) -> Result<Option<CharSet>, RegexError> {
        self.disputed |= self.flags.ignore_case;
        unicode(if self.flags.ignore_case { any } else { one }).map(Some)
    }

    fn script(&self, name: &str) -> Result<CharSet, RegexError> {
        let plain = !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
        match unicode(&format!("\\p{{sc={name}}}")) {
            Ok(set) if plain => Ok(set),
            _ => Err(self.error("no such script of Unicode")),
        }
    }
}

const CATEGORIES: [&str; 33] = [
    "L", "Lm", "Lo", "M", "Mn", "Mc", "Me", "N", "Nd", "Nl", "No", "P", "Pc", "Pd", "Ps", "Pe", "Pi", "Pf",
    "Po", "S", "Sm", "Sc", "Sk", "So", "Z", "Zs", "Zl", "Zp", "C", "Cc", "Cf", "Co", "Cn",
];

fn posix_as_binary(name: &str) -> Option<&'static str> {
    Some(match name.to_ascii_uppercase().as_str() {
        "ALPHA" => "ALPHABETIC",
        "LOWER" => "LOWERCASE",
        "UPPER" => "UPPERCASE",
        "SPACE" => "WHITE_SPACE",
        "PUNCT" => "PUNCTUATION",
        "XDIGIT" => "HEX_DIGIT",
        "ALNUM" => "ALNUM",
        "CNTRL" => "CONTROL",
        "DIGIT" => "DIGIT",
        "BLANK" => "BLANK",
        "GRAPH" => "GRAPH",
        "PRINT" => "PRINT",
        _ => return None,
    })
}

/// The set of a class in the regex crates' syntax.
fn unicode(class: &str) -> Result<CharSet, RegexError> {
    let unknown = RegexError::Unsupported("this character property");
    let Ok(hir) = regex_syntax::parse(class) else { return Err(unknown) };
    match hir.into_kind() {
        HirKind::Class(Class::Unicode(class)) => Ok(CharSet::from_class(class)),
        // A class of one character.
        HirKind::Literal(literal) => match std::str::from_utf8(&literal.0) {
            Ok(chars) => Ok(CharSet::of(chars)),
            Err(_) => Err(unknown),
        },
        _ => Err(unknown),
    }
}

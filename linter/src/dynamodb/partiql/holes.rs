//! What each hole of a statement is there.

use crate::dynamodb::holey_text::HoleyText;
use crate::dynamodb::partiql::lexer::Kind;
use crate::dynamodb::syntax::HoleUse;
use crate::dynamodb::syntax::tokens::Token;

/// What a hole of a statement is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum HoleRole {
    /// In `'…'`: text without `'` stays there.
    InStringLiteral,
    /// In `"…"`: text without `"` stays there.
    InQuotedIdentifier,
    /// In a comment: text without a line break, or without `*/`, stays there.
    InComment,
    /// Outside all of them: a name, a value, or anything more.
    Bare,
}

/// Every hole of a text, in the order of the text. Holes in no token are in comments.
pub(super) fn uses(text: &HoleyText, tokens: &[Token<Kind>]) -> Vec<HoleUse<HoleRole>> {
    let mut tokens = tokens.iter().peekable();
    let is_read = tokens.peek().is_some();
    let role = |(at, hole): &(_, _)| {
        while tokens.next_if(|token| token.span.end() <= *at).is_some() {}
        let role = match tokens.peek().filter(|token| token.span.start() <= *at).map(|token| token.kind) {
            Some(Kind::String | Kind::UnclosedString) => HoleRole::InStringLiteral,
            Some(Kind::Quoted | Kind::UnclosedQuoted) => HoleRole::InQuotedIdentifier,
            Some(Kind::UnclosedComment) => HoleRole::InComment,
            None if is_read => HoleRole::InComment,
            _ => HoleRole::Bare,
        };
        HoleUse { hole: *hole, at: *at, role }
    };
    text.holes().iter().map(role).collect()
}

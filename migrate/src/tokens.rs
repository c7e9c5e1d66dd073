//! A statement cut into words, names, strings and signs, by the rules of its database.
//!
//! It must not know what they mean.

use crate::split::{Cutter, Dialect, SplitError, is_word};

/// One token. Comments and white space are left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Token<'a> {
    /// A keyword, a number, or a name without quotes.
    Word(&'a str),
    /// A name in quotes, without them.
    Name(String),
    /// A string or a body, with its quotes.
    Text(&'a str),
    /// Any other character.
    Symbol(char),
    /// The beginning of `/*!`: what follows is run by some versions of MySQL and not by others.
    Hidden,
}

impl Token<'_> {
    /// Whether this is the keyword; a name in quotes never is.
    pub(crate) fn is(&self, keyword: &str) -> bool {
        matches!(self, Self::Word(word) if word.eq_ignore_ascii_case(keyword))
    }

    /// The name that this token may be.
    pub(crate) fn name(&self) -> Option<&str> {
        match self {
            Self::Word(word) => Some(word),
            Self::Name(name) => Some(name),
            Self::Text(_) | Self::Symbol(_) | Self::Hidden => None,
        }
    }
}

/// The tokens of a text.
pub(crate) fn tokens(text: &str, dialect: Dialect) -> Result<Vec<Token<'_>>, SplitError> {
    let mut cutter = Cutter { text, at: 0, dialect };
    let mut found = Vec::new();
    while let Some(first) = cutter.rest().chars().next() {
        let begin = cutter.at;
        if cutter.comment()? {
            continue;
        }
        if cutter.runs_comment() {
            found.push(Token::Hidden);
        } else if cutter.quoted(first)? {
            let raw = text.get(begin..cutter.at).unwrap_or_default();
            let is_text = matches!(first, '\'' | '$') || first == '"' && dialect == Dialect::Mysql;
            found.push(if is_text { Token::Text(raw) } else { Token::Name(unquoted(raw)) });
        } else if is_word(first) {
            found.push(Token::Word(cutter.word()));
        } else {
            cutter.at += first.len_utf8();
            if !first.is_whitespace() {
                found.push(Token::Symbol(first));
            }
        }
    }
    Ok(found)
}

/// A name without its quotes, which are one byte each.
fn unquoted(raw: &str) -> String {
    let inside = raw.get(1..raw.len().saturating_sub(1)).unwrap_or_default();
    match raw.chars().last() {
        Some(']') | None => inside.to_owned(),
        Some(quote) => inside.replace(&format!("{quote}{quote}"), &quote.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_found_between_comments_and_quotes() {
        let shown = |text, dialect| format!("{:?}", tokens(text, dialect).unwrap());
        assert_eq!(
            shown("DROP/**/TABLE`a``b`-- c\n", Dialect::Mysql),
            "[Word(\"DROP\"), Word(\"TABLE\"), Name(\"a`b\")]"
        );
        assert_eq!(
            shown("/*!50000 x*/\"y\"", Dialect::Mysql),
            "[Hidden, Word(\"x\"), Symbol('*'), Symbol('/'), Text(\"\\\"y\\\"\")]"
        );
        assert_eq!(
            shown("a.[b]=$$c$$", Dialect::Postgres),
            "[Word(\"a\"), Symbol('.'), Symbol('['), Word(\"b\"), Symbol(']'), Symbol('='), Text(\"$$c$$\")]"
        );
    }
}

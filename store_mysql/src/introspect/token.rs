//! SQL text, as the server itself writes it, cut into tokens.
//!
//! The server keeps conditions of checks and selects of views in a form of its own: names between
//! backticks, texts between apostrophes with backslashes whatever the session's mode says. It accepts
//! any text: what no rule covers becomes a symbol, and what is not closed ends with the text.

/// One token. White space is left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Token<'a> {
    /// A keyword, a number or a name without quotes.
    Word(&'a str),
    /// A name between backticks, without them.
    Name(String),
    /// What stands between apostrophes.
    Text(String),
    /// Any other character.
    Symbol(char),
}

impl Token<'_> {
    /// Whether this is one of the keywords; a name between backticks never is.
    pub(super) fn is_word(&self, keywords: &[&str]) -> bool {
        matches!(self, Self::Word(word) if keywords.iter().any(|keyword| word.eq_ignore_ascii_case(keyword)))
    }
}

/// Cuts a text into tokens.
pub(super) fn tokens(mut text: &str) -> Vec<Token<'_>> {
    let mut tokens = Vec::new();
    while let Some(first) = text.chars().next() {
        let rest = text.get(first.len_utf8()..).unwrap_or_default();
        text = match first {
            ' ' | '\t' | '\n' | '\r' => rest,
            '`' => push(&mut tokens, name(rest), Token::Name),
            '\'' => {
                // `_utf8mb4'x'`: in which character set the text was written.
                if tokens.last().is_some_and(is_introducer) {
                    tokens.pop();
                }
                push(&mut tokens, string(rest), Token::Text)
            }
            _ if is_name_character(first) => {
                let end = text.find(|one| !is_name_character(one)).unwrap_or(text.len());
                push(&mut tokens, text.split_at_checked(end).unwrap_or((text, "")), Token::Word)
            }
            _ => push(&mut tokens, (first, rest), Token::Symbol),
        };
    }
    tokens
}

/// What stands between the parenthesis at the front of `tokens` and its partner, and what follows.
/// `None` if `tokens` does not begin with a parenthesis that is closed.
pub(super) fn group<'t, 'a>(tokens: &'t [Token<'a>]) -> Option<(&'t [Token<'a>], &'t [Token<'a>])> {
    if tokens.first() != Some(&Token::Symbol('(')) {
        return None;
    }
    let mut depth = 0_usize;
    let end = tokens.iter().position(|token| {
        match token {
            Token::Symbol('(') => depth += 1,
            Token::Symbol(')') => depth -= 1,
            _ => {}
        }
        depth == 0
    })?;
    Some((tokens.get(1..end)?, tokens.get(end + 1..)?))
}

/// The parts of `tokens` between separators that stand in no parentheses.
pub(super) fn split<'t, 'a>(
    tokens: &'t [Token<'a>],
    is_separator: impl Fn(&Token<'a>) -> bool,
) -> Vec<&'t [Token<'a>]> {
    let mut depth = 0_usize;
    tokens
        .split(|token| {
            match token {
                Token::Symbol('(') => depth += 1,
                Token::Symbol(')') => depth = depth.saturating_sub(1),
                _ => {}
            }
            depth == 0 && is_separator(token)
        })
        .collect()
}

fn push<'a, T>(tokens: &mut Vec<Token<'a>>, cut: (T, &'a str), token: impl Fn(T) -> Token<'a>) -> &'a str {
    tokens.push(token(cut.0));
    cut.1
}

fn is_introducer(token: &Token<'_>) -> bool {
    matches!(token, Token::Word(word) if word.starts_with('_'))
}

/// Reads a name up to the closing backtick; a doubled one stands for itself.
fn name(text: &str) -> (String, &str) {
    let mut name = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('`') {
        name.push_str(before);
        match after.strip_prefix('`') {
            Some(after) => {
                name.push('`');
                rest = after;
            }
            None => return (name, after),
        }
    }
    name.push_str(rest);
    (name, "")
}

/// Reads a text up to the closing apostrophe; a doubled one stands for itself, and a backslash says
/// something of the character behind it.
pub(super) fn string(text: &str) -> (String, &str) {
    let mut content = String::new();
    let mut rest = text;
    loop {
        let mut characters = rest.chars();
        match characters.next() {
            None => return (content, ""),
            Some('\\') => match characters.next() {
                None => return (content, ""),
                Some(escaped) => content.push(unescaped(escaped)),
            },
            Some('\'') => match characters.as_str().strip_prefix('\'') {
                Some(after) => {
                    content.push('\'');
                    characters = after.chars();
                }
                None => return (content, characters.as_str()),
            },
            Some(other) => content.push(other),
        }
        rest = characters.as_str();
    }
}

fn unescaped(escaped: char) -> char {
    match escaped {
        '0' => '\0',
        'b' => '\u{8}',
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        'Z' => '\u{1a}',
        other => other,
    }
}

fn is_name_character(one: char) -> bool {
    one.is_ascii_alphanumeric() || one == '_' || one == '$' || !one.is_ascii()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn tokens_of_all_kinds() {
        let name = |text: &str| Token::Name(text.to_owned());
        let string = |text: &str| Token::Text(text.to_owned());
        for (text, expected) in [
            ("a.`b``c`", vec![Token::Word("a"), Token::Symbol('.'), name("b`c")]),
            (r"'it\'s' 'it''s' 'a\\b\n'", vec![string("it's"), string("it's"), string("a\\b\n")]),
            ("_utf8mb4'x' x 'y'", vec![string("x"), Token::Word("x"), string("y")]),
            ("größe$1 <`open", vec![Token::Word("größe$1"), Token::Symbol('<'), name("open")]),
            (r"'open\", vec![string("open")]),
        ] {
            assert_eq!(tokens(text), expected, "{text}");
        }
    }

    #[test]
    fn groups_and_parts_respect_parentheses() {
        let all = tokens("(a, (b, c)), d");
        let (inner, after) = group(&all).unwrap();
        assert_eq!(split(inner, |token| *token == Token::Symbol(',')).len(), 2);
        assert_eq!(group(after), None);
        assert_eq!(group(&tokens("((a")), None);
    }

    proptest! {
        #[test]
        fn any_text_has_tokens(parts in proptest::collection::vec("['`\\\\(),._x0 ]|a|é|🦀", 0..60)) {
            let text = parts.concat();
            let all = tokens(&text);
            group(&all);
            split(&all, |token| token.is_word(&["a"]));
        }
    }
}

//! SQL text cut into tokens, as far as reading a `CREATE TABLE` statement needs it.
//!
//! SQLite keeps the names of constraints and the text of checks nowhere but in the statement itself.
//! This module knows SQLite's lexical rules and must not know what the tokens mean. It accepts any
//! text: what no rule covers becomes a symbol, and what is not closed ends with the text.

/// One token. Comments and white space are left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Token<'a> {
    /// A keyword or a name without quotes.
    Word(&'a str),
    /// A name in `"`, `` ` `` or `[ ]`, without them.
    Name(String),
    /// What stands in `'`: a string, and in the place of a name a name.
    Text(String),
    /// A number without a sign.
    Number(&'a str),
    /// The hexadecimal digits of `x'..'`.
    Blob(String),
    /// Any other character.
    Symbol(char),
}

impl Token<'_> {
    /// Whether this is the keyword; a name in quotes never is.
    pub(crate) fn is_word(&self, keyword: &str) -> bool {
        matches!(self, Self::Word(word) if word.eq_ignore_ascii_case(keyword))
    }

    /// The name that this token is in a place where a name is expected.
    pub(crate) fn name(&self) -> Option<&str> {
        match self {
            Self::Word(word) => Some(word),
            Self::Name(name) | Self::Text(name) => Some(name),
            Self::Number(_) | Self::Blob(_) | Self::Symbol(_) => None,
        }
    }
}

/// Cuts a text into tokens.
pub(crate) fn tokens(mut text: &str) -> Vec<Token<'_>> {
    let mut tokens = Vec::new();
    while let Some(first) = text.chars().next() {
        let rest = &text[first.len_utf8()..];
        text = match first {
            ' ' | '\t' | '\n' | '\r' | '\u{c}' => rest,
            '-' if rest.starts_with('-') => rest.split_once('\n').map_or("", |(_, after)| after),
            '/' if rest.starts_with('*') => rest[1..].split_once("*/").map_or("", |(_, after)| after),
            '\'' => push(&mut tokens, quoted(rest, '\''), Token::Text),
            '"' | '`' => push(&mut tokens, quoted(rest, first), Token::Name),
            '[' => {
                let (name, after) = rest.split_once(']').unwrap_or((rest, ""));
                push(&mut tokens, (name.to_owned(), after), Token::Name)
            }
            'x' | 'X' if rest.starts_with('\'') => push(&mut tokens, quoted(&rest[1..], '\''), Token::Blob),
            _ if starts_number(first, rest) => {
                let (number, after) = text.split_at(number_length(text));
                push(&mut tokens, (number, after), Token::Number)
            }
            _ if is_name_character(first) => {
                let end = text.find(|one| !is_name_character(one) && one != '$').unwrap_or(text.len());
                push(&mut tokens, text.split_at(end), Token::Word)
            }
            _ => push(&mut tokens, (first, rest), Token::Symbol),
        };
    }
    tokens
}

/// What stands between the parenthesis at the front of `tokens` and its partner, and what follows.
/// `None` if `tokens` does not begin with a parenthesis.
pub(crate) fn group<'t, 'a>(tokens: &'t [Token<'a>]) -> Option<(&'t [Token<'a>], &'t [Token<'a>])> {
    if tokens.first() != Some(&Token::Symbol('(')) {
        return None;
    }
    let mut depth = 0_usize;
    for (index, token) in tokens.iter().enumerate() {
        match token {
            Token::Symbol('(') => depth += 1,
            Token::Symbol(')') => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return Some((&tokens[1..index], &tokens[index + 1..]));
        }
    }
    Some((&tokens[1..], &[]))
}

/// The parts of `tokens` between separators that stand in no parentheses.
pub(crate) fn split<'t, 'a>(
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

/// Reads up to the closing quote; a doubled quote stands for itself.
fn quoted(text: &str, quote: char) -> (String, &str) {
    let mut content = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once(quote) {
        content.push_str(before);
        match after.strip_prefix(quote) {
            Some(after) => {
                content.push(quote);
                rest = after;
            }
            None => return (content, after),
        }
    }
    content.push_str(rest);
    (content, "")
}

fn starts_number(first: char, rest: &str) -> bool {
    first.is_ascii_digit() || first == '.' && rest.starts_with(|one: char| one.is_ascii_digit())
}

fn number_length(text: &str) -> usize {
    let hexadecimal = text.starts_with("0x") || text.starts_with("0X");
    let mut previous = '0';
    for (at, one) in text.char_indices() {
        let signed_exponent = !hexadecimal && matches!(previous, 'e' | 'E') && matches!(one, '+' | '-');
        if !(one.is_ascii_alphanumeric() || one == '.' || one == '_' || signed_exponent) {
            return at;
        }
        previous = one;
    }
    text.len()
}

/// SQLite takes every character beyond ASCII for a letter.
fn is_name_character(one: char) -> bool {
    one.is_ascii_alphanumeric() || one == '_' || !one.is_ascii()
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
            ("a -- b\n c", vec![Token::Word("a"), Token::Word("c")]),
            ("a/* ' */b/*", vec![Token::Word("a"), Token::Word("b")]),
            (r#""a""b" `c``d` [e"f]"#, vec![name("a\"b"), name("c`d"), name("e\"f")]),
            ("'it''s' 'open", vec![string("it's"), string("open")]),
            ("x'0aF' X''", vec![Token::Blob("0aF".into()), Token::Blob(String::new())]),
            ("1 2.5e-3 .5 0x1F", ["1", "2.5e-3", ".5", "0x1F"].map(Token::Number).to_vec()),
            ("größe$1 _x", vec![Token::Word("größe$1"), Token::Word("_x")]),
            ("-1", vec![Token::Symbol('-'), Token::Number("1")]),
            ("[open", vec![name("open")]),
        ] {
            assert_eq!(tokens(text), expected, "{text}");
        }
    }

    #[test]
    fn groups_and_parts_respect_parentheses() {
        let all = tokens("(a, (b, c)), d");
        let (inner, after) = group(&all).unwrap();
        let comma = |token: &Token<'_>| *token == Token::Symbol(',');
        assert_eq!(split(inner, comma).len(), 2);
        assert_eq!(after, [Token::Symbol(','), Token::Word("d")]);
        assert_eq!(group(after), None);
        assert_eq!(group(&tokens("((a")), Some((&tokens("(a")[..], &[][..])));
    }

    proptest! {
        #[test]
        fn any_text_has_tokens(text in "\\PC*") {
            tokens(&text);
        }

        #[test]
        fn any_mix_of_sql_has_tokens(parts in proptest::collection::vec("['\"`\\[\\]();,.xe0-9/*\n-]|a|é", 0..60)) {
            let text = parts.concat();
            let all = tokens(&text);
            group(&all);
            split(&all, |token| token.is_word("a"));
        }
    }
}

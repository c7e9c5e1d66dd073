//! An expression as PostgreSQL writes it back, cut into tokens.
//!
//! It knows the lexical rules and must not know what the tokens mean. It accepts any text: what no
//! rule covers becomes a symbol, and what is not closed ends with the text.

/// One token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Token<'a> {
    /// A keyword or a name without quotes.
    Word(&'a str),
    /// A name in quotes, without them.
    Name(String),
    /// A string.
    Text(String),
    /// A number without a sign.
    Number(&'a str),
    /// `::`
    Cast,
    /// Any other character.
    Symbol(char),
}

impl Token<'_> {
    /// Whether this is the keyword; a name in quotes never is.
    pub(super) fn is_word(&self, keyword: &str) -> bool {
        matches!(self, Self::Word(word) if word.eq_ignore_ascii_case(keyword))
    }

    /// The name that this token is in a place where a name is expected.
    pub(super) fn name(&self) -> Option<&str> {
        match self {
            Self::Word(word) => Some(word),
            Self::Name(name) => Some(name),
            Self::Text(_) | Self::Number(_) | Self::Cast | Self::Symbol(_) => None,
        }
    }
}

/// Cuts a text into tokens.
pub(super) fn tokens(mut text: &str) -> Vec<Token<'_>> {
    let mut tokens = Vec::new();
    while let Some(first) = text.chars().next() {
        let rest = text.get(first.len_utf8()..).unwrap_or_default();
        let (token, after) = match first {
            _ if first.is_whitespace() => {
                text = rest;
                continue;
            }
            '\'' => string(rest, false),
            'E' if rest.starts_with('\'') => string(rest.get(1..).unwrap_or_default(), true),
            '"' => {
                let (name, after) = quoted(rest, '"', false);
                (Token::Name(name), after)
            }
            ':' if rest.starts_with(':') => (Token::Cast, rest.get(1..).unwrap_or_default()),
            _ if first.is_ascii_digit() => {
                let (number, after) = span(text, |sign| sign.is_ascii_alphanumeric() || sign == '.');
                (Token::Number(number), after)
            }
            _ if first.is_alphabetic() || first == '_' => {
                let (word, after) = span(text, |sign| sign.is_alphanumeric() || sign == '_' || sign == '$');
                (Token::Word(word), after)
            }
            _ => (Token::Symbol(first), rest),
        };
        tokens.push(token);
        text = after;
    }
    tokens
}

fn string(text: &str, escapes: bool) -> (Token<'_>, &str) {
    let (string, after) = quoted(text, '\'', escapes);
    (Token::Text(string), after)
}

fn span(text: &str, belongs: impl Fn(char) -> bool) -> (&str, &str) {
    let end = text.find(|sign| !belongs(sign)).unwrap_or(text.len());
    text.split_at(end)
}

/// What stands before the closing quote, and what follows it. A doubled quote stands for one; with
/// `escapes` a backslash does the same for what follows it, and nothing else is written so.
fn quoted(text: &str, quote: char, escapes: bool) -> (String, &str) {
    let mut inside = String::new();
    let mut signs = text.char_indices().peekable();
    while let Some((at, sign)) = signs.next() {
        let doubled = sign == quote && signs.next_if(|(_, next)| *next == quote).is_some();
        if sign == quote && !doubled {
            return (inside, text.get(at + quote.len_utf8()..).unwrap_or_default());
        }
        let meant = if escapes && sign == '\\' { signs.next() } else { None };
        inside.push(meant.map_or(sign, |(_, sign)| sign));
    }
    (inside, "")
}

/// The tokens inside the bracket that begins the list, and those behind it.
pub(super) fn group<'t, 'a>(tokens: &'t [Token<'a>]) -> Option<(&'t [Token<'a>], &'t [Token<'a>])> {
    let mut depth = 0_usize;
    for (at, token) in tokens.iter().enumerate() {
        match token {
            Token::Symbol('(' | '[') => depth += 1,
            Token::Symbol(')' | ']') if depth == 1 => {
                return Some((tokens.get(1..at)?, tokens.get(at + 1..)?));
            }
            Token::Symbol(')' | ']') => depth = depth.checked_sub(1)?,
            _ if depth == 0 => return None,
            _ => {}
        }
    }
    None
}

/// The parts between the tokens that separate them outside all brackets.
pub(super) fn split<'t, 'a>(
    tokens: &'t [Token<'a>],
    separates: impl Fn(&Token<'a>) -> bool,
) -> Vec<&'t [Token<'a>]> {
    let mut depth = 0_usize;
    tokens
        .split(|token| {
            match token {
                Token::Symbol('(' | '[') => depth += 1,
                Token::Symbol(')' | ']') => depth = depth.saturating_sub(1),
                _ => {}
            }
            depth == 0 && separates(token)
        })
        .collect()
}

/// How many brackets and casts around an expression are taken off; people and the database write few.
const DEEPEST: usize = 16;

/// The expression without the brackets around it.
pub(super) fn bare<'t, 'a>(mut tokens: &'t [Token<'a>]) -> &'t [Token<'a>] {
    for _ in 0..DEEPEST {
        match group(tokens) {
            Some((inner, [])) if tokens.first() == Some(&Token::Symbol('(')) => tokens = inner,
            _ => break,
        }
    }
    tokens
}

/// The expression without the brackets around it and without casts to other types.
pub(super) fn uncast<'t, 'a>(mut tokens: &'t [Token<'a>]) -> &'t [Token<'a>] {
    for _ in 0..DEEPEST {
        tokens = bare(tokens);
        let parts = split(tokens, |token| *token == Token::Cast);
        match &parts[..] {
            [inner, types @ ..] if !types.is_empty() && types.iter().all(|name| is_type(name)) => {
                tokens = inner;
            }
            _ => break,
        }
    }
    tokens
}

/// Whether this is the name of a type and nothing more: `character varying(20)[]`.
fn is_type(tokens: &[Token<'_>]) -> bool {
    let belongs = |token: &Token<'_>| match token {
        Token::Word(_) => !["AT", "IS", "COLLATE"].iter().any(|word| token.is_word(word)),
        Token::Name(_) | Token::Number(_) | Token::Symbol('.' | ',' | '(' | ')' | '[' | ']') => true,
        Token::Text(_) | Token::Cast | Token::Symbol(_) => false,
    };
    !tokens.is_empty() && tokens.iter().all(belongs)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn strings_names_and_casts() {
        assert_eq!(
            tokens(r#"("a ""b"" ç" = E'c''\\d'::text)"#),
            [
                Token::Symbol('('),
                Token::Name("a \"b\" ç".to_owned()),
                Token::Symbol('='),
                Token::Text("c'\\d".to_owned()),
                Token::Cast,
                Token::Word("text"),
                Token::Symbol(')'),
            ]
        );
        let all = tokens("((ARRAY['a'::character varying])::text[])");
        assert_eq!(uncast(&all).first(), Some(&Token::Word("ARRAY")));
        for kept in ["'a'::text || 'b'", "'a'::text COLLATE \"C\"", "'1'::timestamp with time zone AT LOCAL"]
        {
            assert_eq!(uncast(&tokens(kept)), tokens(kept), "{kept}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_cut(text in r#"[()\[\]'"E:é \\a1]*"#) {
            let all = tokens(&text);
            uncast(&all);
        }
    }
}

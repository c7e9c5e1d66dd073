//! An independent, small reader of SQL text: what is quoted, and what is not.

/// A token of SQL text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Token {
    /// `"…"`, without its quotes.
    Name(String),
    /// `'…'`, without its quotes.
    Literal(String),
    /// A word, a number or a parameter.
    Word(String),
    /// Anything else that we write.
    Sign(char),
}

/// The tokens of a text; panics at anything that we never write outside quotes.
pub(crate) fn tokens(text: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut rest = text.chars().peekable();
    while let Some(next) = rest.next() {
        match next {
            ' ' => {}
            '"' => tokens.push(Token::Name(quoted(&mut rest, '"'))),
            '\'' => tokens.push(Token::Literal(quoted(&mut rest, '\''))),
            '(' | ')' | ',' | '.' | '=' | '<' | '>' | '*' | '/' | '|' => tokens.push(Token::Sign(next)),
            '-' if rest.peek() == Some(&'1') => tokens.push(Token::Sign(next)),
            '?' | '_' | 'a'..='z' | 'A'..='Z' | '0'..='9' => {
                let mut word = String::from(next);
                while let Some(more) = rest.next_if(|more| more.is_ascii_alphanumeric() || *more == '_') {
                    word.push(more);
                }
                tokens.push(Token::Word(word));
            }
            other => panic!("{other:?} outside quotes in {text}"),
        }
    }
    tokens
}

fn quoted(rest: &mut std::iter::Peekable<std::str::Chars<'_>>, quote: char) -> String {
    let mut inside = String::new();
    loop {
        match rest.next() {
            Some(end) if end == quote => match rest.next_if_eq(&quote) {
                Some(doubled) => inside.push(doubled),
                None => return inside,
            },
            Some(other) => inside.push(other),
            None => panic!("a quote that never ends"),
        }
    }
}

#[test]
fn quotes_are_read() {
    let name = |text: &str| Token::Name(text.to_owned());
    let word = |text: &str| Token::Word(text.to_owned());
    let literal = |text: &str| Token::Literal(text.to_owned());
    assert_eq!(
        tokens(r#"SELECT t0."a""b" = ?1, 'it''s "x"'"#),
        [
            word("SELECT"),
            word("t0"),
            Token::Sign('.'),
            name("a\"b"),
            Token::Sign('='),
            word("?1"),
            Token::Sign(','),
            literal("it's \"x\""),
        ]
    );
}

//! A place in the decoded text of one parameter, and the errors that point at it.
//!
//! It knows characters, spaces and lists; names are `name`'s, and no parameter's grammar is here.

use std::borrow::Cow;

use crate::QueryError;

/// How much of a caller's text an explanation repeats, in characters.
const ECHO_CHARS: usize = 40;

/// The beginning of a text, for an explanation.
pub(super) fn echo(text: &str) -> String {
    text.chars().take(ECHO_CHARS).collect()
}

/// A place in a text. Copying it is cheap and is how readers look ahead.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cursor<'a> {
    parameter: &'static str,
    text: &'a str,
    rest: &'a str,
}

impl<'a> Cursor<'a> {
    /// At the start of `text`; `parameter` names it in errors.
    pub(super) fn new(parameter: &'static str, text: &'a str) -> Self {
        Self { parameter, text, rest: text }
    }

    /// What has not been read.
    pub(super) fn rest(&self) -> &'a str {
        self.rest
    }

    /// The next character.
    pub(super) fn peek(&self) -> Option<char> {
        self.rest.chars().next()
    }

    /// Steps over `word` if it comes next.
    pub(super) fn eat(&mut self, word: &str) -> bool {
        self.rest.strip_prefix(word).map(|rest| self.rest = rest).is_some()
    }

    /// Steps over white space.
    pub(super) fn skip_space(&mut self) {
        self.rest = self.rest.trim_start();
    }

    /// Steps over `word`, which must come next.
    pub(super) fn expect(&mut self, word: &str) -> Result<(), QueryError> {
        if self.eat(word) { Ok(()) } else { Err(self.unexpected(&format!("\"{word}\""))) }
    }

    /// Nothing may be left.
    pub(super) fn end(&self, expected: &str) -> Result<(), QueryError> {
        if self.rest.is_empty() { Ok(()) } else { Err(self.unexpected(expected)) }
    }

    /// Takes everything that is left.
    pub(super) fn take_rest(&mut self) -> &'a str {
        std::mem::take(&mut self.rest)
    }

    /// Takes the longest piece without any of `stops`.
    pub(super) fn take_until(&mut self, stops: &[char]) -> &'a str {
        let length = self.rest.find(stops).unwrap_or(self.rest.len());
        self.take(length)
    }

    /// Takes `length` bytes, or nothing where that would split a character.
    pub(super) fn take(&mut self, length: usize) -> &'a str {
        match self.rest.split_at_checked(length) {
            Some((taken, rest)) => {
                self.rest = rest;
                taken
            }
            None => "",
        }
    }

    /// Takes a text in double quotes in which `\` keeps the next character from ending it. `None`,
    /// and nothing is taken, if there is no quote or it is never closed.
    pub(super) fn take_quoted(&mut self) -> Option<Cow<'a, str>> {
        let body = self.rest.strip_prefix('"')?;
        let mut unescaped: Option<String> = None;
        let mut chars = body.char_indices();
        while let Some((at, character)) = chars.next() {
            match character {
                '"' => {
                    self.rest = chars.as_str();
                    return Some(match unescaped {
                        Some(text) => Cow::Owned(text),
                        None => Cow::Borrowed(body.get(..at)?),
                    });
                }
                '\\' => {
                    let (_, escaped) = chars.next()?;
                    unescaped
                        .get_or_insert_with(|| body.get(..at).unwrap_or_default().to_owned())
                        .push(escaped);
                }
                plain => {
                    if let Some(text) = &mut unescaped {
                        text.push(plain);
                    }
                }
            }
        }
        None
    }

    /// Reads `item *("," item)` with white space around each item.
    pub(super) fn separated<T>(
        &mut self,
        mut item: impl FnMut(&mut Self) -> Result<T, QueryError>,
    ) -> Result<Vec<T>, QueryError> {
        let mut items = Vec::new();
        loop {
            self.skip_space();
            items.push(item(self)?);
            self.skip_space();
            if !self.eat(",") {
                return Ok(items);
            }
        }
    }

    /// The error for a text that does not go on as `expected`. The words are those of the parsers
    /// that existing clients know: `unexpected "x" expecting ...`.
    #[cold]
    pub(super) fn unexpected(&self, expected: &str) -> QueryError {
        match self.peek() {
            Some(found) => self.refuse(format!("unexpected \"{found}\" expecting {expected}")),
            None => self.refuse(format!("unexpected end of input expecting {expected}")),
        }
    }

    /// The same, with what to write instead.
    #[cold]
    pub(super) fn unexpected_with_advice(&self, expected: &str, better: String) -> QueryError {
        let mut error = self.unexpected(expected);
        if let QueryError::Syntax { advice, .. } = &mut error {
            *advice = Some(better);
        }
        error
    }

    /// An error that points here.
    #[cold]
    pub(super) fn refuse(&self, details: impl Into<String>) -> QueryError {
        let read = self.text.len().saturating_sub(self.rest.len());
        QueryError::Syntax {
            parameter: self.parameter,
            text: self.text.to_owned(),
            column: self.text.get(..read).map_or(0, |read| read.chars().count()) + 1,
            details: details.into(),
            advice: None,
        }
    }
}

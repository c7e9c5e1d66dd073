//! Reads what callers write: lists of words, phrases, operators, and what people write on the web.
//!
//! `None` is a query of nothing but words that say nothing.
//!
//! Must not know: texts that are searched.

use super::query::Node;
use super::word::Language;

/// Parentheses inside parentheses.
const DEPTH: usize = 64;

/// What the door answers; the query is the caller's own, who knows it.
const UNREADABLE: &str = "the text search cannot be read";

/// All words, wherever they stand.
pub(super) fn all(text: &str, language: &Language) -> Option<Node> {
    join(words(text, language).into_iter().map(|(_, word)| word).collect(), Node::All)
}

/// All words, one after the other.
pub(super) fn phrase(text: &str, language: &Language) -> Option<Node> {
    in_order(words(text, language))
}

/// Words and phrases in quotes; `or` between them, `-` before what must not be there.
pub(super) fn web(text: &str, language: &Language) -> Option<Node> {
    let mut choices = vec![Vec::new()];
    let mut rest = text.trim_start();
    while !rest.is_empty() {
        let unsigned = rest.strip_prefix('-');
        let part = unsigned.unwrap_or(rest);
        let (inside, after) = match part.strip_prefix('"') {
            // A quote that is not closed goes to the end.
            Some(quoted) => quoted.split_once('"').unwrap_or((quoted, "")),
            None => part.split_at(part.find([' ', '\t', '\n', '\r', '"']).unwrap_or(part.len())),
        };
        rest = after.trim_start();
        if unsigned.is_none() && inside.eq_ignore_ascii_case("or") && !part.starts_with('"') {
            choices.push(Vec::new());
            continue;
        }
        if let Some(node) = phrase(inside, language) {
            let node = if unsigned.is_some() { Node::Not(Box::new(node)) } else { node };
            choices.last_mut()?.push(node);
        }
    }
    join(choices.into_iter().filter_map(|choice| join(choice, Node::All)).collect(), Node::Any)
}

/// Words joined by `&`, `|`, `!`, `<->`, `<2>` and parentheses; `:*` behind one lets it go on.
pub(super) fn operators(text: &str, language: &Language) -> Result<Option<Node>, &'static str> {
    let mut parser = Parser { rest: text.trim_start(), language, depth: 0 };
    if parser.rest.is_empty() {
        return Ok(None);
    }
    let node = parser.any()?;
    if parser.rest.is_empty() { Ok(node) } else { Err(UNREADABLE) }
}

/// The words of a text with their places.
fn words(text: &str, language: &Language) -> Vec<(u32, Node)> {
    let mut found = Vec::new();
    language.words(text, |place, word| {
        found.push((place, Node::Word { word: word.to_owned(), prefix: false }));
    });
    found
}

/// Words at their places, as a phrase.
fn in_order(words: Vec<(u32, Node)>) -> Option<Node> {
    let mut before = 0;
    let mut parts = Vec::with_capacity(words.len());
    for (place, word) in words {
        parts.push((place - before, word));
        before = place;
    }
    match parts.len() {
        0 | 1 => parts.pop().map(|(_, word)| word),
        _ => Some(Node::Phrase(parts)),
    }
}

fn join(mut list: Vec<Node>, join: impl FnOnce(Vec<Node>) -> Node) -> Option<Node> {
    match list.len() {
        0 | 1 => list.pop(),
        _ => Some(join(list)),
    }
}

type Parsed = Result<Option<Node>, &'static str>;

struct Parser<'a> {
    rest: &'a str,
    language: &'a Language,
    depth: usize,
}

impl Parser<'_> {
    fn any(&mut self) -> Parsed {
        let mut list = Vec::from_iter(self.all()?);
        while self.take("|") {
            list.extend(self.all()?);
        }
        Ok(join(list, Node::Any))
    }

    fn all(&mut self) -> Parsed {
        let mut list = Vec::from_iter(self.phrase()?);
        while self.take("&") {
            list.extend(self.phrase()?);
        }
        Ok(join(list, Node::All))
    }

    /// A part that says nothing leaves its place empty.
    fn phrase(&mut self) -> Parsed {
        let mut parts = Vec::new();
        let mut distance = 0_u32;
        loop {
            if let Some(node) = self.not()? {
                parts.push((distance, node));
                distance = 0;
            }
            let Some(step) = self.distance()? else { break };
            distance = distance.saturating_add(step);
        }
        Ok(match parts.len() {
            0 | 1 => parts.pop().map(|(_, node)| node),
            _ => Some(Node::Phrase(parts)),
        })
    }

    fn not(&mut self) -> Parsed {
        if !self.take("!") {
            return self.operand();
        }
        self.deeper(Self::not).map(|node| node.map(|node| Node::Not(Box::new(node))))
    }

    fn deeper(&mut self, read: impl FnOnce(&mut Self) -> Parsed) -> Parsed {
        self.depth += 1;
        if self.depth > DEPTH {
            return Err(UNREADABLE);
        }
        let node = read(self)?;
        self.depth -= 1;
        Ok(node)
    }

    fn operand(&mut self) -> Parsed {
        if self.take("(") {
            let node = self.deeper(Self::any)?;
            return if self.take(")") { Ok(node) } else { Err(UNREADABLE) };
        }
        let text = self.word()?;
        let prefix = self.label();
        self.rest = self.rest.trim_start();
        let mut words = words(&text, self.language);
        if let Some((_, Node::Word { prefix: last, .. })) = words.last_mut() {
            *last = prefix;
        }
        Ok(in_order(words))
    }

    /// A bare word, or words in single quotes, in which a doubled quote is one.
    fn word(&mut self) -> Result<String, &'static str> {
        let Some(mut quoted) = self.rest.strip_prefix('\'') else {
            let ends = |character: char| character.is_whitespace() || "&|!()<>:'".contains(character);
            let (word, rest) = self.rest.split_at(self.rest.find(ends).unwrap_or(self.rest.len()));
            self.rest = rest;
            return if word.is_empty() { Err(UNREADABLE) } else { Ok(word.to_owned()) };
        };
        let mut text = String::new();
        loop {
            let (part, rest) = quoted.split_once('\'').ok_or(UNREADABLE)?;
            text.push_str(part);
            let Some(more) = rest.strip_prefix('\'') else {
                self.rest = rest;
                return Ok(text);
            };
            text.push('\'');
            quoted = more;
        }
    }

    /// What stands behind a word and a colon: whether the word may go on. Weights are taken and say
    /// nothing, as our texts have none.
    fn label(&mut self) -> bool {
        let Some(labels) = self.rest.strip_prefix(':') else { return false };
        let end = labels.find(|label: char| !"*abcdABCD".contains(label)).unwrap_or(labels.len());
        let (labels, rest) = labels.split_at(end);
        self.rest = rest;
        labels.contains('*')
    }

    /// `<->` or `<3>`: how far behind the next part stands.
    fn distance(&mut self) -> Result<Option<u32>, &'static str> {
        let Some(inside) = self.rest.strip_prefix('<') else { return Ok(None) };
        let (number, rest) = inside.split_once('>').ok_or(UNREADABLE)?;
        self.rest = rest.trim_start();
        if number == "-" {
            return Ok(Some(1));
        }
        number.parse().map(Some).map_err(|_| UNREADABLE)
    }

    fn take(&mut self, sign: &str) -> bool {
        let Some(rest) = self.rest.strip_prefix(sign) else { return false };
        self.rest = rest.trim_start();
        true
    }
}

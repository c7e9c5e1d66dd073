//! A query: words and how they are joined, and whether a text has them so.
//!
//! Must not know: how queries are written.

use std::collections::HashSet;

use rustc_hash::FxHashMap;

use super::word::Language;

/// What a text has to have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Node {
    /// A word without its endings, or one that begins so.
    Word {
        /// The word.
        word: String,
        /// Whether the text's word may go on.
        prefix: bool,
    },
    /// Not this.
    Not(Box<Node>),
    /// All of these.
    All(Vec<Node>),
    /// One of these.
    Any(Vec<Node>),
    /// One after the other, each so many places behind the one before. The first distance says nothing.
    Phrase(Vec<(u32, Node)>),
}

/// Places between the last word of one text of a document and the first of the next, so that they are
/// no phrase.
const GAP: u32 = 1 << 16;

/// Places of a part of a phrase that are looked at in one text; a phrase whose parts may be many things
/// would otherwise have more than anybody can count.
const SPANS: usize = 10_000;

/// A query, ready to be asked of many texts.
pub(super) struct Query {
    /// `None` asks for nothing, and finds nothing.
    node: Option<Node>,
    language: Language,
    /// The words that are looked for, with the number that their places are kept under.
    whole: FxHashMap<String, usize>,
    beginnings: Vec<(String, usize)>,
}

/// Where each word that is looked for stands in a text, by the word's number.
struct Found<'q> {
    query: &'q Query,
    places: Vec<Vec<u32>>,
}

/// The places where a part of a phrase begins and ends, or where it does not.
enum Spans {
    At(Vec<(u32, u32)>),
    NotAt(Vec<(u32, u32)>),
}

impl Query {
    pub(super) fn new(node: Option<Node>, language: Language) -> Self {
        let mut query = Self { node: None, language, whole: FxHashMap::default(), beginnings: Vec::new() };
        if let Some(node) = &node {
            query.collect(node);
        }
        query.node = node;
        query
    }

    fn collect(&mut self, node: &Node) {
        let number = self.whole.len() + self.beginnings.len();
        match node {
            Node::Word { word, prefix: false } => {
                self.whole.entry(word.clone()).or_insert(number);
            }
            Node::Word { word, prefix: true } => {
                if self.beginning(word).is_none() {
                    self.beginnings.push((word.clone(), number));
                }
            }
            Node::Not(one) => self.collect(one),
            Node::All(list) | Node::Any(list) => list.iter().for_each(|one| self.collect(one)),
            Node::Phrase(list) => list.iter().for_each(|(_, one)| self.collect(one)),
        }
    }

    fn beginning(&self, word: &str) -> Option<usize> {
        self.beginnings.iter().find(|(known, _)| known == word).map(|(_, number)| *number)
    }

    /// Whether the texts, taken together, have what is asked for.
    pub(super) fn finds(&self, texts: &[&str]) -> bool {
        let Some(node) = &self.node else { return false };
        let mut places = vec![Vec::new(); self.whole.len() + self.beginnings.len()];
        let mut first = 0_u32;
        for text in texts {
            let mut last = first;
            self.language.words(text, |place, word| {
                last = first.saturating_add(place);
                if let Some(number) = self.whole.get(word) {
                    places[*number].push(last);
                }
                for (beginning, number) in &self.beginnings {
                    if word.starts_with(beginning.as_str()) {
                        places[*number].push(last);
                    }
                }
            });
            first = last.saturating_add(GAP);
        }
        Found { query: self, places }.has(node)
    }
}

impl Found<'_> {
    fn has(&self, node: &Node) -> bool {
        match node {
            Node::Word { word, prefix } => !self.places(word, *prefix).is_empty(),
            Node::Not(one) => !self.has(one),
            Node::All(list) => list.iter().all(|one| self.has(one)),
            Node::Any(list) => list.iter().any(|one| self.has(one)),
            Node::Phrase(_) => match self.spans(node) {
                Spans::At(spans) => !spans.is_empty(),
                // A phrase of nothing but what must not be there is somewhere in every text.
                Spans::NotAt(_) => true,
            },
        }
    }

    fn places(&self, word: &str, prefix: bool) -> &[u32] {
        let number = if prefix { self.query.beginning(word) } else { self.query.whole.get(word).copied() };
        number.and_then(|number| self.places.get(number)).map_or(&[], Vec::as_slice)
    }

    fn spans(&self, node: &Node) -> Spans {
        match node {
            Node::Word { word, prefix } => {
                let places = self.places(word, *prefix).iter().take(SPANS);
                Spans::At(places.map(|place| (*place, *place)).collect())
            }
            Node::Not(one) => match self.spans(one) {
                Spans::At(spans) => Spans::NotAt(spans),
                Spans::NotAt(spans) => Spans::At(spans),
            },
            Node::Any(list) => list.iter().map(|one| self.spans(one)).reduce(Spans::or).unwrap_or_default(),
            Node::All(list) => list.iter().map(|one| self.spans(one)).reduce(Spans::and).unwrap_or_default(),
            Node::Phrase(list) => {
                let mut parts = list.iter().map(|(distance, one)| (*distance, self.spans(one)));
                let Some((_, first)) = parts.next() else { return Spans::default() };
                parts.fold(first, |before, (distance, next)| before.then(distance, next))
            }
        }
    }
}

impl Default for Spans {
    fn default() -> Self {
        Self::At(Vec::new())
    }
}

impl Spans {
    /// This, and `next` so many places behind it.
    fn then(self, distance: u32, next: Self) -> Self {
        match (self, next) {
            (Self::At(one), Self::At(next)) => {
                let starts = by(&next, |(start, _)| start);
                let follow = |(start, end): (u32, u32)| {
                    let ends = starts.get(&end.saturating_add(distance)).into_iter().flatten();
                    ends.map(move |(_, end)| (start, *end)).collect::<Vec<_>>()
                };
                Self::At(few(one.into_iter().flat_map(follow)))
            }
            (Self::At(one), Self::NotAt(next)) => {
                let starts = by(&next, |(start, _)| start);
                let free = |(_, end): &(u32, u32)| !starts.contains_key(&end.saturating_add(distance));
                Self::At(one.into_iter().filter(free).collect())
            }
            (Self::NotAt(one), Self::At(next)) => {
                let ends = by(&one, |(_, end)| end);
                let free = |(start, _): &(u32, u32)| {
                    start.checked_sub(distance).is_none_or(|place| !ends.contains_key(&place))
                };
                Self::At(next.into_iter().filter(free).collect())
            }
            (Self::NotAt(one), Self::NotAt(_)) => Self::NotAt(one),
        }
    }

    fn or(self, other: Self) -> Self {
        match (self, other) {
            (Self::At(one), Self::At(other)) => Self::At(few(one.into_iter().chain(other))),
            (Self::NotAt(one), Self::NotAt(other)) => Self::NotAt(both(one, &other)),
            (Self::At(at), Self::NotAt(not)) | (Self::NotAt(not), Self::At(at)) => {
                Self::NotAt(without(not, &at))
            }
        }
    }

    fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::At(one), Self::At(other)) => Self::At(both(one, &other)),
            (Self::NotAt(one), Self::NotAt(other)) => Self::NotAt(few(one.into_iter().chain(other))),
            (Self::At(at), Self::NotAt(not)) | (Self::NotAt(not), Self::At(at)) => {
                Self::At(without(at, &not))
            }
        }
    }
}

type Span = (u32, u32);

fn by(spans: &[Span], key: impl Fn(Span) -> u32) -> FxHashMap<u32, Vec<Span>> {
    let mut found: FxHashMap<u32, Vec<Span>> = FxHashMap::default();
    for span in spans {
        found.entry(key(*span)).or_default().push(*span);
    }
    found
}

/// Each span once.
fn few(spans: impl Iterator<Item = Span>) -> Vec<Span> {
    let mut few: Vec<Span> = spans.take(SPANS).collect();
    few.sort_unstable();
    few.dedup();
    few
}

fn both(mut one: Vec<Span>, other: &[Span]) -> Vec<Span> {
    let known: HashSet<_> = other.iter().collect();
    one.retain(|span| known.contains(span));
    one
}

fn without(mut one: Vec<Span>, other: &[Span]) -> Vec<Span> {
    let known: HashSet<_> = other.iter().collect();
    one.retain(|span| !known.contains(span));
    one
}

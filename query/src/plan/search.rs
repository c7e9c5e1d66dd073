//! Text search: how the words of a query are joined, and in which language they are compared.

/// How text is searched.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Search {
    /// How the words of the query are joined.
    pub mode: SearchMode,
    /// Whose endings are taken off words.
    pub language: Language,
}

/// How the words of a query are joined.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SearchMode {
    /// By the operators `&`, `|`, `!`, `<->` and parentheses.
    Operators,
    /// All have to be there.
    All,
    /// All have to be there, one after the other.
    Phrase,
    /// As people write on the web.
    Web,
}

/// A language of text search.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Language {
    /// None: words are compared whole, in any case.
    Simple,
    /// English.
    English,
    /// German.
    German,
    /// French.
    French,
    /// Spanish.
    Spanish,
    /// Italian.
    Italian,
    /// Portuguese.
    Portuguese,
    /// Dutch.
    Dutch,
    /// Danish.
    Danish,
    /// Swedish.
    Swedish,
    /// Norwegian.
    Norwegian,
    /// Finnish.
    Finnish,
    /// Hungarian.
    Hungarian,
    /// Romanian.
    Romanian,
    /// Russian.
    Russian,
    /// Turkish.
    Turkish,
}

impl Language {
    /// Every language with its name.
    pub const WORDS: [(Self, &'static str); 16] = [
        (Self::Simple, "simple"),
        (Self::English, "english"),
        (Self::German, "german"),
        (Self::French, "french"),
        (Self::Spanish, "spanish"),
        (Self::Italian, "italian"),
        (Self::Portuguese, "portuguese"),
        (Self::Dutch, "dutch"),
        (Self::Danish, "danish"),
        (Self::Swedish, "swedish"),
        (Self::Norwegian, "norwegian"),
        (Self::Finnish, "finnish"),
        (Self::Hungarian, "hungarian"),
        (Self::Romanian, "romanian"),
        (Self::Russian, "russian"),
        (Self::Turkish, "turkish"),
    ];

    /// The language's name.
    pub fn word(self) -> &'static str {
        Self::WORDS.iter().find(|(language, _)| *language == self).map_or("", |(_, word)| word)
    }

    /// The language that a name, in any case, stands for.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::WORDS.iter().find(|(_, known)| known.eq_ignore_ascii_case(word)).map(|(language, _)| *language)
    }
}

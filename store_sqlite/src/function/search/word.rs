//! Words: where they begin and end, and what is left of them without their endings.
//!
//! Must not know: queries.

use rust_stemmers::{Algorithm, Stemmer};

/// Longer words are left out, of texts and of queries.
const LONGEST: usize = 2_000;

/// Longer words keep their endings: they are numbers of parts, and no language's words.
const LONGEST_STEMMED: usize = 64;

/// Whose endings are taken off words, and which words say nothing.
pub(super) struct Language {
    stemmer: Option<Stemmer>,
    silent: &'static [&'static str],
}

impl Language {
    /// The language of this name; of one that nobody knows, words are taken whole.
    pub(super) fn named(name: &str) -> Self {
        let algorithm = match name {
            "danish" => Algorithm::Danish,
            "dutch" => Algorithm::Dutch,
            "english" => Algorithm::English,
            "finnish" => Algorithm::Finnish,
            "french" => Algorithm::French,
            "german" => Algorithm::German,
            "hungarian" => Algorithm::Hungarian,
            "italian" => Algorithm::Italian,
            "norwegian" => Algorithm::Norwegian,
            "portuguese" => Algorithm::Portuguese,
            "romanian" => Algorithm::Romanian,
            "russian" => Algorithm::Russian,
            "spanish" => Algorithm::Spanish,
            "swedish" => Algorithm::Swedish,
            "turkish" => Algorithm::Turkish,
            _ => return Self { stemmer: None, silent: &[] },
        };
        let silent = if algorithm == Algorithm::English { ENGLISH } else { &[] };
        Self { stemmer: Some(Stemmer::create(algorithm)), silent }
    }

    /// The words of a text by their place from 0, without their endings. Words that say nothing have a
    /// place and are left out.
    pub(super) fn words(&self, text: &str, mut word: impl FnMut(u32, &str)) {
        let parts =
            text.split(|character: char| !character.is_alphanumeric()).filter(|part| !part.is_empty());
        for (place, part) in (0_u32..).zip(parts) {
            let lower = part.to_lowercase();
            if lower.len() <= LONGEST && self.silent.binary_search(&lower.as_str()).is_err() {
                word(place, &self.stem(&lower));
            }
        }
    }

    fn stem<'a>(&self, word: &'a str) -> std::borrow::Cow<'a, str> {
        match &self.stemmer {
            // A number has no endings.
            Some(stemmer) if word.len() <= LONGEST_STEMMED && word.chars().all(char::is_alphabetic) => {
                stemmer.stem(word)
            }
            _ => word.into(),
        }
    }
}

/// Words that nearly every English text has, in the order of their bytes.
const ENGLISH: &[&str] = &[
    "a",
    "about",
    "above",
    "after",
    "again",
    "against",
    "all",
    "am",
    "an",
    "and",
    "any",
    "are",
    "as",
    "at",
    "be",
    "because",
    "been",
    "before",
    "being",
    "below",
    "between",
    "both",
    "but",
    "by",
    "can",
    "did",
    "do",
    "does",
    "doing",
    "don",
    "down",
    "during",
    "each",
    "few",
    "for",
    "from",
    "further",
    "had",
    "has",
    "have",
    "having",
    "he",
    "her",
    "here",
    "hers",
    "herself",
    "him",
    "himself",
    "his",
    "how",
    "i",
    "if",
    "in",
    "into",
    "is",
    "it",
    "its",
    "itself",
    "just",
    "me",
    "more",
    "most",
    "my",
    "myself",
    "no",
    "nor",
    "not",
    "now",
    "of",
    "off",
    "on",
    "once",
    "only",
    "or",
    "other",
    "our",
    "ours",
    "ourselves",
    "out",
    "over",
    "own",
    "s",
    "same",
    "she",
    "should",
    "so",
    "some",
    "such",
    "t",
    "than",
    "that",
    "the",
    "their",
    "theirs",
    "them",
    "themselves",
    "then",
    "there",
    "these",
    "they",
    "this",
    "those",
    "through",
    "to",
    "too",
    "under",
    "until",
    "up",
    "very",
    "was",
    "we",
    "were",
    "what",
    "when",
    "where",
    "which",
    "while",
    "who",
    "whom",
    "why",
    "will",
    "with",
    "you",
    "your",
    "yours",
    "yourself",
    "yourselves",
];

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const LANGUAGES: [&str; 15] = [
        "danish",
        "dutch",
        "english",
        "finnish",
        "french",
        "german",
        "hungarian",
        "italian",
        "norwegian",
        "portuguese",
        "romanian",
        "russian",
        "spanish",
        "swedish",
        "turkish",
    ];

    fn words(language: &str, text: &str) -> Vec<(u32, String)> {
        let mut found = Vec::new();
        Language::named(language).words(text, |place, word| found.push((place, word.to_owned())));
        found
    }

    #[test]
    fn words_lose_case_and_endings() {
        let found = words("english", "The Fat-Rats' 3rd café: don't!");
        let expected = [(1, "fat"), (2, "rat"), (3, "3rd"), (4, "café")];
        assert_eq!(found, expected.map(|(place, word)| (place, word.to_owned())));
        assert_eq!(words("simple", "The RATS"), [(0, "the".to_owned()), (1, "rats".to_owned())]);
        assert_eq!(words("simple", &"x".repeat(3_000)), []);
    }

    #[test]
    fn silent_words_are_in_order() {
        assert!(ENGLISH.is_sorted());
    }

    proptest! {
        #[test]
        fn no_text_is_too_strange(text: String, word in "\\p{L}{1,70}", latin in "[a-zà-ž']{1,20}", cyrillic in "[а-я]{1,20}") {
            for language in LANGUAGES {
                for text in [&text, &word, &latin, &cyrillic] {
                    let _ = words(language, text);
                }
            }
        }
    }
}

//! `LIKE` as PostgreSQL has it: `%` is any text, `_` any one character, `\` escapes the next.
//!
//! SQLite's own `LIKE` folds ASCII letters only and minds case for a whole connection or not at all.
//! Not a regular expression: compiling one costs more than matching most rows of a small table.
//!
//! Must not know: SQL.

/// Whether a pattern minds the case of letters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LetterCase {
    /// `A` is not `a`.
    Exact,
    /// `A` is `a`, for every alphabet, character by character.
    Any,
}

/// Steps that one text may take: some tenths of a second. Nothing interrupts a function of ours.
const STEPS: usize = 50_000_000;

/// A pattern, read once and matched many times.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Pattern {
    parts: Vec<Part>,
    case: LetterCase,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    AnyText,
    AnyCharacter,
    One(char),
}

impl Pattern {
    pub(crate) fn new(pattern: &str, case: LetterCase) -> Self {
        let mut parts = Vec::with_capacity(pattern.len());
        let mut characters = pattern.chars();
        while let Some(character) = characters.next() {
            let part = match character {
                // Many in a row say no more than one, and would make matching slow.
                '%' if parts.last() == Some(&Part::AnyText) => continue,
                '%' => Part::AnyText,
                '_' => Part::AnyCharacter,
                // An escape with nothing after it stands for itself.
                '\\' => Part::One(folded(characters.next().unwrap_or('\\'), case)),
                other => Part::One(folded(other, case)),
            };
            parts.push(part);
        }
        Self { parts, case }
    }

    /// Whether the whole text matches. Takes at most length of text times length of pattern steps:
    /// after a mismatch only the last `%` can take another character. `None` where that is too many.
    pub(crate) fn matches(&self, text: &str) -> Option<bool> {
        let mut left = STEPS;
        let mut rest = text.chars();
        let mut at = 0;
        let mut retry: Option<(usize, std::str::Chars<'_>)> = None;
        loop {
            left = left.checked_sub(1)?;
            let before = rest.clone();
            match (self.parts.get(at), rest.next()) {
                (Some(Part::AnyText), _) => {
                    rest = before;
                    at += 1;
                    if at == self.parts.len() {
                        return Some(true);
                    }
                    retry = Some((at, rest.clone()));
                    continue;
                }
                (Some(Part::AnyCharacter), Some(_)) => {
                    at += 1;
                    continue;
                }
                (Some(Part::One(wanted)), Some(found)) if *wanted == folded(found, self.case) => {
                    at += 1;
                    continue;
                }
                (None, None) => return Some(true),
                // More pattern than text: giving `%` more of the text makes it worse.
                (Some(_), None) => return Some(false),
                (Some(_) | None, Some(_)) => {}
            }
            let Some((part, from)) = &mut retry else { return Some(false) };
            from.next();
            at = *part;
            rest = from.clone();
        }
    }
}

/// One character for one character: `ß` stays, as in PostgreSQL's `lower`.
fn folded(character: char, case: LetterCase) -> char {
    match case {
        LetterCase::Exact => character,
        LetterCase::Any if character.is_ascii() => character.to_ascii_lowercase(),
        LetterCase::Any => {
            let mut lower = character.to_lowercase();
            match (lower.next(), lower.next()) {
                (Some(one), None) => one,
                _ => character,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_match_whole_texts() {
        for (pattern, text, exact, any) in [
            ("", "", true, true),
            ("", "a", false, false),
            ("%", "", true, true),
            ("a%", "abc", true, true),
            ("%c", "abc", true, true),
            ("%b%", "abc", true, true),
            ("a%c%e", "abcde", true, true),
            ("a%c%e", "abcdef", false, false),
            ("%ab", "aab", true, true),
            ("%aab%", "aaaab", true, true),
            ("_", "ä", true, true),
            ("__", "ä", false, false),
            ("A_C", "abc", false, true),
            ("GRÖSSE", "grösse", false, true),
            (r"100\%", "100%", true, true),
            (r"100\%", "1000", false, false),
            (r"a\_b", "a_b", true, true),
            (r"a\\b", r"a\b", true, true),
            (r"a\", r"a\", true, true),
            ("a%b", "a\nb", true, true),
        ] {
            assert_eq!(
                Pattern::new(pattern, LetterCase::Exact).matches(text),
                Some(exact),
                "{pattern} {text}"
            );
            assert_eq!(Pattern::new(pattern, LetterCase::Any).matches(text), Some(any), "{pattern} {text}");
        }
    }

    #[test]
    fn a_hostile_pattern_ends() {
        let pattern = Pattern::new(&"%a".repeat(200), LetterCase::Any);
        assert_eq!(pattern.matches(&"a".repeat(199)), Some(false));
        assert_eq!(pattern.matches(&"a".repeat(20_000)), Some(true));
        // Every place of the text is a beginning of the pattern: too much to find out.
        let pattern = Pattern::new(&format!("%{}b", "a".repeat(10_000)), LetterCase::Exact);
        assert_eq!(pattern.matches(&"a".repeat(1_000_000)), None);
    }
}

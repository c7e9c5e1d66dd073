//! Every Rust file opens with what it is for and what it must not know.

use super::Problem;
use super::code::Source;

/// Fewer words than this say nothing.
const FEWEST_WORDS: usize = 3;

const REMEDY: &str =
    "open the file with `//! ` and a sentence: what the module is for, what it must not know";

pub(crate) fn check(source: &Source) -> Vec<Problem> {
    let doc: Vec<_> = source.text.lines().map_while(|line| line.strip_prefix("//!")).collect();
    let words = doc.iter().flat_map(|line| line.split_whitespace()).count();
    let wrong = match words {
        _ if doc.is_empty() => "the file does not open with `//!`",
        words if words < FEWEST_WORDS => "the opening `//!` says next to nothing",
        _ => return Vec::new(),
    };
    vec![Problem::new(1, wrong, REMEDY)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_without_its_purpose_is_found() {
        for (text, problems) in [
            ("//! Reads rows. It must not write.\nfn f() {}\n", 0),
            ("//! Reads\n//! rows only.\n", 0),
            ("//! placeholder\n", 1),
            ("//!\n", 1),
            ("fn f() {}\n", 1),
            ("\n//! Reads rows too late.\n", 1),
            ("// Reads rows. It must not write.\n", 1),
            ("", 1),
        ] {
            assert_eq!(check(&Source::new("a.rs", text)).len(), problems, "{text:?}");
        }
    }
}

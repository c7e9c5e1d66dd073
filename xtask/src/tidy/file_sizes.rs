//! No Rust file is longer than a reader's patience; tests are no exception.

use super::Problem;
use super::code::Source;

/// Rarely over 400 and never over this.
const MOST_LINES: usize = 600;

pub(crate) fn check(source: &Source) -> Vec<Problem> {
    let lines = source.text.lines().count();
    if lines <= MOST_LINES {
        return Vec::new();
    }
    let wrong = format!("the file has {lines} lines, more than {MOST_LINES}");
    vec![Problem::new(
        MOST_LINES + 1,
        wrong,
        "split it by what it knows, for example one file per case in a folder",
    )]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_line_too_many_is_found() {
        for (lines, problems) in [(MOST_LINES, 0), (MOST_LINES + 1, 1)] {
            let source = Source::new("tests/it/main.rs", &"// line\n".repeat(lines));
            assert_eq!(check(&source).len(), problems, "{lines} lines");
        }
    }
}

//! A file is named after what it holds; a drawer for odds and ends has no such name.

use super::Problem;
use super::code::Source;

const BANNED: &[&str] = &["common", "helper", "helpers", "misc", "util", "utils"];

pub(crate) fn check(source: &Source) -> Vec<Problem> {
    let banned =
        source.path.split('/').map(|part| part.trim_end_matches(".rs")).find(|part| BANNED.contains(part));
    let Some(name) = banned else { return Vec::new() };
    vec![Problem::new(
        1,
        format!("`{name}` says nothing about what is in it"),
        "name the file after the noun that its functions work on",
    )]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn drawers_are_found_as_files_and_as_folders() {
        for (path, problems) in [
            ("http/src/etag.rs", 0),
            ("http/src/utility_bill.rs", 0),
            ("http/src/utils.rs", 1),
            ("http/src/misc/etag.rs", 1),
            ("http/tests/common/mod.rs", 1),
        ] {
            assert_eq!(check(&Source::new(path, "")).len(), problems, "{path}");
        }
    }
}

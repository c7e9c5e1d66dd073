//! No text makes the reader panic, and what it says can always be shown.

use proptest::prelude::*;
use proptest::sample::{Index, select};
use roundtrip_schema::diagnostic::Colour;

use crate::check::{SHOP, read};

/// Pieces that are likely to mean something in the wrong place.
const PIECES: [&str; 24] = [
    "\"",
    "'",
    "[",
    "]",
    "{",
    "}",
    "=",
    ",",
    "\n",
    "#",
    "?",
    "[]",
    "null",
    "9999999999999999999999",
    "-1",
    "nan",
    "to = \"orders\"",
    "id = []",
    "view = true",
    "\u{0}",
    "é",
    "[parts.items.fields]",
    "[fields]",
    "\"\"\"",
];

fn survive(files: &[(&str, &str)]) {
    if let Err(found) = read(files) {
        assert!(!found.is_empty());
        // Showing takes as long as the line is; a few stand for all.
        for one in found.iter().take(5) {
            let (line, column) = one.position();
            assert!(line >= 1 && column >= 1);
            assert!(!one.render(Colour::No).is_empty());
        }
    }
}

proptest! {
    #[test]
    fn any_text(text in any::<String>()) {
        survive(&[("users", &text)]);
    }

    #[test]
    fn any_name(name in any::<String>()) {
        survive(&[(&name, "[fields]\nname = \"text\"\n")]);
    }

    #[test]
    fn toml_of_strange_pieces(pieces in prop::collection::vec(select(&PIECES[..]), 0..40)) {
        survive(&[("users", &pieces.concat())]);
    }

    #[test]
    fn right_files_with_a_few_changes(
        file in 0..SHOP.len(),
        changes in prop::collection::vec((any::<Index>(), 0..12_usize, select(&PIECES[..])), 1..6),
    ) {
        let mut files = SHOP.map(|(name, text)| (name, text.to_owned()));
        for (at, length, piece) in changes {
            let mut text: Vec<char> = files[file].1.chars().collect();
            let start = at.index(text.len() + 1);
            let end = (start + length).min(text.len());
            text.splice(start..end, piece.chars());
            files[file].1 = text.into_iter().collect();
        }
        let files = files.each_ref().map(|(name, text)| (*name, text.as_str()));
        survive(&files);
    }

    #[test]
    fn any_value_under_any_key(
        key in select(&[
            "description", "name", "table", "view", "id", "auth", "index", "unique", "references", "timestamps",
            "fields", "parts", "access", "fields.a", "fields.a.type", "fields.a.to", "fields.a.enum", "fields.a.default",
            "fields.a.min", "fields.a.pattern", "parts.items", "parts.items.id", "access.read",
        ][..]),
        value in select(&[
            "true", "5", "-2.5", "\"text\"", "\"users\"", "\"users.id\"", "[]", "[[]]", "[\"id\"]", "[[\"id\"]]", "{}",
            "{ fields = [\"id\"] }", "{ fields = [\"id\"], to = \"users\", generated = true }", "2026-11-21",
            "[{ fields = [\"id\"], to = \"users\" }]", "{ a = \"text\", id = \"users\" }", "{ id = { to = \"users\" } }",
        ][..]),
    ) {
        survive(&[("users", &format!("{key} = {value}\n"))]);
        survive(&[("users", &format!("{key} = {value}\n")), ("notes", "[fields]\nuser_id = { to = \"users\" }\n")]);
    }
}

/// The deepest, longest and most that fit into a file.
#[test]
fn hostile_files() {
    let many = |text: &str| text.repeat(300_000 / text.len());
    for text in [
        format!("a = {}", many("[")),
        format!("a = {}", many("{a=")),
        format!("[{}a]", many("a.")),
        format!("[fields.{}a]", many("a.")),
        format!("{}a = 1", many("a.")),
        format!("[fields]\na = {{ to = \"{}\" }}", many("a.")),
        format!("[fields]\na = \"{}\"", many("text")),
        format!("index = [{}]", many("\"id\",")),
        format!("unique = [[{}]]", many("\"id\",")),
        format!("references = [{}]", many("{ fields = [\"id\"], to = \"users\" },")),
        format!("[fields]\na = {{ type = \"json\", default = {}1{} }}", "[".repeat(60), "]".repeat(60)),
        (0..50_000).map(|index| format!("k{index} = 1\n")).collect(),
        format!("[fields]\n{}", (0..50_000).map(|index| format!("k{index} = {{}}\n")).collect::<String>()),
        (0..20_000).map(|index| format!("[parts.p{index}]\n")).collect(),
    ] {
        survive(&[("users", &text)]);
    }
}

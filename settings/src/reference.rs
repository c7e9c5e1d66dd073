//! The reference page of the documentation, made from the declarations.
//!
//! Must not know: the settings in force; `doctor` lists those.

use std::fmt::Write as _;

use crate::{Key, Kind, PRESETS, Preset, Section, Value, sections};

const INTRODUCTION: &str = "\
# Settings

Every setting has a default. `roundtrip.toml` in the project folder changes it, the environment changes it again,
then `--compat`, then `--set section.key=value`, then a flag of its own such as `--port`. `roundtrip doctor` lists the
settings in force and where each came from.

The variable of a key is `ROUNDTRIP_` and its section and name in capitals. Two variables of other programs are
honoured: `DATABASE_URL`, and `PORT`, which also makes the server listen on `0.0.0.0` unless `host` is given. A variable
that is empty counts as not set.
";

/// The page about all settings, in Markdown.
pub fn reference() -> String {
    let mut page = INTRODUCTION.to_owned();
    for section in sections() {
        page.push_str(&section_text(section));
    }
    page.push_str(
        "\n## Presets\n\n`--compat NAME` sets several keys at once; `--set` may then change some of them.\n",
    );
    for preset in PRESETS {
        page.push_str(&preset_text(preset));
    }
    page
}

fn section_text(section: &Section) -> String {
    let mut text = format!("\n## `[{}]`\n\n{}\n\n", section.name, section.sentence());
    text.push_str("| key | default | allowed | variable | what |\n|---|---|---|---|---|\n");
    for key in section.keys {
        text.push_str(&row(key));
    }
    text
}

fn row(key: &Key) -> String {
    let alias = key.alias.map_or(String::new(), |alias| format!(", `{alias}`"));
    format!(
        "| `{}` | {} | {} | `{}`{alias} | {} |\n",
        key.name,
        default_text(key),
        key.kind.allowed(),
        key.variable(),
        key.sentence().replace('|', "\\|"),
    )
}

fn default_text(key: &Key) -> String {
    match (key.kind, key.kind.default()) {
        (_, Value::Unset) => "not set".to_owned(),
        (_, Value::Text(text)) if text.is_empty() => "derived".to_owned(),
        (Kind::Integer { unit, .. }, value) if !unit.is_empty() => format!("`{value}` {unit}"),
        (_, value) => format!("`{value}`"),
    }
}

fn preset_text(preset: &Preset) -> String {
    let mut text = format!("\n### `{}`\n\n{}\n\n| key | value |\n|---|---|\n", preset.name, preset.sentence);
    for (path, value) in preset.values {
        let _never_fails = writeln!(text, "| `{path}` | `{value}` |");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keys;

    #[test]
    fn the_committed_page_is_this_one() {
        // `roundtrip gen settings > docs/settings.md` brings it up to date.
        assert_eq!(reference(), include_str!("../../docs/settings.md"));
    }

    #[test]
    fn every_key_and_preset_has_its_row() {
        let page = reference();
        for key in keys() {
            assert!(page.contains(&row(key)), "{}", key.path());
            assert_eq!(row(key).matches('|').count() - row(key).matches("\\|").count(), 6, "{}", row(key));
        }
        for part in [
            "## `[server]`\n\nWhere the server listens and how long it waits.\n",
            "| `port` | `8360` | a whole number from 0 to 65535 | `ROUNDTRIP_SERVER_PORT`, `PORT` | The port to listen on; 0 takes a free one. |\n",
            "| `access` | not set | one of none, read, write | `ROUNDTRIP_PUBLIC_ACCESS` |",
            "| `url` | derived | a database URL |",
            "| `cache_mb` | `64` MiB |",
            "### `postgrest`",
            "| `limits.page_rows` | `0` |\n",
        ] {
            assert!(page.contains(part), "{part}\n{page}");
        }
    }
}

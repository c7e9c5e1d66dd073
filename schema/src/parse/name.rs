//! Which names resources, tables, fields and columns may have, and names made from other names.
//!
//! It must not know files or the model.

/// Longer names fit no database.
const MOST_CHARACTERS: usize = 128;

/// Tables that belong to Roundtrip or to SQLite itself; endpoints that are no resources begin with `~`.
const RESERVED: [&str; 3] = ["_roundtrip", "sqlite_", "~"];

/// Whether a name needs no quotes anywhere: letters, digits, underscores.
pub(crate) fn is_plain(name: &str) -> bool {
    name.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
        && name.chars().all(|one| one.is_ascii_alphanumeric() || one == '_')
}

/// Whether a file called `<name>.toml` declares a resource of this name.
pub(crate) fn is_stem(name: &str) -> bool {
    is_plain(name) && refuse(name).is_none() && reserved_prefix(name).is_none()
}

/// What is wrong with a name that may hold any character, if anything is.
pub(super) fn refuse(name: &str) -> Option<&'static str> {
    if name.trim().is_empty() {
        Some("a name cannot be empty")
    } else if name.chars().count() > MOST_CHARACTERS {
        Some("a name has at most 128 characters")
    } else if name.chars().any(char::is_control) {
        Some("a name cannot hold control characters")
    } else {
        None
    }
}

/// The reserved prefix that a resource's or table's name begins with. Databases fold case, so do we.
pub(super) fn reserved_prefix(name: &str) -> Option<&'static str> {
    RESERVED
        .into_iter()
        .find(|prefix| name.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix)))
}

/// A plain name made from any text, to suggest or to call a file.
pub(crate) fn plain(name: &str) -> String {
    let mut plain: String = name
        .chars()
        .map(|one| if one.is_ascii_alphanumeric() { one } else { '_' })
        .take(MOST_CHARACTERS)
        .collect();
    if !plain.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_') {
        plain.insert(0, '_');
    }
    plain
}

/// The singular of a resource's name: `categories`, `boxes`, `courses`, `orders`. English in four
/// rules; where they are wrong, a part says `name` and its reference follows the owner's name.
pub(crate) fn singular(plural: &str) -> String {
    if let Some(stem) = plural.strip_suffix("ies").filter(|stem| !stem.is_empty()) {
        return format!("{stem}y");
    }
    // `statuses` but not `courses`, `boxes` but not `sizes`.
    let added_es = ["sses", "uses", "xes", "zzes", "ches", "shes"].iter().any(|end| plural.ends_with(end))
        && !["ouses", "auses"].iter().any(|end| plural.ends_with(end));
    if added_es {
        return plural[..plural.len() - 2].to_owned();
    }
    match plural.strip_suffix('s') {
        // `address`, `status` and `analysis` are singular already.
        Some(stem) if !stem.is_empty() && !stem.ends_with(['s', 'u', 'i']) => stem.to_owned(),
        _ => plural.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn singulars() {
        for (plural, expected) in [
            ("orders", "order"),
            ("categories", "category"),
            ("boxes", "box"),
            ("addresses", "address"),
            ("address", "address"),
            ("statuses", "status"),
            ("status", "status"),
            ("courses", "course"),
            ("houses", "house"),
            ("sizes", "size"),
            ("batches", "batch"),
            ("news", "new"),
            ("ies", "ie"),
            ("s", "s"),
            ("people", "people"),
            ("", ""),
        ] {
            assert_eq!(singular(plural), expected, "{plural}");
        }
    }

    #[test]
    fn reserved_names_are_found_in_any_case() {
        for name in ["sqlite_master", "SQLite_Sequence", "_roundtrip_events", "~batch"] {
            assert!(reserved_prefix(name).is_some(), "{name}");
        }
        assert!(reserved_prefix("sqlites").is_none());
    }
}

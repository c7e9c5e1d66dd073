//! Names of resources from the words of paths and schemas: snake case, and English plurals.
//!
//! It must not know documents. Where its few rules of English are wrong, a reference is not
//! recognised or a name stays as it is; nothing breaks.

/// The longest name of a resource, less a number behind it.
const MOST_CHARACTERS: usize = 120;

/// Words whose plural no rule gives.
const IRREGULAR: [(&str, &str); 12] = [
    ("person", "people"),
    ("child", "children"),
    ("man", "men"),
    ("woman", "women"),
    ("foot", "feet"),
    ("tooth", "teeth"),
    ("mouse", "mice"),
    ("datum", "data"),
    ("medium", "media"),
    ("criterion", "criteria"),
    ("index", "indices"),
    ("menu", "menus"),
];

/// A name in snake case, `pet_types` for `petTypes`, `pet-types` and `PetTypes`; `None` if nothing is
/// left of it.
pub(super) fn snake(text: &str) -> Option<String> {
    let characters: Vec<char> = text.chars().collect();
    let mut name = String::new();
    for (index, one) in characters.iter().enumerate() {
        if !one.is_ascii_alphanumeric() {
            if !name.is_empty() && !name.ends_with('_') {
                name.push('_');
            }
            continue;
        }
        let before = index.checked_sub(1).map(|before| characters[before]);
        let after = characters.get(index + 1);
        // `petTypes`, and the `S` of `HTTPServer`.
        let begins = one.is_ascii_uppercase()
            && before.is_some_and(|before| {
                before.is_ascii_lowercase()
                    || before.is_ascii_digit()
                    || (before.is_ascii_uppercase() && after.is_some_and(char::is_ascii_lowercase))
            });
        if begins && !name.ends_with('_') {
            name.push('_');
        }
        name.push(one.to_ascii_lowercase());
    }
    let name: String = name.trim_end_matches('_').chars().take(MOST_CHARACTERS).collect();
    match name.chars().next() {
        None => None,
        Some(first) if first.is_ascii_digit() => Some(format!("n{name}")),
        Some(_) => Some(name),
    }
}

/// A name that a resource may have, with room for a number behind it. Names that begin with `sqlite_`
/// belong to SQLite.
pub(super) fn fit(name: String) -> String {
    let name = if name.starts_with("sqlite_") { format!("the_{name}") } else { name };
    name.chars().take(MOST_CHARACTERS).collect()
}

/// The plural of a name in snake case.
pub(super) fn plural(name: &str) -> String {
    let (before, word) = last_word(name);
    let plural = match IRREGULAR.iter().find(|(one, _)| *one == word) {
        Some((_, many)) => (*many).to_owned(),
        None => regular_plural(word),
    };
    format!("{before}{plural}")
}

/// The singular of a name in snake case, if there is one.
pub(super) fn singular(name: &str) -> String {
    let (before, word) = last_word(name);
    if let Some((one, _)) = IRREGULAR.iter().find(|(_, many)| *many == word) {
        return format!("{before}{one}");
    }
    let by_ending = |ending: &str, instead: &str| Some(format!("{}{instead}", word.strip_suffix(ending)?));
    let candidates = [by_ending("ies", "y"), by_ending("es", ""), by_ending("s", "")];
    let found = candidates.into_iter().flatten().find(|one| regular_plural(one) == word);
    format!("{before}{}", found.unwrap_or_else(|| word.to_owned()))
}

fn regular_plural(word: &str) -> String {
    if ["s", "x", "z", "ch", "sh"].iter().any(|end| word.ends_with(end)) {
        return format!("{word}es");
    }
    match word.strip_suffix('y') {
        Some(stem) if !stem.ends_with(['a', 'e', 'i', 'o', 'u']) && !stem.is_empty() => format!("{stem}ies"),
        _ => format!("{word}s"),
    }
}

/// Whether a name in snake case is a plural.
pub(super) fn is_plural(name: &str) -> bool {
    let (_, word) = last_word(name);
    // `address`, `status` and `analysis` are singular.
    let regular =
        word.len() > 2 && word.ends_with('s') && !["ss", "us", "is"].iter().any(|end| word.ends_with(end));
    regular || IRREGULAR.iter().any(|(_, many)| *many == word)
}

/// The names that a resource of such rows can have: `category` itself, `categories`, `categorys`.
pub(super) fn nouns(singular: &str) -> [String; 3] {
    [singular.to_owned(), plural(singular), format!("{singular}s")]
}

fn last_word(name: &str) -> (&str, &str) {
    name.split_at(name.rfind('_').map_or(0, |at| at + 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_snake_case() {
        for (text, expected) in [
            ("petTypes", Some("pet_types")),
            ("PetTypes", Some("pet_types")),
            ("pet-types", Some("pet_types")),
            ("pet.types ", Some("pet_types")),
            ("HTTPServers", Some("http_servers")),
            ("v2Users", Some("v2_users")),
            ("_id", Some("id")),
            ("2fa", Some("n2fa")),
            ("größe", Some("gr_e")),
            ("~", None),
            ("", None),
        ] {
            assert_eq!(snake(text).as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn plurals() {
        for (one, many) in [
            ("category", "categories"),
            ("day", "days"),
            ("box", "boxes"),
            ("branch", "branches"),
            ("person", "people"),
            ("line_item", "line_items"),
            ("sales_person", "sales_people"),
            ("status", "statuses"),
        ] {
            assert_eq!(plural(one), many);
            assert_eq!(singular(many), one);
            assert!(is_plural(many) && !is_plural(one), "{one}, {many}");
        }
        for word in ["address", "analysis", "login", "s", "is"] {
            assert!(!is_plural(word), "{word}");
        }
    }
}

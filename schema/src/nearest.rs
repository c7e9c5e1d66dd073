//! "did you mean": the known name that is nearest to a mistyped one.

/// Longer texts are no mistyped names.
const LONGEST_BYTES: usize = 256;

/// The candidate most like `typed`, if one is like it enough to be worth naming.
pub fn nearest<'a>(typed: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    // Comparing takes the product of both lengths, and nobody mistypes a name of this length.
    if typed.len() > LONGEST_BYTES {
        return None;
    }
    let folded = typed.to_lowercase();
    candidates
        .into_iter()
        .map(|candidate| (likeness(&folded, &candidate.to_lowercase()), candidate))
        .filter(|(score, _)| *score >= 0.72)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, candidate)| candidate)
}

/// The candidate that differs from `typed` in at most a quarter of its letters. Of names that are a
/// program's as often as a person's, such as those of tables, one that merely begins alike is another.
pub fn closest<'a>(typed: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let near = nearest(typed, candidates)?;
    let alike = strsim::normalized_damerau_levenshtein(&typed.to_lowercase(), &near.to_lowercase());
    (alike >= 0.75).then_some(near)
}

fn likeness(typed: &str, candidate: &str) -> f64 {
    // Transposed and missing letters are the common slips; a known synonym beats both.
    if synonym(typed) == Some(candidate) {
        return 1.0;
    }
    strsim::normalized_damerau_levenshtein(typed, candidate)
        .max(strsim::jaro_winkler(typed, candidate) - 0.12)
}

/// Names from other languages for things that have another name here.
fn synonym(typed: &str) -> Option<&'static str> {
    Some(match typed {
        "string" | "str" | "varchar" | "char" | "clob" => "text",
        "int" | "int4" | "int8" | "bigint" | "smallint" | "number" | "serial" => "integer",
        "bool" => "boolean",
        "double" | "real" | "float8" => "float",
        "numeric" | "money" => "decimal",
        "timestamp" | "timestamptz" => "datetime",
        "blob" | "bytea" | "binary" => "bytes",
        "jsonb" | "object" => "json",
        "guid" => "uuid",
        "required" | "nullable" | "null" => "optional",
        "everyone" | "all" | "public" => "anyone",
        "none" => "nobody",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_and_synonyms_are_recognised() {
        let known = ["text", "integer", "products", "optional"];
        for (typed, expected) in [
            ("string", Some("text")),
            ("produtcs", Some("products")),
            ("Product", Some("products")),
            ("zebra", None),
            ("required", Some("optional")),
        ] {
            assert_eq!(nearest(typed, known), expected, "{typed}");
        }
    }

    #[test]
    fn a_name_that_begins_alike_is_another() {
        for (typed, expected) in [("Product", Some("products")), ("products_2026_11", None)] {
            assert_eq!(closest(typed, ["products", "orders"]), expected, "{typed}");
        }
    }
}

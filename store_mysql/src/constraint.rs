//! Which constraint a sentence of the server is about.
//!
//! Names may hold any character, quotes too, and so may the values that the server puts into its
//! sentences; so these are not taken apart: they are compared with what the server would say about
//! each constraint that the schema knows.
//!
//! Must not know: error codes.

use roundtrip_schema::{FieldId, Reference, Resource};
use roundtrip_store::StoreErrorKind;

use crate::error::About;

/// The resource and the fields of a duplicate: `Duplicate entry 'x' for key 'name'`.
pub(crate) fn unique(about: About<'_>, words: &str) -> Option<(String, Vec<String>)> {
    candidates(about).find_map(|resource| {
        let uniques = resource.uniques.iter().map(|unique| (unique.name.as_str(), &unique.fields));
        let keys = uniques.chain(std::iter::once(("PRIMARY", &resource.primary_key)));
        let mut matching = keys.filter(|(key, _)| {
            // MySQL names the table too.
            let whole = format!("for key '{}.{key}'", resource.table);
            words.ends_with(&format!("for key '{key}'")) || words.ends_with(&whole)
        });
        let (_, fields) = matching.next()?;
        Some((resource.name.clone(), names(resource, fields)))
    })
}

/// A broken reference: ``... fails (`shop`.`books`, CONSTRAINT `name` FOREIGN KEY ...)``, where the table
/// is the one that refers, and `parent` says that the other end was written.
pub(crate) fn reference(about: About<'_>, words: &str, parent: bool) -> Option<StoreErrorKind> {
    let (referring, reference) = candidates(about).find_map(|resource| {
        let said = |reference: &&Reference| {
            words.contains(&format!(
                ".{}, CONSTRAINT {} FOREIGN KEY",
                quoted(&resource.table),
                quoted(&reference.constraint)
            ))
        };
        resource.references.iter().find(said).map(|reference| (resource, reference))
    })?;
    let target = about.schema.resource(reference.target).name.clone();
    Some(if parent {
        let target = Some(referring.name.clone());
        StoreErrorKind::Reference { resource: about.resource.name.clone(), fields: Vec::new(), target }
    } else {
        let fields = names(referring, &reference.fields);
        StoreErrorKind::Reference { resource: referring.name.clone(), fields, target: Some(target) }
    })
}

/// The field of `Column 'title' cannot be null` or `Field 'title' doesn't have a default value`.
pub(crate) fn column(about: About<'_>, words: &str) -> Option<String> {
    let said = |name: &str| {
        words.starts_with(&format!("Column '{name}' ")) || words.starts_with(&format!("Field '{name}' "))
    };
    about.resource.fields.iter().find(|field| said(&field.column)).map(|field| field.name.clone())
}

/// The field of `Data too long for column 'code' at row 1` and the like.
pub(crate) fn unfit(about: About<'_>, words: &str) -> Option<String> {
    let said = |name: &str| {
        let plain = format!("for column '{name}' at row");
        words.contains(&plain) || words.contains(&format!(".{} at row", quoted(name)))
    };
    about.resource.fields.iter().find(|field| said(&field.column)).map(|field| field.name.clone())
}

/// The name of a check: ``CONSTRAINT `name` failed for `shop`.`books` ``, or `Check constraint 'name' is
/// violated.`. A check of one column is called like the column, and then told as its field.
pub(crate) fn check(about: Option<About<'_>>, words: &str) -> String {
    let mariadb = words.strip_prefix("CONSTRAINT `").and_then(|rest| rest.rsplit_once("` failed for "));
    let mysql = words.strip_prefix("Check constraint '").and_then(|rest| rest.rsplit_once("' is violated"));
    let name = mariadb.or(mysql).map_or(words, |(name, _)| name);
    let Some(About { resource, .. }) = about else { return name.to_owned() };
    let bare = name.strip_prefix(&format!("{}.", resource.table)).unwrap_or(name);
    let field = resource.fields.iter().find(|field| field.column == bare);
    field.map_or(name, |field| &field.name).to_owned()
}

/// The resources, the plan's own first: triggers and cascades may write others.
fn candidates(about: About<'_>) -> impl Iterator<Item = &Resource> {
    std::iter::once(about.resource).chain(about.schema.resources().map(|(_, resource)| resource))
}

fn names(resource: &Resource, fields: &[FieldId]) -> Vec<String> {
    resource.names(fields).into_iter().map(str::to_owned).collect()
}

/// A name as the server quotes it in its sentences.
fn quoted(name: &str) -> String {
    format!("`{}`", name.replace('`', "``"))
}

#[cfg(test)]
mod tests {
    use roundtrip_store::conformance::Shop;

    use super::*;

    #[test]
    fn sentences_are_about_constraints() {
        let schema = Shop::schema();
        let about = |name: &str| {
            let resource = schema.resource(schema.find(name).unwrap());
            About { schema: &schema, resource }
        };
        let found = |resource: &str, fields: &[&str]| {
            Some((resource.to_owned(), fields.iter().map(|field| (*field).to_owned()).collect::<Vec<_>>()))
        };
        for (resource, words, expected) in [
            ("authors", "Duplicate entry 'Ursula' for key 'authors_name_key'", found("authors", &["name"])),
            ("books", "Duplicate entry 'x' for key 'authors_name_key'", found("authors", &["name"])),
            ("authors", "Duplicate entry '1' for key 'authors_table.PRIMARY'", found("authors", &["id"])),
            (
                "placements",
                "Duplicate entry 'for key 'x'-b' for key 'PRIMARY'",
                found("placements", &["book_id", "shelf_code"]),
            ),
            ("authors", "Duplicate entry 'x' for key 'other'", None),
        ] {
            assert_eq!(unique(about(resource), words), expected, "{words}");
        }
        let fails = "a foreign key constraint fails (`shop`.`books_table`, CONSTRAINT `books_author_id_fkey` \
                     FOREIGN KEY (`author_id_column`) REFERENCES `authors_table` (`id_column`))";
        let reference = |name: &str, fields: &[&str], target: &str| {
            let fields = fields.iter().map(|field| (*field).to_owned()).collect();
            Some(StoreErrorKind::Reference {
                resource: name.to_owned(),
                fields,
                target: Some(target.to_owned()),
            })
        };
        let child = super::reference(about("books"), fails, false);
        assert_eq!(child, reference("books", &["author_id"], "authors"));
        let parent = super::reference(about("authors"), fails, true);
        assert_eq!(parent, reference("authors", &[], "books"));
        assert_eq!(super::reference(about("authors"), "a constraint fails", true), None);
        for words in
            ["Column 'title_column' cannot be null", "Field 'title_column' doesn't have a default value"]
        {
            assert_eq!(column(about("books"), words).as_deref(), Some("title"), "{words}");
        }
        for words in [
            "Data too long for column 'title_column' at row 1",
            "Incorrect integer value: 'x' for column `shop`.`books_table`.`title_column` at row 1",
        ] {
            assert_eq!(unfit(about("books"), words).as_deref(), Some("title"), "{words}");
        }
        for (words, expected) in [
            ("CONSTRAINT `much` failed for `shop`.`books_table`", "much"),
            ("CONSTRAINT `books_table.about_column` failed for `shop`.`books_table`", "about"),
            ("Check constraint 'much' is violated.", "much"),
        ] {
            assert_eq!(check(Some(about("books")), words), expected);
        }
    }
}

//! Sorts SQLite's errors into the kinds that hold for every database.
//!
//! SQLite says which constraint failed in words only (`UNIQUE constraint failed: orders.number`).
//! Names may hold any character, dots and commas too, so the words are not taken apart: they are
//! compared with what SQLite would say about each constraint that the schema knows.
//!
//! Must not know: which statement ran, threads.

use std::path::Path;
use std::time::Duration;

use roundtrip_query::Plan;
use roundtrip_schema::{FieldId, Resource, Schema};
use roundtrip_store::{StoreError, StoreErrorKind};
use rusqlite::ffi;

use crate::function::Refusal;
use crate::options::Limits;
use crate::run::Failure;

/// A failure of a plan in the store's own terms; `limits` are what the plan could take.
pub(crate) fn sort(failure: &Failure, plan: &Plan, limits: Limits) -> StoreError {
    let resource = plan.schema.resource(plan.shape.resource());
    match failure {
        Failure::Database(error) => database(error, Some((&plan.schema, resource)), limits),
        Failure::Breach(breach) => breach.told(&resource.name),
    }
}

/// A failure that has no plan: to begin, to commit, to look at the database.
pub(crate) fn plain(error: &rusqlite::Error) -> StoreError {
    database(error, None, Limits { time: Duration::ZERO, bytes: 0 })
}

/// The database cannot be opened.
pub(crate) fn unavailable(error: &rusqlite::Error, path: &Path) -> StoreError {
    let detail = match primary_code(error) {
        Some(ffi::SQLITE_NOTADB) => "the file is not a SQLite database",
        Some(ffi::SQLITE_CANTOPEN) => "the database file cannot be opened",
        _ => "the database cannot be used",
    };
    StoreError::new(StoreErrorKind::Unavailable, detail, format!("{}: {error}", path.display()))
}

/// A queue is full.
pub(crate) fn queue_full(what: &str, places: usize) -> StoreError {
    let private = format!("all {places} places of the {what} queue are taken");
    StoreError::busy(private)
}

/// Whether a constraint was broken, rather than the disk or the program.
pub(crate) fn is_constraint(error: &rusqlite::Error) -> bool {
    primary_code(error) == Some(ffi::SQLITE_CONSTRAINT)
}

/// Whether a reference was broken.
pub(crate) fn is_reference(error: &rusqlite::Error) -> bool {
    code(error) == Some(ffi::SQLITE_CONSTRAINT_FOREIGNKEY)
}

/// Whether another connection is in the way.
pub(crate) fn is_busy(error: &rusqlite::Error) -> bool {
    matches!(primary_code(error), Some(ffi::SQLITE_BUSY | ffi::SQLITE_LOCKED))
}

/// Whether the time limit struck.
pub(crate) fn is_interrupt(error: &rusqlite::Error) -> bool {
    primary_code(error) == Some(ffi::SQLITE_INTERRUPT)
}

/// SQLite's extended code. Not `sqlite_error`, which knows none for a statement that could not be
/// prepared.
fn code(error: &rusqlite::Error) -> Option<i32> {
    match error {
        rusqlite::Error::SqliteFailure(error, _) | rusqlite::Error::SqlInputError { error, .. } => {
            Some(error.extended_code)
        }
        _ => None,
    }
}

/// The part of the code that says what kind of error it is.
fn primary_code(error: &rusqlite::Error) -> Option<i32> {
    code(error).map(|code| code & 0xff)
}

type About<'a> = Option<(&'a Schema, &'a Resource)>;

fn database(error: &rusqlite::Error, about: About<'_>, limits: Limits) -> StoreError {
    let Some(code) = code(error) else {
        return StoreError::internal(error.to_string());
    };
    let words = words(error);
    if let Some((refusal, why)) = Refusal::read(words) {
        return refused(refusal, why);
    }
    let private = format!("{words} (SQLite code {code})");
    let kind = match code & 0xff {
        ffi::SQLITE_CONSTRAINT => constraint(code, words, about),
        ffi::SQLITE_MISMATCH => StoreErrorKind::Type,
        ffi::SQLITE_READONLY => StoreErrorKind::ReadOnly,
        ffi::SQLITE_INTERRUPT => StoreErrorKind::timeout(limits.time),
        ffi::SQLITE_BUSY | ffi::SQLITE_LOCKED => StoreErrorKind::Busy,
        ffi::SQLITE_CANTOPEN | ffi::SQLITE_PERM | ffi::SQLITE_AUTH => StoreErrorKind::Unavailable,
        ffi::SQLITE_FULL => StoreErrorKind::Full,
        ffi::SQLITE_TOOBIG => StoreErrorKind::TooLarge { limit_bytes: limits.bytes as u64 },
        ffi::SQLITE_SCHEMA => StoreErrorKind::Structure { differences: vec![words.to_owned()] },
        ffi::SQLITE_ERROR if names_what_is_missing(words) => {
            StoreErrorKind::Structure { differences: vec![words.to_owned()] }
        }
        // A sum beyond 64 bits; stored text that claims to be JSON and is none, or too deep.
        ffi::SQLITE_ERROR if words == "integer overflow" || words == "malformed JSON" => {
            return StoreError::new(StoreErrorKind::Type, words, "");
        }
        _ => StoreErrorKind::Internal,
    };
    let detail = match kind {
        StoreErrorKind::Unavailable => "the database cannot be opened".to_owned(),
        _ => kind.detail(),
    };
    StoreError::new(kind, detail, private)
}

/// What a function of ours refused, in its own words.
fn refused(refusal: Refusal, why: &str) -> StoreError {
    let kind = match refusal {
        Refusal::Cast => StoreErrorKind::Type,
        Refusal::Pattern => StoreErrorKind::Pattern,
        Refusal::Search => StoreErrorKind::Search,
    };
    StoreError::new(kind, why, "")
}

/// SQLite's own sentence.
fn words(error: &rusqlite::Error) -> &str {
    match error {
        rusqlite::Error::SqliteFailure(_, Some(words))
        | rusqlite::Error::SqlInputError { msg: words, .. } => words,
        _ => "",
    }
}

fn names_what_is_missing(words: &str) -> bool {
    ["no such table", "no such column", "has no column named"].iter().any(|part| words.contains(part))
}

fn constraint(code: i32, words: &str, about: About<'_>) -> StoreErrorKind {
    let said = words.split_once("constraint failed: ").map_or("", |(_, said)| said);
    let resource = || about.map(|(_, resource)| resource.name.clone()).unwrap_or_default();
    match code {
        ffi::SQLITE_CONSTRAINT_UNIQUE | ffi::SQLITE_CONSTRAINT_PRIMARYKEY | ffi::SQLITE_CONSTRAINT_ROWID => {
            let found = about.and_then(|(schema, resource)| unique(schema, resource, said));
            let (resource, fields) = found.unwrap_or_else(|| (resource(), Vec::new()));
            StoreErrorKind::Unique { resource, fields }
        }
        ffi::SQLITE_CONSTRAINT_NOTNULL => {
            let found = about.and_then(|(schema, resource)| not_null(schema, resource, said));
            let (resource, field) = found.unwrap_or_else(|| (resource(), String::new()));
            StoreErrorKind::NotNull { resource, field }
        }
        ffi::SQLITE_CONSTRAINT_FOREIGNKEY => {
            StoreErrorKind::Reference { resource: resource(), fields: Vec::new(), target: None }
        }
        // A column of a STRICT table.
        ffi::SQLITE_CONSTRAINT_DATATYPE => StoreErrorKind::Type,
        // What a trigger says with RAISE was written for people to read.
        ffi::SQLITE_CONSTRAINT_TRIGGER => StoreErrorKind::Check { constraint: words.to_owned() },
        _ => StoreErrorKind::Check { constraint: said.to_owned() },
    }
}

/// The resources, the plan's own first: triggers and cascades may write others.
fn candidates<'a>(schema: &'a Schema, own: &'a Resource) -> impl Iterator<Item = &'a Resource> {
    std::iter::once(own).chain(schema.resources().map(|(_, resource)| resource))
}

fn unique(schema: &Schema, own: &Resource, said: &str) -> Option<(String, Vec<String>)> {
    let index = said.strip_prefix("index '").and_then(|rest| rest.strip_suffix('\''));
    candidates(schema, own).find_map(|resource| {
        let uniques = resource.uniques.iter().map(|unique| (Some(unique.name.as_str()), &unique.fields));
        let keys = uniques.chain(std::iter::once((None, &resource.primary_key)));
        let mut matching = keys.filter(|(name, fields)| match index {
            Some(_) => *name == index,
            None => columns(resource, fields) == said,
        });
        let (_, fields) = matching.next()?;
        Some((resource.name.clone(), resource.names(fields).into_iter().map(str::to_owned).collect()))
    })
}

fn not_null(schema: &Schema, own: &Resource, said: &str) -> Option<(String, String)> {
    candidates(schema, own).find_map(|resource| {
        let field =
            resource.fields.iter().find(|field| format!("{}.{}", resource.table, field.column) == said)?;
        Some((resource.name.clone(), field.name.clone()))
    })
}

/// How SQLite names the columns of a constraint.
fn columns(resource: &Resource, fields: &[FieldId]) -> String {
    let column = |id: &FieldId| format!("{}.{}", resource.table, resource.field(*id).column);
    fields.iter().map(column).collect::<Vec<_>>().join(", ")
}

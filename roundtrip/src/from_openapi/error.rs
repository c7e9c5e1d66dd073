//! Why no project could be made of a document, in words for whoever typed the command.
//!
//! It must not know how a document is read.

use std::fmt::Write as _;

use roundtrip_schema::Diagnostic;
use thiserror::Error;

use super::document::Document;
use super::note::Notes;

/// How many paths or places an error lists.
const MOST_LISTED: usize = 10;

/// Why there are no resource files.
#[derive(Debug, Error)]
pub(crate) enum FromOpenapiError {
    /// Mistakes with their places: in the document, or in what was made of it.
    #[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
    Refused(Vec<Diagnostic>),
    /// A mistake in a document whose lines are too long to be shown.
    #[error("{name}:{line}:{column}: {message}")]
    Syntax {
        /// The document.
        name: String,
        /// From 1.
        line: usize,
        /// From 1.
        column: usize,
        /// What is wrong.
        message: String,
    },
    /// Version 2.
    #[error(
        "{0} is written in OpenAPI 2 (swagger: \"2.0\"), and 3.0 or 3.1 is needed\n  Convert it first; editor.swagger.io does it (Edit, Convert to OpenAPI 3), and so does the package swagger2openapi"
    )]
    VersionTwo(String),
    /// A version that does not exist, or not yet.
    #[error("{name} says openapi: {version}, and 3.0 or 3.1 is needed")]
    Version {
        /// The document.
        name: String,
        /// What it says.
        version: String,
    },
    /// Something else.
    #[error("{name} is not an OpenAPI document: it has no  openapi: 3.1.0  at its top{}", found(.keys))]
    NotOpenapi {
        /// The document.
        name: String,
        /// What it has at its top instead.
        keys: Vec<String>,
    },
    /// No resource follows from it.
    #[error(
        "no collection was found in {name}\n  A collection is a path whose GET answers a list of objects, or an object that holds one such list, like {{\"data\": [...]}};\n  or a path that takes an object by POST and ends in a plural noun, or has a path such as {{path}}/{{id}} below it{listed}"
    )]
    NothingFound {
        /// The document.
        name: String,
        /// What it has instead, line by line.
        listed: String,
    },
    /// Its schemas refer to one another too often.
    #[error(
        "{0} is too intricate: following its $ref, allOf, oneOf and anyOf took more steps than are allowed"
    )]
    TooIntricate(String),
}

fn found(keys: &[String]) -> String {
    if keys.is_empty() { String::new() } else { format!("\n  What it has there: {}", keys.join(", ")) }
}

/// The error for a document without collections, with what was there instead.
pub(super) fn nothing_found(document: &Document, name: &str, notes: &Notes) -> FromOpenapiError {
    let count = document.root().get("paths").map_or(0, |paths| paths.entries().count());
    let mut listed =
        if count == 0 { "\n  It has no paths at all" } else { "\n  What it has instead:" }.to_owned();
    for note in notes.unplaced().take(MOST_LISTED) {
        // A `String` never fails to take more text.
        let _ = write!(listed, "\n    {} ({})", note.text, note.place);
    }
    if notes.unplaced().nth(MOST_LISTED).is_some() {
        listed.push_str("\n    ...");
    }
    FromOpenapiError::NothingFound { name: name.to_owned(), listed }
}

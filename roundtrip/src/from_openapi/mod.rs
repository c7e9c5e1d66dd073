//! API first: a project from somebody's OpenAPI document.
//!
//! The document is read within limits (`document`), its paths say which collections there are
//! (`collection`), its schemas say what their rows hold (`property`, `kind`, `limit`), and the model
//! that follows is written by the writer that `pull` uses (`model`). What cannot be said in resource
//! files becomes a note with its place; nothing is dropped silently. It must not read or write files,
//! nor know the command line: text in, texts and notes out.

mod access;
mod collection;
mod document;
mod error;
mod field;
mod key;
mod kind;
mod limit;
mod link;
mod model;
mod node;
mod note;
mod number;
mod operation;
mod own;
mod property;
mod shape;
mod stamp;
mod summary;
mod syntax;
mod word;

use roundtrip_schema::{SourceFile, parse};

use self::document::Document;
use self::note::{Note, Notes};

pub(crate) use self::error::FromOpenapiError;

/// The longest document that is read, in bytes. The largest public ones have about 12 MB.
pub(crate) const MOST_BYTES: u64 = 32 << 20;

/// The most resources that one document becomes.
const MOST_RESOURCES: usize = 1_000;

/// What a document becomes.
#[derive(Debug)]
pub(crate) struct Made {
    /// The document's file name.
    document: String,
    /// Its own title and version, if it has them.
    title: Option<String>,
    /// One file per resource, checked by the parser of resource files.
    pub(crate) files: Vec<SourceFile>,
    /// What to tell about each resource.
    resources: Vec<Row>,
    /// What was left out or changed.
    notes: Vec<Note>,
    /// Notes beyond the limit, which were only counted.
    uncounted: usize,
    /// Whether no operation asks the caller for anything.
    open: bool,
}

/// A resource in the summary.
#[derive(Debug)]
struct Row {
    name: String,
    fields: usize,
    /// The paths that it comes from; none for one that others refer to.
    paths: Vec<String>,
    /// Where it is described in the document.
    place: String,
}

/// Makes resource files of the text of a document called `name`.
pub(crate) fn make(name: &str, text: &str) -> Result<Made, FromOpenapiError> {
    let name = &note::in_one_line(name);
    let document = Document::read(name, text)?;
    let mut notes = Notes::default();
    document.remark(&mut notes);
    let collections = collection::survey(&document, &mut notes);
    if collections.is_empty() {
        return Err(error::nothing_found(&document, name, &notes));
    }
    let drafts = model::drafts(&document, collections, &mut notes);
    let schema = model::schema(&document, &drafts, &mut notes);
    if document.is_exhausted() {
        return Err(FromOpenapiError::TooIntricate(name.to_owned()));
    }
    let files = model::files(name, &schema, &drafts, &notes);
    // What was written has to be readable, or the person would be left with mistakes that are ours.
    parse(&files).map_err(FromOpenapiError::Refused)?;
    let resources = drafts.iter().zip(schema.resources()).map(|(draft, (_, resource))| Row {
        name: draft.collection.name.clone(),
        fields: resource.fields.len(),
        paths: draft.collection.paths(),
        place: draft.collection.place.clone(),
    });
    Ok(Made {
        document: name.to_owned(),
        title: document.title(),
        resources: resources.collect(),
        open: drafts.iter().all(|draft| draft.collection.operations.iter().all(|one| one.asks.is_none())),
        files,
        uncounted: notes.dropped(),
        notes: notes.into_list(),
    })
}

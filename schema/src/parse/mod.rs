//! From resource files to a [`Schema`], or to every mistake in them at once.
//!
//! Each file is read into drafts (`resource`, `field`, ...), then names are resolved between files
//! (`resolve`), then the model is built (`build`). It must not know where files lie: the caller
//! finds and reads them.

pub(crate) mod access;
pub(crate) mod build;
mod draft;
pub(crate) mod field;
pub(crate) mod key;
pub(crate) mod literal;
pub(crate) mod name;
pub(crate) mod reference;
mod report;
mod resolve;
pub(crate) mod resource;
pub(crate) mod table;
pub(crate) mod type_name;

use std::collections::HashSet;

use toml::de::DeTable;

use self::draft::Draft;
use self::report::{Mistake, Place, Report};
use self::table::Source;
use crate::diagnostic::Diagnostic;
use crate::schema::Schema;

/// The largest file that is read, in bytes.
const MOST_BYTES: usize = 1 << 20;

/// The most resources of one project, parts included.
const MOST_RESOURCES: usize = 5_000;

/// A resource file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceFile {
    /// Its path, relative to the project folder; the stem is the resource's name.
    pub path: String,
    /// Its text.
    pub text: String,
}

/// Reads resource files. All mistakes of all files are found in one go and come sorted by file and
/// position; of very many, the first hundred.
pub fn parse(files: &[SourceFile]) -> Result<Schema, Vec<Diagnostic>> {
    let mut report = Report::default();
    let mut drafts = Vec::new();
    let mut unread = HashSet::new();
    for (index, file) in files.iter().enumerate() {
        let read = read(Source { file: index, text: &file.text }, stem(&file.path), &mut drafts, &mut report);
        if read.is_none() {
            unread.insert(stem(&file.path));
        }
        if drafts.len() > MOST_RESOURCES {
            let message = format!("a project has at most {MOST_RESOURCES} resources");
            report.add(Mistake::new(&Place::start(index), message, "this one is too many"));
            break;
        }
    }
    drafts.truncate(MOST_RESOURCES);
    let schema = resolve::resolve(&drafts, &unread, files, &mut report)
        .and_then(|meanings| build::build(&drafts, &meanings, files, &mut report));
    match schema {
        Some(schema) if report.is_empty() => Ok(schema),
        _ => Err(report.into_diagnostics(files)),
    }
}

/// Reads one file and adds its resources; `None` if it is no TOML.
fn read(source: Source<'_>, stem: &str, drafts: &mut Vec<Draft>, report: &mut Report) -> Option<()> {
    if source.text.len() > MOST_BYTES {
        let message = "the file is larger than 1 MiB";
        report.add(Mistake::new(&Place::start(source.file), message, "no resource file needs so much"));
        return None;
    }
    let (table, errors) = DeTable::parse_recoverable(source.text);
    for error in &errors {
        let place = Place { file: source.file, span: error.span().unwrap_or(0..0) };
        report.add(syntax_mistake(&place, error.message()));
    }
    if !errors.is_empty() {
        // What the parser guessed after a mistake would only be reported as further mistakes.
        return None;
    }
    let found = resource::read(source, table.get_ref(), stem, report);
    let owner = drafts.len();
    drafts.push(found.draft);
    for (short, mut part) in found.parts {
        part.part_of = Some((owner, short));
        drafts.push(part);
    }
    Some(())
}

/// The TOML parser's `what is wrong, expected this` as a message and what stands under the caret.
fn syntax_mistake(place: &Place, message: &str) -> Mistake {
    match message.split_once(", expected ") {
        Some((wrong, "literal string")) => {
            Mistake::new(place, wrong, "a value is missing here, or its quotes are")
        }
        Some((wrong, expected)) => Mistake::new(place, wrong, format!("expected {expected}")),
        None if message == "duplicate key" => Mistake::new(place, message, "it stands further up already"),
        None => Mistake::new(place, message, "this is not TOML"),
    }
}

/// A file's name without folders and ending.
fn stem(path: &str) -> &str {
    let name = path.rsplit(['/', '\\']).next().unwrap_or(path);
    name.strip_suffix(".toml").unwrap_or(name)
}

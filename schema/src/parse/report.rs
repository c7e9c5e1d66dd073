//! Mistakes as they are found, and the diagnostics that come of them in the end.
//!
//! A mistake knows its file by number and its bytes; only the ones that are shown get a copy of their
//! file's text. It must not know what was being read.

use std::ops::Range;

use super::{MOST_BYTES, SourceFile};
use crate::diagnostic::Diagnostic;

/// More diagnostics than this help nobody, and each carries the text of its file.
const MOST_SHOWN: usize = 100;

/// Mistakes beyond this are only counted.
const MOST_KEPT: usize = 10_000;

/// Bytes of one of the files.
#[derive(Debug, Clone)]
pub(super) struct Place {
    pub(super) file: usize,
    pub(super) span: Range<usize>,
}

impl Place {
    /// The beginning of a file: for what its name says.
    pub(super) fn start(file: usize) -> Self {
        Self { file, span: 0..0 }
    }
}

/// A value and where it was written.
#[derive(Debug, Clone)]
pub(super) struct At<T> {
    pub(super) value: T,
    pub(super) place: Place,
}

impl<T> At<T> {
    pub(super) fn new(value: T, place: Place) -> Self {
        Self { value, place }
    }
}

/// One mistake; see [`Diagnostic`] for what each text is.
#[derive(Debug)]
pub(super) struct Mistake {
    place: Place,
    message: String,
    label: String,
    help: Option<String>,
}

impl Mistake {
    pub(super) fn new(place: &Place, message: impl Into<String>, label: impl Into<String>) -> Self {
        Self { place: place.clone(), message: message.into(), label: label.into(), help: None }
    }

    /// An unknown name: the label asks whether a similar one was meant.
    pub(super) fn unknown(
        place: &Place,
        what: &str,
        typed: &str,
        meant: Option<&str>,
        otherwise: &str,
    ) -> Self {
        let label = meant.map_or_else(|| otherwise.to_owned(), |name| format!("did you mean {name:?}?"));
        Self::new(place, format!("unknown {what} {typed:?}"), label)
    }

    #[must_use]
    pub(super) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

/// Every mistake found so far.
#[derive(Debug, Default)]
pub(super) struct Report {
    mistakes: Vec<Mistake>,
    dropped: usize,
}

impl Report {
    pub(super) fn add(&mut self, mistake: Mistake) {
        if self.mistakes.len() < MOST_KEPT {
            self.mistakes.push(mistake);
        } else {
            self.dropped += 1;
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.mistakes.is_empty()
    }

    /// The diagnostics, sorted by file and position; the last says how many more there are.
    pub(super) fn into_diagnostics(self, files: &[SourceFile]) -> Vec<Diagnostic> {
        let Self { mut mistakes, dropped } = self;
        let path = |mistake: &Mistake| files.get(mistake.place.file).map_or("", |file| file.path.as_str());
        mistakes.sort_by(|a, b| {
            path(a)
                .cmp(path(b))
                .then(a.place.span.start.cmp(&b.place.span.start))
                .then(a.message.cmp(&b.message))
        });
        mistakes.dedup_by(|a, b| {
            a.place.file == b.place.file && a.place.span == b.place.span && a.message == b.message
        });
        let hidden = mistakes.len().saturating_sub(MOST_SHOWN) + dropped;
        mistakes.truncate(MOST_SHOWN);
        let mut diagnostics: Vec<Diagnostic> =
            mistakes.into_iter().map(|mistake| diagnostic(mistake, files)).collect();
        if let Some(last) = diagnostics.last_mut().filter(|_| hidden > 0) {
            let more = format!("{hidden} more mistakes are not shown");
            last.help = Some(last.help.take().map_or(more.clone(), |help| format!("{help}; {more}")));
        }
        diagnostics
    }
}

fn diagnostic(mistake: Mistake, files: &[SourceFile]) -> Diagnostic {
    let Mistake { place, message, label, help } = mistake;
    let (path, text) =
        files.get(place.file).map_or(("", ""), |file| (file.path.as_str(), file.text.as_str()));
    // A file that is too large to read is too large to quote.
    let source = if text.len() > MOST_BYTES { String::new() } else { text.to_owned() };
    let start = boundary(&source, place.span.start);
    let end = boundary(&source, place.span.end).max(start);
    Diagnostic { message, file: path.to_owned(), span: start..end, label, help, source }
}

/// The nearest beginning of a character at or before `at`.
fn boundary(source: &str, at: usize) -> usize {
    let mut at = at.min(source.len());
    while !source.is_char_boundary(at) {
        at -= 1;
    }
    at
}

//! A mistake in a file, with the place where it stands, printed the way compilers do.

use std::fmt;
use std::ops::Range;

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};

/// One mistake in a file a person wrote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// What is wrong, in lower case and without a full stop.
    pub message: String,
    /// The file, relative to the project folder.
    pub file: String,
    /// The whole text of the file.
    pub source: String,
    /// The bytes of `source` that are wrong.
    pub span: Range<usize>,
    /// What stands under the caret: `did you mean "text"?`
    pub label: String,
    /// A sentence more, if one helps.
    pub help: Option<String>,
}

impl Diagnostic {
    /// The line and column (both from 1, columns in characters) where the mistake begins.
    pub fn position(&self) -> (usize, usize) {
        let start = self.span.start.min(self.source.len());
        let before = &self.source.as_bytes()[..start];
        let line_start = before.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
        let line = before.split(|byte| *byte == b'\n').count();
        let column = String::from_utf8_lossy(&before[line_start..]).chars().count() + 1;
        (line, column)
    }

    /// The diagnostic with its line of source and a caret, coloured for a terminal if asked.
    pub fn render(&self, colour: Colour) -> String {
        let length = self.source.len();
        let start = self.span.start.min(length);
        let end = self.span.end.clamp(start, length);
        let snippet = Snippet::source(self.source.as_str())
            .path(self.file.as_str())
            .annotation(AnnotationKind::Primary.span(start..end).label(self.label.as_str()));
        let group = Level::ERROR.primary_title(self.message.as_str()).element(snippet);
        let mut groups = vec![group];
        if let Some(help) = &self.help {
            groups.push(Group::with_title(Level::HELP.secondary_title(help.as_str())));
        }
        let renderer = match colour {
            Colour::Yes => Renderer::styled(),
            Colour::No => Renderer::plain(),
        };
        renderer.render(&groups)
    }
}

/// Whether a rendering holds terminal colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Colour {
    /// For a terminal.
    Yes,
    /// For a file, a pipe, a test.
    No,
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.render(Colour::No))
    }
}

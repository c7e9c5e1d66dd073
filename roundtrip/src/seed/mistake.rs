//! Mistakes in one seed file, collected.
//!
//! It must not know what a seed file means.

use std::ops::Range;

use roundtrip_schema::{Diagnostic, SourceFile};

/// So many mistakes of one file are told; nobody reads more.
const MOST: usize = 50;

/// A file and what was found wrong in it so far.
pub(super) struct Mistakes<'a> {
    pub(super) file: &'a SourceFile,
    pub(super) found: Vec<Diagnostic>,
}

impl<'a> Mistakes<'a> {
    pub(super) fn new(file: &'a SourceFile) -> Self {
        Self { file, found: Vec::new() }
    }

    pub(super) fn add(&mut self, span: Range<usize>, message: impl Into<String>, label: impl Into<String>) {
        if self.found.len() < MOST {
            self.found.push(Diagnostic {
                message: message.into(),
                file: self.file.path.clone(),
                source: self.file.text.clone(),
                span,
                label: label.into(),
                help: None,
            });
        }
    }
}

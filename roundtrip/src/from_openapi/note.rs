//! What could not be carried over, each with its place in the document.
//!
//! It must not know how notes are shown.

use std::collections::HashSet;

/// Notes beyond this are only counted.
const MOST_NOTES: usize = 10_000;

/// Something that the resource files do not say, or say in another way than the document.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Note {
    /// The resource that it is about; `None` for something that became no resource.
    pub(super) resource: Option<String>,
    /// A JSON pointer into the document.
    pub(super) place: String,
    /// What it is, in one line.
    pub(super) text: String,
}

/// Every note so far, in order.
#[derive(Debug, Default)]
pub(super) struct Notes {
    list: Vec<Note>,
    known: HashSet<Note>,
    dropped: usize,
}

impl Notes {
    /// Adds a note about a resource. The same note again is no second one.
    pub(super) fn about(&mut self, resource: &str, place: &str, text: impl AsRef<str>) {
        self.add(Some(resource), place, text.as_ref());
    }

    /// Adds a note about a part of the document that became no resource.
    pub(super) fn general(&mut self, place: &str, text: impl AsRef<str>) {
        self.add(None, place, text.as_ref());
    }

    fn add(&mut self, resource: Option<&str>, place: &str, text: &str) {
        let place = in_one_line(place);
        let note = Note { resource: resource.map(str::to_owned), place, text: in_one_line(text) };
        if self.list.len() >= MOST_NOTES {
            self.dropped += 1;
        } else if self.known.insert(note.clone()) {
            self.list.push(note);
        }
    }

    /// The notes about a resource.
    pub(super) fn of<'a>(&'a self, resource: &'a str) -> impl Iterator<Item = &'a Note> {
        self.list.iter().filter(move |note| note.resource.as_deref() == Some(resource))
    }

    /// Notes about what became no resource.
    pub(super) fn unplaced(&self) -> impl Iterator<Item = &Note> {
        self.list.iter().filter(|note| note.resource.is_none())
    }

    /// How many were only counted.
    pub(super) fn dropped(&self) -> usize {
        self.dropped
    }

    /// All of them.
    pub(super) fn into_list(self) -> Vec<Note> {
        self.list
    }
}

/// Text of the document is quoted in comments and on the terminal, where a line break or an escape
/// sequence would be somebody else's.
pub(super) fn in_one_line(text: &str) -> String {
    text.chars().map(|one| if one.is_control() { ' ' } else { one }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_note_is_one_line_and_is_kept_once() {
        let mut notes = Notes::default();
        notes.about("pets", "/a", "name:\n\u{1b}[31m x");
        notes.about("pets", "/a", "name:\n\u{1b}[31m x");
        notes.general("/b", "y");
        assert_eq!(notes.of("pets").map(|note| note.text.as_str()).collect::<Vec<_>>(), ["name:  [31m x"]);
        assert_eq!((notes.unplaced().count(), notes.dropped()), (1, 0));
    }
}

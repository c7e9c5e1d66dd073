//! What to tell about a project that was made: its resources, what was left out, what to do next.
//!
//! It must not know where it is printed.

use std::fmt::Write as _;
use std::path::Path;

use super::Made;
use super::note::Note;
use crate::banner::counted;

/// How many notes about resources are printed: they stand in the files too.
const MOST_PRINTED: usize = 40;

/// How many notes are printed about what became no resource, and so stands in no file.
const MOST_UNPLACED: usize = 200;

/// How many paths of a resource are printed.
const MOST_PATHS: usize = 3;

impl Made {
    /// What was made, and what to do next.
    pub(crate) fn summary(&self, folder: &Path) -> String {
        let here = folder == Path::new(".");
        let argument = if here { String::new() } else { format!(" {}", folder.display()) };
        let place = if here { "this folder".to_owned() } else { folder.display().to_string() };
        let title = self.title.as_ref().map_or(String::new(), |title| format!(" ({title})"));
        let fields: usize = self.resources.iter().map(|row| row.fields).sum();
        let mut text = format!(
            "made {place} from {}{title}: {} with {}\n\n",
            self.document,
            counted(self.resources.len() as u64, "resource"),
            counted(fields as u64, "field")
        );
        let widest = self.resources.iter().map(|row| row.name.len()).max().unwrap_or_default();
        for row in &self.resources {
            let fields = counted(row.fields as u64, "field");
            // A `String` never fails to take more text.
            let _ =
                writeln!(text, "  {:widest$}  {fields:>10}   {}", row.name, sources(&row.paths, &row.place));
        }
        let opens = if self.open {
            "the document asks nothing of callers, so that is what it suggests"
        } else {
            "where the document asks for sign-in it suggests \"nobody\""
        };
        let first = self.resources.first().map_or("", |row| row.name.as_str());
        let _ = write!(
            text,
            "\n  Nobody may do anything yet. Each file ends with an [access] block, commented out:\n  {opens}.\n\n  roundtrip check{argument}      look for mistakes without starting\n  roundtrip dev{argument}        serve it while you change resources/*.toml\n  curl http://127.0.0.1:8360/rest/v1/{first}\n"
        );
        text
    }

    /// What was left out or changed; empty if the project says all that the document says.
    pub(crate) fn remarks(&self) -> String {
        if self.notes.is_empty() {
            return String::new();
        }
        let mut text = format!("\nNot as in {}, with the place there:\n", self.document);
        let (placed, unplaced): (Vec<&Note>, Vec<&Note>) =
            self.notes.iter().partition(|note| note.resource.is_some());
        for note in unplaced.iter().take(MOST_UNPLACED).chain(placed.iter().take(MOST_PRINTED)) {
            let resource = note.resource.as_ref().map_or(String::new(), |resource| format!("{resource}: "));
            let _ = writeln!(text, "  {resource}{} ({})", note.text, note.place);
        }
        let rest = [
            (unplaced.len().saturating_sub(MOST_UNPLACED), "about other parts of the document"),
            (placed.len().saturating_sub(MOST_PRINTED), "about resources, as comments in their files"),
            (self.uncounted, "that were only counted"),
        ];
        for (more, what) in rest.into_iter().filter(|(more, _)| *more > 0) {
            let _ = writeln!(text, "  and {more} more {what}");
        }
        text
    }
}

fn sources(paths: &[String], place: &str) -> String {
    if paths.is_empty() {
        return place.to_owned();
    }
    let mut sources = paths.iter().take(MOST_PATHS).cloned().collect::<Vec<_>>().join(", ");
    if paths.len() > MOST_PATHS {
        let _ = write!(sources, " and {} more", paths.len() - MOST_PATHS);
    }
    sources
}

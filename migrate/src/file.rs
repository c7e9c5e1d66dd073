//! A numbered file of SQL: its name, its text, its checksum, and what its head says about risks.
//!
//! It must not know where files lie.

use std::fmt::Write as _;

use sha2::{Digest as _, Sha256};
use thiserror::Error;

use crate::harmless::{Trust, trust};
use crate::split::{Dialect, split};
use crate::step::{Plan, Risk, Step, Transaction};

/// The longest file that is read.
pub const MOST_BYTES: u64 = 4 << 20;

/// The longest name of a migration.
const MOST_CHARACTERS: usize = 80;

/// The line that says that a file does not run in one transaction.
const ALONE: &str = "-- Runs statement by statement, not in one transaction.";

/// A numbered file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Migration {
    /// Its place in the order, from 1.
    pub number: u32,
    /// What it was called by its author.
    pub name: String,
    /// The SQL, with comments.
    pub text: String,
}

/// Why a name is none of a migration.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum NameError {
    /// A file whose name says no number.
    #[error("{0}: a migration is called NUMBER_NAME.sql, such as 0001_initial.sql")]
    File(String),
    /// A name that cannot be in a file's name.
    #[error("{0:?}: a migration's name is letters, digits and underscores, at most {MOST_CHARACTERS}")]
    Name(String),
}

impl Migration {
    /// The migration in a file of this name.
    pub fn new(file: &str, text: impl Into<String>) -> Result<Self, NameError> {
        let wrong = || NameError::File(file.to_owned());
        let (number, name) =
            file.strip_suffix(".sql").and_then(|stem| stem.split_once('_')).ok_or_else(wrong)?;
        let digits = number.len() >= 4 && number.chars().all(|one| one.is_ascii_digit());
        let number = number.parse().ok().filter(|number| digits && *number > 0).ok_or_else(wrong)?;
        check_name(name).map_err(|_| wrong())?;
        Ok(Self { number, name: name.to_owned(), text: text.into() })
    }

    /// The file's name.
    pub fn file(&self) -> String {
        file_name(self.number, &self.name)
    }

    /// The SHA-256 of the text.
    pub fn checksum(&self) -> String {
        checksum(&self.text)
    }

    /// Whether it says that it cannot run in one transaction.
    pub fn runs_alone(&self) -> bool {
        self.text.lines().any(|line| line.trim_end() == ALONE)
    }

    /// The greatest risk that its head tells, as far as its statements are of a form for which that can be
    /// believed: a file may have been written or changed by hand. Any other file is destructive.
    pub fn risk(&self, dialect: Dialect) -> Risk {
        let told = self.text.lines().filter_map(|line| line.strip_prefix("-- Step ")).filter_map(|line| {
            let (_, risk) = line.split_once(':').map_or(line, |(head, _)| head).rsplit_once(", ")?;
            [Risk::Safe, Risk::Slow, Risk::Destructive].into_iter().find(|one| one.word() == risk.trim())
        });
        let told = told.max();
        let statements = split(&self.text, dialect);
        match (statements.map_or(Trust::Never, |all| trust(&all, dialect)), told) {
            (Trust::Never, _) | (Trust::Told, None) => Risk::Destructive,
            (Trust::Harmless, None) => Risk::Slow,
            (Trust::Harmless | Trust::Told, Some(told)) => told,
        }
    }
}

/// The name of a file.
pub fn file_name(number: u32, name: &str) -> String {
    format!("{number:04}_{name}.sql")
}

fn check_name(name: &str) -> Result<(), NameError> {
    let plain = name.chars().all(|one| one.is_ascii_alphanumeric() || one == '_');
    if plain && !name.is_empty() && name.len() <= MOST_CHARACTERS {
        return Ok(());
    }
    Err(NameError::Name(name.to_owned()))
}

/// The SHA-256 of a text in hexadecimal digits. How its lines end does not count, because version
/// control changes that.
pub fn checksum(text: &str) -> String {
    let normal = text.replace("\r\n", "\n").replace('\r', "\n");
    Sha256::digest(normal.as_bytes()).iter().fold(String::new(), |mut digits, byte| {
        // A `String` never fails to take more text.
        let _never_fails = write!(digits, "{byte:02x}");
        digits
    })
}

/// The files that hold a plan, from this number on: mostly one, and one more wherever steps that share
/// a transaction meet steps that cannot.
pub fn files_for(plan: &Plan, number: u32, name: &str) -> Result<Vec<Migration>, NameError> {
    check_name(name)?;
    let mut groups: Vec<Vec<&Step>> = Vec::new();
    for step in &plan.steps {
        match groups.last_mut() {
            Some(group) if group.last().is_some_and(|last| last.transaction == step.transaction) => {
                group.push(step);
            }
            _ => groups.push(vec![step]),
        }
    }
    let several = groups.len() > 1;
    let files = groups.iter().zip(number..).enumerate().map(|(index, (group, number))| {
        let name = if several { format!("{name}_{}", index + 1) } else { name.to_owned() };
        Migration { number, text: text(number, &name, group), name }
    });
    Ok(files.collect())
}

fn text(number: u32, name: &str, steps: &[&Step]) -> String {
    let mut text = format!("-- Migration {number:04}, {name}\n");
    let count = steps.len();
    for (index, step) in steps.iter().enumerate() {
        let sentence = one_line(&step.sentence);
        put(&mut text, format_args!("-- Step {} of {count}, {}: {sentence}\n", index + 1, step.risk));
        if let Some(note) = &step.note {
            put(&mut text, format_args!("--   {}\n", one_line(note)));
        }
    }
    if steps.iter().any(|step| step.transaction == Transaction::Outside) {
        put(&mut text, format_args!("{ALONE}\n"));
    }
    for (index, step) in steps.iter().enumerate() {
        put(&mut text, format_args!("\n-- {}\n", index + 1));
        for statement in &step.statements {
            put(&mut text, format_args!("{statement};\n"));
        }
    }
    text
}

/// Names may hold anything; a comment is one line.
fn one_line(text: &str) -> String {
    text.chars().map(|one| if one.is_control() { ' ' } else { one }).collect()
}

fn put(text: &mut String, arguments: std::fmt::Arguments<'_>) {
    // A `String` never fails to take more text.
    let _never_fails = text.write_fmt(arguments);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_files() {
        for (file, expected) in [
            ("0001_initial.sql", Some((1, "initial"))),
            ("12345_a_b.sql", Some((12_345, "a_b"))),
            ("1_a.sql", None),
            ("0000_a.sql", None),
            ("0001.sql", None),
            ("0001_.sql", None),
            ("0001_a b.sql", None),
            ("0001_a.txt", None),
            ("+001_a.sql", None),
            ("99999999999_a.sql", None),
        ] {
            let found = Migration::new(file, "").ok();
            assert_eq!(found.as_ref().map(|one| (one.number, one.name.as_str())), expected, "{file}");
            assert!(found.is_none_or(|one| one.file() == file));
        }
    }

    #[test]
    fn how_lines_end_does_not_count() {
        assert_eq!(checksum("a\r\nb\n"), checksum("a\nb\n"));
        assert_ne!(checksum("a\nb\n"), checksum("a\nb"));
        assert_eq!(checksum(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    }

    #[test]
    fn risks_are_told_or_guessed() {
        for (text, expected) in [
            ("-- Step 1 of 2, safe: x, destructive: no\n-- Step 2 of 2, slow: y\nSELECT 1;", Risk::Slow),
            ("-- Step 1 of 1, safe: x\nSELECT 1; DROP TABLE a;", Risk::Destructive),
            ("-- Step 1 of 1, safe: x\nALTER TABLE a ALTER COLUMN b DROP NOT NULL;", Risk::Safe),
            (
                "-- Step 1 of 1, slow: x\nINSERT INTO \"_roundtrip_new_a b\" SELECT * FROM \"a b\"; DROP TABLE \"a b\"; ALTER TABLE \"_roundtrip_new_a b\" RENAME TO \"a b\"",
                Risk::Slow,
            ),
            ("delete from a", Risk::Destructive),
            ("-- Step 1 of 1, destructive: drop column a, b\nSELECT 1;", Risk::Destructive),
            ("DROP TABLE a;", Risk::Destructive),
            ("-- by hand\nalter table a\n drop column b;", Risk::Destructive),
            ("CREATE INDEX a ON b (c);", Risk::Slow),
        ] {
            let file = Migration { number: 1, name: "a".to_owned(), text: text.to_owned() };
            assert_eq!(file.risk(Dialect::Sqlite), expected, "{text}");
        }
    }
}

//! Which files a database still needs, and why it may be impossible to say.
//!
//! It must not know how the list of what was applied is kept.

use thiserror::Error;

use crate::file::{Migration, checksum, file_name};
use crate::split::{Dialect, SplitError, split};

/// A file that a database has, wholly or in part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Applied {
    /// Its number.
    pub number: u32,
    /// Its name.
    pub name: String,
    /// The checksum of its text; of a file that is not finished, that of the statements that are done
    /// ([`Pending::done_checksum`]), so that the rest can be corrected; empty if a person vouches for them.
    pub checksum: String,
    /// When it was finished, or last worked on, as the database's clock says it (RFC 3339).
    pub applied_at: String,
    /// How many of its statements are done.
    pub done: u32,
    /// How many were begun: one more than `done` while a statement runs, and after a crash in it.
    pub begun: u32,
    /// Whether it is finished.
    pub finished: bool,
}

/// A file that has to be run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pending<'f> {
    /// The file.
    pub file: &'f Migration,
    /// All of its statements.
    pub statements: Vec<&'f str>,
    /// How many of them are done already.
    pub done: usize,
}

impl Pending<'_> {
    /// The checksum of the first statements, for a file of which no more is done.
    pub fn done_checksum(&self, done: usize) -> String {
        let statements: Vec<&str> = self.statements.iter().take(done).copied().collect();
        checksum(&statements.join(";\n"))
    }
}

/// Why files and database do not go together.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Trouble {
    /// Two files have the same number.
    #[error("{0} and {1} have the same number: give the newer one the next free number")]
    Twice(String, String),
    /// A number is missing.
    #[error("{0} is missing: the numbers of migrations leave none out")]
    Missing(String),
    /// A file is older than one that is applied.
    #[error("{file} was never applied, but the later {later} was: give it a number after that")]
    Late {
        /// The file.
        file: String,
        /// What was applied.
        later: String,
    },
    /// The text of an applied file is another now.
    #[error(
        "{0} was changed after it was applied: take the change back, and write what is new in a file of its own"
    )]
    Changed(String),
    /// The database has a file that is not here.
    #[error("{0} was applied to this database and is not here: get the newer version of the project")]
    Unknown(String),
    /// A file was interrupted in a statement.
    #[error(
        "{file} was interrupted in its statement {statement}, and only a look can tell whether the database has it: if it has, say  UPDATE {table} SET done = begun, checksum = '' WHERE number = {number}  and if not,  UPDATE {table} SET begun = done WHERE number = {number}"
    )]
    Interrupted {
        /// The file.
        file: String,
        /// Its number.
        number: u32,
        /// The table of the list.
        table: &'static str,
        /// The statement, from 1.
        statement: u32,
    },
    /// The statements that are done of an unfinished file are other ones now.
    #[error(
        "the first {done} statements of {file} were applied and are other ones now: take the change back; what follows them may be changed"
    )]
    Rewritten {
        /// The file.
        file: String,
        /// How many are done.
        done: u32,
    },
    /// A file cannot be cut into statements.
    #[error("{file}: {reason}")]
    Text {
        /// The file.
        file: String,
        /// Why.
        reason: SplitError,
    },
}

/// The files that still have to be run, in order. `files` and `applied` may come in any order.
///
/// For whoever holds the lock under which files are run: then a statement that was begun and is not done
/// was interrupted.
pub fn pending<'f>(
    files: &'f [Migration],
    applied: &[Applied],
    dialect: Dialect,
) -> Result<Vec<Pending<'f>>, Trouble> {
    waiting(files, applied, dialect, Look::Locked)
}

/// The files that are not finished, in order, for whoever only looks: another program may be running them
/// at this moment.
pub fn unfinished<'f>(
    files: &'f [Migration],
    applied: &[Applied],
    dialect: Dialect,
) -> Result<Vec<&'f Migration>, Trouble> {
    let waiting = waiting(files, applied, dialect, Look::Free)?;
    Ok(waiting.into_iter().map(|one| one.file).collect())
}

/// Whether others may be at work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Look {
    Locked,
    Free,
}

fn waiting<'f>(
    files: &'f [Migration],
    applied: &[Applied],
    dialect: Dialect,
    look: Look,
) -> Result<Vec<Pending<'f>>, Trouble> {
    let mut files: Vec<&Migration> = files.iter().collect();
    files.sort_by_key(|file| file.number);
    in_order(&files)?;
    for one in applied {
        let known = files.iter().any(|file| file.number == one.number && file.name == one.name);
        if !known {
            return Err(Trouble::Unknown(file_name(one.number, &one.name)));
        }
    }
    let newest = applied.iter().max_by_key(|one| one.number);
    let mut pending = Vec::new();
    for file in files {
        let done = applied.iter().find(|one| one.number == file.number);
        if let Some(done) = done.filter(|done| done.finished) {
            if done.checksum != file.checksum() {
                return Err(Trouble::Changed(file.file()));
            }
            continue;
        }
        let statements =
            split(&file.text, dialect).map_err(|reason| Trouble::Text { file: file.file(), reason })?;
        let mut next = Pending { file, statements, done: 0 };
        match (done, newest) {
            (Some(done), _) if look == Look::Free => next.done = done.done as usize,
            (Some(done), _) => next.done = resumed(&next, done, dialect)?,
            (None, Some(newest)) if newest.number > file.number => {
                let later = file_name(newest.number, &newest.name);
                return Err(Trouble::Late { file: file.file(), later });
            }
            (None, _) => {}
        }
        pending.push(next);
    }
    Ok(pending)
}

fn in_order(files: &[&Migration]) -> Result<(), Trouble> {
    for (index, file) in files.iter().enumerate() {
        let expected = u32::try_from(index + 1).unwrap_or(u32::MAX);
        if file.number == expected {
            continue;
        }
        return Err(match index.checked_sub(1).and_then(|before| files.get(before)) {
            Some(before) if before.number == file.number => Trouble::Twice(before.file(), file.file()),
            _ => Trouble::Missing(format!("{expected:04}")),
        });
    }
    Ok(())
}

fn resumed(next: &Pending<'_>, found: &Applied, dialect: Dialect) -> Result<usize, Trouble> {
    let file = next.file.file();
    if found.begun != found.done {
        let table = match dialect {
            Dialect::Postgres => "roundtrip.migrations",
            Dialect::Sqlite | Dialect::Mysql => "_roundtrip_migrations",
        };
        return Err(Trouble::Interrupted { file, number: found.number, table, statement: found.begun });
    }
    let done = found.done as usize;
    // A person who was asked leaves it empty.
    let same = found.checksum.is_empty() || next.done_checksum(done) == found.checksum;
    if done > next.statements.len() || !same {
        return Err(Trouble::Rewritten { file, done: found.done });
    }
    Ok(done)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(number: u32, text: &str) -> Migration {
        Migration { number, name: "a".to_owned(), text: text.to_owned() }
    }

    fn applied(number: u32, text: &str) -> Applied {
        let checksum = checksum(text);
        Applied {
            number,
            name: "a".to_owned(),
            checksum,
            applied_at: String::new(),
            done: 1,
            begun: 1,
            finished: true,
        }
    }

    #[track_caller]
    fn check(files: &[Migration], applied: &[Applied], expected: Result<&[(u32, usize)], &str>) {
        let found = pending(files, applied, Dialect::Mysql);
        let found = found.map(|list| list.iter().map(|one| (one.file.number, one.done)).collect::<Vec<_>>());
        match (found, expected) {
            (Ok(found), Ok(expected)) => assert_eq!(found, expected),
            (Err(error), Err(expected)) => assert!(error.to_string().contains(expected), "{error}"),
            (found, expected) => panic!("{found:?}, not {expected:?}"),
        }
    }

    #[test]
    fn what_is_pending_and_what_is_wrong() {
        let files = [file(2, "y"), file(1, "x"), file(3, "z; w")];
        check(&[], &[], Ok(&[]));
        check(&files, &[], Ok(&[(1, 0), (2, 0), (3, 0)]));
        check(&files, &[applied(2, "y"), applied(1, "x")], Ok(&[(3, 0)]));
        check(&files, &[applied(1, "other")], Err("0001_a.sql was changed"));
        check(&files, &[applied(1, "x"), applied(3, "z; w")], Err("0002_a.sql was never applied"));
        check(&files, &[applied(4, "x")], Err("0004_a.sql was applied to this database and is not here"));
        check(&[file(1, "x"), file(1, "y")], &[], Err("the same number"));
        check(&[file(1, "x"), file(3, "y")], &[], Err("0002 is missing"));
        check(&[file(1, "'x")], &[], Err("0001_a.sql: line 1: a string is not closed"));
    }

    #[test]
    fn a_file_that_is_not_finished_goes_on() {
        let half = |done, begun, text: &str| Applied { done, begun, finished: false, ..applied(1, text) };
        let files = [file(1, "x; -- and\n y; z")];
        check(&files, &[half(2, 2, "x;\ny")], Ok(&[(1, 2)]));
        check(&files, &[half(0, 0, "")], Ok(&[(1, 0)]));
        check(&files, &[half(1, 1, "other")], Err("the first 1 statements of 0001_a.sql"));
        check(&files, &[half(4, 4, "x")], Err("the first 4 statements"));
        check(&files, &[half(1, 2, "x")], Err("interrupted in its statement 2"));
        // Who holds no lock cannot tell that from a statement that runs.
        let seen = unfinished(&files, &[half(1, 2, "x")], Dialect::Mysql);
        assert_eq!(seen, Ok(vec![&files[0]]));
    }
}

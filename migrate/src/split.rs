//! SQL text cut into statements, as each database's own client would cut it.
//!
//! A semicolon ends a statement unless it stands in a string, a name, a comment, a body in dollar
//! quotes, or between the BEGIN and END of a trigger or routine. It must not know what statements mean.

use thiserror::Error;

/// Whose rules of quoting hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    /// SQLite.
    Sqlite,
    /// PostgreSQL.
    Postgres,
    /// MariaDB and MySQL.
    Mysql,
}

/// Why a text cannot be cut.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum SplitError {
    /// Something is opened and never closed.
    #[error("line {line}: {what} is not closed")]
    Open {
        /// What.
        what: &'static str,
        /// Where it begins, from 1.
        line: usize,
    },
    /// A statement about transactions.
    #[error(
        "line {line}: {word} is not allowed here: the file runs in a transaction of its own where the database allows it"
    )]
    Transaction {
        /// Its first word.
        word: String,
        /// Where it begins, from 1.
        line: usize,
    },
    /// A command of a client program.
    #[error(
        "line {line}: {word} is a command of the client program, not SQL; bodies between BEGIN and END need none"
    )]
    Client {
        /// The command.
        word: String,
        /// Where it stands, from 1.
        line: usize,
    },
}

/// Words that would end or begin the transaction in which a file runs.
const TRANSACTION: [&str; 6] = ["ABORT", "BEGIN", "COMMIT", "END", "ROLLBACK", "START"];

/// The statements of a text, without the semicolons and without comments before them.
pub fn split(text: &str, dialect: Dialect) -> Result<Vec<&str>, SplitError> {
    let mut cutter = Cutter { text, at: 0, dialect };
    let mut statements = Vec::new();
    while let Some(statement) = cutter.next()? {
        statements.push(statement);
    }
    Ok(statements)
}

/// A place in a text, and whose rules hold there.
pub(crate) struct Cutter<'a> {
    pub(crate) text: &'a str,
    pub(crate) at: usize,
    pub(crate) dialect: Dialect,
}

/// What the words so far say about the body that may follow.
#[derive(Default)]
struct Words {
    count: usize,
    creates: bool,
    has_body: bool,
    /// `BEGIN` and `CASE` that have no `END` yet.
    depth: usize,
    before: Before,
}

/// What came right before a word.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Before {
    #[default]
    Other,
    /// `END`.
    End,
    /// A dot: what follows is a name, as in `NEW.end`.
    Dot,
}

impl<'a> Cutter<'a> {
    /// The next statement; `None` at the end of the text.
    fn next(&mut self) -> Result<Option<&'a str>, SplitError> {
        let mut start: Option<usize> = None;
        let mut words = Words::default();
        while let Some(first) = self.rest().chars().next() {
            let begin = self.at;
            if first.is_whitespace() || self.comment()? {
                if begin == self.at {
                    self.at += first.len_utf8();
                }
                continue;
            }
            if first == ';' && words.depth == 0 {
                self.at += 1;
                match start.take() {
                    Some(start) => return Ok(Some(self.slice(start, begin))),
                    None => continue,
                }
            }
            let start = *start.get_or_insert(begin);
            if self.runs_comment() {
                continue;
            }
            if self.quoted(first)? {
                words.before = Before::Other;
            } else if is_word(first) {
                let word = self.word();
                if words.count == 0 {
                    self.refuse(word, start)?;
                }
                words.read(word, self.rest(), self.dialect);
            } else {
                self.at += first.len_utf8();
                words.before = if first == '.' { Before::Dot } else { Before::Other };
            }
        }
        let end = self.text.len();
        match start {
            Some(start) if words.depth > 0 => {
                Err(SplitError::Open { what: "a body that begins with BEGIN", line: self.line(start) })
            }
            Some(start) => Ok(Some(self.slice(start, end))),
            None => Ok(None),
        }
    }

    pub(crate) fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn slice(&self, start: usize, end: usize) -> &'a str {
        self.text.get(start..end).unwrap_or_default().trim_end()
    }

    fn line(&self, at: usize) -> usize {
        self.text.get(..at).unwrap_or_default().matches('\n').count() + 1
    }

    fn refuse(&self, word: &str, start: usize) -> Result<(), SplitError> {
        let (upper, line) = (word.to_ascii_uppercase(), self.line(start));
        // `USE` would leave the database in which files are run and recorded.
        let leaves = match self.dialect {
            Dialect::Postgres => upper == "PREPARE" && next_is(self.rest(), "TRANSACTION"),
            Dialect::Mysql => upper == "USE",
            Dialect::Sqlite => false,
        };
        if leaves || TRANSACTION.contains(&upper.as_str()) {
            return Err(SplitError::Transaction { word: upper, line });
        }
        if self.dialect == Dialect::Mysql && upper == "DELIMITER" {
            return Err(SplitError::Client { word: upper, line });
        }
        Ok(())
    }

    /// Passes the beginning of `/*!50000 … */`, which is not a comment to MySQL: it is run.
    pub(crate) fn runs_comment(&mut self) -> bool {
        let rest = self.rest();
        let inside = rest.strip_prefix("/*!").or_else(|| rest.strip_prefix("/*M!"));
        let Some(inside) = inside.filter(|_| self.dialect == Dialect::Mysql) else { return false };
        let inside = inside.trim_start_matches(|one: char| one.is_ascii_digit());
        self.at = self.text.len() - inside.len();
        true
    }

    /// Passes a comment, if one begins here.
    pub(crate) fn comment(&mut self) -> Result<bool, SplitError> {
        let rest = self.rest();
        let mysql = self.dialect == Dialect::Mysql;
        // MySQL takes two hyphens without a space after them for two signs.
        let dashes = rest
            .strip_prefix("--")
            .is_some_and(|after| !mysql || after.is_empty() || after.starts_with(|one: char| one <= ' '));
        if dashes || mysql && rest.starts_with('#') {
            self.at += rest.find('\n').map_or(rest.len(), |end| end + 1);
            return Ok(true);
        }
        if !rest.starts_with("/*") || mysql && (rest.starts_with("/*!") || rest.starts_with("/*M!")) {
            return Ok(false);
        }
        let begin = self.at;
        let mut depth = 0_usize;
        loop {
            let rest = self.rest();
            if rest.starts_with("/*") && (depth == 0 || self.dialect == Dialect::Postgres) {
                depth += 1;
                self.at += 2;
            } else if rest.starts_with("*/") {
                depth -= 1;
                self.at += 2;
                if depth == 0 {
                    return Ok(true);
                }
            } else if let Some(one) = rest.chars().next() {
                self.at += one.len_utf8();
            } else if self.dialect == Dialect::Sqlite {
                // SQLite lets the last comment end with the text.
                return Ok(true);
            } else {
                return Err(SplitError::Open { what: "a comment", line: self.line(begin) });
            }
        }
    }

    /// Passes a string, a quoted name or a dollar-quoted body, if one begins here.
    pub(crate) fn quoted(&mut self, first: char) -> Result<bool, SplitError> {
        match (first, self.dialect) {
            ('\'' | '"', Dialect::Mysql) => self.until(first, true, "a string"),
            ('\'', Dialect::Postgres) => {
                let before = self.text.get(..self.at).unwrap_or_default();
                let mut end = before.chars().rev();
                let escapes = matches!(end.next(), Some('e' | 'E')) && !end.next().is_some_and(is_word);
                self.until('\'', escapes, "a string")
            }
            ('\'', Dialect::Sqlite) => self.until('\'', false, "a string"),
            ('"', _) => self.until('"', false, "a name in quotes"),
            ('`', Dialect::Mysql | Dialect::Sqlite) => self.until('`', false, "a name in quotes"),
            ('[', Dialect::Sqlite) => self.until(']', false, "a name in brackets"),
            ('$', Dialect::Postgres) => self.dollar(),
            _ => Ok(false),
        }
    }

    fn until(&mut self, close: char, escapes: bool, what: &'static str) -> Result<bool, SplitError> {
        let begin = self.at;
        self.at += 1;
        while let Some(one) = self.rest().chars().next() {
            self.at += one.len_utf8();
            if one == '\\' && escapes {
                self.at += self.rest().chars().next().map_or(0, char::len_utf8);
            } else if one == close {
                if close != ']' && self.rest().starts_with(close) {
                    self.at += 1;
                } else {
                    return Ok(true);
                }
            }
        }
        Err(SplitError::Open { what, line: self.line(begin) })
    }

    /// `$$ … $$` or `$tag$ … $tag$`; a parameter such as `$1` is none.
    fn dollar(&mut self) -> Result<bool, SplitError> {
        let rest = self.rest();
        let Some(end) = rest.get(1..).and_then(|after| after.find('$')) else { return Ok(false) };
        let tag = rest.get(..end + 2).unwrap_or_default();
        let inside = tag.trim_matches('$');
        if inside.starts_with(|one: char| one.is_ascii_digit()) || !inside.chars().all(is_word) {
            return Ok(false);
        }
        let body = rest.get(tag.len()..).unwrap_or_default();
        match body.find(tag) {
            Some(close) => {
                self.at += tag.len() * 2 + close;
                Ok(true)
            }
            None => Err(SplitError::Open { what: "a body in dollar quotes", line: self.line(self.at) }),
        }
    }

    pub(crate) fn word(&mut self) -> &'a str {
        let rest = self.rest();
        let end = rest.find(|one| !is_word(one)).unwrap_or(rest.len());
        self.at += end;
        rest.get(..end).unwrap_or_default()
    }
}

pub(crate) fn is_word(one: char) -> bool {
    one.is_alphanumeric() || one == '_'
}

impl Words {
    fn read(&mut self, word: &str, after: &str, dialect: Dialect) {
        let is = |other: &str| word.eq_ignore_ascii_case(other);
        self.count += 1;
        let before = std::mem::take(&mut self.before);
        if before == Before::Dot {
            return;
        }
        if self.count == 1 {
            self.creates = is("CREATE");
        } else if self.creates && ["TRIGGER", "FUNCTION", "PROCEDURE", "EVENT"].iter().any(|one| is(one)) {
            self.has_body = true;
        }
        if !self.has_body {
            return;
        }
        if before == Before::End {
            // `END IF` and `END LOOP` of MySQL end what was not counted; `END CASE` ends a CASE.
            match word.to_ascii_uppercase().as_str() {
                "IF" | "LOOP" | "WHILE" | "REPEAT" | "FOR" if dialect == Dialect::Mysql => {
                    self.depth += 1;
                    return;
                }
                "CASE" => return,
                _ => {}
            }
        }
        // PostgreSQL's other bodies are strings.
        let begins = is("BEGIN") && (dialect != Dialect::Postgres || next_is(after, "ATOMIC"));
        if begins || self.depth > 0 && is("CASE") {
            self.depth += 1;
        } else if is("END") && self.depth > 0 {
            self.depth -= 1;
            self.before = Before::End;
        }
    }
}

fn next_is(text: &str, word: &str) -> bool {
    // Comments are rare between two words, but they are no way round this.
    let mut cutter = Cutter { text, at: 0, dialect: Dialect::Postgres };
    loop {
        match cutter.rest().chars().next() {
            Some(one) if one.is_whitespace() => cutter.at += one.len_utf8(),
            Some(_) if matches!(cutter.comment(), Ok(true)) => {}
            _ => return cutter.word().eq_ignore_ascii_case(word),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(dialect: Dialect, text: &str, expected: &[&str]) {
        assert_eq!(split(text, dialect).as_deref(), Ok(expected), "{text}");
    }

    const ALL: [Dialect; 3] = [Dialect::Sqlite, Dialect::Postgres, Dialect::Mysql];

    #[test]
    fn what_all_databases_agree_on() {
        for dialect in ALL {
            check(dialect, "", &[]);
            check(dialect, " ;; -- nothing\n ; /* ; */", &[]);
            check(dialect, "SELECT 1; SELECT 2", &["SELECT 1", "SELECT 2"]);
            check(dialect, "-- a;\nSELECT ';''' ; -- b\n", &["SELECT ';'''"]);
            check(dialect, "SELECT 'größe;' -- c;\n, 2;", &["SELECT 'größe;' -- c;\n, 2"]);
            check(
                dialect,
                "SELECT \"a;\"\"b\" /* ; */;SELECT 2",
                &["SELECT \"a;\"\"b\" /* ; */", "SELECT 2"],
            );
            check(
                dialect,
                "CREATE TABLE begin_end (case_a int); x",
                &["CREATE TABLE begin_end (case_a int)", "x"],
            );
        }
    }

    #[test]
    fn bodies_of_triggers_and_routines() {
        for (dialect, statement) in [
            (
                Dialect::Sqlite,
                "CREATE TRIGGER t AFTER INSERT ON a BEGIN UPDATE b SET c = CASE WHEN 1 THEN 2 END; DELETE FROM [x;]; END",
            ),
            (
                Dialect::Mysql,
                "CREATE DEFINER=`r`@`%` TRIGGER t BEFORE INSERT ON a FOR EACH ROW BEGIN IF NEW.a > 1 THEN SET NEW.a = 1; END IF; CASE NEW.b WHEN 1 THEN SET @x = 1; END CASE; END",
            ),
            (
                Dialect::Postgres,
                "CREATE FUNCTION f() RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT 1; SELECT CASE WHEN true THEN 2 END; END",
            ),
            (
                Dialect::Postgres,
                "CREATE FUNCTION f() RETURNS trigger AS $x$ BEGIN a; $$ ; $$ END; $x$ LANGUAGE plpgsql",
            ),
            (Dialect::Postgres, "DO $$ BEGIN PERFORM 1; END $$"),
            (
                Dialect::Sqlite,
                "CREATE TRIGGER t AFTER UPDATE ON a BEGIN UPDATE b SET c = NEW.end, d = NEW . begin; DELETE FROM b; END",
            ),
            (
                Dialect::Mysql,
                "CREATE TRIGGER t BEFORE INSERT ON a FOR EACH ROW BEGIN SET @x = NEW.end; SET @y = NEW.case; END",
            ),
        ] {
            check(dialect, &format!("{statement};\nSELECT 2;"), &[statement, "SELECT 2"]);
        }
    }

    #[test]
    fn where_databases_differ() {
        check(
            Dialect::Mysql,
            "SELECT 'a\\';b'; SELECT 5--1; # c;\nx",
            &["SELECT 'a\\';b'", "SELECT 5--1", "x"],
        );
        check(
            Dialect::Postgres,
            "SELECT E'a\\';b'; SELECT 'a\\'; x",
            &["SELECT E'a\\';b'", "SELECT 'a\\'", "x"],
        );
        check(Dialect::Postgres, "/* a /* b; */ ; */ x; SELECT $1;", &["x", "SELECT $1"]);
        check(Dialect::Sqlite, "SELECT [a;b], `c;d`; x /* open", &["SELECT [a;b], `c;d`", "x /* open"]);
    }

    #[test]
    fn what_cannot_be_cut_says_where() {
        for (dialect, text, expected) in [
            (Dialect::Sqlite, "\nSELECT 'a;", "line 2: a string is not closed"),
            (Dialect::Postgres, "DO $a$ x; $$", "line 1: a body in dollar quotes is not closed"),
            (Dialect::Postgres, "/* /* */", "line 1: a comment is not closed"),
            (
                Dialect::Sqlite,
                "CREATE TRIGGER t BEGIN x;",
                "line 1: a body that begins with BEGIN is not closed",
            ),
            (Dialect::Mysql, "DELIMITER //", "line 1: DELIMITER is a command"),
            (Dialect::Sqlite, "x;\ncommit;", "line 2: COMMIT is not allowed here"),
            (Dialect::Postgres, "x;\nABORT", "line 2: ABORT is not allowed here"),
            (Dialect::Postgres, "prepare /* */ transaction 'x'", "line 1: PREPARE is not allowed here"),
            (Dialect::Mysql, "/*!50000 COMMIT */", "line 1: COMMIT is not allowed here"),
            (Dialect::Mysql, "/*M! COMMIT */", "line 1: COMMIT is not allowed here"),
            (Dialect::Mysql, "use mysql", "line 1: USE is not allowed here"),
        ] {
            let error = split(text, dialect).unwrap_err().to_string();
            assert!(error.starts_with(expected), "{error}");
        }
    }
}

//! What a `CREATE TABLE` statement says that no pragma tells: names of constraints, and checks.
//!
//! It reads far enough to find constraints and skips everything else, so that syntax it does not
//! know costs a name at worst. It must not know the schema's model. The columns of keys are taken
//! from pragmas, which are authoritative; those found here serve to match a name to its key.

use super::check::{self, WordList};
use super::token::{Token, group, split, tokens};

/// A constraint over columns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Constraint {
    /// The name, if it was given one.
    pub(super) name: Option<String>,
    /// The columns, as written.
    pub(super) columns: Vec<String>,
}

/// The constraints of a table in the order of the statement.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct CreateTable {
    /// Foreign keys, with their referring columns.
    pub(super) foreign_keys: Vec<Constraint>,
    /// Unique constraints.
    pub(super) uniques: Vec<Constraint>,
    /// Columns that a check restricts to a list of words.
    pub(super) word_lists: Vec<WordList>,
}

impl CreateTable {
    /// Reads the statement that made a table; any text gives some result.
    pub(super) fn parse(sql: &str) -> Self {
        let all = tokens(sql);
        let mut table = Self::default();
        let Some(start) = all.iter().position(|token| *token == Token::Symbol('(')) else { return table };
        if let Some((body, _)) = group(&all[start..]) {
            for item in split(body, |token| *token == Token::Symbol(',')) {
                table.read_item(item);
            }
        }
        table
    }

    /// Reads a column definition, or a table constraint: SQLite also takes several of those without
    /// commas in between.
    fn read_item(&mut self, item: &[Token<'_>]) {
        const CONSTRAINTS: [&str; 5] = ["CONSTRAINT", "PRIMARY", "UNIQUE", "CHECK", "FOREIGN"];
        let Some(first) = item.first() else { return };
        let of_table = CONSTRAINTS.iter().any(|keyword| first.is_word(keyword));
        let own_column: Vec<String> =
            if of_table { Vec::new() } else { first.name().map(str::to_owned).into_iter().collect() };
        let mut rest = if of_table { item } else { &item[1..] };
        let mut name = None;
        let mut referring = own_column.clone();
        while let Some((token, after)) = rest.split_first() {
            // Types, defaults, generated columns, lists of columns: no constraint begins inside.
            if let Some((_, after)) = group(rest) {
                rest = after;
                continue;
            }
            rest = after;
            if token.is_word("CONSTRAINT") {
                name = rest.first().and_then(Token::name).map(str::to_owned);
                rest = rest.get(1..).unwrap_or_default();
            } else if token.is_word("FOREIGN") {
                // `KEY`, then the columns.
                referring = columns(rest.get(1..).unwrap_or_default()).unwrap_or_default();
            } else if token.is_word("REFERENCES") {
                self.foreign_keys.push(Constraint { name: name.take(), columns: referring.clone() });
                // The table's name could look like a keyword.
                rest = rest.get(1..).unwrap_or_default();
            } else if token.is_word("UNIQUE") {
                let columns = columns(rest).unwrap_or_else(|| own_column.clone());
                self.uniques.push(Constraint { name: name.take(), columns });
            } else if token.is_word("CHECK") {
                name = None;
                if let Some((condition, after)) = group(rest) {
                    self.word_lists.extend(check::word_lists(condition));
                    rest = after;
                }
            } else if takes_name(token) {
                name = None;
            }
        }
    }
}

/// Whether a name before this keyword is the name of a constraint that nobody asks for.
fn takes_name(token: &Token<'_>) -> bool {
    ["PRIMARY", "NOT", "NULL", "DEFAULT", "COLLATE", "GENERATED", "AS"]
        .iter()
        .any(|keyword| token.is_word(keyword))
}

/// The columns of a list in parentheses: the first name of each part, without collation and order.
fn columns(tokens: &[Token<'_>]) -> Option<Vec<String>> {
    let (list, _) = group(tokens)?;
    let parts = split(list, |token| *token == Token::Symbol(','));
    Some(parts.iter().filter_map(|part| part.first()?.name()).map(str::to_owned).collect())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn check(sql: &str, foreign_keys: &[(&str, &str)], uniques: &[(&str, &str)]) {
        let show = |list: &[Constraint]| -> Vec<(String, String)> {
            list.iter().map(|one| (one.name.clone().unwrap_or_default(), one.columns.join(","))).collect()
        };
        let own = |list: &[(&str, &str)]| -> Vec<(String, String)> {
            list.iter().map(|(name, columns)| ((*name).to_owned(), (*columns).to_owned())).collect()
        };
        let table = CreateTable::parse(sql);
        assert_eq!(show(&table.foreign_keys), own(foreign_keys), "{sql}");
        assert_eq!(show(&table.uniques), own(uniques), "{sql}");
    }

    #[test]
    fn names_of_constraints() {
        check("CREATE TABLE t (a REFERENCES u, b INT REFERENCES u (x))", &[("", "a"), ("", "b")], &[]);
        check(
            "CREATE TABLE t (a CONSTRAINT f REFERENCES u ON DELETE SET NULL UNIQUE)",
            &[("f", "a")],
            &[("", "a")],
        );
        check("CREATE TABLE t (a CONSTRAINT n NOT NULL REFERENCES u)", &[("", "a")], &[]);
        check(
            "CREATE TABLE t (a DEFAULT (max(1, 'REFERENCES')) CONSTRAINT f REFERENCES u)",
            &[("f", "a")],
            &[],
        );
        check(
            "CREATE TABLE [t] (`a b` TEXT, CONSTRAINT \"it \"\"is\" FOREIGN KEY ([a b], 'c') REFERENCES u (x, y))",
            &[("it \"is", "a b,c")],
            &[],
        );
        check(
            "CREATE TABLE t (a, b, CONSTRAINT one UNIQUE (a COLLATE NOCASE DESC, b) CONSTRAINT two FOREIGN KEY (b) \
             REFERENCES t DEFERRABLE INITIALLY DEFERRED)",
            &[("two", "b")],
            &[("one", "a,b")],
        );
        check("CREATE TABLE t (a /* , CONSTRAINT x */ -- UNIQUE\n UNIQUE)", &[], &[("", "a")]);
        check("CREATE TABLE t (\"unique\" TEXT, [check] REFERENCES [references])", &[("", "check")], &[]);
    }

    proptest! {
        #[test]
        fn any_text_is_read(text in "\\PC*") {
            CreateTable::parse(&text);
        }

        #[test]
        fn any_words_are_read(words in proptest::collection::vec(
            "CREATE|TABLE|CONSTRAINT|FOREIGN|KEY|REFERENCES|UNIQUE|CHECK|DEFAULT|IN|OR|AND|=|[(),]|'a'|\"b\"|\\[|x", 0..50,
        )) {
            CreateTable::parse(&format!("CREATE TABLE t ({}", words.join(" ")));
        }
    }
}

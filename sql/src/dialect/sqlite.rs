//! SQLite, from 3.35 (which brought `RETURNING`) on.
//!
//! Functions that must be registered on a connection before these statements are prepared: `rt_row`,
//! `rt_rows` and `rt_values` render cells as JSON text; `rt_like`, `rt_ilike`, `rt_match`, `rt_imatch`,
//! `rt_search`, `rt_contains` and `rt_overlaps` answer 1, 0 or null; `rt_json`, `rt_text` and
//! `rt_canonical` read JSON; `rt_cast` takes a value as another type, or fails. SQLite's own JSON
//! functions do not know our types, its `LIKE` folds ASCII letters only and cannot be told to mind case
//! per statement, and its `CAST` makes 0 of what is no number.

use roundtrip_query::plan::{Aggregate, Cast, Direction, Nulls, PathKey, Search, SearchMode, Slot};
use roundtrip_schema::field::Storage;
use roundtrip_schema::{Form, Layout};

use super::{Arrangement, Cell, Dialect, LetterCase, Operand, Origin, Term, json_path};

/// SQLite.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Sqlite;

impl Dialect for Sqlite {
    fn identifier(&self, name: &str) -> String {
        format!("\"{}\"", name.replace('"', "\"\""))
    }

    fn literal(&self, text: &str) -> String {
        let quoted: Vec<String> =
            text.split('\0').map(|part| format!("'{}'", part.replace('\'', "''"))).collect();
        match &quoted[..] {
            [one] => one.clone(),
            // SQLite reads a statement no further than its first NUL, and a caller may put one into
            // the key of an embed.
            parts => format!("({})", parts.join(" || char(0) || ")),
        }
    }

    /// SQLite knows no alias in `RETURNING`.
    fn written_alias(&self, _alias: &str) -> Option<String> {
        None
    }

    fn parameter(&self, Slot(slot): Slot) -> String {
        format!("?{}", u32::from(slot) + 1)
    }

    fn constant(&self, value: bool) -> &'static str {
        if value { "1" } else { "0" }
    }

    fn is(&self, condition: &str, value: bool) -> String {
        // Not IS TRUE: in a table with a column called `true` that would be the column.
        format!("{condition} IS {}", self.constant(value))
    }

    /// The columns of an existing table may be declared `COLLATE NOCASE`. The schema does not say
    /// which, so every text column is told. An index of ours collates bytewise too and is used all the
    /// same; an index that folds case could not answer the question.
    fn bytewise(&self, value: Operand<'_>) -> String {
        let column = value.text;
        match value.storage {
            Storage::Any | Storage::Text | Storage::Uuid | Storage::Json => {
                format!("{column} COLLATE BINARY")
            }
            Storage::Datetime if is_foreign(value) => format!("rt_moment({column})"),
            // Dates and times hold digits and signs, and at most letters in one case.
            Storage::Date | Storage::Time | Storage::Datetime => column.to_owned(),
            Storage::Integer | Storage::Float | Storage::Decimal | Storage::Boolean | Storage::Bytes => {
                column.to_owned()
            }
        }
    }

    fn shown(&self, value: Operand<'_>) -> String {
        match value.storage {
            // What is ISO 8601 already is shown as it was written, with or without an offset.
            Storage::Datetime if is_foreign(value) => {
                let column = value.text;
                format!("CASE WHEN substr({column}, 11, 1) = ' ' THEN rt_moment({column}) ELSE {column} END")
            }
            _ => value.text.to_owned(),
        }
    }

    fn like(&self, value: Operand<'_>, pattern: &str, case: LetterCase) -> String {
        let function = match case {
            LetterCase::Exact => "rt_like",
            LetterCase::Any => "rt_ilike",
        };
        format!("{function}({}, {pattern})", value.text)
    }

    fn distinct(&self, value: Operand<'_>, parameter: &str) -> String {
        let one = self.equal(value);
        let json = value.storage == Storage::Json;
        let other = if json { self.canonical(parameter) } else { parameter.to_owned() };
        format!("{one} IS NOT {other}")
    }

    fn matches(&self, value: Operand<'_>, pattern: &str, case: LetterCase) -> String {
        let function = match case {
            LetterCase::Exact => "rt_match",
            LetterCase::Any => "rt_imatch",
        };
        format!("{function}({}, {pattern})", value.text)
    }

    fn contains(&self, value: Operand<'_>, parameter: &str) -> String {
        format!("rt_contains({}, {parameter})", value.text)
    }

    fn contained(&self, value: Operand<'_>, parameter: &str) -> String {
        format!("rt_contains({parameter}, {})", value.text)
    }

    fn overlaps(&self, value: Operand<'_>, parameter: &str) -> String {
        format!("rt_overlaps({}, {parameter})", value.text)
    }

    fn search(&self, value: Operand<'_>, query: &str, Search { mode, language }: Search) -> String {
        let mode = match mode {
            SearchMode::Operators => "operators",
            SearchMode::All => "all",
            SearchMode::Phrase => "phrase",
            SearchMode::Web => "web",
        };
        format!("rt_search({}, {query}, '{mode}', '{}')", value.text, language.word())
    }

    fn path(&self, document: Operand<'_>, path: &[PathKey], as_text: bool) -> String {
        let function = if as_text { "rt_text" } else { "rt_json" };
        format!("{function}({}, {})", document.text, self.literal(&json_path::json(path)))
    }

    fn canonical(&self, document: &str) -> String {
        format!("rt_canonical({document})")
    }

    fn json_order(&self, document: &str) -> String {
        format!(
            "CASE WHEN json_type({document}) NOT IN ('array', 'object') THEN json_extract({document}, '$') END"
        )
    }

    fn cast(&self, value: &str, from: Form, to: Cast) -> String {
        let name = match to {
            Cast::Text => "text",
            Cast::Integer => "integer",
            Cast::Float => "float",
            Cast::Decimal => "decimal",
            Cast::Boolean => "boolean",
            Cast::Date => "date",
            Cast::Time => "time",
            Cast::Datetime => "datetime",
            Cast::Json => "json",
        };
        let cast = format!("rt_cast({value}, '{name}')");
        match (from, to) {
            // Booleans are 1 and 0 here; the function cannot tell.
            (Form::Boolean, Cast::Text | Cast::Json) => {
                format!("CASE {value} WHEN 1 THEN 'true' WHEN 0 THEN 'false' ELSE {cast} END")
            }
            // A number has no zeros at its end; the text of a decimal has those of its scale.
            (Form::Decimal(scale @ 1..), Cast::Text) => {
                let text = format!("printf('%.{scale}f', {value})");
                format!("CASE WHEN typeof({value}) IN ('integer', 'real') THEN {text} ELSE {cast} END")
            }
            _ => cast,
        }
    }

    fn aggregate(&self, function: Aggregate, value: Operand<'_>) -> String {
        let column = self.bytewise(value);
        match (function, value.form) {
            // A sum of doubles may be off by what no decimal place shows.
            (Aggregate::Sum, Form::Decimal(scale)) => format!("round(sum({column}), {scale})"),
            (Aggregate::Avg, Form::Decimal(scale)) => {
                format!("(round(total({column}), {scale}) / count({column}))")
            }
            _ => format!("{}({column})", function.word()),
        }
    }

    fn place(&self, number: usize) -> String {
        format!("{number} COLLATE BINARY")
    }

    /// A database with a table called `json_each` hides the function from us; lists are then an error.
    fn in_list(&self, value: Operand<'_>, list: &str) -> String {
        // A list holds JSON values; JSON is taken for what it says, as they are.
        let column = self.sorted(value);
        format!("{column} IN (SELECT value FROM json_each({list}))")
    }

    fn order(&self, column: &str, term: Term) -> String {
        let (word, usual) = match term.direction {
            Direction::Ascending => ("", Nulls::First),
            Direction::Descending => (" DESC", Nulls::Last),
        };
        // Said only where it differs: an index serves no order that says where nulls stand.
        let nulls = match term.nulls.filter(|nulls| *nulls != usual) {
            None => "",
            Some(Nulls::First) => " NULLS FIRST",
            Some(Nulls::Last) => " NULLS LAST",
        };
        format!("{column}{word}{nulls}")
    }

    fn page(&self, limit: Option<&str>, offset: Option<&str>) -> String {
        match (limit, offset) {
            (None, None) => String::new(),
            (Some(limit), None) => format!("LIMIT {limit}"),
            (Some(limit), Some(offset)) => format!("LIMIT {limit} OFFSET {offset}"),
            // SQLite has no OFFSET of its own; a negative limit is none.
            (None, Some(offset)) => format!("LIMIT -1 OFFSET {offset}"),
        }
    }

    fn key_text(&self, value: Operand<'_>) -> String {
        match value.storage {
            // A path names bytes in base64, which SQLite cannot write.
            Storage::Bytes => "NULL".to_owned(),
            _ => format!("CAST({} AS TEXT)", value.text),
        }
    }

    fn row(&self, layout: &Layout, cells: &[Cell]) -> String {
        format!("rt_row({})", self.arguments(layout, cells))
    }

    fn rows(&self, layout: &Layout, cells: &[Cell], _arranged: &Arrangement) -> String {
        format!("coalesce(rt_rows({}), '[]')", self.arguments(layout, cells))
    }

    fn values(&self, layout: &Layout, cell: &Cell, _arranged: &Arrangement) -> String {
        format!("coalesce(rt_values({}, {}), '[]')", self.literal(&layout.encode()), cell.text)
    }

    /// `RETURNING` opens a table of its own for every statement: a tenth of all instructions of a
    /// small insert, measured, and this saves most of it.
    fn last_inserted(&self) -> Option<&'static str> {
        Some("last_insert_rowid()")
    }

    fn default_values(&self) -> &'static str {
        "DEFAULT VALUES"
    }

    fn explain(&self, text: &str) -> String {
        format!("EXPLAIN QUERY PLAN {text}")
    }

    fn explanation(&self) -> Layout {
        let column = |(name, form): (&str, Form)| (name.into(), form);
        let columns = [
            ("id", Form::Integer),
            ("parent", Form::Integer),
            ("notused", Form::Integer),
            ("detail", Form::Text),
        ];
        Layout { columns: columns.map(column).into(), ..Layout::default() }
    }
}

/// Whether a column was declared by others, who may write moments otherwise than we do:
/// `2026-11-21 17:30:00`.
fn is_foreign(value: Operand<'_>) -> bool {
    matches!(value.origin, Origin::Column(Some(_)))
}

impl Sqlite {
    fn arguments(self, layout: &Layout, cells: &[Cell]) -> String {
        let layout = self.literal(&layout.encode());
        let cells = cells.iter().map(|cell| cell.text.as_str());
        std::iter::once(layout.as_str()).chain(cells).collect::<Vec<_>>().join(", ")
    }
}

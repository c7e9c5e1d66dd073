//! PostgreSQL, from 12 on.
//!
//! The sessions that run these statements have `TimeZone` UTC and `DateStyle` ISO. Parameters are sent as
//! text and are of the type that the server infers; a list for [`Dialect::in_list`] is bound as an array.
//! Embedded rows are records, which the store takes apart: `ROW(array_agg(ROW(...)))` is a list, and its
//! array is null for no rows.
//!
//! Text of a column whose collation is not known to be `C` is told to be compared byte by byte where it
//! is ordered; text that is equal is the same bytes anyhow, save in collations that somebody made so.

mod cast;
mod column_type;

use roundtrip_query::plan::{Aggregate, Cast, Direction, Nulls, PathKey, Range, Search, SearchMode, Slot};
use roundtrip_schema::field::Storage;
use roundtrip_schema::{Form, Layout};

use self::column_type::{ColumnType, Family};
use super::{Arrangement, Cell, Dialect, LetterCase, Operand, Origin, Sign, Term};

/// PostgreSQL.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Postgres;

/// A collation that knows the letters of every alphabet; `C` knows those of English.
const LETTERS: &str = "COLLATE \"und-x-icu\"";

impl Dialect for Postgres {
    fn identifier(&self, name: &str) -> String {
        format!("\"{}\"", storable(name).replace('"', "\"\""))
    }

    fn literal(&self, text: &str) -> String {
        let quoted = storable(text).replace('\'', "''");
        // A backslash means itself only where `standard_conforming_strings` is on.
        if quoted.contains('\\') {
            return format!("E'{}'", quoted.replace('\\', "\\\\"));
        }
        format!("'{quoted}'")
    }

    fn written_alias(&self, alias: &str) -> Option<String> {
        Some(format!(" AS {alias}"))
    }

    fn parameter(&self, Slot(slot): Slot) -> String {
        format!("${}", u32::from(slot) + 1)
    }

    fn constant(&self, value: bool) -> &'static str {
        if value { "true" } else { "false" }
    }

    fn is(&self, condition: &str, value: bool) -> String {
        format!("{condition} IS {}", self.constant(value))
    }

    fn bytewise(&self, value: Operand<'_>) -> String {
        let (ty, text) = (ColumnType::of(value), value.text);
        match ty.family {
            Family::Text if !ty.bytewise => format!("{text} COLLATE \"C\""),
            Family::Opaque => format!("{text}::text COLLATE \"C\""),
            _ => text.to_owned(),
        }
    }

    fn equal(&self, value: Operand<'_>) -> String {
        let (ty, text) = (ColumnType::of(value), value.text);
        match ty.family {
            Family::Text if ty.collated => format!("{text} COLLATE \"C\""),
            Family::Opaque => format!("{text}::text"),
            Family::Json if !ty.array => self.canonical(text),
            _ => text.to_owned(),
        }
    }

    fn sorted(&self, value: Operand<'_>) -> String {
        let ty = ColumnType::of(value);
        match ty.family {
            Family::Json | Family::Jsonb if !ty.array => self.json_order(&document(value)),
            _ => self.bytewise(value),
        }
    }

    fn compare(&self, value: Operand<'_>, sign: Sign, parameter: &str) -> String {
        let ty = ColumnType::of(value);
        let is_json = matches!(ty.family, Family::Json | Family::Jsonb) && !ty.array;
        let one = if sign.is_equality() { self.equal(value) } else { self.sorted(value) };
        let other = match ty.family {
            _ if is_json && !sign.is_equality() => self.json_order(&self.canonical(parameter)),
            // A number that the column could not hold is greater than all that it does.
            Family::Small if !ty.array => format!("{parameter}::bigint"),
            _ => parameter.to_owned(),
        };
        format!("{one} {} {other}", sign.word())
    }

    /// A domain inside a record would hide what it is made of.
    fn shown(&self, value: Operand<'_>) -> String {
        let (ty, text) = (ColumnType::of(value), value.text);
        match (ty.family, ty.array, ty.base) {
            (Family::Own | Family::Opaque | Family::Folded, false, _) => format!("{text}::text"),
            (Family::Own | Family::Opaque | Family::Folded, true, _) => format!("{text}::text[]"),
            (Family::Inet, false, _) => inet(text),
            (Family::Inet, true, _) => format!("to_jsonb({text})"),
            (_, _, Some(base)) => format!("{text}::{base}"),
            (_, _, None) => text.to_owned(),
        }
    }

    fn like(&self, value: Operand<'_>, pattern: &str, case: LetterCase) -> String {
        let (ty, text) = (ColumnType::of(value), searched(value));
        match (case, ty.family) {
            // In any case is what such a column is for.
            (LetterCase::Exact, Family::Folded) => format!("{} LIKE {pattern}", value.text),
            (LetterCase::Exact, _) if ty.collated => format!("{text} COLLATE \"C\" LIKE {pattern}"),
            (LetterCase::Exact, _) => format!("{text} LIKE {pattern}"),
            (LetterCase::Any, _) => format!("{text} {LETTERS} ILIKE {pattern}"),
        }
    }

    fn distinct(&self, value: Operand<'_>, parameter: &str) -> String {
        let ty = ColumnType::of(value);
        let wide = if ty.family == Family::Small && !ty.array { "::bigint" } else { "" };
        format!("{} IS DISTINCT FROM {parameter}{wide}", self.equal(value))
    }

    fn matches(&self, value: Operand<'_>, pattern: &str, case: LetterCase) -> String {
        let operator = match case {
            LetterCase::Exact => "~",
            LetterCase::Any => "~*",
        };
        format!("{} {LETTERS} {operator} {pattern}", searched(value))
    }

    fn contains(&self, value: Operand<'_>, parameter: &str) -> String {
        format!("{} @> {parameter}", self.equal(value))
    }

    fn contained(&self, value: Operand<'_>, parameter: &str) -> String {
        format!("{} <@ {parameter}", self.equal(value))
    }

    fn overlaps(&self, value: Operand<'_>, parameter: &str) -> String {
        let ty = ColumnType::of(value);
        if ty.array || ty.family == Family::Own {
            return format!("{} && {parameter}", value.text);
        }
        // Not `@>` with each item: objects would overlap with their own parts. Not `?|`: it knows texts.
        let document = document(value);
        let items = |json: &str| {
            format!("jsonb_array_elements(CASE jsonb_typeof({json}) WHEN 'array' THEN {json} END)")
        };
        let (here, there) = (items(&document), items(&self.canonical(parameter)));
        format!(
            "CASE WHEN {document} IS NOT NULL THEN EXISTS \
             (SELECT FROM {here} AS o (item) WHERE o.item IN (SELECT {there})) END"
        )
    }

    fn range(&self, value: Operand<'_>, range: Range, parameter: &str) -> String {
        let operator = match range {
            Range::Left => "<<",
            Range::Right => ">>",
            Range::NotRight => "&<",
            Range::NotLeft => "&>",
            Range::Adjacent => "-|-",
        };
        format!("{} {operator} {parameter}", value.text)
    }

    fn search(&self, value: Operand<'_>, query: &str, Search { mode, language }: Search) -> String {
        let function = match mode {
            SearchMode::Operators => "to_tsquery",
            SearchMode::All => "plainto_tsquery",
            SearchMode::Phrase => "phraseto_tsquery",
            SearchMode::Web => "websearch_to_tsquery",
        };
        let language = language.word();
        let is_prepared = matches!(value.origin, Origin::Column(Some("tsvector")));
        let words = match ColumnType::of(value).family {
            _ if is_prepared => value.text.to_owned(),
            Family::Json | Family::Jsonb => format!("to_tsvector('{language}', {})", document(value)),
            _ => format!("to_tsvector('{language}', {})", searched(value)),
        };
        format!("{words} @@ {function}('{language}', {query})")
    }

    fn path(&self, document: Operand<'_>, path: &[PathKey], as_text: bool) -> String {
        let mut found = self::document(document);
        let mut arrays = Vec::new();
        for (index, key) in path.iter().enumerate() {
            let arrow = if as_text && index + 1 == path.len() { "->>" } else { "->" };
            let key = match key {
                // No document has such a member.
                PathKey::Member(name) if name.contains('\0') => "NULL::text".to_owned(),
                PathKey::Member(name) => self.literal(name),
                PathKey::Index(place) => {
                    // The server takes a value that is neither array nor object for an array of one.
                    arrays.push(format!("jsonb_typeof({found}) = 'array'"));
                    // No array goes further than 32 bits.
                    i32::try_from(*place)
                        .map_or_else(|_| "NULL::int".to_owned(), |place| format!("({place})"))
                }
            };
            found.extend([" ", arrow, " ", &key]);
        }
        if arrays.is_empty() {
            format!("({found})")
        } else {
            format!("(CASE WHEN {} THEN {found} END)", arrays.join(" AND "))
        }
    }

    fn canonical(&self, document: &str) -> String {
        format!("{document}::jsonb")
    }

    /// Numbers and booleans come before texts, as in databases that know no type of JSON.
    fn json_order(&self, document: &str) -> String {
        let (is, text) =
            (format!("jsonb_typeof({document})"), format!("({document} #>> '{{}}') COLLATE \"C\""));
        format!(
            "CASE WHEN {is} = 'number' THEN ROW(0, {document}::numeric, ''::text COLLATE \"C\") \
             WHEN {is} = 'boolean' THEN ROW(0, {document}::boolean::int::numeric, ''::text COLLATE \"C\") \
             WHEN {is} = 'string' THEN ROW(1, 0::numeric, {text}) END"
        )
    }

    fn cast(&self, value: &str, from: Form, to: Cast) -> String {
        cast::cast(value, from, to)
    }

    fn aggregate(&self, function: Aggregate, value: Operand<'_>) -> String {
        let (ty, text) = (ColumnType::of(value), value.text);
        match function {
            Aggregate::Count => format!("count({text})"),
            // PostgreSQL widens a sum, and a mean of whole numbers is of another type than its text says.
            Aggregate::Sum if value.storage == Storage::Integer && ty.family != Family::Interval => {
                format!("sum({text})::bigint")
            }
            Aggregate::Sum => format!("sum({text})"),
            Aggregate::Avg if ty.family == Family::Interval => {
                format!("avg(extract(epoch FROM {text}) * 1000000)")
            }
            Aggregate::Avg => format!("avg({text})::float8"),
            Aggregate::Max | Aggregate::Min => self.extreme(function, value),
        }
    }

    fn place(&self, number: usize) -> String {
        number.to_string()
    }

    fn in_list(&self, value: Operand<'_>, list: &str) -> String {
        let ty = ColumnType::of(value);
        let wide = if ty.family == Family::Small && !ty.array { "::bigint[]" } else { "" };
        format!("{} = ANY ({list}{wide})", self.equal(value))
    }

    fn order(&self, column: &str, term: Term) -> String {
        let (word, usual) = match term.direction {
            Direction::Ascending => ("", Nulls::Last),
            Direction::Descending => (" DESC", Nulls::First),
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
        let parts = [("LIMIT", limit), ("OFFSET", offset)];
        let parts = parts.into_iter().filter_map(|(word, rows)| Some(format!("{word} {}", rows?)));
        parts.collect::<Vec<_>>().join(" ")
    }

    fn key_text(&self, value: Operand<'_>) -> String {
        match (value.storage, value.form) {
            // A path names bytes in base64, which PostgreSQL breaks into lines.
            (Storage::Bytes, _) => format!("translate(encode({}, 'base64'), E'\\n', '')", value.text),
            (_, form) => cast::cast(value.text, form, Cast::Text),
        }
    }

    fn row(&self, _layout: &Layout, cells: &[Cell]) -> String {
        let cells: Vec<&str> = cells.iter().map(|cell| cell.text.as_str()).collect();
        format!("ROW({})", cells.join(", "))
    }

    fn rows(&self, layout: &Layout, cells: &[Cell], arranged: &Arrangement) -> String {
        all(&self.row(layout, cells), arranged)
    }

    /// Each value in a record of its own: some types cannot be in an array.
    fn values(&self, layout: &Layout, cell: &Cell, arranged: &Arrangement) -> String {
        all(&self.row(layout, std::slice::from_ref(cell)), arranged)
    }

    fn last_inserted(&self) -> Option<&'static str> {
        None
    }

    fn default_values(&self) -> &'static str {
        "DEFAULT VALUES"
    }

    fn explain(&self, text: &str) -> String {
        format!("EXPLAIN {text}")
    }

    fn explanation(&self) -> Layout {
        Layout { columns: vec![("QUERY PLAN".into(), Form::Text)], ..Layout::default() }
    }
}

impl Postgres {
    /// The greatest or the least, for types that have no such function too. The planner asks it of no
    /// JSON, bytes, booleans or lists.
    fn extreme(self, function: Aggregate, value: Operand<'_>) -> String {
        let (word, text) = (function.word(), value.text);
        match ColumnType::of(value).family {
            Family::Uuid => format!("{word}({text}::text COLLATE \"C\")"),
            Family::Folded => format!("{word}({text})::text"),
            Family::Inet => inet(&format!("{word}({text})")),
            Family::Own => {
                let downwards = if function == Aggregate::Max { " DESC" } else { "" };
                let all = format!("array_agg({text} ORDER BY {text}{downwards})");
                format!("({all} FILTER (WHERE {text} IS NOT NULL))[1]::text")
            }
            Family::Text
            | Family::Small
            | Family::Plain
            | Family::Json
            | Family::Jsonb
            | Family::Interval
            | Family::Opaque => format!("{word}({})", self.bytewise(value)),
        }
    }
}

/// The records of all rows. Their page was cut before.
fn all(record: &str, Arrangement { order, page: _ }: &Arrangement) -> String {
    if order.is_empty() {
        return format!("ROW(array_agg({record}))");
    }
    format!("ROW(array_agg({record} ORDER BY {}))", order.join(", "))
}

/// A text as PostgreSQL can hold it, which has no NUL in any text.
fn storable(text: &str) -> String {
    text.replace('\0', "\u{fffd}")
}

/// A value as JSON that can be looked into.
fn document(value: Operand<'_>) -> String {
    let ty = ColumnType::of(value);
    match ty.family {
        Family::Jsonb if !ty.array => value.text.to_owned(),
        Family::Json if !ty.array => format!("{}::jsonb", value.text),
        _ => format!("to_jsonb({})", value.text),
    }
}

/// A value as text that patterns and words are looked for in.
fn searched(value: Operand<'_>) -> String {
    match ColumnType::of(value).family {
        Family::Text => value.text.to_owned(),
        Family::Inet => inet(value.text),
        _ => format!("{}::text", value.text),
    }
}

/// An address as it is written: its cast to text would say `/32`, too.
fn inet(value: &str) -> String {
    format!("(to_jsonb({value}) #>> '{{}}')")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_texts_hold_any_character() {
        for (text, identifier, literal) in [
            ("a b", r#""a b""#, "'a b'"),
            (r#"it's "so""#, r#""it's ""so""""#, r#"'it''s "so"'"#),
            (r"a\'", r#""a\'""#, r"E'a\\'''"),
            ("a\0b", "\"a\u{fffd}b\"", "'a\u{fffd}b'"),
        ] {
            assert_eq!(Postgres.identifier(text), identifier);
            assert_eq!(Postgres.literal(text), literal);
        }
    }
}

//! From a resource into a file: page after page by primary key, so that memory stays flat.
//!
//! Every field is written, also those that callers never see: the operator asks. Rows written by
//! others meanwhile may or may not be in it; no row is written twice. It must not know the command
//! line.

use std::io::Write;

use roundtrip_engine::{Engine, EngineError};
use roundtrip_journey::Journey;
use roundtrip_policy::Caller;
use roundtrip_query::operation::{
    Comparison, Condition, Count, Direction, FieldItem, FieldPath, Item, Operand, Operation, Operator,
    OrderTerm, Read, Selection, Target,
};
use roundtrip_schema::{Kind, Resource};
use serde_json::value::RawValue;
use thiserror::Error;

use super::format::Format;
use super::object::members;

/// Rows in one page; also kept under `limits.page_rows`.
const PAGE_ROWS: u64 = 1_000;

/// Why an export ended early.
#[derive(Debug, Error)]
pub enum ExportError {
    /// There is no such resource.
    #[error("there is no resource {0:?}")]
    NoResource(String),
    /// The rows cannot be read.
    #[error(transparent)]
    Engine(#[from] EngineError),
    /// The file cannot be written.
    #[error("the output cannot be written: {0}")]
    Write(#[from] std::io::Error),
    /// The store gave something that is no list of rows.
    #[error("the database gave rows that are not JSON: {0}")]
    Rows(#[from] serde_json::Error),
}

/// Told rows written and, where it is known, rows in all.
pub type Progress<'a> = &'a (dyn Fn(u64, Option<u64>) + Sync);

/// Writes every row of a resource; gives how many there were.
///
/// # Errors
/// [`ExportError`]; what was written before stays written.
pub async fn export(
    engine: &Engine,
    resource: &str,
    format: Format,
    output: &mut (dyn Write + Send),
    progress: Progress<'_>,
) -> Result<u64, ExportError> {
    let model = engine.model();
    let id = model.schema.find(resource).ok_or_else(|| ExportError::NoResource(resource.to_owned()))?;
    let resource = model.schema.resource(id);
    let size = if model.limits.page_rows == 0 { PAGE_ROWS } else { PAGE_ROWS.min(model.limits.page_rows) };
    let mut pages = Pages { engine, resource, size, after: Place::Beginning };
    let mut sheet = Sheet::begin(format, resource, output)?;
    let (mut written, mut total) = (0, None);
    while let Some(body) = pages.next(&mut total).await? {
        let rows: Vec<&RawValue> = serde_json::from_slice(&body)?;
        for row in &rows {
            sheet.row(row.get())?;
            written += 1;
        }
        pages.go_on(&rows)?;
        progress(written, total);
    }
    sheet.end()?;
    Ok(written)
}

/// The pages of a resource.
struct Pages<'a> {
    engine: &'a Engine,
    resource: &'a Resource,
    size: u64,
    after: Place,
}

/// After which row the next page begins.
enum Place {
    Beginning,
    /// After the row with this key.
    Key(Vec<String>),
    /// After so many rows, for what has no key that can be compared: a view, a key of bytes.
    Offset(u64),
    End,
}

impl Pages<'_> {
    async fn next(&mut self, total: &mut Option<u64>) -> Result<Option<Vec<u8>>, ExportError> {
        let keys = self.keys();
        let mut selection = Selection {
            items: self
                .resource
                .fields
                .iter()
                .map(|field| Item::Field(FieldItem::named(field.name.clone())))
                .collect(),
            order: keys.iter().map(|name| term(name)).collect(),
            limit: Some(self.size),
            ..Selection::default()
        };
        let mut count = Count::None;
        match &self.after {
            Place::Beginning => count = Count::Exact,
            Place::Key(last) => selection.filter = vec![after(&keys, last)],
            Place::Offset(offset) => selection.offset = Some(*offset),
            Place::End => return Ok(None),
        }
        let target = Target::of(self.resource.name.clone());
        let read = Operation::Read(Read { count, ..Read::new(target, selection) });
        let mut journey = Journey::start(&*self.engine.world().clock);
        let outcome = self.engine.execute(Caller::Operator, &read, &mut journey).await?;
        *total = total.or(outcome.total);
        Ok((outcome.count > 0).then_some(outcome.body))
    }

    /// The names of the key by which pages follow each other; none where it cannot be compared.
    fn keys(&self) -> Vec<&str> {
        let fields = || self.resource.primary_key.iter().map(|id| self.resource.field(*id));
        // What is stored in another form than it is written in cannot be given back as a literal.
        let comparable = fields()
            .all(|field| !field.ty.list && !matches!(field.ty.kind, Kind::Json | Kind::Bytes | Kind::Any));
        if comparable { fields().map(|field| field.name.as_str()).collect() } else { Vec::new() }
    }

    /// Moves behind the rows of a page.
    fn go_on(&mut self, rows: &[&RawValue]) -> Result<(), ExportError> {
        let count = rows.len() as u64;
        let keys = self.keys();
        let next = match rows.last() {
            Some(last) if count == self.size => {
                if keys.is_empty() {
                    let before = if let Place::Offset(offset) = self.after { offset } else { 0 };
                    Place::Offset(before + count)
                } else {
                    let members = members(last.get())?;
                    let value = |name: &&str| {
                        let json = members.iter().find(|(member, _)| member == name).map(|(_, json)| *json);
                        json.map(plain).unwrap_or_default()
                    };
                    Place::Key(keys.iter().map(value).collect())
                }
            }
            _ => Place::End,
        };
        self.after = next;
        Ok(())
    }
}

fn term(name: &str) -> OrderTerm {
    OrderTerm {
        relation: None,
        field: FieldPath::field(name.to_owned()),
        direction: Direction::Ascending,
        nulls: None,
    }
}

/// The rows after a key: `a > x`, or `a = x and b > y`, and so on.
fn after(keys: &[&str], last: &[String]) -> Condition {
    let compare = |index: usize, operator: Operator| {
        let (field, operand) = (keys[index].to_owned(), Operand::One(last[index].clone()));
        Condition::Compare(Comparison::new(field, operator, operand))
    };
    let from = |index: usize| {
        let mut all: Vec<Condition> = (0..index).map(|before| compare(before, Operator::Eq)).collect();
        all.push(compare(index, Operator::Gt));
        if all.len() == 1 { all.remove(0) } else { Condition::And(all) }
    };
    let mut any: Vec<Condition> = (0..keys.len()).map(from).collect();
    if any.len() == 1 { any.remove(0) } else { Condition::Or(any) }
}

/// A JSON value as a literal or a cell: text without its quotes, null as nothing.
fn plain(json: &str) -> String {
    match json.as_bytes().first() {
        Some(b'"') => serde_json::from_str(json).unwrap_or_else(|_| json.to_owned()),
        Some(b'n') => String::new(),
        _ => json.to_owned(),
    }
}

/// A file that is being written.
enum Sheet<'a> {
    Csv(Box<csv::Writer<&'a mut (dyn Write + Send)>>),
    Json { output: &'a mut (dyn Write + Send), first: bool },
    Ndjson(&'a mut (dyn Write + Send)),
}

impl<'a> Sheet<'a> {
    fn begin(
        format: Format,
        resource: &Resource,
        output: &'a mut (dyn Write + Send),
    ) -> Result<Self, ExportError> {
        Ok(match format {
            Format::Csv => {
                let mut writer = csv::Writer::from_writer(output);
                let names = resource.fields.iter().map(|field| field.name.as_str());
                writer.write_record(names).map_err(std::io::Error::from)?;
                Self::Csv(Box::new(writer))
            }
            Format::Json => {
                output.write_all(b"[")?;
                Self::Json { output, first: true }
            }
            Format::Ndjson => Self::Ndjson(output),
        })
    }

    fn row(&mut self, json: &str) -> Result<(), ExportError> {
        match self {
            Self::Csv(writer) => {
                let cells = members(json)?.into_iter().map(|(_, json)| plain(json));
                writer.write_record(cells).map_err(std::io::Error::from)?;
            }
            Self::Json { output, first } => {
                output.write_all(if *first { b"\n" } else { b",\n" })?;
                output.write_all(json.as_bytes())?;
                *first = false;
            }
            Self::Ndjson(output) => {
                // A JSON field is kept as it was written, so it may hold line breaks between its values.
                output.write_all(json.replace(['\n', '\r'], " ").as_bytes())?;
                output.write_all(b"\n")?;
            }
        }
        Ok(())
    }

    fn end(self) -> Result<(), ExportError> {
        match self {
            Self::Csv(mut writer) => writer.flush()?,
            Self::Json { output, .. } => {
                output.write_all(b"\n]\n")?;
                output.flush()?;
            }
            Self::Ndjson(output) => output.flush()?,
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_of_a_composite_key_follow_each_other() {
        let one = |field: &str, operator, value: &str| {
            let (field, operand) = (field.to_owned(), Operand::One(value.to_owned()));
            Condition::Compare(Comparison::new(field, operator, operand))
        };
        assert_eq!(after(&["id"], &["7".to_owned()]), one("id", Operator::Gt, "7"));
        let expected = Condition::Or(vec![
            one("a", Operator::Gt, "1"),
            Condition::And(vec![one("a", Operator::Eq, "1"), one("b", Operator::Gt, "x")]),
        ]);
        assert_eq!(after(&["a", "b"], &["1".to_owned(), "x".to_owned()]), expected);
    }

    #[test]
    fn values_become_cells() {
        for (json, cell) in
            [("\"a\\\"b\"", "a\"b"), ("null", ""), ("1.50", "1.50"), ("[1]", "[1]"), ("true", "true")]
        {
            assert_eq!(plain(json), cell);
        }
    }
}

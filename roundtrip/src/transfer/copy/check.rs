//! The first reading: every value is held against its type, and nothing is written.
//!
//! It must not know what is done with the rows.

use std::path::PathBuf;
use std::sync::Arc;

use roundtrip_engine::Engine;
use roundtrip_journey::Journey;
use roundtrip_policy::Caller;
use roundtrip_query::operation::{
    Comparison, Condition, Count, Operand, Operation, Operator, Read, Selection, Target,
};
use roundtrip_schema::field::Storage;
use roundtrip_schema::{FieldId, Resource, Schema};
use roundtrip_store_sqlite as sqlite;
use serde_json::value::RawValue;

use super::structure::{TablePair, Tables};
use super::value::canonical;
use super::{CopyError, Digest, Event, MOST_TOLD, Misfit, Watch};
use crate::transfer::object::members;
use crate::transfer::pages::Pages;

/// Finds values in a file of SQLite that would not be recognised for what they are.
pub(super) async fn misfits(path: PathBuf, schema: Arc<Schema>) -> Result<(), CopyError> {
    let looking = tokio::task::spawn_blocking(move || sqlite::misfits(&path, &schema, MOST_TOLD));
    let found = looking.await.map_err(|_gone| CopyError::Closed)??;
    let misfit = |one: sqlite::Misfit| Misfit {
        resource: one.resource,
        row: one.row,
        field: one.field,
        reason: one.reason.to_owned(),
    };
    let told: Vec<Misfit> = found.told.into_iter().map(misfit).collect();
    if told.is_empty() { Ok(()) } else { Err(CopyError::Misfits(told, found.count)) }
}

/// Reads every row; gives a checksum for each table.
pub(super) async fn check(
    engine: &Engine,
    tables: &Tables,
    watch: Watch<'_>,
) -> Result<Vec<Digest>, CopyError> {
    let mut total = 0;
    for table in tables.iter() {
        total += count(engine, &table.source).await?;
    }
    watch(Event::Begins("checking", total));
    let (mut told, mut bad) = (Vec::new(), 0);
    let mut digests = Vec::new();
    for table in tables.iter() {
        let mut reading = Reading::new(table, tables.pages(table));
        while let Some(page) = reading.next(engine).await? {
            watch(Event::Rows(page.rows));
            bad += page.misfits.len() as u64;
            told.extend(page.misfits);
            told.truncate(MOST_TOLD);
        }
        for (field, nulls) in reading.nulls() {
            let hidden = nulls.saturating_sub(nulls_of(engine, &table.source, field).await?);
            if hidden > 0 {
                bad += hidden;
                told.push(Misfit {
                    resource: table.name().to_owned(),
                    row: format!("in {hidden} of its rows"),
                    field: field.to_owned(),
                    reason: "is infinite or no number".to_owned(),
                });
            }
        }
        digests.push(reading.digest);
    }
    if bad == 0 { Ok(digests) } else { Err(CopyError::Misfits(told, bad)) }
}

/// How many rows a table has.
async fn count(engine: &Engine, table: &Resource) -> Result<u64, CopyError> {
    count_where(engine, table, Vec::new()).await
}

/// In how many rows a field is null to the database itself.
async fn nulls_of(engine: &Engine, table: &Resource, field: &str) -> Result<u64, CopyError> {
    let is_null = Comparison::new(field.to_owned(), Operator::Is, Operand::One("null".to_owned()));
    count_where(engine, table, vec![Condition::Compare(is_null)]).await
}

async fn count_where(engine: &Engine, table: &Resource, filter: Vec<Condition>) -> Result<u64, CopyError> {
    let selection = Selection { limit: Some(1), filter, ..Selection::default() };
    let read = Read { count: Count::Exact, ..Read::new(Target::of(table.name.clone()), selection) };
    let mut journey = Journey::start(&*engine.world().clock);
    let outcome = engine.execute(Caller::Operator, &Operation::Read(read), &mut journey).await?;
    Ok(outcome.total.unwrap_or_default())
}

/// A table that is being read.
pub(super) struct Reading<'a> {
    table: &'a TablePair,
    pages: Pages,
    /// The checksum of what was read.
    pub(super) digest: Digest,
    /// How often each number with a fraction was null in JSON, which cannot say infinite.
    nulls: Vec<(FieldId, u64)>,
}

/// A page that was read.
pub(super) struct Page {
    /// The rows as a JSON list.
    pub(super) body: Vec<u8>,
    /// How many they are.
    pub(super) rows: u64,
    /// Their values that do not fit.
    pub(super) misfits: Vec<Misfit>,
}

impl<'a> Reading<'a> {
    pub(super) fn new(table: &'a TablePair, pages: Pages) -> Self {
        let is_float = |id: &FieldId| table.source.field(*id).ty.storage() == Storage::Float;
        let nulls = table.source.fields().map(|(id, _)| id).filter(is_float).map(|id| (id, 0)).collect();
        Self { table, pages, digest: Digest::default(), nulls }
    }

    /// The numbers that were null, and how often; they may have been infinite.
    fn nulls(&self) -> impl Iterator<Item = (&str, u64)> {
        let found = self.nulls.iter().filter(|(_, count)| *count > 0);
        found.map(|(id, count)| (self.table.source.field(*id).name.as_str(), *count))
    }

    /// The next page, nothing behind the last.
    pub(super) async fn next(&mut self, engine: &Engine) -> Result<Option<Page>, CopyError> {
        let Some(body) = self.pages.next(engine).await? else { return Ok(None) };
        let rows: Vec<&RawValue> = serde_json::from_slice(&body)?;
        let mut misfits = Vec::new();
        let mut text = Vec::new();
        for row in &rows {
            text.clear();
            self.row(row.get(), &mut text, &mut misfits)?;
            self.digest.add(&text);
        }
        self.pages.go_on(&rows)?;
        let rows = rows.len() as u64;
        Ok(Some(Page { body, rows, misfits }))
    }

    /// Appends the one text of a row to `text`.
    fn row(&mut self, json: &str, text: &mut Vec<u8>, misfits: &mut Vec<Misfit>) -> Result<(), CopyError> {
        let members = members(json)?;
        for (id, field) in self.table.wanted.fields() {
            let given =
                members.iter().find(|(name, _)| *name == field.name).map_or("null", |(_, json)| *json);
            if given == "null"
                && let Some((_, count)) = self.nulls.iter_mut().find(|(float, _)| *float == id)
            {
                *count += 1;
            }
            let room = self.table.room.iter().find(|(narrow, _)| *narrow == id).map(|(_, most)| *most);
            let value = canonical(field, given).and_then(|value| match room {
                Some(most) if plain_length(given) > most => {
                    Err(format!("has more than {most} characters, which is what a key has room for there"))
                }
                _ => Ok(value),
            });
            // What does not fit still counts: a target that lost it is another.
            let (value, reason) = match value {
                Ok(value) => (value, None),
                Err(reason) => (given.to_owned(), Some(reason)),
            };
            // Lengths keep "a","bc" and "ab","c" apart.
            text.extend_from_slice(&(value.len() as u64).to_le_bytes());
            text.extend_from_slice(value.as_bytes());
            if let Some(reason) = reason {
                let (resource, row) =
                    (self.table.name().to_owned(), self.table.key(&members, self.digest.rows + 1));
                misfits.push(Misfit { resource, row, field: field.name.clone(), reason });
            }
        }
        Ok(())
    }
}

fn plain_length(json: &str) -> usize {
    serde_json::from_str::<String>(json).map_or(0, |text| text.chars().count())
}

//! The rows of a resource page after page by primary key, so that memory stays flat.
//!
//! Every field is read, also those that callers never see: the operator asks. Rows written by others
//! meanwhile may or may not be among them; no row comes twice. It must not know what becomes of the
//! rows.

use roundtrip_engine::{Engine, EngineError};
use roundtrip_journey::Journey;
use roundtrip_policy::Caller;
use roundtrip_query::operation::{
    Comparison, Condition, Count, Direction, FieldItem, FieldPath, Item, Operand, Operation, Operator,
    OrderTerm, Read, Selection, Target,
};
use roundtrip_schema::{Kind, Resource};
use roundtrip_store::StoreErrorKind;
use serde_json::value::RawValue;
use thiserror::Error;

use super::object::members;

/// Rows in one page at most; also kept under `limits.page_rows`.
const PAGE_ROWS: u64 = 1_000;

/// What a page should hold at most; rows that are longer make shorter pages.
const PAGE_BYTES: u64 = 8 << 20;

/// Why there are no more pages.
#[derive(Debug, Error)]
pub(crate) enum PagesError {
    /// The rows cannot be read.
    #[error(transparent)]
    Engine(#[from] EngineError),
    /// The store gave something that is no list of rows.
    #[error("the database gave rows that are not JSON: {0}")]
    Rows(#[from] serde_json::Error),
}

/// In which order rows come that have no key by which pages could follow each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Keyless {
    /// As the database gives them: SQLite always gives them alike.
    AsTheyCome,
    /// By all of their fields, for databases that begin a scan wherever another one is.
    ByAllFields,
}

/// The pages of a resource.
pub(crate) struct Pages {
    resource: Resource,
    size: u64,
    keyless: Keyless,
    after: Place,
    total: Option<u64>,
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

impl Pages {
    /// The pages of a resource, of at most `most` rows; 0 is no limit.
    pub(crate) fn new(resource: Resource, most: u64, keyless: Keyless) -> Self {
        let size = if most == 0 { PAGE_ROWS } else { PAGE_ROWS.min(most) };
        Self { resource, size, keyless, after: Place::Beginning, total: None }
    }

    /// How many rows there were when the first page was read.
    pub(crate) fn total(&self) -> Option<u64> {
        self.total
    }

    /// The next page as a JSON list; nothing behind the last.
    pub(crate) async fn next(&mut self, engine: &Engine) -> Result<Option<Vec<u8>>, PagesError> {
        if matches!(self.after, Place::End) {
            return Ok(None);
        }
        loop {
            let read = self.read();
            let mut journey = Journey::start(&*engine.world().clock);
            let outcome = match engine.execute(Caller::Operator, &read, &mut journey).await {
                Err(EngineError::Store(error))
                    if matches!(error.kind, StoreErrorKind::TooLarge { .. }) && self.size > 1 =>
                {
                    self.size = (self.size / 8).max(1);
                    continue;
                }
                outcome => outcome?,
            };
            self.total = self.total.or(outcome.total);
            return Ok((outcome.count > 0).then_some(outcome.body));
        }
    }

    fn read(&self) -> Operation {
        let keys = self.keys();
        let order = match self.keyless {
            Keyless::ByAllFields if keys.is_empty() => self
                .resource
                .fields
                .iter()
                .filter(|field| is_comparable(&field.ty))
                .map(|field| &*field.name)
                .collect(),
            _ => keys.clone(),
        };
        let mut selection = Selection {
            items: self
                .resource
                .fields
                .iter()
                .map(|field| Item::Field(FieldItem::named(field.name.clone())))
                .collect(),
            order: order.into_iter().map(term).collect(),
            limit: Some(self.size),
            ..Selection::default()
        };
        let mut count = Count::None;
        match &self.after {
            Place::Beginning => count = Count::Exact,
            Place::Key(last) => selection.filter = vec![after(&keys, last)],
            Place::Offset(offset) => selection.offset = Some(*offset),
            Place::End => {}
        }
        Operation::Read(Read { count, ..Read::new(Target::of(self.resource.name.clone()), selection) })
    }

    /// The names of the key by which pages follow each other; none where it cannot be compared.
    fn keys(&self) -> Vec<&str> {
        let fields = || self.resource.primary_key.iter().map(|id| self.resource.field(*id));
        // What is stored in another form than it is written in cannot be given back as a literal.
        let comparable = fields().all(|field| is_comparable(&field.ty));
        if comparable { fields().map(|field| field.name.as_str()).collect() } else { Vec::new() }
    }

    /// Moves behind the rows of a page.
    pub(crate) fn go_on(&mut self, rows: &[&RawValue]) -> Result<(), PagesError> {
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
        let bytes: usize = rows.iter().map(|row| row.get().len()).sum();
        if bytes as u64 > PAGE_BYTES {
            self.size = (self.size / 2).max(1);
        }
        Ok(())
    }
}

fn is_comparable(ty: &roundtrip_schema::FieldType) -> bool {
    !ty.list && !matches!(ty.kind, Kind::Json | Kind::Bytes | Kind::Any)
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
pub(crate) fn plain(json: &str) -> String {
    match json.as_bytes().first() {
        Some(b'"') => serde_json::from_str(json).unwrap_or_else(|_| json.to_owned()),
        Some(b'n') => String::new(),
        _ => json.to_owned(),
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

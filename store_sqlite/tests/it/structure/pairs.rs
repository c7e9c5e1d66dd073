//! Any two schemas: a database of the one, with rows, becomes one of the other, and keeps what it can.

use std::collections::BTreeSet;

use proptest::prelude::*;
use roundtrip_schema::{
    Field, FieldId, FieldType, Kind, OnDelete, Reference, Resource, ResourceId, Schema, Value,
};
use roundtrip_store_sqlite::introspect;
use rusqlite::Connection;

use super::migrate::change;
use super::{create, index, table, unique, with_default};
use crate::introspect::show;

const TABLES: [&str; 3] = ["a", "b", "c"];
const COLUMNS: [&str; 4] = ["p", "q", "r", "s"];

/// A column: its kind, whether it must have a value (then with a default), and what is made of it.
#[derive(Debug, Clone)]
struct Column {
    kind: Kind,
    required: bool,
    unique: bool,
    indexed: bool,
    refers: Option<OnDelete>,
}

/// A table: its columns in this order, and whether the database gives its keys.
#[derive(Debug, Clone)]
struct Table {
    columns: Vec<(usize, Column)>,
    generated: bool,
}

fn any_column() -> impl Strategy<Value = Column> {
    let kinds = vec![Kind::Text, Kind::Integer, Kind::Float, Kind::Datetime, Kind::Json, Kind::Any];
    let refers = proptest::option::weighted(
        0.3,
        proptest::sample::select(vec![OnDelete::Restrict, OnDelete::Cascade, OnDelete::SetNull]),
    );
    (proptest::sample::select(kinds), any::<bool>(), any::<bool>(), any::<bool>(), refers).prop_map(
        |(kind, required, unique, indexed, refers)| Column { kind, required, unique, indexed, refers },
    )
}

fn any_table() -> impl Strategy<Value = Table> {
    let columns = proptest::collection::vec(any_column(), COLUMNS.len());
    let order = Just((0..COLUMNS.len()).collect::<Vec<_>>()).prop_shuffle();
    (columns, order, 0..=COLUMNS.len(), any::<bool>()).prop_map(|(columns, order, count, generated)| Table {
        columns: order.into_iter().take(count).map(|name| (name, columns[name].clone())).collect(),
        generated,
    })
}

/// The first table is in every schema, so that others can refer to it.
fn any_tables() -> impl Strategy<Value = Vec<(usize, Table)>> {
    (any_table(), proptest::option::of(any_table()), proptest::option::of(any_table())).prop_map(
        |(first, second, third)| {
            let rest = [(1, second), (2, third)].into_iter().filter_map(|(name, one)| Some((name, one?)));
            std::iter::once((0, first)).chain(rest).collect()
        },
    )
}

fn default(kind: &Kind) -> Value {
    match kind {
        Kind::Integer => Value::Integer(1),
        Kind::Float => Value::Float(0.5),
        Kind::Datetime => Value::text("2026-11-21T17:30:00+00:00"),
        Kind::Json => Value::Json("{}".into()),
        _ => Value::text("none"),
    }
}

fn schema(tables: &[(usize, Table)]) -> Schema {
    let resources = tables.iter().map(|(name, shape)| resource(TABLES[*name], shape)).collect();
    Schema::new(resources)
}

fn resource(name: &str, shape: &Table) -> Resource {
    let fields = shape.columns.iter().map(|(column, shape)| {
        let name = COLUMNS[*column];
        if shape.required {
            return with_default(name, shape.kind.clone(), default(&shape.kind));
        }
        Field { optional: true, ..Field::new(name, FieldType::one(shape.kind.clone())) }
    });
    let mut table = table(name, fields.collect());
    table.generated_key = shape.generated;
    for (at, (column, shape)) in shape.columns.iter().enumerate() {
        let (at, column) = (at + 1, COLUMNS[*column]);
        // A new column with a default has the same value everywhere.
        if shape.unique && !shape.required {
            table.uniques.push(unique(&format!("{name}_{column}_key"), &[at]));
        } else if shape.indexed {
            table.indexes.push(index(&format!("{name}_{column}_idx"), &[at]));
        }
        if let Some(on_delete) = shape.refers.filter(|_| shape.kind == Kind::Integer) {
            table.references.push(Reference {
                constraint: format!("{name}_{column}_fkey"),
                fields: vec![FieldId::new(at)],
                target: ResourceId::new(0),
                target_fields: vec![FieldId::new(0)],
                on_delete,
            });
        }
    }
    table
}

/// Two rows in every table, of which each column's values differ.
fn fill(connection: &Connection, tables: &[(usize, Table)]) {
    for (name, shape) in tables {
        for row in 1..=2_i64 {
            let mut values = vec![row.to_string()];
            let mut columns = vec!["id".to_owned()];
            for (column, shape) in &shape.columns {
                columns.push(format!("\"{}\"", COLUMNS[*column]));
                values.push(match shape.kind {
                    Kind::Integer => row.to_string(),
                    Kind::Float => format!("{row}.5"),
                    Kind::Datetime => format!("'2026-11-2{row}T00:00:00+00:00'"),
                    Kind::Json => format!("'[{row}]'"),
                    _ => format!("'word {row}'"),
                });
            }
            let (columns, values) = (columns.join(", "), values.join(", "));
            connection
                .execute(&format!("INSERT INTO {} ({columns}) VALUES ({values})", TABLES[*name]), [])
                .unwrap();
        }
    }
}

/// The rows of a table, only these columns.
fn rows(connection: &Connection, table: &str, columns: &[&str]) -> Vec<String> {
    let list: Vec<String> = columns.iter().map(|column| format!("quote(\"{column}\")")).collect();
    let sql =
        format!("SELECT id || ' ' || concat_ws(', ', {}, '') FROM {table} ORDER BY id", list.join(", "));
    let sql = sql.replace("concat_ws(', ', ,", "concat_ws(', ',");
    let mut statement = connection.prepare(&sql).unwrap();
    statement.query_map([], |row| row.get(0)).unwrap().collect::<Result<_, _>>().unwrap()
}

/// Whether the values that `fill` writes can be values of the other kind; a copy of the rest is refused.
fn fits(have: &Kind, want: &Kind) -> bool {
    match want {
        Kind::Integer | Kind::Float => matches!(have, Kind::Integer | Kind::Float),
        Kind::Datetime => *have == Kind::Datetime,
        _ => true,
    }
}

/// Values of another kind name no row, so columns that get a reference have to hold keys already.
fn sensible(have: &[(usize, Table)], mut want: Vec<(usize, Table)>) -> Vec<(usize, Table)> {
    for (name, table) in &mut want {
        let before = have.iter().find(|(other, _)| other == name);
        for (column, shape) in &mut table.columns {
            let other =
                before.and_then(|(_, before)| before.columns.iter().find(|(other, _)| other == column));
            if let Some((_, other)) = other.filter(|(_, other)| !fits(&other.kind, &shape.kind)) {
                shape.kind = other.kind.clone();
            }
            if other.is_some_and(|(_, other)| other.kind != Kind::Integer) {
                shape.refers = None;
            }
        }
    }
    want
}

fn lines(schema: &Schema) -> BTreeSet<String> {
    show(schema).lines().map(str::to_owned).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]
    #[test]
    fn any_schema_becomes_any_other(have in any_tables(), want in any_tables()) {
        let want = sensible(&have, want);
        let connection = create(schema(&have).resources().map(|(_, one)| one.clone()).collect());
        fill(&connection, &have);
        connection.pragma_update(None, "foreign_keys", true).unwrap();
        let mut kept = Vec::new();
        for (name, shape) in &have {
            let Some((_, after)) = want.iter().find(|(other, _)| other == name) else { continue };
            let same = |(column, shape): &&(usize, Column)| {
                after.columns.iter().any(|(other, after)| other == column && after.kind == shape.kind)
            };
            let columns: Vec<&str> = shape.columns.iter().filter(same).map(|(column, _)| COLUMNS[*column]).collect();
            let before = rows(&connection, TABLES[*name], &columns);
            kept.push((TABLES[*name], columns, before));
        }
        let wanted = schema(&want);
        change(&connection, &wanted).unwrap();
        prop_assert_eq!(lines(&introspect(&connection).unwrap()), lines(&wanted));
        for (table, columns, before) in kept {
            prop_assert_eq!(rows(&connection, table, &columns), before);
        }
        let broken: i64 = connection.query_row("SELECT count(*) FROM pragma_foreign_key_check", [], |row| row.get(0)).unwrap();
        prop_assert_eq!(broken, 0);
    }
}

//! A real SQLite database with the shop's tables.

use rusqlite::types::Value;
use rusqlite::{Connection, params_from_iter};

use roundtrip_schema::field::Storage;
use roundtrip_schema::{OnDelete, Resource, Schema};
use roundtrip_sql::{Compiled, Sqlite, Statement, compile};

use crate::fixture::Shop;
use crate::functions::{register, show};

/// An empty database with the tables of `schema`.
pub(crate) fn open(schema: &Schema) -> Connection {
    let connection = Connection::open_in_memory().unwrap();
    register(&connection);
    connection.execute_batch("PRAGMA foreign_keys = ON").unwrap();
    for (_, resource) in schema.resources() {
        connection.execute_batch(&create(schema, resource)).unwrap();
    }
    connection
}

/// Compiles a shape and lets a real database judge the text.
pub(crate) fn compiled(shop: &Shop, shape: &roundtrip_query::Shape) -> Compiled {
    let compiled = compile(&shop.schema, shape, &Sqlite);
    let connection = open(&shop.schema);
    for text in all_texts(&compiled) {
        let prepared = connection.prepare(text);
        assert!(prepared.is_ok(), "{:?}\n{text}", prepared.err());
    }
    compiled
}

/// Every text of a shape.
pub(crate) fn all_texts(compiled: &Compiled) -> impl Iterator<Item = &str> {
    let statements = compiled.statements.iter().chain(&compiled.count).flat_map(texts);
    statements.chain(compiled.probe.as_deref())
}

/// A statement, and the one that reads back what it wrote.
pub(crate) fn texts(statement: &Statement) -> impl Iterator<Item = &str> {
    std::iter::once(&statement.text).chain(&statement.read_back).map(String::as_str)
}

/// The result rows, each as its cells joined by `|`.
pub(crate) fn run(connection: &Connection, statement: &Statement, values: &[Value]) -> Vec<String> {
    let mut text = &statement.text;
    if let Some(read_back) = &statement.read_back {
        let mut written = connection.prepare(text).unwrap();
        let used = written.parameter_count().min(values.len());
        written.execute(params_from_iter(&values[..used])).unwrap();
        text = read_back;
    }
    let mut prepared = connection.prepare(text).unwrap();
    // A statement may use fewer slots than its shape has.
    let used = prepared.parameter_count().min(values.len());
    let width = prepared.column_count();
    let mut rows = prepared.query(params_from_iter(&values[..used])).unwrap();
    let mut texts = Vec::new();
    while let Some(row) = rows.next().unwrap() {
        let cells: Vec<String> = (0..width).map(|index| show(row.get_ref(index).unwrap())).collect();
        texts.push(cells.join("|"));
    }
    texts
}

fn create(schema: &Schema, resource: &Resource) -> String {
    let quoted = |name: &str| format!("\"{}\"", name.replace('"', "\"\""));
    let names = |resource: &Resource, fields: &[roundtrip_schema::FieldId]| {
        fields.iter().map(|id| quoted(&resource.field(*id).column)).collect::<Vec<_>>().join(", ")
    };
    let mut parts: Vec<String> = Vec::new();
    for field in &resource.fields {
        let not_null = if field.optional { "" } else { " NOT NULL" };
        parts.push(format!("{} {}{not_null}", quoted(&field.column), column_type(field.ty.storage())));
    }
    if !resource.primary_key.is_empty() {
        parts.push(format!("PRIMARY KEY ({})", names(resource, &resource.primary_key)));
    }
    for unique in &resource.uniques {
        parts.push(format!("UNIQUE ({})", names(resource, &unique.fields)));
    }
    for reference in &resource.references {
        let target = schema.resource(reference.target);
        if !target.is_unique(&reference.target_fields) {
            continue;
        }
        let action = match reference.on_delete {
            OnDelete::Cascade => " ON DELETE CASCADE",
            OnDelete::SetNull => " ON DELETE SET NULL",
            OnDelete::Restrict | OnDelete::SetDefault => "",
        };
        parts.push(format!(
            "FOREIGN KEY ({}) REFERENCES {} ({}){action}",
            names(resource, &reference.fields),
            quoted(&target.table),
            names(target, &reference.target_fields),
        ));
    }
    format!("CREATE TABLE {} ({})", quoted(&resource.table), parts.join(", "))
}

fn column_type(storage: Storage) -> &'static str {
    match storage {
        Storage::Integer | Storage::Boolean => "INTEGER",
        Storage::Float => "REAL",
        Storage::Decimal => "NUMERIC",
        Storage::Any | Storage::Bytes => "BLOB",
        Storage::Text | Storage::Date | Storage::Time | Storage::Datetime | Storage::Uuid | Storage::Json => {
            "TEXT"
        }
    }
}

//! A real SQLite database with the shop's tables, and stand-ins for the functions that a store
//! registers.

use rusqlite::functions::{Aggregate, Context, FunctionFlags};
use rusqlite::types::{Value, ValueRef};
use rusqlite::{Connection, params_from_iter};

use roundtrip_schema::field::Storage;
use roundtrip_schema::{OnDelete, Resource, Schema};
use roundtrip_sql::{Compiled, Sqlite, Statement, compile};

use crate::fixture::Shop;

/// An empty database with the tables of `schema`.
pub(crate) fn open(schema: &Schema) -> Connection {
    let connection = Connection::open_in_memory().unwrap();
    functions(&connection);
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
    for statement in compiled.statements.iter().chain(&compiled.count) {
        for text in texts(statement) {
            let prepared = connection.prepare(text);
            assert!(prepared.is_ok(), "{:?}\n{text}", prepared.err());
        }
    }
    compiled
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

fn show(value: ValueRef<'_>) -> String {
    match value {
        ValueRef::Null => "null".to_owned(),
        ValueRef::Integer(value) => value.to_string(),
        ValueRef::Real(value) => value.to_string(),
        ValueRef::Text(value) => String::from_utf8_lossy(value).into_owned(),
        ValueRef::Blob(value) => format!("{value:x?}"),
    }
}

fn functions(connection: &Connection) {
    let flags = FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC;
    connection.create_scalar_function("rt_row", -1, flags, |context| Ok(object(context))).unwrap();
    connection.create_aggregate_function("rt_rows", -1, flags, Objects).unwrap();
    for name in ["rt_like", "rt_ilike"] {
        connection
            .create_scalar_function(name, 2, flags, |context| {
                Ok(context.get::<String>(0)?.contains(&context.get::<String>(1)?))
            })
            .unwrap();
    }
}

/// The cells without their layout: `{1,Tea}`.
fn object(context: &Context<'_>) -> String {
    let cells: Vec<String> = (1..context.len()).map(|index| show(context.get_raw(index))).collect();
    format!("{{{}}}", cells.join(","))
}

struct Objects;

impl Aggregate<Vec<String>, Option<String>> for Objects {
    fn init(&self, _: &mut Context<'_>) -> rusqlite::Result<Vec<String>> {
        Ok(Vec::new())
    }

    fn step(&self, context: &mut Context<'_>, objects: &mut Vec<String>) -> rusqlite::Result<()> {
        objects.push(object(context));
        Ok(())
    }

    fn finalize(
        &self,
        _: &mut Context<'_>,
        objects: Option<Vec<String>>,
    ) -> rusqlite::Result<Option<String>> {
        Ok(objects.map(|objects| format!("[{}]", objects.join(","))))
    }
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
    parts.push(format!("PRIMARY KEY ({})", names(resource, &resource.primary_key)));
    for reference in &resource.references {
        let target = schema.resource(reference.target);
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

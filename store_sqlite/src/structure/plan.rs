//! What has to be done to a database, or why it cannot be done.

use std::collections::{HashMap, HashSet};

use rusqlite::Connection;

use roundtrip_schema::{
    Field, FieldDefault, FieldId, Kind, Reference, Resource, ResourceKind, Schema, Value,
};
use roundtrip_store::StoreError;

use super::column::MOST_EXACT_DIGITS;
use super::{ddl, difference};
use crate::error::plain;
use crate::introspect::{introspect, is_system};

/// Statements and differences; as long as there is a difference, no statement may run.
#[derive(Debug, Default)]
pub(super) struct Plan {
    pub(super) statements: Vec<String>,
    pub(super) differences: Vec<String>,
}

impl Plan {
    /// Compares a database with a schema.
    pub(super) fn make(connection: &Connection, schema: &Schema) -> Result<Self, StoreError> {
        let existing = introspect(connection)?;
        let tables: HashMap<String, &Resource> =
            existing.resources().map(|(_, one)| (one.table.to_ascii_lowercase(), one)).collect();
        let mut taken = names(connection).map_err(|error| plain(&error))?;
        let mut plan = Self::default();
        for (_, wanted) in schema.resources() {
            let name = wanted.table.to_ascii_lowercase();
            match (tables.get(&name), wanted.kind) {
                (Some(actual), _) => plan.compare(schema, wanted, &existing, actual, &mut taken),
                (None, ResourceKind::View) => {
                    plan.differ(format!("{}: this view does not exist", wanted.table));
                }
                (None, ResourceKind::Table) => plan.create(schema, wanted, &mut taken),
            }
        }
        Ok(plan)
    }

    fn differ(&mut self, line: String) {
        self.differences.push(line);
    }

    fn create(&mut self, schema: &Schema, wanted: &Resource, taken: &mut HashSet<String>) {
        if is_system(&wanted.table) {
            self.differ(format!("{}: this name is reserved", wanted.table));
        }
        if wanted.fields.is_empty() {
            self.differ(format!("{}: a table without fields cannot be made", wanted.table));
        }
        let mut columns = HashSet::new();
        for field in &wanted.fields {
            if !columns.insert(field.column.to_ascii_lowercase()) {
                self.differ(format!("{}.{}: two columns differ in case alone", wanted.table, field.column));
            }
            self.impossible(wanted, field);
        }
        self.claim(&wanted.table, taken);
        for index in &wanted.indexes {
            self.claim(&index.name, taken);
        }
        self.statements.extend(ddl::create_one(schema, wanted));
    }

    /// Tables and indexes share one list of names.
    fn claim(&mut self, name: &str, taken: &mut HashSet<String>) {
        if !taken.insert(name.to_ascii_lowercase()) {
            self.differ(format!("{name}: something else has this name already"));
        }
    }

    /// What no statement can give a column.
    fn impossible(&mut self, table: &Resource, field: &Field) {
        let place = format!("{}.{}", table.table, field.column);
        if let Kind::Decimal { precision, .. } = field.ty.kind
            && !field.ty.list
            && precision > MOST_EXACT_DIGITS
        {
            self.differ(format!(
                "{place}: the files say {precision} digits, SQLite keeps at most {MOST_EXACT_DIGITS} digits exactly"
            ));
        }
        if field.generated {
            self.differ(format!(
                "{place}: a computed column cannot be made, only its database knows the expression"
            ));
        }
        if field.default == Some(FieldDefault::Database) {
            self.differ(format!("{place}: its default is known only to the database that it came from"));
        }
    }

    fn compare(
        &mut self,
        schema: &Schema,
        wanted: &Resource,
        existing: &Schema,
        actual: &Resource,
        taken: &mut HashSet<String>,
    ) {
        self.differences.extend(difference::kind(wanted, actual));
        if wanted.kind == ResourceKind::View || actual.kind == ResourceKind::View {
            self.differences.extend(difference::missing_columns(wanted, actual));
            return;
        }
        let mut missing = Vec::new();
        for (id, field) in wanted.fields() {
            match difference::find(actual, &field.column) {
                Some(found) => {
                    self.differences.extend(difference::column(wanted, field, actual.field(found)));
                }
                None => missing.push(id),
            }
        }
        self.differences.extend(difference::unexpected(schema, wanted, existing, actual));
        for id in &missing {
            self.add_column(schema, wanted, *id);
        }
        self.add_keys(wanted, actual, taken);
        for reference in &wanted.references {
            let own_column = matches!(reference.fields[..], [single] if missing.contains(&single));
            if !own_column && !difference::has_reference(schema, wanted, reference, existing, actual) {
                self.differ(format!(
                    "{}: the reference {} is missing, and SQLite adds none to columns that exist",
                    wanted.table,
                    difference::describe_reference(schema, wanted, reference)
                ));
            }
        }
    }

    fn add_column(&mut self, schema: &Schema, wanted: &Resource, id: FieldId) {
        let field = wanted.field(id);
        let place = format!("{}.{}", wanted.table, field.column);
        self.impossible(wanted, field);
        let mut own = wanted.references.iter().filter(|reference| reference.fields == [id]);
        let reference: Option<&Reference> = own.next();
        let literal = matches!(&field.default, Some(FieldDefault::Literal(value)) if *value != Value::Null);
        if wanted.primary_key.contains(&id) {
            self.differ(format!("{place}: SQLite cannot add a column to a primary key"));
        } else if !field.optional && !literal {
            self.differ(format!(
                "{place}: a new column must be optional or have a default, for the rows that exist"
            ));
        } else if reference.is_some() && literal {
            self.differ(format!("{place}: SQLite cannot add a reference with a default"));
        } else if own.next().is_some() {
            self.differ(format!("{place}: SQLite cannot add a column with two references"));
        } else {
            self.statements.push(ddl::add_column(schema, wanted, field, reference));
        }
    }

    fn add_keys(&mut self, wanted: &Resource, actual: &Resource, taken: &mut HashSet<String>) {
        for unique in &wanted.uniques {
            if !difference::has_unique(wanted, &unique.fields, actual) {
                self.claim(&unique.name, taken);
                self.statements.push(ddl::create_unique_index(wanted, unique));
            }
        }
        for index in &wanted.indexes {
            if !difference::has_index(wanted, &index.fields, actual) {
                self.claim(&index.name, taken);
                self.statements.push(ddl::create_index(wanted, index));
            }
        }
    }
}

/// Every name in the database, also of what introspection leaves out.
fn names(connection: &Connection) -> rusqlite::Result<HashSet<String>> {
    let mut statement =
        connection.prepare("SELECT CAST(name AS BLOB) FROM sqlite_schema WHERE type <> 'trigger'")?;
    let names = statement.query_map([], |row| {
        let name: Vec<u8> = row.get(0)?;
        Ok(String::from_utf8_lossy(&name).to_ascii_lowercase())
    })?;
    names.collect()
}

//! Rows and columns inside a statement: what they are called there. Must not know conditions.

use roundtrip_query::plan::Slot;
use roundtrip_schema::{FieldId, Resource, ResourceId, Schema};

use crate::condition::Condition;
use crate::dialect::Dialect;

/// Writes one statement.
pub(crate) struct Writer<'a> {
    pub(crate) schema: &'a Schema,
    pub(crate) dialect: &'a dyn Dialect,
    aliases: usize,
    written: Option<&'a str>,
}

/// A row that a statement speaks of.
pub(crate) struct Row<'a> {
    pub(crate) resource: &'a Resource,
    /// What stands before the dot: an alias, or the quoted table.
    name: String,
    columns: Columns,
}

/// What the columns of a row are called.
enum Columns {
    /// As in the table.
    Own,
    /// By the number of their field, in a select that we take rows from. SQLite would not hand on every
    /// name: it ignores `AS "true"`.
    Numbered,
}

impl Row<'_> {
    /// A select as this row's table, as `FROM` names it.
    pub(crate) fn of(&self, select: &str) -> String {
        format!("({select}) AS {}", self.name)
    }
}

impl<'a> Writer<'a> {
    pub(crate) fn new(schema: &'a Schema, dialect: &'a dyn Dialect) -> Self {
        Self { schema, dialect, aliases: 0, written: None }
    }

    /// A row that goes by an alias of its own.
    pub(crate) fn aliased(&mut self, id: ResourceId) -> Row<'a> {
        Row { resource: self.schema.resource(id), name: self.alias(), columns: Columns::Own }
    }

    /// The same row, taken from a select of [`Writer::numbered`] columns.
    pub(crate) fn taken(&mut self, row: &Row<'a>) -> Row<'a> {
        Row { resource: row.resource, name: self.alias(), columns: Columns::Numbered }
    }

    /// The row that is written, and its table as the statement names it. Where the row cannot have an
    /// alias, it goes by its table's name.
    pub(crate) fn written(&mut self, id: ResourceId) -> (Row<'a>, String) {
        let resource = self.schema.resource(id);
        let table = self.dialect.table(self.schema.namespace(), &resource.table);
        self.written = Some(&resource.table);
        let alias = self.dialect.written_alias("w");
        let name = if alias.is_some() { "w".to_owned() } else { self.dialect.identifier(&resource.table) };
        (Row { resource, name, columns: Columns::Own }, table + &alias.unwrap_or_default())
    }

    /// A name that nothing else has in the statement.
    pub(crate) fn alias(&mut self) -> String {
        loop {
            let alias = format!("t{}", self.aliases);
            self.aliases += 1;
            // A written table may itself be called `t1`, and names of tables do not mind case.
            if !self.written.is_some_and(|table| table.eq_ignore_ascii_case(&alias)) {
                return alias;
            }
        }
    }

    pub(crate) fn column(&self, row: &Row<'_>, field: FieldId) -> String {
        match row.columns {
            Columns::Own => format!("{}.{}", row.name, self.bare(row, field)),
            Columns::Numbered => format!("{}.{}", row.name, number(field)),
        }
    }

    /// A column for a select that rows are taken from.
    pub(crate) fn numbered(&self, row: &Row<'_>, field: FieldId) -> String {
        format!("{} AS {}", self.column(row, field), number(field))
    }

    /// The table of an aliased row, as `FROM` names it.
    pub(crate) fn table(&self, row: &Row<'_>) -> String {
        format!("{} AS {}", self.bare_table(row), row.name)
    }

    /// The table of a row, without what the row is called.
    pub(crate) fn bare_table(&self, row: &Row<'_>) -> String {
        self.dialect.table(self.schema.namespace(), &row.resource.table)
    }

    /// A column where it is named without its table, as in an insert or update.
    pub(crate) fn bare(&self, row: &Row<'_>, field: FieldId) -> String {
        self.dialect.identifier(&row.resource.field(field).column)
    }

    pub(crate) fn page(&self, limit: Option<Slot>, offset: Option<Slot>) -> String {
        let [limit, offset] = [limit, offset].map(|slot| slot.map(|slot| self.dialect.parameter(slot)));
        self.dialect.page(limit.as_deref(), offset.as_deref())
    }

    /// The columns of a result, of which every `SELECT` and `RETURNING` needs at least one.
    pub(crate) fn columns(&self, cells: &[String]) -> String {
        if cells.is_empty() { self.dialect.constant(true).to_owned() } else { cells.join(", ") }
    }
}

fn number(field: FieldId) -> String {
    format!("c{}", field.index())
}

/// The parts of a `SELECT`.
#[derive(Clone)]
pub(crate) struct Select {
    pub(crate) columns: String,
    pub(crate) from: String,
    pub(crate) condition: Condition,
    /// By what rows become groups; empty where each stays by itself, or all are one.
    pub(crate) groups: Vec<String>,
    pub(crate) order: Vec<String>,
    pub(crate) page: String,
}

impl Select {
    /// Of all rows that meet a condition, in any order.
    pub(crate) fn new(columns: impl Into<String>, from: impl Into<String>, condition: Condition) -> Self {
        let (columns, from) = (columns.into(), from.into());
        Self { columns, from, condition, groups: Vec::new(), order: Vec::new(), page: String::new() }
    }

    /// The same select of other columns.
    pub(crate) fn with(&self, columns: &str) -> Self {
        Self { columns: columns.to_owned(), ..self.clone() }
    }

    pub(crate) fn text(&self, dialect: &dyn Dialect) -> String {
        let Self { columns, from, condition, groups, order, page } = self;
        let mut text = format!("SELECT {columns} FROM {from}{}", condition.clause(dialect));
        for (word, terms) in [(" GROUP BY ", groups), (" ORDER BY ", order)] {
            if !terms.is_empty() {
                text.push_str(word);
                text.push_str(&terms.join(", "));
            }
        }
        if !page.is_empty() {
            text.push(' ');
            text.push_str(page);
        }
        text
    }
}

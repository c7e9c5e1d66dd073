//! Reads, and the counts beside them. Must not know writes.

use roundtrip_query::plan::{Count, ReadShape, Scope};
use roundtrip_schema::{Layout, Schema};

use crate::condition::Condition;
use crate::dialect::Dialect;
use crate::page;
use crate::row::{Select, Writer};
use crate::{Compiled, Role, Statement};

pub(crate) fn compile(schema: &Schema, read: &ReadShape, dialect: &dyn Dialect) -> Compiled {
    let count = match read.count {
        Count::None => None,
        Count::Exact => Some(count(schema, &read.scope, dialect)),
    };
    Compiled { statements: vec![rows(schema, &read.scope, dialect)], count }
}

fn rows(schema: &Schema, scope: &Scope, dialect: &dyn Dialect) -> Statement {
    let mut writer = Writer::new(schema, dialect);
    let row = writer.aliased(scope.resource);
    let from = writer.table(&row);
    let condition = writer.kept(scope, &row);
    let (select, layout) = if page::comes_first(scope, &row.resource.primary_key) {
        let (row, from) = writer.paged(scope, &row, from, condition);
        let (cells, layout) = writer.cells(&scope.outputs, &row);
        // The order is said again: nothing else keeps it, and SQLite would fold the two selects into one.
        let order = writer.order(&row, &scope.order);
        let columns = writer.columns(&cells);
        (Select { order, ..Select::new(columns, from, Condition::Always) }, layout)
    } else {
        let (cells, layout) = writer.cells(&scope.outputs, &row);
        let order = writer.order(&row, &scope.order);
        let page = writer.page(scope.limit, scope.offset);
        (Select { order, page, ..Select::new(writer.columns(&cells), from, condition) }, layout)
    };
    statement(select.text(dialect), layout)
}

/// Counts what the page is a page of: the same rows, without order and limit.
fn count(schema: &Schema, scope: &Scope, dialect: &dyn Dialect) -> Statement {
    let mut writer = Writer::new(schema, dialect);
    let row = writer.aliased(scope.resource);
    let condition = writer.kept(scope, &row);
    let select = Select::new("count(*)", writer.table(&row), condition);
    statement(select.text(dialect), Layout::default())
}

fn statement(text: String, columns: Layout) -> Statement {
    Statement {
        role: Role::Read,
        text,
        read_back: None,
        columns,
        visible: false,
        key_columns: 0,
        checked: false,
    }
}

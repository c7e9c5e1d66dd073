//! Reads, and the counts beside them. Must not know writes.

use roundtrip_query::plan::{Count, ReadShape, Scope};
use roundtrip_schema::{Layout, Schema};

use crate::dialect::Dialect;
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
    let (cells, layout) = writer.cells(&scope.outputs, &row);
    let select = Select {
        columns: writer.columns(&cells),
        from: writer.table(&row),
        condition: writer.kept(scope, &row),
        order: writer.order(&row, &scope.order),
        page: writer.page(scope.limit, scope.offset),
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
    Statement { role: Role::Read, text, columns, visible: false, key_columns: 0, checked: false }
}

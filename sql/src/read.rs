//! Reads, and the counts beside them. Must not know writes.

use roundtrip_query::plan::{Count, ReadShape, Scope};
use roundtrip_schema::{Layout, Schema};

use crate::aggregate::is_grouped;
use crate::column::{self, Joins};
use crate::condition::Condition;
use crate::dialect::Dialect;
use crate::row::{Select, Writer};
use crate::{Compiled, Nested, Role, Statement};

pub(crate) fn compile(schema: &Schema, read: &ReadShape, dialect: &dyn Dialect) -> Compiled {
    let ReadShape { scope, count, layout: _, explain } = read;
    let (rows, nested) = rows(schema, scope, dialect);
    if *explain {
        let text = dialect.explain(&rows.text);
        let explained = Statement { text, columns: dialect.explanation(), ..rows };
        return Compiled::one(explained, Vec::new());
    }
    let count = match count {
        Count::None => None,
        Count::Exact | Count::Planned | Count::Estimated => Some(self::count(schema, scope, dialect)),
    };
    Compiled { count, ..Compiled::one(rows, nested) }
}

fn rows(schema: &Schema, scope: &Scope, dialect: &dyn Dialect) -> (Statement, Vec<Option<Nested>>) {
    let mut writer = Writer::new(schema, dialect);
    let row = writer.aliased(scope.resource);
    let from = writer.table(&row);
    let condition = writer.kept(scope, &row);
    let level = writer.rows(scope, &row, from, condition);
    let layout = column::layout(&level.columns, &scope.rendering);
    let nested = column::nested(&level.columns);
    let columns = writer.columns(&column::texts(&level.columns));
    (statement(level.of(columns).text(dialect), layout), nested)
}

/// Counts what the page is a page of: the same rows or groups, without order and limit.
fn count(schema: &Schema, scope: &Scope, dialect: &dyn Dialect) -> Statement {
    let mut writer = Writer::new(schema, dialect);
    let row = writer.aliased(scope.resource);
    let condition = writer.kept(scope, &row);
    let from = writer.table(&row);
    let select = if is_grouped(&scope.outputs) {
        let shown = writer.shown(&scope.outputs, &row, Joins::Possible);
        let mut columns = shown.columns;
        // All rows together are one group, even where there are none.
        let groups = writer.grouped(&mut columns).unwrap_or_default();
        let from = from + &shown.joins.concat();
        // MariaDB takes no table of which two columns are called alike, and calls each by its text.
        let texts = column::texts(&columns).into_iter().enumerate();
        let named: Vec<String> = texts.map(|(index, text)| format!("{text} AS v{index}")).collect();
        let columns = writer.columns(&named);
        let groups = Select { groups, ..Select::new(columns, from, condition) };
        let from = format!("({}) AS {}", groups.text(dialect), writer.alias());
        Select::new("count(*)", from, Condition::Always)
    } else {
        Select::new("count(*)", from, condition)
    };
    statement(select.text(dialect), Layout::default())
}

fn statement(text: String, columns: Layout) -> Statement {
    Statement {
        role: Role::Read,
        text,
        lock: None,
        read_back: None,
        columns,
        visible: false,
        key_columns: 0,
        checked: false,
    }
}

//! The rows of one level of a read, as a select: which they are, in which order, in which groups, and
//! what is shown of each. Must not know whether they are the answer or stand inside a row.

use roundtrip_query::plan::Scope;

use crate::aggregate::is_grouped;
use crate::column::{self, Column, Joins, Shown};
use crate::condition::Condition;
use crate::dialect::Arrangement;
use crate::page;
use crate::row::{Row, Select, Writer};

/// A select of which the columns are not said yet, and what can be shown in them.
pub(crate) struct Level {
    pub(crate) columns: Vec<Column>,
    pub(crate) select: Select,
    /// What is left for the aggregate that takes the rows to do.
    pub(crate) arranged: Arrangement,
}

impl Level {
    fn new(columns: Vec<Column>, select: Select) -> Self {
        Self { columns, select, arranged: Arrangement::default() }
    }

    /// The select of these columns.
    pub(crate) fn of(self, columns: impl Into<String>) -> Select {
        Select { columns: columns.into(), ..self.select }
    }
}

impl<'a> Writer<'a> {
    /// The rows in their order, a page of them.
    pub(crate) fn rows(&mut self, scope: &Scope, row: &Row<'a>, from: String, condition: Condition) -> Level {
        if page::comes_first(scope, &row.resource.primary_key) {
            let (row, from) = self.paged(scope, row, from, condition);
            let Shown { columns, joins, joined } = self.shown(&scope.outputs, &row, Joins::Possible);
            // The order is said again: nothing else keeps it, and SQLite would fold the two selects into
            // one.
            let order = self.order(&row, &scope.order, &joined);
            let from = from + &joins.concat();
            return Level::new(columns, Select { order, ..Select::new("", from, Condition::Always) });
        }
        let Shown { mut columns, joins, joined } = self.shown(&scope.outputs, row, Joins::Possible);
        let groups = self.grouped(&mut columns).unwrap_or_default();
        let order = self.order(row, &scope.order, &joined);
        let page = self.page(scope.limit, scope.offset);
        let from = from + &joins.concat();
        Level::new(columns, Select { groups, order, page, ..Select::new("", from, condition) })
    }

    /// The rows as an aggregate takes them, which has no order, page or groups of its own: it takes the
    /// rows of a select that has.
    pub(crate) fn source(
        &mut self,
        scope: &Scope,
        row: Row<'a>,
        from: String,
        condition: Condition,
    ) -> Level {
        if is_grouped(&scope.outputs) {
            let level = self.rows(scope, &row, from, condition);
            return self.taken_from(level);
        }
        if self.dialect.arranges() {
            let Shown { columns, joins, joined } = self.shown(&scope.outputs, &row, Joins::Possible);
            let order = self.order_inside(&row, &scope.order, &joined);
            let arranged = Arrangement { order, page: self.page(scope.limit, scope.offset) };
            let select = Select::new("", from + &joins.concat(), condition);
            return Level { columns, select, arranged };
        }
        let plain = scope.order.is_empty() && scope.limit.is_none() && scope.offset.is_none();
        let (row, from, condition) = if plain {
            (row, from, condition)
        } else {
            let (row, from) = self.paged(scope, &row, from, condition);
            (row, from, Condition::Always)
        };
        let Shown { columns, joins, joined } = self.shown(&scope.outputs, &row, Joins::Possible);
        // What is joined to rows in order may put them in another.
        let order =
            if joins.is_empty() { Vec::new() } else { self.order_inside(&row, &scope.order, &joined) };
        let arranged = Arrangement { order, page: String::new() };
        Level { columns, select: Select::new("", from + &joins.concat(), condition), arranged }
    }

    /// The columns of a level, taken from it as from a table.
    fn taken_from(&mut self, level: Level) -> Level {
        let (alias, texts) = (self.alias(), column::texts(&level.columns));
        let mut columns: Vec<Column> = Vec::with_capacity(texts.len());
        let mut inner = Vec::with_capacity(texts.len());
        let Level { columns: shown, select, arranged: _ } = level;
        for (index, (column, text)) in shown.into_iter().zip(texts).enumerate() {
            inner.push(format!("{text} AS v{index}"));
            columns.push(Column { text: format!("{alias}.v{index}"), ..column });
        }
        let select = Select { columns: self.columns(&inner), ..select };
        let from = format!("({}) AS {alias}", select.text(self.dialect));
        Level::new(columns, Select::new("", from, Condition::Always))
    }
}

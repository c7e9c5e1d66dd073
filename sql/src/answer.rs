//! What a write answers of the rows it wrote. Must not know which write it was.

use roundtrip_query::plan::{Expr, Predicate, Scope};
use roundtrip_schema::{FieldId, Layout};

use crate::column::{self, Joins};
use crate::condition::Condition;
use crate::row::{Row, Writer};
use crate::{Compiled, Nested, Role, Statement};

/// What a write answers of each row.
#[derive(Clone)]
pub(crate) struct Answer {
    /// The result columns of a [`Statement`], in its order.
    pub(crate) cells: Vec<String>,
    /// Whether rows are answered even if no cell is.
    rows: bool,
    columns: Layout,
    nested: Vec<Option<Nested>>,
    visible: bool,
    key_columns: usize,
    checked: bool,
}

/// Statements beside a write that cannot answer by itself.
#[derive(Default)]
pub(crate) struct Beside {
    pub(crate) lock: Option<String>,
    pub(crate) read_back: Option<String>,
}

impl Answer {
    pub(crate) fn is_something(&self) -> bool {
        !self.cells.is_empty() || self.rows
    }

    /// ` RETURNING …`, or nothing.
    pub(crate) fn clause(&self, writer: &Writer<'_>) -> String {
        if writer.dialect.returning() { self.returned(writer) } else { String::new() }
    }

    /// ` RETURNING …`, where anything is answered.
    pub(crate) fn returned(&self, writer: &Writer<'_>) -> String {
        if self.is_something() {
            format!(" RETURNING {}", writer.columns(&self.cells))
        } else {
            String::new()
        }
    }

    /// Whether rows are inside the answer, which may turn out to be too large for a value.
    pub(crate) fn holds_rows(&self) -> bool {
        self.nested.iter().any(Option::is_some)
    }

    /// A statement that gives the answer, alone or with those beside it.
    pub(crate) fn of(self, role: Role, text: String, beside: Beside) -> Compiled {
        let Beside { lock, read_back } = beside;
        let Self { cells: _, rows: _, columns, nested, visible, key_columns, checked } = self;
        let statement = Statement { role, text, lock, read_back, columns, visible, key_columns, checked };
        Compiled::one(statement, nested)
    }
}

impl<'a> Writer<'a> {
    /// What is answered of a written row. An aggregate has no meaning there: the planner refuses it, and
    /// the database would too.
    pub(crate) fn answer(
        &mut self,
        row: &Row<'a>,
        returning: Option<&Scope>,
        key: &[FieldId],
        check: &Predicate,
    ) -> Answer {
        let (mut cells, mut nested) = (Vec::new(), Vec::new());
        let mut columns = Layout::default();
        let mut may_be_shown = Condition::Always;
        if let Some(scope) = returning {
            let mut shown = self.shown(&scope.outputs, row, Joins::Impossible);
            self.grouped(&mut shown.columns);
            (cells, nested) = (column::texts(&shown.columns), column::nested(&shown.columns));
            columns = column::layout(&shown.columns, &scope.rendering);
            may_be_shown = self.kept(scope, row);
        }
        let visible = may_be_shown != Condition::Always;
        if visible {
            cells.push(may_be_shown.value(self.dialect));
        }
        let key_text =
            |field: &FieldId| self.dialect.key_text(self.value(row, &Expr::field(*field)).operand());
        cells.extend(key.iter().map(key_text));
        let checked = *check != Predicate::Always;
        if checked {
            let condition = self.condition(check, row);
            cells.push(condition.value(self.dialect));
        }
        let (rows, key_columns) = (returning.is_some(), key.len());
        Answer { cells, rows, columns, nested, visible, key_columns, checked }
    }
}

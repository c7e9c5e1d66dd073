//! Aggregates: what is worked out over several rows, and what the rows are grouped by. Must not know
//! what the groups are for.

use roundtrip_query::plan::{Aggregate, Cast, Embed, Expr, Output, Shows};
use roundtrip_schema::{Cardinality, Form};

use crate::column::{Column, Kind, WorkedOut};
use crate::dialect::Operand;
use crate::row::{Row, Writer};

/// Whether something is worked out over the rows of a level, so that what it answers are groups. What a
/// spread of one row works out, it works out over the rows around it.
pub(crate) fn is_grouped(outputs: &[Output]) -> bool {
    outputs.iter().any(|output| match output {
        Output::Field { .. } => false,
        Output::Aggregate { .. } => true,
        Output::Embed(Embed { shows, cardinality, scope, .. }) => {
            *shows == Shows::Spread && *cardinality == Cardinality::One && is_grouped(&scope.outputs)
        }
    })
}

impl Writer<'_> {
    /// A column that is worked out, with the value of one row until [`Writer::grouped`].
    pub(crate) fn aggregate(
        &mut self,
        row: &Row<'_>,
        function: Aggregate,
        of: Option<&Expr>,
        cast: Option<Cast>,
        key: &str,
    ) -> Column {
        let (text, form, of) = match of {
            Some(expr) => {
                let value = self.value(row, expr);
                (value.text, value.form, Some((value.storage, value.origin)))
            }
            None => (self.dialect.constant(true).to_owned(), Form::Integer, None),
        };
        Column { key: key.into(), form, text, kind: Kind::Aggregate(WorkedOut { function, cast, of }) }
    }

    /// Works out the aggregates among the columns of a level. The answer holds the terms by which its
    /// rows are grouped: all other columns; `None` where nothing is worked out.
    pub(crate) fn grouped(&self, columns: &mut [Column]) -> Option<Vec<String>> {
        if !columns.iter().any(|column| matches!(column.kind, Kind::Aggregate(_))) {
            return None;
        }
        let mut groups = Vec::new();
        for (index, column) in columns.iter_mut().enumerate() {
            match &column.kind {
                Kind::Aggregate(worked_out) => {
                    let (text, form) = self.worked_out(worked_out, &column.text, column.form);
                    (column.text, column.form) = self.cast(text, form, worked_out.cast);
                    column.kind = Kind::Value;
                }
                // By its place: the text may hold a whole select.
                Kind::Value | Kind::Nested(_) => groups.push(self.dialect.place(index + 1)),
            }
        }
        Some(groups)
    }

    fn worked_out(&self, worked_out: &WorkedOut, value: &str, form: Form) -> (String, Form) {
        let function = worked_out.function;
        let Some((storage, origin)) = &worked_out.of else {
            // A database counts rows faster than values that are never null.
            let every = value == self.dialect.constant(true);
            let text = if every { "count(*)".to_owned() } else { format!("count({value})") };
            return (text, Form::Integer);
        };
        let operand = Operand { text: value, storage: *storage, form, origin: origin.borrowed() };
        let plain = self.dialect.aggregate(function, operand);
        match (function, form) {
            (Aggregate::Count, _) => (plain, Form::Integer),
            (Aggregate::Avg, Form::Duration) => (self.dialect.cast(&plain, Form::Float, Cast::Integer), form),
            (Aggregate::Sum | Aggregate::Max | Aggregate::Min, _) | (Aggregate::Avg, Form::Float) => {
                (plain, form)
            }
            (Aggregate::Avg, _) => (plain, Form::Any),
        }
    }
}

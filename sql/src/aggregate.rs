//! Aggregates: what is worked out over several rows, and what the rows are grouped by. Must not know
//! what the groups are for.

use roundtrip_query::plan::{Aggregate, Cast, Embed, Expr, Output, Shows};
use roundtrip_schema::{Cardinality, Form};

use crate::column::{Column, Kind};
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
        let (text, form) = match of {
            Some(expr) => {
                let value = self.value(row, expr);
                (value.bytewise(self.dialect), value.form)
            }
            None => (self.dialect.constant(true).to_owned(), Form::Integer),
        };
        Column { key: key.into(), form, text, kind: Kind::Aggregate(function, cast) }
    }

    /// Works out the aggregates among the columns of a level. The answer holds the terms by which its
    /// rows are grouped: all other columns; `None` where nothing is worked out.
    pub(crate) fn grouped(&self, columns: &mut [Column]) -> Option<Vec<String>> {
        if !columns.iter().any(|column| matches!(column.kind, Kind::Aggregate(..))) {
            return None;
        }
        let mut groups = Vec::new();
        for (index, column) in columns.iter_mut().enumerate() {
            match column.kind {
                Kind::Aggregate(function, cast) => {
                    let (text, form) = self.worked_out(function, &column.text, column.form);
                    (column.text, column.form) = self.cast(text, form, cast);
                    column.kind = Kind::Value;
                }
                // By its place: the text may hold a whole select.
                Kind::Value | Kind::Rendered => groups.push(self.dialect.place(index + 1)),
            }
        }
        Some(groups)
    }

    fn worked_out(&self, function: Aggregate, value: &str, form: Form) -> (String, Form) {
        let plain = format!("{}({value})", function.word());
        match (function, form) {
            // A database counts rows faster than values that are never null.
            (Aggregate::Count, _) if value == self.dialect.constant(true) => {
                ("count(*)".to_owned(), Form::Integer)
            }
            (Aggregate::Count, _) => (plain, Form::Integer),
            (Aggregate::Sum, Form::Decimal(scale)) => (self.dialect.decimal_sum(value, scale), form),
            (Aggregate::Avg, Form::Duration) => (self.dialect.cast(&plain, Form::Float, Cast::Integer), form),
            (Aggregate::Sum | Aggregate::Max | Aggregate::Min, _) | (Aggregate::Avg, Form::Float) => {
                (plain, form)
            }
            (Aggregate::Avg, _) => (plain, Form::Any),
        }
    }
}

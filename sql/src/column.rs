//! What a level of a read shows: its outputs as the columns of a select. One file per kind of output
//! knows how a column comes about; here they are put beside each other. Must not know what becomes of
//! the rows.

use roundtrip_query::plan::{Aggregate, Cast, Embed, Output, Rendering, Shows};
use roundtrip_schema::field::Storage;
use roundtrip_schema::{Cardinality, Form, Layout};

use crate::Nested;
use crate::dialect::Cell;
use crate::expression::Origin;
use crate::order::Joined;
use crate::row::{Row, Writer};

/// One column of what is shown.
pub(crate) struct Column {
    pub(crate) key: Box<str>,
    pub(crate) form: Form,
    /// Its value in one row; of an aggregate, the value that is worked out over several rows.
    pub(crate) text: String,
    pub(crate) kind: Kind,
}

/// What the value of a column is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A value of the row.
    Value,
    /// Rows that a select inside this one puts together.
    Nested(Nested),
    /// Worked out over several rows.
    Aggregate(WorkedOut),
}

/// How a column is worked out over several rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct WorkedOut {
    pub(crate) function: Aggregate,
    /// As what it is answered.
    pub(crate) cast: Option<Cast>,
    /// Of what kind of value; `None` counts rows.
    pub(crate) of: Option<(Storage, Origin)>,
}

/// What is shown of each row.
#[derive(Default)]
pub(crate) struct Shown<'e, 'a> {
    pub(crate) columns: Vec<Column>,
    /// What follows the row's own table after `FROM`, one text for each joined table.
    pub(crate) joins: Vec<String>,
    /// The rows that stand there.
    pub(crate) joined: Vec<Joined<'e, 'a>>,
}

/// Whether related rows can be joined to a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Joins {
    /// They can: it stands after `FROM`.
    Possible,
    /// They cannot: it is a row that is written, and answered by `RETURNING`.
    Impossible,
}

impl<'a> Writer<'a> {
    pub(crate) fn shown<'e>(&mut self, outputs: &'e [Output], row: &Row<'a>, joins: Joins) -> Shown<'e, 'a> {
        let mut shown = Shown { columns: Vec::with_capacity(outputs.len()), ..Shown::default() };
        for output in outputs {
            match output {
                Output::Field { value, key } => {
                    let (value, key) = (self.value(row, value), (&**key).into());
                    let text = self.dialect.shown(value.operand());
                    shown.columns.push(Column { key, form: value.form, text, kind: Kind::Value });
                }
                Output::Aggregate { function, of, cast, key } => {
                    shown.columns.push(self.aggregate(row, *function, of.as_ref(), *cast, key));
                }
                Output::Embed(embed) => self.show_related(embed, row, joins, &mut shown),
            }
        }
        shown
    }

    fn show_related<'e>(&mut self, embed: &'e Embed, row: &Row<'a>, joins: Joins, shown: &mut Shown<'e, 'a>) {
        match (embed.shows, embed.cardinality) {
            (Shows::Nothing, _) => {}
            (Shows::Nested, _) => {
                let (text, nested) = self.embed(embed, row);
                let (key, kind) = (embed.key.clone(), Kind::Nested(nested));
                shown.columns.push(Column { key, form: Form::Json, text, kind });
            }
            (Shows::Spread, Cardinality::One) => self.spread_one(embed, row, joins, shown),
            (Shows::Spread, Cardinality::Many) => shown.columns.extend(self.spread_many(embed, row)),
        }
    }
}

/// The values of columns.
pub(crate) fn texts(columns: &[Column]) -> Vec<String> {
    columns.iter().map(|column| column.text.clone()).collect()
}

/// The values of columns, for a value that holds them all.
pub(crate) fn cells(columns: &[Column]) -> Vec<Cell> {
    columns.iter().map(Column::cell).collect()
}

/// The rows that columns hold.
pub(crate) fn nested(columns: &[Column]) -> Vec<Option<Nested>> {
    columns.iter().map(|column| column.nested().cloned()).collect()
}

impl Column {
    pub(crate) fn nested(&self) -> Option<&Nested> {
        match &self.kind {
            Kind::Nested(nested) => Some(nested),
            Kind::Value | Kind::Aggregate(_) => None,
        }
    }

    pub(crate) fn cell(&self) -> Cell {
        Cell { text: self.text.clone(), form: self.form, nested: self.nested().is_some() }
    }
}

/// How rows of these columns are laid out.
pub(crate) fn layout(columns: &[Column], rendering: &Rendering) -> Layout {
    Layout {
        columns: columns.iter().map(|column| (column.key.clone(), column.form)).collect(),
        strip_nulls: rendering.strip_nulls,
        zone: rendering.zone.clone(),
    }
}

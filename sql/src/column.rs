//! What a level of a read shows: its outputs as the columns of a select. One file per kind of output
//! knows how a column comes about; here they are put beside each other. Must not know what becomes of
//! the rows.

use roundtrip_query::plan::{Aggregate, Cast, Embed, Output, Rendering, Shows};
use roundtrip_schema::{Cardinality, Form, Layout};

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
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A value of the row.
    Value,
    /// JSON that a select inside this one renders.
    Rendered,
    /// Worked out over several rows.
    Aggregate(Aggregate, Option<Cast>),
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
                    shown.columns.push(Column { key, form: value.form, text: value.text, kind: Kind::Value });
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
                let (key, text) = (embed.key.clone(), self.embed(embed, row));
                shown.columns.push(Column { key, form: Form::Json, text, kind: Kind::Rendered });
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

/// Which columns hold JSON that our functions rendered.
pub(crate) fn rendered(columns: &[Column]) -> Vec<bool> {
    columns.iter().map(|column| column.kind == Kind::Rendered).collect()
}

/// How rows of these columns are laid out.
pub(crate) fn layout(columns: &[Column], rendering: &Rendering) -> Layout {
    Layout {
        columns: columns.iter().map(|column| (column.key.clone(), column.form)).collect(),
        strip_nulls: rendering.strip_nulls,
        zone: rendering.zone.clone(),
    }
}

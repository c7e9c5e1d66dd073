//! Related resources: how their rows are found from a row, shown inside it, and required by it.
//! Must not know what kind of statement they stand in.

use roundtrip_query::plan::{Embed, Join, Output, Predicate, Scope};
use roundtrip_schema::{Cardinality, FieldId, Form, Layout, Link, ResourceId, Through};

use crate::condition::Condition;
use crate::row::{Row, Select, Writer};

/// The rows that are related to a row.
pub(crate) struct Related<'a> {
    pub(crate) row: Row<'a>,
    /// What stands after `FROM`.
    pub(crate) from: String,
    /// What makes them related, and the junction's rows readable.
    pub(crate) condition: Condition,
}

impl<'a> Writer<'a> {
    pub(crate) fn related(
        &mut self,
        link: &Link,
        target: ResourceId,
        junction_access: &Predicate,
        origin: &Row<'_>,
    ) -> Related<'a> {
        let row = self.aliased(target);
        let from = self.table(&row);
        let Some(Through { junction, origin: to_origin, target: to_target }) = &link.through else {
            let condition = self.matched(origin, &row, &link.on);
            return Related { row, from, condition };
        };
        let between = self.aliased(*junction);
        let joined = self.matched(&between, &row, to_target).text(self.dialect);
        let from = format!("{from} JOIN {} ON {joined}", self.table(&between));
        let link = self.matched(origin, &between, to_origin);
        let condition = Condition::all([link, self.condition(junction_access, &between)]);
        Related { row, from, condition }
    }

    /// Two rows match where all these fields are equal. Collations are left as they are declared: the
    /// database's own foreign keys compare so, and a join that differs would find no index.
    fn matched(&self, here: &Row<'_>, there: &Row<'_>, pairs: &[(FieldId, FieldId)]) -> Condition {
        Condition::all(pairs.iter().map(|(own, other)| {
            Condition::Test(format!("{} = {}", self.column(there, *other), self.column(here, *own)))
        }))
    }

    /// The cells of a row, and how they are laid out.
    pub(crate) fn cells(&mut self, outputs: &[Output], row: &Row<'_>) -> (Vec<String>, Layout) {
        let mut cells = Vec::with_capacity(outputs.len());
        let mut columns = Vec::with_capacity(outputs.len());
        for output in outputs {
            match output {
                Output::Field { field, key } => {
                    cells.push(self.column(row, *field));
                    columns.push(((&**key).into(), row.resource.field(*field).ty.form()));
                }
                Output::Embed(embed) => {
                    cells.push(self.embed(embed, row));
                    columns.push((embed.key.clone(), Form::Json));
                }
            }
        }
        (cells, Layout { columns })
    }

    /// Which rows a scope keeps: those asked for, readable, and with the related rows they must have.
    pub(crate) fn kept(&mut self, scope: &Scope, row: &Row<'_>) -> Condition {
        let filter = self.condition(&scope.filter, row);
        let access = self.condition(&scope.access, row);
        let required: Vec<Condition> =
            required(&scope.outputs).map(|embed| self.has_related(embed, row)).collect();
        Condition::all([filter, access].into_iter().chain(required))
    }

    fn has_related(&mut self, embed: &Embed, origin: &Row<'_>) -> Condition {
        let scope = &embed.scope;
        let related = self.related(&embed.link, scope.resource, &embed.junction_access, origin);
        let kept = self.kept(scope, &related.row);
        self.any_row(related.from, Condition::all([related.condition, kept]))
    }

    /// A related resource as one cell of JSON text.
    fn embed(&mut self, embed: &Embed, origin: &Row<'_>) -> String {
        let scope = &embed.scope;
        let related = self.related(&embed.link, scope.resource, &embed.junction_access, origin);
        let condition = Condition::all([related.condition, self.kept(scope, &related.row)]);
        let select = match embed.cardinality {
            Cardinality::One => self.one(scope, &related.row, related.from, condition),
            Cardinality::Many => self.many(scope, related.row, related.from, condition),
        };
        format!("({})", select.text(self.dialect))
    }

    fn one(&mut self, scope: &Scope, row: &Row<'a>, from: String, condition: Condition) -> Select {
        let (cells, layout) = self.cells(&scope.outputs, row);
        // The caller's limit may be 0. More than one row could only match in an existing database that
        // refers to a key which is none.
        let page = match self.page(scope.limit, scope.offset) {
            page if page.is_empty() => self.dialect.page(Some("1"), None),
            page => page,
        };
        let order = self.order(row, &scope.order);
        Select { columns: self.dialect.row(&layout, &cells), from, condition, order, page }
    }

    /// An aggregate has no order or page of its own: it takes the rows of a select that has.
    fn many(&mut self, scope: &Scope, row: Row<'a>, from: String, condition: Condition) -> Select {
        let plain = scope.order.is_empty() && scope.limit.is_none() && scope.offset.is_none();
        let (row, from, condition) = if plain {
            (row, from, condition)
        } else {
            let (row, from) = self.paged(scope, &row, from, condition);
            (row, from, Condition::Always)
        };
        let (cells, layout) = self.cells(&scope.outputs, &row);
        Select::new(self.dialect.rows(&layout, &cells), from, condition)
    }
}

/// The embeds without which a row is dropped.
fn required(outputs: &[Output]) -> impl Iterator<Item = &Embed> {
    outputs.iter().filter_map(|output| match output {
        Output::Embed(embed) if embed.join == Join::Inner => Some(embed),
        Output::Embed(_) | Output::Field { .. } => None,
    })
}

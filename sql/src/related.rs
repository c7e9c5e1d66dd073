//! Related resources: how their rows are found from a row, and required by it. Must not know what is
//! shown of them.

use roundtrip_query::plan::{Embed, Join, Output, Predicate, Scope};
use roundtrip_schema::field::Storage;
use roundtrip_schema::{FieldId, Link, Resource, ResourceId, ResourceKind, Through};

use crate::condition::Condition;
use crate::row::{Row, Writer};

/// The rows that are related to a row.
pub(crate) struct Related<'a> {
    pub(crate) row: Row<'a>,
    /// What stands after `FROM`.
    pub(crate) from: String,
    /// What makes them related, and the junction's rows readable.
    pub(crate) condition: Condition,
}

impl Related<'_> {
    /// Whether no second row can match, whatever the tables hold.
    pub(crate) fn is_one_row(&self, link: &Link, origin: &Row<'_>) -> bool {
        let (here, there) = (origin.resource, self.row.resource);
        let matched = |key: &[FieldId]| {
            !key.is_empty() && key.iter().all(|field| link.on.iter().any(|(_, target)| target == field))
        };
        there.kind == ResourceKind::Table
            && link.through.is_none()
            && (matched(&there.primary_key) || there.uniques.iter().any(|unique| matched(&unique.fields)))
            && link.on.iter().all(|(own, target)| compares_as_stored(here, *own, there, *target))
    }
}

/// Whether a value equals no two different values of a target's field. In SQLite a number equals every
/// text that spells it: `1` and `01` are two keys, and both are 1.
fn compares_as_stored(here: &Resource, own: FieldId, there: &Resource, target: FieldId) -> bool {
    let storage = |resource: &Resource, field| resource.field(field).ty.storage();
    match storage(there, target) {
        Storage::Integer | Storage::Float | Storage::Decimal | Storage::Boolean => true,
        Storage::Text | Storage::Uuid => matches!(storage(here, own), Storage::Text | Storage::Uuid),
        Storage::Any | Storage::Date | Storage::Time | Storage::Datetime | Storage::Json | Storage::Bytes => {
            false
        }
    }
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
}

/// The embeds without which a row is dropped.
fn required(outputs: &[Output]) -> impl Iterator<Item = &Embed> {
    outputs.iter().filter_map(|output| match output {
        Output::Embed(embed) if embed.join == Join::Inner => Some(embed),
        Output::Embed(_) | Output::Field { .. } | Output::Aggregate { .. } => None,
    })
}

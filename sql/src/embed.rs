//! Related resources as members of a row: an object, or a list of objects. Must not know what kind of
//! statement they stand in.

use roundtrip_query::plan::Embed;
use roundtrip_schema::Cardinality;

use crate::aggregate::is_grouped;
use crate::column;
use crate::condition::Condition;
use crate::related::Related;
use crate::row::{Row, Select, Writer};
use crate::{Nested, NestedShape};

impl<'a> Writer<'a> {
    /// A related resource as one value, and what is in it.
    pub(crate) fn embed(&mut self, embed: &Embed, origin: &Row<'_>) -> (String, Nested) {
        let related = self.related_to(embed, origin);
        let (select, nested) = match embed.cardinality {
            Cardinality::One => self.one(embed, related),
            Cardinality::Many => self.many(embed, related),
        };
        (format!("({})", select.text(self.dialect)), nested)
    }

    /// The related rows that an embed keeps.
    pub(crate) fn related_to(&mut self, embed: &Embed, origin: &Row<'_>) -> Related<'a> {
        let Embed { link, scope, junction_access, .. } = embed;
        let Related { row, from, condition } = self.related(link, scope.resource, junction_access, origin);
        let condition = Condition::all([condition, self.kept(scope, &row)]);
        Related { row, from, condition }
    }

    fn one(&mut self, embed: &Embed, related: Related<'a>) -> (Select, Nested) {
        let (scope, Related { row, from, condition }) = (&embed.scope, related);
        let level = if is_grouped(&scope.outputs) {
            self.source(scope, row, from, condition)
        } else {
            self.rows(scope, &row, from, condition)
        };
        let layout = column::layout(&level.columns, &scope.rendering);
        let value = self.dialect.row(&layout, &column::cells(&level.columns));
        let nested = Nested { shape: NestedShape::Row, layout, nested: column::nested(&level.columns) };
        let mut select = level.of(value);
        // The caller's limit may be 0. More than one row could only match in an existing database that
        // refers to a key which is none.
        if select.page.is_empty() {
            select.page = self.dialect.page(Some("1"), None);
        }
        (select, nested)
    }

    fn many(&mut self, embed: &Embed, related: Related<'a>) -> (Select, Nested) {
        let (scope, Related { row, from, condition }) = (&embed.scope, related);
        let level = self.source(scope, row, from, condition);
        let layout = column::layout(&level.columns, &scope.rendering);
        let value = self.dialect.rows(&layout, &column::cells(&level.columns), &level.arranged);
        let nested = Nested { shape: NestedShape::Rows, layout, nested: column::nested(&level.columns) };
        (level.of(value), nested)
    }
}

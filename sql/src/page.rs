//! Pages: rows cut out of an order, as a table that another select takes them from.
//! Must not know what becomes of the rows.
//!
//! A select that orders its rows works out every column of a row before it knows whether the row is on
//! the page; SQLite spares it only rows that cannot be among the best so far. Measured on 100,000 rows in
//! the opposite order: 100,000 embeds were rendered for a page of ten. Therefore the page is cut out of
//! plain columns, and embeds, spreads and values inside JSON are worked out for what is left.

use roundtrip_query::plan::{Direction, Order, OrderBy, Output, Scope, Shows};
use roundtrip_schema::{FieldId, Link};

use crate::aggregate::is_grouped;
use crate::condition::Condition;
use crate::row::{Row, Select, Writer};

impl<'a> Writer<'a> {
    /// The page of a scope's rows, and its text after `FROM`.
    pub(crate) fn paged(
        &mut self,
        scope: &Scope,
        row: &Row<'a>,
        from: String,
        condition: Condition,
    ) -> (Row<'a>, String) {
        let columns: Vec<String> = needed(scope).iter().map(|field| self.numbered(row, *field)).collect();
        let select = Select {
            columns: self.columns(&columns),
            from,
            condition,
            groups: Vec::new(),
            order: self.order(row, &scope.order, &[]),
            page: self.page(scope.limit, scope.offset),
        };
        let page = self.taken(row);
        let from = page.of(&select.text(self.dialect));
        (page, from)
    }
}

/// Whether a page has to be cut out before what is costly in its rows is worked out. Groups are rows of
/// their own, and cut after they are made.
pub(crate) fn comes_first(scope: &Scope, key: &[FieldId]) -> bool {
    let costly = scope.outputs.iter().any(is_costly) && !is_grouped(&scope.outputs);
    let cut = scope.limit.is_some() || scope.offset.is_some();
    // Without an order the page ends the walk by itself, and so it does in the order of the key, which
    // is the usual one. There the plain select is faster by a fifth.
    let walked = scope.order.first().is_none_or(|first| {
        own(first).is_some_and(|field| key.first() == Some(&field)) && first.direction == Direction::Ascending
    });
    costly && cut && !walked
}

/// What takes more than a look at the row.
fn is_costly(output: &Output) -> bool {
    match output {
        Output::Field { value, .. } => value.as_field().is_none(),
        Output::Aggregate { .. } => false,
        Output::Embed(embed) => embed.shows != Shows::Nothing,
    }
}

fn own(order: &Order) -> Option<FieldId> {
    match &order.by {
        OrderBy::Own(value) => value.as_field(),
        OrderBy::Related(_) => None,
    }
}

/// The fields of a page's rows that are asked for around it: shown, matched with others, ordered by.
fn needed(scope: &Scope) -> Vec<FieldId> {
    let mut fields: Vec<FieldId> = Vec::new();
    for output in &scope.outputs {
        match output {
            Output::Field { value, .. } => fields.push(value.field),
            Output::Aggregate { of, .. } => fields.extend(of.iter().map(|value| value.field)),
            Output::Embed(embed) if embed.shows == Shows::Nothing => {}
            Output::Embed(embed) => fields.extend(origin_fields(&embed.link)),
        }
    }
    for order in &scope.order {
        match &order.by {
            OrderBy::Own(value) => fields.push(value.field),
            OrderBy::Related(related) => fields.extend(origin_fields(&related.link)),
        }
    }
    fields.sort_unstable();
    fields.dedup();
    fields
}

fn origin_fields(link: &Link) -> impl Iterator<Item = FieldId> {
    let pairs = link.through.as_ref().map_or(&link.on, |through| &through.origin);
    pairs.iter().map(|(own, _)| *own)
}

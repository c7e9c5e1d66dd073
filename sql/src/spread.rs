//! Spreads: members of related rows that become members of the row around them. Must not know what kind
//! of statement they stand in.
//!
//! What is spread of one related row is joined to the row, so that groups and orders can name it; but
//! only where the tables promise that no second row matches, and never to a written row, which stands
//! in no `FROM`. Elsewhere each member is a select of its own. So is each member of several rows: a list.

use roundtrip_query::plan::{Direction, Embed, Nulls, Order, OrderBy, Scope};
use roundtrip_schema::{FieldId, Form, Layout};

use crate::column::{Column, Joins, Kind, Shown};
use crate::order::Joined;
use crate::related::Related;
use crate::row::{Row, Select, Writer};
use crate::{Nested, NestedShape};

/// Tables joined to one row; what is spread beyond them is asked for apart. SQLite joins 64 tables, and
/// plans even half as many slowly.
const MOST_JOINS: usize = 24;

impl<'a> Writer<'a> {
    /// Adds what is spread of the one related row.
    pub(crate) fn spread_one<'e>(
        &mut self,
        embed: &'e Embed,
        origin: &Row<'a>,
        joins: Joins,
        shown: &mut Shown<'e, 'a>,
    ) {
        let scope = &embed.scope;
        let related = self.related_to(embed, origin);
        let certain = related.is_one_row(&embed.link, origin);
        let inner = self.shown(&scope.outputs, &related.row, Joins::Possible);
        let cut = scope.limit.is_some() || scope.offset.is_some();
        let too_many = shown.joins.len() + inner.joins.len() >= MOST_JOINS;
        if joins == Joins::Impossible || !certain || cut || too_many {
            let order = if certain { Vec::new() } else { self.key_order(&related.row) };
            shown.columns.extend(self.apart(scope, related, inner, order));
            return;
        }
        let Related { row, from, condition } = related;
        let on = condition.text(self.dialect);
        shown.joins.push(format!(" LEFT JOIN {from} ON {on}"));
        shown.joins.extend(inner.joins);
        let there = embed.link.on.first().map(|(_, target)| self.column(&row, *target));
        shown.columns.extend(inner.columns.into_iter().map(|column| match &there {
            Some(there) => only_if(there, column, self.dialect.constant(true)),
            None => column,
        }));
        shown.joined.push(Joined { embed, row });
    }

    /// Each column as a select of its own.
    fn apart(
        &mut self,
        scope: &Scope,
        related: Related<'a>,
        inner: Shown<'_, 'a>,
        key: Vec<String>,
    ) -> Vec<Column> {
        let Related { row, from, condition } = related;
        let mut order = self.order(&row, &scope.order, &inner.joined);
        order.extend(key);
        let page = match self.page(scope.limit, scope.offset) {
            page if page.is_empty() => self.dialect.page(Some("1"), None),
            page => page,
        };
        let from = from + &inner.joins.concat();
        let select = Select { order, page, ..Select::new("", from, condition) };
        let alone = |column: Column| {
            let text = format!("({})", select.with(&column.text).text(self.dialect));
            Column { text, ..column }
        };
        inner.columns.into_iter().map(alone).collect()
    }

    /// What is spread of several related rows: a list for each column, all in the same order.
    pub(crate) fn spread_many(&mut self, embed: &Embed, origin: &Row<'a>) -> Vec<Column> {
        let Related { row, from, condition } = self.related_to(embed, origin);
        // Every list is a walk of its own, and might come in an order of its own.
        let scope =
            Scope { order: total(&embed.scope.order, &row.resource.primary_key), ..embed.scope.clone() };
        let level = self.source(&scope, row, from, condition);
        let list = |column: &Column| {
            let layout = Layout {
                columns: vec![(column.key.clone(), column.form)],
                strip_nulls: false,
                zone: scope.rendering.zone.clone(),
            };
            let values = self.dialect.values(&layout, &column.cell(), &level.arranged);
            let text = format!("({})", level.select.with(&values).text(self.dialect));
            let nested = vec![column.nested().cloned()];
            let nested = Nested { shape: NestedShape::Values, layout, nested };
            Column { key: column.key.clone(), form: Form::Json, text, kind: Kind::Nested(nested) }
        };
        level.columns.iter().map(list).collect()
    }

    fn key_order(&mut self, row: &Row<'_>) -> Vec<String> {
        let order = total(&[], &row.resource.primary_key);
        self.order(row, &order, &[])
    }
}

/// An order that leaves no two rows equal, where there is a key.
fn total(order: &[Order], key: &[FieldId]) -> Vec<Order> {
    let mut order = order.to_vec();
    for field in key {
        let named =
            |term: &Order| matches!(&term.by, OrderBy::Own(value) if value.as_field() == Some(*field));
        if !order.iter().any(named) {
            order.push(Order::by_field(*field, Direction::Ascending, Nulls::Last));
        }
    }
    order
}

/// A column of a joined row, null where none was found: a list in it would be empty, and a row counted.
fn only_if(there: &str, column: Column, one: &str) -> Column {
    let of_nothing = column.nested().is_some() || column.text == one;
    if of_nothing {
        let text = format!("CASE WHEN {there} IS NOT NULL THEN {} END", column.text);
        Column { text, ..column }
    } else {
        column
    }
}

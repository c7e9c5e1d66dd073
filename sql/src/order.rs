//! The terms by which rows are ordered. Must not know what is shown of them.

use roundtrip_query::plan::{Embed, Expr, Order, OrderBy, RelatedOrder};

use crate::condition::Condition;
use crate::dialect::Term;
use crate::row::{Row, Select, Writer};

/// A related row that stands beside the row of a select, joined to it.
pub(crate) struct Joined<'e, 'a> {
    pub(crate) embed: &'e Embed,
    pub(crate) row: Row<'a>,
}

impl Joined<'_, '_> {
    /// Whether it is the very row that an order speaks of.
    fn is_meant_by(&self, order: &RelatedOrder) -> bool {
        let Embed { link, scope, junction_access, .. } = self.embed;
        *link == order.link
            && scope.resource == order.resource
            && scope.filter == order.filter
            && scope.access == order.access
            && *junction_access == order.junction_access
    }
}

impl Writer<'_> {
    /// The terms of an order of rows, with what is joined to each of them.
    pub(crate) fn order(&mut self, row: &Row<'_>, terms: &[Order], joined: &[Joined<'_, '_>]) -> Vec<String> {
        let dialect = self.dialect;
        self.terms(row, terms, joined, |value, term| dialect.order(value, term))
    }

    /// As above, for the order inside an aggregate.
    pub(crate) fn order_inside(
        &mut self,
        row: &Row<'_>,
        terms: &[Order],
        joined: &[Joined<'_, '_>],
    ) -> Vec<String> {
        let dialect = self.dialect;
        self.terms(row, terms, joined, |value, term| dialect.order_inside(value, term))
    }

    fn terms(
        &mut self,
        row: &Row<'_>,
        terms: &[Order],
        joined: &[Joined<'_, '_>],
        say: impl Fn(&str, Term) -> String,
    ) -> Vec<String> {
        let mut said = Vec::with_capacity(terms.len());
        for order in terms {
            let (value, term) = self.term(row, order, joined);
            said.push(say(&value, term));
        }
        said
    }

    fn term(&mut self, row: &Row<'_>, order: &Order, joined: &[Joined<'_, '_>]) -> (String, Term) {
        let Order { by, direction, nulls } = order;
        let (value, holds_nulls) = match by {
            OrderBy::Own(expr) => {
                let required = expr.as_field().is_some_and(|field| !row.resource.field(field).optional);
                (self.sorted(row, expr), !required)
            }
            OrderBy::Related(related) => {
                let beside = joined.iter().find(|one| one.is_meant_by(related));
                let value = match beside {
                    Some(one) => self.sorted(&one.row, &related.value),
                    None => self.related_value(row, related),
                };
                (value, true)
            }
        };
        (value, Term { direction: *direction, nulls: holds_nulls.then_some(*nulls) })
    }

    fn sorted(&self, row: &Row<'_>, expr: &Expr) -> String {
        self.dialect.sorted(self.value(row, expr).operand())
    }

    /// A value of the one related row, as a select of its own.
    fn related_value(&mut self, origin: &Row<'_>, order: &RelatedOrder) -> String {
        let RelatedOrder { link, resource, value, filter, access, junction_access } = order;
        let related = self.related(link, *resource, junction_access, origin);
        let wanted = [filter, access].map(|one| self.condition(one, &related.row));
        let condition = Condition::all(std::iter::once(related.condition).chain(wanted));
        let page = self.dialect.page(Some("1"), None);
        let select =
            Select { page, ..Select::new(self.sorted(&related.row, value), related.from, condition) };
        format!("({})", select.text(self.dialect))
    }
}

//! In which order rows come.

use roundtrip_schema::{Cardinality, FieldId, Resource};

use super::Context;
use super::expression;
use super::scope::wanted;
use super::select::{embed_called, is_grouped};
use crate::error::QueryError;
use crate::operation::{Direction, EmbedItem, FieldPath, Item, OrderTerm, Shows};
use crate::plan::{Embed, Expr, Nulls, Order, OrderBy, Output, Predicate, RelatedOrder};

/// Resolves the order of one level.
pub(super) struct Ordering<'a> {
    pub(super) context: Context<'a>,
    pub(super) resource: &'a Resource,
    /// What the level selects, as it was asked for and as it was resolved.
    pub(super) items: &'a [Item],
    pub(super) outputs: &'a [Output],
}

impl Ordering<'_> {
    /// The order that was asked for, and nothing if none was.
    pub(super) fn asked(&self, terms: &[OrderTerm]) -> Result<Vec<Order>, QueryError> {
        if terms.is_empty() { Ok(Vec::new()) } else { self.total(terms) }
    }

    /// The order that was asked for, made total by the primary key, so that pages neither overlap
    /// nor skip. Groups have no key: their order is what was asked for.
    pub(super) fn total(&self, terms: &[OrderTerm]) -> Result<Vec<Order>, QueryError> {
        let grouped = is_grouped(self.outputs);
        let mut order = Vec::with_capacity(terms.len() + 1);
        for term in terms {
            let nulls = term.nulls.unwrap_or(match term.direction {
                Direction::Ascending => Nulls::Last,
                Direction::Descending => Nulls::First,
            });
            let by = match &term.relation {
                None => OrderBy::Own(self.own(&term.field, grouped)?),
                Some(relation) => OrderBy::Related(Box::new(self.related(relation, &term.field, grouped)?)),
            };
            order.push(Order { by, direction: term.direction, nulls });
        }
        if !grouped {
            self.append_key(&mut order);
        }
        Ok(order)
    }

    fn append_key(&self, order: &mut Vec<Order>) {
        // The last term's direction lets one index serve both the term and the key behind it.
        let direction = order.last().map_or(Direction::Ascending, |last| last.direction);
        let is = |order: &Order, id: FieldId| match &order.by {
            OrderBy::Own(value) => value.as_field() == Some(id),
            OrderBy::Related(_) => false,
        };
        for field in &self.resource.primary_key {
            if order.iter().all(|term| !is(term, *field)) {
                order.push(Order::by_field(*field, direction, Nulls::Last));
            }
        }
    }

    fn own(&self, path: &FieldPath, grouped: bool) -> Result<Expr, QueryError> {
        let typed = expression::resolve(self.context, self.resource, path)?;
        typed.ordered()?;
        let value = typed.value;
        if grouped && !shows(self.outputs, &value) {
            return Err(ungrouped(self.resource, path));
        }
        Ok(value)
    }

    /// An order by the one related row. Where it is spread, its members can be named as they are
    /// shown.
    fn related(&self, relation: &str, path: &FieldPath, grouped: bool) -> Result<RelatedOrder, QueryError> {
        let Some((item, embed)) = embed_called(self.items, self.outputs, relation) else {
            return Err(QueryError::NotEmbedded {
                name: relation.to_owned(),
                hint: format!("Verify that '{relation}' is included in the 'select' query parameter."),
            });
        };
        if embed.cardinality == Cardinality::Many {
            let (origin, relation) = (self.resource.name.clone(), relation.to_owned());
            return Err(QueryError::RelatedOrder { origin, relation });
        }
        let target = self.context.schema.resource(embed.scope.resource);
        let typed = match expression::resolve(self.context, target, path) {
            Ok(typed) => typed,
            Err(unknown) => match aliased(item, path) {
                Some(path) => expression::resolve(self.context, target, path)?,
                None => return Err(unknown),
            },
        };
        typed.ordered()?;
        let value = typed.value;
        if grouped && !(item.shows == Shows::Spread && shows(&embed.scope.outputs, &value)) {
            return Err(ungrouped(target, path));
        }
        Ok(related_order(embed, value))
    }
}

fn related_order(embed: &Embed, value: Expr) -> RelatedOrder {
    RelatedOrder {
        link: embed.link.clone(),
        resource: embed.scope.resource,
        value,
        filter: wanted(&embed.scope),
        access: Predicate::Never,
        junction_access: Predicate::Never,
    }
}

/// The field that an embed shows under this name.
fn aliased<'a>(item: &'a EmbedItem, path: &FieldPath) -> Option<&'a FieldPath> {
    if !path.steps.is_empty() {
        return None;
    }
    item.selection.items.iter().find_map(|item| match item {
        Item::Field(field) if field.alias.as_deref() == Some(&*path.name) && field.aggregate.is_none() => {
            Some(&field.field)
        }
        _ => None,
    })
}

fn shows(outputs: &[Output], wanted: &Expr) -> bool {
    outputs.iter().any(|output| matches!(output, Output::Field { value, .. } if value == wanted))
}

fn ungrouped(resource: &Resource, path: &FieldPath) -> QueryError {
    QueryError::Ungrouped { resource: resource.name.clone(), field: path.name.clone() }
}

//! Conditions on rows become predicates over typed values.

use roundtrip_schema::Resource;

use super::scope::wanted;
use super::select::embed_called;
use super::slots::Slots;
use super::{Context, comparison};
use crate::error::QueryError;
use crate::operation::{Comparison, Condition, Item, Operand, Operator};
use crate::plan::{Embed, Exists, Output, Predicate};

/// Conditions nest no deeper than this; the grammar refuses earlier, other doors are held here.
const DEEPEST: usize = 64;

/// Resolves the conditions of one level. Embeds of the same level can be asked whether they are null.
pub(super) struct Conditions<'a> {
    pub(super) context: Context<'a>,
    pub(super) resource: &'a Resource,
    /// What the level selects, as it was asked for and as it was resolved.
    pub(super) items: &'a [Item],
    pub(super) outputs: &'a [Output],
}

impl Conditions<'_> {
    /// All of `conditions` as one predicate.
    pub(super) fn all(
        &self,
        conditions: &[Condition],
        slots: &mut Slots<'_>,
    ) -> Result<Predicate, QueryError> {
        let mut all = Predicate::Always;
        for condition in conditions {
            all = all.and(self.one(condition, slots, 0)?);
        }
        Ok(all)
    }

    fn one(
        &self,
        condition: &Condition,
        slots: &mut Slots<'_>,
        depth: usize,
    ) -> Result<Predicate, QueryError> {
        if depth > DEEPEST {
            return Err(QueryError::Operator {
                detail: format!("conditions nest deeper than {DEEPEST} levels"),
            });
        }
        let list = |list: &[Condition], slots: &mut Slots<'_>| {
            list.iter().map(|one| self.one(one, slots, depth + 1)).collect::<Result<Vec<_>, _>>()
        };
        Ok(match condition {
            Condition::Compare(comparison) => self.compare(comparison, slots)?,
            Condition::And(conditions) => Predicate::All(list(conditions, slots)?),
            Condition::Or(conditions) => Predicate::Any(list(conditions, slots)?),
            Condition::Not(one) => Predicate::Not(Box::new(self.one(one, slots, depth + 1)?)),
        })
    }

    /// Whether a related row exists is asked by the embed's name; a field of the same name has to be
    /// asked about anything else.
    fn compare(&self, comparison: &Comparison, slots: &mut Slots<'_>) -> Result<Predicate, QueryError> {
        let Some(embed) = self.embed(comparison) else {
            return comparison::compare(self.context, self.resource, comparison, slots);
        };
        match (comparison.operator, &comparison.operand) {
            (Operator::Is, Operand::One(word)) if word == "null" => {
                Ok(Predicate::Not(Box::new(exists(embed))))
            }
            (Operator::Is, Operand::One(word)) if word == "not_null" => Ok(exists(embed)),
            _ if self.context.field(self.resource, &comparison.field.name).is_ok() => {
                comparison::compare(self.context, self.resource, comparison, slots)
            }
            _ => Err(QueryError::EmbedOperator { name: comparison.field.name.clone() }),
        }
    }

    fn embed(&self, comparison: &Comparison) -> Option<&Embed> {
        let named = comparison.field.steps.is_empty().then_some(&comparison.field.name)?;
        embed_called(self.items, self.outputs, named).map(|(_, embed)| embed)
    }
}

/// A related row exists that the embed would show.
pub(super) fn exists(embed: &Embed) -> Predicate {
    Predicate::Exists(Box::new(Exists {
        link: embed.link.clone(),
        resource: embed.scope.resource,
        filter: wanted(&embed.scope),
        access: Predicate::Never,
        junction_access: Predicate::Never,
    }))
}

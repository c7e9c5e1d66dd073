//! Conditions on rows become predicates over typed values.

use roundtrip_schema::{Field, FieldId, Kind, Resource, Value};

use super::Context;
use super::slots::Slots;
use super::target::literal;
use crate::error::QueryError;
use crate::operation::{Comparison, Condition, Operand, Operator};
use crate::plan::{Compare, Embed, Exists, Is, Output, Predicate};

/// Conditions nest no deeper than this; the grammar refuses earlier, other doors are held here.
const DEEPEST: usize = 64;

/// Resolves the conditions of one level. Embeds of the same level can be asked whether they are null.
pub(super) struct Conditions<'a> {
    pub(super) context: Context<'a>,
    pub(super) resource: &'a Resource,
    pub(super) embeds: &'a [Output],
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

    fn compare(&self, comparison: &Comparison, slots: &mut Slots<'_>) -> Result<Predicate, QueryError> {
        let field = match self.context.field(self.resource, &comparison.field) {
            Ok(field) => field,
            Err(unknown) => return self.embed_test(comparison).unwrap_or(Err(unknown)),
        };
        let definition = self.resource.field(field);
        match (comparison.operator, &comparison.operand) {
            (Operator::Is, Operand::One(word)) => is_test(definition, field, word),
            (Operator::In, Operand::List(items)) => self.in_list(field, items, slots),
            (Operator::In, Operand::One(_)) | (_, Operand::List(_)) => Err(QueryError::Operator {
                detail: format!("only in takes a list, and it takes nothing else ({})", comparison.field),
            }),
            (operator, Operand::One(text)) => {
                let operator = comparison_operator(operator);
                let value = operand(definition, operator, text)?;
                Ok(Predicate::Compare { field, operator, slot: slots.push(value)? })
            }
        }
    }

    fn in_list(
        &self,
        field: FieldId,
        items: &[String],
        slots: &mut Slots<'_>,
    ) -> Result<Predicate, QueryError> {
        let most = self.context.limits.in_list;
        if items.len() > most {
            let (given, what, setting) = (items.len(), "values in a list", "limits.in_list");
            return Err(QueryError::Limit { what, given, most, setting });
        }
        let definition = self.resource.field(field);
        let values = items.iter().map(|item| literal(definition, item)).collect::<Result<Vec<_>, _>>()?;
        // JSON and bytes inside a JSON array would be compared in another form than they are stored in.
        if definition.ty.list || matches!(definition.ty.kind, Kind::Json | Kind::Bytes | Kind::Any) {
            let one =
                |value| Ok(Predicate::Compare { field, operator: Compare::Eq, slot: slots.push(value)? });
            return values.into_iter().map(one).collect::<Result<Vec<_>, _>>().map(Predicate::Any);
        }
        let list: Vec<String> = values.iter().map(Value::to_string).collect();
        let slot = slots.push(Value::Json(format!("[{}]", list.join(",")).into()))?;
        Ok(Predicate::In { field, slot })
    }

    /// `rel=is.null`: no related row; `None` when the name is no embed of this level.
    fn embed_test(&self, comparison: &Comparison) -> Option<Result<Predicate, QueryError>> {
        let embed = self.embeds.iter().find_map(|output| match output {
            Output::Embed(embed) if *embed.key == *comparison.field => Some(embed),
            _ => None,
        })?;
        let exists = || Predicate::Exists(Box::new(exists(embed)));
        Some(match (comparison.operator, &comparison.operand) {
            (Operator::Is, Operand::One(word)) if word == "null" => Ok(Predicate::Not(Box::new(exists()))),
            (Operator::Is, Operand::One(word)) if word == "not_null" => Ok(exists()),
            _ => Err(QueryError::Operator {
                detail: format!(
                    "'{}' is an embedded resource: only is.null and not.is.null ask about it",
                    embed.key
                ),
            }),
        })
    }
}

fn exists(embed: &Embed) -> Exists {
    Exists {
        link: embed.link.clone(),
        resource: embed.scope.resource,
        filter: embed.scope.filter.clone(),
        access: Predicate::Never,
        junction_access: Predicate::Never,
    }
}

fn is_test(definition: &Field, field: FieldId, word: &str) -> Result<Predicate, QueryError> {
    let boolean = definition.ty.kind == Kind::Boolean && !definition.ty.list;
    let test = match word {
        "null" => Is::Null,
        "not_null" => Is::NotNull,
        "true" if boolean => Is::True,
        "false" if boolean => Is::False,
        "unknown" if boolean => Is::Unknown,
        _ => {
            let detail = format!("is.{word} asks for a boolean, {} is {}", definition.name, definition.ty);
            return Err(QueryError::Operator { detail });
        }
    };
    Ok(Predicate::Is { field, test })
}

/// Only called for operators that compare with one literal.
fn comparison_operator(operator: Operator) -> Compare {
    match operator {
        Operator::Neq => Compare::Neq,
        Operator::Gt => Compare::Gt,
        Operator::Gte => Compare::Gte,
        Operator::Lt => Compare::Lt,
        Operator::Lte => Compare::Lte,
        Operator::Like => Compare::Like,
        Operator::Ilike => Compare::Ilike,
        Operator::Eq | Operator::In | Operator::Is => Compare::Eq,
    }
}

fn operand(definition: &Field, operator: Compare, text: &str) -> Result<Value, QueryError> {
    if !matches!(operator, Compare::Like | Compare::Ilike) {
        return literal(definition, text);
    }
    let textual = matches!(
        definition.ty.kind,
        Kind::Any | Kind::Text | Kind::Email | Kind::Url | Kind::Slug | Kind::Enum(_)
    );
    if definition.ty.list || !textual {
        let detail = format!("like and ilike compare text, {} is {}", definition.name, definition.ty);
        return Err(QueryError::Operator { detail });
    }
    Ok(Value::text(text))
}

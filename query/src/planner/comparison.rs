//! One comparison of a value of the row: which operators go with which types and operands.

use roundtrip_schema::{Kind, Resource, Value};

use super::expression::{self, Typed};
use super::slots::Slots;
use super::{Context, literal, search};
use crate::error::QueryError;
use crate::operation::{Comparison, Operand, Operator, Quantifier};
use crate::plan::{Compare, Is, Predicate, Range};

/// Resolves a comparison.
pub(super) fn compare(
    context: Context<'_>,
    resource: &Resource,
    comparison: &Comparison,
    slots: &mut Slots<'_>,
) -> Result<Predicate, QueryError> {
    let typed = expression::resolve(context, resource, &comparison.field)?;
    match (comparison.operator, comparison.quantifier, &comparison.operand) {
        (Operator::Is, None, Operand::One(word)) => is_test(typed, word),
        (Operator::In, None, Operand::List(items))
        | (Operator::Eq, Some(Quantifier::Any), Operand::List(items)) => {
            in_list(context, typed, items, slots)
        }
        (_, Some(quantifier), Operand::List(items)) => {
            let list = List { context, typed, comparison, quantifier };
            list.predicate(items, slots)
        }
        (Operator::In, None, Operand::One(_))
        | (_, None, Operand::List(_))
        | (_, Some(_), Operand::One(_)) => Err(QueryError::Operator {
            detail: format!(
                "only in, any and all take a list, and they take nothing else ({})",
                typed.name()
            ),
        }),
        (_, None, Operand::One(text)) => {
            let (operator, value) = match of_ranges(context, resource, &typed, comparison.operator)? {
                Some(operator) => (operator, literal::of(&typed, text)?),
                None => right_side(context, &typed, comparison, text)?,
            };
            Ok(Predicate::Compare { value: typed.value, operator, slot: slots.push(value)? })
        }
    }
}

/// How a value is compared, and with what.
fn right_side(
    context: Context<'_>,
    typed: &Typed<'_>,
    comparison: &Comparison,
    text: &str,
) -> Result<(Compare, Value), QueryError> {
    let operator = comparison.operator;
    let with = |compare| literal::of(typed, text).map(|value| (compare, value));
    let within = |compare| literal::container(context, typed, operator, text).map(|value| (compare, value));
    match operator {
        Operator::Eq | Operator::In => with(Compare::Eq),
        Operator::Neq => with(Compare::Neq),
        Operator::Gt => ordered(typed, Compare::Gt, text),
        Operator::Gte => ordered(typed, Compare::Gte, text),
        Operator::Lt => ordered(typed, Compare::Lt, text),
        Operator::Lte => ordered(typed, Compare::Lte, text),
        Operator::IsDistinct => with(Compare::Distinct),
        Operator::Like => like(typed, Compare::Like, text),
        Operator::Ilike => like(typed, Compare::Ilike, text),
        Operator::Match => search::pattern(context, typed, Compare::Match, text),
        Operator::Imatch => search::pattern(context, typed, Compare::Imatch, text),
        Operator::Fts | Operator::Plfts | Operator::Phfts | Operator::Wfts => {
            search::text_search(context, typed, operator, comparison.language.as_deref(), text)
        }
        Operator::Cs => within(Compare::Contains),
        Operator::Cd => within(Compare::ContainedBy),
        Operator::Ov => within(Compare::Overlaps),
        // What is a range has been told from lists and JSON before.
        Operator::Sl | Operator::Sr | Operator::Nxr | Operator::Nxl | Operator::Adj => {
            Err(context.unsupported(format!("{} of ranges", operator.word())))
        }
        Operator::Is => Err(QueryError::Operator { detail: "is takes one word, and no list".to_owned() }),
    }
}

/// How two ranges are compared; `None` for what compares no ranges here.
fn of_ranges(
    context: Context<'_>,
    resource: &Resource,
    typed: &Typed<'_>,
    operator: Operator,
) -> Result<Option<Compare>, QueryError> {
    let (compare, only_ranges) = match operator {
        Operator::Cs => (Compare::Contains, false),
        Operator::Cd => (Compare::ContainedBy, false),
        Operator::Ov => (Compare::Overlaps, false),
        Operator::Sl => (Compare::Range(Range::Left), true),
        Operator::Sr => (Compare::Range(Range::Right), true),
        Operator::Nxr => (Compare::Range(Range::NotRight), true),
        Operator::Nxl => (Compare::Range(Range::NotLeft), true),
        Operator::Adj => (Compare::Range(Range::Adjacent), true),
        _ => return Ok(None),
    };
    let field = typed.value.as_field().map(|field| resource.field(field));
    let is_range = field.and_then(|field| field.column_type.as_deref()).is_some_and(is_range);
    match (context.capabilities.ranges, is_range) {
        (true, true) => Ok(Some(compare)),
        (true, false) if only_ranges => {
            let detail = format!("{} compares ranges, {} is {}", operator.word(), typed.name(), typed.ty);
            Err(QueryError::Operator { detail })
        }
        _ => Ok(None),
    }
}

/// Whether a database says that a column holds a range, or several: `int4range`, `range public.span`,
/// `domain public.stay over daterange`.
fn is_range(column_type: &str) -> bool {
    const SUBTYPES: [&str; 6] = ["int4", "int8", "num", "ts", "tstz", "date"];
    let name = match column_type.strip_prefix("domain ") {
        Some(domain) => domain.rsplit_once(" over ").map_or("", |(_, base)| base),
        None => column_type,
    };
    let subtype = name.strip_suffix("multirange").or(name.strip_suffix("range"));
    name.starts_with("range ") || subtype.is_some_and(|subtype| SUBTYPES.contains(&subtype))
}

/// Which of two values is greater, where one can be.
fn ordered(typed: &Typed<'_>, operator: Compare, text: &str) -> Result<(Compare, Value), QueryError> {
    typed.ordered()?;
    let value = literal::of(typed, text)?;
    // JSON may hold anything; beside a list or an object it is asked for nothing that has an order.
    if matches!(&value, Value::Json(json) if typed.is_json() && json.trim_start().starts_with(['[', '{'])) {
        let detail =
            format!("lists and objects of JSON have no order: compare {} with one value", typed.name());
        return Err(QueryError::Operator { detail });
    }
    Ok((operator, value))
}

fn like(typed: &Typed<'_>, operator: Compare, text: &str) -> Result<(Compare, Value), QueryError> {
    if typed.is_text() {
        let mut pattern = literal::pattern(typed, text)?.to_owned();
        // An escape with nothing after it stands for itself. PostgreSQL would refuse it.
        let escapes = pattern.bytes().rev().take_while(|byte| *byte == b'\\').count();
        if escapes % 2 == 1 {
            pattern.push('\\');
        }
        return Ok((operator, Value::text(pattern)));
    }
    let detail = format!("like and ilike compare text, {} is {}", typed.name(), typed.ty);
    Err(QueryError::Operator { detail })
}

fn is_test(typed: Typed<'_>, word: &str) -> Result<Predicate, QueryError> {
    let boolean = typed.ty.kind == Kind::Boolean && !typed.ty.list;
    let test = match word {
        "null" => Is::Null,
        "not_null" => Is::NotNull,
        "true" if boolean => Is::True,
        "false" if boolean => Is::False,
        "unknown" if boolean => Is::Unknown,
        _ => {
            let detail = format!("is.{word} asks for a boolean, {} is {}", typed.name(), typed.ty);
            return Err(QueryError::Operator { detail });
        }
    };
    Ok(Predicate::Is { value: typed.value, test })
}

fn in_list(
    context: Context<'_>,
    typed: Typed<'_>,
    items: &[String],
    slots: &mut Slots<'_>,
) -> Result<Predicate, QueryError> {
    bounded(items, "values in a list", context.limits.in_list, "limits.in_list")?;
    // A shape of its own: no value is in an empty list, and no null either. MariaDB keeps what it found
    // out about null and an empty list, and answers it again when the list is no longer empty.
    if items.is_empty() {
        return Ok(Predicate::Never);
    }
    let values = items.iter().map(|item| literal::of(&typed, item)).collect::<Result<Vec<_>, _>>()?;
    let value = typed.value;
    // JSON and bytes inside a JSON array would be compared in another form than they are stored in.
    if typed.ty.list || matches!(typed.ty.kind, Kind::Json | Kind::Bytes | Kind::Any) {
        let equal = |one| {
            let slot = slots.push(one)?;
            Ok(Predicate::Compare { value: value.clone(), operator: Compare::Eq, slot })
        };
        return values.into_iter().map(equal).collect::<Result<Vec<_>, _>>().map(Predicate::Any);
    }
    let list: Vec<String> = values.iter().map(Value::to_string).collect();
    let slot = slots.push(Value::Json(format!("[{}]", list.join(",")).into()))?;
    Ok(Predicate::In { value, slot })
}

/// A value compared with any or with all of a list, one by one.
struct List<'a> {
    context: Context<'a>,
    typed: Typed<'a>,
    comparison: &'a Comparison,
    quantifier: Quantifier,
}

impl List<'_> {
    fn predicate(&self, items: &[String], slots: &mut Slots<'_>) -> Result<Predicate, QueryError> {
        let operator = self.comparison.operator;
        if !operator.takes_quantifier() {
            let detail = format!("{} goes with neither any nor all", operator.word());
            return Err(QueryError::Operator { detail });
        }
        // Each value is a condition of its own.
        bounded(items, "conditions", self.context.limits.filters, "limits.filters")?;
        let mut all = Vec::with_capacity(items.len());
        for item in items {
            let (operator, value) = right_side(self.context, &self.typed, self.comparison, item)?;
            let slot = slots.push(value)?;
            all.push(Predicate::Compare { value: self.typed.value.clone(), operator, slot });
        }
        Ok(match (self.quantifier, all.len()) {
            (Quantifier::Any, 0) => Predicate::Never,
            (Quantifier::All, 0) => Predicate::Always,
            (_, 1) => all.remove(0),
            (Quantifier::Any, _) => Predicate::Any(all),
            (Quantifier::All, _) => Predicate::All(all),
        })
    }
}

fn bounded(
    items: &[String],
    what: &'static str,
    most: usize,
    setting: &'static str,
) -> Result<(), QueryError> {
    if items.len() > most {
        return Err(QueryError::Limit { what, given: items.len(), most, setting });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_known_by_their_names() {
        for (column_type, expected) in [
            ("int4range", true),
            ("datemultirange", true),
            ("tstzrange", true),
            ("range public.span", true),
            ("domain public.stay over daterange", true),
            ("domain public.\"a over b\" over range public.span", true),
            ("domain public.daterange over text", false),
            ("public.price_range", false),
            ("public.int4range", false),
            ("int4range[]", false),
            ("text", false),
        ] {
            assert_eq!(is_range(column_type), expected, "{column_type}");
        }
    }
}

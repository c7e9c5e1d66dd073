//! A query in a notation that tests can be read in. It is not the printer of the crate: a mistake
//! there must not hide one in the parser.

use roundtrip_query::grammar::Query;
use roundtrip_query::operation::{
    Condition, Direction, FieldPath, Item, Join, Nulls, Operand, PathKey, Quantifier, Selection, Shows,
};

/// `[items] where conditions; order a desc; limit 1; offset 2; columns a b; on_conflict a`.
pub(crate) fn show(query: &Query) -> String {
    let mut parts = vec![selection(&query.selection)];
    for (word, names) in [("columns", &query.columns), ("on_conflict", &query.on_conflict)] {
        parts.extend(names.as_ref().map(|names| format!("{word} {}", names.join("|"))));
    }
    parts.retain(|part| !part.is_empty());
    parts.join("; ")
}

fn selection(one: &Selection) -> String {
    let mut parts = Vec::new();
    if !one.items.is_empty() {
        parts.push(format!("[{}]", one.items.iter().map(item).collect::<Vec<_>>().join(" ")));
    }
    if !one.filter.is_empty() {
        parts.push(format!("where {}", list(&one.filter)));
    }
    for term in &one.order {
        let direction = if term.direction == Direction::Descending { " desc" } else { "" };
        let nulls = match term.nulls {
            Some(Nulls::First) => " nulls first",
            Some(Nulls::Last) => " nulls last",
            None => "",
        };
        let relation = term.relation.as_ref().map_or(String::new(), |relation| format!("{relation} . "));
        parts.push(format!("order {relation}{}{direction}{nulls}", field_path(&term.field)));
    }
    parts.extend(one.limit.map(|limit| format!("limit {limit}")));
    parts.extend(one.offset.map(|offset| format!("offset {offset}")));
    parts.join("; ")
}

fn item(one: &Item) -> String {
    let alias = |alias: &Option<String>| alias.as_ref().map_or(String::new(), |alias| format!("{alias}="));
    let cast = |cast: &Option<String>| cast.as_ref().map_or(String::new(), |cast| format!(" as {cast}"));
    match one {
        Item::Star => "*".to_owned(),
        Item::Count(count) => format!("{}#{}", alias(&count.alias), cast(&count.cast)),
        Item::Field(field) => {
            let mut text =
                format!("{}{}{}", alias(&field.alias), field_path(&field.field), cast(&field.cast));
            if let Some(aggregate) = &field.aggregate {
                text = format!("{text} {}{}", aggregate.function.word(), cast(&aggregate.cast));
            }
            text
        }
        Item::Embed(embed) => {
            let hint = embed.hint.as_ref().map_or(String::new(), |hint| format!(" by {hint}"));
            let join = if embed.join == Join::Inner { " inner" } else { "" };
            let shows = match embed.shows {
                Shows::Nested => "",
                Shows::Spread => " spread",
                Shows::Nothing => " nothing",
            };
            let inner = selection(&embed.selection);
            format!("{}{}{hint}{join}{shows} {{{inner}}}", alias(&embed.alias), embed.name)
        }
    }
}

/// `data/a//0`: a slash for each arrow's head, `#` before an index.
fn field_path(path: &FieldPath) -> String {
    let mut text = path.name.clone();
    for step in &path.steps {
        let slash = if step.as_text { "//" } else { "/" };
        text = match &step.key {
            PathKey::Member(key) => format!("{text}{slash}{key}"),
            PathKey::Index(index) => format!("{text}{slash}#{index}"),
        };
    }
    text
}

fn list(conditions: &[Condition]) -> String {
    conditions.iter().map(condition).collect::<Vec<_>>().join(" & ")
}

fn condition(one: &Condition) -> String {
    match one {
        Condition::Compare(one) => {
            let operand = match &one.operand {
                Operand::One(value) => value.clone(),
                Operand::List(values) => format!("<{}>", values.join("|")),
            };
            let quantifier = match one.quantifier {
                Some(Quantifier::Any) => " any",
                Some(Quantifier::All) => " all",
                None => "",
            };
            let language = one.language.as_ref().map_or(String::new(), |language| format!(" in {language}"));
            let field = field_path(&one.field);
            format!("{field} {}{quantifier}{language} {operand}", one.operator.word())
        }
        Condition::And(inner) => format!("and({})", list(inner)),
        Condition::Or(inner) => format!("or({})", list(inner)),
        Condition::Not(inner) => format!("not({})", condition(inner)),
    }
}

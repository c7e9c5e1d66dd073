//! Plans as one line of text each, for tables of tests.

use roundtrip_query::operation::{Direction, Shows};
use roundtrip_query::plan::{
    Compare, Embed, Expr, Join, Nulls, Order, OrderBy, Output, PathKey, Plan, Predicate, Scope, Shape,
};
use roundtrip_schema::{ResourceId, Schema};

/// What a read is, without its values: `products[name,total=sum(price)] where … order …`.
pub(crate) fn outline(plan: &Plan) -> String {
    match &*plan.shape {
        Shape::Read(read) => scope(&plan.schema, &read.scope),
        other => format!("{other:?}"),
    }
}

fn scope(schema: &Schema, scope: &Scope) -> String {
    let id = scope.resource;
    let outputs: Vec<String> = scope.outputs.iter().map(|output| self::output(schema, id, output)).collect();
    let mut text = format!("{}[{}]", schema.resource(id).name, outputs.join(","));
    if scope.filter != Predicate::Always {
        text += " where ";
        text += &predicate(schema, id, &scope.filter);
    }
    let order: Vec<String> = scope.order.iter().map(|order| self::order(schema, id, order)).collect();
    if !order.is_empty() {
        text += " order ";
        text += &order.join(",");
    }
    text
}

fn output(schema: &Schema, id: ResourceId, output: &Output) -> String {
    let named = |key: &str, text: String| if key == text { text } else { format!("{key}={text}") };
    let cast = |cast| format!("::{cast:?}").to_lowercase();
    match output {
        Output::Field { value, key } => named(key, expr(schema, id, value)),
        Output::Aggregate { function, of, cast: to, key } => {
            let of = of.as_ref().map(|of| expr(schema, id, of)).unwrap_or_default();
            let to = to.map(cast).unwrap_or_default();
            named(key, format!("{}({of}){to}", function.word()))
        }
        Output::Embed(Embed { key, join, shows, scope, .. }) => {
            let shown = match shows {
                Shows::Nested => "",
                Shows::Spread => "...",
                Shows::Nothing => "~",
            };
            let join = if *join == Join::Inner { "!inner" } else { "" };
            format!("{shown}{key}{join}:{}", self::scope(schema, scope))
        }
    }
}

fn expr(schema: &Schema, id: ResourceId, expr: &Expr) -> String {
    let mut text = schema.resource(id).field(expr.field).name.clone();
    for (place, key) in expr.path.iter().enumerate() {
        let last = place + 1 == expr.path.len();
        text.push_str(if last && expr.as_text { "->>" } else { "->" });
        match key {
            PathKey::Member(name) => text.push_str(name),
            PathKey::Index(index) => text.push_str(&index.to_string()),
        }
    }
    if let Some(cast) = expr.cast {
        text += &format!("::{cast:?}").to_lowercase();
    }
    text
}

/// A predicate: slots are `?`, lists are in parentheses.
pub(crate) fn predicate(schema: &Schema, id: ResourceId, predicate: &Predicate) -> String {
    let list = |list: &[Predicate], word: &str| {
        let all: Vec<String> = list.iter().map(|one| self::predicate(schema, id, one)).collect();
        format!("({})", all.join(word))
    };
    match predicate {
        Predicate::Always => "always".to_owned(),
        Predicate::Never => "never".to_owned(),
        Predicate::All(all) => list(all, " and "),
        Predicate::Any(any) => list(any, " or "),
        Predicate::Not(one) => format!("not {}", self::predicate(schema, id, one)),
        Predicate::Compare { value, operator, .. } => {
            let operator = match operator {
                Compare::Search(search) => {
                    format!("search {:?} {}", search.mode, search.language.word()).to_lowercase()
                }
                other => format!("{other:?}").to_lowercase(),
            };
            format!("{} {operator} ?", expr(schema, id, value))
        }
        Predicate::In { value, .. } => format!("{} in ?", expr(schema, id, value)),
        Predicate::Is { value, test } => format!("{} is {test:?}", expr(schema, id, value)).to_lowercase(),
        Predicate::Exists(exists) => {
            let target = schema.resource(exists.resource);
            format!("exists {} {}", target.name, self::predicate(schema, exists.resource, &exists.filter))
        }
    }
}

fn order(schema: &Schema, id: ResourceId, order: &Order) -> String {
    let by = match &order.by {
        OrderBy::Own(value) => expr(schema, id, value),
        OrderBy::Related(related) => {
            let target = schema.resource(related.resource);
            format!("{}({})", target.name, expr(schema, related.resource, &related.value))
        }
    };
    let direction = if order.direction == Direction::Descending { ".desc" } else { "" };
    let usual = (order.direction == Direction::Ascending) == (order.nulls == Nulls::Last);
    format!("{by}{direction}{}", if usual { "" } else { ".nulls" })
}

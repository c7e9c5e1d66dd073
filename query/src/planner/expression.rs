//! Values of a row: a field, what a path finds inside its JSON, and as which type it is taken.

use std::borrow::Cow;

use roundtrip_schema::{Field, FieldType, Kind, Resource};

use super::Context;
use crate::error::QueryError;
use crate::operation::{FieldPath, PathKey};
use crate::plan::{Cast, Expr};

/// A path has no more steps than this.
const STEPS: usize = 64;

/// A value of a row, and what it is.
pub(super) struct Typed<'a> {
    /// The value.
    pub(super) value: Expr,
    /// Its type, which says how a literal beside it is read.
    pub(super) ty: Cow<'a, FieldType>,
    path: &'a FieldPath,
    has_order: bool,
}

impl Typed<'_> {
    /// What it is called in messages: `data->>city`.
    pub(super) fn name(&self) -> String {
        let mut name = self.path.name.clone();
        for step in &self.path.steps {
            name.push_str(if step.as_text { "->>" } else { "->" });
            match &step.key {
                PathKey::Member(key) => name.push_str(key),
                PathKey::Index(index) => name.push_str(&index.to_string()),
            }
        }
        name
    }

    /// Whether it is one value of a kind that is text.
    pub(super) fn is_text(&self) -> bool {
        let kind = &self.ty.kind;
        let textual =
            matches!(kind, Kind::Any | Kind::Text | Kind::Email | Kind::Url | Kind::Slug | Kind::Enum(_));
        textual && !self.ty.list
    }

    /// Whether it is one JSON value, but no list of the schema's.
    pub(super) fn is_json(&self) -> bool {
        self.ty.kind == Kind::Json && !self.ty.list
    }

    /// Refuses an order by what has none: a list that is kept as JSON, of which each database that has
    /// an order has its own. JSON itself may hold one value, which has one.
    pub(super) fn ordered(&self) -> Result<(), QueryError> {
        if self.has_order {
            return Ok(());
        }
        let (name, ty) = (self.name(), &self.ty);
        let detail =
            format!("lists have no order, {name} is {ty}: compare what a path finds in it, {name}->0");
        Err(QueryError::Operator { detail })
    }

    /// Whether it can be added up, as far as the schema knows.
    pub(super) fn adds_up(&self) -> bool {
        let adds_up = matches!(
            self.ty.kind,
            Kind::Any | Kind::Integer | Kind::Float | Kind::Decimal { .. } | Kind::Duration
        );
        adds_up && !self.ty.list
    }
}

/// The value that a path means.
pub(super) fn resolve<'a>(
    context: Context<'_>,
    resource: &'a Resource,
    path: &'a FieldPath,
) -> Result<Typed<'a>, QueryError> {
    let field = context.field(resource, &path.name)?;
    let definition = resource.field(field);
    let Some((last, before)) = path.steps.split_last() else {
        let has_order = !definition.ty.list || is_array(definition);
        return Ok(Typed { value: Expr::field(field), ty: Cow::Borrowed(&definition.ty), path, has_order });
    };
    if path.steps.len() > STEPS {
        let detail = format!("a path into {} has more than {STEPS} steps", path.name);
        return Err(QueryError::Operator { detail });
    }
    context.within_reach(path.steps.len())?;
    if !holds_json(definition) {
        let detail = format!("-> and ->> lead into JSON, {} is {}", definition.name, definition.ty);
        return Err(QueryError::Operator { detail });
    }
    if before.iter().any(|step| step.as_text) {
        let detail =
            format!("->> gives text, into which nothing leads: use -> before the last step of {}", path.name);
        return Err(QueryError::Operator { detail });
    }
    let kind = if last.as_text { Kind::Text } else { Kind::Json };
    let steps = path.steps.iter().map(|step| step.key.clone()).collect();
    let value = Expr { field, path: steps, as_text: last.as_text, cast: None };
    Ok(Typed { value, ty: Cow::Owned(FieldType::one(kind)), path, has_order: true })
}

/// The same value as another type.
pub(super) fn cast<'a>(typed: Typed<'a>, name: Option<&str>) -> Result<Typed<'a>, QueryError> {
    let Some(cast) = name.map(named_cast).transpose()? else { return Ok(typed) };
    let ty = Cow::Owned(FieldType::one(kind_of(cast)));
    Ok(Typed { value: Expr { cast: Some(cast), ..typed.value }, ty, path: typed.path, has_order: true })
}

/// The type that a name stands for.
pub(super) fn named_cast(name: &str) -> Result<Cast, QueryError> {
    Cast::from_word(name).ok_or_else(|| QueryError::UnknownType {
        name: name.to_owned(),
        known: Cast::WORDS.map(|(word, _)| word).join(", "),
    })
}

/// The key of a value in an answer: the last name in its path.
pub(super) fn key(path: &FieldPath) -> &str {
    let last = path.steps.iter().rev().find_map(|step| match &step.key {
        PathKey::Member(name) => Some(name.as_str()),
        PathKey::Index(_) => None,
    });
    last.unwrap_or(&path.name)
}

/// Whether a database keeps a list as an array of its own, which it can order: `integer[]`.
fn is_array(field: &Field) -> bool {
    field.column_type.as_deref().is_some_and(|column_type| column_type.ends_with("[]"))
}

/// A column without a type of its own may hold JSON, and often does.
fn holds_json(field: &Field) -> bool {
    field.ty.list || matches!(field.ty.kind, Kind::Json | Kind::Any)
}

fn kind_of(cast: Cast) -> Kind {
    match cast {
        Cast::Text => Kind::Text,
        Cast::Integer => Kind::Integer,
        Cast::Float => Kind::Float,
        // Only that it is a decimal matters: no literal is ever compared with a cast.
        Cast::Decimal => Kind::Decimal { precision: 0, scale: 0 },
        Cast::Boolean => Kind::Boolean,
        Cast::Date => Kind::Date,
        Cast::Time => Kind::Time,
        Cast::Datetime => Kind::Datetime,
        Cast::Json => Kind::Json,
    }
}

//! Values of a row: its fields, what is found inside them, and what they are taken as. Must not know in
//! which clause a value stands.

use roundtrip_query::plan::{Cast, Expr};
use roundtrip_schema::Form;
use roundtrip_schema::field::Storage;

use crate::dialect::{self, Dialect, Operand};
use crate::row::{Row, Writer};

/// A value as SQL text.
pub(crate) struct Value {
    /// The value as it is.
    pub(crate) text: String,
    /// How it is rendered.
    pub(crate) form: Form,
    pub(crate) storage: Storage,
    pub(crate) origin: Origin,
}

/// Where a value comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Origin {
    /// A column, with the database's own type where that is known.
    Column(Option<Box<str>>),
    /// Found inside JSON.
    Path,
    /// Taken as another type.
    Cast,
}

impl Origin {
    pub(crate) fn borrowed(&self) -> dialect::Origin<'_> {
        match self {
            Self::Column(column_type) => dialect::Origin::Column(column_type.as_deref()),
            Self::Path => dialect::Origin::Path,
            Self::Cast => dialect::Origin::Cast,
        }
    }
}

impl Value {
    /// As a dialect is told of it.
    pub(crate) fn operand(&self) -> Operand<'_> {
        Operand { text: &self.text, storage: self.storage, form: self.form, origin: self.origin.borrowed() }
    }

    fn taken_as(self, cast: Cast, dialect: &dyn Dialect) -> Self {
        let (storage, form) = result(cast);
        // Durations and bytes have a text that only their form knows.
        let written = cast == Cast::Text && matches!(self.form, Form::Duration | Form::Base64);
        if written || (storage == self.storage && cast != Cast::Text) {
            return self;
        }
        let text = dialect.cast(&self.text, self.form, cast);
        Self { text, form, storage, origin: Origin::Cast }
    }
}

/// How something taken as another type is stored and rendered.
fn result(cast: Cast) -> (Storage, Form) {
    match cast {
        Cast::Text => (Storage::Text, Form::Text),
        Cast::Integer => (Storage::Integer, Form::Integer),
        Cast::Float => (Storage::Float, Form::Float),
        // By the number alone: there is no scale to fill up with zeros.
        Cast::Decimal => (Storage::Decimal, Form::Any),
        Cast::Boolean => (Storage::Boolean, Form::Boolean),
        Cast::Date => (Storage::Date, Form::Text),
        Cast::Time => (Storage::Time, Form::Text),
        Cast::Datetime => (Storage::Datetime, Form::Datetime),
        Cast::Json => (Storage::Json, Form::Json),
    }
}

impl Writer<'_> {
    /// A value of a row.
    pub(crate) fn value(&self, row: &Row<'_>, expr: &Expr) -> Value {
        let field = row.resource.field(expr.field);
        let found = Value {
            text: self.column(row, expr.field),
            form: field.ty.form(),
            storage: field.ty.storage(),
            origin: Origin::Column(field.column_type.clone()),
        };
        let found = if expr.path.is_empty() { found } else { self.inside(&found, expr) };
        match expr.cast {
            None => found,
            Some(cast) => found.taken_as(cast, self.dialect),
        }
    }

    /// What a path finds inside a document.
    fn inside(&self, document: &Value, expr: &Expr) -> Value {
        let text = self.dialect.path(document.operand(), &expr.path, expr.as_text);
        let (storage, form) =
            if expr.as_text { (Storage::Text, Form::Text) } else { (Storage::Json, Form::Json) };
        Value { text, form, storage, origin: Origin::Path }
    }

    /// A text of this form, taken as another type: the text and its form.
    pub(crate) fn cast(&self, text: String, form: Form, cast: Option<Cast>) -> (String, Form) {
        match cast {
            None => (text, form),
            Some(cast) => (self.dialect.cast(&text, form, cast), result(cast).1),
        }
    }
}

//! Values of a row: its fields, what is found inside them, and what they are taken as. Must not know in
//! which clause a value stands.

use roundtrip_query::plan::{Cast, Expr};
use roundtrip_schema::Form;
use roundtrip_schema::field::Storage;

use crate::dialect::Dialect;
use crate::row::{Row, Writer};

/// A value as SQL text.
pub(crate) struct Value {
    /// The value as it is.
    pub(crate) text: String,
    /// How it is rendered.
    pub(crate) form: Form,
    storage: Storage,
    /// Whether it may be called JSON and be none: a table may hold anything, our functions write JSON.
    raw: bool,
}

impl Value {
    /// As it is compared byte by byte if it is text.
    pub(crate) fn bytewise(&self, dialect: &dyn Dialect) -> String {
        dialect.bytewise(&self.text, self.storage)
    }

    /// As it is asked whether it equals another; JSON does, however it is written down.
    pub(crate) fn equal(&self, dialect: &dyn Dialect) -> String {
        match self.storage {
            Storage::Json => dialect.canonical(&self.text),
            _ => self.bytewise(dialect),
        }
    }

    /// As it stands in an order, where JSON numbers are numbers.
    pub(crate) fn sorted(&self, dialect: &dyn Dialect) -> String {
        match self.storage {
            Storage::Json if self.raw => dialect.json_order(&dialect.canonical(&self.text)),
            Storage::Json => dialect.json_order(&self.text),
            _ => self.bytewise(dialect),
        }
    }

    /// Whether it is JSON, which compares in ways of its own.
    pub(crate) fn is_json(&self) -> bool {
        self.storage == Storage::Json
    }

    fn taken_as(self, cast: Cast, dialect: &dyn Dialect) -> Self {
        let (storage, form) = result(cast);
        // Durations and bytes have a text that only their form knows.
        let written = cast == Cast::Text && matches!(self.form, Form::Duration | Form::Base64);
        if written || (storage == self.storage && cast != Cast::Text) {
            return self;
        }
        let text = dialect.cast(&self.text, self.form, cast);
        Self { text, form, storage, raw: storage == Storage::Json }
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
        let ty = &row.resource.field(expr.field).ty;
        let column = self.column(row, expr.field);
        let found = if expr.path.is_empty() {
            let storage = ty.storage();
            Value { text: column, form: ty.form(), storage, raw: storage == Storage::Json }
        } else {
            let text = self.dialect.path(&column, &expr.path, expr.as_text);
            let (storage, form) =
                if expr.as_text { (Storage::Text, Form::Text) } else { (Storage::Json, Form::Json) };
            Value { text, form, storage, raw: false }
        };
        match expr.cast {
            None => found,
            Some(cast) => found.taken_as(cast, self.dialect),
        }
    }

    /// A text of this form, taken as another type: the text and its form.
    pub(crate) fn cast(&self, text: String, form: Form, cast: Option<Cast>) -> (String, Form) {
        match cast {
            None => (text, form),
            Some(cast) => (self.dialect.cast(&text, form, cast), result(cast).1),
        }
    }
}

//! The schema: what resources exist, their fields, keys, relations and rules.
//!
//! Everything else is told what the data looks like by this crate. It reads resource files
//! (`parse`), holds the model they and an introspected database share (`schema`, `resource`,
//! `field`), derives the relations between resources (`relation`) and writes the model back as
//! resource files or JSON Schema. It must not know async code, HTTP, SQL text or any driver.

pub mod access;
pub mod diagnostic;
pub mod field;
pub mod form;
pub mod json_schema;
pub mod nearest;
pub mod parse;
pub mod relation;
pub mod resource;
pub mod schema;
pub mod value;
mod view;
pub mod write;

pub use access::{Access, Action, Rule};
pub use diagnostic::Diagnostic;
pub use field::{Field, FieldDefault, FieldType, Kind, ServerValue};
pub use form::{Form, Layout};
pub use json_schema::resource_file_schema;
pub use parse::{SourceFile, parse};
pub use relation::{Cardinality, Link, Relation, Through};
pub use resource::{Index, OnDelete, Reference, Resource, ResourceKind, Unique};
pub use schema::{FieldId, ResourceId, Schema};
pub use value::Value;
pub use view::Views;
pub use write::{file_stem, resource_file};

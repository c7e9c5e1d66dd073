//! What differs between databases when their structure is changed: one file each.
//!
//! A [`Ddl`] says which columns are as wanted, and turns the changes of a table into steps. What holds
//! for every database stands in `compare` and `diff`.

mod alter;
mod mysql;
mod postgres;
mod sqlite;
mod text;

use std::collections::HashSet;

use roundtrip_schema::{Field, FieldId, FieldType, Index, Kind, Reference, Resource, Schema, Unique};

use crate::difference::same_words;
use crate::step::{Class, Step};

pub use crate::difference::Side;
pub use mysql::Mysql;
pub use postgres::Postgres;
pub use sqlite::Sqlite;

/// The differences between one database and the others.
pub trait Ddl {
    /// The name of the database, for sentences.
    fn database(&self) -> &'static str;

    /// Whether two names of tables or columns mean the same.
    fn same_name(&self, one: &str, other: &str) -> bool {
        one.eq_ignore_ascii_case(other)
    }

    /// What introspection reads of a column that we make for this type.
    fn stored(&self, ty: &FieldType) -> FieldType;

    /// Whether a column of type `have` holds what `want` says, by what introspection read.
    fn same_kind(&self, want: &FieldType, have: &FieldType) -> bool {
        same_words(want, have) || same_words(&self.stored(want), have)
    }

    /// Why a column of the right kind cannot hold every value that the file allows.
    fn too_narrow(&self, _want: &Resource, _id: FieldId, _have: &Field) -> Option<String> {
        None
    }

    /// What no statement can give this column of a table.
    fn impossible(&self, table: &Resource, id: FieldId) -> Vec<String>;

    /// Names that are taken already, in lower case, where tables and indexes share one list of names.
    fn taken(&self) -> Option<&HashSet<String>> {
        None
    }

    /// Whether a name belongs to the database or to us.
    fn is_reserved(&self, name: &str) -> bool {
        let lower = name.to_ascii_lowercase();
        lower.starts_with("_roundtrip")
    }

    /// A table with its indexes. References to tables that `later` names are added by further steps.
    fn create(&self, table: Side<'_>, later: &dyn Fn(&Reference) -> bool) -> Vec<Step>;

    /// A table gets another name.
    fn rename_table(&self, schema: &Schema, from: &str, to: &str) -> Vec<String>;

    /// A table goes.
    fn drop_table(&self, schema: &Schema, table: &Resource) -> Vec<String>;

    /// The steps that make the changes of one table, and what cannot be done.
    fn alter(&self, pair: &Pair<'_>) -> Altered;
}

/// A table as it is and as it shall be. In `have`, declared renames are done already.
pub struct Pair<'a> {
    pub(crate) have: Side<'a>,
    pub(crate) want: Side<'a>,
    pub(crate) changes: Vec<Entry<'a>>,
}

impl Pair<'_> {
    /// Whether the column is new.
    pub(crate) fn adds(&self, id: FieldId) -> bool {
        self.changes.iter().any(|entry| matches!(entry.change, Change::AddColumn(added) if added == id))
    }

    /// Whether the column is new, and the database gives it its values, those of the rows that exist too.
    pub(crate) fn adds_numbered(&self, id: FieldId) -> bool {
        let want = self.want.table;
        self.adds(id) && text::Key::of(want) == text::Key::GeneratedInteger && want.primary_key.contains(&id)
    }

    /// What kind of change a reference is: one that begins at new columns asks nothing of rows.
    pub(crate) fn reference_class(&self, reference: &Reference) -> Class {
        if reference.fields.iter().all(|id| self.adds(*id)) { Class::Adds } else { Class::Changes }
    }
}

/// A change and the difference that it ends.
pub(crate) struct Entry<'a> {
    pub(crate) change: Change<'a>,
    pub(crate) differences: Vec<String>,
}

/// What changes about a table. Ids of columns that go are those of `have`, all others of `want`.
pub(crate) enum Change<'a> {
    RenameColumn { from: String, to: FieldId },
    AddColumn(FieldId),
    Column(ColumnChange),
    DropColumn(FieldId),
    PrimaryKey,
    AddUnique(&'a Unique),
    DropUnique(&'a Unique),
    AddIndex(&'a Index),
    DropIndex(&'a Index),
    AddReference(&'a Reference),
    DropReference(&'a Reference),
}

/// What changes about a column.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ColumnChange {
    pub(crate) want: FieldId,
    pub(crate) have: FieldId,
    pub(crate) ty: bool,
    pub(crate) optional: bool,
    pub(crate) default: bool,
}

/// What becomes of a table's changes.
#[derive(Debug, Default)]
pub struct Altered {
    pub(crate) steps: Vec<Step>,
    pub(crate) obstacles: Vec<String>,
}

/// How values fare when a column's type changes.
pub(crate) fn keeps_values(have: &FieldType, want: &FieldType) -> bool {
    if have.list || want.list {
        return have.list == want.list && have.kind == want.kind || want.kind == Kind::Json && !want.list;
    }
    let text =
        |kind: &Kind| matches!(kind, Kind::Text | Kind::Email | Kind::Url | Kind::Slug | Kind::Enum(_));
    match (&have.kind, &want.kind) {
        (one, other) if one == other => true,
        (one, other) if text(one) && text(other) => true,
        (Kind::Decimal { precision, scale }, Kind::Decimal { precision: digits, scale: fraction }) => {
            fraction >= scale && digits - fraction >= precision - scale
        }
        (Kind::Integer, Kind::Decimal { precision, scale }) => precision - scale >= 19,
        (Kind::Json | Kind::Bytes | Kind::Float | Kind::Any, _) => false,
        (Kind::Boolean, Kind::Integer) | (Kind::Date, Kind::Datetime) | (_, Kind::Text | Kind::Any) => true,
        _ => false,
    }
}

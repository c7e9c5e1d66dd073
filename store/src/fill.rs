//! Putting all rows of one database into another: what the one that takes them is told, and when.
//!
//! Must not know: where the rows come from.

use roundtrip_schema::{Resource, Schema};

/// How far a copy of a whole database has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Filling {
    /// Rows follow. The tables are made, so that rows may come in any order: a reference or an index
    /// that would stand in their way is left for [`Filling::Ended`].
    Begins,
    /// Every row is in. References and indexes are made where they are missing, and every row is asked
    /// whether what it refers to is there; keys that the database hands out go on after the greatest.
    Ended,
    /// The copy was compared with its source and is equal. Where the database can be marked as
    /// incomplete, the mark goes now.
    Verified,
}

/// The same tables without their indexes. Unique constraints stay: references need them.
#[must_use]
pub fn without_indexes(schema: &Schema) -> Schema {
    changed(schema, |table| table.indexes.clear())
}

/// The same tables without their references and without their indexes.
#[must_use]
pub fn without_references(schema: &Schema) -> Schema {
    changed(schema, |table| {
        table.indexes.clear();
        table.references.clear();
    })
}

fn changed(schema: &Schema, change: impl Fn(&mut Resource)) -> Schema {
    let mut tables: Vec<Resource> = schema.resources().map(|(_, one)| one.clone()).collect();
    tables.iter_mut().for_each(change);
    let bare = Schema::new(tables).called(schema.profile());
    match schema.namespace() {
        Some(name) => bare.in_namespace(name),
        None => bare,
    }
}

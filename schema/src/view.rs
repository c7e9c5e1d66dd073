//! Views: what they show, and those that only show a table under other names.
//!
//! Must not know: how a database describes a view.

use std::collections::HashMap;

use crate::relation::Origins;
use crate::resource::{Index, Reference, Resource, ResourceKind, Unique};
use crate::schema::{FieldId, ResourceId};

/// What is known of the views among some resources.
#[derive(Debug, Clone, Default)]
pub struct Views {
    /// Which fields of tables they show.
    pub origins: Origins,
    /// The positions of those that show one table, all of its rows, and nothing but columns of it.
    /// Such a view can be written as its table can.
    pub plain: Vec<usize>,
}

impl Views {
    /// The table that a plain view shows, and for each of its fields the view's field.
    fn table_of(&self, view: usize) -> Option<(ResourceId, HashMap<FieldId, FieldId>)> {
        let shown: Vec<(ResourceId, FieldId)> =
            self.origins.get(&view)?.iter().copied().collect::<Option<_>>()?;
        let (table, _) = *shown.first()?;
        let fields = shown.iter().enumerate().map(|(place, (_, field))| (*field, FieldId::new(place)));
        let fields: HashMap<FieldId, FieldId> = fields.collect();
        // A column that is shown twice could be given two values.
        let once = fields.len() == shown.len() && shown.iter().all(|(of, _)| *of == table);
        once.then_some((table, fields))
    }
}

/// The resources again, with each plain view as what it is: its table under other names.
pub(crate) fn plain_as_tables(resources: &[Resource], views: &Views) -> Vec<Resource> {
    let mut served = resources.to_vec();
    for view in &views.plain {
        if let Some((table, fields)) = views.table_of(*view) {
            served[*view] = renamed(&resources[*view], &resources[table.index()], &fields);
        }
    }
    served
}

fn renamed(view: &Resource, table: &Resource, fields: &HashMap<FieldId, FieldId>) -> Resource {
    let all = |wanted: &[FieldId]| -> Option<Vec<FieldId>> {
        wanted.iter().map(|field| fields.get(field).copied()).collect()
    };
    let primary_key = all(&table.primary_key).unwrap_or_default();
    let mut shown = view.fields.clone();
    for (of, place) in fields {
        let field = &mut shown[place.index()];
        let name = field.name.clone();
        *field = table.field(*of).clone();
        field.name = name;
    }
    let reference = |one: &Reference| Some(Reference { fields: all(&one.fields)?, ..one.clone() });
    Resource {
        table: table.table.clone(),
        kind: ResourceKind::Table,
        fields: shown,
        generated_key: table.generated_key && !primary_key.is_empty(),
        primary_key,
        uniques: table
            .uniques
            .iter()
            .filter_map(|one| Some(Unique { fields: all(&one.fields)?, name: one.name.clone() }))
            .collect(),
        indexes: table
            .indexes
            .iter()
            .filter_map(|one| Some(Index { fields: all(&one.fields)?, name: one.name.clone() }))
            .collect(),
        references: table.references.iter().filter_map(reference).collect(),
        ..view.clone()
    }
}

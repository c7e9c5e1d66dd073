//! One level of a read: what is shown of a resource, which rows, in which order.

use roundtrip_schema::ResourceId;

use super::condition::{Conditions, exists};
use super::draft::Draft;
use super::order::Ordering;
use super::select::{is_grouped, outputs};
use super::slots;
use crate::error::QueryError;
use crate::operation::Selection;
use crate::plan::{Join, Output, Predicate, Scope};

/// Which level of a read a scope is; the levels differ in what ends and orders them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Level {
    /// The rows that are asked for: a page, in a stable order.
    Page,
    /// The one row that a key names.
    Row,
    /// The rows that were just written.
    Written,
    /// The related rows inside a row, at this depth from 1.
    Many(usize),
    /// The same, as one list for each member.
    Lists(usize),
    /// The one related row inside a row, at this depth from 1.
    One(usize),
    /// Related rows of which nothing is shown, at this depth from 1.
    Asked(usize),
}

impl Level {
    pub(super) fn depth(self) -> usize {
        match self {
            Self::Page | Self::Row | Self::Written => 0,
            Self::Many(depth) | Self::Lists(depth) | Self::One(depth) | Self::Asked(depth) => depth,
        }
    }
}

/// Resolves a selection on a resource.
pub(super) fn scope(
    draft: &mut Draft<'_>,
    id: ResourceId,
    selection: &Selection,
    level: Level,
) -> Result<Scope, QueryError> {
    let context = draft.context;
    let resource = context.schema.resource(id);
    let items = &selection.items;
    let outputs = outputs(draft, id, items, level)?;
    check_groups(&outputs, level)?;
    let conditions = Conditions { context, resource, items, outputs: &outputs };
    let filter = conditions.all(&selection.filter, &mut draft.slots)?;
    let ordering = Ordering { context, resource, items, outputs: &outputs };
    let order = match level {
        Level::Page | Level::Lists(_) => ordering.total(&selection.order)?,
        // Related rows without an order of their own come as the database finds them: sorting every
        // embedded list would cost more than it is worth. Lists that stand side by side are sorted,
        // so that the same place in each is the same row.
        Level::Many(_) => ordering.asked(&selection.order)?,
        // One row has no order, but a name in it that means nothing is a mistake all the same.
        Level::Row | Level::Written | Level::One(_) | Level::Asked(_) => {
            ordering.asked(&selection.order)?;
            Vec::new()
        }
    };
    let (limit, offset) = match level {
        Level::Page | Level::Many(_) | Level::Lists(_) => {
            let limit = draft.slots.limit(selection.limit)?;
            let offset = selection.offset.filter(|rows| *rows > 0);
            (limit, offset.map(|rows| draft.slots.push(slots::count(rows))).transpose()?)
        }
        Level::Row | Level::Written | Level::One(_) | Level::Asked(_) => (None, None),
    };
    let rendering = draft.rendering.clone();
    Ok(Scope { resource: id, outputs, filter, access: Predicate::Never, order, limit, offset, rendering })
}

/// The rows that a scope wants: those its filter says, if they have what its embeds demand.
pub(super) fn wanted(scope: &Scope) -> Predicate {
    let demanded = scope.outputs.iter().filter_map(|output| match output {
        Output::Embed(embed) if embed.join == Join::Inner => Some(exists(embed)),
        Output::Embed(_) | Output::Field { .. } | Output::Aggregate { .. } => None,
    });
    demanded.fold(scope.filter.clone(), Predicate::and)
}

/// Groups are made of rows that are read together; neither members that become lists nor rows that
/// are answered one by one, as they are written, can be grouped.
fn check_groups(outputs: &[Output], level: Level) -> Result<(), QueryError> {
    let detail = match level {
        Level::Lists(_) => "Aggregates are not implemented for one-to-many or many-to-many spreads.",
        Level::Written => "Aggregates are not implemented for written rows: read the rows after the write.",
        Level::Page | Level::Row | Level::Many(_) | Level::One(_) | Level::Asked(_) => return Ok(()),
    };
    if is_grouped(outputs) {
        return Err(QueryError::NotImplemented { detail: detail.to_owned() });
    }
    Ok(())
}

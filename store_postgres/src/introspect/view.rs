//! What a view shows: which of its columns are columns of a table, passed on as they are.
//!
//! PostgreSQL notes with every column of a view's query which column of which table or view it comes
//! from, if it is nothing but that; through subqueries, not through other views. The text of the view is
//! not read, and what is not noted is not known.

use std::collections::HashMap;

use roundtrip_schema::{FieldId, ResourceId, Views};

use super::catalog::{Catalog, Relation};
use super::node;
use super::resource::{field_of, places};

/// A column by the id of its table and its number there.
type Origin = (u32, i16);

/// How many views may stand on one another; it also ends views that stand on themselves.
const DEEPEST: usize = 64;

/// What every view shows.
pub(super) fn views(catalog: &Catalog) -> Views {
    let places = places(catalog);
    let mut noted: HashMap<Origin, Origin> = HashMap::new();
    for view in &catalog.relations {
        noted.extend(origins(view).into_iter().map(|(column, origin)| ((view.id, column), origin)));
    }
    let table = |mut origin: Origin| -> Option<Origin> {
        for _ in 0..DEEPEST {
            match noted.get(&origin) {
                Some(next) => origin = *next,
                None => break,
            }
        }
        let relation = catalog.relations.get(*places.get(&origin.0)?)?;
        relation.query.is_none().then_some(origin)
    };
    let shown = |(relation, column): Origin| -> Option<(ResourceId, FieldId)> {
        Some((ResourceId::new(*places.get(&relation)?), field_of(catalog, relation, column)?))
    };
    let of_view = |view: &Relation| -> Vec<Option<(ResourceId, FieldId)>> {
        let columns = catalog.columns.get(&view.id).map(Vec::as_slice).unwrap_or_default();
        columns.iter().map(|column| shown(table((view.id, column.number))?)).collect()
    };
    let all = || catalog.relations.iter().enumerate().filter(|(_, one)| one.query.is_some());
    Views {
        origins: all().map(|(place, view)| (place, of_view(view))).collect(),
        plain: all()
            .filter(|(_, view)| plain_table(view).is_some_and(|table| may_stand_for(catalog, view, table)))
            .map(|(place, _)| place)
            .collect(),
    }
}

/// The origin of each column of a view that has one.
fn origins(view: &Relation) -> Vec<(i16, Origin)> {
    let entries = view.query.as_deref().map(entries).unwrap_or_default();
    entries.into_iter().filter_map(|entry| Some((node::number(entry, "resno")?, origin(entry)?))).collect()
}

/// The columns of a query that are answered.
fn entries(query: &str) -> Vec<&str> {
    let queries = node::list(query);
    let list = queries.first().and_then(|query| node::field(query, "targetList"));
    let answered = |entry: &&str| node::field(entry, "resjunk") == Some("false");
    list.map(|list| node::list(list).into_iter().filter(answered).collect()).unwrap_or_default()
}

fn origin(entry: &str) -> Option<Origin> {
    let origin: Origin = (node::number(entry, "resorigtbl")?, node::number(entry, "resorigcol")?);
    // What is below 1 is the whole row or one of the columns that every table has.
    (origin.0 != 0 && origin.1 > 0).then_some(origin)
}

/// The table of a view that is `SELECT column, … FROM table`, and nothing more.
fn plain_table(view: &Relation) -> Option<u32> {
    const NOTHING: [&str; 11] = [
        "cteList",
        "groupClause",
        "groupingSets",
        "havingQual",
        "windowClause",
        "distinctClause",
        "sortClause",
        "limitOffset",
        "limitCount",
        "rowMarks",
        "setOperations",
    ];
    const FALSE: [&str; 4] = ["hasAggs", "hasWindowFuncs", "hasTargetSRFs", "hasSubLinks"];
    let text = view.query.as_deref()?;
    let [query] = node::list(text)[..] else { return None };
    let join = node::field(query, "jointree")?;
    let is = |node: &str, field: &str, value: &str| node::field(node, field) == Some(value);
    let nothing_more = NOTHING.iter().all(|field| is(query, field, "<>"))
        && FALSE.iter().all(|field| is(query, field, "false"))
        && is(join, "quals", "<>");
    let [from] = node::list(node::field(join, "fromlist")?)[..] else { return None };
    let place: usize = node::number(from, "rtindex")?;
    let tables = node::list(node::field(query, "rtable")?);
    let source = *tables.get(place.checked_sub(1)?)?;
    let whole = is(source, "rtekind", "0") && is(source, "inh", "true") && is(source, "tablesample", "<>");
    let table: u32 = node::number(source, "relid")?;
    let passed_on = entries(text).into_iter().all(|entry| origin(entry).is_some_and(|(of, _)| of == table));
    (nothing_more && whole && passed_on).then_some(table)
}

/// Whether nobody could tell the view from its table: it does nothing of its own, and the role may do
/// the same with both.
fn may_stand_for(catalog: &Catalog, view: &Relation, table: u32) -> bool {
    let table = catalog.relations.iter().find(|relation| relation.id == table && relation.is_table);
    table.is_some_and(|table| view.is_untouched && !table.has_policies && view.privileges == table.privileges)
}

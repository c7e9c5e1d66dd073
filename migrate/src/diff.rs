//! Two schemas compared: which tables are made, renamed, changed and dropped, in which order.
//!
//! It must not know SQL.

use std::borrow::Cow;
use std::collections::HashSet;

use roundtrip_schema::{FieldId, Reference, Resource, ResourceKind, Schema};

use crate::compare::compare;
use crate::ddl::{Change, Ddl, Pair};
use crate::difference::{self, Side, find};
use crate::step::{Class, Phase, Plan, Risk, Step};

/// What happens to what the database has and no file describes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Extras {
    /// It is left alone unless it is in the way, as a column is that every row must have.
    Keep,
    /// Columns, indexes and keys of described tables go, and defaults become those of the files; tables
    /// that no file describes are left alone.
    DropColumns,
    /// Tables go too.
    DropTables,
}

impl Extras {
    pub(crate) fn drops_columns(self) -> bool {
        self != Self::Keep
    }
}

/// The plan that makes every table and index of `schema` in an empty database. Views are not made: a
/// schema knows their columns, not their queries.
pub fn create(schema: &Schema, ddl: &dyn Ddl) -> Plan {
    diff(&Schema::default(), schema, ddl, Extras::Keep)
}

/// What it takes to bring a database that is as `have` to what `want` says.
pub fn diff(have: &Schema, want: &Schema, ddl: &dyn Ddl, extras: Extras) -> Plan {
    let mut plan = Plan { obstacles: tangled_tables(have, want, ddl), ..Plan::default() };
    if !plan.obstacles.is_empty() {
        return plan;
    }
    let renames = renamed_tables(have, want, ddl);
    let (after, columns) = renamed(have, want, ddl, &renames);
    for (from, to) in &renames {
        let step = Step::new(
            Phase::RenameTables,
            Class::Renames,
            format!("rename table {from} to {to}"),
            String::new(),
        );
        let line = format!("{to}: the database still calls it {from}");
        plan.steps.push(Step { statements: ddl.rename_table(want, from, to), ..step.because(&[line]) });
    }
    let have: Cow<'_, Schema> = after.map_or(Cow::Borrowed(have), Cow::Owned);
    let mut names = Names::new(ddl, &renames);
    let created = missing_tables(&have, want, ddl);
    for (position, (_, wanted)) in want.resources().enumerate() {
        let want_side = Side { schema: want, table: wanted };
        let found = table(&have, ddl, &wanted.table);
        match (found, wanted.kind) {
            (Some(actual), _) => {
                let none = Vec::new();
                let former = columns.get(position).unwrap_or(&none);
                let have_side = Side { schema: &have, table: actual };
                let tangled = tangled_columns(wanted, actual, ddl);
                if !tangled.is_empty() {
                    plan.obstacles.extend(tangled);
                    continue;
                }
                existing(&mut plan, &mut names, ddl, have_side, want_side, former, extras);
            }
            (None, ResourceKind::View) => {
                plan.obstacles.push(format!("{}: this view does not exist", wanted.table));
            }
            (None, ResourceKind::Table) => {
                let before: HashSet<&str> = created
                    .iter()
                    .take_while(|table| **table != wanted.table)
                    .map(String::as_str)
                    .chain(std::iter::once(wanted.table.as_str()))
                    .collect();
                missing(&mut plan, &mut names, ddl, want_side, &before);
            }
        }
    }
    leftovers(&mut plan, ddl, &have, want, extras);
    plan.steps.sort_by_key(|step| step.phase);
    order_creations(&mut plan, &created);
    plan
}

/// Tables to be made, each after those that it refers to as far as that is possible.
fn missing_tables(have: &Schema, want: &Schema, ddl: &dyn Ddl) -> Vec<String> {
    let order = want.by_dependency();
    let tables = order.into_iter().map(|id| want.resource(id));
    tables
        .filter(|one| one.kind == ResourceKind::Table && table(have, ddl, &one.table).is_none())
        .map(|one| one.table.clone())
        .collect()
}

/// Puts the steps that create tables into the order in which their references allow it.
fn order_creations(plan: &mut Plan, created: &[String]) {
    let position = |step: &Step| {
        let name = step.sentence.strip_prefix("create table ").unwrap_or_default();
        created.iter().position(|table| table == name).unwrap_or(usize::MAX)
    };
    plan.steps
        .sort_by_key(|step| (step.phase, if step.phase == Phase::CreateTables { position(step) } else { 0 }));
}

fn table<'a>(schema: &'a Schema, ddl: &dyn Ddl, name: &str) -> Option<&'a Resource> {
    schema.resources().map(|(_, one)| one).find(|one| ddl.same_name(&one.table, name))
}

/// Declared renames of tables whose old name is there and whose new name is not.
fn renamed_tables(have: &Schema, want: &Schema, ddl: &dyn Ddl) -> Vec<(String, String)> {
    let mut renames: Vec<(String, String)> = Vec::new();
    for (_, wanted) in want.resources() {
        let Some(former) = &wanted.renamed_from else { continue };
        let claimed = want.resources().any(|(_, other)| ddl.same_name(&other.table, former))
            || renames.iter().any(|(from, _)| ddl.same_name(from, former));
        let Some(old) = table(have, ddl, former) else { continue };
        if !claimed && old.kind == ResourceKind::Table && table(have, ddl, &wanted.table).is_none() {
            renames.push((old.table.clone(), wanted.table.clone()));
        }
    }
    renames
}

/// Declared renames from a name that is another table's from now on: neither is what it seems to be.
fn tangled_tables(have: &Schema, want: &Schema, ddl: &dyn Ddl) -> Vec<String> {
    let tangled = want.resources().filter_map(|(_, wanted)| {
        let former = wanted.renamed_from.as_ref().filter(|former| !ddl.same_name(former, &wanted.table))?;
        let other =
            want.resources().map(|(_, other)| other).find(|other| ddl.same_name(&other.table, former))?;
        let swapped = other.renamed_from.as_ref().is_some_and(|name| ddl.same_name(name, &wanted.table));
        let waits = table(have, ddl, former).is_some() && table(have, ddl, &wanted.table).is_none();
        (waits || swapped).then(|| line_of_tangled(&wanted.table, former, "table"))
    });
    tangled.collect()
}

/// Declared renames from a name that is another column's from now on.
fn tangled_columns(wanted: &Resource, actual: &Resource, ddl: &dyn Ddl) -> Vec<String> {
    let tangled = wanted.fields.iter().filter_map(|field| {
        let former = field.renamed_from.as_ref().filter(|former| !ddl.same_name(former, &field.column))?;
        let other = wanted.fields.get(find(ddl, wanted, former)?.index())?;
        let swapped = other.renamed_from.as_ref().is_some_and(|name| ddl.same_name(name, &field.column));
        let waits = find(ddl, actual, former).is_some() && find(ddl, actual, &field.column).is_none();
        let place = format!("{}.{}", wanted.table, field.column);
        (waits || swapped).then(|| line_of_tangled(&place, former, "field"))
    });
    tangled.collect()
}

fn line_of_tangled(place: &str, former: &str, what: &str) -> String {
    format!(
        "{place}: it is renamed from {former}, which is another {what} of the files: rename one at a time, and apply each before the next"
    )
}

/// Renames of one table's columns: the former name, and the field of `want`.
type Columns = Vec<(String, FieldId)>;

/// `have` as it will be after the renames, if there are any, and the renames of columns of each
/// resource of `want`.
fn renamed(
    have: &Schema,
    want: &Schema,
    ddl: &dyn Ddl,
    tables: &[(String, String)],
) -> (Option<Schema>, Vec<Columns>) {
    let mut resources: Vec<Resource> = have.resources().map(|(_, one)| one.clone()).collect();
    for one in &mut resources {
        if let Some((_, to)) = tables.iter().find(|(from, _)| *from == one.table) {
            one.table.clone_from(to);
        }
    }
    let mut all = Vec::new();
    for (_, wanted) in want.resources() {
        let mut columns = Vec::new();
        let found = resources.iter_mut().find(|one| ddl.same_name(&one.table, &wanted.table));
        if let Some(actual) = found.filter(|one| one.kind == ResourceKind::Table) {
            for (id, field) in wanted.fields() {
                let Some(former) = &field.renamed_from else { continue };
                let claimed = find(ddl, wanted, former).is_some();
                let Some(old) = find(ddl, actual, former) else { continue };
                if !claimed
                    && find(ddl, actual, &field.column).is_none()
                    && let Some(column) = actual.fields.get_mut(old.index())
                {
                    columns.push((column.column.clone(), id));
                    column.column.clone_from(&field.column);
                }
            }
        }
        all.push(columns);
    }
    let any = !tables.is_empty() || all.iter().any(|columns| !columns.is_empty());
    let after = any.then(|| {
        let schema = Schema::new(resources);
        match have.namespace() {
            Some(name) => schema.in_namespace(name),
            None => schema,
        }
    });
    (after, all)
}

/// The names that are taken where tables and indexes share one list.
struct Names(Option<HashSet<String>>);

impl Names {
    fn new(ddl: &dyn Ddl, renames: &[(String, String)]) -> Self {
        let mut taken = ddl.taken().cloned();
        if let Some(taken) = &mut taken {
            for (from, to) in renames {
                taken.remove(&from.to_ascii_lowercase());
                taken.insert(to.to_ascii_lowercase());
            }
        }
        Self(taken)
    }

    fn claim(&mut self, name: &str, plan: &mut Plan) {
        if self.0.as_mut().is_some_and(|taken| !taken.insert(name.to_ascii_lowercase())) {
            plan.obstacles.push(format!("{name}: something else has this name already"));
        }
    }

    fn free(&mut self, name: &str) {
        if let Some(taken) = &mut self.0 {
            taken.remove(&name.to_ascii_lowercase());
        }
    }
}

fn missing(plan: &mut Plan, names: &mut Names, ddl: &dyn Ddl, want: Side<'_>, before: &HashSet<&str>) {
    let table = want.table;
    if ddl.is_reserved(&table.table) {
        plan.obstacles.push(format!("{}: this name is reserved", table.table));
    }
    if table.fields.is_empty() {
        plan.obstacles.push(format!("{}: a table without fields cannot be made", table.table));
    }
    for (id, field) in table.fields() {
        if find(ddl, table, &field.column) != Some(id) {
            plan.obstacles
                .push(format!("{}.{}: two columns differ in case alone", table.table, field.column));
        }
        plan.obstacles.extend(ddl.impossible(table, id));
    }
    names.claim(&table.table, plan);
    for index in &table.indexes {
        names.claim(&index.name, plan);
    }
    let line = format!("{}: this table does not exist", table.table);
    let later =
        |reference: &Reference| !before.contains(want.schema.resource(reference.target).table.as_str());
    plan.steps
        .extend(ddl.create(want, &later).into_iter().map(|step| step.because(std::slice::from_ref(&line))));
}

fn existing(
    plan: &mut Plan,
    names: &mut Names,
    ddl: &dyn Ddl,
    have: Side<'_>,
    want: Side<'_>,
    renamed: &[(String, FieldId)],
    extras: Extras,
) {
    plan.obstacles.extend(difference::kind(want.table, have.table));
    if want.table.kind == ResourceKind::View || have.table.kind == ResourceKind::View {
        plan.obstacles.extend(difference::missing_columns(ddl, want.table, have.table));
        return;
    }
    let found = compare(ddl, have, want, renamed, extras);
    plan.obstacles.extend(found.obstacles);
    claim_keys(plan, names, &found.pair);
    if found.pair.changes.is_empty() {
        return;
    }
    let altered = ddl.alter(&found.pair);
    plan.steps.extend(altered.steps);
    plan.obstacles.extend(altered.obstacles);
}

fn claim_keys(plan: &mut Plan, names: &mut Names, pair: &Pair<'_>) {
    for entry in &pair.changes {
        match &entry.change {
            Change::DropIndex(index) => names.free(&index.name),
            Change::DropUnique(unique) => names.free(&unique.name),
            _ => {}
        }
    }
    for entry in &pair.changes {
        match &entry.change {
            Change::AddIndex(index) => names.claim(&index.name, plan),
            Change::AddUnique(unique) => names.claim(&unique.name, plan),
            _ => {}
        }
    }
}

/// Tables and views that no file describes.
fn leftovers(plan: &mut Plan, ddl: &dyn Ddl, have: &Schema, want: &Schema, extras: Extras) {
    // Those that refer to others go before them.
    for id in have.by_dependency().into_iter().rev() {
        let actual = have.resource(id);
        if table(want, ddl, &actual.table).is_some() {
            continue;
        }
        if extras != Extras::DropTables || actual.kind == ResourceKind::View {
            plan.kept.push(actual.table.clone());
            continue;
        }
        let step = Step::new(
            Phase::DropTables,
            Class::Removes,
            format!("drop table {}", actual.table),
            String::new(),
        );
        let line = format!("{}: the database has this table, no file has it", actual.table);
        plan.steps.push(Step {
            statements: ddl.drop_table(have, actual),
            ..step.risk(Risk::Destructive).because(&[line]).note("its rows are lost")
        });
    }
}

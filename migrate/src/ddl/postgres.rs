//! PostgreSQL: nearly everything in a transaction, and what would lock a large table for long apart.
//!
//! * An index on a table that exists is built `CONCURRENTLY`: writes go on meanwhile.
//! * References and checks are added `NOT VALID`, which takes a moment, and validated afterwards, which
//!   reads the table and blocks nobody. `SET NOT NULL` believes a validated check and reads nothing.
//! * Text is compared bytewise (`COLLATE "C"`), as everywhere else in the house.

mod change;
mod column;
mod table;

use roundtrip_schema::{Field, FieldId, FieldType, Kind, Reference, Resource, Schema};

use self::change::{change_column, primary_key};
use self::column::quoted;
use self::table::{
    add_column, add_reference, add_unique, create_index, create_table, drop_constraint, has_key, place,
    validate,
};
use super::sqlite::text_only_database_knows;
use super::text::{length_of, longest};
use super::{Altered, Change, Ddl, Entry, Pair, alter};
use crate::difference::{self, Side};
use crate::step::{Class, Phase, Risk, Step};

/// PostgreSQL.
#[derive(Debug, Clone, Copy, Default)]
pub struct Postgres;

impl Ddl for Postgres {
    fn database(&self) -> &'static str {
        "PostgreSQL"
    }

    fn same_name(&self, one: &str, other: &str) -> bool {
        one == other
    }

    fn stored(&self, ty: &FieldType) -> FieldType {
        FieldType::one(match &ty.kind {
            _ if ty.list => Kind::Json,
            Kind::Email | Kind::Url | Kind::Slug | Kind::Any => Kind::Text,
            Kind::Duration => Kind::Integer,
            kind => kind.clone(),
        })
    }

    fn too_narrow(&self, want: &Resource, id: FieldId, have: &Field) -> Option<String> {
        let field = want.field(id);
        let most = length_of(have.column_type.as_deref()?)?;
        let wanted = longest(field);
        (wanted.is_none_or(|wanted| wanted > most)).then(|| match wanted {
            Some(wanted) => format!("the files say up to {wanted} characters, the database has {most}"),
            None => format!("the files say text of any length, the database has up to {most} characters"),
        })
    }

    fn impossible(&self, table: &Resource, id: FieldId) -> Vec<String> {
        let field = table.field(id);
        text_only_database_knows(&format!("{}.{}", table.table, field.column), field)
    }

    fn create(&self, table: Side<'_>, later: &dyn Fn(&Reference) -> bool) -> Vec<Step> {
        let name = &table.table.table;
        let sentence = format!("create table {name}");
        let mut step = Step::new(Phase::CreateTables, Class::Adds, sentence, create_table(table, later));
        for index in &table.table.indexes {
            step = step.then(create_index(table.schema, table.table, index, ""));
        }
        let added = table.table.references.iter().filter(|reference| later(reference)).map(|reference| {
            let text = difference::describe_reference(table.schema, table.table, reference);
            let sentence = format!("add reference of {name} {text}");
            let statement = add_reference(table, reference, "");
            Step::new(Phase::AddReferences, Class::Adds, sentence, statement)
        });
        std::iter::once(step).chain(added).collect()
    }

    fn rename_table(&self, schema: &Schema, from: &str, to: &str) -> Vec<String> {
        vec![format!("ALTER TABLE {} RENAME TO {}", place(schema, from), quoted(to))]
    }

    fn drop_table(&self, schema: &Schema, table: &Resource) -> Vec<String> {
        let mut statements: Vec<String> = table
            .references
            .iter()
            .map(|reference| drop_constraint(schema, &table.table, &reference.constraint))
            .collect();
        statements.push(format!("DROP TABLE {}", place(schema, &table.table)));
        statements
    }

    fn alter(&self, pair: &Pair<'_>) -> Altered {
        let mut altered = Altered::default();
        for entry in &pair.changes {
            match steps(pair, entry) {
                Ok(steps) => {
                    altered.steps.extend(steps.into_iter().map(|one| one.because(&entry.differences)));
                }
                Err(line) => altered.obstacles.push(line),
            }
        }
        altered
    }
}

fn steps(pair: &Pair<'_>, entry: &Entry<'_>) -> Result<Vec<Step>, String> {
    let (schema, want) = (pair.want.schema, pair.want.table);
    let table = place(schema, &want.table);
    let sentence = || alter::sentence(pair, &entry.change);
    let step = |phase, class, statement: String| Step::new(phase, class, sentence(), statement);
    Ok(match &entry.change {
        Change::RenameColumn { from, to } => {
            let (old, new) = (quoted(from), quoted(&want.field(*to).column));
            let statement = format!("ALTER TABLE {table} RENAME COLUMN {old} TO {new}");
            vec![step(Phase::RenameColumns, Class::Renames, statement)]
        }
        Change::AddColumn(id) => add_column(pair, *id, sentence()),
        Change::Column(change) => change_column(pair, *change, sentence())?,
        Change::DropColumn(id) => {
            let column = quoted(&pair.have.table.field(*id).column);
            let statement = format!("ALTER TABLE {table} DROP COLUMN {column}");
            let step = step(Phase::DropColumns, Class::Removes, statement);
            vec![step.risk(Risk::Destructive).note("its values are lost")]
        }
        Change::PrimaryKey => primary_key(pair, sentence()),
        Change::AddUnique(unique) => vec![add_unique(schema, want, unique, sentence())],
        Change::DropUnique(unique) => {
            let index = format!("DROP INDEX IF EXISTS {}", place(schema, &unique.name));
            vec![
                step(Phase::Alter, Class::Removes, drop_constraint(schema, &want.table, &unique.name))
                    .then(index),
            ]
        }
        Change::AddIndex(index) => vec![
            step(Phase::Build, Class::Adds, create_index(schema, want, index, " CONCURRENTLY"))
                .risk(Risk::Slow)
                .outside()
                .note("reads the whole table; writes go on meanwhile"),
        ],
        Change::DropIndex(index) => {
            let statement = format!("DROP INDEX {}", place(schema, &index.name));
            vec![step(Phase::Alter, Class::Removes, statement)]
        }
        Change::AddReference(reference) => {
            let statement = add_reference(pair.want, reference, " NOT VALID");
            let name = &reference.constraint;
            let (add, build) = if has_key(pair, reference) {
                (Phase::AddReferences, Phase::Build)
            } else {
                (Phase::AddLateReferences, Phase::BuildLate)
            };
            let class = pair.reference_class(reference);
            let validate = Step { class, ..validate(schema, want, name, build) };
            vec![step(add, class, statement), validate]
        }
        Change::DropReference(reference) => {
            let statement = drop_constraint(schema, &want.table, &reference.constraint);
            vec![step(Phase::DropReferences, Class::Removes, statement)]
        }
    })
}

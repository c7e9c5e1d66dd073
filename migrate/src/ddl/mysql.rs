//! MariaDB and MySQL: no statement about structure can be taken back, so each runs by itself.
//!
//! Keys hold at most 3,072 bytes, which is 768 characters: text in a key has a greatest length, and any
//! other text has none. Text is compared bytewise, and trailing spaces count.

mod change;
mod column;

use roundtrip_schema::{
    Field, FieldId, FieldType, Index, Kind, OnDelete, Reference, Resource, Schema, Unique,
};

use self::change::{change_column, drop_checks, lost_by_change, primary_key, together};
use self::column::{LONGEST_IN_KEY, check, definition, length, quoted};
use super::sqlite::text_only_database_knows;
use super::text::{self, Key, check_name, first_word, length_of, longest};
use super::{Altered, Change, Ddl, Entry, Pair, alter};
use crate::difference::{self, Side};
use crate::step::{Class, Phase, Risk, Step};

/// MariaDB; MySQL as far as it agrees.
#[derive(Debug, Clone, Copy, Default)]
pub struct Mysql;

impl Ddl for Mysql {
    fn database(&self) -> &'static str {
        "MariaDB"
    }

    fn stored(&self, ty: &FieldType) -> FieldType {
        FieldType::one(match &ty.kind {
            _ if ty.list => Kind::Json,
            Kind::Email | Kind::Url | Kind::Slug | Kind::Any => Kind::Text,
            Kind::Duration => Kind::Integer,
            kind => kind.clone(),
        })
    }

    /// UUIDs are text here, of which [`Ddl::too_narrow`] sees the type; JSON is text with a check that
    /// introspection reads.
    fn same_kind(&self, want: &FieldType, have: &FieldType) -> bool {
        let stored = self.stored(want);
        let text = have.kind == Kind::Text && !have.list && stored.kind == Kind::Uuid;
        text || difference::same_words(want, have) || difference::same_words(&stored, have)
    }

    fn too_narrow(&self, want: &Resource, id: FieldId, have: &Field) -> Option<String> {
        let field = want.field(id);
        let own = have.column_type.as_deref()?;
        let in_key = column::in_key(want, id);
        if field.ty.kind == Kind::Uuid && !field.ty.list && have.ty.kind == Kind::Text {
            let fits = length_of(own) == Some(36) && first_word(own).starts_with("char");
            return (!fits).then(|| format!("the files say uuid, the database has {own}"));
        }
        match (length_of(own), length(want, id), longest(field)) {
            (Some(most), Some(wanted), _) if wanted > most => {
                Some(format!("the files need room for {wanted} characters, the database has {most}"))
            }
            (Some(most), None, wanted) if wanted.is_none_or(|wanted| wanted > most) => {
                Some(format!("the files say text of any length, the database has up to {most} characters"))
            }
            (None, Some(wanted), _) if in_key && first_word(own).ends_with("text") => {
                let own = first_word(own);
                Some(format!("it is in a key, which needs a length of {wanted}, the database has {own}"))
            }
            _ => None,
        }
    }

    fn impossible(&self, table: &Resource, id: FieldId) -> Vec<String> {
        let field = table.field(id);
        let place = format!("{}.{}", table.table, field.column);
        let mut lines = text_only_database_knows(&place, field);
        if let Some(most) = length(table, id).filter(|most| *most > LONGEST_IN_KEY) {
            lines.push(format!(
                "{place}: it is in a key or an index, where MariaDB takes at most {LONGEST_IN_KEY} characters, and its max is {most}"
            ));
        }
        if matches!(field.ty.kind, Kind::Json) && column::in_key(table, id)
            || field.ty.list && column::in_key(table, id)
        {
            lines.push(format!("{place}: MariaDB makes no key or index over JSON"));
        }
        let sets_default = |reference: &&Reference| {
            reference.on_delete == OnDelete::SetDefault && reference.fields.first() == Some(&id)
        };
        if table.references.iter().any(|reference| sets_default(&reference)) {
            lines.push(format!("{place}: MariaDB has no on_delete = \"set default\""));
        }
        lines
    }

    fn create(&self, table: Side<'_>, later: &dyn Fn(&Reference) -> bool) -> Vec<Step> {
        let name = &table.table.table;
        let sentence = format!("create table {name}");
        let step = Step::new(Phase::CreateTables, Class::Adds, sentence, create_table(table, later));
        let added = table.table.references.iter().filter(|reference| later(reference)).map(|reference| {
            let text = difference::describe_reference(table.schema, table.table, reference);
            let sentence = format!("add reference of {name} {text}");
            let statement = format!("ALTER TABLE {} ADD {}", quoted(name), constraint(table, reference));
            Step::new(Phase::AddReferences, Class::Adds, sentence, statement)
        });
        std::iter::once(step).chain(added).collect()
    }

    fn rename_table(&self, _schema: &Schema, from: &str, to: &str) -> Vec<String> {
        vec![format!("RENAME TABLE {} TO {}", quoted(from), quoted(to))]
    }

    fn drop_table(&self, _schema: &Schema, table: &Resource) -> Vec<String> {
        let drop = |reference: &Reference| {
            format!("ALTER TABLE {} DROP FOREIGN KEY {}", quoted(&table.table), quoted(&reference.constraint))
        };
        let mut statements: Vec<String> = table.references.iter().map(drop).collect();
        statements.push(format!("DROP TABLE {}", quoted(&table.table)));
        statements
    }

    fn alter(&self, pair: &Pair<'_>) -> Altered {
        let mut altered = Altered::default();
        for entry in &pair.changes {
            if let Change::Column(change) = &entry.change
                && let Some(line) = lost_by_change(pair, *change)
            {
                altered.obstacles.push(line);
                continue;
            }
            let steps = steps(pair, entry).into_iter();
            altered.steps.extend(steps.map(|one| one.because(&entry.differences)));
        }
        if pair.changes.iter().any(|entry| matches!(entry.change, Change::PrimaryKey)) {
            altered.steps = together(pair, altered.steps);
        }
        altered
    }
}

#[expect(clippy::too_many_lines, reason = "one row per kind of change")]
fn steps(pair: &Pair<'_>, entry: &Entry<'_>) -> Vec<Step> {
    let want = pair.want.table;
    let table = quoted(&want.table);
    let step = |phase, class, statement: String| {
        Step::new(phase, class, alter::sentence(pair, &entry.change), statement)
    };
    match &entry.change {
        Change::RenameColumn { from, to } => {
            let (old, new) = (quoted(from), quoted(&want.field(*to).column));
            let statement = format!("ALTER TABLE {table} RENAME COLUMN {old} TO {new}");
            vec![step(Phase::RenameColumns, Class::Renames, statement)]
        }
        Change::AddColumn(id) => {
            let field = want.field(*id);
            if pair.adds_numbered(*id) {
                let statement =
                    format!("ALTER TABLE {table} ADD COLUMN {} AUTO_INCREMENT", definition(want, *id));
                return vec![step(Phase::Alter, Class::Changes, statement).risk(Risk::Slow)];
            }
            let mut parts = vec![format!("ADD COLUMN {}", definition(want, *id))];
            parts.extend(check(field).map(|condition| add_check(want, field, &condition)));
            let unfilled = !field.optional && difference::literal(field).is_none();
            let class = if unfilled { Class::Changes } else { Class::Adds };
            let step = step(Phase::Alter, class, format!("ALTER TABLE {table} {}", parts.join(", ")));
            // MariaDB would fill in an empty text or a zero of its own accord.
            vec![if unfilled {
                step.risk(Risk::Destructive).note(
                    "rows that exist get an empty value: give the field a default, or make it optional first",
                )
            } else {
                step
            }]
        }
        Change::Column(change) => change_column(pair, *change, &alter::sentence(pair, &entry.change)),
        Change::DropColumn(id) => {
            let have = pair.have.table.field(*id);
            let mut parts = Vec::new();
            if matches!(have.ty.kind, Kind::Enum(_)) {
                parts.extend(drop_checks(want, have));
            }
            parts.push(format!("DROP COLUMN {}", quoted(&have.column)));
            let step =
                step(Phase::DropColumns, Class::Removes, format!("ALTER TABLE {table} {}", parts.join(", ")));
            vec![step.risk(Risk::Destructive).note("its values are lost")]
        }
        Change::PrimaryKey => vec![
            step(Phase::Alter, Class::Changes, primary_key(pair))
                .risk(Risk::Slow)
                .note("the whole table is written anew, and writers wait"),
        ],
        Change::AddUnique(unique) => vec![
            step(Phase::Alter, Class::Adds, format!("ALTER TABLE {table} ADD {}", unique_key(want, unique)))
                .risk(Risk::Slow)
                .note("reads the whole table; writes go on meanwhile; fails where values occur twice"),
        ],
        Change::AddIndex(index) => vec![
            step(Phase::Alter, Class::Adds, format!("ALTER TABLE {table} ADD {}", index_key(want, index)))
                .risk(Risk::Slow)
                .note("reads the whole table; writes go on meanwhile"),
        ],
        Change::DropUnique(Unique { name, .. }) | Change::DropIndex(Index { name, .. }) => {
            vec![step(
                Phase::Alter,
                Class::Removes,
                format!("ALTER TABLE {table} DROP INDEX {}", quoted(name)),
            )]
        }
        Change::AddReference(reference) => {
            let statement = format!("ALTER TABLE {table} ADD {}", constraint(pair.want, reference));
            vec![
                step(Phase::AddReferences, pair.reference_class(reference), statement)
                    .risk(Risk::Slow)
                    .note("reads the whole table, and writers wait; fails where a row does not fit"),
            ]
        }
        Change::DropReference(reference) => {
            let name = quoted(&reference.constraint);
            vec![step(
                Phase::DropReferences,
                Class::Removes,
                format!("ALTER TABLE {table} DROP FOREIGN KEY {name}"),
            )]
        }
    }
}

fn columns(table: &Resource, fields: &[FieldId]) -> String {
    text::columns(table, fields, quoted)
}

fn create_table(side: Side<'_>, later: &dyn Fn(&Reference) -> bool) -> String {
    let table = side.table;
    let generated = Key::of(table) == Key::GeneratedInteger;
    let column = |(id, _): (FieldId, &Field)| {
        let mut text = definition(table, id);
        if generated && table.primary_key.contains(&id) {
            text.push_str(" AUTO_INCREMENT");
        }
        text
    };
    let mut parts: Vec<String> = table.fields().map(column).collect();
    if !table.primary_key.is_empty() {
        parts.push(format!("PRIMARY KEY ({})", columns(table, &table.primary_key)));
    }
    parts.extend(table.uniques.iter().map(|unique| unique_key(table, unique)));
    parts.extend(table.indexes.iter().map(|index| index_key(table, index)));
    parts.extend(table.fields.iter().filter_map(|field| {
        let condition = check(field)?;
        Some(format!("CONSTRAINT {} CHECK ({condition})", quoted(&check_name(table, field))))
    }));
    let inline = table.references.iter().filter(|reference| !later(reference));
    parts.extend(inline.map(|reference| constraint(side, reference)));
    format!(
        "CREATE TABLE {} (\n  {}\n) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin",
        quoted(&table.table),
        parts.join(",\n  ")
    )
}

fn unique_key(table: &Resource, unique: &Unique) -> String {
    format!("UNIQUE INDEX {} ({})", quoted(&unique.name), columns(table, &unique.fields))
}

fn index_key(table: &Resource, index: &Index) -> String {
    format!("INDEX {} ({})", quoted(&index.name), columns(table, &index.fields))
}

fn constraint(side: Side<'_>, reference: &Reference) -> String {
    let target = side.schema.resource(reference.target);
    let (own, there) = in_order_of_key(reference, target);
    format!(
        "CONSTRAINT {} FOREIGN KEY ({}) REFERENCES {} ({}){}",
        quoted(&constraint_name(side, reference)),
        columns(side.table, &own),
        quoted(&target.table),
        columns(target, &there),
        text::on_delete(reference.on_delete)
    )
}

/// InnoDB keeps the names of all references of a database in one list.
fn constraint_name(side: Side<'_>, reference: &Reference) -> String {
    let name = &reference.constraint;
    let all = side.schema.resources().flat_map(|(_, table)| &table.references);
    let twice = all.filter(|other| other.constraint.eq_ignore_ascii_case(name)).count() > 1;
    if twice { format!("{}_{name}", side.table.table).chars().take(64).collect() } else { name.clone() }
}

/// The fields of a reference in the order of the key that it refers to: InnoDB knows no other.
fn in_order_of_key(reference: &Reference, target: &Resource) -> (Vec<FieldId>, Vec<FieldId>) {
    let keys = std::iter::once(&target.primary_key).chain(target.uniques.iter().map(|unique| &unique.fields));
    let place = |key: &[FieldId], field: FieldId| key.iter().position(|one| *one == field);
    let mut pairs: Vec<(FieldId, FieldId)> =
        reference.fields.iter().copied().zip(reference.target_fields.iter().copied()).collect();
    let mut meant = keys.filter(|key| {
        key.len() == pairs.len() && pairs.iter().all(|(_, field)| place(key, *field).is_some())
    });
    if let Some(key) = meant.next() {
        pairs.sort_by_key(|(_, field)| place(key, *field));
    }
    pairs.into_iter().unzip()
}

fn add_check(table: &Resource, field: &Field, condition: &str) -> String {
    format!("ADD CONSTRAINT {} CHECK ({condition})", quoted(&check_name(table, field)))
}

//! Columns and keys of PostgreSQL that become others.
//!
//! It must not know how tables are made.

use roundtrip_schema::{Field, FieldType, Kind, Resource, Schema};

use super::column::{literal, quoted, type_name};
use super::table::{add_check, columns, drop_constraint, not_valid, place, validate};
use crate::ddl::text::{check_name, first_word};
use crate::ddl::{ColumnChange, Pair, alter, keeps_values};
use crate::difference;
use crate::step::{Class, Phase, Risk, Step};

/// The steps of a column that changes, or why it cannot.
pub(super) fn change_column(
    pair: &Pair<'_>,
    change: ColumnChange,
    sentence: String,
) -> Result<Vec<Step>, String> {
    let (schema, want) = (pair.want.schema, pair.want.table);
    let (field, have) = (want.field(change.want), pair.have.table.field(change.have));
    let table = place(schema, &want.table);
    let column = quoted(&field.column);
    let alter = format!("ALTER TABLE {table} ALTER COLUMN {column}");
    let mut statements = Vec::new();
    let mut risk = Risk::Safe;
    let mut checks = Vec::new();
    let mut note = None;
    if change.ty {
        if matches!(have.ty.kind, Kind::Enum(_)) && !is_text(have.column_type.as_deref()) {
            let own = have.column_type.as_deref().unwrap_or("an enum");
            return Err(format!(
                "{}.{}: it has the database's own type {own}; change it in a migration written by hand",
                want.table, field.column
            ));
        }
        if !can_be_cast(&have.ty, &field.ty) {
            return Err(format!(
                "{}.{}: PostgreSQL turns no {} into {}; change it in a migration written by hand",
                want.table, field.column, have.ty, field.ty
            ));
        }
        if matches!(have.ty.kind, Kind::Enum(_)) {
            statements.push(drop_word_checks(schema, want, field));
        }
        let to = type_name(&field.ty);
        if !(is_free_text(have) && to.starts_with("text")) {
            statements.push(format!("{alter} DROP DEFAULT"));
            statements.push(format!("{alter} TYPE {to} USING {}", convert(&have.ty, field)));
            if let Some(value) = difference::literal(field) {
                statements.push(format!("{alter} SET DEFAULT {}", literal(value)));
            }
            risk = if keeps_values(&have.ty, &field.ty) { Risk::Slow } else { Risk::Destructive };
            note = Some("the whole table may be written anew, and everybody waits");
        }
        checks = add_check(schema, want, field);
    } else if change.default {
        statements.push(match difference::literal(field) {
            Some(value) => format!("{alter} SET DEFAULT {}", literal(value)),
            None => format!("{alter} DROP DEFAULT"),
        });
    }
    if change.optional && field.optional {
        statements.push(format!("{alter} DROP NOT NULL"));
    }
    let mut steps = Vec::new();
    if let Some((first, rest)) = statements.split_first() {
        let mut step = Step::new(Phase::Alter, Class::Changes, sentence.clone(), first.clone()).risk(risk);
        step.statements.extend_from_slice(rest);
        step.note = note.map(str::to_owned);
        steps.push(step);
    }
    steps.extend(checks);
    if change.optional && !field.optional {
        steps.extend(require(schema, want, field, sentence));
    }
    Ok(steps)
}

/// `SET NOT NULL` without reading the table under a lock.
fn require(schema: &Schema, table: &Resource, field: &Field, sentence: String) -> Vec<Step> {
    let (column, name) = (quoted(&field.column), format!("{}_{}_required", table.table, field.column));
    let place = place(schema, &table.table);
    let condition = format!("{column} IS NOT NULL");
    let mut first = not_valid(schema, table, &name, &condition, format!("{sentence}, for new rows"));
    if let Some(value) = difference::literal(field) {
        let update = format!("UPDATE {place} SET {column} = {} WHERE {column} IS NULL", literal(value));
        first = first.then(update).risk(Risk::Slow).note("rows without a value get the default");
    } else {
        first = first.note("fails while rows have none: give them one first");
    }
    let last = format!("ALTER TABLE {place} ALTER COLUMN {column} SET NOT NULL");
    let last = Step::new(Phase::Settle, Class::Changes, sentence, last).then(drop_constraint(
        schema,
        &table.table,
        &name,
    ));
    vec![first, validate(schema, table, &name, Phase::Build), last]
}

/// The checks that allow a column certain words only, whatever their names.
fn drop_word_checks(schema: &Schema, table: &Resource, field: &Field) -> String {
    let text = |text: &str| format!("'{}'", text.replace('\'', "''"));
    let place = place(schema, &table.table);
    format!(
        "DO $roundtrip$ DECLARE found record; BEGIN\n  FOR found IN SELECT conname FROM pg_constraint c JOIN pg_attribute a ON a.attrelid = c.conrelid AND c.conkey = ARRAY[a.attnum]\n    WHERE c.conrelid = {}::regclass AND a.attname = {} AND c.contype = 'c' AND (c.conname = {} OR pg_get_constraintdef(c.oid) LIKE '% = ANY (%ARRAY[%')\n  LOOP EXECUTE format('ALTER TABLE {} DROP CONSTRAINT %I', found.conname); END LOOP;\nEND $roundtrip$",
        text(&place),
        text(&field.column),
        text(&check_name(table, field)),
        place.replace('%', "%%").replace('\'', "''")
    )
}

/// The steps of a key of other columns, or of one that somebody else makes.
pub(super) fn primary_key(pair: &Pair<'_>, sentence: String) -> Vec<Step> {
    let (schema, want) = (pair.want.schema, pair.want.table);
    let table = place(schema, &want.table);
    let step = |sentence: String, statement| Step::new(Phase::Alter, Class::Changes, sentence, statement);
    let key_column = |table: &Resource| match table.primary_key[..] {
        [one] => Some(quoted(&table.field(one).column)),
        _ => None,
    };
    let mut steps = Vec::new();
    let have = pair.have.table;
    if have.generated_key
        && (!want.generated_key || !alter::same_key(pair))
        && let Some(column) = key_column(have)
    {
        let alter = format!("ALTER TABLE {table} ALTER COLUMN {column}");
        let sentence = format!("no longer give new rows of {} their key", want.table);
        steps.push(
            step(sentence, format!("{alter} DROP IDENTITY IF EXISTS")).then(format!("{alter} DROP DEFAULT")),
        );
    }
    if !alter::same_key(pair) {
        let text = |text: &str| text.replace('\'', "''");
        let drop = format!(
            "DO $roundtrip$ DECLARE found record; BEGIN\n  FOR found IN SELECT conname FROM pg_constraint WHERE conrelid = '{}'::regclass AND contype = 'p'\n  LOOP EXECUTE format('ALTER TABLE {} DROP CONSTRAINT %I', found.conname); END LOOP;\nEND $roundtrip$",
            text(&table),
            text(&table).replace('%', "%%")
        );
        let mut change = step(sentence.clone(), drop).risk(Risk::Slow).note(
            "reads the whole table, and everybody waits; fails where the new key occurs twice or is missing",
        );
        if !want.primary_key.is_empty() {
            change = change
                .then(format!("ALTER TABLE {table} ADD PRIMARY KEY ({})", columns(want, &want.primary_key)));
        }
        steps.push(change);
    }
    if want.generated_key
        && (!have.generated_key || !alter::same_key(pair))
        && !want.primary_key.iter().any(|id| pair.adds(*id))
        && let Some(column) = key_column(want)
    {
        let alter = format!("ALTER TABLE {table} ALTER COLUMN {column}");
        let name = |text: &str| text.replace('\'', "''");
        let plain = column.trim_matches('"').replace("\"\"", "\"");
        steps.push(
            step(sentence, format!("{alter} ADD GENERATED BY DEFAULT AS IDENTITY")).then(format!(
                "SELECT setval(pg_get_serial_sequence('{}', '{}'), coalesce(max({column}), 0) + 1, false) FROM {table}",
                name(&table),
                name(&plain)
            )),
        );
    }
    steps
}

/// Whether there is a cast, or [`convert`] knows another way.
fn can_be_cast(have: &FieldType, want: &FieldType) -> bool {
    use Kind::{
        Any, Boolean, Date, Datetime, Decimal, Duration, Email, Enum, Float, Integer, Json, Slug, Text, Time,
        Url,
    };
    let text = |kind: &Kind| matches!(kind, Text | Email | Url | Slug | Enum(_) | Any);
    let number = |kind: &Kind| matches!(kind, Integer | Duration | Float | Decimal { .. });
    if have.list || want.list {
        return have.list == want.list || want.list || text(&want.kind) || want.kind == Json;
    }
    match (&have.kind, &want.kind) {
        (one, other) if one == other || text(one) || text(other) => true,
        (one, other) if number(one) && number(other) => true,
        (_, Json) | (Boolean, Integer) | (Integer, Boolean) | (Date, Datetime) | (Datetime, Date | Time) => {
            true
        }
        (Json, other) => number(other) || *other == Boolean,
        _ => false,
    }
}

/// How values of one type become values of another.
fn convert(have: &FieldType, field: &Field) -> String {
    let column = quoted(&field.column);
    match (&have.kind, &field.ty.kind) {
        _ if field.ty.list && !have.list => format!("jsonb_build_array({column})"),
        (_, Kind::Json) => format!("to_jsonb({column})"),
        (Kind::Boolean, Kind::Integer) => format!("{column}::integer::bigint"),
        (Kind::Integer, Kind::Boolean) => format!("{column}::integer::boolean"),
        (Kind::Date, Kind::Datetime) => format!("{column}::timestamp AT TIME ZONE 'UTC'"),
        (Kind::Datetime, Kind::Date) => format!("({column} AT TIME ZONE 'UTC')::date"),
        _ => {
            let name = type_name(&field.ty);
            format!("{column}::{}", name.strip_suffix(" COLLATE \"C\"").unwrap_or(&name))
        }
    }
}

/// Whether the column holds text of any length already.
fn is_free_text(have: &Field) -> bool {
    let kind = matches!(have.ty.kind, Kind::Text | Kind::Email | Kind::Url | Kind::Slug | Kind::Enum(_));
    !have.ty.list && kind && have.column_type.as_deref().is_none_or(|own| first_word(own) == "text")
}

fn is_text(column_type: Option<&str>) -> bool {
    column_type.is_none_or(|own| {
        ["text", "character varying", "varchar", "character(", "bpchar", "citext"]
            .iter()
            .any(|one| own.starts_with(one))
    })
}

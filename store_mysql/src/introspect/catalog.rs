//! What `information_schema` says about the tables, columns, keys and checks of one database.
//!
//! This is the only place that asks the connection. It must not know the schema's model; it sorts out
//! what is nobody's business: our system tables, sequences, temporary tables, views that are broken.

use std::collections::HashMap;

use mysql_async::prelude::Queryable as _;
use mysql_async::{Conn, Error, Row, Value};

/// Everything that is known of a database.
#[derive(Debug, Default)]
pub(super) struct Catalog {
    /// The database's name.
    pub(super) database: String,
    /// Tables and views by name.
    pub(super) tables: Vec<Table>,
}

/// A table or view.
#[derive(Debug, Default)]
pub(super) struct Table {
    pub(super) name: String,
    /// The select of a view; `None` for a table.
    pub(super) view: Option<View>,
    pub(super) comment: String,
    pub(super) columns: Vec<Column>,
    pub(super) indexes: Vec<Index>,
    pub(super) foreign_keys: Vec<ForeignKey>,
    /// The conditions of its checks.
    pub(super) checks: Vec<String>,
}

/// What makes a view.
#[derive(Debug)]
pub(super) struct View {
    /// Its select as the server writes it.
    pub(super) select: String,
    /// Whether the server would take a row for it.
    pub(super) updatable: bool,
}

/// A column of a table or view.
#[derive(Debug, Default)]
pub(super) struct Column {
    pub(super) name: String,
    /// Its type with every word: `decimal(10,2) unsigned`, `enum('a','b')`.
    pub(super) declared: String,
    /// The collation of text.
    pub(super) collation: Option<String>,
    pub(super) nullable: bool,
    /// What it holds where a new row does not mention it.
    pub(super) unmentioned: Unmentioned,
    /// Its default as SQL; `None` where the server does not tell it so.
    pub(super) default: Option<String>,
    pub(super) comment: String,
}

/// What a column of a new row holds that is not mentioned.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Unmentioned {
    /// Null, if it may.
    #[default]
    Nothing,
    /// Its default.
    Default,
    /// The next number.
    Next,
    /// What is computed from other columns; it cannot be mentioned.
    Computed,
    /// When the row became what it is, or ceased to be, in a table that keeps its history.
    Period,
}

/// An index.
#[derive(Debug)]
pub(super) struct Index {
    pub(super) name: String,
    pub(super) unique: bool,
    /// Its columns; `None` where it is over parts of them, over expressions, or for a search of words.
    pub(super) columns: Option<Vec<String>>,
}

/// A foreign key.
#[derive(Debug)]
pub(super) struct ForeignKey {
    pub(super) name: String,
    pub(super) columns: Vec<String>,
    /// The table; `None` if it is in another database.
    pub(super) target: Option<String>,
    pub(super) target_columns: Vec<String>,
    pub(super) on_delete: String,
}

const TABLES: &str = "SELECT t.table_name, t.table_type, t.table_comment, v.view_definition, v.is_updatable \
    FROM information_schema.tables AS t LEFT JOIN information_schema.views AS v \
    ON v.table_schema = t.table_schema AND v.table_name = t.table_name \
    WHERE t.table_schema = DATABASE() ORDER BY t.table_name";

const COLUMNS: &str = "SELECT table_name, column_name, column_type, collation_name, is_nullable, \
    column_default, extra, generation_expression, column_comment FROM information_schema.columns \
    WHERE table_schema = DATABASE() ORDER BY table_name, ordinal_position";

const INDEXES: &str = "SELECT table_name, index_name, non_unique, column_name, sub_part, index_type \
    FROM information_schema.statistics WHERE table_schema = DATABASE() \
    ORDER BY table_name, index_name, seq_in_index";

const REFERRING: &str = "SELECT table_name, constraint_name, column_name, \
    CASE WHEN referenced_table_schema = table_schema THEN referenced_table_name END, \
    referenced_column_name FROM information_schema.key_column_usage \
    WHERE table_schema = DATABASE() AND referenced_table_name IS NOT NULL \
    ORDER BY table_name, constraint_name, ordinal_position";

const RULES: &str = "SELECT table_name, constraint_name, delete_rule \
    FROM information_schema.referential_constraints WHERE constraint_schema = DATABASE()";

/// MariaDB says of which table a check is, and two tables may have checks of one name.
const CHECKS_OF_MARIADB: &str = "SELECT table_name, check_clause FROM information_schema.check_constraints \
    WHERE constraint_schema = DATABASE() ORDER BY table_name, constraint_name";

/// In MySQL the names of checks are those of a whole database.
const CHECKS_OF_MYSQL: &str = "SELECT t.table_name, c.check_clause \
    FROM information_schema.check_constraints AS c JOIN information_schema.table_constraints AS t \
    ON t.constraint_schema = c.constraint_schema AND t.constraint_name = c.constraint_name \
    WHERE c.constraint_schema = DATABASE() AND t.constraint_type = 'CHECK' \
    ORDER BY t.table_name, c.constraint_name";

/// Reads the connection's database; `None` if it has chosen none.
pub(super) async fn read(connection: &mut Conn) -> Result<Option<Catalog>, Error> {
    let [server] = &ask(connection, "SELECT DATABASE(), VERSION()").await?[..] else { return Ok(None) };
    let [Some(database), version] = server.texts() else { return Ok(None) };
    let is_mariadb = version.is_some_and(|version| version.to_ascii_lowercase().contains("mariadb"));
    let mut tables = tables(&ask(connection, TABLES).await?);
    let mut columns = columns(&ask(connection, COLUMNS).await?, is_mariadb);
    let mut indexes = indexes(&ask(connection, INDEXES).await?);
    let rules = rules(&ask(connection, RULES).await?);
    let mut foreign_keys = foreign_keys(&ask(connection, REFERRING).await?, &rules);
    let checks = if is_mariadb { CHECKS_OF_MARIADB } else { CHECKS_OF_MYSQL };
    let mut checks = checks_by_table(&ask(connection, checks).await?, is_mariadb);
    for table in &mut tables {
        table.columns = columns.remove(&table.name).unwrap_or_default();
        table.indexes = indexes.remove(&table.name).unwrap_or_default();
        table.foreign_keys = foreign_keys.remove(&table.name).unwrap_or_default();
        table.checks = checks.remove(&table.name).unwrap_or_default();
        if table.columns.is_empty() {
            let table = &table.name;
            tracing::warn!(table, "left out a view that cannot be read, or a table without columns");
        }
    }
    tables.retain(|table| !table.columns.is_empty());
    Ok(Some(Catalog { database, tables }))
}

/// Whether a table is part of our own bookkeeping.
fn is_system(name: &str) -> bool {
    const PREFIX: &str = "_roundtrip_";
    name.get(..PREFIX.len()).is_some_and(|start| start.eq_ignore_ascii_case(PREFIX))
}

fn tables(rows: &[Answer]) -> Vec<Table> {
    let table = |row: &Answer| {
        let [name, kind, comment, select, updatable] = row.texts();
        let (name, kind) = (name?, kind?);
        let view = match kind.as_str() {
            "VIEW" => Some(View {
                select: select.unwrap_or_default(),
                updatable: updatable.is_some_and(|word| word == "YES"),
            }),
            "BASE TABLE" | "SYSTEM VERSIONED" => None,
            // Sequences, temporary tables, and what later servers may have.
            _ => return None,
        };
        // A view's comment is the word VIEW.
        let comment = if view.is_some() { String::new() } else { comment.unwrap_or_default() };
        (!is_system(&name)).then(|| Table { name, view, comment, ..Table::default() })
    };
    rows.iter().filter_map(table).collect()
}

fn columns(rows: &[Answer], is_mariadb: bool) -> HashMap<String, Vec<Column>> {
    let mut columns: HashMap<String, Vec<Column>> = HashMap::new();
    for row in rows {
        let [table, name, declared, collation, nullable, default, extra, expression, comment] = row.texts();
        let (Some(table), Some(name), Some(declared)) = (table, name, declared) else { continue };
        let extra = extra.unwrap_or_default().to_ascii_lowercase();
        // MySQL says DEFAULT_GENERATED of a default that is an expression.
        let computed = ["virtual generated", "stored generated"].iter().any(|words| extra.contains(words));
        // MariaDB quotes texts, and says NULL in so many letters.
        let default = default.filter(|text| !(is_mariadb && text == "NULL"));
        let unmentioned = match default.is_some() {
            _ if computed && is_period(expression.as_deref()) => Unmentioned::Period,
            _ if computed => Unmentioned::Computed,
            _ if extra.contains("auto_increment") => Unmentioned::Next,
            true => Unmentioned::Default,
            false => Unmentioned::Nothing,
        };
        columns.entry(table).or_default().push(Column {
            name,
            declared,
            collation,
            nullable: nullable.is_none_or(|word| word != "NO"),
            unmentioned,
            default: default.filter(|_| is_mariadb),
            comment: comment.unwrap_or_default(),
        });
    }
    columns
}

fn is_period(expression: Option<&str>) -> bool {
    expression.is_some_and(|text| matches!(text, "ROW START" | "ROW END"))
}

fn indexes(rows: &[Answer]) -> HashMap<String, Vec<Index>> {
    let mut indexes: HashMap<String, Vec<Index>> = HashMap::new();
    for row in rows {
        let [table, name, non_unique, column, part, kind] = row.texts();
        let (Some(table), Some(name)) = (table, name) else { continue };
        let of_words = kind.is_some_and(|kind| matches!(kind.as_str(), "FULLTEXT" | "SPATIAL" | "VECTOR"));
        let column = column.filter(|_| part.is_none() && !of_words);
        let of_table = indexes.entry(table).or_default();
        match of_table.last_mut() {
            Some(last) if last.name == name => match (&mut last.columns, column) {
                (Some(columns), Some(column)) => columns.push(column),
                (columns, _) => *columns = None,
            },
            _ => {
                let unique = non_unique.is_some_and(|number| number == "0");
                of_table.push(Index { name, unique, columns: column.map(|column| vec![column]) });
            }
        }
    }
    indexes
}

fn rules(rows: &[Answer]) -> HashMap<(String, String), String> {
    let rule = |row: &Answer| {
        let [table, constraint, rule] = row.texts();
        Some(((table?, constraint?), rule?))
    };
    rows.iter().filter_map(rule).collect()
}

fn foreign_keys(
    rows: &[Answer],
    rules: &HashMap<(String, String), String>,
) -> HashMap<String, Vec<ForeignKey>> {
    let mut keys: HashMap<String, Vec<ForeignKey>> = HashMap::new();
    for row in rows {
        let [table, name, column, target, target_column] = row.texts();
        let (Some(table), Some(name), Some(column), Some(target_column)) =
            (table, name, column, target_column)
        else {
            continue;
        };
        let rule = rules.get(&(table.clone(), name.clone())).cloned().unwrap_or_default();
        let of_table = keys.entry(table).or_default();
        match of_table.last_mut() {
            Some(key) if key.name == name => {
                key.columns.push(column);
                key.target_columns.push(target_column);
            }
            _ => of_table.push(ForeignKey {
                name,
                columns: vec![column],
                target,
                target_columns: vec![target_column],
                on_delete: rule,
            }),
        }
    }
    keys
}

fn checks_by_table(rows: &[Answer], is_mariadb: bool) -> HashMap<String, Vec<String>> {
    let mut checks: HashMap<String, Vec<String>> = HashMap::new();
    for row in rows {
        let [table, condition] = row.texts();
        if let (Some(table), Some(condition)) = (table, condition) {
            // MySQL escapes the apostrophes around every text.
            let condition = if is_mariadb { condition } else { condition.replace("\\'", "'") };
            checks.entry(table).or_default().push(condition);
        }
    }
    checks
}

async fn ask(connection: &mut Conn, question: &str) -> Result<Vec<Answer>, Error> {
    let rows: Vec<Row> = connection.query(question).await?;
    Ok(rows.into_iter().map(|row| Answer(row.unwrap_raw())).collect())
}

/// A row of an answer. In answers to plain text every value is text.
struct Answer(Vec<Option<Value>>);

impl Answer {
    /// The values of a row of so many columns.
    fn texts<const COUNT: usize>(&self) -> [Option<String>; COUNT] {
        std::array::from_fn(|place| match self.0.get(place) {
            Some(Some(Value::Bytes(bytes))) => Some(String::from_utf8_lossy(bytes).into_owned()),
            Some(Some(Value::Int(number))) => Some(number.to_string()),
            Some(Some(Value::UInt(number))) => Some(number.to_string()),
            Some(
                Some(Value::NULL | Value::Float(_) | Value::Double(_) | Value::Date(..) | Value::Time(..))
                | None,
            )
            | None => None,
        })
    }
}

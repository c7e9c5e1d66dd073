//! What PostgreSQL's own catalogues say about tables, types, keys and views.
//!
//! This is the only place that asks the connection. It must not know the schema's model; it sorts
//! out what is nobody's business: other namespaces, extensions, partitions, our system tables, and
//! what the connected role may not read.

use std::collections::HashMap;

use tokio_postgres::types::{ToSql, Type as Parameter};
use tokio_postgres::{Client, Error, Row};

use super::error::IntrospectError;

/// Everything that is asked.
#[derive(Debug, Default)]
pub(super) struct Catalog {
    pub(super) relations: Vec<Relation>,
    /// The columns of each relation by its id, in order.
    pub(super) columns: HashMap<u32, Vec<Column>>,
    /// Every type that a column has, or that such a type is made of.
    pub(super) types: HashMap<u32, Type>,
    pub(super) indexes: HashMap<u32, Vec<Index>>,
    pub(super) foreign_keys: HashMap<u32, Vec<ForeignKey>>,
    /// The conditions of the checks of each table.
    pub(super) checks: HashMap<u32, Vec<String>>,
}

/// A table or view.
#[derive(Debug)]
pub(super) struct Relation {
    pub(super) id: u32,
    pub(super) name: String,
    /// Whether rows can be written: tables, and foreign tables whose server can do it.
    pub(super) is_table: bool,
    pub(super) comment: Option<String>,
    /// The query of a view, as PostgreSQL keeps it.
    pub(super) query: Option<String>,
    /// Whether a view has no triggers, rules and defaults of its own.
    pub(super) is_untouched: bool,
    /// Whether policies decide which rows of a table somebody sees.
    pub(super) has_policies: bool,
    /// Which of reading, creating, updating and deleting the role may do with all columns.
    pub(super) privileges: Vec<bool>,
}

/// A column of a table or view.
#[derive(Debug)]
pub(super) struct Column {
    pub(super) number: i16,
    pub(super) name: String,
    pub(super) ty: u32,
    pub(super) modifier: i32,
    /// The type's name with its limits.
    pub(super) words: String,
    pub(super) not_null: bool,
    /// The text of its default, or of the expression that computes it.
    pub(super) expression: Option<String>,
    /// PostgreSQL's letter for `GENERATED ... AS IDENTITY`; empty for other columns.
    pub(super) identity: String,
    /// Whether it is computed from other columns.
    pub(super) is_computed: bool,
    pub(super) comment: Option<String>,
    /// The collation in quotes, if it is not the database's own.
    pub(super) collation: Option<String>,
    /// Whether text in it that is equal is the same.
    pub(super) is_deterministic: bool,
}

/// A type.
#[derive(Debug)]
pub(super) struct Type {
    pub(super) name: String,
    /// Whether it is one of PostgreSQL's own.
    pub(super) is_own: bool,
    /// What sort of type the database itself has made.
    pub(super) class: Class,
    /// What a domain is made of, with its limits and its name with them; 0 for other types.
    pub(super) base: u32,
    pub(super) base_modifier: i32,
    pub(super) base_words: String,
    /// The type of an array's elements; 0 for other types.
    pub(super) element: u32,
    pub(super) not_null: bool,
    pub(super) default: Option<String>,
    /// The words of an enum, in their order.
    pub(super) labels: Vec<String>,
    /// The conditions of a domain's checks.
    pub(super) checks: Vec<String>,
}

/// The sorts of types that a database makes, as far as their values are compared in other ways.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Class {
    /// A range, or several of them.
    Range,
    /// Several members.
    Composite,
    /// Anything else, and all types of PostgreSQL's own.
    Other,
}

/// An index over whole columns of every row.
#[derive(Debug)]
pub(super) struct Index {
    pub(super) name: String,
    pub(super) is_unique: bool,
    pub(super) is_primary: bool,
    pub(super) columns: Vec<i16>,
}

/// A foreign key.
#[derive(Debug)]
pub(super) struct ForeignKey {
    pub(super) name: String,
    pub(super) columns: Vec<i16>,
    pub(super) target: u32,
    pub(super) target_columns: Vec<i16>,
    /// PostgreSQL's letter for it.
    pub(super) on_delete: String,
}

/// Asks everything about one namespace. The caller has begun a transaction that keeps one snapshot.
pub(super) async fn read(client: &Client, namespace: &str) -> Result<Catalog, IntrospectError> {
    let id: Option<u32> = client
        .query_typed(NAMESPACE, &[(&namespace, Parameter::TEXT)])
        .await?
        .first()
        .map(|row| row.try_get(0))
        .transpose()?;
    let Some(id) = id else {
        return Err(IntrospectError::Missing { namespace: namespace.to_owned() });
    };
    let rows = client.query_typed(RELATIONS, &[(&id, Parameter::OID)]).await?;
    let relations: Vec<Relation> = rows.iter().map(relation).collect::<Result<_, Error>>()?;
    let ids: Vec<u32> = relations.iter().map(|relation| relation.id).collect();
    let ids: &(dyn ToSql + Sync) = &ids;
    let ask =
        |sql: &'static str| async move { client.query_typed(sql, &[(ids, Parameter::OID_ARRAY)]).await };
    let types = ask(TYPES).await?;
    let types = types.iter().map(|row| Ok((row.try_get(0)?, ty(row)?)));
    Ok(Catalog {
        relations,
        types: types.collect::<Result<_, Error>>()?,
        columns: by_relation(&ask(COLUMNS).await?, column)?,
        indexes: by_relation(&ask(INDEXES).await?, index)?,
        foreign_keys: by_relation(&ask(FOREIGN_KEYS).await?, foreign_key)?,
        checks: by_relation(&ask(CHECKS).await?, |row| row.try_get(1))?,
    })
}

const NAMESPACE: &str =
    "SELECT oid FROM pg_namespace WHERE nspname = $1 AND has_schema_privilege(oid, 'USAGE')";

/// One more than can be served is enough to know that there are too many.
///
/// 28 are the bits of what can be done with a foreign table: to create, to update, to delete.
const RELATIONS: &str = r"
SELECT c.oid, c.relname::text,
  c.relkind IN ('r', 'p') OR c.relkind = 'f' AND pg_relation_is_updatable(c.oid, false) & 28 = 28,
  obj_description(c.oid, 'pg_class'),
  (SELECT r.ev_action::text FROM pg_rewrite AS r
    WHERE r.ev_class = c.oid AND r.rulename = '_RETURN' AND c.relkind IN ('v', 'm')),
  c.relkind = 'v'
    AND NOT EXISTS (SELECT FROM pg_trigger AS t WHERE t.tgrelid = c.oid)
    AND NOT EXISTS (SELECT FROM pg_rewrite AS r WHERE r.ev_class = c.oid AND r.rulename <> '_RETURN')
    AND NOT EXISTS (SELECT FROM pg_attrdef AS d WHERE d.adrelid = c.oid),
  c.relrowsecurity,
  ARRAY[has_table_privilege(c.oid, 'SELECT'), has_table_privilege(c.oid, 'INSERT'),
    has_table_privilege(c.oid, 'UPDATE'), has_table_privilege(c.oid, 'DELETE')]
FROM pg_class AS c
WHERE c.relnamespace = $1 AND c.relkind IN ('r', 'p', 'v', 'm', 'f') AND NOT c.relispartition
  AND NOT starts_with(c.relname::text, '_roundtrip')
  AND has_any_column_privilege(c.oid, 'SELECT')
  AND NOT EXISTS (SELECT FROM pg_depend AS d
    WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
ORDER BY c.oid LIMIT 65536";

fn relation(row: &Row) -> Result<Relation, Error> {
    Ok(Relation {
        id: row.try_get(0)?,
        name: row.try_get(1)?,
        is_table: row.try_get(2)?,
        comment: row.try_get(3)?,
        query: row.try_get(4)?,
        is_untouched: row.try_get(5)?,
        has_policies: row.try_get(6)?,
        privileges: row.try_get(7)?,
    })
}

const COLUMNS: &str = r#"
SELECT a.attrelid, a.attnum, a.attname::text, a.atttypid, a.atttypmod, format_type(a.atttypid, a.atttypmod),
  a.attnotnull, pg_get_expr(d.adbin, d.adrelid), a.attidentity::text, a.attgenerated <> '',
  col_description(a.attrelid, a.attnum),
  CASE WHEN l.collname <> 'default' THEN
    CASE l.collnamespace WHEN 'pg_catalog'::regnamespace THEN '' ELSE quote_ident(n.nspname) || '.' END
      || '"' || replace(l.collname, '"', '""') || '"' END,
  coalesce(l.collisdeterministic, true)
FROM pg_attribute AS a
LEFT JOIN pg_attrdef AS d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
LEFT JOIN pg_collation AS l ON l.oid = a.attcollation
LEFT JOIN pg_namespace AS n ON n.oid = l.collnamespace
WHERE a.attrelid = ANY ($1) AND a.attnum > 0 AND NOT a.attisdropped
  AND has_column_privilege(a.attrelid, a.attnum, 'SELECT')
ORDER BY a.attrelid, a.attnum"#;

fn column(row: &Row) -> Result<Column, Error> {
    Ok(Column {
        number: row.try_get(1)?,
        name: row.try_get(2)?,
        ty: row.try_get(3)?,
        modifier: row.try_get(4)?,
        words: row.try_get(5)?,
        not_null: row.try_get(6)?,
        expression: row.try_get(7)?,
        identity: row.try_get(8)?,
        is_computed: row.try_get(9)?,
        comment: row.try_get(10)?,
        collation: row.try_get(11)?,
        is_deterministic: row.try_get(12)?,
    })
}

/// An array is a type that its element's type names as its own; a few old types only look like arrays.
const TYPES: &str = r"
WITH RECURSIVE used (id) AS (
  SELECT atttypid FROM pg_attribute WHERE attrelid = ANY ($1) AND attnum > 0 AND NOT attisdropped
  UNION
  SELECT part FROM used JOIN pg_type AS t ON t.oid = used.id, unnest(ARRAY[t.typbasetype, t.typelem]) AS part
  WHERE part <> 0)
SELECT t.oid, t.typname::text, t.typnamespace = 'pg_catalog'::regnamespace, t.typbasetype, t.typtypmod,
  coalesce(format_type(nullif(t.typbasetype, 0), t.typtypmod), ''),
  coalesce((SELECT e.oid FROM pg_type AS e WHERE e.oid = t.typelem AND e.typarray = t.oid), 0::oid),
  t.typnotnull, coalesce(pg_get_expr(t.typdefaultbin, 0), t.typdefault),
  ARRAY(SELECT e.enumlabel::text FROM pg_enum AS e WHERE e.enumtypid = t.oid ORDER BY e.enumsortorder),
  ARRAY(SELECT pg_get_expr(c.conbin, 0) FROM pg_constraint AS c
    WHERE c.contypid = t.oid AND c.contype = 'c' AND c.convalidated ORDER BY c.oid),
  CASE WHEN t.typnamespace <> 'pg_catalog'::regnamespace THEN t.typtype::text ELSE '' END
FROM used JOIN pg_type AS t ON t.oid = used.id";

fn ty(row: &Row) -> Result<Type, Error> {
    Ok(Type {
        name: row.try_get(1)?,
        is_own: row.try_get(2)?,
        base: row.try_get(3)?,
        base_modifier: row.try_get(4)?,
        base_words: row.try_get(5)?,
        element: row.try_get(6)?,
        not_null: row.try_get(7)?,
        default: row.try_get(8)?,
        labels: row.try_get(9)?,
        checks: row.try_get(10)?,
        class: match row.try_get(11)? {
            "r" | "m" => Class::Range,
            "c" => Class::Composite,
            _ => Class::Other,
        },
    })
}

/// Unique are those that every row keeps at once. Other kinds of indexes are nothing that a resource
/// could declare.
const INDEXES: &str = r"
SELECT i.indrelid, c.relname::text, i.indisunique, i.indisprimary,
  (i.indkey::int2[])[0:i.indnkeyatts - 1]
FROM pg_index AS i JOIN pg_class AS c ON c.oid = i.indexrelid JOIN pg_am AS m ON m.oid = c.relam
WHERE i.indrelid = ANY ($1) AND i.indisvalid AND i.indislive AND i.indpred IS NULL AND i.indexprs IS NULL
  AND (i.indisprimary OR i.indimmediate) AND (i.indisunique OR m.amname = 'btree')
ORDER BY i.indexrelid";

fn index(row: &Row) -> Result<Index, Error> {
    Ok(Index {
        name: row.try_get(1)?,
        is_unique: row.try_get(2)?,
        is_primary: row.try_get(3)?,
        columns: row.try_get(4)?,
    })
}

/// Those with a parent are what PostgreSQL makes of a key for each partition.
const FOREIGN_KEYS: &str = r"
SELECT conrelid, conname::text, conkey, confrelid, confkey, confdeltype::text
FROM pg_constraint
WHERE conrelid = ANY ($1) AND contype = 'f' AND conparentid = 0
ORDER BY oid";

fn foreign_key(row: &Row) -> Result<ForeignKey, Error> {
    Ok(ForeignKey {
        name: row.try_get(1)?,
        columns: row.try_get(2)?,
        target: row.try_get(3)?,
        target_columns: row.try_get(4)?,
        on_delete: row.try_get(5)?,
    })
}

const CHECKS: &str = r"
SELECT conrelid, pg_get_expr(conbin, conrelid)
FROM pg_constraint
WHERE conrelid = ANY ($1) AND contype = 'c' AND convalidated
ORDER BY oid";

/// Rows read and put under the relation whose id they begin with.
fn by_relation<T>(
    rows: &[Row],
    read: impl Fn(&Row) -> Result<T, Error>,
) -> Result<HashMap<u32, Vec<T>>, Error> {
    let mut all: HashMap<u32, Vec<T>> = HashMap::new();
    for row in rows {
        all.entry(row.try_get(0)?).or_default().push(read(row)?);
    }
    Ok(all)
}

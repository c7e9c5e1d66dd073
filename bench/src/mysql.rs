//! MariaDB and MySQL, by mysql_async and its own pool: a connection for each call, statements prepared once on each.
//! It must not know HTTP.

use mysql_async::prelude::Queryable as _;
use mysql_async::{Conn, Opts, OptsBuilder, Params, Pool, PoolConstraints, PoolOpts, Value};

use crate::database::{Database, Json, Trouble, json, ours};
use crate::product::{Listed, NewProduct, Product};
use crate::{Failure, fixture};

/// Inserts that wait together share a commit, so that more than a few pay; reads neither gain nor lose by it.
const CONNECTIONS: usize = 32;

/// Rows in one statement of the fixture: each has six parameters, and a statement 65,535 at most.
const ROWS_AT_ONCE: usize = 1_000;

const TABLE: &str = "create table products (
    id bigint auto_increment primary key,
    name varchar(255) not null,
    price decimal(10, 2),
    stock integer,
    category_id integer,
    about text
) engine = InnoDB";

const BY_ID: &str = "select id, name, price, stock, category_id, about from products where id = ?";
const CHEAPER_THAN: &str = "select id, name, price from products where price < ? order by id limit 30";
const INSERT: &str = "insert into products (name, price, stock, category_id, about) values (?, ?, ?, ?, ?)";
const INSERT_RETURNING: &str =
    "insert into products (name, price, stock, category_id, about) values (?, ?, ?, ?, ?)
     returning id, name, price, stock, category_id, about";

/// What the driver makes of a row of `id, name, price, stock, category_id, about`.
type Columns = (i64, String, Option<f64>, Option<i32>, Option<i32>, Option<String>);

/// The connections to one database.
#[derive(Clone)]
pub(crate) struct Mysql {
    pool: Pool,
    inserted: Inserted,
}

/// How an inserted row comes back.
#[derive(Clone, Copy)]
enum Inserted {
    /// MariaDB: with the insert.
    Returned,
    /// MySQL: by a second statement.
    ReadBack,
}

/// Opens the pool, and one connection in it, so that a wrong URL is said at the start.
pub(crate) async fn open(url: &str) -> Result<Mysql, Failure> {
    let constraints = PoolConstraints::new(CONNECTIONS, CONNECTIONS).ok_or("the pool has no size")?;
    // A reset after each call would forget the prepared statements; nothing else is left behind by these calls.
    let pool_options = PoolOpts::new().with_constraints(constraints).with_reset_connection(false);
    let pool = Pool::new(OptsBuilder::from_opts(Opts::from_url(url)?).pool_opts(pool_options));
    let version = version_of(&mut pool.get_conn().await?).await?;
    let inserted = if version.contains("MariaDB") { Inserted::Returned } else { Inserted::ReadBack };
    Ok(Mysql { pool, inserted })
}

impl Database for Mysql {
    async fn by_id(&self, id: i64) -> Result<Option<Json>, Trouble> {
        let mut connection = self.pool.get_conn().await?;
        let row: Option<Columns> = connection.exec_first(BY_ID, (id,)).await?;
        row.as_ref().map(product).transpose()
    }

    async fn cheaper_than(&self, max_price: f64) -> Result<Json, Trouble> {
        let mut connection = self.pool.get_conn().await?;
        let listed =
            connection.exec_map(CHEAPER_THAN, (max_price,), |(id, name, price)| Listed { id, name, price });
        Ok(json(&listed.await?)?)
    }

    async fn insert(&self, product: NewProduct) -> Result<Json, Trouble> {
        let NewProduct { name, price, stock, category_id, about } = product;
        let values = (name, price, stock, category_id, about);
        let mut connection = self.pool.get_conn().await?;
        let row: Option<Columns> = match self.inserted {
            Inserted::Returned => connection.exec_first(INSERT_RETURNING, values).await?,
            Inserted::ReadBack => {
                connection.exec_drop(INSERT, values).await?;
                let id = connection.last_insert_id();
                connection.exec_first(BY_ID, (id,)).await?
            }
        };
        match &row {
            Some(row) => self::product(row),
            None => Err(Trouble::Failed("the inserted row is not there".into())),
        }
    }
}

fn product(row: &Columns) -> Result<Json, Trouble> {
    let (id, name, price, stock, category_id, about) = row;
    Ok(json(&Product {
        id: *id,
        name,
        price: *price,
        stock: *stock,
        category_id: *category_id,
        about: about.as_deref(),
    })?)
}

/// Makes the database, unless it is there, and the table with its rows, unless it is there: that is an error.
pub(crate) async fn fill(url: &str) -> Result<(), Failure> {
    let options = Opts::from_url(url)?;
    let name = quoted(name(&options)?);
    let mut connection = connect_without_database(&options).await?;
    connection.query_drop(format!("create database if not exists {name} character set utf8mb4")).await?;
    connection.query_drop(format!("use {name}")).await?;
    connection.query_drop(TABLE).await?;
    let rows: Vec<_> = fixture::rows().collect();
    for rows in rows.chunks(ROWS_AT_ONCE) {
        let mut values = Vec::with_capacity(rows.len() * 6);
        for row in rows {
            values.extend([row.id.into(), row.name.as_str().into(), row.cents.into()]);
            values.extend([row.stock.into(), row.category_id.into(), Value::from(row.about.as_deref())]);
        }
        let places = vec!["(?, ?, ? / 100, ?, ?, ?)"; rows.len()].join(", ");
        let insert = format!("insert into products values {places}");
        connection.exec_drop(insert, Params::Positional(values)).await?;
    }
    connection.query_drop("analyze table products").await?;
    connection.disconnect().await?;
    Ok(())
}

/// Drops the database; it waits for calls that run in it.
pub(crate) async fn drop(url: &str) -> Result<(), Failure> {
    let options = Opts::from_url(url)?;
    let statement = format!("drop database if exists {}", quoted(ours(name(&options)?)?));
    let mut connection = connect_without_database(&options).await?;
    connection.query_drop(statement).await?;
    connection.disconnect().await?;
    Ok(())
}

/// The server's version and how durable its commits are.
pub(crate) async fn version(url: &str) -> Result<String, Failure> {
    let mut connection = connect_without_database(&Opts::from_url(url)?).await?;
    let version = version_of(&mut connection).await?;
    let flush: Option<u8> = connection.query_first("select @@innodb_flush_log_at_trx_commit").await?;
    connection.disconnect().await?;
    let flush = flush.ok_or("the server does not tell its settings")?;
    // `10.11.6-MariaDB-0+deb12u1`, `8.4.2`
    let name = if version.contains("MariaDB") { "MariaDB" } else { "MySQL" };
    let number = version.split('-').next().unwrap_or_default();
    Ok(format!("{name} {number}, innodb_flush_log_at_trx_commit {flush}"))
}

async fn version_of(connection: &mut Conn) -> Result<String, Failure> {
    let version: Option<String> = connection.query_first("select version()").await?;
    version.ok_or_else(|| "the server does not tell its version".into())
}

async fn connect_without_database(options: &Opts) -> mysql_async::Result<Conn> {
    Conn::new(OptsBuilder::from_opts(options.clone()).db_name(None::<String>)).await
}

fn name(options: &Opts) -> Result<&str, Failure> {
    options.db_name().ok_or_else(|| "the URL names no database".into())
}

fn quoted(name: &str) -> String {
    format!("`{}`", name.replace('`', "``"))
}

#[cfg(test)]
mod tests {
    use roundtrip_testkit::TestDatabase;
    use roundtrip_testkit::database::Kind;

    use super::*;

    #[tokio::test]
    async fn a_row_that_is_read_back_is_the_row_that_is_returned() {
        let database = TestDatabase::empty(Kind::Mysql).await;
        fill(&database.url).await.unwrap();
        let mut rival = open(&database.url).await.unwrap();
        let mut rows = Vec::new();
        for inserted in [Inserted::Returned, Inserted::ReadBack] {
            rival.inserted = inserted;
            let product = serde_json::from_str(r#"{"name":"New","price":12.5}"#).unwrap();
            rows.push(String::from_utf8(rival.insert(product).await.unwrap()).unwrap());
        }
        assert_eq!(rows[0].replacen("10001", "10002", 1), rows[1]);
    }
}

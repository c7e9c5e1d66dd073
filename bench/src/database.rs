//! What the routes ask of a database, and which database a word of the command line means. It must not know HTTP, SQL
//! or a driver: each database has a file of its own.

use std::path::PathBuf;

use serde::Serialize;

use crate::product::NewProduct;
use crate::{Failure, mysql, postgres, sqlite};

/// An answer's body.
pub(crate) type Json = Vec<u8>;

/// The four calls that are measured, less the one that needs no database. Answers are JSON already, so that a database
/// whose rows can be borrowed need not copy them.
pub(crate) trait Database: Clone + Send + Sync + 'static {
    /// The product, or nothing when there is none.
    fn by_id(&self, id: i64) -> impl Future<Output = Result<Option<Json>, Trouble>> + Send;

    /// The first 30 products, by id, that cost less than this, as an array.
    fn cheaper_than(&self, max_price: f64) -> impl Future<Output = Result<Json, Trouble>> + Send;

    /// Inserts one product, waits until it is on the disk, and gives its row.
    fn insert(&self, product: NewProduct) -> impl Future<Output = Result<Json, Trouble>> + Send;
}

/// Why there is no answer.
#[derive(Debug)]
pub(crate) enum Trouble {
    /// More calls wait than may wait.
    Overfull(&'static str),
    Failed(Failure),
}

// For `?` on what drivers answer.
impl<E: std::error::Error + Send + Sync + 'static> From<E> for Trouble {
    fn from(error: E) -> Self {
        Self::Failed(error.into())
    }
}

/// The value as JSON bytes.
pub(crate) fn json(value: &impl Serialize) -> serde_json::Result<Json> {
    let mut bytes = Vec::with_capacity(256);
    serde_json::to_writer(&mut bytes, value)?;
    Ok(bytes)
}

/// Databases of a server that `drop` may drop are named like this: a typing mistake must not cost anybody a database.
const OURS: &str = "roundtrip_bench_";

/// Where a database is.
#[derive(Debug, PartialEq)]
pub(crate) enum Place {
    Sqlite(PathBuf),
    Postgres(String),
    Mysql(String),
}

impl Place {
    /// A URL by its scheme, or a file.
    pub(crate) fn parse(word: &str) -> Result<Self, Failure> {
        match word.split_once("://") {
            None => Ok(Self::Sqlite(word.into())),
            Some(("postgres" | "postgresql", _)) => Ok(Self::Postgres(word.into())),
            // The driver knows one scheme only.
            Some(("mysql" | "mariadb", rest)) => Ok(Self::Mysql(format!("mysql://{rest}"))),
            Some((scheme, _)) => {
                Err(format!("{scheme}:// is unknown: postgres:// and mysql:// are known, and files").into())
            }
        }
    }

    /// Makes the database, unless it is there and empty, and fills it with the rows that are measured on.
    pub(crate) async fn fill(&self) -> Result<(), Failure> {
        match self {
            Self::Sqlite(file) => sqlite::fill(file),
            Self::Postgres(url) => postgres::fill(url).await,
            Self::Mysql(url) => mysql::fill(url).await,
        }
    }

    /// Drops the database of a server, when its name says that it is a bench's.
    pub(crate) async fn drop(&self) -> Result<(), Failure> {
        match self {
            Self::Sqlite(file) => Err(format!("{} is a file: remove it", file.display()).into()),
            Self::Postgres(url) => postgres::drop(url).await,
            Self::Mysql(url) => mysql::drop(url).await,
        }
    }

    /// Name and version of the database, and what it does before it says that a row is safe.
    pub(crate) async fn version(&self) -> Result<String, Failure> {
        match self {
            Self::Sqlite(_) => Ok(sqlite::version()),
            Self::Postgres(url) => postgres::version(url).await,
            Self::Mysql(url) => mysql::version(url).await,
        }
    }
}

/// The name again, when a database of this name may be dropped.
pub(crate) fn ours(name: &str) -> Result<&str, Failure> {
    if name.starts_with(OURS) {
        return Ok(name);
    }
    Err(format!("{name} is not dropped: only databases whose names begin with {OURS} are").into())
}

#[cfg(test)]
mod tests {
    use roundtrip_testkit::TestDatabase;
    use roundtrip_testkit::database::Kind;

    use super::*;

    /// One answer to a line, in the order of the calls.
    async fn answers(database: impl Database) -> Vec<String> {
        let mut answers = Vec::new();
        for id in [3, 10_000, 10_001] {
            answers.push(database.by_id(id).await.unwrap().unwrap_or_default());
        }
        for max_price in [50.0, 0.07, 0.0] {
            answers.push(database.cheaper_than(max_price).await.unwrap());
        }
        for body in [
            r#"{"name":"Ünïque","price":12.5,"stock":3,"category_id":7,"about":"It's \"good\"."}"#,
            r#"{"name":"","price":null}"#,
        ] {
            answers.push(database.insert(serde_json::from_str(body).unwrap()).await.unwrap());
        }
        answers.push(database.by_id(10_001).await.unwrap().unwrap_or_default());
        answers.into_iter().map(|json| String::from_utf8(json).unwrap()).collect()
    }

    #[tokio::test]
    async fn every_database_gives_the_same_answers() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("bench.db");
        Place::Sqlite(file.clone()).fill().await.unwrap();
        let expected = answers(sqlite::open(&file).unwrap()).await;
        assert_eq!(
            expected[0],
            r#"{"id":3,"name":"Product 3","price":111.57,"stock":21,"category_id":4,"about":null}"#
        );
        assert_eq!((expected[2].as_str(), expected[5].as_str()), ("", "[]"));
        assert_eq!(expected[3].matches("\"id\":").count(), 30);
        assert_eq!(expected[6], expected[8]);

        let other = TestDatabase::empty(Kind::Postgres).await;
        Place::Postgres(other.url.clone()).fill().await.unwrap();
        assert_eq!(answers(postgres::open(&other.url).await.unwrap()).await, expected);

        let other = TestDatabase::empty(Kind::Mysql).await;
        Place::Mysql(other.url.clone()).fill().await.unwrap();
        assert_eq!(answers(mysql::open(&other.url).await.unwrap()).await, expected);
    }

    #[tokio::test]
    async fn what_is_filled_is_not_filled_again() {
        for (kind, place) in
            [(Kind::Postgres, Place::Postgres as fn(String) -> Place), (Kind::Mysql, Place::Mysql)]
        {
            let database = TestDatabase::empty(kind).await;
            let place = place(database.url.clone());
            place.fill().await.unwrap();
            assert!(place.fill().await.is_err());
        }
    }

    #[test]
    fn the_scheme_of_an_address_chooses_the_database() {
        for (word, expected) in [
            ("bench.db", Place::Sqlite("bench.db".into())),
            ("postgres://a@b/c", Place::Postgres("postgres://a@b/c".into())),
            ("postgresql://b/c", Place::Postgres("postgresql://b/c".into())),
            ("mysql://b/c", Place::Mysql("mysql://b/c".into())),
            ("mariadb://b/c", Place::Mysql("mysql://b/c".into())),
        ] {
            assert_eq!(Place::parse(word).unwrap(), expected, "{word}");
        }
        assert!(Place::parse("redis://b").is_err());
    }

    #[test]
    fn only_a_database_of_a_bench_may_be_dropped() {
        assert!(ours("roundtrip_bench_1").is_ok());
        for name in ["shop", "postgres", "", "my_roundtrip_bench_1"] {
            assert!(ours(name).is_err(), "{name} would be dropped");
        }
    }
}

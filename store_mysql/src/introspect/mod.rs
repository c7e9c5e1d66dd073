//! An existing database of MariaDB (10.6 and later) or MySQL 8 read as a schema.
//!
//! It only reads `information_schema`, with a handful of questions however many tables there are. It
//! must not know who may do what: no access rule is made here, except that a column which cannot be
//! written is written by nobody. The parts: `catalog` asks the server, `column_type` translates
//! types, `default` reads defaults, `check` (with `token`) conditions, `view` finds what views show, `resource` puts it
//! together. MariaDB is what it is tested with; what MySQL says differently is said where it is read.

mod catalog;
mod check;
mod column_type;
mod default;
mod resource;
mod token;
mod view;

use std::fmt;

use mysql_async::Conn;
use roundtrip_schema::Schema;
use roundtrip_schema::schema::MOST_RESOURCES;

/// Why the structure of a database could not be read.
#[derive(Debug)]
pub enum IntrospectError {
    /// The server or the connection failed.
    Database(mysql_async::Error),
    /// The connection has chosen no database, so there is nothing to read.
    NoDatabase,
    /// There are more tables and views than a schema can hold.
    TooMany {
        /// How many there are.
        tables: usize,
    },
}

impl fmt::Display for IntrospectError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Database(error) => write!(f, "the structure of the database cannot be read: {error}"),
            Self::NoDatabase => {
                f.write_str("no database was named: add its name behind the server's address")
            }
            Self::TooMany { tables } => {
                write!(f, "{tables} tables and views are more than the {MOST_RESOURCES} that can be served")
            }
        }
    }
}

impl std::error::Error for IntrospectError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Database(error) => Some(error),
            Self::NoDatabase | Self::TooMany { .. } => None,
        }
    }
}

impl From<mysql_async::Error> for IntrospectError {
    fn from(error: mysql_async::Error) -> Self {
        Self::Database(error)
    }
}

/// Reads the structure of the connection's database. What the user may not see is not there. A view
/// that cannot be read is left out, with a warning in the log; so is a foreign key that refers to
/// another database. The questions are asked one after the other: whoever changes tables meanwhile
/// may find a table without its newest column, and has to ask again.
pub async fn introspect(connection: &mut Conn) -> Result<Schema, IntrospectError> {
    let Some(catalog) = catalog::read(connection).await? else {
        return Err(IntrospectError::NoDatabase);
    };
    let tables = catalog.tables.len();
    if tables > MOST_RESOURCES {
        return Err(IntrospectError::TooMany { tables });
    }
    let views = view::views(&catalog);
    let resources = resource::assemble(&catalog, &views.origins);
    Ok(Schema::with_views(resources, views))
}

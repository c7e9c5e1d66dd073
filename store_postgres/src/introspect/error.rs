//! Why the structure of a database could not be read.

use std::fmt;

/// Why the structure of a database could not be read.
#[derive(Debug)]
pub enum IntrospectError {
    /// The namespace is PostgreSQL's own, or ours for bookkeeping.
    Reserved {
        /// Its name.
        namespace: String,
    },
    /// There is no such namespace, or the connected role may not use it.
    Missing {
        /// Its name.
        namespace: String,
    },
    /// It has more tables and views than ids can name.
    TooMany {
        /// Its name.
        namespace: String,
    },
    /// The database refused, or cannot be reached.
    Database(tokio_postgres::Error),
}

impl fmt::Display for IntrospectError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Reserved { namespace } => {
                write!(
                    f,
                    "the schema \"{namespace}\" of the database belongs to the system and is not served"
                )
            }
            Self::Missing { namespace } => {
                write!(f, "the database has no schema \"{namespace}\" that this role may use")
            }
            Self::TooMany { namespace } => write!(
                f,
                "the schema \"{namespace}\" of the database has more than the {} tables and views that can be served",
                roundtrip_schema::schema::MOST_RESOURCES
            ),
            Self::Database(error) => write!(f, "the structure of the database cannot be read: {error}"),
        }
    }
}

impl std::error::Error for IntrospectError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Database(error) => Some(error),
            Self::Reserved { .. } | Self::Missing { .. } | Self::TooMany { .. } => None,
        }
    }
}

impl From<tokio_postgres::Error> for IntrospectError {
    fn from(error: tokio_postgres::Error) -> Self {
        Self::Database(error)
    }
}

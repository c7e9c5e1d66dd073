//! Why something could not be run, before it is sorted into the store's kinds.
//!
//! Must not know: resources, fields.

use mysql_async::{DriverError, Error};
use roundtrip_store::Breach;

/// Why something could not be run.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The server's own words, or the driver's.
    Database(Error),
    /// The server said nothing within its time.
    Deadline,
    /// What it did is not what it was to do.
    Breach(Breach),
    /// Rows inside a row that are larger than the server's own limit, so that it cut them off.
    Cut,
    /// The server's answer is not what the statement asks for.
    Malformed(&'static str),
    /// A row that was written cannot be found again: its table has no key, or one that only the
    /// database knows.
    Lost,
    /// Somebody else wrote in between, and what was read does not hold any more.
    Overtaken,
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Database(error)
    }
}

impl From<Breach> for Failure {
    fn from(breach: Breach) -> Self {
        Self::Breach(breach)
    }
}

impl Failure {
    /// The server's number of the error.
    pub(crate) fn code(&self) -> Option<u16> {
        match self {
            Self::Database(Error::Server(error)) => Some(error.code),
            _ => None,
        }
    }

    /// Whether the connection is gone, whoever closed it.
    pub(crate) fn is_broken(&self) -> bool {
        match self {
            Self::Database(Error::Io(_)) => true,
            Self::Database(Error::Driver(error)) => matches!(
                error,
                DriverError::ConnectionClosed | DriverError::PacketOutOfOrder | DriverError::PoolDisconnected
            ),
            // Shutting down, aborted, killed, and idle for too long.
            Self::Database(Error::Server(error)) => matches!(error.code, 1053 | 1079 | 1152 | 1927 | 4031),
            _ => false,
        }
    }

    /// Whether the server may be gone: the connection broke, or it says nothing although its own limit
    /// should have struck long ago.
    pub(crate) fn is_silence(&self) -> bool {
        self.is_broken() || matches!(self, Self::Deadline)
    }

    /// Whether the same again may well succeed: a deadlock, a lock that did not come, a row that
    /// changed meanwhile, a statement whose tables changed.
    pub(crate) fn is_passing(&self) -> bool {
        matches!(self, Self::Overtaken) || matches!(self.code(), Some(1020 | 1205 | 1213 | 1412 | 1615))
    }

    /// Whether a unique constraint was broken.
    pub(crate) fn is_duplicate(&self) -> bool {
        self.code() == Some(1062)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_passes_is_known_by_its_code() {
        for (code, expected) in [(1213, true), (1205, true), (1412, true), (1062, false), (1054, false)] {
            let error = mysql_async::ServerError { code, message: String::new(), state: String::new() };
            assert_eq!(Failure::from(Error::Server(error)).is_passing(), expected, "{code}");
        }
    }
}

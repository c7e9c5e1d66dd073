//! Opens connections and sets up their sessions, so that every statement means the same on every
//! server, whatever its configuration says.
//!
//! Must not know: plans, who waits for a connection.

use std::sync::{Arc, OnceLock};

use mysql_async::prelude::Queryable as _;
use mysql_async::{Conn, DriverError, Error, Opts};
use roundtrip_journey::Clock;
use roundtrip_store::StoreError;

use crate::address::Address;
use crate::error;
use crate::options::{Mode, Options};
use crate::session::Session;

/// Which database it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Flavor {
    MariaDb,
    MySql,
}

impl Flavor {
    /// The name in messages.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::MariaDb => "MariaDB",
            Self::MySql => "MySQL",
        }
    }

    fn of(version: &str) -> Self {
        if version.to_ascii_lowercase().contains("mariadb") { Self::MariaDb } else { Self::MySql }
    }
}

/// What a server said of itself.
#[derive(Debug, Clone, Copy)]
struct Told {
    flavor: Flavor,
    packet_bytes: usize,
}

/// Which database, how, and with which limits.
#[derive(Debug)]
pub(crate) struct Place {
    pub(crate) address: Address,
    pub(crate) mode: Mode,
    pub(crate) options: Options,
    pub(crate) clock: Arc<dyn Clock>,
    told: OnceLock<Told>,
}

impl Place {
    pub(crate) fn new(address: Address, mode: Mode, options: Options, clock: Arc<dyn Clock>) -> Self {
        Self { address, mode, options, clock, told: OnceLock::new() }
    }

    /// Which database it is; known from the first connection on.
    pub(crate) fn flavor(&self) -> Flavor {
        self.told.get().map_or(Flavor::MariaDb, |told| told.flavor)
    }

    /// The most bytes of one parameter.
    pub(crate) fn packet_bytes(&self) -> usize {
        self.told.get().map_or(usize::MAX, |told| told.packet_bytes)
    }

    /// A new connection, ready for statements.
    pub(crate) async fn connect(&self) -> Result<Session, StoreError> {
        let open = async {
            let mut connection = self.dial().await?;
            self.learn(&mut connection).await?;
            let server: Option<String> = connection.query_first(self.set_up(self.flavor())).await?;
            Ok((connection, server))
        };
        match tokio::time::timeout(self.options.connect_timeout, open).await {
            Ok(Ok((connection, server))) => Ok(Session::new(connection, server, self)),
            Ok(Err(error)) => Err(error::no_connection(&error, &self.address)),
            Err(_elapsed) => Err(error::connect_timeout(&self.address, self.options.connect_timeout)),
        }
    }

    async fn dial(&self) -> Result<Conn, Error> {
        let mut ways = self.address.ways().peekable();
        while let Some(way) = ways.next() {
            prepare_encryption(way);
            match Conn::new(way.clone()).await {
                Err(Error::Driver(DriverError::NoClientSslFlagFromServer)) if ways.peek().is_some() => {}
                outcome => return outcome,
            }
        }
        Err(DriverError::NoClientSslFlagFromServer.into())
    }

    /// Asks the server what it is, once.
    async fn learn(&self, connection: &mut Conn) -> Result<(), Error> {
        if self.told.get().is_some() {
            return Ok(());
        }
        let told: Option<(String, u64)> =
            connection.query_first("SELECT version(), @@max_allowed_packet LIMIT 1").await?;
        let (version, packet_bytes) = told.unwrap_or_default();
        let flavor = Flavor::of(&version);
        let packet_bytes = usize::try_from(packet_bytes).unwrap_or(usize::MAX);
        self.told.get_or_init(|| Told { flavor, packet_bytes });
        if flavor == Flavor::MySql {
            tracing::warn!(
                version,
                "this is MySQL, on which Roundtrip is not tested: much of what it says needs MariaDB"
            );
        } else if is_old(&version) {
            tracing::warn!(
                version,
                "this MariaDB is older than 10.9: some of what is inside JSON cannot be asked"
            );
        }
        Ok(())
    }

    /// What a session is told first, in one round trip; it answers which server this is.
    fn set_up(&self, flavor: Flavor) -> String {
        let seconds = self.options.statement_seconds();
        let milliseconds = self.options.statement_timeout.as_millis().max(1);
        let limit = match flavor {
            Flavor::MariaDb => {
                let (whole, rest) = (milliseconds / 1_000, milliseconds % 1_000);
                format!("{OF_MARIADB}, max_statement_time = {whole}.{rest:03}")
            }
            // Reads only: MySQL limits nothing else.
            Flavor::MySql => format!("max_execution_time = {milliseconds}"),
        };
        let access = match self.mode {
            Mode::ReadWrite => "READ WRITE",
            Mode::ReadOnly => "READ ONLY",
        };
        // The collation is the one of the server's own functions for JSON: two that are bytewise, and
        // not the same, it would not join.
        format!(
            "{WHICH}; SET NAMES utf8mb4 COLLATE utf8mb4_bin; \
             SET SESSION sql_mode = '{MODES}', {MEANINGS}, lock_wait_timeout = {seconds}, \
             innodb_lock_wait_timeout = {seconds}, {limit}; \
             SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED, {access}"
        )
    }
}

/// A value that does not fit is an error, a key of zero is a key, and `\` is a letter like others.
const MODES: &str = "STRICT_ALL_TABLES,NO_ZERO_IN_DATE,NO_ZERO_DATE,ERROR_FOR_DIVISION_BY_ZERO,\
                     NO_ENGINE_SUBSTITUTION,NO_AUTO_VALUE_ON_ZERO,NO_BACKSLASH_ESCAPES";

/// What a server's configuration could have set otherwise. A chained commit would leave a transaction
/// open behind each one, and lose what is written in it. `DEFAULT` is not used: it is what the
/// configuration says. Texts are sorted by their first bytes only, 4,095 letters of them here;
/// a sort takes memory for 15 such keys at once, so that 17 long columns fit.
const MEANINGS: &str = "autocommit = 1, completion_type = 'NO_CHAIN', time_zone = '+00:00', \
                        foreign_key_checks = 1, unique_checks = 1, sql_safe_updates = 0, \
                        sql_auto_is_null = 0, sql_select_limit = 18446744073709551615, \
                        sql_big_selects = 1, div_precision_increment = 4, \
                        group_concat_max_len = 1073741824, max_error_count = 65535, \
                        max_sort_length = 16384, sort_buffer_size = 4194304";

/// The same that only MariaDB knows.
const OF_MARIADB: &str = "check_constraint_checks = 1, default_regex_flags = ''";

/// Numbers of connections are those of one server; behind an address there may be several.
const WHICH: &str = "SELECT CONCAT_WS('|', @@hostname, @@port, @@server_id, @@datadir) LIMIT 1";

/// Whether a MariaDB is older than what the dialect needs. Old clients are told a version with `5.5.5-`
/// before it.
fn is_old(version: &str) -> bool {
    let version = version.strip_prefix("5.5.5-").unwrap_or(version);
    let mut parts = version.split(['.', '-']).map(|part| part.parse::<u32>().unwrap_or(u32::MAX));
    (parts.next(), parts.next()) < (Some(10), Some(9))
}

/// The driver leaves the choice of the library behind TLS to the program, and panics where it was not
/// made.
fn prepare_encryption(way: &Opts) {
    if way.ssl_opts().is_some() && rustls::crypto::CryptoProvider::get_default().is_none() {
        // Somebody else may have chosen in between, which is as good.
        drop(rustls::crypto::aws_lc_rs::default_provider().install_default());
    }
}

#[cfg(test)]
mod tests {
    use roundtrip_journey::SystemClock;

    use super::*;
    use crate::write::tests::server;

    #[tokio::test]
    async fn a_session_is_the_same_whatever_the_server_is_set_to() {
        let address = Address::parse(&format!("{}/information_schema", server()), 9).unwrap();
        let place = Place::new(address, Mode::ReadWrite, Options::default(), Arc::new(SystemClock));
        let mut connection = place.dial().await.expect("these tests need MariaDB");
        let strange = "SET SESSION completion_type = 'CHAIN', autocommit = 0, sql_select_limit = 0, \
                       max_sort_length = 64, foreign_key_checks = 0, unique_checks = 0, \
                       check_constraint_checks = 0, sql_safe_updates = 1, div_precision_increment = 0, \
                       default_regex_flags = 'EXTENDED', max_join_size = 1, tx_read_only = 1, \
                       tx_isolation = 'SERIALIZABLE', innodb_lock_wait_timeout = 1000, sql_mode = ''";
        connection.query_drop(strange).await.unwrap();
        place.learn(&mut connection).await.unwrap();
        assert_eq!(place.flavor(), Flavor::MariaDb);
        let which: Option<String> = connection.query_first(place.set_up(Flavor::MariaDb)).await.unwrap();
        assert!(which.is_some_and(|which| which.contains('|')));
        connection.query_drop("START TRANSACTION; COMMIT").await.unwrap();
        let settings = "SELECT CONCAT_WS(' ', @@in_transaction, @@completion_type, @@autocommit, \
                        @@sql_select_limit, @@max_sort_length, @@foreign_key_checks, @@unique_checks, \
                        @@check_constraint_checks, @@sql_safe_updates, @@div_precision_increment, \
                        @@default_regex_flags, @@sql_big_selects, @@tx_read_only, @@tx_isolation, \
                        @@innodb_lock_wait_timeout)";
        let settings: Option<String> = connection.query_first(settings).await.unwrap();
        let expected = "0 NO_CHAIN ON 18446744073709551615 16384 ON ON ON OFF 4  ON OFF READ-COMMITTED 5";
        assert_eq!(settings.as_deref(), Some(expected));
        connection.disconnect().await.unwrap();
    }

    #[test]
    fn a_database_is_known_by_its_version() {
        assert_eq!(Flavor::of("10.11.19-MariaDB-0+deb12u1"), Flavor::MariaDb);
        assert_eq!(Flavor::of("5.5.5-10.6.1-mariadb"), Flavor::MariaDb);
        assert_eq!(Flavor::of("8.4.2"), Flavor::MySql);
        for (version, expected) in [
            ("10.11.19-MariaDB-0+deb12u1", false),
            ("10.9.1-MariaDB", false),
            ("11.4.2-MariaDB", false),
            ("5.5.5-10.6.1-mariadb", true),
            ("10.6.1-MariaDB", true),
        ] {
            assert_eq!(is_old(version), expected, "{version}");
        }
    }
}

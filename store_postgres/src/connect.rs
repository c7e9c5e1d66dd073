//! Opens connections and sets them up: what every one of them has in common.
//!
//! Must not know: plans, how many connections there are.

use std::fmt::Write as _;
use std::sync::Arc;
use std::time::Duration;

use roundtrip_journey::Clock;
use roundtrip_store::StoreError;
use tokio_postgres::config::SslMode;
use tokio_postgres::{Config, SimpleQueryMessage};
use tokio_postgres_rustls::MakeRustlsConnect;

use crate::address::{Address, Encryption};
use crate::cell::Kinds;
use crate::error;
use crate::options::{Mode, Options};
use crate::session::Session;
use crate::tls;

/// Which database, how, and with which limits.
pub(crate) struct Place {
    pub(crate) options: Options,
    pub(crate) clock: Arc<dyn Clock>,
    config: Config,
    tls: MakeRustlsConnect,
}

/// How often a silent connection is asked whether the other side is still there.
const KEEP_ALIVE: Duration = Duration::from_secs(30);

/// Has the server look for deadlocks sooner than after its usual second, where the user may say so; asked
/// such that a refusal is not an error in the server's log.
const DEADLOCKS: &str = "SELECT set_config('deadlock_timeout', '100ms', false) FROM pg_roles \
    WHERE rolname = current_user AND rolsuper";

impl Place {
    pub(crate) fn new(
        address: &Address,
        options: Options,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, StoreError> {
        let mut config = Config::new();
        config
            .host(&address.host)
            .port(address.port)
            .application_name("roundtrip")
            .connect_timeout(options.connect_timeout)
            .keepalives_idle(KEEP_ALIVE)
            // Who sends and gets no answer from the network at all is not kept waiting by it for minutes.
            .tcp_user_timeout(options.patience())
            .ssl_mode(match address.encryption {
                Encryption::Off => SslMode::Disable,
                // A socket of this machine needs no encryption, and has no name to check.
                Encryption::Preferred if address.host.starts_with('/') => SslMode::Disable,
                Encryption::Preferred => SslMode::Prefer,
                Encryption::Required | Encryption::Verified => SslMode::Require,
            });
        if let Some(user) = &address.user {
            config.user(user);
        }
        if let Some(password) = &address.password {
            config.password(password);
        }
        if let Some(database) = &address.database {
            config.dbname(database);
        }
        Ok(Self { tls: tls::connector(address)?, options, clock, config })
    }

    /// A connection that is ready for plans, within the time that opening one may take.
    pub(crate) async fn open(&self) -> Result<Arc<Session>, StoreError> {
        match tokio::time::timeout(self.options.connect_timeout, self.connect()).await {
            Ok(Ok(session)) => Ok(Arc::new(session)),
            Ok(Err(error)) => Err(error::unreachable(&error)),
            Err(_elapsed) => Err(error::silent(self.options.connect_timeout)),
        }
    }

    /// Asks the server to stop what it does on a connection, within the same time.
    pub(crate) async fn cancel(&self, session: &Session) {
        session.note_cancel();
        let token = session.client.cancel_token();
        let asked = token.cancel_query(self.tls.clone());
        if let Ok(Err(error)) = tokio::time::timeout(self.options.connect_timeout, asked).await {
            tracing::debug!(%error, "a statement that nobody waits for was not cancelled");
        }
    }

    async fn connect(&self) -> Result<Session, tokio_postgres::Error> {
        let (client, connection) = self.config.connect(self.tls.clone()).await?;
        let driver = tokio::spawn(async move {
            if let Err(error) = connection.await {
                tracing::debug!(%error, "a connection to the database ended");
            }
        });
        // Not as options at the start of the connection: poolers between us and the server refuse those.
        let (settled, types, _) = futures_util::future::join3(
            client.batch_execute(&self.settings()),
            client.simple_query(Kinds::SQL),
            // By itself: it may be refused.
            client.batch_execute(DEADLOCKS),
        )
        .await;
        settled?;
        Ok(Session::new(client, driver, kinds(&types?), self.options.statements))
    }

    /// What makes values exact, statements safe, and transactions end.
    fn settings(&self) -> String {
        let milliseconds = |time: Duration| time.as_millis().clamp(1, 2_147_483_647);
        let read_only = if self.options.mode == Mode::Read { "on" } else { "off" };
        let mut text = format!(
            "SET statement_timeout = {}; \
             SET idle_in_transaction_session_timeout = {}; \
             SET default_transaction_isolation = 'read committed'; \
             SET default_transaction_read_only = {read_only}; \
             SET standard_conforming_strings = on; \
             SET timezone = 'UTC'; \
             SET datestyle = 'ISO, YMD'; \
             SET intervalstyle = 'iso_8601'; \
             SET bytea_output = 'hex'; \
             SET extra_float_digits = 1",
            milliseconds(self.options.statement_timeout),
            milliseconds(self.options.patience() * 2),
        );
        if let Some(schema) = self.options.schemas.first() {
            // `public` too: extensions are there, and their operators are looked for.
            // A `String` never fails to take more text.
            let _ = write!(text, "; SET search_path = \"{}\", public", schema.replace('"', "\"\""));
        }
        text
    }
}

fn kinds(messages: &[SimpleQueryMessage]) -> Kinds {
    let rows = messages.iter().filter_map(|message| match message {
        SimpleQueryMessage::Row(row) => Some([0, 1, 2, 3].map(|column| row.try_get(column).ok().flatten())),
        _ => None,
    });
    Kinds::from_rows(rows)
}

//! Puts the crates together: site → engine → listener → database → doors. The only place that
//! knows every crate; to follow how a server comes to be, read [`start`].
//!
//! It must not know the command line.

use std::io::ErrorKind;
use std::net::SocketAddr;
use std::sync::Arc;

use roundtrip_engine::{Engine, Model};
use roundtrip_http::{App, Listening};
use roundtrip_journey::World;
use roundtrip_query::Limits;
use roundtrip_schema::Schema;
use roundtrip_settings::Settings;
use tokio::net::TcpListener;
use tokio::sync::{Mutex, watch};
use tokio::task::JoinHandle;

use crate::error::Error;
use crate::opening::{self, Opened, Opening, SampleData};
use crate::port_holder;
use crate::site::{Site, Source};

/// A server that runs until it is told to stop.
pub struct Server {
    address: SocketAddr,
    engine: Arc<Engine>,
    opening: watch::Receiver<Opening>,
    site: watch::Sender<Arc<Site>>,
    stop: watch::Sender<bool>,
    opener: JoinHandle<()>,
    serving: Mutex<JoinHandle<Result<(), String>>>,
}

/// Starts serving. The listener is bound when this returns; the database is opened beside it, and
/// tried again until it opens ([`Server::opened`] tells).
///
/// # Errors
/// [`Error::PortTaken`], [`Error::Listen`].
pub async fn start(site: Arc<Site>, world: World) -> Result<Server, Error> {
    let listener = listen(SocketAddr::new(site.settings().server.host, site.settings().server.port)).await?;
    let address = listener.local_addr().map_err(|source| {
        let address = SocketAddr::new(site.settings().server.host, site.settings().server.port);
        Error::Listen { address, source }
    })?;
    let (stop, stopped) = watch::channel(false);
    crate::backup::schedule::start(&site, &world, stop.subscribe());
    let engine = engine(&site, world);
    let (state, opening) = watch::channel(Opening::Started);
    let (current, newest) = watch::channel(Arc::clone(&site));
    let opener = tokio::spawn(opening::keep_trying(newest, Arc::clone(&engine), state));
    let serving = tokio::spawn(serve(listener, Arc::clone(&engine), Arc::clone(&site), stopped));
    Ok(Server { address, engine, opening, site: current, stop, opener, serving: Mutex::new(serving) })
}

/// An engine with its database, for commands that serve nothing. A project's database is made where
/// there is none; its sample data is left out.
///
/// # Errors
/// [`Error::Database`] when the database cannot be opened or does not fit.
pub async fn connect(site: &Site, world: World) -> Result<(Arc<Engine>, Opened), Error> {
    let engine = engine(site, world);
    let opened = opening::open(site, &engine, SampleData::LeaveOut).await.map_err(Error::Database)?;
    Ok((engine, opened))
}

/// An engine for a site, still without a database.
pub fn engine(site: &Site, world: World) -> Arc<Engine> {
    let schema = match &site.source {
        Source::Project { schema, .. } => Arc::clone(schema),
        // Its tables are known when it is open.
        Source::Database { .. } => Arc::new(Schema::default()),
    };
    Arc::new(Engine::new(Model::new(schema, limits(site.settings())), world))
}

/// What one call may ask for, from the settings.
pub fn limits(settings: &Settings) -> Limits {
    Limits {
        page_rows: settings.limits.page_rows,
        embed_depth: settings.limits.embed_depth,
        filters: settings.limits.filters,
        select_items: settings.limits.select_items,
        in_list: settings.limits.in_list,
        bulk_rows: settings.limits.bulk_rows,
        filterless_writes: settings.rest.allow_filterless_writes,
        aggregates: settings.rest.aggregates,
        explain: settings.rest.plan,
        coerce: settings.rest.coerce_values,
    }
}

async fn listen(address: SocketAddr) -> Result<TcpListener, Error> {
    TcpListener::bind(address).await.map_err(|source| match source.kind() {
        ErrorKind::AddrInUse => Error::PortTaken { address, pid: port_holder::find(address.port()) },
        _ => Error::Listen { address, source },
    })
}

impl Server {
    /// Where it listens; with port 0 in the settings, the port that was given.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The engine behind it.
    pub fn engine(&self) -> &Arc<Engine> {
        &self.engine
    }

    /// What is served now.
    pub fn site(&self) -> Arc<Site> {
        self.site.borrow().clone()
    }

    pub(crate) fn set_site(&self, site: Arc<Site>) {
        self.site.send_replace(site);
    }

    /// How far opening the database has come; changes are seen by whoever waits for them.
    pub fn opening(&self) -> watch::Receiver<Opening> {
        self.opening.clone()
    }

    /// Waits until the first attempt to open the database has ended.
    pub async fn opened(&self) -> Opening {
        let mut opening = self.opening.clone();
        match opening.wait_for(|state| *state != Opening::Started).await {
            Ok(state) => state.clone(),
            // The opener is gone, which happens only while the server stops.
            Err(_) => Opening::Failed("the server is stopping".to_owned()),
        }
    }

    /// Waits until the server ends, by itself or because it was told to. For one waiter.
    ///
    /// # Errors
    /// [`Error::Serving`] with the reason.
    pub async fn ended(&self) -> Result<(), Error> {
        match (&mut *self.serving.lock().await).await {
            Ok(result) => result.map_err(Error::Serving),
            Err(error) => Err(Error::Serving(error.to_string())),
        }
    }

    /// Takes no new call, finishes those under way within the time that the settings give, and
    /// closes the database.
    ///
    /// # Errors
    /// [`Error::Serving`] when the server ended with an error.
    pub async fn stop(&self) -> Result<(), Error> {
        self.opener.abort();
        self.stop.send_replace(true);
        let ended = self.ended().await;
        if let Some(store) = self.engine.store() {
            store.close().await;
        }
        ended
    }
}

async fn serve(
    listener: TcpListener,
    engine: Arc<Engine>,
    site: Arc<Site>,
    mut stopped: watch::Receiver<bool>,
) -> Result<(), String> {
    let address = listener.local_addr().map_err(|error| error.to_string())?;
    let listening = if address.ip().is_loopback() { Listening::Loopback } else { Listening::Anywhere };
    let app = Arc::new(App::new(engine, site.settings().clone(), listening));
    // A sender that is gone means that the server was dropped: that stops it too.
    let stop = async move { drop(stopped.wait_for(|stop| *stop).await) };
    let cut = roundtrip_http::serve(app, listener, stop).await;
    if cut > 0 {
        tracing::warn!(
            connections = cut,
            "not every call was finished in time; see server.shutdown_timeout_ms"
        );
    }
    Ok(())
}

/// The OpenAPI document of a schema.
pub fn openapi(schema: &Schema, site: &Site) -> String {
    format!("{:#}", roundtrip_http::openapi_document(schema, &site.settings().project.name))
}

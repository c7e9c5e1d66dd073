//! The accept loop: connections in, within limits, and an orderly end.
//!
//! Our own loop and not `axum::serve`: it has no time limit for heads, no limit of connections, and
//! cannot tell when a connection came.

use std::convert::Infallible;
use std::future::Future;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use http::Request;
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::app::App;
use crate::middleware::handle;

/// Serves until `shutdown` is done, then finishes what was accepted, for as long as
/// `server.shutdown_timeout` allows. Gives the number of connections that had to be cut.
pub async fn serve(app: Arc<App>, listener: TcpListener, shutdown: impl Future<Output = ()>) -> usize {
    let most = app.settings.server.max_connections;
    let places = Arc::new(Semaphore::new(most));
    let builder = Arc::new(builder(&app));
    let graceful = GracefulShutdown::new();
    tokio::pin!(shutdown);
    loop {
        // A place first: what cannot be served waits in the system's own queue, which is bounded.
        let place = tokio::select! {
            place = Arc::clone(&places).acquire_owned() => place,
            () = &mut shutdown => break,
        };
        let Ok(place) = place else { break };
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = &mut shutdown => break,
        };
        match accepted {
            Ok((stream, peer)) => start(&app, &builder, &graceful, stream, peer, place),
            Err(error) => refused(&error).await,
        }
    }
    drop(listener);
    let drained = tokio::time::timeout(app.settings.server.shutdown_timeout, graceful.shutdown()).await;
    if drained.is_ok() { 0 } else { most - places.available_permits() }
}

/// The longest address that can be parsed at all.
const URL_ROOM_BYTES: usize = 65_536;

/// HTTP/1.1 and HTTP/2 with prior knowledge (h2c), with every timer set: hyper ignores limits that
/// have no timer.
fn builder(app: &App) -> Builder<TokioExecutor> {
    let settings = &app.settings;
    let head_bytes = settings.limits.header_bytes;
    let mut builder = Builder::new(TokioExecutor::new());
    builder
        .http1()
        .timer(TokioTimer::new())
        .header_read_timeout(settings.server.header_timeout)
        // Room for more than is taken, so that most of what is too long gets a problem for an answer.
        .max_buf_size(head_bytes.saturating_add(URL_ROOM_BYTES))
        .half_close(true)
        .pipeline_flush(true);
    builder
        .http2()
        .timer(TokioTimer::new())
        .max_header_list_size(u32::try_from(head_bytes).unwrap_or(u32::MAX))
        .max_concurrent_streams(256)
        .keep_alive_interval(settings.server.idle_timeout)
        .keep_alive_timeout(settings.server.header_timeout);
    builder
}

fn start(
    app: &Arc<App>,
    builder: &Arc<Builder<TokioExecutor>>,
    graceful: &GracefulShutdown,
    stream: TcpStream,
    peer: SocketAddr,
    place: OwnedSemaphorePermit,
) {
    // Answers are written whole; waiting for more to send along would only delay them.
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "a connection went before it began");
        return;
    }
    let app = Arc::clone(app);
    let builder = Arc::clone(builder);
    let watcher = graceful.watcher();
    let patience = app.settings.server.header_timeout;
    tokio::spawn(async move {
        let begun = Arc::new(AtomicBool::new(false));
        let begins = Arc::clone(&begun);
        let calls = service_fn(move |request: Request<Incoming>| {
            begins.store(true, Ordering::Relaxed);
            let app = Arc::clone(&app);
            // One allocation: hyper would copy a future of some kilobytes several times.
            Box::pin(async move { Ok::<_, Infallible>(handle(app, peer, request).await) })
        });
        let connection = builder.serve_connection_with_upgrades(TokioIo::new(stream), calls).into_owned();
        let ended = unless_silent(watcher.watch(connection), patience, &begun).await;
        if let Some(Err(error)) = ended {
            // Callers hang up all the time; that is no warning.
            tracing::debug!(%error, "a connection ended early");
        }
        drop(place);
    });
}

/// Runs a connection; gives it up when no call has begun within `patience`. hyper's own limit begins
/// only when it knows which HTTP is spoken, and a caller may never say.
async fn unless_silent<T>(
    connection: impl Future<Output = T>,
    patience: std::time::Duration,
    begun: &AtomicBool,
) -> Option<T> {
    tokio::pin!(connection);
    match tokio::time::timeout(patience, &mut connection).await {
        Ok(ended) => Some(ended),
        Err(_) if begun.load(Ordering::Relaxed) => Some(connection.await),
        Err(_) => None,
    }
}

/// Out of files or memory: wait a moment, or the loop would spin. Everything else was the caller's.
async fn refused(error: &std::io::Error) {
    use std::io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    if matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset) {
        return;
    }
    tracing::error!(%error, "a connection could not be accepted");
    tokio::time::sleep(std::time::Duration::from_millis(100)).await;
}

//! `roundtrip serve`: serves until it is told to stop.

use std::process::ExitCode;
use std::sync::Arc;

use clap::Args;
use roundtrip_journey::World;

use super::target::{Target, warn};
use super::{Outcome, Process};
use crate::logging::{self, Style};
use crate::{Error, Server, Site, banner, compose};

/// Serve a project folder, or a database you already have
///
/// A project's database is made and brought to the shape of its resource files; when it is made, the
/// sample data in seed/ is put in. A database without a project is somebody else's: it is opened
/// read-only and nothing in it is changed.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  roundtrip serve                              the project in this folder\n  roundtrip serve shop --port 80 --host 0.0.0.0\n  roundtrip serve music.db                     every table, read-only, this machine\n  roundtrip serve music.db --public write      every table, also to write\n  roundtrip serve --set log.format=json"
)]
pub(super) struct Serve {
    #[command(flatten)]
    target: Target,

    /// The address to listen on; only this machine reaches the usual one, 127.0.0.1
    #[arg(long, value_name = "ADDRESS")]
    host: Option<String>,

    /// The port to listen on; 0 takes a free one [usual: 8360]
    #[arg(long)]
    port: Option<u16>,

    /// What everybody may do with a database without a project [usual: read on this machine, else none]
    #[arg(long, value_name = "LEVEL", value_parser = ["none", "read", "write"])]
    public: Option<String>,

    /// Yes, everybody who reaches this address may change and delete every row
    #[arg(long)]
    yes_public_write: bool,
}

impl Serve {
    pub(super) async fn run(self, process: &Process) -> Outcome {
        let site = Arc::new(self.site(process)?);
        logging::start(site.settings(), Style::of(process.colour));
        warn(&site);
        let world = World::system();
        let began = world.clock.instant();
        let server = compose::start(Arc::clone(&site), world.clone()).await?;
        announce(&site, &server, || world.clock.instant().saturating_duration_since(began)).await?;
        until_stopped(&server).await
    }

    fn site(&self, process: &Process) -> Result<Site, Error> {
        let mut given = self.target.settings.given(process)?;
        given.yes_public_write = self.yes_public_write;
        let mut flag = |name, key, value: Option<String>| {
            given.flags.extend(value.map(|value| (name, key, value)));
        };
        flag("--host", "server.host", self.host.clone());
        flag("--port", "server.port", self.port.map(|port| port.to_string()));
        flag("--public", "public.access", self.public.clone());
        Site::new(&self.target.target, &given)
    }
}

/// Shows where the server is, when the first attempt to open its database has ended.
pub(super) async fn announce(
    site: &Site,
    server: &Server,
    took: impl Fn() -> std::time::Duration,
) -> std::io::Result<()> {
    let opening = server.opened().await;
    eprintln!("{}", banner::banner(site, server.address(), &opening, took()));
    banner::ready_line(server.address())
}

/// Serves until a signal comes, then lets what is under way come to its end.
pub(super) async fn until_stopped(server: &Server) -> Outcome {
    tokio::select! {
        ended = server.ended() => {
            ended?;
            return Ok(ExitCode::SUCCESS);
        }
        signal = stop_signal() => tracing::info!("{signal}: finishing what is under way"),
    }
    tokio::select! {
        stopped = server.stop() => stopped?,
        // Whoever asks twice does not want to wait.
        _ = stop_signal() => tracing::warn!("stopping at once"),
    }
    Ok(ExitCode::SUCCESS)
}

/// The name of the signal that came.
#[cfg(unix)]
async fn stop_signal() -> &'static str {
    use tokio::signal::unix::{SignalKind, signal};
    let terminate = async {
        match signal(SignalKind::terminate()) {
            Ok(mut signal) => signal.recv().await,
            // Without a handler the system's own does it: the process ends.
            Err(_) => std::future::pending().await,
        }
    };
    tokio::select! {
        _ = tokio::signal::ctrl_c() => "interrupted",
        _ = terminate => "told to stop",
    }
}

/// The name of the signal that came.
#[cfg(not(unix))]
async fn stop_signal() -> &'static str {
    let _ = tokio::signal::ctrl_c().await;
    "interrupted"
}

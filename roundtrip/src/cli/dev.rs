//! `roundtrip dev`: serves a project while it is being changed.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use clap::Args;
use notify::{EventKind, RecursiveMode, Watcher};
use roundtrip_journey::World;
use roundtrip_schema::diagnostic::Colour;
use tokio::sync::mpsc;

use super::serve::{announce, until_stopped};
use super::target::{SettingArgs, warn};
use super::{Outcome, Process};
use crate::logging::{self, Style};
use crate::opening::operator_reason;
use crate::project::{MIGRATIONS, RESOURCES, SEED};
use crate::{Given, Project, Server, Site, banner, compose};

/// Editors write a file in several steps; after so long without one, it is done.
const QUIET: Duration = Duration::from_millis(120);

/// Serve a project while you change it
///
/// Every change of resources/*.toml is checked and applied at once; a broken file is shown with its
/// mistake, and a change that needs a migration with what it needs, while the server goes on with what it
/// had. One line per call. Rules stay in force.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  roundtrip dev\n  roundtrip dev shop --open\n  roundtrip dev --port 0")]
pub(super) struct Dev {
    /// The project folder
    #[arg(value_name = "DIR", default_value = ".")]
    folder: PathBuf,

    /// The port to listen on; 0 takes a free one [usual: 8360]
    #[arg(long)]
    port: Option<u16>,

    /// Open the API's description in the browser
    #[arg(long)]
    open: bool,

    #[command(flatten)]
    settings: SettingArgs,
}

impl Dev {
    pub(super) async fn run(self, process: &Process) -> Outcome {
        let mut given = self.settings.given(process)?;
        given.flags.extend(self.port.map(|port| ("--port", "server.port", port.to_string())));
        let site = Arc::new(read(&self.folder, &given)?);
        logging::start(site.settings(), Style::Dev(process.colour));
        warn(&site);
        let world = World::system();
        let began = world.clock.instant();
        let server = Arc::new(compose::start(Arc::clone(&site), world.clone()).await?);
        let (watcher, changes) = watch(&self.folder)?;
        announce(&site, &server, || world.clock.instant().saturating_duration_since(began)).await?;
        if self.open {
            open_browser(&format!("{}/docs", banner::url(server.address())));
        }
        let follower = tokio::spawn(follow(changes, self.folder, given, Arc::clone(&server), process.colour));
        let outcome = until_stopped(&server).await;
        follower.abort();
        drop(watcher);
        outcome
    }
}

fn read(folder: &Path, given: &Given) -> Result<Site, crate::Error> {
    Site::project(Project::read(folder)?, given)
}

/// Applies changes as they come, until nobody watches any more.
async fn follow(
    mut changes: mpsc::Receiver<()>,
    folder: PathBuf,
    given: Given,
    server: Arc<Server>,
    colour: Colour,
) {
    while changes.recv().await.is_some() {
        while let Ok(Some(())) = tokio::time::timeout(QUIET, changes.recv()).await {}
        let site = match read(&folder, &given) {
            Ok(site) => site,
            Err(error) => {
                eprintln!("\n{}\n  Going on with the files as they were before.\n", error.render(colour));
                continue;
            }
        };
        match server.reload(Arc::new(site)).await {
            Ok(reloaded) => {
                for change in &reloaded.changes {
                    eprintln!("  changed   {change}");
                }
                eprintln!("  applied   {}", server.site().title);
                if reloaded.needs_restart {
                    eprintln!("  Some settings count from the next start: stop with Ctrl-C and start again.");
                }
            }
            Err(error) => {
                eprintln!(
                    "\nerror: {}\n  Going on with the files as they were before.\n",
                    operator_reason(&error).replace('\n', "\n  ")
                );
            }
        }
    }
}

/// Tells when a file of the project has changed. One unread message is enough to say so.
fn watch(folder: &Path) -> anyhow::Result<(notify::RecommendedWatcher, mpsc::Receiver<()>)> {
    let (sender, receiver) = mpsc::channel(1);
    let mut watcher = notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
        let Ok(event) = event else { return };
        let is_ours = |path: &PathBuf| {
            path.extension().is_some_and(|ending| ["toml", "json", "sql"].iter().any(|ours| ending == *ours))
        };
        if !matches!(event.kind, EventKind::Access(_)) && event.paths.iter().any(is_ours) {
            // A full queue says already that something has changed.
            let _full = sender.try_send(());
        }
    })
    .context("cannot watch files for changes")?;
    // Folders rather than files: editors put a new file in the place of the old one.
    for place in [folder.to_owned(), folder.join(RESOURCES), folder.join(SEED), folder.join(MIGRATIONS)] {
        if place.is_dir() {
            watcher
                .watch(&place, RecursiveMode::NonRecursive)
                .with_context(|| format!("cannot watch {} for changes", place.display()))?;
        }
    }
    Ok((watcher, receiver))
}

/// Asks the desktop to show a page; without a desktop nothing happens, and the address stands above.
fn open_browser(url: &str) {
    let program = if cfg!(target_os = "macos") { "open" } else { "xdg-open" };
    let quiet = std::process::Stdio::null;
    let started = std::process::Command::new(program).arg(url).stdout(quiet()).stderr(quiet()).spawn();
    if started.is_err() {
        eprintln!("  There is no browser to open: {url}");
    }
}

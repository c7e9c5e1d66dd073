//! `roundtrip migrate apply`: runs what the database does not have yet.

use std::process::ExitCode;

use anyhow::{Context as _, bail};
use clap::Args;
use roundtrip_migrate::{Risk, file_name};
use roundtrip_store::{Migrating, StoreErrorKind};

use super::{Access, Place};
use crate::cli::{Outcome, Process};
use crate::{Error, migrations};

/// Run the migrations that the database does not have yet
///
/// In the order of their numbers, each in a transaction where the database allows it. However many
/// programs do this at once, each file runs once.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  roundtrip migrate apply\n  roundtrip migrate apply shop --allow-destructive\n  roundtrip migrate apply --adopt     the database has their structure already"
)]
pub(super) struct Apply {
    #[command(flatten)]
    place: Place,

    /// Run files, too, that lose rows or values
    #[arg(long)]
    allow_destructive: bool,

    /// Run nothing: record that the database, which is as the resource files say, has these files
    #[arg(long)]
    adopt: bool,
}

impl Apply {
    pub(super) async fn run(self, process: &Process) -> Outcome {
        let work = self.place.open(process, Access::Write).await?;
        let store = work.store.clone().context("there is no database")?;
        let pending =
            migrations::waiting(&work.files, &work.applied, work.dialect).map_err(Error::Database)?;
        let risky = pending.iter().find(|one| one.risk(work.dialect) == Risk::Destructive);
        if let Some(one) = risky.filter(|_| !self.allow_destructive && !self.adopt) {
            bail!(
                "{} is destructive: it loses rows or values, or does what is not known to keep them, and nothing was applied\n  Read it, make a backup, then  roundtrip migrate apply --allow-destructive",
                one.file()
            );
        }
        if self.adopt {
            let lines = migrations::drift(&*store, &work.schema).await.map_err(Error::Database)?;
            if !lines.is_empty() {
                bail!(
                    "the database is not as the resource files say, so it does not have these migrations\n  {}",
                    lines.join("\n  ")
                );
            }
        }
        let how = if self.adopt { Migrating::Recording } else { Migrating::Running };
        let done = store.migrate(&work.files, how).await.map_err(refused)?;
        let verb = if self.adopt { "adopted" } else { "applied" };
        for one in &done {
            println!("{verb} {}", file_name(one.number, &one.name));
        }
        if done.is_empty() {
            println!("nothing to do: every migration is applied");
        }
        let lines = migrations::drift(&*store, &work.schema).await.map_err(Error::Database)?;
        if !lines.is_empty() {
            eprintln!("the database still differs from the resource files:\n  {}", lines.join("\n  "));
            eprintln!("  See what it takes with  roundtrip migrate plan");
        }
        work.close().await;
        Ok(ExitCode::SUCCESS)
    }
}

/// What the store refused, without the sentence for callers.
fn refused(error: roundtrip_store::StoreError) -> anyhow::Error {
    match &error.kind {
        StoreErrorKind::Structure { differences } => anyhow::anyhow!("{}", differences.join("\n  ")),
        _ => Error::Database(error).into(),
    }
}

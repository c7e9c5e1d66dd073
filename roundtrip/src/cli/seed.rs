//! `roundtrip seed`: puts a project's sample data into its database.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::bail;
use clap::Args;
use roundtrip_journey::World;

use super::target::SettingArgs;
use super::{Outcome, Process};
use crate::banner::counted;
use crate::seed::{is_empty, plant};
use crate::{Project, Site, Source, compose};

/// Put a project's sample data into its database
///
/// It comes from seed/: lists of rows (users.json) and recipes from which rows are made, the same rows
/// every time (products.toml). All of it goes in, or nothing. `serve` does this by itself when it makes
/// the database.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  roundtrip seed\n  roundtrip seed shop --force     beside the rows that are there"
)]
pub(super) struct SeedData {
    /// The project folder
    #[arg(value_name = "DIR", default_value = ".")]
    folder: PathBuf,

    /// Also when there are rows already
    #[arg(long)]
    force: bool,

    #[command(flatten)]
    settings: SettingArgs,
}

impl SeedData {
    pub(super) async fn run(self, process: &Process) -> Outcome {
        let project = Project::read(&self.folder).map_err(crate::Error::from)?;
        let site = Site::project(project, &self.settings.given(process)?)?;
        let Source::Project { seed, .. } = &site.source else { bail!("a project was read") };
        if seed.is_empty() {
            println!("there is no sample data: add seed/things.json or seed/things.toml");
            return Ok(ExitCode::SUCCESS);
        }
        let (engine, _) = compose::connect(&site, World::system()).await?;
        if !self.force && !is_empty(&engine, seed).await? {
            bail!(
                "{} has rows already, and nothing was changed\n  Add the sample data to them with --force, or delete the file to begin again",
                site.database
            );
        }
        let planted = plant(&engine, seed).await?;
        for (resource, rows) in &planted.resources {
            println!("  {resource}: {}", counted(*rows, "row"));
        }
        println!("put in {}", counted(planted.rows, "row"));
        if let Some(store) = engine.store() {
            store.close().await;
        }
        Ok(ExitCode::SUCCESS)
    }
}

//! `roundtrip check`: everything that is wrong in a project, without starting it.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;

use super::target::{SettingArgs, warn};
use super::{Outcome, Process};
use crate::banner::counted;
use crate::{Project, Site, Source, migrations};

/// Check a project's files without starting it
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  roundtrip check\n  roundtrip check shop && git commit")]
pub(super) struct Check {
    /// The project folder
    #[arg(value_name = "DIR", default_value = ".")]
    folder: PathBuf,

    #[command(flatten)]
    settings: SettingArgs,
}

impl Check {
    pub(super) fn run(self, process: &Process) -> Outcome {
        let given = self.settings.given(process)?;
        let project = Project::read(&self.folder).map_err(crate::Error::from)?;
        let files = project.resources.len() as u64;
        let settings = if project.settings.is_some() { "roundtrip.toml, " } else { "" };
        let site = Site::project(project, &given)?;
        warn(&site);
        if let Source::Project { folder, schema, seed, .. } = &site.source {
            let files_of_sql = migrations::read(folder)?;
            migrations::waiting(&files_of_sql, &[], migrations::dialect(&site))
                .map_err(|error| anyhow::anyhow!("{}", error.detail))?;
            let numbered = match files_of_sql.len() as u64 {
                0 => String::new(),
                count => format!(", {}", counted(count, "migration")),
            };
            let resources = counted(schema.len() as u64, "resource");
            let sample = counted(seed.files() as u64, "file");
            println!(
                "ok: {settings}{} with {resources}, {sample} of sample data{numbered}",
                counted(files, "resource file")
            );
            if schema.is_empty() {
                println!("There is no resource yet: add resources/things.toml");
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}

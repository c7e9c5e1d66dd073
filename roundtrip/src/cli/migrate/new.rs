//! `roundtrip migrate new`: writes the next numbered file.

use std::fs;
use std::process::ExitCode;

use anyhow::{Context as _, bail};
use clap::Args;
use roundtrip_migrate::{Migration, Risk, create, files_for};

use super::plan::remarks;
use super::{Access, Place, Work, extras};
use crate::cli::failure::Usage;
use crate::cli::{Outcome, Process};
use crate::migrations;
use crate::project::MIGRATIONS;

/// Write what the database needs to a numbered file
///
/// Read it before it is applied, and change it as you like: values for new columns, data to be moved.
/// Steps that cannot share a transaction come in a file of their own.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  roundtrip migrate new add_prices\n  roundtrip migrate new fill_prices --empty     for SQL of your own\n  roundtrip migrate new initial --whole         for a project that has a database already;\n  roundtrip migrate apply --adopt               then says that the database has it"
)]
pub(super) struct New {
    /// What it does, in a word or two: letters, digits and underscores
    name: String,

    #[command(flatten)]
    place: Place,

    /// Write an empty file, for SQL of your own
    #[arg(long, conflicts_with_all = ["whole", "drop_tables"])]
    empty: bool,

    /// Write the whole structure, as if the database were empty
    #[arg(long, conflicts_with = "drop_tables")]
    whole: bool,

    /// Drop tables, too, that no resource file describes
    #[arg(long)]
    drop_tables: bool,
}

impl New {
    pub(super) async fn run(self, process: &Process) -> Outcome {
        let work = self.place.open(process, Access::Read).await?;
        let last = work.files.iter().map(|file| file.number).chain(work.applied.iter().map(|one| one.number));
        let number = last.max().unwrap_or_default() + 1;
        let files = self.files(&work, number).await?;
        let folder = work.folder.join(MIGRATIONS);
        let dialect = work.dialect;
        work.close().await;
        if files.is_empty() {
            println!("nothing to do: the database is as the resource files say");
            return Ok(ExitCode::SUCCESS);
        }
        fs::create_dir_all(&folder)
            .with_context(|| format!("cannot make the folder {}", folder.display()))?;
        for file in &files {
            let path = folder.join(file.file());
            if path.exists() {
                bail!("{} is there already", path.display());
            }
            fs::write(&path, &file.text).with_context(|| format!("cannot write {}", path.display()))?;
            println!("wrote {} ({})", path.display(), file.risk(dialect));
        }
        if self.empty {
            return Ok(ExitCode::SUCCESS);
        }
        println!("\n  Read it, then  roundtrip migrate apply{}", advice(&files, dialect, self.whole));
        Ok(ExitCode::SUCCESS)
    }

    async fn files(&self, work: &Work, number: u32) -> anyhow::Result<Vec<Migration>> {
        let wrong = |error: roundtrip_migrate::NameError| anyhow::Error::new(Usage(error.to_string()));
        // Any name that is none is found here, before a database is asked anything.
        files_for(&roundtrip_migrate::Plan::default(), number, &self.name).map_err(wrong)?;
        if self.empty {
            let text = format!("-- Migration {number:04}, {}\n\n", self.name);
            return Ok(vec![Migration { number, name: self.name.clone(), text }]);
        }
        if self.whole {
            if !work.files.is_empty() {
                bail!("there are migrations already, and --whole is for the first one");
            }
            return files_for(&create(&work.schema, &*work.ddl()), number, &self.name).map_err(wrong);
        }
        let pending =
            migrations::waiting(&work.files, &work.applied, work.dialect).map_err(crate::Error::Database)?;
        if let Some(first) = pending.first() {
            bail!(
                "{} is not applied yet\n  What comes after it can be told when the database has it:  roundtrip migrate apply",
                first.file()
            );
        }
        let plan = work.plan(extras(self.drop_tables)).await?;
        remarks(&plan);
        if plan.steps.is_empty() && !plan.obstacles.is_empty() {
            bail!("there is no step that could be written");
        }
        files_for(&plan, number, &self.name).map_err(wrong)
    }
}

fn advice(files: &[Migration], dialect: roundtrip_migrate::Dialect, whole: bool) -> &'static str {
    if whole {
        return "\n  A database that has this structure already:  roundtrip migrate apply --adopt";
    }
    if files.iter().any(|file| file.risk(dialect) == Risk::Destructive) { " --allow-destructive" } else { "" }
}

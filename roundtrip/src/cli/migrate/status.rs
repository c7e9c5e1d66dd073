//! `roundtrip migrate status`: which files the database has, and whether it is as the resource files say.

use std::process::ExitCode;

use clap::Args;
use roundtrip_migrate::{Applied, Migration, Trouble, file_name, unfinished};

use super::{Access, Place, Work};
use crate::cli::failure::FAILED;
use crate::cli::{Outcome, Process};
use crate::{Error, migrations};

/// Show which migrations the database has, and whether it is as the resource files say
///
/// The exit code is 0 if every file is applied and nothing differs, otherwise 1.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  roundtrip migrate status\n  roundtrip migrate status shop")]
pub(super) struct Status {
    #[command(flatten)]
    place: Place,
}

impl Status {
    pub(super) async fn run(self, process: &Process) -> Outcome {
        let work = self.place.open(process, Access::Read).await?;
        let rows = rows(&work);
        let width = rows.iter().map(|(file, _)| file.chars().count()).max().unwrap_or_default();
        for (file, state) in &rows {
            println!("{file:width$}  {state}");
        }
        if rows.is_empty() {
            println!("there are no migrations");
        }
        let waiting = unfinished(&work.files, &work.applied, work.dialect).map(|list| list.len());
        let drift = match &work.store {
            Some(store) => migrations::drift(&**store, &work.schema).await.map_err(Error::Database)?,
            None => vec!["the database is not there yet; serve makes it".to_owned()],
        };
        work.close().await;
        let settled = report(waiting, &drift);
        Ok(if settled { ExitCode::SUCCESS } else { ExitCode::from(FAILED) })
    }
}

/// Says what is wrong; whether nothing is.
fn report(waiting: Result<usize, Trouble>, drift: &[String]) -> bool {
    match waiting {
        Err(trouble) => {
            println!("\n{trouble}");
            return false;
        }
        Ok(1..) => {
            println!("\nRun what is pending with  roundtrip migrate apply");
            return false;
        }
        Ok(0) => {}
    }
    if drift.is_empty() {
        println!("\nThe database is as the resource files say.");
        return true;
    }
    println!("\nThe database differs from the resource files:\n  {}", drift.join("\n  "));
    println!("  See what it takes with  roundtrip migrate plan");
    false
}

/// Every file, here or in the database, with its state.
fn rows(work: &Work) -> Vec<(String, String)> {
    let mut rows: Vec<(u32, String, String)> = Vec::new();
    for file in &work.files {
        let found = work.applied.iter().find(|one| one.number == file.number && one.name == file.name);
        rows.push((file.number, file.file(), state(file, found, work)));
    }
    for one in &work.applied {
        if !work.files.iter().any(|file| file.number == one.number && file.name == one.name) {
            let state = format!("missing here, applied {}", one.applied_at);
            rows.push((one.number, file_name(one.number, &one.name), state));
        }
    }
    rows.sort();
    rows.into_iter().map(|(_, file, state)| (file, state)).collect()
}

fn state(file: &Migration, found: Option<&Applied>, work: &Work) -> String {
    match found {
        None => format!("pending, {}", file.risk(work.dialect)),
        Some(one) if !one.finished => format!("at statement {} since {}", one.done + 1, one.applied_at),
        Some(one) if one.checksum != file.checksum() => {
            format!("changed after it was applied, {}", one.applied_at)
        }
        Some(one) => format!("applied {}", one.applied_at),
    }
}

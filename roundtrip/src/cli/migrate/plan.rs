//! `roundtrip migrate plan`: the difference between database and resource files as SQL.

use std::fmt::Write as _;
use std::process::ExitCode;

use clap::Args;
use roundtrip_migrate::Plan;

use super::{Access, Place, extras};
use crate::banner::counted;
use crate::cli::failure::FAILED;
use crate::cli::{Outcome, Process};
use crate::migrations;

/// Show what it takes to bring the database to the resource files
///
/// Standard output is SQL. Each step says its risk: safe takes moments and loses nothing; slow reads or
/// rewrites a whole table, or makes others wait; destructive loses rows or values. Nothing is changed. The
/// exit code is 0 if there is nothing to do, and 1 if there is.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  roundtrip migrate plan\n  roundtrip migrate plan shop > plan.sql")]
pub(super) struct Show {
    #[command(flatten)]
    place: Place,

    /// Drop tables, too, that no resource file describes
    #[arg(long)]
    drop_tables: bool,
}

impl Show {
    pub(super) async fn run(self, process: &Process) -> Outcome {
        let work = self.place.open(process, Access::Read).await?;
        let pending: Vec<String> = migrations::waiting(&work.files, &work.applied, work.dialect)
            .map_err(crate::Error::Database)?
            .iter()
            .map(|one| one.file())
            .collect();
        if !pending.is_empty() {
            work.close().await;
            eprintln!("not applied yet: {}", pending.join(", "));
            eprintln!("  What is to be done after them can be told when the database has them:");
            eprintln!("  roundtrip migrate apply");
            return Ok(ExitCode::from(FAILED));
        }
        let plan = work.plan(extras(self.drop_tables)).await?;
        work.close().await;
        print!("{}", text(&plan));
        remarks(&plan);
        if plan.is_empty() {
            println!("-- nothing to do: the database is as the resource files say");
            return Ok(ExitCode::SUCCESS);
        }
        if !plan.steps.is_empty() {
            let count = counted(plan.steps.len() as u64, "step");
            eprintln!("{count}, {}. Write them to a file:  roundtrip migrate new NAME", plan.risk());
        }
        Ok(ExitCode::from(FAILED))
    }
}

/// A plan as SQL with comments.
fn text(plan: &Plan) -> String {
    let mut text = String::new();
    for (index, step) in plan.steps.iter().enumerate() {
        let line = |text: &str| text.replace(['\n', '\r'], " ");
        // A `String` never fails to take more text.
        let _never_fails = writeln!(text, "-- {}, {}: {}", index + 1, step.risk, line(&step.sentence));
        if let Some(note) = &step.note {
            let _never_fails = writeln!(text, "--   {}", line(note));
        }
        for statement in &step.statements {
            let _never_fails = writeln!(text, "{statement};");
        }
        text.push('\n');
    }
    text
}

/// What no step can do, and what is left alone, on standard error.
pub(super) fn remarks(plan: &Plan) {
    if !plan.obstacles.is_empty() {
        eprintln!("no step can do this; write it by hand, or change the resource files:");
        for line in &plan.obstacles {
            eprintln!("  {line}");
        }
    }
    if !plan.kept.is_empty() {
        eprintln!("left alone, because no resource file describes it: {}", plan.kept.join(", "));
    }
}

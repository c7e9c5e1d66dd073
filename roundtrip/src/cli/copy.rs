//! `roundtrip copy`: a database with its rows into another one.

use std::path::Path;
use std::process::ExitCode;

use clap::Args;
use roundtrip_journey::World;

use super::target::SettingArgs;
use super::{Outcome, Process, progress};
use crate::banner::counted;
use crate::database::Database;
use crate::transfer::copy::{Copied, CopyError, Event, copy};
use crate::{Error, Site, Source};

/// Copy a database with all of its rows into another one
///
/// The structure is made from the resource files if FROM is a project, and otherwise from what FROM is.
/// Every value is held against its type before anything is written, and at the end both sides have to
/// give the same checksums. FROM is only read; a file that is TO gets its name when it is complete.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  roundtrip copy shop postgres://shop@db.example/shop     a project's database moves up\n  roundtrip copy music.db mysql://root@127.0.0.1/music\n  roundtrip copy postgres://shop@db.example/shop shop.db   and down again\n\nThe database that TO names has to be there, and to have no tables. Then change one line of the project:\n  [database]\n  url = \"postgres://shop@db.example/shop\""
)]
pub(super) struct Copy {
    /// A project folder, a SQLite file, or a URL such as mysql://user@host/shop
    from: String,

    /// A file that is not there yet, or the URL of a database without tables
    to: String,

    #[command(flatten)]
    settings: SettingArgs,
}

impl Copy {
    pub(super) async fn run(self, process: &Process) -> Outcome {
        let mut given = self.settings.given(process)?;
        let is_project = Path::new(&self.from).is_dir();
        if !is_project {
            // Read-only whatever the environment says: copying changes nothing in the source.
            given.flags.push(("copy", "public.access", "read".to_owned()));
        }
        let from = Site::new(&self.from, &given)?;
        if from.database.is_missing() {
            return Err(Error::NoFile {
                path: from.database.file().map(Path::to_owned).unwrap_or_default(),
                near: Some(format!("roundtrip serve {}  makes it", self.from)),
            }
            .into());
        }
        let to = Database::new(&self.to, Path::new("")).map_err(Error::from)?;
        let shown = as_setting(&to);
        let bar = progress::of_rows();
        let watch = |event| match event {
            Event::Begins(what, rows) => {
                bar.reset();
                bar.set_length(rows);
                bar.set_message(format!("{what:10} "));
            }
            Event::Rows(rows) => bar.inc(rows),
        };
        let copied = copy(&from, to, &World::system(), &watch).await;
        bar.finish_and_clear();
        match copied {
            Ok(copied) => {
                tell(&copied, &from, &shown);
                Ok(ExitCode::SUCCESS)
            }
            // Printed as in every other command.
            Err(CopyError::Source(error)) => Err(error.into()),
            Err(error) => Err(error.into()),
        }
    }
}

/// The target as a project's settings name it: from any folder, without a password.
fn as_setting(to: &Database) -> String {
    match to.file().map(|path| (path, std::path::absolute(path))) {
        Some((_, Ok(whole))) => format!("sqlite:{}", whole.display()),
        Some((path, Err(_))) => format!("sqlite:{}", path.display()),
        None => to.to_string(),
    }
}

fn tell(copied: &Copied, from: &Site, to: &str) {
    for table in &copied.tables {
        println!("  {}: {}, checksum {}", table.name, counted(table.digest.rows, "row"), table.digest);
    }
    let rows = copied.tables.iter().map(|table| table.digest.rows).sum();
    let tables = counted(copied.tables.len() as u64, "table");
    println!("copied {} of {tables} to {to}; both sides give the same checksums", counted(rows, "row"));
    for note in &copied.notes {
        println!("  {note}");
    }
    if let Source::Project { folder, .. } = &from.source {
        println!(
            "\nTo serve {} from there, say so in {}:",
            from.title,
            folder.join("roundtrip.toml").display()
        );
        println!("  [database]\n  url = {}", serde_json::Value::from(to));
        if to.contains(":***@") {
            println!("A password does not belong into that file: give the whole URL in DATABASE_URL.");
        }
    } else {
        println!("\n  roundtrip serve {to}");
    }
}

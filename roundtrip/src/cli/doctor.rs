//! `roundtrip doctor`: what is in force and what is in the way. It changes nothing.

use std::process::ExitCode;
use std::sync::Arc;

use clap::Args;
use roundtrip_journey::World;
use roundtrip_schema::Schema;

use super::failure::FAILED;
use super::target::{Target, warn};
use super::{Outcome, Process};
use crate::banner::counted;
use crate::{Error, Site, Source, compose, migrations};

/// Show what is in force, where it came from, and what is in the way
///
/// Nothing is changed: the database is opened read-only.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  roundtrip doctor\n  roundtrip doctor music.db\n  roundtrip doctor shop --set server.port=80"
)]
pub(super) struct Doctor {
    #[command(flatten)]
    target: Target,
}

impl Doctor {
    pub(super) async fn run(self, process: &Process) -> Outcome {
        let site = self.target.site(process)?;
        println!(
            "roundtrip {} on {} {}",
            env!("CARGO_PKG_VERSION"),
            std::env::consts::OS,
            std::env::consts::ARCH
        );
        match &site.source {
            Source::Project { folder, schema, seed } => println!(
                "project   {} in {}: {}, {} of sample data",
                site.title,
                folder.display(),
                counted(schema.len() as u64, "resource"),
                counted(seed.files() as u64, "file")
            ),
            Source::Database { access } => println!("database  {}, everybody may: {access}", site.title),
        }
        let sound = database(&site).await;
        listing(&site);
        warn(&site);
        Ok(if sound { ExitCode::SUCCESS } else { ExitCode::from(FAILED) })
    }
}

fn listing(site: &Site) {
    let rows: Vec<(String, &str, String)> = site
        .loaded
        .listing
        .iter()
        .map(|setting| (setting.key.path(), setting.shown.as_str(), setting.origin.to_string()))
        .collect();
    let widest = |lengths: &mut dyn Iterator<Item = usize>| lengths.max().unwrap_or(0).min(40);
    let key_width = widest(&mut rows.iter().map(|(key, ..)| key.chars().count()));
    let value_width = widest(&mut rows.iter().map(|(_, value, _)| value.chars().count()));
    println!("\nsettings in force");
    for (key, value, origin) in rows {
        let value = if value.is_empty() { "(not set)" } else { value };
        println!("  {key:<key_width$}  {value:<value_width$}  {origin}");
    }
}

/// Whether the database can be opened and has what the resources describe.
async fn database(site: &Site) -> bool {
    let path = &site.database;
    let Source::Project { schema, .. } = &site.source else {
        return report(&path.to_string(), site, None).await;
    };
    if site.database.is_missing() {
        println!("data      {path} is not there yet; serve makes it");
        return true;
    }
    report(&path.to_string(), site, Some(schema)).await
}

async fn report(path: &str, site: &Site, wanted: Option<&Arc<Schema>>) -> bool {
    let mut reading = site.clone();
    reading.database.read_only = true;
    let opened = match compose::connect(&reading, World::system()).await {
        Ok((engine, _)) => engine.store(),
        Err(Error::Database(error)) => {
            println!("data      {path} cannot be used: {}\n          {}", error.detail, error.private);
            return false;
        }
        Err(error) => {
            println!("data      {path} cannot be used: {error}");
            return false;
        }
    };
    let Some(store) = opened else { return false };
    let actual = store.introspect().await;
    let differences = match wanted {
        Some(wanted) => Some(migrations::drift(&*store, wanted).await),
        None => None,
    };
    let kind = store.capabilities().database;
    store.close().await;
    match actual {
        Err(error) => {
            println!("data      {path} cannot be read: {}\n          {}", error.detail, error.private);
            return false;
        }
        Ok(actual) => {
            println!("data      {path} opens: {kind}, {}", counted(actual.len() as u64, "table"));
        }
    }
    match differences {
        None => true,
        Some(Err(error)) => {
            println!("structure cannot be compared: {}", error.detail);
            false
        }
        Some(Ok(lines)) if lines.is_empty() => {
            println!("structure every resource has its table and its columns");
            true
        }
        Some(Ok(lines)) => {
            println!("structure {}", lines.join("\n          "));
            println!("          see what it takes with  roundtrip migrate plan");
            true
        }
    }
}

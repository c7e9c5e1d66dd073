//! `roundtrip pull`: resource files from a database that exists.

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context as _, bail};
use clap::Args;
use roundtrip_journey::World;
use roundtrip_schema::{Schema, SourceFile, file_stem, parse, resource_file};

use super::init::editor_schema;
use super::target::SettingArgs;
use super::{Outcome, Process};
use crate::banner::counted;
use crate::project::RESOURCES;
use crate::{Error, Site, compose};

/// Write resource files for a database that exists
///
/// The database is only read. The project points to it; what serve does with it from then on is what the
/// resource files say, and nobody may do anything until they say so under [access].
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  roundtrip pull music.db                  into a folder music\n  roundtrip pull music.db --into backend\n  roundtrip pull music.db --into backend --force     again, over files that were pulled before"
)]
pub(super) struct Pull {
    /// A SQLite file, or a URL such as sqlite:music.db, postgres://user@host/shop, mysql://user@host/shop
    database: String,

    /// The folder to write to [usual: the database's name]
    #[arg(long, value_name = "DIR")]
    into: Option<PathBuf>,

    /// Write over resource files that are there
    #[arg(long)]
    force: bool,
}

impl Pull {
    pub(super) async fn run(self, process: &Process) -> Outcome {
        let mut given = SettingArgs::default().given(process)?;
        // Read-only whatever the environment says: pulling changes nothing in the database.
        given.flags.push(("pull", "public.access", "read".to_owned()));
        let site = Site::database(&self.database, &given)?;
        let (engine, _) = compose::connect(&site, World::system()).await?;
        let store = engine.store().context("the database was closed")?;
        let schema = store.introspect().await.map_err(Error::Database)?;
        store.close().await;
        if schema.is_empty() {
            bail!("{} has no tables\n  A new project begins with  roundtrip init", site.title);
        }
        let folder = self.into.unwrap_or_else(|| {
            let name = site.database.name();
            PathBuf::from(file_stem(
                Path::new(&name).file_stem().and_then(|stem| stem.to_str()).unwrap_or("pulled"),
            ))
        });
        let files = files(&schema);
        // What is written has to be read again; a name that cannot be said is found here, not by serve.
        parse(&files).map_err(Error::Mistakes)?;
        write(&folder, &files, &settings(&site, &folder)?, self.force)?;
        let count = counted(files.len() as u64, "resource file");
        println!("wrote {count} to {}\n", folder.join(RESOURCES).display());
        println!("  Nobody may do anything yet: add  read = \"anyone\"  under [access] where that is right.");
        println!("  roundtrip check {}", folder.display());
        println!("  roundtrip dev {}", folder.display());
        Ok(ExitCode::SUCCESS)
    }
}

/// One file per resource, parts in their owner's; names unique also where case does not count.
fn files(schema: &Schema) -> Vec<SourceFile> {
    let mut taken = HashSet::new();
    let mut files = Vec::new();
    for (id, resource) in schema.resources() {
        if resource.part_of.as_ref().is_some_and(|(owner, _)| *owner != id) {
            continue;
        }
        let stem = file_stem(&resource.name);
        let mut name = stem.clone();
        let mut number = 1;
        while !taken.insert(name.to_lowercase()) {
            number += 1;
            name = format!("{stem}_{number}");
        }
        let mut text = resource_file(schema, id);
        // The file's name says the resource's name unless the file does; a number was added to it.
        if name != stem && stem == resource.name {
            let said = format!("name = {}\n", serde_json::Value::from(resource.name.as_str()));
            let after_first_line = text.find('\n').map_or(0, |at| at + 1);
            text.insert_str(after_first_line, &said);
        }
        files.push(SourceFile { path: format!("{RESOURCES}/{name}.toml"), text });
    }
    files
}

/// A `roundtrip.toml` that points to the database.
fn settings(site: &Site, folder: &Path) -> anyhow::Result<String> {
    let Some(file) = site.database.file() else { return Ok(settings_of_server(site)) };
    let database = fs::canonicalize(file)?;
    let parent = folder.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    // Beside the folder, so that both can be moved together; elsewhere its whole path.
    let beside = fs::canonicalize(parent).ok().and_then(|parent| database.strip_prefix(parent).ok());
    let path = match beside {
        Some(below) => Path::new("..").join(below),
        None => database.clone(),
    };
    let path = path.to_str().context("the database's path is not UTF-8, so roundtrip.toml cannot name it")?;
    let url = serde_json::Value::from(format!("sqlite:{path}"));
    Ok(format!("[database]\n# Pulled from this file. Serving this project writes to it.\nurl = {url}\n"))
}

/// The same for a server. A password is not written down: the folder is kept in version control.
fn settings_of_server(site: &Site) -> String {
    let (given, shown) = (site.settings().database.url.expose(), site.database.to_string());
    if given == shown {
        let url = serde_json::Value::from(given);
        return format!(
            "[database]\n# Pulled from this database. Serving this project writes to it.\nurl = {url}\n"
        );
    }
    format!(
        "[database]\n# Pulled from {shown}. Serving this project writes to it.\n# Its URL holds a password: give it in the variable DATABASE_URL.\n"
    )
}

fn write(folder: &Path, files: &[SourceFile], settings: &str, force: bool) -> anyhow::Result<()> {
    let all = files
        .iter()
        .map(|file| (file.path.as_str(), file.text.as_str()))
        .chain([("roundtrip.toml", settings)]);
    if !force {
        let existing = all.clone().map(|(path, _)| folder.join(path)).find(|path| path.exists());
        if let Some(path) = existing {
            bail!(
                "{} is there already\n  Choose another folder with --into, or write over it with --force",
                path.display()
            );
        }
    }
    for (path, text) in all.chain([(".roundtrip/resource.json", editor_schema().as_str())]) {
        let path = folder.join(path);
        let parent = path.parent().unwrap_or(folder);
        fs::create_dir_all(parent).with_context(|| format!("cannot make the folder {}", parent.display()))?;
        fs::write(&path, text).with_context(|| format!("cannot write {}", path.display()))?;
    }
    Ok(())
}

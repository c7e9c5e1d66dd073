//! `roundtrip init`: makes a project to begin with.

use std::fs::{self, OpenOptions};
use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context as _, bail};
use clap::Args;
use roundtrip_schema::nearest::nearest;
use roundtrip_schema::resource_file_schema;

use super::failure::Usage;
use super::{Outcome, Process};
use crate::project::{RESOURCES, SEED};
use crate::template::{self, Template};

/// Make a project folder to begin with
///
/// Nothing that exists is overwritten. The name of a template alone makes that template in a folder of
/// the same name.
#[derive(Debug, Args)]
#[command(
    after_help = "Templates:\n  todo    lists and their tasks: the smallest project with a reference\n  shop    products, orders, carts, reviews: parts, enums, decimals, made sample data\n  team    people, projects and who works on what: many-to-many through a resource, uuids\n  blank   one resource to rename\n\nExamples:\n  roundtrip init shop                   a folder shop, from the template shop\n  roundtrip init . --template blank     this folder\n  roundtrip init backend --template team"
)]
pub(super) struct Init {
    /// The folder to make, or the name of a template
    #[arg(value_name = "DIR", default_value = ".")]
    folder: PathBuf,

    /// What to begin with [usual: todo]
    #[arg(long, value_name = "NAME")]
    template: Option<String>,
}

/// Where the JSON Schema of resource files stands, for editors.
const EDITOR_SCHEMA: &str = ".roundtrip/resource.json";

const IGNORED: &str = "# The database and its companions.\n*.db\n*.db-wal\n*.db-shm\n";

impl Init {
    pub(super) fn run(self, _process: &Process) -> Outcome {
        let template = self.template()?;
        for taken in ["roundtrip.toml", RESOURCES, SEED, EDITOR_SCHEMA] {
            if self.folder.join(taken).exists() {
                bail!(
                    "{} is there already, and nothing is overwritten\n  Choose another folder:  roundtrip init NAME --template {}",
                    self.folder.join(taken).display(),
                    template.name
                );
            }
        }
        for (path, text) in template.files {
            write_new(&self.folder.join(path), text)?;
        }
        write_new(&self.folder.join(EDITOR_SCHEMA), &editor_schema())?;
        // A folder that is under version control may have one; its owner knows best.
        if !self.folder.join(".gitignore").exists() {
            write_new(&self.folder.join(".gitignore"), IGNORED)?;
        }
        next_steps(&self.folder, template);
        Ok(ExitCode::SUCCESS)
    }

    fn template(&self) -> anyhow::Result<&'static Template> {
        if let Some(name) = &self.template {
            return template::find(name).ok_or_else(|| unknown(name).into());
        }
        let by_folder = self.folder.to_str().and_then(template::find);
        Ok(by_folder.unwrap_or(&template::ALL[0]))
    }
}

fn unknown(name: &str) -> Usage {
    let names = || template::ALL.iter().map(|template| template.name);
    let help = match nearest(name, names()) {
        Some(near) => format!("Did you mean {near}?"),
        None => format!("Templates: {}", names().collect::<Vec<_>>().join(", ")),
    };
    Usage(format!("there is no template {name:?}\n  {help}"))
}

/// The JSON Schema of resource files as a file.
pub(super) fn editor_schema() -> String {
    format!("{:#}\n", resource_file_schema())
}

/// Writes a file that is not there yet, and the folders on its way.
pub(super) fn write_new(path: &Path, text: &str) -> anyhow::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).with_context(|| format!("cannot make the folder {}", folder.display()))?;
    }
    let opened = OpenOptions::new().write(true).create_new(true).open(path);
    let mut file = match opened {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {
            bail!("{} is there already, and nothing is overwritten", path.display())
        }
        Err(error) => return Err(error).with_context(|| format!("cannot write {}", path.display())),
    };
    file.write_all(text.as_bytes()).with_context(|| format!("cannot write {}", path.display()))
}

fn next_steps(folder: &Path, template: &Template) {
    let here = folder == Path::new(".");
    let argument = if here { String::new() } else { format!(" {}", folder.display()) };
    let place = if here { "this folder".to_owned() } else { folder.display().to_string() };
    println!("made {place} from the template {}: {}\n", template.name, template.summary);
    println!("  roundtrip dev{argument}        serve it while you change resources/*.toml");
    println!("  curl http://127.0.0.1:8360/rest/v1/{}", template.first);
    println!("  roundtrip check{argument}      look for mistakes without starting");
}

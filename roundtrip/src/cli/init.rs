//! `roundtrip init`: makes a project to begin with.

use std::fs::{self, File, OpenOptions};
use std::io::{ErrorKind, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context as _, bail};
use clap::Args;
use roundtrip_schema::nearest::nearest;
use roundtrip_schema::resource_file_schema;

use super::failure::Usage;
use super::{Outcome, Process};
use crate::from_openapi::{self, FromOpenapiError};
use crate::project::{RESOURCES, SEED};
use crate::template::{self, Template};

/// Make a project folder to begin with
///
/// Nothing that exists is overwritten. The name of a template alone makes that template in a folder of
/// the same name. With --from, the paths and schemas of an OpenAPI document become resource files; nobody may do
/// anything until they say so under [access].
#[derive(Debug, Args)]
#[command(
    after_help = "Templates:\n  todo    lists and their tasks: the smallest project with a reference\n  shop    products, orders, carts, reviews: parts, enums, decimals, made sample data\n  team    people, projects and who works on what: many-to-many through a resource, uuids\n  blank   one resource to rename\n\nExamples:\n  roundtrip init shop                   a folder shop, from the template shop\n  roundtrip init . --template blank     this folder\n  roundtrip init backend --template team\n  roundtrip init pets --from api.yaml   resources from the document's collections"
)]
pub(super) struct Init {
    /// The folder to make, or the name of a template
    #[arg(value_name = "DIR", default_value = ".")]
    folder: PathBuf,

    /// What to begin with [usual: todo]
    #[arg(long, value_name = "NAME")]
    template: Option<String>,

    /// An OpenAPI 3.0 or 3.1 document, YAML or JSON, to make the resources from
    #[arg(long, value_name = "FILE", conflicts_with = "template")]
    from: Option<PathBuf>,
}

/// Where the JSON Schema of resource files stands, for editors.
const EDITOR_SCHEMA: &str = ".roundtrip/resource.json";

const IGNORED: &str = "# The database and its companions.\n*.db\n*.db-wal\n*.db-shm\n";

impl Init {
    pub(super) fn run(self, _process: &Process) -> Outcome {
        if let Some(document) = &self.from {
            return self.make_from(document);
        }
        let template = self.template()?;
        self.refuse_taken(&format!("--template {}", template.name))?;
        self.write(template.files.iter().copied())?;
        next_steps(&self.folder, template);
        Ok(ExitCode::SUCCESS)
    }

    fn make_from(&self, document: &Path) -> Outcome {
        self.refuse_taken(&format!("--from {}", document.display()))?;
        let name = document.file_name().unwrap_or(document.as_os_str()).to_string_lossy();
        let made = from_openapi::make(&name, &read_document(document)?).map_err(|error| match error {
            FromOpenapiError::Refused(mistakes) => crate::Error::Mistakes(mistakes).into(),
            other => anyhow::Error::new(other),
        })?;
        // The settings of a template, which are the usual ones with their explanations.
        let settings = template::ALL[0].files.iter().copied().filter(|(path, _)| *path == "roundtrip.toml");
        self.write(settings.chain(made.files.iter().map(|file| (file.path.as_str(), file.text.as_str()))))?;
        print!("{}", made.summary(&self.folder));
        eprint!("{}", made.remarks());
        Ok(ExitCode::SUCCESS)
    }

    /// Refuses a folder that is a project already; `again` is what to type besides another folder.
    fn refuse_taken(&self, again: &str) -> anyhow::Result<()> {
        for taken in ["roundtrip.toml", RESOURCES, SEED, EDITOR_SCHEMA] {
            if self.folder.join(taken).exists() {
                bail!(
                    "{} is there already, and nothing is overwritten\n  Choose another folder:  roundtrip init NAME {again}",
                    self.folder.join(taken).display(),
                );
            }
        }
        Ok(())
    }

    /// Writes the project's files, and those that every project has.
    fn write<'a>(&self, files: impl Iterator<Item = (&'a str, &'a str)>) -> anyhow::Result<()> {
        for (path, text) in files {
            write_new(&self.folder.join(path), text)?;
        }
        write_new(&self.folder.join(EDITOR_SCHEMA), &editor_schema())?;
        // A folder that is under version control may have one; its owner knows best.
        if !self.folder.join(".gitignore").exists() {
            write_new(&self.folder.join(".gitignore"), IGNORED)?;
        }
        Ok(())
    }

    fn template(&self) -> anyhow::Result<&'static Template> {
        if let Some(name) = &self.template {
            return template::find(name).ok_or_else(|| unknown(name).into());
        }
        let by_folder = self.folder.to_str().and_then(template::find);
        Ok(by_folder.unwrap_or(&template::ALL[0]))
    }
}

/// The text of a document, which is a file: nothing is fetched.
fn read_document(path: &Path) -> anyhow::Result<String> {
    let shown = path.display();
    if path.to_str().is_some_and(|path| path.starts_with("http://") || path.starts_with("https://")) {
        let text = format!("--from takes a file\n  Fetch it first:  curl -o openapi.yaml {shown}");
        return Err(Usage(text).into());
    }
    let mut bytes = Vec::new();
    File::open(path)
        .and_then(|file| file.take(from_openapi::MOST_BYTES + 1).read_to_end(&mut bytes))
        .with_context(|| format!("cannot read {shown}"))?;
    if bytes.len() as u64 > from_openapi::MOST_BYTES {
        bail!("{shown} is too long: at most {} bytes", from_openapi::MOST_BYTES);
    }
    match String::from_utf8(bytes) {
        Ok(text) => Ok(text),
        Err(error) => {
            let at = error.utf8_error().valid_up_to();
            bail!("{shown} is not UTF-8: byte {at} is wrong\n  Save it as UTF-8, which every editor can")
        }
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

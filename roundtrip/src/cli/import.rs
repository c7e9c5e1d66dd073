//! `roundtrip import`: rows from a file into a resource.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::bail;
use clap::{Args, ValueEnum};
use indicatif::ProgressBar;
use roundtrip_engine::EngineError;
use roundtrip_journey::World;
use roundtrip_schema::Schema;

use super::failure::{FAILED, Usage};
use super::target::SettingArgs;
use super::{Outcome, Process, progress};
use crate::banner::counted;
use crate::transfer::format::Format;
use crate::transfer::import::{
    self, ImportError, Imported, MOST_TOLD, Progress, Refused, import as import_all, import_good,
};
use crate::{Site, compose};

/// Put the rows of a file into a resource
///
/// Everything goes in, or nothing: a bad row is named by its line and its fields, and the database is as
/// before. The first line of a CSV file names the fields; an empty cell means nothing: null where the
/// field is optional, the field's default otherwise. The operator imports, so rules do not apply.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  roundtrip import products products.csv\n  roundtrip import products dump.json --dir shop\n  roundtrip import orders - --format ndjson < orders.ndjson\n  roundtrip import products products.csv --keep-good     refused rows go to products.refused.csv"
)]
pub(super) struct Import {
    /// Into which resource
    resource: String,

    /// Which file; - is standard input
    file: PathBuf,

    /// The project folder, or a database
    #[arg(long, value_name = "DIR", default_value = ".")]
    dir: String,

    /// The form of the file [usual: by its ending]
    #[arg(long)]
    format: Option<FormatName>,

    /// Import the good rows, and write the others to a file to correct and import again
    #[arg(long)]
    keep_good: bool,

    #[command(flatten)]
    settings: SettingArgs,
}

/// A form of rows in a file.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(super) enum FormatName {
    /// Comma-separated, the first line names the fields
    Csv,
    /// One JSON list of objects
    Json,
    /// One JSON object per line
    Ndjson,
}

impl From<FormatName> for Format {
    fn from(name: FormatName) -> Self {
        match name {
            FormatName::Csv => Self::Csv,
            FormatName::Json => Self::Json,
            FormatName::Ndjson => Self::Ndjson,
        }
    }
}

impl Import {
    pub(super) async fn run(self, process: &Process) -> Outcome {
        let standard_input = self.file == Path::new("-");
        let format = form(self.format, Some(&self.file))?;
        if standard_input && self.keep_good {
            return Err(Usage("--keep-good needs a file, not standard input".to_owned()).into());
        }
        let file = if standard_input { PathBuf::from("/dev/stdin") } else { self.file.clone() };
        let mut given = self.settings.given(process)?;
        if !Path::new(&self.dir).is_dir() {
            given.flags.push(("import", "public.access", "write".to_owned()));
            // Nothing is served here, so there is nobody who could write from elsewhere.
            given.yes_public_write = true;
        }
        let site = Site::new(&self.dir, &given)?;
        let (engine, _) = compose::connect(&site, World::system()).await?;
        let length = std::fs::metadata(&file).map_or(0, |file| file.len());
        let bar = progress::of_bytes(length);
        let wanted = import::Import { resource: &self.resource, file: &file, format };
        let refused = refused_path(&self.file, format);
        let result = if self.keep_good {
            import_good(&engine, &wanted, &refused, shown(&bar)).await
        } else {
            import_all(&engine, &wanted, shown(&bar)).await
        };
        bar.finish_and_clear();
        if let Some(store) = engine.store() {
            store.close().await;
        }
        match result {
            Ok(imported) => Ok(summary(&self.resource, &imported, &refused)),
            Err(error) => explain(error, &engine.model().schema, self.keep_good),
        }
    }
}

fn shown(bar: &ProgressBar) -> Progress {
    let bar = bar.clone();
    Arc::new(move |bytes, rows| {
        bar.set_position(bytes);
        bar.set_message(counted(rows, "row"));
    })
}

/// The form that was given, or that the file's ending promises.
pub(super) fn form(given: Option<FormatName>, file: Option<&Path>) -> Result<Format, Usage> {
    given.map(Format::from).or_else(|| Format::of(file?)).ok_or_else(|| {
        let name = file.map_or_else(|| "the output".to_owned(), |file| file.display().to_string());
        Usage(format!(
            "the form of {name} is not known by its ending\n  Say it: --format csv, json or ndjson"
        ))
    })
}

/// Beside the file: `products.refused.csv`. Rows of a JSON list go there line by line.
fn refused_path(file: &Path, format: Format) -> PathBuf {
    file.with_extension(if format == Format::Csv { "refused.csv" } else { "refused.ndjson" })
}

fn summary(resource: &str, imported: &Imported, refused: &Path) -> ExitCode {
    println!("imported {} into {resource}", counted(imported.rows, "row"));
    if imported.refused == 0 {
        return ExitCode::SUCCESS;
    }
    tell(&imported.told, imported.refused);
    eprintln!(
        "refused {}; they are in {}\n  Correct them there and import that file",
        counted(imported.refused, "row"),
        refused.display()
    );
    ExitCode::from(FAILED)
}

/// Says why an import ended; with `keep_good`, what went in before stays.
fn explain(error: ImportError, schema: &Schema, keep_good: bool) -> Outcome {
    match error {
        ImportError::Refused(refused) => {
            tell(&refused, refused.len() as u64);
            bail!("nothing was imported\n  Correct the file, or import the good rows alone with --keep-good")
        }
        ImportError::NoResource(name) => bail!("{}", no_resource(&name, schema)),
        ImportError::Engine(EngineError::Refused(refusal)) => bail!("{}", refusal.public()),
        error if keep_good => bail!("{error}\n  Rows before it were imported, none after it"),
        error => bail!("{error}\n  Nothing was imported"),
    }
}

/// What is said about a resource that is not there.
pub(super) fn no_resource(name: &str, schema: &Schema) -> String {
    let help = if let Some(near) = schema.nearest_resource(name) {
        format!("Did you mean {near}?")
    } else {
        let names: Vec<&str> =
            schema.resources().map(|(_, resource)| resource.name.as_str()).take(MOST_TOLD).collect();
        format!("There is {}", names.join(", "))
    };
    format!("there is no resource {name:?}\n  {help}")
}

fn tell(refused: &[Refused], count: u64) {
    for row in refused {
        let mistakes: Vec<String> = row.mistakes.iter().map(ToString::to_string).collect();
        eprintln!("row {} (line {}): {}", row.number, row.line, mistakes.join("; "));
    }
    let more = count.saturating_sub(refused.len() as u64);
    if more > 0 {
        eprintln!("and {} more", counted(more, "row"));
    }
}

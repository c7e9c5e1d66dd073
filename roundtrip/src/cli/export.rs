//! `roundtrip export`: the rows of a resource into a file.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context as _, bail};
use clap::Args;
use roundtrip_journey::World;

use super::import::{FormatName, form, no_resource};
use super::target::SettingArgs;
use super::{Outcome, Process, progress};
use crate::banner::counted;
use crate::transfer::export::{ExportError, export};
use crate::transfer::format::Format;
use crate::{Site, Source, compose};

/// Write the rows of a resource to a file
///
/// Every field is written, also those that callers never see. In CSV an empty cell stands for null and
/// for an empty text alike; NDJSON and JSON keep them apart.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  roundtrip export products > products.ndjson\n  roundtrip export products --output products.csv\n  roundtrip export Track --dir music.db --format json"
)]
pub(super) struct Export {
    /// Which resource
    resource: String,

    /// The project folder, or a database
    #[arg(long, value_name = "DIR", default_value = ".")]
    dir: String,

    /// The form to write [usual: by the output's ending, otherwise ndjson]
    #[arg(long)]
    format: Option<FormatName>,

    /// The file to write [usual: standard output]
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,

    #[command(flatten)]
    settings: SettingArgs,
}

impl Export {
    pub(super) async fn run(self, process: &Process) -> Outcome {
        let format = match &self.output {
            None => self.format.map_or(Format::Ndjson, Format::from),
            Some(path) => form(self.format, Some(path))?,
        };
        let mut site = Site::new(&self.dir, &self.settings.given(process)?)?;
        if matches!(site.source, Source::Project { .. }) {
            if site.database.is_missing() {
                bail!(
                    "there is no database yet: {}\n  roundtrip serve {}  makes it",
                    site.database,
                    self.dir
                );
            }
            // Exporting changes nothing, also where the structure lags behind the resource files.
            site.database.read_only = true;
        }
        let (engine, _) = compose::connect(&site, World::system()).await?;
        if engine.model().schema.find(&self.resource).is_none() {
            bail!("{}", no_resource(&self.resource, &engine.model().schema));
        }
        let mut output: BufWriter<Box<dyn Write + Send>> = BufWriter::new(match &self.output {
            None => Box::new(std::io::stdout()),
            Some(path) => {
                Box::new(File::create(path).with_context(|| format!("cannot write {}", path.display()))?)
            }
        });
        let bar = progress::of_rows();
        let shown = |rows, total: Option<u64>| {
            if let Some(total) = total {
                bar.set_length(total);
            }
            bar.set_position(rows);
        };
        let result = export(&engine, &self.resource, format, &mut output, &shown).await;
        bar.finish_and_clear();
        if let Some(store) = engine.store() {
            store.close().await;
        }
        match result {
            Ok(rows) => {
                if let Some(path) = &self.output {
                    eprintln!("wrote {} to {}", counted(rows, "row"), path.display());
                }
                Ok(ExitCode::SUCCESS)
            }
            // `roundtrip export products | head` is no failure.
            Err(ExportError::Write(error)) if error.kind() == std::io::ErrorKind::BrokenPipe => {
                Ok(ExitCode::SUCCESS)
            }
            Err(error) => Err(error.into()),
        }
    }
}

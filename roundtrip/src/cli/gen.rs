//! `roundtrip gen`: documents made from a project or from the program itself.

use std::io::Write as _;
use std::process::ExitCode;

use clap::{Args, Subcommand};
use roundtrip_journey::World;

use super::init::editor_schema;
use super::target::Target;
use super::{Outcome, Process};
use crate::{Source, compose};

/// Print a generated document
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  roundtrip gen openapi shop > openapi.json\n  roundtrip gen settings > settings.md\n  roundtrip gen schema > resource.json"
)]
pub(super) struct Gen {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// The OpenAPI 3.1 document of a project or a database
    Openapi(Target),
    /// The reference of every setting, in Markdown
    Settings,
    /// The JSON Schema of resource files, for editors
    Schema,
}

impl Gen {
    pub(super) async fn run(self, process: &Process) -> Outcome {
        let text = match self.what {
            What::Settings => roundtrip_settings::reference(),
            What::Schema => editor_schema(),
            What::Openapi(target) => openapi(&target, process).await?,
        };
        let written = std::io::stdout().write_all(text.as_bytes());
        match written {
            // `roundtrip gen openapi | head` is no failure.
            Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => Err(error.into()),
            _ => Ok(ExitCode::SUCCESS),
        }
    }
}

async fn openapi(target: &Target, process: &Process) -> Result<String, crate::Error> {
    let site = target.site(process)?;
    let schema = match &site.source {
        // Files say everything; a database that is not made yet is no obstacle.
        Source::Project { schema, .. } => schema.clone(),
        Source::Database { .. } => {
            let (engine, _) = compose::connect(&site, World::system()).await?;
            let schema = engine.model().schema.clone();
            if let Some(store) = engine.store() {
                store.close().await;
            }
            schema
        }
    };
    Ok(compose::openapi(&schema, &site))
}

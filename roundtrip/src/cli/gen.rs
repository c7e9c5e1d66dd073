//! `roundtrip gen`: documents made from a project or from the program itself.

use std::io::Write as _;
use std::net::IpAddr;
use std::process::ExitCode;
use std::sync::Arc;

use clap::{Args, Subcommand};
use roundtrip_journey::World;
use roundtrip_schema::Schema;

use super::init::editor_schema;
use super::target::Target;
use super::{Outcome, Process};
use crate::{Error, Site, Source, codegen, compose};

/// Print a generated document
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  roundtrip gen openapi shop > openapi.json\n  roundtrip gen types shop > database.types.ts\n  roundtrip gen postman shop > shop.postman_collection.json\n  roundtrip gen settings > settings.md\n  roundtrip gen schema > resource.json"
)]
pub(super) struct Gen {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// The OpenAPI 3.1 document of a project or a database
    Openapi(Target),
    /// TypeScript types of it, for supabase-js and postgrest-js
    Types(Target),
    /// A Postman collection that calls each of its operations
    Postman(Target),
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
            What::Openapi(target) => {
                let (site, schema) = read(&target, process).await?;
                compose::openapi(&schema, &site)
            }
            What::Types(target) => codegen::typescript::types(&read(&target, process).await?.1),
            What::Postman(target) => {
                let (site, schema) = read(&target, process).await?;
                postman(&schema, &site)
            }
        };
        let written = std::io::stdout().write_all(text.as_bytes());
        match written {
            // `roundtrip gen openapi | head` is no failure.
            Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => Err(error.into()),
            _ => Ok(ExitCode::SUCCESS),
        }
    }
}

/// What the documents are about.
async fn read(target: &Target, process: &Process) -> Result<(Site, Arc<Schema>), Error> {
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
    Ok((site, schema))
}

fn postman(schema: &Schema, site: &Site) -> String {
    let settings = site.settings();
    let document = roundtrip_http::openapi_document(schema, &settings.project.name);
    let origin = origin(settings.server.host, settings.server.port);
    format!("{:#}\n", codegen::postman::collection(schema, &document, &origin))
}

/// Where a caller on this machine finds a server that listens there.
fn origin(host: IpAddr, port: u16) -> String {
    let host = match host {
        // Every address of the machine is no address to call.
        IpAddr::V4(address) if address.is_unspecified() => "127.0.0.1".to_owned(),
        IpAddr::V6(address) if address.is_unspecified() => "[::1]".to_owned(),
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => format!("[{address}]"),
    };
    // With port 0 nobody knows the port before the server runs; the usual one is as good as any.
    let port = if port == 0 { 8360 } else { port };
    format!("http://{host}:{port}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_that_listens_everywhere_is_called_on_this_machine() {
        for (host, port, expected) in [
            ("127.0.0.1", 8360, "http://127.0.0.1:8360"),
            ("0.0.0.0", 80, "http://127.0.0.1:80"),
            ("::", 0, "http://[::1]:8360"),
            ("10.0.0.7", 1, "http://10.0.0.7:1"),
            ("fe80::1", 1, "http://[fe80::1]:1"),
        ] {
            assert_eq!(origin(host.parse().unwrap(), port), expected, "{host}");
        }
    }
}

//! Settings: defaults, `roundtrip.toml`, the environment and the command line become one typed
//! value, and every setting knows where it came from.
//!
//! A key is declared once, in the file of its section. The declaration drives the parser, the
//! environment variable, `--set`, the listing of `doctor`, the reference page, the JSON Schema
//! for editors, and "did you mean".
//!
//! Later sources win: defaults, `roundtrip.toml`, the environment, a preset (`--compat`),
//! `--set section.key=value`, dedicated flags such as `--port`.
//!
//! Must not know: what a setting does. This is the only crate that reads the environment.

mod choice;
mod environment;
mod file;
mod json_schema;
mod key;
mod load;
mod origin;
mod preset;
mod problem;
mod reference;
mod registry;
mod section;
mod typed;
mod values;

pub use environment::Environment;
pub use file::SettingsFile;
pub use json_schema::json_schema;
pub use key::{Key, Kind, Value};
pub use load::{Flag, Loaded, Sources, load};
pub use origin::Origin;
pub use preset::{PRESETS, Preset};
pub use problem::{Problem, SettingsError};
pub use reference::reference;
pub use registry::{Section, key, keys, sections};
pub use section::backup::Backup;
pub use section::cors::{Cors, Origins};
pub use section::database::{Database, DatabaseUrl, Durability, Names};
pub use section::http::Http;
pub use section::journeys::Journeys;
pub use section::limits::Limits;
pub use section::log::{Log, LogFormat, LogLevel};
pub use section::project::Project;
pub use section::public::{Public, PublicAccess};
pub use section::rest::{LocationStyle, Rest, ReturnDefault};
pub use section::server::Server;
pub use values::Setting;

/// Everything that can be set, one field per section of `roundtrip.toml`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// The project itself.
    pub project: Project,
    /// The listener.
    pub server: Server,
    /// The database.
    pub database: Database,
    /// Copies of the database that the server makes by itself.
    pub backup: Backup,
    /// What one call may ask for.
    pub limits: Limits,
    /// The REST door.
    pub rest: Rest,
    /// The record of recent calls.
    pub journeys: Journeys,
    /// What is written to standard error.
    pub log: Log,
    /// What holds for every answer over HTTP.
    pub http: Http,
    /// Which web pages of other origins may read answers.
    pub cors: Cors,
    /// What everybody may do with a database that is served without a project.
    pub public: Public,
}

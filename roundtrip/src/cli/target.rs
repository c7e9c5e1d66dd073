//! Arguments that several commands take: what to work on, and settings.
//!
//! It must not know what is done with it.

use clap::Args;
use roundtrip_settings::Preset;

use super::Process;
use crate::{Error, Given, Site};

/// What to work on, and settings that differ from the project's.
#[derive(Debug, Args)]
pub(super) struct Target {
    /// A project folder, a SQLite file, or a URL such as postgres://user@host/shop
    #[arg(value_name = "DIR or DATABASE", default_value = ".")]
    pub(super) target: String,

    #[command(flatten)]
    pub(super) settings: SettingArgs,
}

/// Settings that differ from the project's.
#[derive(Debug, Args, Default)]
pub(super) struct SettingArgs {
    /// Change a setting for this run, as often as needed: --set limits.page_rows=100
    #[arg(long, value_name = "SECTION.KEY=VALUE")]
    pub(super) set: Vec<String>,

    /// Answer as another server does where this one differs on purpose: postgrest
    #[arg(long, value_name = "NAME")]
    pub(super) compat: Option<String>,
}

impl SettingArgs {
    pub(super) fn given(&self, process: &Process) -> Result<Given, Error> {
        let preset = self.compat.as_deref().map(Preset::find).transpose().map_err(Error::Flag)?;
        Ok(Given {
            environment: process.environment.clone(),
            preset,
            set: self.set.clone(),
            ..Given::default()
        })
    }
}

impl Target {
    pub(super) fn site(&self, process: &Process) -> Result<Site, Error> {
        Site::new(&self.target, &self.settings.given(process)?)
    }
}

/// Settings that were probably meant otherwise, on standard error.
pub(super) fn warn(site: &Site) {
    for warning in &site.loaded.warnings {
        eprintln!("warning: {warning}");
    }
}

//! A running server gets a changed project: its structure where that is safe, then its model.
//!
//! What is wrong or not safe changes nothing: the server goes on with what it had. It must not know
//! how a change was noticed.

use std::sync::Arc;

use roundtrip_engine::Model;
use roundtrip_store::StoreError;

use crate::compose::{Server, limits};
use crate::migrations;
use crate::opening::fitted;
use crate::site::{Site, Source};

/// What a change came to.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Reloaded {
    /// Changes of the database's structure that were made.
    pub changes: Vec<String>,
    /// Whether settings changed that need a restart.
    pub needs_restart: bool,
}

impl Server {
    /// Serves what a project has become.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be brought to the new structure; nothing has changed.
    pub async fn reload(&self, site: Arc<Site>) -> Result<Reloaded, StoreError> {
        let before = self.site();
        let mut reloaded = Reloaded { needs_restart: needs_restart(&before, &site), ..Reloaded::default() };
        let Source::Project { schema, .. } = &site.source else { return Ok(reloaded) };
        // A database that is not open yet is opened with the new files at the next attempt.
        if let Some(store) = self.engine().store() {
            reloaded.changes = migrations::settle(&site, &*store, false).await?.changes;
            let unavailable = self.engine().model().unavailable.clone();
            let (schema, limits) = (fitted(&*store, schema).await?, limits(site.settings()));
            self.engine().set_model(Model::new(schema, limits).unavailable(unavailable));
        }
        self.set_site(site);
        Ok(reloaded)
    }
}

/// Limits of queries come with the model; everything else was read when the server started.
fn needs_restart(before: &Site, after: &Site) -> bool {
    let fixed = |site: &Site| {
        let mut settings = site.settings().clone();
        settings.limits = before.settings().limits.clone();
        settings
    };
    fixed(before) != fixed(after) || before.database != after.database
}

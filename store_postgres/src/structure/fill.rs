//! Taking in the rows of another database.
//!
//! The tables are made without references and indexes; both are made at the end, when the server looks
//! at every row.
//!
//! Must not know: where the rows come from.

use roundtrip_migrate::Extras;
use roundtrip_schema::Schema;
use roundtrip_store::{Filling, StoreError, without_references};

use super::{Builder, structure};
use crate::error;
use crate::sequence::after_the_greatest;

impl Builder {
    /// Does what a stage of a copy needs.
    pub(crate) async fn filling(&self, schema: &Schema, stage: Filling) -> Result<(), StoreError> {
        match stage {
            Filling::Begins => self.bring_to(&without_references(schema)).await.map(drop),
            Filling::Ended => {
                self.lock().await?;
                let plan = self.changes_to(schema, Extras::Keep).await?;
                if !plan.obstacles.is_empty() {
                    return Err(structure(plan.obstacles, ""));
                }
                self.carry_out(&plan).await?;
                self.go_on_with_keys(schema).await
            }
            // Nothing marks a database as incomplete.
            Filling::Verified => Ok(()),
        }
    }

    /// Lets keys that the database hands out go on after the greatest.
    async fn go_on_with_keys(&self, schema: &Schema) -> Result<(), StoreError> {
        for (_, resource) in schema.resources() {
            if let Some(sql) = after_the_greatest(schema, resource) {
                self.execute(&sql).await.map_err(|error| error::plain(&error))?;
            }
        }
        Ok(())
    }
}

//! Taking in the rows of another database.
//!
//! The tables are made without references and indexes; both are made at the end, when the server looks
//! at every row. Keys that the database hands out go on after the greatest of their own accord.
//!
//! Must not know: where the rows come from.

use roundtrip_migrate::Extras;
use roundtrip_schema::Schema;
use roundtrip_store::{Filling, StoreError, without_references};

use super::{bring_to, changes_to, lock, run_all, structure};
use crate::options::Options;
use crate::session::Session;

/// Does what a stage of a copy needs.
pub(crate) async fn filling(
    session: &mut Session,
    options: &Options,
    schema: &Schema,
    stage: Filling,
) -> Result<(), StoreError> {
    match stage {
        Filling::Begins => bring_to(session, options, &without_references(schema)).await.map(drop),
        Filling::Ended => {
            lock(session, options).await?;
            let plan = changes_to(session, options, schema, Extras::Keep).await?;
            if !plan.obstacles.is_empty() {
                return Err(structure(plan.obstacles, ""));
            }
            let statements: Vec<String> = plan.statements().map(str::to_owned).collect();
            run_all(session, options, &statements).await
        }
        // Nothing marks a database as incomplete.
        Filling::Verified => Ok(()),
    }
}

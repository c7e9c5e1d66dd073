//! The migrations of a project: its files, which of them a database needs, and whether the database then
//! is as the resource files say.
//!
//! It must not know the command line.

use std::path::Path;

use roundtrip_migrate::{Dialect, Extras, MOST_BYTES, Migration, Risk, unfinished};
use roundtrip_schema::Schema;
use roundtrip_store::{Migrating, Store, StoreError, StoreErrorKind};
use thiserror::Error;

use crate::database::Place;
use crate::project::{MIGRATIONS, ProjectError, files};
use crate::site::{Site, Source};

/// What settling a database came to.
#[derive(Debug, Default)]
pub(crate) struct Settled {
    /// What was changed: statements, or the names of files.
    pub(crate) changes: Vec<String>,
    /// Whether it was this program that made the first change of an empty database.
    pub(crate) began: bool,
}

/// Why there are no migrations to read.
#[derive(Debug, Error)]
pub(crate) enum FilesError {
    /// A file cannot be read.
    #[error(transparent)]
    Read(#[from] ProjectError),
    /// A file whose name says no number.
    #[error("{MIGRATIONS}/{0}")]
    Name(#[from] roundtrip_migrate::NameError),
}

/// The migrations of a project, by number.
pub(crate) fn read(folder: &Path) -> Result<Vec<Migration>, FilesError> {
    let mut found = Vec::new();
    for file in files(folder, MIGRATIONS, &["sql"], MOST_BYTES)? {
        let name = file.path.rsplit('/').next().unwrap_or(&file.path);
        found.push(Migration::new(name, file.text)?);
    }
    found.sort_by_key(|file| file.number);
    Ok(found)
}

/// Whose SQL the migrations of a site are.
pub(crate) fn dialect(site: &Site) -> Dialect {
    match site.database.place {
        Place::File(_) => Dialect::Sqlite,
        Place::Postgres(_) => Dialect::Postgres,
        Place::Mysql(_) => Dialect::Mysql,
    }
}

/// Brings the database of a project to what its files say: by its migrations if it has any, otherwise
/// by additions and declared renames. A database that may not be written to is left as it is.
///
/// # Errors
/// [`StoreErrorKind::Structure`] with what differs and what to do, when that is not possible or not
/// enough; the database is usable as it was.
pub(crate) async fn settle(site: &Site, store: &dyn Store, was_empty: bool) -> Result<Settled, StoreError> {
    let Source::Project { folder, schema, .. } = &site.source else { return Ok(Settled::default()) };
    if !site.is_writable() {
        return Ok(Settled::default());
    }
    let files = read(folder).map_err(|error| structure(vec![error.to_string()]))?;
    let applied = applied(store).await?;
    if files.is_empty() && applied.is_empty() {
        let changes = store.bring_to(schema).await.map_err(with_advice)?;
        return Ok(Settled { began: !changes.is_empty(), changes });
    }
    let waiting = waiting(&files, &applied, dialect(site))?;
    // In an empty database there is nothing to lose.
    let destructive = waiting.iter().find(|one| !was_empty && one.risk(dialect(site)) == Risk::Destructive);
    if let Some(one) = destructive {
        let line = format!("{} is destructive, so it is not applied by itself", one.file());
        let advice = "apply it with  roundtrip migrate apply --allow-destructive".to_owned();
        return Err(structure(vec![line, advice]));
    }
    let done = store.migrate(&files, Migrating::Running).await?;
    let began = done.iter().any(|one| one.number == 1);
    let changes = done.iter().map(|one| roundtrip_migrate::file_name(one.number, &one.name)).collect();
    let lines = drift(store, schema).await?;
    if !lines.is_empty() {
        return Err(with_advice(structure(lines)));
    }
    Ok(Settled { changes, began })
}

/// What the database has; nothing where it cannot have migrations.
async fn applied(store: &dyn Store) -> Result<Vec<roundtrip_migrate::Applied>, StoreError> {
    match store.migrations().await {
        Err(error) if error.kind == StoreErrorKind::Unsupported => Ok(Vec::new()),
        outcome => outcome,
    }
}

/// The files that a database needs.
pub(crate) fn waiting<'f>(
    files: &'f [Migration],
    applied: &[roundtrip_migrate::Applied],
    dialect: Dialect,
) -> Result<Vec<&'f Migration>, StoreError> {
    unfinished(files, applied, dialect).map_err(|trouble| structure(vec![trouble.to_string()]))
}

/// Where the database differs from the resource files so that it cannot be served, a line each.
pub(crate) async fn drift(store: &dyn Store, schema: &Schema) -> Result<Vec<String>, StoreError> {
    Ok(store.changes_to(schema, Extras::Keep).await?.differences())
}

fn structure(differences: Vec<String>) -> StoreError {
    let detail = format!("the database differs from the project's files: {}", differences.join("; "));
    StoreError::new(StoreErrorKind::Structure { differences }, detail, "")
}

/// Says what to do about a database that differs.
fn with_advice(mut error: StoreError) -> StoreError {
    if let StoreErrorKind::Structure { differences } = &mut error.kind {
        differences.push("see what it takes with  roundtrip migrate plan".to_owned());
    }
    error
}

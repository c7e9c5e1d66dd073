//! The program under test, and projects for it. The same tests are built once for each database, by the
//! files beside this folder; the name of the build says which.

use std::ops::Deref;
use std::path::Path;

use roundtrip_testkit::database::Kind;
use roundtrip_testkit::{Finished, Folder, Server, TestDatabase};

/// The program under test.
pub(crate) fn program() -> &'static Path {
    Path::new(env!("CARGO_BIN_EXE_roundtrip"))
}

/// Runs the program in a folder to its end.
pub(crate) fn run(folder: &Folder, arguments: &[&str]) -> Finished {
    roundtrip_testkit::run(program(), folder.path(), arguments)
}

/// Runs the program, which has to succeed; gives its standard output.
#[track_caller]
pub(crate) fn done(folder: &Folder, arguments: &[&str]) -> String {
    let finished = run(folder, arguments);
    assert_eq!(finished.code, Some(0), "{arguments:?}:\n{}{}", finished.stdout, finished.stderr);
    finished.stdout
}

/// Runs the program, which has to fail with this code; gives its standard error.
#[track_caller]
pub(crate) fn fails(folder: &Folder, arguments: &[&str], code: i32) -> String {
    let finished = run(folder, arguments);
    assert_eq!(finished.code, Some(code), "{arguments:?}:\n{}{}", finished.stdout, finished.stderr);
    finished.stderr
}

/// A project with the database that this build of the tests is about.
pub(crate) struct Project {
    folder: Folder,
    /// Of a server; a file is in the folder.
    _database: Option<TestDatabase>,
}

impl Project {
    /// A project of these files.
    pub(crate) fn with(files: &[(&str, &str)]) -> Self {
        Self::new(Folder::with(files))
    }

    /// The example shop.
    pub(crate) fn shop() -> Self {
        Self::new(Folder::shop())
    }

    fn new(folder: Folder) -> Self {
        let kind = match env!("CARGO_CRATE_NAME") {
            "postgres" => Kind::Postgres,
            "mysql" => Kind::Mysql,
            _ => return Self { folder, _database: None },
        };
        let database = TestDatabase::made(kind);
        folder.write("roundtrip.toml", &format!("[database]\nurl = \"{}\"\n", database.url));
        Self { folder, _database: Some(database) }
    }

    /// Serves it in this process.
    pub(crate) async fn serve(&self) -> Server {
        Server::start(self.path(), &[]).await
    }
}

impl Deref for Project {
    type Target = Folder;

    fn deref(&self) -> &Folder {
        &self.folder
    }
}

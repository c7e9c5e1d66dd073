//! Tests of the whole: the program as a person runs it, and the library as a program embeds it.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on says why")]

mod backup;
mod copy;
mod dev;
mod durability;
mod equal;
mod errors;
mod from_openapi;
mod help;
mod migrate;
mod nodes;
mod opening;
mod projects;
mod pull;
mod seeds;
mod shutdown;
mod sync;
mod transfer;

use std::path::Path;

use roundtrip_testkit::{Finished, Folder};

/// The program under test.
fn program() -> &'static Path {
    Path::new(env!("CARGO_BIN_EXE_roundtrip"))
}

/// Runs the program in a folder to its end.
fn run(folder: &Folder, arguments: &[&str]) -> Finished {
    roundtrip_testkit::run(program(), folder.path(), arguments)
}

/// Runs the program, which has to succeed; gives its standard output.
#[track_caller]
fn done(folder: &Folder, arguments: &[&str]) -> String {
    let finished = run(folder, arguments);
    assert_eq!(finished.code, Some(0), "{arguments:?}:\n{}{}", finished.stdout, finished.stderr);
    finished.stdout
}

/// Runs the program, which has to fail with this code; gives its standard error.
#[track_caller]
fn fails(folder: &Folder, arguments: &[&str], code: i32) -> String {
    let finished = run(folder, arguments);
    assert_eq!(finished.code, Some(code), "{arguments:?}:\n{}{}", finished.stdout, finished.stderr);
    finished.stderr
}

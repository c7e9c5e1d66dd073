//! The rivals that Roundtrip is measured against: axum and the driver of one database, written by hand for one table.
//!
//! They do only what the measured requests need: no rules, no limits, no journey, no schema. That is their purpose:
//! each is what a developer in a hurry for speed would write, and `cargo xtask bench` says how much of its speed a
//! general server keeps. They must not know Roundtrip, and must not be slowed down to flatter it.

mod database;
mod fixture;
mod mysql;
mod postgres;
mod product;
mod routes;
mod sqlite;

use std::process::ExitCode;

use axum::serve::ListenerExt as _;

use database::{Database, Place};

/// Every fallible function here ends in `main`, which prints the text, or in an answer.
type Failure = Box<dyn std::error::Error + Send + Sync>;

const USAGE: &str = "usage: roundtrip-bench [--db FILE|URL] [--port N]
       roundtrip-bench fixture FILE|URL   make a database with the rows that are measured on
       roundtrip-bench version FILE|URL   what it is, and what it does before a row is safe
       roundtrip-bench drop URL           drop a database whose name begins with roundtrip_bench_";

/// What was asked for on the command line.
#[derive(Debug, PartialEq)]
enum Command {
    Serve { place: Place, port: u16 },
    Fixture(Place),
    Version(Place),
    Drop(Place),
}

#[tokio::main]
async fn main() -> ExitCode {
    let done = match parse(std::env::args().skip(1)) {
        Ok(command) => run(command).await,
        Err(failure) => Err(failure),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("error: {}", whole_text(failure.as_ref()));
            ExitCode::FAILURE
        }
    }
}

fn parse(mut words: impl Iterator<Item = String>) -> Result<Command, Failure> {
    let mut place = Place::Sqlite("bench.db".into());
    let mut port = 0;
    while let Some(word) = words.next() {
        let mut value = || words.next().ok_or(USAGE);
        match word.as_str() {
            "fixture" => return Ok(Command::Fixture(Place::parse(&value()?)?)),
            "version" => return Ok(Command::Version(Place::parse(&value()?)?)),
            "drop" => return Ok(Command::Drop(Place::parse(&value()?)?)),
            "--db" => place = Place::parse(&value()?)?,
            "--port" => {
                port = value()?.parse().map_err(|_| format!("--port wants a number up to 65535\n{USAGE}"))?;
            }
            unknown => return Err(format!("unknown argument {unknown:?}\n{USAGE}").into()),
        }
    }
    Ok(Command::Serve { place, port })
}

async fn run(command: Command) -> Result<(), Failure> {
    match command {
        Command::Serve { place: Place::Sqlite(file), port } => serve(sqlite::open(&file)?, port).await,
        Command::Serve { place: Place::Postgres(url), port } => {
            serve(postgres::open(&url).await?, port).await
        }
        Command::Serve { place: Place::Mysql(url), port } => serve(mysql::open(&url).await?, port).await,
        Command::Fixture(place) => place.fill().await,
        Command::Drop(place) => place.drop().await,
        Command::Version(place) => {
            println!("{}", place.version().await?);
            Ok(())
        }
    }
}

async fn serve(database: impl Database, port: u16) -> Result<(), Failure> {
    let router = routes::router(database);
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", port)).await?;
    println!("listening on http://{}", listener.local_addr()?);
    // Nagle's algorithm would hold small answers back; a refusal of the option only makes this rival slower.
    let listener = listener.tap_io(|stream| drop(stream.set_nodelay(true)));
    axum::serve(listener, router).await?;
    Ok(())
}

/// Drivers keep what a server said one error below.
fn whole_text(failure: &dyn std::error::Error) -> String {
    let mut text = failure.to_string();
    let mut cause = failure.source();
    while let Some(error) = cause {
        text = format!("{text}: {error}");
        cause = error.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(line: &str) -> Result<Command, String> {
        parse(line.split_whitespace().map(String::from)).map_err(|failure| failure.to_string())
    }

    #[test]
    fn the_command_line_is_read() {
        let file = || Place::Sqlite("a.db".into());
        let url = || Place::Postgres("postgres://b/c".into());
        assert_eq!(words("fixture a.db"), Ok(Command::Fixture(file())));
        assert_eq!(words("fixture postgres://b/c"), Ok(Command::Fixture(url())));
        assert_eq!(words("version postgres://b/c"), Ok(Command::Version(url())));
        assert_eq!(words("drop postgres://b/c"), Ok(Command::Drop(url())));
        assert_eq!(words("--db a.db --port 81"), Ok(Command::Serve { place: file(), port: 81 }));
        assert_eq!(words("--db postgres://b/c"), Ok(Command::Serve { place: url(), port: 0 }));
        for bad in ["fixture", "drop", "version", "--db", "--db redis://b", "--port many", "--prot 1"] {
            assert!(words(bad).is_err(), "{bad} was accepted");
        }
    }
}

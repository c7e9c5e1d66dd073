//! The rival that Roundtrip is measured against: axum and rusqlite, written by hand for one table.
//!
//! It does only what the measured requests need: no rules, no limits, no journey, no schema. That is its purpose:
//! it is what a developer in a hurry for speed would write, and `cargo xtask bench` says how much of its speed a
//! general server keeps. It must not know Roundtrip, and must not be slowed down to flatter it.

mod fixture;
mod product;
mod reads;
mod routes;
mod writer;

use std::path::PathBuf;
use std::process::ExitCode;

use axum::serve::ListenerExt as _;

/// Every fallible function here ends in `main`, which prints the text.
type Failure = Box<dyn std::error::Error + Send + Sync>;

const USAGE: &str = "usage: roundtrip-bench [--db FILE] [--port N]\n       roundtrip-bench fixture FILE";

/// What was asked for on the command line.
#[derive(Debug, PartialEq)]
enum Command {
    Serve { database: PathBuf, port: u16 },
    Fixture { file: PathBuf },
}

fn main() -> ExitCode {
    let done = parse(std::env::args().skip(1)).and_then(|command| match command {
        Command::Fixture { file } => fixture::write(&file),
        Command::Serve { database, port } => serve(database, port),
    });
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("error: {failure}");
            ExitCode::FAILURE
        }
    }
}

fn parse(mut words: impl Iterator<Item = String>) -> Result<Command, Failure> {
    let mut database = PathBuf::from("bench.db");
    let mut port = 0;
    while let Some(word) = words.next() {
        let mut value = || words.next().ok_or(USAGE);
        match word.as_str() {
            "fixture" => return Ok(Command::Fixture { file: value()?.into() }),
            "--db" => database = value()?.into(),
            "--port" => {
                port = value()?.parse().map_err(|_| format!("--port wants a number up to 65535\n{USAGE}"))?;
            }
            unknown => return Err(format!("unknown argument {unknown:?}\n{USAGE}").into()),
        }
    }
    Ok(Command::Serve { database, port })
}

#[tokio::main]
async fn serve(database: PathBuf, port: u16) -> Result<(), Failure> {
    if !database.exists() {
        let name = database.display();
        return Err(format!("there is no {name}: make it with `roundtrip-bench fixture {name}`").into());
    }
    let queue = writer::start(&database)?;
    let router = routes::router(database, queue);
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", port)).await?;
    println!("listening on http://{}", listener.local_addr()?);
    // Nagle's algorithm would hold small answers back; a refusal of the option only makes this rival slower.
    let listener = listener.tap_io(|stream| drop(stream.set_nodelay(true)));
    axum::serve(listener, router).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(line: &str) -> Result<Command, String> {
        parse(line.split_whitespace().map(String::from)).map_err(|failure| failure.to_string())
    }

    #[test]
    fn the_command_line_is_read() {
        assert_eq!(words("fixture a.db"), Ok(Command::Fixture { file: "a.db".into() }));
        assert_eq!(words("--db a.db --port 81"), Ok(Command::Serve { database: "a.db".into(), port: 81 }));
        for bad in ["fixture", "--db", "--port many", "--prot 1"] {
            assert!(words(bad).is_err(), "{bad} was accepted");
        }
    }
}

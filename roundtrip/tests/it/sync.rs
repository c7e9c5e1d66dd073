//! What the operating system saw: the write-ahead log reaches the disk before each acknowledgement.

use std::collections::HashSet;
use std::fs::File;
use std::io::Read as _;
use std::path::Path;
use std::process::Command;
use std::thread;

use roundtrip_testkit::{Folder, Program, server};

use crate::program;

const WRITES: usize = 20;

/// The calls that matter, with the files that they are about.
const TRACE: [&str; 9] =
    ["-D", "-f", "-y", "-s", "32", "-e", "trace=fsync,fdatasync,sendto,write,writev", "-e", "signal=none"];

#[tokio::test]
async fn every_acknowledgement_comes_after_a_sync_of_the_log() {
    let folder = Folder::with(&[(
        "resources/rows.toml",
        "[fields]\ntext = \"text\"\n[access]\nread = \"anyone\"\nwrite = \"anyone\"\n",
    )]);
    let pipe = folder.join("trace");
    assert!(Command::new("mkfifo").arg(&pipe).status().expect("the program mkfifo").success());
    let reading = thread::spawn({
        let pipe = pipe.clone();
        move || {
            let mut seen = String::new();
            File::open(pipe).and_then(|mut pipe| pipe.read_to_string(&mut seen)).expect("a trace");
            seen
        }
    });
    let (pipe, program) = (pipe.display().to_string(), program().display().to_string());
    let arguments = [&TRACE[..], &["-o", &pipe, &program, "serve"]].concat();
    let mut served = Program::serve(Path::new("strace"), folder.path(), &arguments);
    let client = server::client();
    for number in 0..WRITES {
        let request =
            client.post(format!("{}/rest/v1/rows", served.url)).header("content-type", "application/json");
        let response = request.body(format!("{{\"text\": \"{number}\"}}")).send().await.unwrap();
        assert_eq!(response.status(), 201);
    }
    served.kill();
    let seen = reading.join().expect("the trace was read");
    check(&seen);
}

fn check(trace: &str) {
    let mut syncing = HashSet::new();
    let mut synced = false;
    let mut acknowledged = 0;
    for line in trace.lines() {
        let (thread, call) = line.trim_start().split_once(' ').unwrap_or((line, ""));
        let call = call.trim_start();
        let sync = call.starts_with("fsync(") || call.starts_with("fdatasync(");
        if sync && call.contains("-wal>") {
            if call.contains("unfinished") {
                syncing.insert(thread);
            } else {
                synced |= call.ends_with("= 0");
            }
        } else if call.contains("sync resumed>") && syncing.remove(thread) {
            synced |= call.ends_with("= 0");
        } else if call.contains("HTTP/1.1 201") {
            assert!(synced, "acknowledged before the log was on the disk:\n{line}");
            synced = false;
            acknowledged += 1;
        }
    }
    assert_eq!(acknowledged, WRITES, "acknowledgements in the trace:\n{trace}");
}

//! Killed in the middle of writing, twenty times: what was acknowledged is there.

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use roundtrip_testkit::{Folder, Program, server};
use tokio::sync::Notify;

use crate::{done, program};

const ROUNDS: usize = 20;

/// Callers that write at the same time.
const CALLERS: usize = 8;

/// Acknowledged writes after which a round is over; a few more each round, so that the kill
/// comes at another place in a group of writes.
const FEWEST: usize = 25;

/// What the callers of all rounds were told.
#[derive(Default)]
struct Told {
    acknowledged: Mutex<Vec<String>>,
    enough: Notify,
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_acknowledged_row_survives_twenty_kills() {
    let folder = Folder::with(&[(
        "resources/rows.toml",
        "[fields]\ntext = \"text\"\n[access]\nread = \"anyone\"\nwrite = \"anyone\"\n",
    )]);
    let told = Arc::new(Told::default());
    for round in 0..ROUNDS {
        let mut served = Program::serve(program(), folder.path(), &["serve"]);
        let before = told.acknowledged.lock().unwrap().len();
        let callers: Vec<_> = (0..CALLERS)
            .map(|caller| tokio::spawn(write(served.url.clone(), round, caller, Arc::clone(&told))))
            .collect();
        while told.acknowledged.lock().unwrap().len() < before + FEWEST + round {
            told.enough.notified().await;
        }
        served.kill();
        for caller in callers {
            caller.await.unwrap();
        }
    }
    let stored = stored(&folder);
    let acknowledged = told.acknowledged.lock().unwrap().clone();
    assert!(acknowledged.len() >= ROUNDS * FEWEST);
    let lost: Vec<&String> = acknowledged.iter().filter(|text| !stored.contains_key(*text)).collect();
    assert!(lost.is_empty(), "{} of {} acknowledged rows are lost: {lost:?}", lost.len(), acknowledged.len());
    assert!(stored.values().all(|count| *count == 1), "a row is there twice");
}

/// Writes row after row until the server is gone.
async fn write(url: String, round: usize, caller: usize, told: Arc<Told>) {
    let client = server::client();
    let next = AtomicUsize::new(0);
    loop {
        let text = format!("{round}-{caller}-{}", next.fetch_add(1, Ordering::Relaxed));
        let request = client.post(format!("{url}/rest/v1/rows")).header("content-type", "application/json");
        match request.body(format!("{{\"text\": \"{text}\"}}")).send().await {
            Ok(response) if response.status() == 201 => {
                told.acknowledged.lock().unwrap().push(text);
                told.enough.notify_one();
            }
            Ok(response) => panic!("an answer that is no acknowledgement: {}", response.status()),
            Err(_) => return,
        }
    }
}

/// How often each text is in the database.
fn stored(folder: &Folder) -> HashMap<String, usize> {
    let mut stored = HashMap::new();
    for row in done(folder, &["export", "rows"]).lines() {
        let row: serde_json::Value = serde_json::from_str(row).unwrap();
        *stored.entry(row["text"].as_str().unwrap().to_owned()).or_default() += 1;
    }
    stored
}

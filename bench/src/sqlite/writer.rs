//! Durable inserts: one thread owns the writing connection and commits whatever waits as one group, so that many
//! callers share one wait for the disk. A caller is answered after its commit, never before. It must not know HTTP.

use std::path::Path;
use std::thread;

use crossbeam_channel::{Receiver, Sender};
use rusqlite::{Connection, params};
use tokio::sync::oneshot;

use super::reads;
use crate::Failure;
use crate::database::Json;
use crate::product::NewProduct;

/// Inserts that may wait; one more is refused rather than queued without end.
const QUEUE_JOBS: usize = 1_024;
/// Inserts that share one commit at most, so that the first of a group does not wait for a crowd.
const GROUP_JOBS: usize = 256;

/// The inserted row as JSON, or why there is none.
pub(super) type Written = Result<Json, String>;

/// An insert and the one who waits for it.
pub(super) struct Job {
    pub(super) product: NewProduct,
    pub(super) answer: oneshot::Sender<Written>,
}

/// Starts the writing thread; it ends when the last sender is dropped.
pub(super) fn start(database: &Path) -> Result<Sender<Job>, Failure> {
    let mut connection = Connection::open(database)?;
    connection.pragma_update(None, "journal_mode", "wal")?;
    connection.pragma_update(None, "synchronous", "full")?;
    let (sender, jobs) = crossbeam_channel::bounded(QUEUE_JOBS);
    thread::Builder::new().name("writer".into()).spawn(move || write_groups(&mut connection, &jobs))?;
    Ok(sender)
}

fn write_groups(connection: &mut Connection, jobs: &Receiver<Job>) {
    let mut group = Vec::with_capacity(GROUP_JOBS);
    while let Ok(first) = jobs.recv() {
        group.push(first);
        group.extend(jobs.try_iter().take(GROUP_JOBS - 1));
        write_group(connection, &mut group);
    }
}

fn write_group(connection: &mut Connection, group: &mut Vec<Job>) {
    match commit(connection, group) {
        Ok(written) => {
            for (job, row) in group.drain(..).zip(written) {
                // A caller who hung up does not undo what is on the disk.
                drop(job.answer.send(row));
            }
        }
        Err(error) => {
            let reason = error.to_string();
            for job in group.drain(..) {
                drop(job.answer.send(Err(reason.clone())));
            }
        }
    }
}

fn commit(connection: &mut Connection, group: &[Job]) -> rusqlite::Result<Vec<Written>> {
    let transaction = connection.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
    // No savepoints: a failing insert of a single row undoes itself and leaves the others.
    let written =
        group.iter().map(|job| insert(&transaction, &job.product).map_err(|error| error.to_string()));
    let written = written.collect();
    transaction.commit()?;
    Ok(written)
}

fn insert(connection: &Connection, product: &NewProduct) -> rusqlite::Result<Json> {
    let mut statement = connection.prepare_cached(
        "insert into products (name, price, stock, category_id, about) values (?1, ?2, ?3, ?4, ?5)
         returning id, name, price, stock, category_id, about",
    )?;
    let values = params![product.name, product.price, product.stock, product.category_id, product.about];
    statement.query_row(values, reads::product)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn job(name: &str) -> (Job, oneshot::Receiver<Written>) {
        let (answer, waiting) = oneshot::channel();
        let product =
            NewProduct { name: name.into(), price: Some(9.5), stock: None, category_id: None, about: None };
        (Job { product, answer }, waiting)
    }

    #[test]
    fn a_group_is_answered_in_order_and_a_bad_row_spares_the_others() {
        let mut connection = Connection::open_in_memory().unwrap();
        connection
            .execute_batch(
                "create table products (id integer primary key, name text check (name <> 'bad'),
                 price numeric, stock integer, category_id integer, about text)",
            )
            .unwrap();
        let (mut group, waiting): (Vec<_>, Vec<_>) = ["first", "bad", "last"].map(job).into_iter().unzip();
        write_group(&mut connection, &mut group);
        let answers: Vec<Written> =
            waiting.into_iter().map(|mut waiting| waiting.try_recv().unwrap()).collect();
        let first: serde_json::Value = serde_json::from_slice(answers[0].as_ref().unwrap()).unwrap();
        assert_eq!((first["id"].as_i64(), first["price"].as_f64()), (Some(1), Some(9.5)));
        assert!(answers[1].is_err() && answers[2].is_ok());
        let rows: i64 = connection.query_row("select count(*) from products", [], |row| row.get(0)).unwrap();
        assert_eq!(rows, 2);
    }
}

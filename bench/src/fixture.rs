//! The database file that both servers are measured on: the same 10,000 rows on every machine and in every run.
//! It must not use a clock or randomness.

use std::path::Path;

use rusqlite::{Connection, params};

use crate::Failure;

/// How many rows the file has; the reading scenarios draw their ids from 1 up to this.
pub(crate) const ROWS: i64 = 10_000;

const TABLE: &str = "create table products (
    id integer primary key,
    name text not null,
    price numeric,
    stock integer,
    category_id integer,
    about text
)";

/// Writes a new file with the table and its rows, and leaves it in WAL mode.
pub(crate) fn write(file: &Path) -> Result<(), Failure> {
    // Not overwritten: the path may be a typing mistake that names a database of worth.
    if file.exists() {
        return Err(format!("{} exists already: remove it or choose another name", file.display()).into());
    }
    let mut connection = Connection::open(file)?;
    connection.pragma_update(None, "journal_mode", "wal")?;
    fill(&mut connection)?;
    // The journal is folded back, so that copying the one file copies everything.
    connection.query_row("pragma wal_checkpoint(truncate)", [], |_| Ok(()))?;
    Ok(())
}

fn fill(connection: &mut Connection) -> rusqlite::Result<()> {
    let transaction = connection.transaction()?;
    transaction.execute_batch(TABLE)?;
    {
        let mut insert =
            transaction.prepare("insert into products values (?1, ?2, ?3 / 100.0, ?4, ?5, ?6)")?;
        for id in 1..=ROWS {
            // Steps coprime to their moduli spread the values without a generator: about a quarter costs less than 50.
            let cents = (id * 3_719) % 20_000;
            let about = (id % 3 != 0).then(|| format!("Batch {}, shelf {}.", id % 97, id % 31));
            insert.execute(params![
                id,
                format!("Product {id}"),
                cents,
                (id * 7) % 500,
                id % 20 + 1,
                about
            ])?;
        }
    }
    transaction.commit()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fixture_has_its_rows_and_is_the_same_every_time() {
        let fingerprint = || -> (i64, i64, f64, String) {
            let mut connection = Connection::open_in_memory().unwrap();
            fill(&mut connection).unwrap();
            connection
                .query_row(
                    "select count(*), sum(price < 50), sum(price * id), group_concat(about) from products",
                    [],
                    |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)),
                )
                .unwrap()
        };
        let first = fingerprint();
        assert_eq!(first.0, ROWS);
        assert!((2_000..3_000).contains(&first.1), "{} products cost less than 50", first.1);
        assert_eq!(first, fingerprint());
    }
}

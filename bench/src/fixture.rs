//! The rows that both servers are measured on: the same 10,000 on every machine, in every run and in every database.
//! It must not use a clock or randomness, and must not know a database.

/// How many there are; the reading scenarios draw their ids from 1 up to this.
pub(crate) const ROWS: i32 = 10_000;

/// A product to be.
#[derive(Debug, PartialEq)]
pub(crate) struct Row {
    pub(crate) id: i32,
    pub(crate) name: String,
    /// Its price, in a form that every database divides by a hundred in its own way.
    pub(crate) cents: i32,
    pub(crate) stock: i32,
    pub(crate) category_id: i32,
    pub(crate) about: Option<String>,
}

/// All of them, by id.
pub(crate) fn rows() -> impl Iterator<Item = Row> {
    // Steps coprime to their moduli spread the values without a generator: about a quarter costs less than 50.
    (1..=ROWS).map(|id| Row {
        id,
        name: format!("Product {id}"),
        cents: (id * 3_719) % 20_000,
        stock: (id * 7) % 500,
        category_id: id % 20 + 1,
        about: (id % 3 != 0).then(|| format!("Batch {}, shelf {}.", id % 97, id % 31)),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rows_are_the_same_every_time_and_a_quarter_is_cheap() {
        let all: Vec<_> = rows().collect();
        assert_eq!(all.len(), 10_000);
        assert_eq!(all.last().unwrap().id, ROWS);
        let cheap = all.iter().filter(|row| row.cents < 5_000).count();
        assert!((2_000..3_000).contains(&cheap), "{cheap} products cost less than 50");
        assert!(rows().eq(all));
    }
}

//! Views have the relations of what they show.

use roundtrip_schema::Schema;
use rusqlite::Connection;

fn relations(schema: &Schema, origin: &str) -> Vec<String> {
    let id = schema.find(origin).expect("a resource");
    let name = |relation: &roundtrip_schema::Relation| schema.resource(relation.target).name.clone();
    let mut all: Vec<String> = schema
        .relations(id)
        .iter()
        .map(|relation| format!("{} {} by {}", relation.kind, name(relation), relation.description))
        .collect();
    all.sort();
    all
}

#[test]
fn views_have_the_relations_of_what_they_show() {
    let connection = Connection::open_in_memory().unwrap();
    connection
        .execute_batch(
            "CREATE TABLE t_authors (id INTEGER PRIMARY KEY, name TEXT);
             CREATE TABLE t_books (id INTEGER PRIMARY KEY, title TEXT, author_id INT REFERENCES t_authors);
             CREATE VIEW authors AS SELECT id, name FROM t_authors;
             CREATE VIEW books AS SELECT b.id, b.title, b.author_id AS author FROM t_books AS b;
             CREATE VIEW forties AS WITH old AS (SELECT * FROM books) SELECT title, author FROM old;
             CREATE VIEW counted AS SELECT author_id + 0 AS author_id, count(*) AS n FROM t_books GROUP BY 1;
             CREATE VIEW twice AS SELECT author_id AS a, author_id AS b FROM t_books;",
        )
        .unwrap();
    let schema = roundtrip_store_sqlite::introspect(&connection).unwrap();
    let to = |origin: &str, target: &str| -> Vec<String> {
        let all = relations(&schema, origin);
        all.into_iter().filter(|one| one.contains(&format!(" {target} by "))).collect()
    };
    let key = "t_books_author_id_fkey using";
    assert_eq!(
        to("books", "authors"),
        [format!("many-to-one authors by {key} books(author) and authors(id)")]
    );
    assert_eq!(to("authors", "books"), [format!("one-to-many books by {key} authors(id) and books(author)")]);
    assert_eq!(
        to("forties", "t_authors"),
        [format!("many-to-one t_authors by {key} forties(author) and t_authors(id)")]
    );
    assert_eq!(to("twice", "authors").len(), 2);
    assert!(relations(&schema, "counted").is_empty());
}

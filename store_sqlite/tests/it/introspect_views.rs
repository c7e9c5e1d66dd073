//! Views have the relations of what they show.

use roundtrip_store::conformance::relations;
use rusqlite::Connection;

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

/// A view that only shows a table under other names can stand for it, unless it has triggers of its own.
#[test]
fn plain_views_are_their_tables_unless_they_have_triggers() {
    let connection = Connection::open_in_memory().unwrap();
    connection
        .execute_batch(
            "CREATE TABLE base (id INTEGER PRIMARY KEY, a TEXT, hidden TEXT);
             CREATE VIEW plain AS SELECT b.id AS number, a FROM base AS b;
             CREATE VIEW some AS SELECT id, a FROM base WHERE a = 'x';
             CREATE VIEW grouped AS SELECT DISTINCT a FROM base;
             CREATE VIEW computed AS SELECT id, upper(a) AS a FROM base;
             CREATE VIEW guarded AS SELECT id, a FROM base;
             CREATE TRIGGER t INSTEAD OF DELETE ON guarded BEGIN SELECT 1; END;",
        )
        .unwrap();
    let served = roundtrip_store_sqlite::introspect(&connection).unwrap().with_plain_views_as_tables();
    for (name, table) in [
        ("plain", "base"),
        ("some", "some"),
        ("grouped", "grouped"),
        ("computed", "computed"),
        ("guarded", "guarded"),
    ] {
        let resource = served.resource(served.find(name).unwrap());
        assert_eq!(resource.table, table, "{name}");
    }
    let plain = served.resource(served.find("plain").unwrap());
    let columns: Vec<_> = plain.fields.iter().map(|field| (&*field.name, &*field.column)).collect();
    assert_eq!(columns, [("number", "id"), ("a", "a")]);
    assert_eq!((plain.names(&plain.primary_key), plain.generated_key), (vec!["number"], true));
}

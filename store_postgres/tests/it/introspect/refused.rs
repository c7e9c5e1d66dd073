//! What cannot be served is refused in a sentence, and the connection can go on.

use roundtrip_store_postgres::introspect::introspect;

use super::database::run;
use super::show::show;

#[test]
fn namespaces_that_cannot_be_served() {
    run(async |client| {
        for (namespace, expected) in [
            ("nobody", "the database has no schema \"nobody\" that this role may use"),
            ("Public", "the database has no schema \"Public\" that this role may use"),
            (
                "pg_catalog",
                "the schema \"pg_catalog\" of the database belongs to the system and is not served",
            ),
            ("pg_temp_3", "the schema \"pg_temp_3\" of the database belongs to the system and is not served"),
            ("roundtrip", "the schema \"roundtrip\" of the database belongs to the system and is not served"),
            (
                "information_schema",
                "the schema \"information_schema\" of the database belongs to the system and is not served",
            ),
        ] {
            assert_eq!(introspect(&client, namespace).await.unwrap_err().to_string(), expected);
        }
        // No transaction is left open, and what was set for it is as before.
        client.batch_execute("BEGIN; COMMIT; CREATE TABLE here (id int)").await.unwrap();
        assert_eq!(introspect(&client, "public").await.unwrap().len(), 1);
    });
}

#[test]
fn namespaces_keep_apart() {
    run(async |client| {
        client
            .batch_execute(
                "CREATE SCHEMA \"The Shop\";
                 CREATE TYPE \"The Shop\".mood AS ENUM ('sad');
                 CREATE TABLE \"The Shop\".t (id int PRIMARY KEY, feeling \"The Shop\".mood);
                 CREATE TABLE t (id int PRIMARY KEY);
                 SET search_path = \"The Shop\";",
            )
            .await
            .unwrap();
        let shop = introspect(&client, "The Shop").await.unwrap();
        assert_eq!(shop.namespace(), Some("The Shop"));
        assert_eq!(
            show(&shop),
            "table t (id)\n  id: integer [integer]\n  feeling: enum(sad)? [\"The Shop\".mood]\n"
        );
        client.batch_execute("DROP TABLE t").await.unwrap();
        assert_eq!(introspect(&client, "The Shop").await.unwrap().len(), 0);
    });
}

//! Databases of other people, read as a schema.

mod foreign;
mod show;

use roundtrip_schema::Schema;
use roundtrip_store_mysql::introspect::{IntrospectError, introspect};

use crate::database::{Database, connect};

/// Makes a database with these statements.
async fn database(sql: &str) -> Database {
    let database = Database::new().await;
    for statement in sql.split(";\n").filter(|statement| !statement.trim().is_empty()) {
        database.run(statement).await;
    }
    database
}

/// Makes a database with these statements and reads it.
async fn read(sql: &str) -> Schema {
    let database = database(sql).await;
    let mut connection = database.other().await;
    let schema = introspect(&mut connection).await.unwrap();
    connection.disconnect().await.unwrap();
    schema
}

#[tokio::test]
async fn types_by_name() {
    insta::assert_snapshot!(show::schema(&read(include_str!("types.sql")).await));
}

#[tokio::test]
async fn keys_and_constraints() {
    insta::assert_snapshot!(show::schema(&read(include_str!("keys.sql")).await));
}

#[tokio::test]
async fn views_show_what_is_certain() {
    let schema = read(include_str!("views.sql")).await;
    insta::assert_snapshot!(show::schema(&schema) + &show::relations_of_views(&schema));
}

#[tokio::test]
async fn plain_views_can_be_written() {
    let schema = read(include_str!("views.sql")).await.with_plain_views_as_tables();
    let tables = schema.resources().filter(|(_, one)| one.name != one.table);
    let tables: Vec<String> = tables.map(|(_, one)| format!("{} is {}", one.name, one.table)).collect();
    assert_eq!(tables, ["renamed is person"]);
}

#[tokio::test]
async fn an_empty_database_has_no_resources() {
    assert!(read("").await.is_empty());
}

#[tokio::test]
async fn a_connection_without_a_database_is_refused() {
    let mut connection = connect(None).await;
    let error = introspect(&mut connection).await.unwrap_err();
    assert!(matches!(error, IntrospectError::NoDatabase), "{error}");
    connection.disconnect().await.unwrap();
}

//! Rules that look at rows, which no resource file can say yet: shapes made by hand, on a database of
//! their own.

use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt as _;
use mysql_async::prelude::Queryable as _;
use roundtrip_journey::SystemClock;
use roundtrip_query::plan::{
    Compare, Conflict, Expr, InsertShape, Layout, Output, Params, Predicate, Resolution, Scope, Slot, Terms,
    UpdateShape,
};
use roundtrip_query::{Plan, Shape};
use roundtrip_schema::{FieldId, ResourceId, Schema, Value};
use roundtrip_store::{Rows, StoreError, StoreErrorKind};

use super::{Turn, Turns, write};
use crate::address::Address;
use crate::connect::Place;
use crate::options::{Mode, Options};
use crate::pool::Pool;
use crate::statement::Prepared;
use crate::structure;

/// Where the field `n` stands.
const N: usize = 1;

struct Table {
    place: Arc<Place>,
    pool: Pool,
    schema: Arc<Schema>,
    name: String,
}

#[expect(clippy::disallowed_methods, reason = "a test has no settings")]
pub(crate) fn server() -> String {
    let url = std::env::var("ROUNDTRIP_TEST_MYSQL").unwrap_or_else(|_| "mysql://root@127.0.0.1:3306".into());
    let parts: Vec<&str> = url.splitn(4, '/').take(3).collect();
    parts.join("/")
}

impl Table {
    async fn new(name: &str, statements: &[&str]) -> Self {
        let name = format!("roundtrip_rules_{}_{name}", std::process::id());
        let options = mysql_async::Opts::from_url(&server()).unwrap();
        let mut connection = mysql_async::Conn::new(options).await.expect("these tests need MariaDB");
        for words in [
            format!("DROP DATABASE IF EXISTS {name}"),
            format!("CREATE DATABASE {name}"),
            format!("USE {name}"),
        ] {
            connection.query_drop(words).await.unwrap();
        }
        for words in statements {
            connection.query_drop(*words).await.unwrap();
        }
        connection.disconnect().await.unwrap();
        let address = Address::parse(&format!("{}/{name}", server()), 9).unwrap();
        let place = Arc::new(Place::new(address, Mode::ReadWrite, Options::default(), Arc::new(SystemClock)));
        let mut session = structure::builder(&place).await.unwrap();
        let schema = Arc::new(structure::read(&mut session, &place.options).await.unwrap());
        Self { pool: Pool::new(Arc::clone(&place)), place, schema, name }
    }

    async fn run(&self, shape: Shape, rows: &[i64], fixed: &[i64]) -> Result<Rows, StoreError> {
        let prepared = Prepared::new(&self.schema, &shape);
        let params = Params {
            rows: rows.iter().map(|n| vec![Value::Integer(*n)]).collect(),
            fixed: fixed.iter().copied().map(Value::Integer).collect(),
        };
        let (schema, shape) = (Arc::clone(&self.schema), Arc::new(shape));
        let plan = Plan { schema, shape, params, terms: Terms::default() };
        write(&self.pool, &self.place, &Turns::default(), &plan, &prepared).await
    }

    /// All values of `n`, and then the database is gone.
    async fn end(self) -> Vec<i64> {
        let mut session = structure::builder(&self.place).await.unwrap();
        let rows = session.query("SELECT n FROM t ORDER BY id").await.unwrap();
        session.command(&format!("DROP DATABASE {}", self.name)).await.unwrap();
        self.pool.close().await;
        rows.into_iter().map(mysql_async::from_row).collect()
    }
}

/// `n` is less than the value of this slot.
fn below(slot: u16) -> Predicate {
    Predicate::compare(FieldId::new(N), Compare::Lt, Slot(slot))
}

/// Rows of which those may be seen whose `n` is below the slot's value.
fn seen_below(slot: u16) -> Scope {
    let outputs = vec![Output::Field { value: Expr::field(FieldId::new(N)), key: "n".into() }];
    Scope { outputs, access: below(slot), ..Scope::of(ResourceId::new(0)) }
}

#[tokio::test]
async fn others_wait_for_a_write_that_must_be_alone() {
    let (turns, limit) = (Turns::default(), Duration::from_mins(1));
    let (mut one, mut other, mut third) = (Turn::default(), Turn::default(), Turn::default());
    one.join(&turns, false, limit).await;
    other.join(&turns, false, limit).await;
    let mut loser = Turn::default();
    let mut alone = Box::pin(loser.join(&turns, true, limit));
    assert!((&mut alone).now_or_never().is_none(), "two others write");
    assert!(third.join(&turns, false, limit).now_or_never().is_none(), "one waits to be alone");
    drop((one, other));
    alone.await;
    assert!(loser.alone.is_some());
    assert!(third.join(&turns, false, limit).now_or_never().is_none(), "one is alone");
    drop(loser);
    third.join(&turns, false, limit).await;
    assert!(third.beside.is_some());
}

#[tokio::test]
async fn rules_hold_for_written_rows() {
    let table = "CREATE TABLE t (id INT PRIMARY KEY AUTO_INCREMENT, n INT)";
    let table = Table::new("written", &[table]).await;
    let columns = vec![FieldId::new(N)];
    // Slot 0 is the written value, slot 1 what it must stay below, slot 2 up to where it is seen.
    let insert = |check| {
        let (columns, resource) = (columns.clone(), ResourceId::new(0));
        let (returning, location, layout) = (Some(seen_below(2)), true, Layout::Array);
        let conflict = None;
        Shape::Insert(InsertShape { resource, columns, check, conflict, returning, location, layout })
    };
    let rows = table.run(insert(below(1)), &[1, 7], &[10, 5]).await.unwrap();
    assert_eq!((&rows.body[..], rows.count, rows.written), (&b"[{\"n\":1}]"[..], 1, 2));
    let one = table.run(insert(Predicate::Always), &[8], &[10, 5]).await.unwrap();
    assert_eq!((&one.body[..], one.location), (&b"[]"[..], Some(vec!["3".to_owned()])));
    let refused = table.run(insert(below(1)), &[2, 10, 3], &[10, 5]).await.unwrap_err();
    assert_eq!(refused.kind, StoreErrorKind::Refused { resource: "t".to_owned() });
    assert_eq!(refused.row, Some(1));
    let update = |returning| {
        Shape::Update(UpdateShape {
            resource: ResourceId::new(0),
            columns: columns.clone(),
            filter: Predicate::Always,
            access: below(2),
            check: below(1),
            returning,
            layout: Layout::Array,
        })
    };
    assert_eq!(table.run(update(None), &[4], &[10, 8]).await.unwrap().written, 2);
    for returning in [None, Some(seen_below(2))] {
        let refused = table.run(update(returning), &[11], &[10, 8]).await.unwrap_err();
        assert_eq!(refused.kind, StoreErrorKind::Refused { resource: "t".to_owned() });
    }
    // What a row became decides whether it is seen.
    let seen = table.run(update(Some(seen_below(3))), &[6], &[10, 8, 5]).await.unwrap();
    assert_eq!((&seen.body[..], seen.written), (&b"[]"[..], 2));
    assert_eq!(table.end().await, [6, 6, 8]);
}

#[tokio::test]
async fn a_merge_changes_only_rows_that_the_caller_may_change() {
    let table = Table::new(
        "merged",
        &[
            "CREATE TABLE t (id INT PRIMARY KEY AUTO_INCREMENT, n INT UNIQUE, owner INT DEFAULT 1)",
            "INSERT INTO t (n, owner) VALUES (1, 1), (2, 9)",
        ],
    )
    .await;
    // Slot 0 is the written value; slot 1 names the owner of the rows that may be changed.
    let access = Predicate::compare(FieldId::new(2), Compare::Eq, Slot(1));
    let merge = |access| {
        let (target, sets) = (vec![FieldId::new(N)], Vec::new());
        let conflict = Some(Conflict { target, sets, resolution: Resolution::Merge, access });
        Shape::Insert(InsertShape {
            resource: ResourceId::new(0),
            columns: vec![FieldId::new(N)],
            check: Predicate::Always,
            conflict,
            returning: None,
            location: true,
            layout: Layout::Array,
        })
    };
    let place = |id: &str| Some(vec![id.to_owned()]);
    let own = table.run(merge(access.clone()), &[1], &[1]).await.unwrap();
    assert_eq!((own.written, own.created, own.location), (1, false, place("1")));
    let new = table.run(merge(access.clone()), &[3], &[1]).await.unwrap();
    assert_eq!((new.written, new.created, new.location), (1, true, place("3")));
    let others = table.run(merge(access), &[4, 2], &[1]).await.unwrap_err();
    assert_eq!(others.kind, StoreErrorKind::Refused { resource: "t".to_owned() });
    assert_eq!(others.row, Some(1));
    // The number that the refused row took is not handed out again.
    let all = table.run(merge(Predicate::Always), &[2, 4], &[]).await.unwrap();
    assert_eq!((all.written, all.created, all.location), (2, true, None));
    assert_eq!(table.end().await, [1, 2, 3, 4]);
}

//! How many rows there are, as the server expects.

use std::sync::Arc;

use roundtrip_policy::{Caller, authorise};
use roundtrip_query::operation::{Count, Operation, Read, Target};
use roundtrip_query::planner::{self, Context, HiddenFields, Written};
use roundtrip_query::{Limits, grammar};
use roundtrip_store::Store as _;

use crate::fixture::House;

#[tokio::test]
async fn rows_are_counted_as_the_server_expects() {
    let house = House::new().await;
    let sql = "CREATE TABLE few (id int PRIMARY KEY); CREATE TABLE many (id int PRIMARY KEY);
        INSERT INTO few SELECT generate_series(1, 10); INSERT INTO many SELECT generate_series(1, 5000);
        ANALYZE few; ANALYZE many; DELETE FROM few WHERE id = 1; DELETE FROM many WHERE id = 1";
    let (store, _shop) = house.shop(sql, house.options()).await;
    let schema = Arc::new(store.introspect().await.unwrap());
    let limits = Limits::default();
    for (name, count, expected) in [
        ("few", Count::Exact, 9),
        ("few", Count::Planned, 10),
        ("few", Count::Estimated, 9),
        ("many", Count::Exact, 4_999),
        ("many", Count::Planned, 5_000),
        ("many", Count::Estimated, 5_000),
    ] {
        let target = Target { resource: name.to_owned(), key: None, follow: None, profile: None };
        let selection = grammar::parse("limit=3&order=id", &limits).unwrap().selection;
        let operation = Operation::Read(Read { count, ..Read::new(target, selection) });
        let (capabilities, hidden) = (store.capabilities(), HiddenFields::Present);
        let context = Context { schema: &schema, capabilities, limits: &limits, hidden };
        let plan = planner::plan(context, &operation, Written::default()).unwrap();
        let rows = store.execute(authorise(plan, Caller::Operator).unwrap()).await.unwrap();
        assert_eq!((rows.count, rows.total), (3, Some(expected)), "{name} {count:?}");
    }
}

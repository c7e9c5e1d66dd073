//! Types that PostgreSQL has and a project's own tables have not.

use roundtrip_query::plan::Returning;
use roundtrip_store::Store as _;
use roundtrip_store::conformance::{Call, Shop};
use serde_json::json;

use crate::fixture::House;

const SQL: &str = r#"
    CREATE TYPE mood AS ENUM ('sad', 'so so', 'happy');
    CREATE DOMAIN amount AS integer CHECK (VALUE >= 0);
    CREATE TABLE owners (id integer PRIMARY KEY, name text);
    INSERT INTO owners VALUES (1, 'Ann');
    CREATE TABLE things (
        id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        owner_id integer REFERENCES owners,
        small smallint, big bigint, single real, double double precision,
        exact numeric, money_like numeric(12,2),
        yes boolean, word varchar(20), fixed char(4), feeling mood, stock amount,
        day date, clock time, clock_zone timetz, moment timestamptz, local timestamp, span interval,
        key uuid, doc jsonb, doc_text json, raw bytea,
        numbers integer[], words text[], moods mood[], amounts amount[], moments timestamptz[], grid integer[][],
        address inet, price_range numrange);
    CREATE TYPE pair AS (a integer, b text);
    CREATE TABLE odd (
        id integer PRIMARY KEY, owner_id integer REFERENCES owners, addresses inet[], ranges int4range[], letter "char", cash money, page xml,
        bits bit(3), spot point, search tsvector, twin pair, pairs pair[], days date[], keys uuid[], docs jsonb[],
        spans interval[], raws bytea[], flags boolean[], decimals numeric[], floats real[]);
    INSERT INTO odd VALUES (1, 1, '{10.0.0.1,::1}', '{"[1,3)"}', 'x', '12.50', '<a/>', '101', '(1,2)', 'a:1 b:2', '(1,x)',
        '{"(1,x)"}', '{2026-11-21}', '{01234567-89ab-cdef-0123-456789abcdef}', '{"{\"a\":1}"}',
        '{90 minutes,1 mon}', '{"\\x00ff"}', '{t,f,NULL}', '{1.50,NaN}', '{0.1}');
    INSERT INTO things VALUES (DEFAULT, 1, -5, 9223372036854775807, 0.1, 1e300, 12345678901234567890.123, 2.5,
        true, 'a "word"', 'ab', 'so so', 7, '2026-11-21', '17:30:00.5', '17:30:00+02', '2026-11-21 17:30:00+01',
        '2026-11-21 17:30:00', '90 minutes', '01234567-89ab-cdef-0123-456789abcdef', '{"a": [1, null]}',
        '{"b":1.50}', '\x00ff', '{1,NULL,3}', '{"a,b",NULL,"c\"d"}', '{sad,"so so"}', '{1,2}',
        '{2026-11-21 17:30:00+00}', '{{1,2},{3,4}}', '10.0.0.1/8', '[1,2.5)');
    INSERT INTO things (moment, local, day, exact, span) VALUES
        ('infinity', '-infinity', 'infinity', 'NaN', '1 year 2 months');
"#;

#[tokio::test]
async fn every_type_is_rendered() {
    let house = House::new().await;
    let (_store, shop) = house.shop(SQL, house.options()).await;
    let first = json!({
        "id": 1, "owner_id": 1, "small": -5, "big": i64::MAX, "single": 0.1, "double": 1e300,
        "yes": true, "word": "a \"word\"", "feeling": "so so", "stock": 7,
        "day": "2026-11-21", "clock": "17:30:00.5", "moment": "2026-11-21T16:30:00+00:00",
        "local": "2026-11-21T17:30:00+00:00", "span": "PT1H30M",
        "key": "01234567-89ab-cdef-0123-456789abcdef", "doc": { "a": [1, null] }, "doc_text": { "b": 1.5 },
        "raw": "AP8=", "numbers": [1, null, 3], "words": ["a,b", null, "c\"d"],
        "amounts": [1, 2], "moments": ["2026-11-21T17:30:00+00:00"], "grid": [[1, 2], [3, 4]],
    });
    let found = shop.json(Call::new("GET", "things/1")).await;
    for (name, value) in first.as_object().into_iter().flatten() {
        assert_eq!(&found[name], value, "{name}: {found}");
    }
    let rows = shop.run(Call::new("GET", "things/1?select=exact,money_like")).await.unwrap();
    let text = String::from_utf8(rows.body).unwrap();
    assert_eq!(text, r#"{"exact":12345678901234567890.123,"money_like":2.50}"#);
    let odd = json!({
        "moment": "infinity", "local": "-infinity", "day": "infinity", "exact": null, "span": "P1Y2M",
    });
    shop.check("things/2?select=moment,local,day,exact,span", odd).await;
}

#[tokio::test]
async fn odd_types_are_rendered_too() {
    let house = House::new().await;
    let (_store, shop) = house.shop(SQL, house.options()).await;
    let row = shop.json(Call::new("GET", "odd/1")).await;
    println!("{row}");
    let expected = json!({
        "addresses": ["10.0.0.1", "::1"], "letter": "x", "page": "<a/>", "bits": "101", "days": ["2026-11-21"],
        "keys": ["01234567-89ab-cdef-0123-456789abcdef"], "docs": [{ "a": 1 }], "spans": ["PT1H30M", "P1M"],
        "raws": ["AP8="], "flags": [true, false, null], "floats": [0.1], "ranges": ["[1,3)"],
    });
    for (name, value) in expected.as_object().into_iter().flatten() {
        assert_eq!(&row[name], value, "{name}: {row}");
    }
    let inside = shop.json(Call::new("GET", "owners/1?select=odd(*)")).await;
    assert_eq!(inside["odd"][0], row);
}

/// Inside of a record a value has the type of its column, domains and all.
#[tokio::test]
async fn embedded_rows_are_rendered_alike() {
    let house = House::new().await;
    let (_store, shop) = house.shop(SQL, house.options()).await;
    let alone = shop.json(Call::new("GET", "things/1")).await;
    let inside = shop.json(Call::new("GET", "owners/1?select=things(*)")).await;
    assert_eq!(inside["things"][0], alone);
}

#[tokio::test]
async fn every_type_is_written() {
    let house = House::new().await;
    let (_store, shop) = house.shop(SQL, house.options()).await;
    for row in [
        json!({ "small": 5, "big": i64::MIN, "single": 0.5, "double": 1e-300 }),
        json!({ "yes": false, "word": "it's \\", "feeling": "happy", "stock": 1 }),
        json!({ "day": "2026-02-28", "clock": "00:00:00", "moment": "2026-11-21T16:30:00.25+00:00" }),
        json!({ "span": "P1DT1S", "key": "01234567-89ab-cdef-0123-456789abcdee", "raw": "AAAA" }),
        json!({ "doc": { "a": "\"" }, "doc_text": [1, "x"] }),
        json!({ "numbers": [1, 2], "words": ["", "a\"b\\c", "NULL"], "moments": [] }),
    ] {
        let made = shop.json(Call::with("POST", "things", row.clone())).await;
        for (name, value) in row.as_object().into_iter().flatten() {
            assert_eq!(&made[name], value, "{name}: {made}");
        }
    }
    let exact = Call::with("PATCH", "things?id=eq.1&select=money_like", json!({ "money_like": 0.1 }));
    let rows = shop.run(exact.returning(Returning::Row)).await.unwrap();
    assert_eq!(String::from_utf8(rows.body).unwrap(), r#"{"money_like":0.10}"#);
}

#[tokio::test]
async fn rows_are_found_by_every_type() {
    let house = House::new().await;
    let (_store, shop) = house.shop(SQL, house.options()).await;
    for filter in [
        "small=eq.-5",
        "big=in.(1,9223372036854775807)",
        "double=gt.1",
        "money_like=eq.2.5",
        "money_like=in.(1,2.50)",
        "yes=is.true",
        "yes=in.(true)",
        "word=like.a*",
        "feeling=eq.so%20so",
        "feeling=in.(\"so so\",happy)",
        "feeling=gt.sad",
        "stock=gte.7",
        "day=lt.2027-01-01",
        "day=in.(2026-11-21)",
        "clock=eq.17:30:00.5",
        "moment=eq.2026-11-21T16:30:00Z",
        "local=eq.2026-11-21T17:30:00Z",
        "span=eq.PT1H30M",
        "span=in.(PT1H30M,PT1S)",
        "key=eq.01234567-89ab-cdef-0123-456789abcdef",
        "key=in.(01234567-89ab-cdef-0123-456789abcdef)",
        "doc->a->>0=eq.1",
        "words=cs.{\"a,b\"}",
        "numbers=ov.{3,4}",
    ] {
        shop.check(&format!("things?select=id&id=eq.1&{filter}"), json!([{ "id": 1 }])).await;
    }
}

/// A type that was made after the connections were opened.
#[tokio::test]
async fn a_new_type_is_known_soon() {
    let house = House::new().await;
    let sql = "CREATE TABLE t (id int PRIMARY KEY)";
    let (store, shop) = house.shop(sql, house.options()).await;
    let read = || shop.run(Call::new("GET", "t"));
    futures_util::future::join_all((0..50).map(|_| read())).await;
    let sql = "CREATE TYPE size AS ENUM ('s', 'm'); CREATE TABLE u (id int PRIMARY KEY, sizes size[]);
        INSERT INTO u VALUES (1, '{s,m}')";
    house.client().await.batch_execute(sql).await.unwrap();
    let schema = store.introspect().await.unwrap();
    let shop = Shop::new(store, schema);
    let read = || shop.json(Call::new("GET", "u/1?select=sizes"));
    for found in futures_util::future::join_all((0..50).map(|_| read())).await {
        assert_eq!(found, json!({ "sizes": ["s", "m"] }));
    }
}

/// A plan that was prepared before the structure changed is prepared anew.
#[tokio::test]
async fn a_column_of_another_type_is_noticed() {
    let house = House::new().await;
    let sql = "CREATE TABLE t (id int PRIMARY KEY, n int); INSERT INTO t VALUES (1, 5)";
    let (_store, shop) = house.shop(sql, house.options()).await;
    let other = house.client().await;
    for (change, expected) in [
        ("SELECT 1", json!(5)),
        ("ALTER TABLE t ALTER n TYPE bigint", json!(5)),
        ("ALTER TABLE t ALTER n TYPE text", json!("5")),
    ] {
        other.batch_execute(change).await.unwrap();
        shop.check("t/1?select=n", json!({ "n": expected })).await;
        let write = Call::with("PATCH", "t/1?select=n", json!({ "id": 1 }));
        assert_eq!(shop.json(write).await, json!({ "n": expected }));
    }
    // What is gone for good is told.
    other.batch_execute("ALTER TABLE t DROP n").await.unwrap();
    let error = shop.run(Call::new("GET", "t/1?select=n")).await.unwrap_err();
    assert!(matches!(error.kind, roundtrip_store::StoreErrorKind::Structure { .. }), "{error:?}");
}

//! Every type of somebody else's database, read, filtered, ordered and written through the store.

use std::sync::Arc;

use roundtrip_journey::SystemClock;
use roundtrip_store::StoreErrorKind;
use roundtrip_store::conformance::{Call, Shop};
use roundtrip_store_postgres::introspect::introspect;
use roundtrip_store_postgres::{Address, Options, PostgresStore};
use serde_json::{Value, json};

use super::database::run_at;

/// Runs a test on a store over the database that some statements make.
fn served<F: Future<Output = ()>>(sql: &str, test: impl FnOnce(Shop) -> F) {
    run_at(async |url, client| {
        client.batch_execute(sql).await.unwrap();
        let schema = introspect(&client, "public").await.unwrap();
        let address = Address::parse(&url).unwrap();
        let store = PostgresStore::open(address, Options::default(), Arc::new(SystemClock)).await.unwrap();
        test(Shop::new(Arc::new(store), schema)).await;
    });
}

async fn ids(shop: &Shop, table: &str, cases: &[(&str, &[i64])]) {
    for (filter, ids) in cases {
        let expected = ids.iter().map(|id| json!({ "id": id })).collect::<Vec<_>>();
        let order = if filter.contains("order=") { "" } else { "&order=id" };
        shop.check(&format!("{table}?select=id&{filter}{order}"), json!(expected)).await;
    }
}

const EVERYTHING: &str = "
    CREATE EXTENSION citext;
    CREATE EXTENSION hstore;
    CREATE TYPE mood AS ENUM ('sad', 'fine', 'glad');
    CREATE TYPE pair AS (a int, b text);
    CREATE DOMAIN email AS citext CHECK (VALUE ~ '@');
    CREATE DOMAIN positive AS int CHECK (VALUE > 0);
    CREATE TABLE boxes (id int PRIMARY KEY);
    INSERT INTO boxes VALUES (1);
    CREATE TABLE things (
      id int PRIMARY KEY, box int REFERENCES boxes, small int2, real float4, free numeric, cents numeric(8, 2), money money,
      word varchar(20), padded char(3), mail email, mood mood, name name, letter \"char\",
      day date, clock time, zoned timetz, plain timestamp, moment timestamptz, span interval,
      flag bool, key uuid, written json, kept jsonb, bytes bytea, address inet, bits bit(3), place point,
      words tsvector, pair pair, pairs hstore, page xml, many positive,
      numbers int[], texts text[], moods mood[], addresses inet[], moments timestamptz[], positives positive[],
      grid int[][], documents jsonb[]
    );
    INSERT INTO things VALUES (
      1, 1, 7, 0.1, 12345678901234567890.123, 12.5, 3, 'Größe', 'ab', 'A@B.de', 'fine', 'n', 'x',
      '2026-11-21', '17:30', '17:30+02', '2026-11-21 17:30:00.5', '2026-11-21 17:30+02', '1 day 02:00',
      true, '01932c07-209c-7a3e-8c5d-2f1b6e4a9d10', '{\"a\": 1}', '{\"a\": 1}', '\\x00ff', '10.0.0.1', B'101', '(1,2)',
      'fat:1 rat:2', '(1,x)', 'a=>1', '<a/>', 5,
      '{1,2}', '{red,\"it''s, \\\"so\\\"\"}', '{sad,glad}', '{10.0.0.1}', '{2026-11-21 17:30+00}', '{3,4}',
      '{{1,2},{3,4}}', '{\"{\\\"a\\\":1}\"}'
    );
    INSERT INTO things (id) VALUES (2);";

fn everything() -> Value {
    json!({
        "id": 1, "box": 1, "small": 7, "real": 0.1, "cents": 12.5, "money": "$3.00",
        "word": "Größe", "padded": "ab ", "mail": "A@B.de", "mood": "fine", "name": "n", "letter": "x",
        "day": "2026-11-21", "clock": "17:30:00", "zoned": "17:30:00+02",
        "plain": "2026-11-21T17:30:00.5+00:00", "moment": "2026-11-21T15:30:00+00:00", "span": "P1DT2H",
        "flag": true, "key": "01932c07-209c-7a3e-8c5d-2f1b6e4a9d10", "written": { "a": 1 },
        "kept": { "a": 1 }, "bytes": "AP8=", "address": "10.0.0.1", "bits": "101", "place": "(1,2)",
        "words": "'fat':1 'rat':2", "pair": "(1,x)", "pairs": "\"a\"=>\"1\"", "page": "<a/>", "many": 5,
        "numbers": [1, 2], "texts": ["red", "it's, \"so\""], "moods": ["sad", "glad"],
        "addresses": ["10.0.0.1"], "moments": ["2026-11-21T17:30:00+00:00"], "positives": [3, 4],
        "grid": [[1, 2], [3, 4]], "documents": [{ "a": 1 }],
    })
}

/// As a column, and inside of records.
#[test]
fn every_type_is_read() {
    served(EVERYTHING, async |shop| {
        let found = shop.json(Call::new("GET", "things/1")).await;
        let inside = shop.json(Call::new("GET", "boxes/1?select=things(*)")).await;
        for (name, value) in everything().as_object().into_iter().flatten() {
            assert_eq!(&found[name], value, "{name}");
            assert_eq!(&inside["things"][0][name], value, "{name} inside");
        }
        let free = shop.run(Call::new("GET", "things/1?select=free")).await.unwrap();
        assert_eq!(String::from_utf8_lossy(&free.body), r#"{"free":12345678901234567890.123}"#);
        let nothing = shop.json(Call::new("GET", "things/2")).await;
        assert_eq!(nothing.as_object().unwrap().values().filter(|value| !value.is_null()).count(), 1);
        assert_eq!(
            shop.json(Call::new("GET", "things/1?select=boxes(id)")).await,
            json!({ "boxes": { "id": 1 } })
        );
    });
}

/// What was read can be written again, and comes back the same.
#[test]
fn every_type_is_written() {
    served(EVERYTHING, async |shop| {
        let mut row = everything();
        // A list of the schema holds no lists.
        row.as_object_mut().unwrap().remove("grid");
        row["id"] = json!(3);
        let made = shop.json(Call::with("POST", "things", row.clone())).await;
        row["id"] = json!(2);
        let changed = shop.json(Call::with("PATCH", "things?id=eq.2", row.clone())).await;
        for (name, value) in row.as_object().into_iter().flatten().filter(|(name, _)| *name != "id") {
            assert_eq!(&made[name], value, "{name}");
            assert_eq!(&changed[name], value, "{name} changed");
        }
        let wrong = Call::with("PATCH", "things?id=eq.2", json!({ "address": "nowhere" }));
        assert_eq!(shop.run(wrong).await.unwrap_err().kind, StoreErrorKind::Type);
    });
}

/// Conditions and orders, and the rows that they find.
const FILTERS: &[(&str, &[i64])] = &[
    ("small=eq.7", &[1]),
    ("small=lt.99999999999", &[1]),
    ("small=in.(7,99999999999)", &[1]),
    ("small=isdistinct.99999999999", &[1, 2]),
    ("many=gt.4", &[1]),
    ("real=eq.0.1", &[1]),
    ("free=gt.1", &[1]),
    ("money=eq.$3.00", &[1]),
    ("word=like.Gr*", &[1]),
    ("word=ilike.GRÖ*", &[1]),
    ("word=imatch.ÖßE$", &[1]),
    ("padded=eq.ab", &[1]),
    ("mail=eq.a@b.DE", &[1]),
    ("mail=in.(a@b.DE)", &[1]),
    ("mail=like.a@*", &[1]),
    ("mood=eq.fine", &[1]),
    ("mood=gt.sad", &[1]),
    ("mood=in.(fine,glad)", &[1]),
    ("mood=like.f*", &[1]),
    ("name=eq.n", &[1]),
    ("letter=eq.x", &[1]),
    ("day=eq.2026-11-21", &[1]),
    ("zoned=eq.17:30:00%2B02", &[1]),
    ("plain=gt.2026-11-21T17:30:00Z", &[1]),
    ("moment=eq.2026-11-21T15:30:00Z", &[1]),
    ("span=eq.PT26H", &[1]),
    ("span=in.(PT26H)", &[1]),
    ("key=eq.01932C07-209c-7a3e-8c5d-2f1b6e4a9d10", &[1]),
    ("bytes=eq.AP8=", &[1]),
    ("bytes=in.(AP8=)", &[1]),
    ("written=eq.{\"a\":1.0}", &[1]),
    ("written->>a=eq.1", &[1]),
    ("written->a=gt.0", &[1]),
    ("kept=cs.{\"a\":1}", &[1]),
    ("address=eq.10.0.0.1", &[1]),
    ("address=like.10.*", &[1]),
    ("bits=eq.101", &[1]),
    ("place=eq.(1,2)", &[1]),
    ("place=in.(\"(1,2)\")", &[1]),
    ("page=eq.<a/>", &[1]),
    ("pair=eq.(1,x)", &[1]),
    ("words=fts(simple).fat", &[1]),
    ("numbers=eq.{1,2}", &[1]),
    ("numbers=cs.{2}", &[1]),
    ("numbers=cd.{1,2,3}", &[1]),
    ("numbers=ov.{2,9}", &[1]),
    ("numbers=ov.{9}", &[]),
    ("numbers->0=eq.1", &[1]),
    ("texts=cs.{red}", &[1]),
    ("texts->>1=like.it*", &[1]),
    ("moods=cs.{glad}", &[1]),
    ("moods=in.(\"{sad,glad}\")", &[1]),
    ("addresses=ov.{10.0.0.1}", &[1]),
    ("positives=gt.{3}", &[1]),
    ("grid=cs.{4}", &[1]),
    ("documents=eq.[{\"a\":1}]", &[1]),
    ("documents=cs.[{\"a\":1}]", &[1]),
    ("documents->0->>a=eq.1", &[1]),
    ("order=word.desc.nullslast", &[1, 2]),
    ("order=mood", &[1, 2]),
    ("order=written,kept,texts,moods,address,money,id", &[1, 2]),
    ("order=place.nullsfirst", &[2, 1]),
    ("order=page.nullsfirst", &[2, 1]),
];

#[test]
fn every_type_is_filtered() {
    served(EVERYTHING, async |shop| {
        ids(&shop, "things", FILTERS).await;
        let error = shop.run(Call::new("GET", "things?address=eq.nowhere")).await.unwrap_err();
        assert_eq!(error.kind, StoreErrorKind::Type);
    });
}

#[test]
fn every_type_is_worked_out() {
    served(EVERYTHING, async |shop| {
        let everything = everything();
        let refused = ["flag", "written", "kept", "bytes"];
        for (name, value) in everything.as_object().into_iter().flatten() {
            if value.is_array() || refused.contains(&name.as_str()) {
                continue;
            }
            // The greatest of two of which one is null; ids are two.
            let greatest = if name == "id" { &json!(2) } else { value };
            let row =
                shop.json(Call::new("GET", format!("things?select={name}.max(),n:{name}.count()"))).await;
            assert_eq!(&row[0]["max"], greatest, "{name}");
            assert_eq!(row[0]["n"], if name == "id" { 2 } else { 1 }, "{name}");
        }
        let sums = "things?select=small.sum(),r:real.avg(),c:cents.sum(),s:span.avg(),t:span.sum()";
        let expected = json!([{ "sum": 7, "r": 0.1, "c": 12.5, "s": "P1DT2H", "t": "P1DT2H" }]);
        let mut found = shop.json(Call::new("GET", sums)).await;
        // The mean of single floats is a double, and 0.1 is not the same in both.
        found[0]["r"] = json!((found[0]["r"].as_f64().unwrap() * 1e6).round() / 1e6);
        assert_eq!(found, expected);
        for name in ["word", "mail", "mood", "padded", "kept", "texts", "moods", "address", "page", "place"] {
            let groups = shop.json(Call::new("GET", format!("things?select={name},count()"))).await;
            assert_eq!(groups.as_array().map(Vec::len), Some(2), "{name}");
        }
    });
}

#[test]
fn every_type_is_taken_as_another() {
    served(EVERYTHING, async |shop| {
        for (item, expected) in [
            ("word::text", json!("Größe")),
            ("moment::text", json!("2026-11-21T15:30:00+00:00")),
            ("plain::text", json!("2026-11-21T17:30:00.5+00:00")),
            ("plain::date", json!("2026-11-21")),
            ("moment::time", json!("15:30:00")),
            ("cents::text", json!("12.50")),
            ("cents::integer", json!(13)),
            ("real::integer", json!(0)),
            ("flag::integer", json!(1)),
            ("flag::json", json!(true)),
            ("small::boolean", json!(true)),
            ("numbers::text", json!("[1, 2]")),
            ("written->a::integer", json!(1)),
            ("mood::text", json!("fine")),
            ("day::datetime", json!("2026-11-21T00:00:00+00:00")),
        ] {
            let item = item.replace("::datetime", "::timestamptz");
            let row = shop.json(Call::new("GET", format!("things/1?select=v:{item}"))).await;
            assert_eq!(row, json!({ "v": expected }), "{item}");
        }
        for item in ["word::integer", "day::integer", "bytes::integer", "place::date", "word::json"] {
            let error = shop.run(Call::new("GET", format!("things?select={item}"))).await.unwrap_err();
            assert_eq!(error.kind, StoreErrorKind::Type, "{item}");
        }
    });
}

#[test]
fn ranges_are_compared() {
    let stays = "
        CREATE TYPE span AS RANGE (subtype = float8);
        CREATE DOMAIN week AS daterange;
        CREATE TABLE stays (id int PRIMARY KEY, n int4range, during week, spans span, many int4multirange, word text);
        INSERT INTO stays VALUES
          (1, '[1,5)', '[2026-01-01,2026-01-08)', '[0,1]', '{[1,2),[7,8)}', '[1,5)'),
          (2, '[5,9)', '[2026-01-08,2026-01-15)', '[1,2]', '{[3,4)}', 'x'),
          (3, NULL, NULL, NULL, NULL, NULL);";
    served(stays, async |shop| {
        ids(
            &shop,
            "stays",
            &[
                ("n=cs.[2,3)", &[1]),
                ("n=cd.[0,6)", &[1]),
                ("n=ov.[4,6)", &[1, 2]),
                ("n=sl.[5,6)", &[1]),
                ("n=sr.[0,3)", &[2]),
                ("n=nxr.[0,5)", &[1]),
                ("n=nxl.[2,9)", &[2]),
                ("n=adj.[9,10)", &[2]),
                ("n=not.sl.[5,6)", &[2]),
                ("n=eq.[1,4]", &[1]),
                ("n=gt.[1,5)", &[2]),
                ("during=cs.[2026-01-02,2026-01-03)", &[1]),
                ("during=sl.[2026-01-08,2026-01-09)", &[1]),
                ("spans=ov.[1,3]", &[1, 2]),
                ("spans=adj.(2,3)", &[2]),
                ("many=ov.{[7,8)}", &[1]),
                ("many=sl.{[9,10)}", &[1, 2]),
                ("order=n.desc.nullslast", &[2, 1, 3]),
            ],
        )
        .await;
        let row = json!({ "n": "[1,5)", "during": "[2026-01-01,2026-01-08)", "many": "{[1,2),[7,8)}" });
        shop.check("stays/1?select=n,during,many", row).await;
        let row = json!([{ "max": "[5,9)" }]);
        shop.check("stays?select=n.max()", row).await;
        let wrong = shop.run(Call::new("GET", "stays?n=sl.everything")).await.unwrap_err();
        assert_eq!(wrong.kind, StoreErrorKind::Type);
    });
}

/// Names and keys may hold what means something in SQL.
#[test]
fn hostile_names_are_names() {
    let tables = r#"
        CREATE TABLE "a ""b $1 '\" (id int PRIMARY KEY, "it's \ ""$2""" text, "é -- x" jsonb);
        CREATE TABLE "w" (id int PRIMARY KEY, "t0" int REFERENCES "a ""b $1 '\", "true" bool);
        INSERT INTO "a ""b $1 '\" VALUES (1, 'x', '{"k''\\ \"$3": {"w": 5}}');
        INSERT INTO "w" VALUES (1, 1, true);"#;
    served(tables, async |shop| {
        let (table, column, key) = (r#"a "b $1 '\"#, r#"it's \ "$2""#, r#"k'\ "$3"#);
        let quoted = |name: &str| format!("\"{}\"", name.replace('\\', "\\\\").replace('"', "\\\""));
        let row = json!({ "id": 1, column: "x", "é -- x": { key: { "w": 5 } } });
        let embedded =
            shop.json(Call::new("GET", format!("w?select=id,{}(*)&true=is.true", quoted(table)))).await;
        assert_eq!(embedded, json!([{ "id": 1, table: row }]));
        let path = format!("\"é -- x\"->{}->>w", quoted(key));
        let found = shop.json(Call::new("GET", format!("w?select=...{}(v:{path})", quoted(table)))).await;
        assert_eq!(found, json!([{ "v": "5" }]));
        let changed = Call::with("PATCH", "w?id=eq.1&select=true,t0", json!({ "true": false }));
        assert_eq!(shop.json(changed).await, json!({ "true": false, "t0": 1 }));
    });
}

//! Values of every type of an existing database: shown, embedded, found and written.

use roundtrip_store::conformance::{Call, Shop};
use roundtrip_store_mysql::Options;
use serde_json::{Value, json};

use crate::database::Database;

const TABLE: &str = "CREATE TABLE things (
    id INT PRIMARY KEY AUTO_INCREMENT,
    box_id INT,
    flag TINYINT(1), bits BIT(12), one_bit BIT(1), small SMALLINT UNSIGNED, big BIGINT UNSIGNED,
    single_precision FLOAT, double_precision DOUBLE, price DECIMAL(30,10), year YEAR,
    day DATE, at DATETIME(3), stamp TIMESTAMP(6) NULL, clock TIME(6), long_ago DATETIME,
    code CHAR(5) COLLATE latin1_swedish_ci, body LONGTEXT, word ENUM('a', 'b''c'), tags SET('x', 'y'),
    raw VARBINARY(20), fixed BINARY(3), blobs BLOB, about JSON, ident UUID,
    CONSTRAINT things_box FOREIGN KEY (box_id) REFERENCES boxes (id))";

async fn shop() -> (Shop, Database) {
    let database = Database::new().await;
    database.run("CREATE TABLE boxes (id INT PRIMARY KEY)").await;
    database.run("INSERT INTO boxes VALUES (1)").await;
    database.run(TABLE).await;
    (database.shop(Options::default()).await, database)
}

/// What is written, in the JSON in which it comes back.
fn row() -> Value {
    json!({
        "box_id": 1, "flag": true, "bits": 2049, "one_bit": true, "small": 65535, "big": 9_007_199_254_740_993_i64,
        "single_precision": 0.1, "double_precision": -1.5e300, "price": 12.5, "year": 2026,
        "day": "2026-11-21", "at": "2026-11-21T17:30:00.12+00:00", "stamp": "2026-11-21T17:30:00.000001+00:00",
        "clock": "17:30:00.5", "long_ago": "0001-01-01T00:00:00+00:00",
        "code": "é\\'", "body": "line\n\"quoted\" \u{1F600} :name ?1 \\", "word": "b'c", "tags": "x,y",
        "raw": "AP8=", "fixed": "AAEC", "blobs": "//79", "about": { "k": [1, null, "é"] },
        "ident": "123e4567-e89b-12d3-a456-426614174000",
    })
}

#[tokio::test]
async fn every_type_is_written_shown_and_embedded_alike() {
    let (shop, _database) = shop().await;
    let row = row();
    let made = shop.json(Call::with("POST", "things", row.clone())).await;
    let embedded = shop.json(Call::new("GET", "boxes/1?select=things(*)")).await;
    let lists = shop.json(Call::new("GET", "boxes/1?select=...things(*)")).await;
    for (name, value) in row.as_object().unwrap() {
        assert_eq!(&made[name], value, "{name}");
        assert_eq!(&embedded["things"][0][name], value, "{name} embedded");
        if name != "id" {
            assert_eq!(lists[name], json!([value]), "{name} in a list");
        }
    }
    let text = shop.run(Call::new("GET", "things?select=price,single_precision,big")).await.unwrap();
    let expected = r#"[{"price":12.5000000000,"single_precision":0.1,"big":9007199254740993}]"#;
    assert_eq!(String::from_utf8(text.body).unwrap(), expected);
}

#[tokio::test]
async fn every_type_is_found_by_its_value() {
    let (shop, _database) = shop().await;
    let row = row();
    shop.run(Call::with("POST", "things", row.clone())).await.unwrap();
    for (name, value) in row.as_object().unwrap() {
        // Nobody finds a number of single precision, or JSON and bytes in a query string.
        if matches!(name.as_str(), "single_precision" | "about" | "raw" | "fixed" | "blobs") {
            continue;
        }
        let literal = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        let literal = format!("\"{}\"", literal.replace('\\', "\\\\").replace('"', "\\\""));
        let encoded =
            percent_encoding::percent_encode(literal.as_bytes(), percent_encoding::NON_ALPHANUMERIC);
        let encoded = encoded.to_string();
        let bare = encoded
            .trim_start_matches("%22")
            .trim_end_matches("%22")
            .replace("%5C%5C", "%5C")
            .replace("%5C%22", "%22");
        let found = [format!("{name}=eq.{bare}"), format!("{name}=in.({encoded})")];
        for filter in found {
            let rows = shop.run(Call::new("GET", format!("things?select=id&{filter}"))).await;
            let rows = rows.unwrap_or_else(|error| panic!("{filter}: {error:?}"));
            assert_eq!(rows.count, 1, "{name}: {filter}");
        }
    }
    let at = "at=gt.2026-11-21T19:29:00%2B02:00&at=lt.2026-11-21T16:31:00-01:00";
    shop.check(&format!("things?select=id&{at}"), json!([{ "id": 1 }])).await;
}

#[tokio::test]
async fn greater_numbers_and_longer_times_are_shown_as_they_are() {
    let (shop, database) = shop().await;
    let row =
        "INSERT INTO things (id, box_id, big, clock) VALUES (7, 1, 18446744073709551615, '-838:59:58.5')";
    database.run(row).await;
    for url in ["things?select=big,clock", "boxes?select=...things(big,clock)&limit=1"] {
        let body = shop.run(Call::new("GET", url)).await.unwrap().body;
        let body = String::from_utf8(body).unwrap().replace(['[', ']'], "");
        assert_eq!(body, r#"{"big":18446744073709551615,"clock":"-838:59:58.5"}"#, "{url}");
    }
    shop.check(
        "things?select=id,day,at,about,raw",
        json!([{ "id": 7, "day": null, "at": null, "about": null, "raw": null }]),
    )
    .await;
}

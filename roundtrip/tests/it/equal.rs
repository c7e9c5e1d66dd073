//! The same project on every database: equal calls get equal answers.
//!
//! Every call is sent to three servers, one for each database, in the same order, so that what a call
//! changes is there for the next one. Status, body and the headers that say something about the rows
//! must be the same. Moments that a server makes up are not looked at, nor are the keys of new rows: a
//! server of databases does not hand out again the key of a row that was refused.

use std::fmt::Write as _;
use std::path::Path;

use roundtrip_testkit::database::Kind;
use roundtrip_testkit::{Folder, Server, TestDatabase};
use serde_json::Value;

use super::done;

/// The headers that tell about rows.
const HEADERS: [&str; 5] = ["content-type", "content-range", "location", "preference-applied", "allow"];

/// Members whose values are made up anew by each server.
const MADE_UP: [&str; 5] = ["created_at", "updated_at", "changed_at", "request_id", "trace_id"];

/// One call: method and address, headers, body.
type Call = (&'static str, &'static [(&'static str, &'static str)], &'static str);

const READS: &[Call] = &[
    ("GET /rest/v1/products/1", &[], ""),
    ("GET /rest/v1/products/999999", &[], ""),
    ("GET /rest/v1/products?limit=3", &[], ""),
    ("GET /rest/v1/products?select=id,name,price&order=price.desc,id&limit=20", &[], ""),
    ("GET /rest/v1/products?select=name&order=name&limit=50", &[], ""),
    ("GET /rest/v1/products?select=name&order=name.desc&limit=50", &[], ""),
    (
        "GET /rest/v1/products?price=lt.20&select=name,price,category(name)&order=price.desc,id&limit=5",
        &[],
        "",
    ),
    ("GET /rest/v1/products?price=gte.100&price=lt.105.5&select=id,price&order=id", &[], ""),
    ("GET /rest/v1/products?price=eq.19.9&select=id", &[], ""),
    ("GET /rest/v1/products?name=like.Oak*&select=id,name&order=id", &[], ""),
    ("GET /rest/v1/products?name=like.oak*&select=id,name&order=id", &[], ""),
    ("GET /rest/v1/products?name=ilike.*LAMP&select=id,name&order=id", &[], ""),
    ("GET /rest/v1/products?name=match.^Oak.*lamp$&select=id,name&order=id", &[], ""),
    ("GET /rest/v1/products?name=imatch.OAK&select=id,name&order=id", &[], ""),
    ("GET /rest/v1/products?id=in.(1,5,7,9999)&select=id,name&order=id", &[], ""),
    ("GET /rest/v1/products?name=in.(\"Oak Tall lamp\",\"x, y\")&select=id&order=id", &[], ""),
    ("GET /rest/v1/products?id=not.in.(1,2,3)&select=id&order=id&limit=3", &[], ""),
    (
        "GET /rest/v1/products?or=(price.lt.5,and(stock.eq.0,price.gt.400))&select=id,price,stock&order=id",
        &[],
        "",
    ),
    ("GET /rest/v1/products?about=is.null&select=id&order=id&limit=5", &[], ""),
    ("GET /rest/v1/products?about=not.is.null&select=id,about&order=about,id&limit=5", &[], ""),
    ("GET /rest/v1/products?select=id,about&order=about.nullsfirst,id&limit=5", &[], ""),
    ("GET /rest/v1/products?select=id,about&order=about.desc.nullslast,id.desc&limit=5", &[], ""),
    ("GET /rest/v1/products?select=id,about&order=about.desc,id&limit=5", &[], ""),
    ("GET /rest/v1/products?tags=cs.[\"sale\"]&select=id,tags&order=id&limit=9", &[], ""),
    ("GET /rest/v1/products?tags=cs.{sale,new}&select=id,tags&order=id&limit=9", &[], ""),
    ("GET /rest/v1/products?tags=ov.{gift,outdoor}&select=id,tags&order=id&limit=9", &[], ""),
    ("GET /rest/v1/products?tags=eq.[]&select=id,tags&order=id&limit=9", &[], ""),
    ("GET /rest/v1/products?select=id,first:tags->>0&order=id&limit=9", &[], ""),
    ("GET /rest/v1/products?select=id,first:tags->0&order=id&limit=9", &[], ""),
    ("GET /rest/v1/products?about=isdistinct.x&select=id&order=id&limit=5", &[], ""),
    ("GET /rest/v1/products?select=id,price::text,stock::text&order=id&limit=5", &[], ""),
    (
        "GET /rest/v1/categories?select=name,products(id,name,price)&products.order=price.desc,id&products.limit=3&order=name",
        &[],
        "",
    ),
    (
        "GET /rest/v1/categories?select=name,products(id)&products.order=id&products.limit=2&products.offset=1&order=id",
        &[],
        "",
    ),
    (
        "GET /rest/v1/categories?select=name,products!inner(id)&products.price=gt.470&products.order=id&order=id",
        &[],
        "",
    ),
    ("GET /rest/v1/products?select=id,...category(category_name:name)&order=id&limit=5", &[], ""),
    (
        "GET /rest/v1/categories?select=id,...products(ids:id)&products.order=id&products.limit=4&order=id",
        &[],
        "",
    ),
    (
        "GET /rest/v1/orders?select=id,status,placed_at,customer(name,city),order_items(quantity,unit_price,product(name))&order_items.order=id&order=id&limit=7",
        &[],
        "",
    ),
    (
        "GET /rest/v1/orders?status=eq.shipped&select=id&order=placed_at.desc,id&limit=5",
        &[("prefer", "count=exact")],
        "",
    ),
    (
        "GET /rest/v1/orders?placed_at=gte.2026-01-01T00:00:00Z&placed_at=lt.2026-01-02T00:00:00%2B01:00&select=id,placed_at&order=placed_at,id",
        &[],
        "",
    ),
    ("GET /rest/v1/orders?select=id,placed_at&order=id&limit=3", &[("prefer", "timezone=Asia/Tokyo")], ""),
    ("GET /rest/v1/orders?select=status,count()&order=status", &[], ""),
    (
        "GET /rest/v1/products?select=category_id,price.sum(),price.max(),stock.sum(),count()&order=category_id",
        &[],
        "",
    ),
    ("GET /rest/v1/products?select=price.min()", &[], ""),
    ("GET /rest/v1/users?select=id,name,city,joined_on&city=eq.Oslo&order=joined_on,id", &[], ""),
    ("GET /rest/v1/users?joined_on=gt.2025-06-01&select=id,joined_on&order=joined_on.desc,id", &[], ""),
    ("GET /rest/v1/users?select=name,reviews(stars)&reviews.order=id&order=id&limit=4", &[], ""),
    ("GET /rest/v1/users/1/reviews?select=stars,text&order=id", &[], ""),
    ("GET /rest/v1/users/999/reviews", &[], ""),
    (
        "GET /rest/v1/reviews?select=stars,product(name,category(name))&order=id&limit=4&product.category.name=not.is.null",
        &[],
        "",
    ),
    ("GET /rest/v1/reviews?stars=eq.any.{1,2}&select=id,stars&order=id&limit=5", &[], ""),
    ("GET /rest/v1/products?select=id,name&order=category(name),id&limit=10", &[], ""),
    ("GET /rest/v1/products?select=id,name,price,about&order=id&limit=3", &[("accept", "text/csv")], ""),
    ("GET /rest/v1/products?select=id,name&id=eq.3", &[("accept", "application/vnd.pgrst.object+json")], ""),
    ("GET /rest/v1/products?select=id,name&id=lt.3", &[("accept", "application/vnd.pgrst.object+json")], ""),
    (
        "GET /rest/v1/products?select=id,about&order=id&limit=4",
        &[("accept", "application/vnd.pgrst.array+json;nulls=stripped")],
        "",
    ),
    ("GET /rest/v1/products?select=id&order=id", &[("range", "10-14"), ("prefer", "count=exact")], ""),
    ("GET /rest/v1/products?select=id&order=id", &[("range", "99999-"), ("prefer", "count=exact")], ""),
    ("HEAD /rest/v1/products?stock=eq.0", &[("prefer", "count=exact")], ""),
    ("OPTIONS /rest/v1/products", &[], ""),
    ("GET /rest/v1/products?colour=eq.red", &[], ""),
    ("GET /rest/v1/products?price=eq.cheap", &[], ""),
    ("GET /rest/v1/products?select=id,shop(name)", &[], ""),
    ("GET /rest/v1/carts", &[], ""),
    ("GET /rest/v1/users?select=email", &[], ""),
    ("GET /rest/v1/product", &[], ""),
];

const WRITES: &[Call] = &[
    (
        "POST /rest/v1/categories?select=name,slug,about",
        &[],
        r#"{"name":"Ärger & Söhne","slug":"aerger","about":"a'b\"c\\d ☃ \u0001"}"#,
    ),
    ("POST /rest/v1/categories", &[], r#"{"name":"Ärger & Söhne","slug":"other"}"#),
    ("POST /rest/v1/categories?select=name", &[], r#"{"name":"ärger & söhne","slug":"lower"}"#),
    ("POST /rest/v1/categories?select=name", &[], r#"{"name":"trailing ","slug":"trailing-1"}"#),
    ("POST /rest/v1/categories?select=name", &[], r#"{"name":"trailing","slug":"trailing-2"}"#),
    ("GET /rest/v1/categories?name=eq.trailing&select=name", &[], ""),
    ("GET /rest/v1/categories?select=name&order=name", &[], ""),
    (
        "POST /rest/v1/products?select=name,price,stock,tags",
        &[],
        r#"{"name":"New","price":1234567890.12,"category_id":1,"tags":["a","b \" c",null]}"#,
    ),
    (
        "POST /rest/v1/products?select=name,price,category(name)&columns=name,price,category_id",
        &[("prefer", "return=representation")],
        r#"[{"name":"A","price":1,"category_id":1},{"name":"B","price":2.5,"category_id":2}]"#,
    ),
    ("POST /rest/v1/products", &[], r#"{"name":"New","price":"x"}"#),
    ("POST /rest/v1/products", &[], r#"{"name":"New","price":-1,"category_id":1}"#),
    ("POST /rest/v1/products", &[], r#"{"name":"New","price":1,"category_id":77777}"#),
    (
        "POST /rest/v1/products",
        &[("prefer", "return=minimal")],
        r#"[{"name":"ok","price":1,"category_id":1},{"name":"no","price":1,"category_id":77777}]"#,
    ),
    ("GET /rest/v1/products?name=eq.ok&select=name", &[], ""),
    ("PATCH /rest/v1/products/1?select=id,name,price,stock", &[], r#"{"price":3.30,"stock":7}"#),
    ("PATCH /rest/v1/products/99999", &[], r#"{"price":3.3}"#),
    (
        "PATCH /rest/v1/products?id=in.(2,3)&select=id,stock&order=id",
        &[("prefer", "return=representation")],
        r#"{"stock":0}"#,
    ),
    (
        "PATCH /rest/v1/products?id=in.(2,3)",
        &[("prefer", "return=headers-only, count=exact")],
        r#"{"stock":1}"#,
    ),
    ("PATCH /rest/v1/products?id=gt.0", &[("prefer", "handling=strict, max-affected=2")], r#"{"stock":1}"#),
    ("PATCH /rest/v1/products/4?select=id,about", &[], r#"{"about":null}"#),
    ("PATCH /rest/v1/products/4", &[], r#"{"category_id":77777}"#),
    ("PATCH /rest/v1/products", &[], r#"{"stock":1}"#),
    ("PUT /rest/v1/categories/1?select=id,name,slug,about", &[], r#"{"name":"Put","slug":"put"}"#),
    ("PUT /rest/v1/categories/5000?select=id,name,slug", &[], r#"{"name":"Put new","slug":"put-new"}"#),
    ("POST /rest/v1/categories?select=name", &[], r#"{"name":"After put","slug":"after-put"}"#),
    (
        "POST /rest/v1/categories?on_conflict=slug&select=name,slug",
        &[("prefer", "resolution=merge-duplicates, return=representation")],
        r#"[{"name":"Merged","slug":"put"},{"name":"Fresh","slug":"fresh"}]"#,
    ),
    (
        "POST /rest/v1/categories?on_conflict=slug&select=name,slug",
        &[("prefer", "resolution=ignore-duplicates, return=representation")],
        r#"[{"name":"Ignored","slug":"put"},{"name":"Fresher","slug":"fresher"}]"#,
    ),
    (
        "POST /rest/v1/categories?on_conflict=slug",
        &[("prefer", "resolution=merge-duplicates")],
        r#"{"name":"Fresher","slug":"fresh"}"#,
    ),
    ("GET /rest/v1/categories?select=name,slug&order=slug", &[], ""),
    ("POST /rest/v1/orders?select=status,customer_id,note", &[], r#"{"customer_id":1}"#),
    ("POST /rest/v1/orders", &[], r#"{"customer_id":1,"status":"lost"}"#),
    (
        "POST /rest/v1/reviews?select=written_at,stars",
        &[],
        r#"{"product_id":1,"user_id":1,"stars":5,"written_at":"2026-03-04T05:06:07.123456+02:00"}"#,
    ),
    ("GET /rest/v1/reviews?written_at=eq.2026-03-04T03:06:07.123456Z&select=stars,written_at", &[], ""),
    ("DELETE /rest/v1/products/5?select=id,name", &[("prefer", "return=representation")], ""),
    ("DELETE /rest/v1/categories/2", &[], ""),
    (
        "DELETE /rest/v1/products?name=eq.A&select=name,category(name)",
        &[("prefer", "return=representation")],
        "",
    ),
    ("DELETE /rest/v1/products/5", &[], ""),
    ("DELETE /rest/v1/products", &[], ""),
    ("DELETE /rest/v1/orders/1", &[], ""),
];

/// A database that was not made for this server, with capitals in names, a junction, a tree, and more rows
/// than a page.
const CHINOOK: &[Call] = &[
    ("GET /rest/v1/Album?order=AlbumId", &[("prefer", "count=exact")], ""),
    ("GET /rest/v1/Artist?order=ArtistId", &[("prefer", "count=exact")], ""),
    ("GET /rest/v1/Customer?order=CustomerId", &[("prefer", "count=exact")], ""),
    ("GET /rest/v1/Employee?order=EmployeeId", &[("prefer", "count=exact")], ""),
    ("GET /rest/v1/Genre?order=GenreId", &[("prefer", "count=exact")], ""),
    ("GET /rest/v1/Invoice?order=InvoiceId", &[("prefer", "count=exact")], ""),
    ("GET /rest/v1/InvoiceLine?order=InvoiceLineId", &[("prefer", "count=exact")], ""),
    ("GET /rest/v1/MediaType?order=MediaTypeId", &[("prefer", "count=exact")], ""),
    ("GET /rest/v1/Playlist?order=PlaylistId", &[("prefer", "count=exact")], ""),
    ("GET /rest/v1/PlaylistTrack?order=PlaylistId,TrackId", &[("prefer", "count=exact")], ""),
    ("GET /rest/v1/Track?order=TrackId", &[("prefer", "count=exact")], ""),
    ("GET /rest/v1/Track?order=TrackId&offset=3000", &[("prefer", "count=exact")], ""),
    ("GET /rest/v1/Track?select=Name&order=Name,TrackId", &[], ""),
    ("GET /rest/v1/Track?select=Name,Composer&order=Composer.desc,TrackId&limit=200", &[], ""),
    ("GET /rest/v1/Artist?select=Name,Album(Title)&Album.order=Title,AlbumId&order=ArtistId", &[], ""),
    ("GET /rest/v1/Album?select=Title,Artist!inner(Name)&Artist.Name=eq.AC/DC&order=AlbumId", &[], ""),
    ("GET /rest/v1/Track?UnitPrice=gt.1&select=TrackId,UnitPrice&order=TrackId", &[], ""),
    ("GET /rest/v1/Track?Name=like.A*&select=Name&order=TrackId", &[], ""),
    ("GET /rest/v1/Track?Name=ilike.*love*&select=Name&order=TrackId", &[], ""),
    (
        "GET /rest/v1/Invoice?InvoiceDate=gte.2025-01-01T00:00:00Z&select=InvoiceId,InvoiceDate,Total&order=InvoiceDate.desc,InvoiceId",
        &[],
        "",
    ),
    ("GET /rest/v1/Invoice?InvoiceDate=eq.2021-03-22T00:00:00&select=InvoiceId,InvoiceDate", &[], ""),
    (
        "GET /rest/v1/Playlist?select=Name,Track(Name)&Track.order=TrackId&Track.limit=5&order=PlaylistId",
        &[],
        "",
    ),
    ("GET /rest/v1/Employee?select=LastName,ReportsTo&order=LastName,EmployeeId", &[], ""),
    ("GET /rest/v1/Customer?select=Country,count()&order=Country", &[], ""),
    ("GET /rest/v1/Invoice?select=BillingCountry,Total.sum(),Total.max()&order=BillingCountry", &[], ""),
    (
        "GET /rest/v1/Customer?Country=eq.Canada&select=FirstName,Invoice(Total,InvoiceLine(Quantity,Track(Name)))&order=CustomerId&Invoice.order=InvoiceId&Invoice.InvoiceLine.order=InvoiceLineId",
        &[],
        "",
    ),
    ("GET /rest/v1/Customer?LastName=in.(Gonçalves,Köhler)&select=LastName,City&order=CustomerId", &[], ""),
    ("GET /rest/v1/Customer?select=City&order=City.desc,CustomerId", &[], ""),
    ("GET /rest/v1/Album?Title=eq.facelift", &[], ""),
    ("GET /rest/v1/Album?Title=eq.Facelift", &[], ""),
    (
        "GET /rest/v1/Employee?select=FirstName,Customer(FirstName)&Customer.order=CustomerId&order=EmployeeId",
        &[],
        "",
    ),
    ("GET /rest/v1/PlaylistTrack/1,1", &[], ""),
    ("GET /rest/v1/Artist/1/Album?order=AlbumId", &[], ""),
    ("GET /rest/v1/Track/3503", &[], ""),
    ("GET /rest/v1/Track/3504", &[], ""),
];

/// The shop on a database of each kind, with the databases, which have to outlive it.
async fn shops() -> (Vec<(&'static str, Server)>, Vec<TestDatabase>) {
    let databases = vec![TestDatabase::empty(Kind::Postgres).await, TestDatabase::empty(Kind::Mysql).await];
    let mut shops = vec![("SQLite", Server::shop().await)];
    for (name, database) in ["PostgreSQL", "MariaDB"].into_iter().zip(&databases) {
        shops.push((name, Server::shop_on(&database.url).await));
    }
    (shops, databases)
}

async fn answer(server: &Server, (call, headers, body): &Call) -> String {
    let (method, path) = call.split_once(' ').expect("method and path");
    let mut request =
        server.client.request(method.parse().expect("a method"), format!("{}{path}", server.url));
    for (name, value) in *headers {
        request = request.header(*name, *value);
    }
    let response = request.body((*body).to_owned()).send().await.expect(call);
    let mut text = format!("{}\n", response.status().as_u16());
    for name in HEADERS {
        if let Some(value) = response.headers().get(name) {
            let value = value.to_str().expect("text");
            let value = if name == "location" { value.trim_end_matches(char::is_numeric) } else { value };
            let _never_fails = writeln!(text, "{name}: {value}");
        }
    }
    let body = response.text().await.expect("a body");
    match serde_json::from_str::<Value>(&body) {
        Ok(mut json) => {
            without_made_up(&mut json);
            let _never_fails = write!(text, "{json:#}");
        }
        Err(_) => text.push_str(&body),
    }
    text
}

fn without_made_up(json: &mut Value) {
    match json {
        Value::Array(items) => items.iter_mut().for_each(without_made_up),
        Value::Object(members) => {
            for (name, value) in members {
                if MADE_UP.contains(&name.as_str()) {
                    *value = Value::Null;
                }
                without_made_up(value);
            }
        }
        _ => {}
    }
}

/// Sends every call to every server; tells all that differ.
async fn compare(servers: &[(&'static str, Server)], calls: &[Call]) {
    let mut told = String::new();
    let mut different = 0;
    for call in calls {
        let mut answers = Vec::new();
        for (name, server) in servers {
            answers.push((*name, answer(server, call).await));
        }
        let Some((_, expected)) = answers.first().cloned() else { continue };
        assert!(!expected.starts_with('5'), "{}: {expected}", call.0);
        for (name, found) in answers.iter().filter(|(_, found)| *found != expected) {
            different += 1;
            let _never_fails =
                writeln!(told, "{}\n--- {}\n{expected}\n--- {name}\n{found}\n", call.0, servers[0].0);
        }
    }
    assert_eq!(different, 0, "of {} calls, {different} answers differ:\n{told}", calls.len());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_shop_answers_alike_on_every_database() {
    let (shops, _databases) = shops().await;
    compare(&shops, READS).await;
    compare(&shops, WRITES).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn chinook_answers_alike_on_every_database() {
    let folder = Folder::empty();
    let file = folder.join("chinook.db");
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/../testkit/data/chinook/chinook.sql");
    let script = std::fs::read_to_string(script).expect("the script");
    rusqlite::Connection::open(&file).unwrap().execute_batch(&script).unwrap();
    let mut servers = vec![("SQLite", Server::database(&file).await)];
    let databases = [TestDatabase::empty(Kind::Postgres).await, TestDatabase::empty(Kind::Mysql).await];
    for (name, database) in ["PostgreSQL", "MariaDB"].into_iter().zip(&databases) {
        let said = done(&folder, &["copy", "chinook.db", &database.url]);
        assert!(said.contains("15,607 rows of 11 tables"), "{said}");
        servers.push((name, Server::start(Path::new(&database.url), &[]).await));
    }
    compare(&servers, CHINOOK).await;
}

//! Sample data: the same rows every time, entirely or not at all.

use crate::{Project, done, fails};

const SHOP: [&str; 8] =
    ["users", "categories", "products", "carts", "cart_items", "orders", "order_items", "reviews"];

#[test]
fn the_shop_has_the_same_rows_every_time() {
    let [first, second] = [(); 2].map(|()| {
        let folder = Project::shop();
        let said = done(&folder, &["seed"]);
        let rows = SHOP.map(|resource| done(&folder, &["export", resource]));
        (said, rows)
    });
    assert!(first == second);
    let count = |name: &str| {
        let at = SHOP.iter().position(|resource| *resource == name).unwrap();
        first.1[at].lines().count()
    };
    assert_eq!([count("users"), count("categories"), count("products")], [50, 20, 1_000]);
    assert_eq!([count("orders"), count("reviews")], [5_000, 3_000]);
    assert!((5_000..=25_000).contains(&count("order_items")));
    assert!((1..1_000).contains(&count("carts")) && count("cart_items") >= count("carts"));
    let cheap = first.1[2].lines().filter(|row| {
        serde_json::from_str::<serde_json::Value>(row).unwrap()["price"].as_f64().unwrap() < 20.0
    });
    assert!(cheap.count() >= 5);
}

#[test]
fn a_price_that_is_copied_is_that_of_its_product() {
    let folder = Project::shop();
    done(&folder, &["seed"]);
    let read = |resource: &str| -> Vec<serde_json::Value> {
        done(&folder, &["export", resource]).lines().map(|row| serde_json::from_str(row).unwrap()).collect()
    };
    let products = read("products");
    for item in read("order_items").iter().take(500) {
        let product = products.iter().find(|product| product["id"] == item["product_id"]).unwrap();
        assert_eq!(item["unit_price"], product["price"]);
    }
}

#[test]
fn rows_that_are_there_are_not_touched() {
    let folder = Project::with(&[
        ("resources/notes.toml", "[fields]\ntext = \"text\"\n"),
        ("seed/notes.toml", "rows = 3\n[fields]\ntext = { text = \"note {n}\" }\n"),
    ]);
    assert!(done(&folder, &["seed"]).contains("put in 3 rows"));
    assert!(fails(&folder, &["seed"], 1).contains("--force"));
    done(&folder, &["seed", "--force"]);
    assert_eq!(done(&folder, &["export", "notes"]).lines().count(), 6);
}

#[test]
fn an_import_into_a_new_database_leaves_the_sample_data_out() {
    let folder = Project::with(&[
        ("resources/notes.toml", "[fields]\ntext = \"text\"\n"),
        ("seed/notes.json", "[{\"text\": \"sample\"}]"),
        ("own.csv", "text\nown\n"),
    ]);
    done(&folder, &["import", "notes", "own.csv"]);
    assert_eq!(done(&folder, &["export", "notes"]), "{\"id\":1,\"text\":\"own\"}\n");
}

#[test]
fn a_seed_that_the_database_refuses_leaves_nothing() {
    let folder = Project::with(&[
        ("resources/notes.toml", "[fields]\ntext = { type = \"text\", unique = true }\n"),
        ("resources/days.toml", "[fields]\nname = \"text\"\n"),
        ("seed/days.json", "[{\"name\": \"Monday\"}]"),
        ("seed/notes.toml", "rows = 2\n[fields]\ntext = \"same\"\n"),
    ]);
    let said = fails(&folder, &["seed"], 1);
    assert!(said.contains("the sample data cannot be put in"), "{said}");
    assert_eq!(done(&folder, &["export", "days"]), "");
}

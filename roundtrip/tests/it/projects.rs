//! Making a project, checking it, serving it, calling it: every template.

use roundtrip_testkit::{Folder, Program, server};
use serde_json::json;

use crate::{Project, done, fails, program};

#[tokio::test]
async fn every_template_is_made_checked_and_served() {
    let folder = Folder::empty();
    for (template, resource, rows) in
        [("todo", "tasks", 4), ("shop", "products", 1000), ("team", "projects", 6), ("blank", "things", 1)]
    {
        assert!(done(&folder, &["init", template]).contains(&format!("/rest/v1/{resource}")));
        assert!(done(&folder, &["check", template]).starts_with("ok: "));
        assert!(folder.join(template).join(".roundtrip/resource.json").exists());
        let mut served = Program::serve(program(), folder.path(), &["serve", template]);
        let url = format!("{}/rest/v1/{resource}", served.url);
        let (status, body) = server::get(&server::client(), &url).await;
        assert_eq!((status, body.as_array().unwrap().len()), (200, rows), "{template}");
        let said = served.kill();
        assert!(said.contains("sample data") && said.contains("/rest/v1"), "{said}");
    }
    let said = fails(&folder, &["init", "shop"], 1);
    assert!(said.contains("nothing is overwritten"), "{said}");
}

#[test]
fn a_template_can_be_made_anywhere_and_keeps_what_is_there() {
    let folder = Folder::with(&[(".gitignore", "mine\n"), ("readme.md", "")]);
    done(&folder, &["init", "--template", "blank"]);
    assert_eq!(folder.read(".gitignore"), "mine\n");
    done(&folder, &["init", "deep/er", "--template", "team"]);
    assert!(done(&folder, &["check", "deep/er"]).contains("3 resources"));
}

#[tokio::test]
async fn the_calls_of_the_readme_are_answered() {
    let project = Project::shop();
    let shop = project.serve().await;
    let (status, body) = shop.get("/rest/v1/products/42").await;
    assert_eq!((status, &body["id"]), (200, &json!(42)));
    let path = "/rest/v1/products?price=lt.20&select=name,price,category(name)&order=price.desc&limit=5";
    let (status, body) = shop.get(path).await;
    assert_eq!((status, body.as_array().unwrap().len()), (200, 5));
    for row in body.as_array().unwrap() {
        assert!(row["price"].as_f64().unwrap() < 20.0 && row["category"]["name"].is_string(), "{row}");
    }
    let request = shop.client.post(format!("{}/rest/v1/products", shop.url));
    let request = request.header("content-type", "application/json");
    let response = request.body(r#"{"name":"Lamp","price":19.90,"category_id":3}"#).send().await.unwrap();
    assert_eq!(response.status(), 201);
    assert_eq!(response.headers()["location"], "/rest/v1/products/1001");
    assert!(response.headers().contains_key("server-timing"));
    assert!(response.text().await.unwrap().contains("\"price\":19.90"));

    let (_, user) = shop.get("/rest/v1/users/1").await;
    assert!(user.get("email").is_none() && user["name"].is_string(), "{user}");
    assert_eq!(shop.get("/rest/v1/carts").await.0, 401);
    let (status, order) = shop.get("/rest/v1/orders/7?select=id,items(quantity,product(name))").await;
    assert_eq!(status, 200);
    assert!((1..=5).contains(&order["items"].as_array().unwrap().len()), "{order}");
}

#[tokio::test]
async fn a_second_start_finds_what_the_first_one_left() {
    let project = Project::with(&[
        (
            "resources/notes.toml",
            "[fields]\ntext = \"text\"\n[access]\nread = \"anyone\"\nwrite = \"anyone\"\n",
        ),
        ("seed/notes.json", "[{\"text\": \"first\"}]"),
    ]);
    let first = project.serve().await;
    let deleted = first.client.delete(format!("{}/rest/v1/notes/1", first.url)).send().await.unwrap();
    assert!(deleted.status().is_success());
    first.stop().await;
    let second = project.serve().await;
    assert_eq!(second.get("/rest/v1/notes").await, (200, json!([])), "sample data is for new databases");
}

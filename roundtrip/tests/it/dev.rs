//! A project that changes while it is served.

use roundtrip_testkit::{Folder, PATIENCE, Program, server};

use crate::program;

const NOTES: &str = "[fields]\ntext = \"text\"\n[access]\nread = \"anyone\"\nwrite = \"anyone\"\n";

#[tokio::test]
async fn changes_are_applied_and_broken_files_are_shown() {
    let folder = Folder::with(&[
        ("resources/notes.toml", NOTES),
        ("seed/notes.json", "[{\"text\": \"first\"}]"),
        ("roundtrip.toml", "[database]\nurl = \"sqlite:data.db\"\n"),
    ]);
    let mut dev = Program::serve(program(), folder.path(), &["dev"]);
    let notes = format!("{}/rest/v1/notes", dev.url);
    let client = server::client();
    assert_eq!(server::get(&client, &notes).await.1[0]["text"], "first");
    dev.said("GET    /rest/v1/");

    folder.write("resources/notes.toml", &NOTES.replace("[access]", "colour = \"text?\"\n[access]"));
    dev.said("applied");
    let row = &server::get(&client, &notes).await.1[0];
    assert_eq!((&row["text"], &row["colour"]), (&"first".into(), &serde_json::Value::Null));
    assert!(row.get("colour").is_some(), "the new column is there: {row}");

    folder.write("resources/notes.toml", &NOTES.replace("\"text\"\n", "\"string\"\n"));
    let said = dev.said("Going on with the files as they were before").to_owned();
    assert!(said.contains("resources/notes.toml:2:8") && said.contains("did you mean \"text\"?"), "{said}");
    assert_eq!(server::get(&client, &notes).await.0, 200);

    std::fs::remove_file(folder.join("seed/notes.json")).unwrap();
    folder.write("resources/notes.toml", &NOTES.replace("\"text\"", "\"integer\""));
    dev.said("does not fit the resource files");
    assert_eq!(server::get(&client, &notes).await.1[0]["text"], "first", "data is not changed by a slip");
    dev.signal("TERM");
    let ended = tokio::task::spawn_blocking(move || dev.wait());
    assert_eq!(tokio::time::timeout(PATIENCE, ended).await.unwrap().unwrap().code, Some(0));
}

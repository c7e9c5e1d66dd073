//! Rows in and out of files.

use std::fmt::Write as _;

use crate::{Project, done, fails};

const THINGS: &str = r#"
[fields]
name = { type = "text", max = 20, unique = true }
price = { type = "decimal(8,2)", min = 0 }
day = "date?"
tags = { type = "text[]", default = [] }
note = "text?"
secret = { type = "text", default = "s", read = "nobody" }
long = "duration?"
raw = "bytes?"
on = { type = "boolean", default = false }
"#;

fn project() -> Project {
    Project::with(&[("resources/things.toml", THINGS)])
}

/// Rows with everything that is awkward in a file: quotes, line breaks, commas, other alphabets.
fn rows(count: usize) -> String {
    let mut text = String::new();
    for number in 1..=count {
        let day = if number % 3 == 0 { "null".to_owned() } else { "\"2026-02-03\"".to_owned() };
        writeln!(
            text,
            r#"{{"name":"n{number}, \"ü\"\n","price":{number}.50,"day":{day},"tags":["a","b\\c"],"note":"x,{number}","long":"PT1H30M","raw":"AAEC","on":{}}}"#,
            number % 2 == 0
        )
        .unwrap();
    }
    text
}

#[test]
fn what_is_exported_can_be_imported_in_every_form() {
    let folder = project();
    folder.write("in.ndjson", &rows(2_500));
    let said = done(&folder, &["import", "things", "in.ndjson"]);
    assert_eq!(said, "imported 2,500 rows into things\n");
    let first = done(&folder, &["export", "things"]);
    assert_eq!(first.lines().count(), 2_500, "pages follow each other without a gap or a double");
    assert!(first.contains("\"secret\":\"s\""), "the operator sees every field");
    for form in ["csv", "json", "ndjson"] {
        let output = format!("out.{form}");
        done(&folder, &["export", "things", "--output", &output]);
        let other = project();
        std::fs::copy(folder.join(&output), other.join(&output)).unwrap();
        done(&other, &["import", "things", &output]);
        assert!(done(&other, &["export", "things"]) == first, "{form} loses nothing");
    }
}

#[test]
fn a_bad_row_in_the_middle_leaves_nothing() {
    let folder = project();
    folder.write("good.csv", "name,price\nfirst,1\n");
    done(&folder, &["import", "things", "good.csv"]);
    let mut text = rows(3_000);
    text.push_str("{\"name\": \"a name that is much too long\", \"price\": -1}\n");
    text.push_str(&rows(10).replace("\"n", "\"m"));
    folder.write("bad.ndjson", &text);
    let said = fails(&folder, &["import", "things", "bad.ndjson"], 1);
    assert!(said.contains("row 3001 (line 3001): name must have at most 20 characters"), "{said}");
    assert!(said.contains("price must be at least 0") && said.contains("nothing was imported"), "{said}");
    assert_eq!(done(&folder, &["export", "things"]).lines().count(), 1);
}

#[test]
fn a_row_that_the_database_refuses_is_named_too() {
    let folder = project();
    let mut text = rows(1_200);
    text.push_str(text.lines().nth(7).unwrap().to_owned().as_str());
    folder.write("double.ndjson", &text);
    let said = fails(&folder, &["import", "things", "double.ndjson"], 1);
    assert!(said.contains("row 1201 (line 1201)") && said.contains("name"), "{said}");
    assert_eq!(done(&folder, &["export", "things"]), "");
}

#[test]
fn the_good_rows_can_be_kept() {
    let folder = project();
    let csv =
        "name,price,tags,day\na,1,,\nb,x,,\nc,3,\"{p,q}\",2026-01-01\na,4,,\nd,5,,2026-13-01\n\"e\ne\",6,,\n";
    folder.write("mixed.csv", csv);
    let said = fails(&folder, &["import", "things", "mixed.csv", "--keep-good"], 1);
    for part in ["row 2 (line 3): price", "row 4 (line 5)", "row 5 (line 6): day", "refused 3 rows"] {
        assert!(said.contains(part), "{part}: {said}");
    }
    let names = |folder: &Project| {
        let rows = done(folder, &["export", "things"]);
        let name = |row: &str| serde_json::from_str::<serde_json::Value>(row).unwrap()["name"].to_string();
        rows.lines().map(name).collect::<Vec<_>>().join(",")
    };
    assert_eq!(names(&folder), r#""a","c","e\ne""#);
    assert!(folder.read("mixed.refused.csv").starts_with("name,price,tags,day\nb,x,,\n"));
    let said = fails(&folder, &["import", "things", "mixed.csv", "--keep-good"], 1);
    assert!(said.contains("mixed.refused.csv"), "what waits to be corrected is not written over: {said}");
}

#[test]
fn empty_cells_mean_nothing() {
    let folder = project();
    folder.write("cells.csv", "\u{feff}name,price,note,on,day\nx,1,,,\n,2,,,\n");
    done(&folder, &["import", "things", "cells.csv"]);
    let rows = done(&folder, &["export", "things"]);
    assert!(rows.contains(r#""name":"x""#) && rows.contains(r#""note":null"#), "{rows}");
    assert!(rows.contains(r#""name":"""#), "required text that is empty is empty text: {rows}");
    folder.write("cells.csv", "name,price\ny,\n");
    assert!(fails(&folder, &["import", "things", "cells.csv"], 1).contains("price is required"));
}

#[test]
fn files_that_cannot_be_read_say_where() {
    let folder = project();
    for (file, text, expected) in [
        ("a.csv", "nam,price\n", "the header names \"nam\""),
        ("a.csv", "name,price\nx\n", "row 1 (line 2): has 1 cells, the header has 2"),
        ("a.csv", "", "the file is empty"),
        ("a.json", "[{\"name\": \"x\",\n", "line 1: the file ends inside the row that begins here"),
        ("a.json", "{\"name\": \"x\"}", "--format ndjson"),
        ("a.ndjson", "{\"name\": \"x\", \"price\": 1}\n\nnonsense\n", "row 2 (line 3): is not a JSON object"),
        ("a.ndjson", "{\"nam\": \"x\", \"price\": 1}\n", "did you mean \"name\"?"),
        ("a.txt", "", "Say it: --format csv, json or ndjson"),
    ] {
        folder.write(file, text);
        let code = if file == "a.txt" { 2 } else { 1 };
        let said = fails(&folder, &["import", "things", file], code);
        assert!(said.contains(expected), "{file}: {said}");
    }
    assert!(fails(&folder, &["import", "thing", "a.csv"], 1).contains("Did you mean things?"));
    assert!(fails(&folder, &["export", "thing"], 1).contains("Did you mean things?"));
}

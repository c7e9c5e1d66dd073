//! Recipes and lists, as they are read and as their mistakes are told.

use roundtrip_schema::{Schema, SourceFile};

fn schema() -> Schema {
    let file =
        |name: &str, text: &str| SourceFile { path: format!("resources/{name}.toml"), text: text.to_owned() };
    let files = [
        file("shelves", "[fields]\nname = \"text\"\n"),
        file(
            "books",
            "[fields]\ntitle = \"text\"\npages = \"integer\"\nshelf_id = { to = \"shelves\", optional = true }\ntags = \"text[]?\"\n",
        ),
    ];
    roundtrip_schema::parse(&files).unwrap()
}

/// What is wrong in `seed/<name>`, as `line:column message | label`.
fn mistakes(files: &[(&str, &str)]) -> Vec<String> {
    let files: Vec<SourceFile> = files
        .iter()
        .map(|(name, text)| SourceFile { path: format!("seed/{name}"), text: (*text).to_owned() })
        .collect();
    let told = |diagnostic: roundtrip_schema::Diagnostic| {
        let (line, column) = diagnostic.position();
        format!("{line}:{column} {} | {}", diagnostic.message, diagnostic.label)
    };
    super::parse(&files, &schema()).err().unwrap_or_default().into_iter().map(told).collect()
}

fn check(text: &str, expected: &[&str]) {
    assert_eq!(mistakes(&[("shelves.json", "[]"), ("books.toml", text)]), expected, "{text}");
}

const REST: &str = "title = \"a\"\npages = 1\n";

#[test]
fn a_sound_recipe_is_read() {
    check(&format!("rows = 2\n[fields]\n{REST}shelf_id = {{ one_of = \"shelves\" }}\n"), &[]);
    check(&format!("for_each = \"shelf_id\"\nrows = [0, 2]\n[fields]\n{REST}"), &[]);
}

#[test]
fn mistakes_have_their_place() {
    check("rows = 2\n", &["1:1 books needs title, pages | this recipe does not make it"]);
    check(&format!("[fields]\n{REST}"), &["1:1 a recipe says how many rows it makes | add rows = 100"]);
    check(
        &format!("rows = -1\n[fields]\n{REST}"),
        &["1:8 rows must be a number up to 1000000, or [least, most] with for_each | "],
    );
    check(
        &format!("rows = [1, 2]\n[fields]\n{REST}"),
        &["1:8 a range of rows needs for_each | write one number"],
    );
    check(
        &format!("rows = 1\nnumbr = 3\n[fields]\n{REST}"),
        &["2:1 unknown key \"numbr\" | did you mean \"number\"?"],
    );
    check(
        &format!("rows = 1\n[fields]\n{REST}page = 3\n"),
        &["5:1 books has no field \"page\" | did you mean \"pages\"?"],
    );
    check(
        "rows = 1\n[fields]\ntitle = \"a\"\npages = \"many\"\n",
        &["4:9 pages does not accept this | must be a whole number, not text"],
    );
    check(
        "rows = 1\n[fields]\ntitle = \"a\"\npages = { betwen = [1, 2] }\n",
        &[
            "4:11 unknown key \"betwen\" | did you mean \"between\"?",
            "4:9 this does not say how pages is made | one of value, choose, words, text, between, one_of, some_of, sequence, copy",
        ],
    );
    check(
        "rows = 1\n[fields]\npages = 1\ntitle = { text = \"{tags}\" }\n",
        &["4:18 tags is not made yet | move its line before this one"],
    );
    check(
        &format!("rows = 1\n[fields]\n{REST}tags = {{ some_of = [\"a\"], join = \" \" }}\n"),
        &["5:10 some_of makes text, and tags is text[] | "],
    );
}

#[test]
fn rows_to_refer_to_have_to_be_there() {
    let text = format!("rows = 1\n[fields]\n{REST}shelf_id = {{ one_of = \"shelves\" }}\n");
    let expected = [
        "5:14 shelf_id refers to shelves, which has no seed before this | add seed/shelves.toml or seed/shelves.json",
    ];
    assert_eq!(mistakes(&[("books.toml", &text)]), expected);
}

#[test]
fn lists_are_checked_against_their_fields() {
    for (text, expected) in [
        ("[{\"title\": \"a\", \"pages\": 1}]", vec![]),
        ("[{\"title\": \"a\"}]", vec!["1:2 this row has no pages | it is required"]),
        (
            "[\n{\"title\": 7, \"pages\": 1}]",
            vec!["2:11 title does not accept this | must be text, not a number"],
        ),
        (
            "[{\"titel\": \"x\", \"title\": \"a\", \"pages\": 1}]",
            vec!["1:12 books has no field \"titel\" | did you mean \"title\"?"],
        ),
        ("[1]", vec!["1:2 a row is an object | write {\"name\": ...}"]),
        ("{", vec!["1:1 this is not a JSON list of objects | invalid type: map, expected a sequence"]),
    ] {
        assert_eq!(mistakes(&[("books.json", text)]), expected, "{text}");
    }
}

#[test]
fn a_file_belongs_to_a_resource() {
    let expected = ["1:1 no resource is called \"book\" | did you mean books?"];
    assert_eq!(mistakes(&[("book.json", "[]")]), expected);
}

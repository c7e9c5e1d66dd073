//! A small schema with something of everything, for the tests of this folder.

use roundtrip_schema::{Schema, SourceFile, parse};

const FILES: [(&str, &str); 5] = [
    (
        "shelves",
        r#"
description = "Where books stand.\nTwo */ lines."
[fields]
place = { type = "text", max = 40, unique = true, description = "room, */ wall" }
[access]
read = "anyone"
write = "anyone"
"#,
    ),
    (
        "books",
        r#"
timestamps = true
[fields]
"title, long" = { type = "text", max = 120 }
isbn = { type = "text", pattern = "97[89][0-9]{10}", optional = true }
price = { type = "decimal(12,2)", min = 0 }
purchase_price = { type = "decimal(12,2)", read = "nobody", write = "nobody", default = 0 }
pin = { type = "text", read = "nobody" }
stars = { type = "integer", min = 1, max = 5, default = 3 }
state = { enum = ["new", "used \"well\""], default = "new" }
moods = { type = "enum[]", enum = ["calm", "wild"], default = [] }
extra = "json?"
cover = "bytes?"
shelf_id = { to = "shelves", optional = true }
sequel_of = { to = "books", optional = true, unique = true }
secret_id = { to = "secrets", optional = true }
[access]
read = "anyone"
create = "anyone"
update = "anyone"
[parts.copies.fields]
number = "integer"
"#,
    ),
    (
        "labels",
        r#"
id = "uuid"
[fields]
name = "slug"
[access]
read = "anyone"
"#,
    ),
    (
        "book_labels",
        r#"
id = ["book_id", "label_id"]
[fields]
book_id = { to = "books", on_delete = "cascade" }
label_id = { to = "labels", on_delete = "cascade" }
[access]
read = "anyone"
write = "anyone"
"#,
    ),
    (
        "secrets",
        r#"
[fields]
text = "text"
[access]
read = "nobody"
"#,
    ),
];

/// Shelves with books on them.
pub(super) fn shelf() -> Schema {
    read(&FILES)
}

/// Shelves alone.
pub(super) fn empty_shelf() -> Schema {
    read(&FILES[..1])
}

fn read(files: &[(&str, &str)]) -> Schema {
    let file = |(name, text): &(&str, &str)| SourceFile {
        path: format!("resources/{name}.toml"),
        text: (*text).to_owned(),
    };
    parse(&files.iter().map(file).collect::<Vec<SourceFile>>()).unwrap()
}

//! What the tests share: reading files given as text, and comparing schemas.

use roundtrip_schema::{Diagnostic, Schema, SourceFile, parse};

/// Reads files given as pairs of name and text.
pub(crate) fn read(files: &[(&str, &str)]) -> Result<Schema, Vec<Diagnostic>> {
    let files: Vec<SourceFile> = files
        .iter()
        .map(|(name, text)| SourceFile { path: format!("resources/{name}.toml"), text: (*text).to_owned() })
        .collect();
    parse(&files)
}

/// Reads files that must be right.
pub(crate) fn schema(files: &[(&str, &str)]) -> Schema {
    read(files).unwrap_or_else(|found| panic!("{}", rendered(&found)))
}

/// Every diagnostic as a person sees it.
pub(crate) fn rendered(diagnostics: &[Diagnostic]) -> String {
    diagnostics.iter().map(|one| format!("{one}\n\n")).collect::<String>().trim_end().to_owned()
}

/// The shop of the architecture document, with the rules that can be kept today.
pub(crate) const SHOP: [(&str, &str); 4] = [
    (
        "users",
        r#"
            #:schema ../.roundtrip/resource.json
            auth = true
            [fields]
            email = { type = "email", unique = true, read = "nobody" }
            name  = { type = "text", max = 80 }
            [access]
            read   = "anyone"
            update = "anyone"
        "#,
    ),
    ("categories", "[fields]\nname = \"text\"\n[access]\nread = \"anyone\"\n"),
    (
        "products",
        r#"
            index = ["price"]
            [fields]
            name     = { type = "text", max = 120, search = true }
            price    = { type = "decimal(12,2)", min = 0 }
            stock    = { type = "integer", min = 0, default = 0 }
            category_id = { to = "categories" }
            tags     = "text[]"
            about    = "text?"
            [access]
            read  = "anyone"
            write = "nobody"
        "#,
    ),
    (
        "orders",
        r#"
            timestamps = true
            [fields]
            customer_id = { to = "users" }
            status = { enum = ["open", "paid", "shipped"], default = "open", write = "nobody" }
            [parts.items.fields]
            product_id = { to = "products" }
            quantity   = { type = "integer", min = 1, default = 1 }
            [access]
            read   = "anyone"
            create = "anyone"
            update = "nobody"
        "#,
    ),
];

//! Tests of `roundtrip-migrate` from outside: what changes look like in each database.
#![expect(
    clippy::unwrap_used,
    reason = "helpers of tests are tests; the lint only spares functions marked #[test]"
)]

mod side_by_side;

use roundtrip_schema::{Schema, SourceFile, parse};

/// The schema of resource files: names without their ending, and texts.
fn schema(files: &[(&str, &str)]) -> Schema {
    let files: Vec<SourceFile> = files
        .iter()
        .map(|(name, text)| SourceFile { path: format!("resources/{name}.toml"), text: (*text).to_owned() })
        .collect();
    parse(&files).map_err(|mistakes| format!("{mistakes:?}")).unwrap()
}

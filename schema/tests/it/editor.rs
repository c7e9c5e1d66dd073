//! The JSON Schema that editors get.

#[test]
fn the_schema_for_editors() {
    insta::assert_snapshot!(format!("{:#}", roundtrip_schema::resource_file_schema()));
}

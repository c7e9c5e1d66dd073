//! The JSON Schema that editors get.

#[test]
fn the_schema_for_editors() {
    insta::assert_json_snapshot!(roundtrip_schema::resource_file_schema());
}

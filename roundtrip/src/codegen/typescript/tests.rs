//! The types of a small schema, as a whole.

use roundtrip_schema::{Access, Action, Field, FieldType, Kind, Resource, ResourceKind, Rule, Schema};

use crate::codegen::example;

#[test]
fn a_small_schema() {
    insta::assert_snapshot!(super::types(&example::shelf()));
}

#[test]
fn what_nobody_may_do_is_not_there() {
    let types = super::types(&example::shelf());
    for absent in ["secrets", "purchase_price"] {
        assert!(!types.contains(absent), "{absent} is hidden:\n{types}");
    }
    assert_eq!(types.matches("pin").count(), 2, "it can be written, not read:\n{types}");
    assert_eq!(super::types(&Schema::default()).matches("Record<never, never>").count(), 5);
}

#[test]
fn a_view_can_only_be_read() {
    let mut access = Access::default();
    for action in Action::ALL {
        access.set(action, Rule::Anyone);
    }
    let view = Resource {
        name: "best sellers".to_owned(),
        table: "best sellers".to_owned(),
        kind: ResourceKind::View,
        description: None,
        file: None,
        fields: vec![Field { optional: true, ..Field::new("sold", FieldType::one(Kind::Integer)) }],
        primary_key: Vec::new(),
        generated_key: false,
        uniques: Vec::new(),
        indexes: Vec::new(),
        references: Vec::new(),
        part_of: None,
        renamed_from: None,
        auth: false,
        access,
    };
    let types = super::types(&Schema::new(vec![view]));
    let expected = "    Views: {
      \"best sellers\": {
        Row: {
          sold: number | null;
        };
        Relationships: [];
      };
    };
";
    assert!(types.contains(expected), "{types}");
}

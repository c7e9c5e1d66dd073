//! The JSON Schema that editors get: it accepts what `parse` accepts.

use roundtrip_schema::resource_file_schema;
use serde_json::Value;

use crate::check::SHOP;

#[test]
fn the_schema_for_editors() {
    insta::assert_snapshot!(format!("{:#}", resource_file_schema()));
}

/// Just the keywords that the schema uses; any other is a mistake here.
fn accepts(root: &Value, schema: &Value, value: &Value) -> bool {
    let all = |list: &Value| -> Vec<bool> {
        list.as_array().unwrap().iter().map(|schema| accepts(root, schema, value)).collect()
    };
    schema.as_object().unwrap().iter().all(|(keyword, said)| match keyword.as_str() {
        "$schema" | "$defs" | "title" | "description" | "default" | "format" => true,
        "$ref" => accepts(root, root.pointer(&said.as_str().unwrap()[1..]).unwrap(), value),
        "type" => match said.as_str().unwrap() {
            "object" => value.is_object(),
            "array" => value.is_array(),
            "string" => value.is_string(),
            "boolean" => value.is_boolean(),
            other => panic!("{other}"),
        },
        "enum" => said.as_array().unwrap().contains(value),
        "pattern" => {
            let pattern = regex::Regex::new(said.as_str().unwrap()).unwrap();
            value.as_str().is_none_or(|text| pattern.is_match(text))
        }
        "anyOf" => all(said).contains(&true),
        "oneOf" => all(said).iter().filter(|accepted| **accepted).count() == 1,
        "required" => said.as_array().unwrap().iter().all(|key| value.get(key.as_str().unwrap()).is_some()),
        "items" => value.as_array().is_none_or(|list| list.iter().all(|item| accepts(root, said, item))),
        "minItems" => value.as_array().is_none_or(|list| list.len() as u64 >= said.as_u64().unwrap()),
        "uniqueItems" => {
            value.as_array().is_none_or(|list| (1..list.len()).all(|at| !list[..at].contains(&list[at])))
        }
        "minLength" => value.as_str().is_none_or(|text| text.len() as u64 >= said.as_u64().unwrap()),
        "properties" => value.as_object().is_none_or(|map| {
            map.iter().all(|(key, value)| said.get(key).is_none_or(|schema| accepts(root, schema, value)))
        }),
        "additionalProperties" => value.as_object().is_none_or(|map| {
            let declared =
                |key: &str| schema.pointer("/properties").is_some_and(|all| all.get(key).is_some());
            map.iter()
                .filter(|(key, _)| !declared(key))
                .all(|(_, value)| said.is_object() && accepts(root, said, value))
        }),
        other => panic!("the keyword {other} is not known to this test"),
    })
}

fn is_accepted(text: &str) -> bool {
    let schema = resource_file_schema();
    accepts(&schema, &schema, &toml::from_str(text).unwrap())
}

#[test]
fn right_files_are_accepted() {
    for (name, text) in SHOP {
        assert!(is_accepted(text), "{name}");
    }
    for text in [
        "id = \"code\"\nview = true\nname = \"A b\"\n[fields]\ncode = \"integer\"\n",
        "id = { fields = [\"a\"], generated = false }\nindex = [\"a\", [\"a\", \"b\"], { fields = [\"a\"], name = \"n\" }]",
        "id = []\nreferences = [{ fields = [\"a\", \"b\"], to = \"x\", to_fields = [\"c\", \"d\"], on_delete = \"cascade\" }]",
        "[fields]\na = \"decimal( 12 , 2 )[]?\"\nb = \"any?\"\nc = { type = \"enum[]?\", enum = [\"a\"] }\n",
    ] {
        assert!(is_accepted(text), "{text}");
    }
}

#[test]
fn slips_are_marked() {
    for text in [
        "descripton = \"people\"",
        "[fields]\na = \"string\"",
        "[fields]\na = { max = 5 }",
        "[fields]\na = { type = \"text\", maximum = 5 }",
        "[fields]\na = { enum = [] }",
        "[access]\nread = \"everyone\"",
        "auth = \"yes\"",
        "[parts.items]\nauth = true",
    ] {
        assert!(!is_accepted(text), "{text}");
    }
}

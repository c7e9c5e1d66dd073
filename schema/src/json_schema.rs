//! The JSON Schema of resource files, by which editors complete and check them.
//!
//! It says what a file may look like; what its names mean is beyond JSON Schema. Keywords are those
//! that draft-07 and 2020-12 share, because editors differ in which they know.

use serde_json::{Value, json};

use crate::parse::type_name::PLAIN_KINDS;

/// The JSON Schema of a resource file.
pub fn resource_file_schema() -> Value {
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Roundtrip resource",
        "description": "One resource: its fields, keys, parts and who may do what. The file's name is the resource's name.",
        "type": "object",
        "additionalProperties": false,
        "properties": resource_properties(),
        "$defs": {
            "type": type_name(),
            "field": {
                "description": "A type name such as \"text\", or a table that says more.",
                "oneOf": [{ "$ref": "#/$defs/type" }, { "$ref": "#/$defs/longField" }],
            },
            "longField": long_field(),
            "fields": {
                "description": "The fields, in order. A field is required unless it is optional or has a default.",
                "type": "object",
                "additionalProperties": { "$ref": "#/$defs/field" },
            },
            "reference": reference(),
            "names": { "type": "array", "items": { "type": "string" }, "minItems": 1 },
            "keys": keys(),
            "id": id(),
            "rule": {
                "description": "\"anyone\", or \"nobody\".",
                "enum": ["anyone", "nobody"],
            },
            "access": access(),
            "onDelete": {
                "description": "What happens when the row referred to is deleted; \"restrict\" refuses.",
                "enum": ["restrict", "cascade", "set null", "set default"],
                "default": "restrict",
            },
            "part": {
                "description": "A resource of its own that lives and is ruled with its owner.",
                "type": "object",
                "additionalProperties": false,
                "properties": common_properties(),
            },
        },
    })
}

fn common_properties() -> serde_json::Map<String, Value> {
    object(json!({
        "description": { "description": "What it is for, shown in the documentation.", "type": "string" },
        "name": { "description": "Its name, where the usual one does not do.", "type": "string", "minLength": 1 },
        "table": { "description": "The table in the database, if its name differs.", "type": "string", "minLength": 1 },
        "id": { "$ref": "#/$defs/id" },
        "index": { "description": "Indexes: field names, or lists of them.", "$ref": "#/$defs/keys" },
        "unique": { "description": "What occurs once: field names, or lists of them.", "$ref": "#/$defs/keys" },
        "references": {
            "description": "References that span several fields; for one field, write to = \"...\" there.",
            "type": "array",
            "items": { "$ref": "#/$defs/reference" },
        },
        "timestamps": { "description": "Adds created_at and updated_at, set by the server.", "type": "boolean" },
        "fields": { "$ref": "#/$defs/fields" },
        "access": { "$ref": "#/$defs/access" },
        "renamed_from": {
            "description": "The table's former name; a migration renames it and keeps its rows.",
            "type": "string",
            "minLength": 1,
        },
    }))
}

fn resource_properties() -> Value {
    let mut properties = common_properties();
    properties.extend(object(json!({
        "view": { "description": "It is a view: rows can be read, not written.", "type": "boolean" },
        "auth": { "description": "Its rows belong to accounts, which sign in at /auth/v1.", "type": "boolean" },
        "parts": {
            "description": "Resources that live and are ruled with this one: [parts.items] of orders is order_items.",
            "type": "object",
            "additionalProperties": { "$ref": "#/$defs/part" },
        },
    })));
    Value::Object(properties)
}

/// The short form of a type, with completions for the plain ones.
fn type_name() -> Value {
    let names: Vec<&str> = PLAIN_KINDS.iter().map(|kind| kind.facts().name).collect();
    let examples: Vec<String> =
        names.iter().flat_map(|name| [(*name).to_owned(), format!("{name}?")]).collect();
    let said: Vec<String> =
        PLAIN_KINDS.iter().map(|kind| format!("{}: {}", kind.facts().name, kind.facts().summary)).collect();
    json!({
        "description": format!(
            "A type; ? after it makes the field optional, [] a list.\n\n{}\ndecimal(12,2): an exact number",
            said.join("\n")
        ),
        "type": "string",
        "anyOf": [
            { "enum": examples },
            { "pattern": format!("^({})(\\[\\])?\\??$", names.join("|")) },
            { "pattern": r"^decimal\(\s*[0-9]{1,2}\s*(,\s*[0-9]{1,2}\s*)?\)(\[\])?\??$" },
        ],
    })
}

fn long_field() -> Value {
    json!({
        "type": "object",
        "additionalProperties": false,
        "anyOf": [{ "required": ["type"] }, { "required": ["to"] }, { "required": ["enum"] }],
        "properties": {
            "type": {
                "description": "The type; to and enum imply it.",
                "anyOf": [{ "$ref": "#/$defs/type" }, { "pattern": r"^enum(\[\])?\??$" }],
            },
            "to": {
                "description": "A reference: the name of a resource, or \"resource.field\" for a unique field of it.",
                "type": "string",
            },
            "enum": {
                "description": "The words that the field can hold.",
                "type": "array",
                "items": { "type": "string", "minLength": 1 },
                "minItems": 1,
                "uniqueItems": true,
            },
            "optional": { "description": "Whether it may be null.", "type": "boolean" },
            "default": { "description": "What a new row gets that does not mention it; \"now\" for moments." },
            "set": { "description": "What the server puts there when the row is created.", "enum": ["now"] },
            "unique": { "description": "Whether each value occurs once.", "type": "boolean" },
            "index": {
                "description": "Whether it has an index of its own; references have one unless this is false.",
                "type": "boolean",
            },
            "min": { "description": "The least value, or length of text and lists." },
            "max": { "description": "The greatest value, or length of text and lists." },
            "pattern": { "description": "A regular expression for the whole text.", "type": "string", "format": "regex" },
            "search": { "description": "Whether full-text search covers it.", "type": "boolean" },
            "on_delete": { "$ref": "#/$defs/onDelete" },
            "constraint": { "description": "The foreign key's name in the database.", "type": "string" },
            "read": { "description": "Who may see it: \"nobody\" hides it.", "$ref": "#/$defs/rule" },
            "write": { "description": "Who may write it: \"nobody\" makes it read-only.", "$ref": "#/$defs/rule" },
            "column": { "description": "The column in the database, if its name differs.", "type": "string" },
            "database": {
                "description": "What an existing database does by itself: it has a default, or computes the column.",
                "enum": ["default", "generated"],
            },
            "renamed_from": {
                "description": "The column's former name; a migration renames it and keeps its values.",
                "type": "string",
            },
            "description": { "description": "What it is for, shown in the documentation.", "type": "string" },
        },
    })
}

fn reference() -> Value {
    json!({
        "type": "object",
        "additionalProperties": false,
        "required": ["fields", "to"],
        "properties": {
            "fields": { "description": "The fields of this resource.", "$ref": "#/$defs/names" },
            "to": { "description": "The resource referred to.", "type": "string" },
            "to_fields": { "description": "Its fields, if not its primary key.", "$ref": "#/$defs/names" },
            "on_delete": { "$ref": "#/$defs/onDelete" },
            "name": { "description": "The foreign key's name in the database.", "type": "string" },
            "index": { "description": "Whether it has an index.", "type": "boolean", "default": true },
        },
    })
}

fn keys() -> Value {
    json!({
        "type": "array",
        "items": {
            "anyOf": [
                { "type": "string" },
                { "$ref": "#/$defs/names" },
                {
                    "type": "object",
                    "additionalProperties": false,
                    "required": ["fields"],
                    "properties": {
                        "fields": { "$ref": "#/$defs/names" },
                        "name": { "description": "Its name in the database.", "type": "string" },
                    },
                },
            ],
        },
    })
}

fn id() -> Value {
    json!({
        "description": "The primary key: \"integer\" (a field id that the database numbers, the default), \"uuid\", \
            the name of a field, or a list of names.",
        "anyOf": [
            { "enum": ["integer", "uuid"] },
            { "type": "string" },
            { "type": "array", "items": { "type": "string" } },
            {
                "type": "object",
                "additionalProperties": false,
                "required": ["fields"],
                "properties": {
                    "fields": { "type": "array", "items": { "type": "string" } },
                    "generated": { "description": "Whether a missing key is made for the caller.", "type": "boolean" },
                },
            },
        ],
    })
}

fn access() -> Value {
    let rule = |description: &str| json!({ "description": description, "$ref": "#/$defs/rule" });
    json!({
        "description": "Who may do what. Nothing said means nobody.",
        "type": "object",
        "additionalProperties": false,
        "properties": {
            "read": rule("Who may see rows."),
            "create": rule("Who may add rows."),
            "update": rule("Who may change rows."),
            "delete": rule("Who may remove rows."),
            "write": rule("Who may add, change and remove rows; a specific rule wins."),
        },
    })
}

fn object(value: Value) -> serde_json::Map<String, Value> {
    match value {
        Value::Object(map) => map,
        _ => serde_json::Map::new(),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::parse::table::Keys;
    use crate::parse::{access, field, key, reference, resource};

    /// What an editor offers is what `parse` reads.
    #[test]
    fn the_schema_knows_the_keys_that_are_read() {
        let schema = resource_file_schema();
        let rows: [(&str, &Keys); 7] = [
            ("/properties", &resource::KEYS),
            ("/$defs/part/properties", &resource::PART_KEYS),
            ("/$defs/longField/properties", &field::KEYS),
            ("/$defs/reference/properties", &reference::KEYS),
            ("/$defs/access/properties", &access::KEYS),
            ("/$defs/keys/items/anyOf/2/properties", &key::KEY_KEYS),
            ("/$defs/id/anyOf/3/properties", &key::ID_KEYS),
        ];
        for (pointer, keys) in rows {
            let said: BTreeSet<&str> =
                schema.pointer(pointer).unwrap().as_object().unwrap().keys().map(String::as_str).collect();
            assert_eq!(said, keys.known.iter().copied().collect(), "{pointer}");
        }
    }

    #[test]
    fn every_reference_inside_leads_somewhere() {
        fn check(schema: &Value, here: &Value) {
            match here {
                Value::Object(map) => {
                    if let Some(Value::String(to)) = map.get("$ref") {
                        assert!(schema.pointer(to.trim_start_matches('#')).is_some(), "{to}");
                    }
                    map.values().for_each(|value| check(schema, value));
                }
                Value::Array(list) => list.iter().for_each(|value| check(schema, value)),
                _ => {}
            }
        }
        let schema = resource_file_schema();
        check(&schema, &schema);
    }
}

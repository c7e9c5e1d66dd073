//! What holds for every kind and every text: no panic, and canonical forms that stay as they are.

use proptest::prelude::*;

use crate::field::{Field, FieldType, Kind, Pattern, Storage};
use crate::value::Value;

fn kinds() -> Vec<Kind> {
    vec![
        Kind::Any,
        Kind::Text,
        Kind::Email,
        Kind::Url,
        Kind::Slug,
        Kind::Integer,
        Kind::Float,
        Kind::Decimal { precision: 12, scale: 2 },
        Kind::Decimal { precision: 38, scale: 0 },
        Kind::Decimal { precision: 3, scale: 3 },
        Kind::Boolean,
        Kind::Date,
        Kind::Time,
        Kind::Datetime,
        Kind::Duration,
        Kind::Uuid,
        Kind::Json,
        Kind::Bytes,
        Kind::Enum(["open", "paid"].map(Box::from).into()),
    ]
}

fn types() -> Vec<FieldType> {
    let one = kinds().into_iter().map(FieldType::one);
    let listable = kinds().into_iter().filter(|kind| kind.facts().listable);
    one.chain(listable.map(FieldType::list)).collect()
}

/// Whether the value is of the sort that the type's storage takes.
fn fits(ty: &FieldType, value: &Value) -> bool {
    match ty.storage() {
        Storage::Any => !value.is_null(),
        Storage::Text | Storage::Date | Storage::Time | Storage::Datetime | Storage::Uuid => {
            matches!(value, Value::Text(_))
        }
        Storage::Integer => matches!(value, Value::Integer(_)),
        Storage::Float => matches!(value, Value::Float(_)),
        Storage::Decimal => matches!(value, Value::Decimal(_)),
        Storage::Boolean => matches!(value, Value::Boolean(_)),
        Storage::Json => matches!(value, Value::Json(_)),
        Storage::Bytes => matches!(value, Value::Bytes(_)),
    }
}

fn is_stable(ty: &FieldType, value: &Value) -> Result<(), TestCaseError> {
    prop_assert!(fits(ty, value), "{} made {:?}", ty, value);
    let json = ty.json_text(value);
    // Null is read by the field, not by its type.
    if json != "null" {
        let again = ty.value_from_json(&json);
        prop_assert_eq!(again.as_ref(), Ok(value), "{} from {}", ty, json);
    }
    // A column without a type holds the text "5" too, but query text that reads 5 means the number.
    if let (
        Value::Text(text),
        Storage::Text | Storage::Date | Storage::Time | Storage::Datetime | Storage::Uuid,
    ) = (value, ty.storage())
    {
        let again = ty.value_from_text(text);
        prop_assert_eq!(again.as_ref(), Ok(value), "{} from {}", ty, text);
    }
    Ok(())
}

fn check_everywhere(text: &str) -> Result<(), TestCaseError> {
    let pattern = Pattern::new("[a-z]+").ok();
    for ty in types() {
        let quoted = serde_json::Value::from(text).to_string();
        let json_texts = [quoted.as_str(), text];
        for json in json_texts.into_iter().filter(|json| !json.trim().is_empty()) {
            let limit = Some(Value::Integer(3));
            let field = Field {
                min: limit.clone(),
                max: limit,
                pattern: pattern.clone(),
                ..Field::new("f", ty.clone())
            };
            let _ = field.accept_json(json);
            let read = ty.value_from_json(json);
            // What is not JSON must only not panic.
            if let (Ok(value), true) = (read, serde_json::from_str::<serde::de::IgnoredAny>(json).is_ok()) {
                is_stable(&ty, &value)?;
            }
        }
        if let Ok(value) = ty.value_from_text(text) {
            is_stable(&ty, &value)?;
        }
    }
    Ok(())
}

proptest! {
    #[test]
    fn any_text(text in any::<String>()) {
        check_everywhere(&text)?;
    }

    #[test]
    fn text_of_json(text in r#"[\[\]{}", :\\0-9a-etruflsn.u+-]{0,24}"#) {
        check_everywhere(&text)?;
    }

    #[test]
    fn numbers(text in r"-?[0-9]{0,22}(\.[0-9]{0,6})?([eE][+-]?[0-9]{1,4})?") {
        check_everywhere(&text)?;
    }

    #[test]
    fn calendar(text in r"[0-2][0-9]{3}-[01][0-9]-[0-3][0-9]([T ][0-2][0-9]:[0-6][0-9](:[0-6][0-9](\.[0-9]{1,9})?)?(Z|[+-][0-2][0-9]:?[0-5][0-9])?)?") {
        check_everywhere(&text)?;
        if let Some(clock) = text.get(11..) {
            check_everywhere(clock)?;
        }
    }

    #[test]
    fn durations(text in r"-?P([0-9]{1,3}W)?([0-9]{1,9}D)?(T([0-9]{1,12}H)?([0-9]{1,9}M)?([0-9]{1,19}(\.[0-9]{1,8})?S)?)?") {
        check_everywhere(&text)?;
    }

    #[test]
    fn addresses(text in r#"(https?://)?[a-zA-Z0-9."@é%/:?#\[\]-]{0,24}(@[A-Za-zİéß0-9.-]{1,12})?"#) {
        check_everywhere(&text)?;
    }

    #[test]
    fn every_duration_survives(microseconds in any::<i64>()) {
        is_stable(&FieldType::one(Kind::Duration), &Value::Integer(microseconds))?;
    }

    #[test]
    fn every_double_survives(float in any::<f64>().prop_filter("finite", |float| float.is_finite())) {
        is_stable(&FieldType::one(Kind::Float), &Value::Float(float))?;
    }
}

#[test]
fn every_example_is_accepted() {
    for ty in types() {
        let example = ty.example().to_string();
        assert!(ty.value_from_json(&example).is_ok(), "{ty}: {example}");
    }
}

#[test]
fn every_type_has_a_name_and_a_schema() {
    for ty in types() {
        assert!(!ty.kind.facts().summary.is_empty(), "{ty}");
        assert!(ty.json_schema().is_object(), "{ty}");
    }
}

//! Days of the Gregorian calendar, `2026-11-21`, years 0001 to 9999.

use serde_json::json;

use crate::field::{Facts, Measure, Refusal, Storage, calendar, literal};
use crate::form::Form;
use crate::value::Value;

const WANTED: &str = "a day of the calendar such as 2026-11-21";

pub(super) static FACTS: Facts = Facts {
    name: "date",
    summary: "a day",
    storage: Storage::Date,
    measure: Measure::Value,
    listable: true,
    form: |_| Form::Text,
    from_json: |_, json| read(&literal::string(WANTED, json)?),
    from_text: |_, text| read(text),
    json_schema: |_| json!({ "type": "string", "format": "date" }),
    example: |_| json!("2026-11-21"),
};

fn read(text: &str) -> Result<Value, Refusal> {
    let date = calendar::read_date(text.trim()).ok_or_else(|| literal::wrong_format(WANTED))?;
    let mut canonical = String::with_capacity(10);
    calendar::write_date(&mut canonical, date);
    Ok(Value::text(canonical))
}

#[cfg(test)]
mod tests {
    use crate::field::Kind;
    use crate::field::table::{check_json, check_text};

    const REFUSED: &str = "format: must be a day of the calendar such as 2026-11-21";

    #[test]
    fn json() {
        check_json(
            &Kind::Date,
            &[
                (r#""2026-11-21""#, r#""2026-11-21""#),
                (r#""2024-02-29""#, r#""2024-02-29""#),
                (r#""0001-01-01""#, r#""0001-01-01""#),
                (r#""9999-12-31""#, r#""9999-12-31""#),
                (r#""2026-02-29""#, REFUSED),
                (r#""2026-13-01""#, REFUSED),
                (r#""0000-01-01""#, REFUSED),
                (r#""2026-1-1""#, REFUSED),
                (r#""20261121""#, REFUSED),
                (r#""2026-11-21T00:00:00Z""#, REFUSED),
                (r#""+026-11-21""#, REFUSED),
                ("2026", "type: must be a day of the calendar such as 2026-11-21, not a number"),
            ],
        );
    }

    #[test]
    fn text() {
        check_text(
            &Kind::Date,
            &[(" 2026-11-21", r#""2026-11-21""#), ("today", REFUSED), ("2026-é1-21", REFUSED)],
        );
    }
}

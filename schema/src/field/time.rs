//! Times of day on a clock without a zone, `17:30:00`, to the microsecond.

use serde_json::json;

use crate::field::calendar::ClockError;
use crate::field::{Facts, Measure, Refusal, Storage, calendar, literal};
use crate::form::Form;
use crate::value::Value;

const WANTED: &str = "a time of day such as 17:30:00";

pub(super) static FACTS: Facts = Facts {
    name: "time",
    summary: "a time of day",
    storage: Storage::Time,
    measure: Measure::Value,
    listable: true,
    form: |_| Form::Text,
    from_json: |_, json| read(&literal::string(WANTED, json)?),
    from_text: |_, text| read(text),
    // Not `time`: RFC 3339's has an offset. This one is in OpenAPI's format registry.
    json_schema: |_| json!({ "type": "string", "format": "time-local" }),
    example: |_| json!("17:30:00"),
};

fn read(text: &str) -> Result<Value, Refusal> {
    let time = calendar::read_time(text.trim()).map_err(|error| refusal(error, WANTED))?;
    let mut canonical = String::with_capacity(15);
    calendar::write_time(&mut canonical, time);
    Ok(Value::text(canonical))
}

/// What to tell the sender of a clock time that could not be read as `wanted`.
pub(super) fn refusal(error: ClockError, wanted: &str) -> Refusal {
    match error {
        ClockError::Form => literal::wrong_format(wanted),
        ClockError::LeapSecond => {
            Refusal::new("format", "must not be a leap second: seconds go from 00 to 59")
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::field::Kind;
    use crate::field::table::{check_json, check_text};

    const REFUSED: &str = "format: must be a time of day such as 17:30:00";

    #[test]
    fn json() {
        check_json(
            &Kind::Time,
            &[
                (r#""17:30:00""#, r#""17:30:00""#),
                (r#""17:30""#, r#""17:30:00""#),
                (r#""17:30:00.500000""#, r#""17:30:00.5""#),
                (r#""17:30:00.000000""#, r#""17:30:00""#),
                (r#""17:30:00.1234569""#, r#""17:30:00.123456""#),
                (r#""23:59:60""#, "format: must not be a leap second: seconds go from 00 to 59"),
                (r#""24:00:00""#, REFUSED),
                (r#""17:30:00Z""#, REFUSED),
                (r#""17:30.5""#, REFUSED),
                (r#""17:30:00.""#, REFUSED),
                ("1730", "type: must be a time of day such as 17:30:00, not a number"),
            ],
        );
    }

    #[test]
    fn text() {
        check_text(&Kind::Time, &[(" 08:05:09 ", r#""08:05:09""#), ("5:30", REFUSED), ("", REFUSED)]);
    }
}

//! Ranges of values that can be drawn from: numbers, days, moments, as whole numbers of a step.
//!
//! It must not know how a draw is made.

use jiff::Timestamp;
use jiff::civil::Date;
use roundtrip_schema::{Field, Kind, Value};

/// A range of a field's values, ends included.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Span {
    pub(super) least: i64,
    pub(super) most: i64,
    step: Step,
}

/// What a step of one is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    /// One in the last of so many digits after the point.
    Digit(u8),
    Day,
    Second,
}

/// Floats are drawn with so many digits after the point.
const FLOAT_DIGITS: u8 = 3;

impl Span {
    /// The range between two values of a field, given as JSON text; or why there is none.
    pub(super) fn new(field: &Field, least: &str, most: &str) -> Result<Self, String> {
        if field.ty.list {
            return Err("a list cannot be drawn from a range".to_owned());
        }
        let step = match field.ty.kind {
            Kind::Integer => Step::Digit(0),
            Kind::Float => Step::Digit(FLOAT_DIGITS),
            Kind::Decimal { scale, .. } => Step::Digit(scale),
            Kind::Date => Step::Day,
            Kind::Datetime => Step::Second,
            _ => return Err(format!("only numbers, dates and moments have ranges, not {}", field.ty)),
        };
        let end = |json: &str| {
            let value = field.accept_json(json).map_err(|refusals| {
                refusals.into_iter().next().map_or_else(String::new, |refusal| refusal.detail)
            })?;
            steps(step, &value).ok_or_else(|| "is too large to be drawn from".to_owned())
        };
        let (least, most) = (end(least)?, end(most)?);
        if least > most {
            return Err("the first end is greater than the second".to_owned());
        }
        Ok(Self { least, most, step })
    }

    /// The value so many steps from zero, as JSON text.
    pub(super) fn json(&self, steps: i64) -> String {
        match self.step {
            Step::Digit(0) => steps.to_string(),
            Step::Digit(digits) => {
                let width = usize::from(digits) + 1;
                let sign = if steps < 0 { "-" } else { "" };
                let text = format!("{:0>width$}", steps.unsigned_abs());
                let (whole, rest) = text.split_at(text.len() - usize::from(digits));
                format!("{sign}{whole}.{rest}")
            }
            Step::Day => format!("\"{}\"", day(steps)),
            Step::Second => format!("\"{}\"", Timestamp::from_second(steps).unwrap_or_default()),
        }
    }
}

fn day(days: i64) -> Date {
    let epoch = Date::constant(1970, 1, 1);
    jiff::Span::new().try_days(days).and_then(|span| epoch.checked_add(span)).unwrap_or(epoch)
}

fn steps(step: Step, value: &Value) -> Option<i64> {
    match (step, value) {
        (Step::Digit(0), Value::Integer(number)) => Some(*number),
        (Step::Digit(digits), Value::Decimal(text)) => scaled(text, digits),
        (Step::Digit(digits), Value::Float(number)) => scaled(&format!("{number:.3}"), digits),
        (Step::Day, Value::Text(text)) => {
            let span = Date::constant(1970, 1, 1).until(text.parse::<Date>().ok()?).ok()?;
            Some(i64::from(span.get_days()))
        }
        (Step::Second, Value::Text(text)) => text.parse::<Timestamp>().ok().map(Timestamp::as_second),
        _ => None,
    }
}

/// `12.5` with two digits is 1250.
fn scaled(text: &str, digits: u8) -> Option<i64> {
    let (whole, rest) = text.split_once('.').unwrap_or((text, ""));
    let rest: String = rest.chars().chain(std::iter::repeat('0')).take(usize::from(digits)).collect();
    format!("{whole}{rest}").parse().ok()
}

#[cfg(test)]
mod tests {
    use roundtrip_schema::FieldType;

    use super::*;

    fn check(kind: Kind, least: &str, most: &str, expected: Result<(&str, &str), &str>) {
        let field = Field::new("it", FieldType::one(kind));
        let span = Span::new(&field, least, most);
        let ends = span.map(|span| (span.json(span.least), span.json(span.most)));
        let ends = ends.as_ref().map(|(least, most)| (least.as_str(), most.as_str())).map_err(String::as_str);
        assert_eq!(ends, expected);
    }

    #[test]
    fn ends_come_back_as_they_went_in() {
        let price = Kind::Decimal { precision: 12, scale: 2 };
        check(Kind::Integer, "-3", "7", Ok(("-3", "7")));
        check(price.clone(), "0.05", "480", Ok(("0.05", "480.00")));
        check(price, "-1.5", "-0.05", Ok(("-1.50", "-0.05")));
        check(Kind::Float, "0.5", "2", Ok(("0.500", "2.000")));
        check(Kind::Date, "\"1969-12-31\"", "\"2026-02-28\"", Ok(("\"1969-12-31\"", "\"2026-02-28\"")));
        let (dawn, noon) = ("\"2026-01-01T00:00:00Z\"", "\"2026-01-01T12:00:00Z\"");
        check(Kind::Datetime, dawn, noon, Ok((dawn, noon)));
    }

    #[test]
    fn what_is_no_range_is_refused() {
        check(Kind::Integer, "2", "1", Err("the first end is greater than the second"));
        check(Kind::Text, "\"a\"", "\"b\"", Err("only numbers, dates and moments have ranges, not text"));
        check(Kind::Integer, "true", "1", Err("must be a whole number, not a boolean"));
    }
}

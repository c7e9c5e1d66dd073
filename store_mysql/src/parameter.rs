//! Values of plans as the driver sends them.
//!
//! Must not know: statements, results.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use mysql_async::Value as Sent;
use roundtrip_schema::Value;
use roundtrip_schema::field::Storage;

/// A value of a filter or of a rule. Where it stands for a moment, the statement itself takes the
/// canonical text apart: here nobody knows whether a text is one.
pub(crate) fn sent(value: &Value) -> Sent {
    match value {
        Value::Null => Sent::NULL,
        Value::Boolean(value) => Sent::Int(i64::from(*value)),
        Value::Integer(value) => Sent::Int(*value),
        Value::Float(value) => Sent::Double(*value),
        // The server reads decimals from text digit by digit.
        Value::Decimal(text) | Value::Text(text) | Value::Json(text) => Sent::Bytes(text.as_bytes().to_vec()),
        Value::Bytes(bytes) => Sent::Bytes(bytes.to_vec()),
    }
}

/// A value that is written into a column of this storage.
pub(crate) fn written(value: &Value, storage: Storage) -> Sent {
    match value {
        Value::Text(text) if storage == Storage::Datetime => Sent::Bytes(datetime(text).into_bytes()),
        other => sent(other),
    }
}

/// A moment as MariaDB and MySQL read it: in UTC, without an offset, which MariaDB would refuse and
/// MySQL would take by the session's zone. What is no moment is left for the server to refuse.
fn datetime(text: &str) -> String {
    let utc = text.strip_suffix("+00:00").or_else(|| text.strip_suffix('Z'));
    if let Some((day, time)) = utc.and_then(|utc| utc.split_once(['T', ' '])) {
        return format!("{day} {time}");
    }
    match text.parse::<Timestamp>() {
        Ok(moment) => moment.to_zoned(TimeZone::UTC).strftime("%Y-%m-%d %H:%M:%S%.f").to_string(),
        Err(_) => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_sent_by_their_kind() {
        let text = |text: &str| Sent::Bytes(text.as_bytes().to_vec());
        for (value, expected) in [
            (Value::Null, Sent::NULL),
            (Value::Boolean(true), Sent::Int(1)),
            (Value::Integer(i64::MIN), Sent::Int(i64::MIN)),
            (Value::Float(0.5), Sent::Double(0.5)),
            (Value::Decimal("12345678901234567890.10".into()), text("12345678901234567890.10")),
            (Value::text("2026-11-21T17:30:00+00:00"), text("2026-11-21T17:30:00+00:00")),
            (Value::Json("[1]".into()), text("[1]")),
            (Value::Bytes([0, 255].into()), Sent::Bytes(vec![0, 255])),
        ] {
            assert_eq!(sent(&value), expected, "{value:?}");
        }
    }

    #[test]
    fn a_written_moment_arrives_right_whatever_its_offset() {
        for (value, expected) in [
            ("2026-11-21T17:30:00+00:00", "2026-11-21 17:30:00"),
            ("2026-11-21T17:30:00.000001+00:00", "2026-11-21 17:30:00.000001"),
            ("2026-11-21T17:30:00Z", "2026-11-21 17:30:00"),
            ("2026-11-21T00:30:00.5+02:00", "2026-11-20 22:30:00.5"),
            ("2026-12-31T23:30:00-01:00", "2027-01-01 00:30:00"),
            ("soon", "soon"),
        ] {
            let found = written(&Value::text(value), Storage::Datetime);
            assert_eq!(found, Sent::Bytes(expected.as_bytes().to_vec()), "{value}");
        }
        let kept = written(&Value::text("2026-11-21T17:30:00Z"), Storage::Text);
        assert_eq!(kept, Sent::Bytes(b"2026-11-21T17:30:00Z".to_vec()));
    }
}

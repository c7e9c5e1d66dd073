//! Numbers of documents, compared by what they say and not by how they are written.
//!
//! Must not know: where a number stands.

/// A number as one text: `1.50`, `1.5` and `15e-1` are `1.5`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(in super::super) struct Number(String);

/// So many zeros are written out; more make an exponent.
const ZEROS: i64 = 20;

impl Number {
    /// Reads a JSON number.
    pub(in super::super) fn read(text: &str) -> Self {
        let unsigned = text.strip_prefix('-').unwrap_or(text);
        let (mantissa, exponent) = unsigned.split_once(['e', 'E']).unwrap_or((unsigned, "0"));
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let all = format!("{whole}{fraction}");
        let digits = all.trim_matches('0');
        if digits.is_empty() {
            return Self("0".to_owned());
        }
        let behind = all.len() - all.trim_end_matches('0').len();
        let place = |length: usize| i64::try_from(length).unwrap_or(i64::MAX);
        let exponent = exponent.parse().ok().and_then(|exponent: i64| {
            exponent.checked_sub(place(fraction.len()))?.checked_add(place(behind))
        });
        let Some(exponent) = exponent else {
            // So great an exponent that nobody counts it: equal to what is written the same.
            return Self(text.to_owned());
        };
        let sign = if text.starts_with('-') { "-" } else { "" };
        Self(format!("{sign}{}", plain(digits, exponent)))
    }

    /// The one text.
    pub(in super::super) fn as_str(&self) -> &str {
        &self.0
    }

    /// As a whole number of 64 bits, if it is one.
    pub(in super::super) fn integer(&self) -> Option<i64> {
        self.0.parse().ok()
    }
}

/// The digits times ten to the power of `exponent`, without an exponent where that is not too long.
fn plain(digits: &str, exponent: i64) -> String {
    let count = i64::try_from(digits.len()).unwrap_or(i64::MAX);
    match exponent {
        0..=ZEROS => {
            let zeros = usize::try_from(exponent).unwrap_or_default();
            format!("{digits}{:0<zeros$}", "")
        }
        // The point is among the digits, or not far before them.
        _ if exponent < 0 && exponent > i64::MIN && -exponent < count.saturating_add(ZEROS) => {
            let fraction = usize::try_from(-exponent).unwrap_or_default();
            let padded = format!("{digits:0>width$}", width = fraction + 1);
            let (whole, fraction) = padded.split_at(padded.len() - fraction);
            format!("{whole}.{fraction}")
        }
        _ => format!("{digits}e{exponent}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_one_text() {
        for (texts, expected) in [
            (&["1.5", "1.50", "15e-1", "0.15E+1", "150e-2"][..], "1.5"),
            (&["0", "-0", "0.00", "0e5", "0e99999999999999999999"], "0"),
            (&["100", "1e2", "1E+2", "100.0"], "100"),
            (&["-0.001", "-1e-3"], "-0.001"),
            (&["123456789012345678901234567890.10"], "123456789012345678901234567890.1"),
            (&["1e30", "10e29"], "1e30"),
            (&["1e-30"], "1e-30"),
            (&["1e99999999999999999999"], "1e99999999999999999999"),
            (&["1e-9223372036854775808"], "1e-9223372036854775808"),
        ] {
            for text in texts {
                assert_eq!(Number::read(text).as_str(), expected, "{text}");
            }
        }
    }

    #[test]
    fn whole_numbers_are_integers() {
        for (text, integer) in
            [("7", Some(7)), ("1e2", Some(100)), ("0.25", None), ("9223372036854775808", None)]
        {
            assert_eq!(Number::read(text).integer(), integer, "{text}");
        }
    }
}

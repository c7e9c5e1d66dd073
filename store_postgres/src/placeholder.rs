//! Numbers the parameters of a statement without gaps.
//!
//! A slot is the number of a value of the plan, and a statement of the plan need not use all of them;
//! the server would ask of what type the missing ones are.
//!
//! Must not know: what the statement does.

use std::fmt::Write as _;

/// A statement with its parameters numbered from 1, and the slot of each.
pub(crate) fn renumber(text: &str) -> (String, Box<[u16]>) {
    let mut out = String::with_capacity(text.len());
    let mut slots: Vec<u16> = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find(['\'', '"', '$']) {
        let (before, found) = rest.split_at(at);
        out.push_str(before);
        let follows_name = out.ends_with(|letter: char| letter.is_alphanumeric() || letter == '_');
        let length = match found.as_bytes().first() {
            Some(b'$') => {
                let digits = found.bytes().skip(1).take_while(u8::is_ascii_digit).count();
                let number = found.get(1..=digits).and_then(|digits| digits.parse::<u16>().ok());
                match number.and_then(|number| number.checked_sub(1)).filter(|_| !follows_name) {
                    Some(slot) => {
                        let place = slots.iter().position(|known| *known == slot).unwrap_or_else(|| {
                            slots.push(slot);
                            slots.len() - 1
                        });
                        // A `String` never fails to take more text.
                        let _ = write!(out, "${}", place + 1);
                    }
                    None => out.push_str(found.get(..=digits).unwrap_or(found)),
                }
                rest = found.get(digits + 1..).unwrap_or_default();
                continue;
            }
            Some(quote) => {
                let escapes = before.ends_with(['e', 'E']) && *quote == b'\'';
                quoted(found.as_bytes(), *quote, escapes)
            }
            None => found.len(),
        };
        out.push_str(found.get(..length).unwrap_or(found));
        rest = found.get(length..).unwrap_or_default();
    }
    out.push_str(rest);
    (out, slots.into())
}

/// How long the literal or name is that begins with this quote. A quote that is doubled ends one and
/// begins another, which comes to the same.
fn quoted(text: &[u8], quote: u8, escapes: bool) -> usize {
    let mut at = 1;
    while let Some(byte) = text.get(at) {
        at += match byte {
            b'\\' if escapes => 2,
            byte if *byte == quote => return at + 1,
            _ => 1,
        };
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_numbered_without_gaps() {
        for (text, expected, slots) in [
            ("SELECT 1", "SELECT 1", &[][..]),
            ("SELECT $1, $2", "SELECT $1, $2", &[0, 1]),
            ("SELECT $3, $1, $3", "SELECT $1, $2, $1", &[2, 0]),
            ("SELECT '$2', \"$3\", $2", "SELECT '$2', \"$3\", $1", &[1]),
            ("SELECT 'it''s $1' || $9", "SELECT 'it''s $1' || $1", &[8]),
            (r"SELECT E'\'$1' || $2, 'e\' || $3", r"SELECT E'\'$1' || $1, 'e\' || $2", &[1, 2]),
            ("SELECT a$1 FROM t", "SELECT a$1 FROM t", &[]),
            ("SELECT '", "SELECT '", &[]),
            ("SELECT $0, $", "SELECT $0, $", &[]),
            ("ü = $2", "ü = $1", &[1]),
        ] {
            let (text, found) = renumber(text);
            assert_eq!((text.as_str(), &*found), (expected, slots));
        }
    }
}

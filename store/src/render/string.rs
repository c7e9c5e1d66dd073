//! Text as a JSON string.
//!
//! Text is copied in runs: most has nothing to escape, so the work is to find where the next run
//! ends, eight bytes at a time.
//!
//! Must not know: forms, rows.

/// Appends `text` in quotes. What is not UTF-8 becomes U+FFFD, since JSON is (RFC 8259, section 8.1).
pub(super) fn write(out: &mut Vec<u8>, text: &[u8]) {
    out.reserve(text.len() + 2);
    out.push(b'"');
    if std::str::from_utf8(text).is_ok() {
        escape(out, text);
    } else {
        escape(out, String::from_utf8_lossy(text).as_bytes());
    }
    out.push(b'"');
}

fn escape(out: &mut Vec<u8>, mut text: &[u8]) {
    loop {
        let run = run(text);
        out.extend_from_slice(&text[..run]);
        let Some((byte, rest)) = text[run..].split_first() else { return };
        special(out, *byte);
        text = rest;
    }
}

fn special(out: &mut Vec<u8>, byte: u8) {
    const HEX: &[u8; 16] = b"0123456789abcdef";
    let short = match byte {
        b'"' => b'"',
        b'\\' => b'\\',
        b'\n' => b'n',
        b'\r' => b'r',
        b'\t' => b't',
        0x08 => b'b',
        0x0c => b'f',
        _ => {
            let (high, low) = (HEX[usize::from(byte >> 4)], HEX[usize::from(byte & 15)]);
            out.extend_from_slice(&[b'\\', b'u', b'0', b'0', high, low]);
            return;
        }
    };
    out.extend_from_slice(&[b'\\', short]);
}

/// How many bytes at the start need no escape.
fn run(text: &[u8]) -> usize {
    let mut at = 0;
    let mut words = text.chunks_exact(8);
    for word in &mut words {
        // A chunk of `chunks_exact(8)` has eight bytes.
        let Ok(bytes) = <[u8; 8]>::try_from(word) else { break };
        let found = specials(u64::from_le_bytes(bytes));
        if found != 0 {
            return at + found.trailing_zeros() as usize / 8;
        }
        at += 8;
    }
    let is_special = |byte: &u8| *byte < 0x20 || *byte == b'"' || *byte == b'\\';
    at + words.remainder().iter().position(is_special).unwrap_or(words.remainder().len())
}

/// The high bit of each byte that needs an escape; beyond the first such byte the answer may be wrong
/// (Warren, "Hacker's Delight", section 6-1: borrows run upwards), and only the first is asked for.
fn specials(word: u64) -> u64 {
    const ONES: u64 = u64::from_le_bytes([1; 8]);
    const HIGH: u64 = u64::from_le_bytes([0x80; 8]);
    let below = |word: u64, bound: u8| word.wrapping_sub(ONES * u64::from(bound)) & !word;
    let equal = |byte: u8| below(word ^ (ONES * u64::from(byte)), 1);
    (below(word, 0x20) | equal(b'"') | equal(b'\\')) & HIGH
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &[u8], expected: &str) {
        let mut out = Vec::new();
        write(&mut out, text);
        assert_eq!(String::from_utf8(out).unwrap(), expected);
    }

    #[test]
    fn strings_are_escaped() {
        check(b"", r#""""#);
        check(b"plain and longer than one word", r#""plain and longer than one word""#);
        check(b"a\"b\\c\nd\te\rf", r#""a\"b\\c\nd\te\rf""#);
        check(b"\x00\x08\x0c\x1f\x20\x7f", "\"\\u0000\\b\\f\\u001f \u{7f}\"");
        check("größe \u{1F600}".as_bytes(), "\"größe \u{1F600}\"");
        check(b"a\xffb\xc3", "\"a\u{FFFD}b\u{FFFD}\"");
    }

    #[test]
    fn a_special_byte_is_found_at_every_place() {
        for length in 0..40 {
            for place in 0..length {
                for special in [b'"', b'\\', 0, 0x1f] {
                    let mut text = vec![0xe2; length];
                    text[place] = special;
                    assert_eq!(run(&text), place, "{special} at {place} of {length}");
                }
            }
            assert_eq!(run(&vec![b' '; length]), length);
        }
    }
}

//! Cuts a stream of bytes into the objects of a JSON array, or into lines, without reading it whole.
//!
//! It knows as much of JSON as is needed to find where a value ends; whether the value is JSON is
//! for its reader to say.

use std::io::BufRead;

use super::limited::Meter;
use super::row::{MOST_ROW_BYTES, ReadError};

/// A piece of a file, and the line on which it begins.
pub(super) struct Piece {
    pub(super) line: u64,
    pub(super) bytes: Vec<u8>,
}

/// What stands between the values of an array.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// Before the bracket.
    Before,
    /// After the bracket, or after a comma.
    Value { first: bool },
    /// After a value.
    After,
    /// After the closing bracket.
    End,
}

/// The values of a JSON array, one after the other.
pub(super) struct Elements<R> {
    reader: R,
    line: u64,
    place: Place,
}

impl<R: BufRead> Elements<R> {
    pub(super) fn new(reader: R) -> Self {
        Self { reader, line: 1, place: Place::Before }
    }

    /// The next value; `None` after the array.
    pub(super) fn next(&mut self, meter: &Meter) -> Result<Option<Piece>, ReadError> {
        loop {
            let Some(byte) = self.peek()? else {
                return match self.place {
                    Place::End => Ok(None),
                    Place::Before => Err(self.content("the file holds no JSON list")),
                    _ => Err(self.content("the file ends inside the list; is it complete?")),
                };
            };
            match (byte, self.place) {
                (b' ' | b'\t' | b'\r' | b'\n', _) => self.skip(byte),
                (b'[', Place::Before) => {
                    self.skip(byte);
                    self.place = Place::Value { first: true };
                }
                (b']', Place::Value { first: true } | Place::After) => {
                    self.skip(byte);
                    self.place = Place::End;
                }
                (b',', Place::After) => {
                    self.skip(byte);
                    self.place = Place::Value { first: false };
                }
                (b'{', Place::Value { .. }) => {
                    self.place = Place::After;
                    let piece = self.object()?;
                    meter.row_ended();
                    return Ok(Some(piece));
                }
                (_, Place::Before) => {
                    return Err(self.content("a JSON file of rows is a list: [{...}, {...}]; one object per line is --format ndjson"));
                }
                (_, Place::Value { .. }) => return Err(self.content("a row is an object: {\"name\": ...}")),
                (_, Place::After) => {
                    return Err(self.content("a comma or the end of the list is missing here"));
                }
                (_, Place::End) => return Err(self.content("something stands after the end of the list")),
            }
        }
    }

    fn content(&self, reason: &str) -> ReadError {
        ReadError::Content { line: self.line, reason: reason.to_owned() }
    }

    fn peek(&mut self) -> Result<Option<u8>, ReadError> {
        let line = self.line;
        let buffer = self.reader.fill_buf().map_err(|source| ReadError::File { line, source })?;
        Ok(buffer.first().copied())
    }

    fn skip(&mut self, byte: u8) {
        self.line += u64::from(byte == b'\n');
        self.reader.consume(1);
    }

    /// From an opening brace to the one that closes it.
    fn object(&mut self) -> Result<Piece, ReadError> {
        let mut piece = Piece { line: self.line, bytes: Vec::new() };
        let (mut depth, mut in_text, mut escaped) = (0_usize, false, false);
        loop {
            let line = self.line;
            let buffer = self.reader.fill_buf().map_err(|source| ReadError::File { line, source })?;
            if buffer.is_empty() {
                let reason = "the file ends inside the row that begins here; is it complete?";
                return Err(ReadError::Content { line: piece.line, reason: reason.to_owned() });
            }
            let mut used = 0;
            let mut ended = false;
            for byte in buffer {
                used += 1;
                self.line += u64::from(*byte == b'\n');
                match byte {
                    _ if escaped => escaped = false,
                    b'\\' if in_text => escaped = true,
                    b'"' => in_text = !in_text,
                    _ if in_text => {}
                    b'{' | b'[' => depth += 1,
                    b'}' | b']' => {
                        depth -= 1;
                        ended = depth == 0;
                    }
                    _ => {}
                }
                if ended {
                    break;
                }
            }
            piece.bytes.extend_from_slice(&buffer[..used]);
            self.reader.consume(used);
            if ended {
                return Ok(piece);
            }
            if piece.bytes.len() > MOST_ROW_BYTES {
                return Err(too_long(piece.line));
            }
        }
    }
}

/// The lines of a file that are not blank.
pub(super) struct Lines<R> {
    reader: R,
    line: u64,
}

impl<R: BufRead> Lines<R> {
    pub(super) fn new(reader: R) -> Self {
        Self { reader, line: 0 }
    }

    /// The next line that is not blank; `None` at the end.
    pub(super) fn next(&mut self, meter: &Meter) -> Result<Option<Piece>, ReadError> {
        loop {
            self.line += 1;
            let mut bytes = Vec::new();
            // One byte more than is allowed tells a long line from one that just fits.
            let mut limited = std::io::Read::take(&mut self.reader, MOST_ROW_BYTES as u64 + 1);
            let read = limited.read_until(b'\n', &mut bytes);
            meter.row_ended();
            let read = read.map_err(|source| ReadError::File { line: self.line, source })?;
            if read == 0 {
                return Ok(None);
            }
            if bytes.len() > MOST_ROW_BYTES {
                return Err(too_long(self.line));
            }
            bytes.truncate(bytes.trim_ascii_end().len());
            if !bytes.is_empty() {
                return Ok(Some(Piece { line: self.line, bytes }));
            }
        }
    }
}

fn too_long(line: u64) -> ReadError {
    let reason = format!("a row is longer than {} MiB", MOST_ROW_BYTES >> 20);
    ReadError::Content { line, reason }
}

#[cfg(test)]
mod tests {
    use std::io::BufReader;

    use super::*;

    fn elements(text: &str, buffer: usize) -> Result<Vec<(u64, String)>, String> {
        let mut elements = Elements::new(BufReader::with_capacity(buffer, text.as_bytes()));
        let mut found = Vec::new();
        loop {
            match elements.next(&Meter::default()) {
                Ok(Some(piece)) => found.push((piece.line, String::from_utf8(piece.bytes).unwrap())),
                Ok(None) => return Ok(found),
                Err(error) => return Err(error.to_string()),
            }
        }
    }

    #[test]
    fn objects_are_cut_out_whatever_the_buffer() {
        let text = "[ {\"a\": \"}\\\"]\"},\n\n{\"b\": [{}, {\"c\": \"\\\\\"}]}\n]\n";
        let expected =
            vec![(1, "{\"a\": \"}\\\"]\"}".to_owned()), (3, "{\"b\": [{}, {\"c\": \"\\\\\"}]}".to_owned())];
        for buffer in [1, 2, 7, 100] {
            assert_eq!(elements(text, buffer), Ok(expected.clone()), "{buffer}");
        }
        assert_eq!(elements("[]", 8), Ok(Vec::new()));
    }

    #[test]
    fn what_is_no_list_of_objects_is_refused_with_its_line() {
        for (text, reason) in [
            ("", "line 1: the file holds no JSON list"),
            ("[{\"a\": 1},\n", "line 2: the file ends inside the list; is it complete?"),
            ("[\n{\"a\": \"", "line 2: the file ends inside the row that begins here; is it complete?"),
            ("[1]", "line 1: a row is an object: {\"name\": ...}"),
            ("[{},]", "line 1: a row is an object: {\"name\": ...}"),
            ("[{}\n{}]", "line 2: a comma or the end of the list is missing here"),
            ("[{}] x", "line 1: something stands after the end of the list"),
        ] {
            assert_eq!(elements(text, 4), Err(reason.to_owned()), "{text}");
        }
        assert!(elements("{}", 4).unwrap_err().contains("--format ndjson"));
    }

    #[test]
    fn lines_skip_blank_ones_and_count_them() {
        let mut lines = Lines::new("{}\r\n\n  \n{\"a\":1}".as_bytes());
        let first = lines.next(&Meter::default()).unwrap().unwrap();
        let second = lines.next(&Meter::default()).unwrap().unwrap();
        assert_eq!((first.line, first.bytes), (1, b"{}".to_vec()));
        assert_eq!((second.line, second.bytes), (4, b"{\"a\":1}".to_vec()));
        assert!(lines.next(&Meter::default()).unwrap().is_none());
    }
}

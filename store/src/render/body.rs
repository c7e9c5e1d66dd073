//! Rows as one answer: an array of objects, the one object, or lines of values.
//!
//! Must not know: what is in a row.

use roundtrip_query::plan::Layout;

/// A second row came where the answer is to be one object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Several;

/// An answer that grows by a row at a time.
#[derive(Debug)]
pub struct Body {
    bytes: Vec<u8>,
    rows: u64,
    layout: Layout,
}

impl Body {
    /// An answer without rows, with room for `capacity` bytes.
    pub fn new(layout: Layout, capacity: usize) -> Self {
        let mut bytes = Vec::with_capacity(capacity);
        if layout == Layout::Array {
            bytes.push(b'[');
        }
        Self { bytes, rows: 0, layout }
    }

    /// The line of names above lines of values.
    pub fn header(&mut self, names: &[u8]) {
        self.bytes.extend_from_slice(names);
    }

    /// Where the next row is to be appended, whole.
    ///
    /// # Errors
    /// [`Several`] when the answer is an object and has its row.
    pub fn row(&mut self) -> Result<&mut Vec<u8>, Several> {
        match self.layout {
            Layout::Object if self.rows > 0 => return Err(Several),
            Layout::Array if self.rows > 0 => self.bytes.push(b','),
            Layout::Csv => self.bytes.push(b'\n'),
            Layout::Array | Layout::Object => {}
        }
        self.rows += 1;
        Ok(&mut self.bytes)
    }

    /// How many rows it has.
    pub fn rows(&self) -> u64 {
        self.rows
    }

    /// How many bytes it has.
    pub fn size(&self) -> usize {
        self.bytes.len()
    }

    /// The bytes. An object without its row is empty.
    pub fn finish(mut self) -> Vec<u8> {
        match self.layout {
            Layout::Array => self.bytes.push(b']'),
            // The names then are a line of their own, as with rows.
            Layout::Csv if self.rows == 0 => self.bytes.push(b'\n'),
            Layout::Object | Layout::Csv => {}
        }
        self.bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(layout: Layout, rows: &[&str], expected: Result<&str, Several>) {
        let mut body = Body::new(layout, 0);
        if layout == Layout::Csv {
            body.header(b"id,name");
        }
        let filled = rows.iter().try_for_each(|row| {
            body.row()?.extend_from_slice(row.as_bytes());
            Ok(())
        });
        let text = filled.map(|()| String::from_utf8(body.finish()).unwrap());
        assert_eq!(text.as_deref().map_err(|several| *several), expected);
    }

    #[test]
    fn rows_make_an_array_or_one_object_or_lines() {
        check(Layout::Array, &[], Ok("[]"));
        check(Layout::Array, &["{}"], Ok("[{}]"));
        check(Layout::Array, &["{}", "{}"], Ok("[{},{}]"));
        check(Layout::Object, &[], Ok(""));
        check(Layout::Object, &["{}"], Ok("{}"));
        check(Layout::Object, &["{}", "{}"], Err(Several));
        check(Layout::Csv, &[], Ok("id,name\n"));
        check(Layout::Csv, &["1,a"], Ok("id,name\n1,a"));
        check(Layout::Csv, &["1,a", "2,b"], Ok("id,name\n1,a\n2,b"));
    }
}

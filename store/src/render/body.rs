//! Rows as one answer: an array of objects, or the one object.
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

    /// Where the next row is to be appended, whole.
    ///
    /// # Errors
    /// [`Several`] when the answer is an object and has its row.
    pub fn row(&mut self) -> Result<&mut Vec<u8>, Several> {
        if self.rows > 0 {
            if self.layout == Layout::Object {
                return Err(Several);
            }
            self.bytes.push(b',');
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
        if self.layout == Layout::Array {
            self.bytes.push(b']');
        }
        self.bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(layout: Layout, rows: &[&str], expected: Result<&str, Several>) {
        let mut body = Body::new(layout, 0);
        let filled = rows.iter().try_for_each(|row| {
            body.row()?.extend_from_slice(row.as_bytes());
            Ok(())
        });
        let text = filled.map(|()| String::from_utf8(body.finish()).unwrap());
        assert_eq!(text.as_deref().map_err(|several| *several), expected);
    }

    #[test]
    fn rows_make_an_array_or_one_object() {
        check(Layout::Array, &[], Ok("[]"));
        check(Layout::Array, &["{}"], Ok("[{}]"));
        check(Layout::Array, &["{}", "{}"], Ok("[{},{}]"));
        check(Layout::Object, &[], Ok(""));
        check(Layout::Object, &["{}"], Ok("{}"));
        check(Layout::Object, &["{}", "{}"], Err(Several));
    }
}

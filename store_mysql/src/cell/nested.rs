//! Embedded rows out of the text in which they travel: JSON is written here and not by the database.
//!
//! | text | means |
//! |---|---|
//! | `-` | null |
//! | `5:hello` | a value of five bytes |
//! | `*` and the values of a row, one after the other | a row |
//! | `[` rows `]` | several rows, or `[` values `]` of the one column of each |
//!
//! What comes where is known from the layout, so the text is read along it: its depth is the layout's,
//! and no length in it is believed before that many bytes are there.
//!
//! Must not know: which database wrote it.

use std::borrow::Cow;

use roundtrip_schema::Form;
use roundtrip_sql::{Nested, NestedShape};
use roundtrip_store::render::RowWriter;

use super::{Held, moment, number};

/// How rows inside a column are read and rendered; made once per shape.
#[derive(Debug)]
pub(crate) struct Tree {
    shape: NestedShape,
    writer: RowWriter,
    columns: Box<[Column]>,
}

#[derive(Debug)]
struct Column {
    form: Form,
    tree: Option<Tree>,
}

/// Why embedded rows cannot be rendered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unreadable {
    /// The text is not what the layout says.
    Malformed,
    /// It would be larger than an answer may be.
    TooLarge,
}

impl Tree {
    /// How these rows are read.
    pub(crate) fn new(nested: &Nested) -> Self {
        let forms = nested.layout.columns.iter().map(|(_, form)| *form);
        let trees = nested.nested.iter().map(|one| one.as_ref().map(Self::new));
        let column = |(form, tree)| Column { form, tree };
        Self {
            shape: nested.shape,
            writer: RowWriter::new(&nested.layout),
            columns: forms.zip(trees).map(column).collect(),
        }
    }

    /// The JSON of a whole text, which may be so large.
    pub(crate) fn render(&self, text: &[u8], limit_bytes: usize) -> Result<Vec<u8>, Unreadable> {
        let mut reader = Reader { rest: text, limit_bytes };
        let json = reader.rows(self)?;
        if reader.rest.is_empty() { Ok(json) } else { Err(Unreadable::Malformed) }
    }
}

/// The text that is left.
struct Reader<'a> {
    rest: &'a [u8],
    limit_bytes: usize,
}

impl<'a> Reader<'a> {
    /// What a column with rows in it holds.
    fn rows(&mut self, tree: &Tree) -> Result<Vec<u8>, Unreadable> {
        if self.takes(b'-') {
            return Ok(b"null".to_vec());
        }
        let mut out = Vec::new();
        if tree.shape == NestedShape::Row {
            self.row(tree, &mut out)?;
            return Ok(out);
        }
        self.expects(b'[')?;
        out.push(b'[');
        while !self.takes(b']') {
            if out.len() > 1 {
                out.push(b',');
            }
            match tree.shape {
                NestedShape::Row | NestedShape::Rows => self.row(tree, &mut out)?,
                NestedShape::Values => {
                    let column = tree.columns.first().ok_or(Unreadable::Malformed)?;
                    tree.writer.write_value(&mut out, self.value(column)?.cell());
                }
            }
            if out.len() > self.limit_bytes {
                return Err(Unreadable::TooLarge);
            }
        }
        out.push(b']');
        Ok(out)
    }

    fn row(&mut self, tree: &Tree, out: &mut Vec<u8>) -> Result<(), Unreadable> {
        self.expects(b'*')?;
        let mut values = Vec::with_capacity(tree.columns.len());
        for column in &tree.columns {
            values.push(self.value(column)?);
        }
        tree.writer.write(out, |index| values.get(index).map(Held::cell).ok_or(Unreadable::Malformed))
    }

    fn value(&mut self, column: &Column) -> Result<Held<'a>, Unreadable> {
        if let Some(tree) = &column.tree {
            return Ok(Held::Rendered(Cow::Owned(self.rows(tree)?)));
        }
        if self.takes(b'-') {
            return Ok(Held::Null);
        }
        let length = self.length()?;
        let (bytes, rest) = self.rest.split_at_checked(length).ok_or(Unreadable::Malformed)?;
        self.rest = rest;
        Ok(plain(bytes, column.form))
    }

    /// `5:`, in front of five bytes.
    fn length(&mut self) -> Result<usize, Unreadable> {
        let end = self.rest.iter().position(|byte| *byte == b':').ok_or(Unreadable::Malformed)?;
        let (digits, rest) = self.rest.split_at_checked(end).ok_or(Unreadable::Malformed)?;
        if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
            return Err(Unreadable::Malformed);
        }
        self.rest = rest.get(1..).unwrap_or_default();
        std::str::from_utf8(digits).ok().and_then(|digits| digits.parse().ok()).ok_or(Unreadable::Malformed)
    }

    fn takes(&mut self, byte: u8) -> bool {
        match self.rest.split_first() {
            Some((first, rest)) if *first == byte => {
                self.rest = rest;
                true
            }
            _ => false,
        }
    }

    fn expects(&mut self, byte: u8) -> Result<(), Unreadable> {
        if self.takes(byte) { Ok(()) } else { Err(Unreadable::Malformed) }
    }
}

/// A value that travelled as text.
fn plain(bytes: &[u8], form: Form) -> Held<'_> {
    match form {
        // Of no type of its own is only what the database computed with decimals.
        Form::Integer | Form::Float | Form::Boolean | Form::Duration | Form::Any => number(bytes, form),
        Form::Datetime => Held::Text(moment::canonical(bytes).map_or(Cow::Borrowed(bytes), Cow::Owned)),
        Form::Base64 => {
            from_hex(bytes).map_or(Held::Text(Cow::Borrowed(bytes)), |bytes| Held::Blob(Cow::Owned(bytes)))
        }
        Form::Text | Form::Decimal(_) | Form::Json => Held::Text(Cow::Borrowed(bytes)),
    }
}

fn from_hex(text: &[u8]) -> Option<Vec<u8>> {
    let digit = |byte: &u8| char::from(*byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    let pair = |pair: &[u8]| match pair {
        [high, low] => Some(digit(high)? << 4 | digit(low)?),
        _ => None,
    };
    text.chunks(2).map(pair).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use roundtrip_schema::Layout;

    use super::*;

    fn nested(shape: NestedShape, columns: &[(&str, Form)], inner: Vec<Option<Nested>>) -> Nested {
        let columns = columns.iter().map(|(key, form)| ((*key).into(), *form)).collect();
        Nested { shape, layout: Layout { columns, ..Layout::default() }, nested: inner }
    }

    /// A list of `{ id, name, about, tags: [text], of: { at, raw, ok } }`.
    fn deep() -> Tree {
        let tags = nested(NestedShape::Values, &[("tag", Form::Text)], vec![None]);
        let of = [("at", Form::Datetime), ("raw", Form::Base64), ("ok", Form::Boolean)];
        let of = nested(NestedShape::Row, &of, vec![None, None, None]);
        let columns = [
            ("id", Form::Integer),
            ("name", Form::Text),
            ("price", Form::Decimal(2)),
            ("about", Form::Json),
            ("tags", Form::Json),
            ("of", Form::Json),
        ];
        Tree::new(&nested(NestedShape::Rows, &columns, vec![None, None, None, None, Some(tags), Some(of)]))
    }

    fn check(tree: &Tree, text: &str, expected: Result<&str, Unreadable>) {
        let found = tree.render(text.as_bytes(), 1_000).map(|json| String::from_utf8(json).unwrap());
        assert_eq!(found.as_deref().map_err(|error| *error), expected, "{text}");
    }

    #[test]
    fn rows_are_read_along_their_layout() {
        let tree = deep();
        check(&tree, "-", Ok("null"));
        check(&tree, "[]", Ok("[]"));
        let moment = "26:2026-11-21T17:30:00.500000";
        check(
            &tree,
            &format!("[*1:74:a\"]:3:9.52:{{}}[1:x-0:]*{moment}4:00FF1:1*1:8-----]"),
            Ok(concat!(
                r#"[{"id":7,"name":"a\"]:","price":9.50,"about":{},"tags":["x",null,""],"#,
                r#""of":{"at":"2026-11-21T17:30:00.5+00:00","raw":"AP8=","ok":true}},"#,
                r#"{"id":8,"name":null,"price":null,"about":null,"tags":null,"of":null}]"#,
            )),
        );
    }

    #[test]
    fn what_is_no_such_text_is_refused() {
        let tree = deep();
        for text in [
            "",
            "[",
            "]",
            "[*",
            "[]]",
            "[]x",
            "--",
            "[1:7]",
            "[*1:7-----",
            "[*9:7-----]",
            "[*x:7-----]",
            "[*:7-----]",
            "[*-1:7-----]",
            "[*99999999999999999999999:7-----]",
            "[*1:7----*]",
            "[*1:7---[*1:x]-]",
        ] {
            check(&tree, text, Err(Unreadable::Malformed));
        }
        let many = format!("[{}]", "*1:8-----".repeat(40));
        check(&tree, &many, Err(Unreadable::TooLarge));
    }

    proptest! {
        #[test]
        fn whatever_comes_is_json_or_refused(
            bytes in prop_oneof![
                proptest::collection::vec(any::<u8>(), 0..60),
                proptest::collection::vec(prop::sample::select(b"[]*-:0123x".to_vec()), 0..60),
            ],
        ) {
            if let Ok(json) = deep().render(&bytes, 10_000) {
                prop_assert!(serde_json::from_slice::<serde_json::Value>(&json).is_ok());
            }
        }
    }
}

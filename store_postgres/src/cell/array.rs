//! Arrays of the server as arrays of JSON.
//!
//! Must not know: columns.

use std::sync::LazyLock;

use roundtrip_schema::{Form, Layout};
use roundtrip_store::render::RowWriter;

use super::wire::Wire;
use super::{Kinds, MOST_DEPTH, Malformed, UserKind, decode_at, oid};

/// The most dimensions that the server knows.
const MOST_DIMENSIONS: u32 = 6;

/// The head of an array.
pub(super) struct Head {
    /// The type of what is in it.
    pub(super) element: u32,
    /// How many there are in each dimension; empty for an array without anything in it.
    pub(super) sizes: Vec<u32>,
}

/// Takes the head of an array.
pub(super) fn head(wire: &mut Wire<'_>) -> Result<Head, Malformed> {
    let dimensions = wire.u32()?;
    if dimensions > MOST_DIMENSIONS {
        return Err(Malformed::Bytes("an array of too many dimensions"));
    }
    // Whether there are nulls; each of them says so itself.
    let _flags = wire.u32()?;
    let element = wire.u32()?;
    let mut sizes = Vec::new();
    for _ in 0..dimensions {
        let size = wire.i32()?;
        // Where it begins to count; JSON always begins with 0.
        let _lower_bound = wire.i32()?;
        // A dimension without anything in it would let the others be as long as they please.
        let size = u32::try_from(size).ok().filter(|size| *size > 0);
        sizes.push(size.ok_or(Malformed::Bytes("an array of another size"))?);
    }
    Ok(Head { element, sizes })
}

/// An array, so deep inside of others, as JSON.
pub(super) fn decode(kinds: &Kinds, bytes: &[u8], depth: u8) -> Result<Vec<u8>, Malformed> {
    if depth >= MOST_DEPTH {
        return Err(Malformed::Bytes("arrays too deep inside of each other"));
    }
    let mut wire = Wire(bytes);
    let Head { element, sizes } = head(&mut wire)?;
    let mut out = Vec::with_capacity(bytes.len() + 2);
    let elements = Elements { kinds, element, depth: depth + 1, writer: writer(form(kinds, element)) };
    match &sizes[..] {
        [] => out.extend_from_slice(b"[]"),
        sizes => elements.write(&mut wire, sizes, &mut out)?,
    }
    wire.end()?;
    Ok(out)
}

struct Elements<'a> {
    kinds: &'a Kinds,
    element: u32,
    depth: u8,
    writer: (&'static RowWriter, Form),
}

impl Elements<'_> {
    fn write(&self, wire: &mut Wire<'_>, sizes: &[u32], out: &mut Vec<u8>) -> Result<(), Malformed> {
        let Some((size, inner)) = sizes.split_first() else {
            let (writer, form) = self.writer;
            let piece = decode_at(self.kinds, self.element, wire.value()?, form, self.depth)?;
            writer.write_value(out, piece.cell());
            return Ok(());
        };
        for index in 0..*size {
            out.push(if index == 0 { b'[' } else { b',' });
            self.write(wire, inner, out)?;
        }
        out.push(b']');
        Ok(())
    }
}

/// How an element is rendered, whose type says it all.
fn form(kinds: &Kinds, element: u32) -> Form {
    match element {
        oid::BOOL => Form::Boolean,
        oid::INT2 | oid::INT4 | oid::INT8 | oid::OID => Form::Integer,
        oid::FLOAT4 | oid::FLOAT8 => Form::Float,
        oid::NUMERIC => Form::Decimal(0),
        oid::BYTEA => Form::Base64,
        oid::JSON | oid::JSONB => Form::Json,
        oid::INTERVAL => Form::Duration,
        other => match kinds.of(other) {
            Some(UserKind::Domain(base)) if base != other => form(kinds, base),
            Some(UserKind::Array) => Form::Json,
            Some(UserKind::Text | UserKind::Domain(_)) | None => Form::Text,
        },
    }
}

/// Writers of one value, made once for all arrays.
fn writer(form: Form) -> (&'static RowWriter, Form) {
    const FORMS: [Form; 8] = [
        Form::Text,
        Form::Boolean,
        Form::Integer,
        Form::Float,
        Form::Decimal(0),
        Form::Base64,
        Form::Json,
        Form::Duration,
    ];
    static WRITERS: LazyLock<[(RowWriter, Form); 8]> = LazyLock::new(|| {
        FORMS.map(|form| {
            let layout = Layout { columns: vec![("".into(), form)], ..Layout::default() };
            (RowWriter::new(&layout), form)
        })
    });
    let [text, others @ ..] = &*WRITERS;
    let (writer, form) = others.iter().find(|(_, of)| *of == form).unwrap_or(text);
    (writer, *form)
}

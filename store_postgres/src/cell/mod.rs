//! Values as the server sends them, in the binary format, as cells of an answer.
//!
//! `wire` takes bytes apart and checks every length, `kinds` knows which types a database has made
//! itself; one file per family of types says what its bytes mean. Whatever the bytes are, nothing here
//! panics or takes more room than they have: bytes that make no sense are [`Malformed`].
//!
//! Must not know: statements, connections.

mod array;
mod interval;
mod kinds;
mod moment;
mod numeric;
mod row;
mod short;
mod wire;

#[cfg(test)]
mod properties;

use roundtrip_schema::Form;
use roundtrip_store::render::Cell;

use self::moment::Moment;
use self::short::Short;

pub(crate) use self::kinds::{Kinds, UserKind};
pub(crate) use self::row::RowPlan;

/// Why bytes could not be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Malformed {
    /// They are not what their type promises.
    Bytes(&'static str),
    /// A type, by its object id, that the store does not know.
    Type(u32),
}

/// A value that is ready to be rendered: as it lies in the server's bytes, or made from them.
#[derive(Debug, PartialEq)]
pub(crate) enum Piece<'a> {
    Ready(Cell<'a>),
    Short(Short),
    Text(Vec<u8>),
    Rendered(Vec<u8>),
}

impl Piece<'_> {
    pub(crate) fn cell(&self) -> Cell<'_> {
        match self {
            Self::Ready(cell) => *cell,
            Self::Short(text) => Cell::Text(text.bytes()),
            Self::Text(text) => Cell::Text(text),
            Self::Rendered(json) => Cell::Rendered(json),
        }
    }
}

/// Object ids of types, as `pg_type.dat` of PostgreSQL fixes them.
pub(crate) mod oid {
    pub(crate) const BOOL: u32 = 16;
    pub(crate) const BYTEA: u32 = 17;
    pub(crate) const CHAR: u32 = 18;
    pub(crate) const NAME: u32 = 19;
    pub(crate) const INT8: u32 = 20;
    pub(crate) const INT2: u32 = 21;
    pub(crate) const INT4: u32 = 23;
    pub(crate) const TEXT: u32 = 25;
    pub(crate) const OID: u32 = 26;
    pub(crate) const JSON: u32 = 114;
    pub(crate) const XML: u32 = 142;
    pub(crate) const FLOAT4: u32 = 700;
    pub(crate) const FLOAT8: u32 = 701;
    pub(crate) const UNKNOWN: u32 = 705;
    pub(crate) const BPCHAR: u32 = 1042;
    pub(crate) const VARCHAR: u32 = 1043;
    pub(crate) const DATE: u32 = 1082;
    pub(crate) const TIME: u32 = 1083;
    pub(crate) const TIMESTAMP: u32 = 1114;
    pub(crate) const TIMESTAMPTZ: u32 = 1184;
    pub(crate) const INTERVAL: u32 = 1186;
    pub(crate) const TIMETZ: u32 = 1266;
    pub(crate) const NUMERIC: u32 = 1700;
    pub(crate) const RECORD: u32 = 2249;
    pub(crate) const RECORD_ARRAY: u32 = 2287;
    pub(crate) const UUID: u32 = 2950;
    pub(crate) const JSONB: u32 = 3802;

    /// The arrays of the types above.
    pub(crate) const ARRAYS: &[u32] = &[
        199, 143, 1000, 1001, 1002, 1003, 1005, 1007, 1009, 1014, 1015, 1016, 1021, 1022, 1028, 1115, 1182,
        1183, 1185, 1187, 1231, 1270, 2951, 3807,
    ];
}

/// How deep arrays may lie in each other: a type of the database's own can be an array of such types.
const MOST_DEPTH: u8 = 8;

/// The value of a column without rows in it.
pub(crate) fn decode<'a>(
    kinds: &Kinds,
    kind: u32,
    bytes: Option<&'a [u8]>,
    form: Form,
) -> Result<Piece<'a>, Malformed> {
    decode_at(kinds, kind, bytes, form, 0)
}

/// The value of a column, or of an array so deep inside of others.
fn decode_at<'a>(
    kinds: &Kinds,
    kind: u32,
    bytes: Option<&'a [u8]>,
    form: Form,
    depth: u8,
) -> Result<Piece<'a>, Malformed> {
    let Some(bytes) = bytes else { return Ok(Piece::Ready(Cell::Null)) };
    let ready = |cell| Ok(Piece::Ready(cell));
    match kind {
        oid::BOOL => {
            let [value] = wire::array(bytes)?;
            ready(boolean(value != 0, form))
        }
        oid::INT2 => ready(Cell::Integer(i16::from_be_bytes(wire::array(bytes)?).into())),
        oid::INT4 => ready(Cell::Integer(i32::from_be_bytes(wire::array(bytes)?).into())),
        oid::INT8 => ready(Cell::Integer(i64::from_be_bytes(wire::array(bytes)?))),
        oid::OID => ready(Cell::Integer(u32::from_be_bytes(wire::array(bytes)?).into())),
        oid::FLOAT4 => ready(Cell::Real(widened(f32::from_be_bytes(wire::array(bytes)?)))),
        oid::FLOAT8 => ready(Cell::Real(f64::from_be_bytes(wire::array(bytes)?))),
        oid::NUMERIC => numeric::decode(bytes, form),
        oid::TEXT | oid::VARCHAR | oid::BPCHAR | oid::NAME | oid::CHAR | oid::XML | oid::UNKNOWN => {
            ready(Cell::Text(bytes))
        }
        oid::BYTEA => ready(Cell::Blob(bytes)),
        oid::JSON => ready(document(bytes, form)),
        oid::JSONB => match bytes.split_first() {
            // The version of the binary format; there has only ever been one.
            Some((1, text)) => ready(document(text, form)),
            _ => Err(Malformed::Bytes("jsonb of another version")),
        },
        oid::DATE => Moment::date(bytes).map(Piece::Short),
        oid::TIME => Moment::time(bytes).map(Piece::Short),
        oid::TIMETZ => Moment::time_with_zone(bytes).map(Piece::Short),
        oid::TIMESTAMP | oid::TIMESTAMPTZ => Moment::timestamp(bytes).map(Piece::Short),
        oid::INTERVAL => interval::decode(bytes, form),
        oid::UUID => Ok(Piece::Short(uuid(wire::array(bytes)?))),
        array if oid::ARRAYS.contains(&array) => array::decode(kinds, bytes, depth).map(Piece::Rendered),
        other => match kinds.of(other) {
            Some(UserKind::Text) => ready(Cell::Text(bytes)),
            Some(UserKind::Domain(base)) if base != other => decode_at(kinds, base, Some(bytes), form, depth),
            Some(UserKind::Array) => array::decode(kinds, bytes, depth).map(Piece::Rendered),
            Some(UserKind::Domain(_)) | None => Err(Malformed::Type(other)),
        },
    }
}

fn boolean(value: bool, form: Form) -> Cell<'static> {
    let text: &[u8] = if value { b"true" } else { b"false" };
    match form {
        Form::Boolean => Cell::Integer(value.into()),
        Form::Text => Cell::Text(text),
        _ => Cell::Rendered(text),
    }
}

/// The server has read every document that it holds, so that it needs no second look.
fn document(text: &[u8], form: Form) -> Cell<'_> {
    match form {
        Form::Text => Cell::Text(text),
        _ => Cell::Rendered(text),
    }
}

/// The double whose shortest text is that of the float: 0.1 stays 0.1.
fn widened(value: f32) -> f64 {
    if value.is_finite() { value.to_string().parse().unwrap_or(value.into()) } else { value.into() }
}

fn uuid(bytes: [u8; 16]) -> Short {
    let mut text = Short::default();
    for (index, byte) in bytes.into_iter().enumerate() {
        if matches!(index, 4 | 6 | 8 | 10) {
            text.push(b'-');
        }
        text.push(hexadecimal(byte >> 4));
        text.push(hexadecimal(byte & 15));
    }
    text
}

fn hexadecimal(digit: u8) -> u8 {
    if digit < 10 { b'0' + digit } else { b'a' + digit - 10 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(kind: u32, bytes: &[u8], form: Form, expected: Cell<'_>) {
        let piece = decode(&Kinds::default(), kind, Some(bytes), form).unwrap();
        assert_eq!(piece.cell(), expected, "{kind} as {form:?}");
    }

    #[test]
    fn values_are_read() {
        check(oid::BOOL, &[1], Form::Boolean, Cell::Integer(1));
        check(oid::BOOL, &[0], Form::Any, Cell::Rendered(b"false"));
        check(oid::BOOL, &[1], Form::Text, Cell::Text(b"true"));
        check(oid::INT2, &[0xff, 0xfe], Form::Integer, Cell::Integer(-2));
        check(oid::INT4, &[0, 0, 1, 0], Form::Integer, Cell::Integer(256));
        check(oid::INT8, &i64::MIN.to_be_bytes(), Form::Integer, Cell::Integer(i64::MIN));
        check(oid::OID, &[0xff; 4], Form::Integer, Cell::Integer(4_294_967_295));
        check(oid::FLOAT4, &0.1_f32.to_be_bytes(), Form::Float, Cell::Real(0.1));
        check(oid::FLOAT8, &0.1_f64.to_be_bytes(), Form::Float, Cell::Real(0.1));
        check(oid::TEXT, b"a", Form::Text, Cell::Text(b"a"));
        check(oid::BYTEA, b"\0\xff", Form::Base64, Cell::Blob(b"\0\xff"));
        check(oid::JSON, b"[1]", Form::Json, Cell::Rendered(b"[1]"));
        check(oid::JSONB, b"\x01[1]", Form::Json, Cell::Rendered(b"[1]"));
        check(oid::JSONB, b"\x01[1]", Form::Text, Cell::Text(b"[1]"));
        let uuid = *b"\x01\x23\x45\x67\x89\xab\xcd\xef\x01\x23\x45\x67\x89\xab\xcd\xef";
        check(oid::UUID, &uuid, Form::Text, Cell::Text(b"01234567-89ab-cdef-0123-456789abcdef"));
    }

    #[test]
    fn what_makes_no_sense_is_refused() {
        let kinds = Kinds::default();
        for (kind, bytes) in [
            (oid::BOOL, &b""[..]),
            (oid::INT4, b"abc"),
            (oid::INT8, b"123456789"),
            (oid::JSONB, b""),
            (oid::JSONB, b"\x02[]"),
            (oid::UUID, b"short"),
        ] {
            assert!(matches!(decode(&kinds, kind, Some(bytes), Form::Any), Err(Malformed::Bytes(_))));
        }
        let own = decode(&kinds, 16_384, Some(b"x"), Form::Any);
        assert_eq!(own, Err(Malformed::Type(16_384)));
    }
}

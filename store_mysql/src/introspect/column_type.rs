//! The type of a column, in the server's words, read as a kind of field.

use roundtrip_schema::Kind;
use roundtrip_sql::MySql;

use super::token::string;

/// What a type says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ColumnType {
    /// The kind.
    pub(super) kind: Kind,
    /// The most characters, where the type says so: `varchar(80)`.
    pub(super) longest: Option<i64>,
    /// Whether what is shown of it could be written back. Shapes on a map are shown as text of a form
    /// that the server does not take for them.
    pub(super) writable: bool,
}

/// Reads a type such as `decimal(10,2) unsigned` or `enum('a','b')`.
///
/// `bigint unsigned` is an integer, because the keys of many databases are, although its greatest
/// values are beyond 64 bits with a sign: such a row is shown with all its digits, and a caller can
/// neither write nor compare with so great a number; the refusal says so.
pub(super) fn read(declared: &str) -> ColumnType {
    let (name, inside) = match declared.split_once('(') {
        Some((name, rest)) => (name, rest.rsplit_once(')').map_or(rest, |(inside, _)| inside)),
        None => (declared, ""),
    };
    // `int unsigned`, `float unsigned zerofill`.
    let name = name.split_whitespace().next().unwrap_or_default().to_ascii_lowercase();
    let kind = kind(&name, inside, declared);
    let longest = match name.as_str() {
        "char" | "varchar" => inside.parse().ok().filter(|length| *length > 0),
        _ => None,
    };
    let writable = kind != Kind::Any && !MySql::is_shape(&name);
    ColumnType { kind, longest, writable }
}

fn kind(name: &str, inside: &str, declared: &str) -> Kind {
    match name {
        "tinyint" if inside == "1" && declared.ends_with(')') => Kind::Boolean,
        "bit" if inside == "1" => Kind::Boolean,
        "bit" | "tinyint" | "smallint" | "mediumint" | "int" | "bigint" | "year" => Kind::Integer,
        "decimal" => decimal(inside),
        "float" | "double" => Kind::Float,
        "char" | "varchar" | "tinytext" | "text" | "mediumtext" | "longtext" | "set" | "inet4" | "inet6" => {
            Kind::Text
        }
        "enum" => words(inside).map_or(Kind::Text, |words| Kind::Enum(words.into())),
        "date" => Kind::Date,
        "time" => Kind::Time,
        "datetime" | "timestamp" => Kind::Datetime,
        "uuid" => Kind::Uuid,
        "json" => Kind::Json,
        "binary" | "varbinary" | "tinyblob" | "blob" | "mediumblob" | "longblob" => Kind::Bytes,
        name if MySql::is_shape(name) => Kind::Text,
        // Vectors, XML, and what later servers may have.
        _ => Kind::Any,
    }
}

fn decimal(inside: &str) -> Kind {
    let digits =
        inside.split_once(',').and_then(|(all, after)| Some((all.parse().ok()?, after.parse().ok()?)));
    match digits {
        Some((precision, scale)) => Kind::Decimal { precision, scale },
        // The server says both.
        None => Kind::Any,
    }
}

/// The words of an enum. `None` if they are not known for certain: `information_schema` writes `?` for
/// characters beyond 16 bits.
fn words(mut inside: &str) -> Option<Vec<Box<str>>> {
    let mut words = Vec::new();
    loop {
        let (word, rest) = string(inside.strip_prefix('\'')?);
        if word.contains('?') {
            return None;
        }
        words.push(word.into());
        match rest.strip_prefix(',') {
            Some(more) => inside = more,
            None => return rest.is_empty().then_some(words),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_by_name() {
        let words = |words: &[&str]| Kind::Enum(words.iter().map(|word| Box::from(*word)).collect());
        for (declared, kind) in [
            ("tinyint(1)", Kind::Boolean),
            ("tinyint(1) unsigned", Kind::Integer),
            ("tinyint", Kind::Integer),
            ("bit(1)", Kind::Boolean),
            ("bit(8)", Kind::Integer),
            ("bigint(20) unsigned", Kind::Integer),
            ("bigint unsigned", Kind::Integer),
            ("int(10) unsigned zerofill", Kind::Integer),
            ("decimal(10,2) unsigned", Kind::Decimal { precision: 10, scale: 2 }),
            ("decimal(65,30)", Kind::Decimal { precision: 65, scale: 30 }),
            ("double(10,2)", Kind::Float),
            ("float unsigned", Kind::Float),
            ("year(4)", Kind::Integer),
            ("year", Kind::Integer),
            ("time(3)", Kind::Time),
            ("timestamp", Kind::Datetime),
            ("enum('a','b''c','d,e)','x\\\\y')", words(&["a", "b'c", "d,e)", "x\\y"])),
            ("enum('')", words(&[""])),
            ("enum('a','?')", Kind::Text),
            ("enum('a'", words(&["a"])),
            ("enum('a';)", Kind::Text),
            ("set('a','b')", Kind::Text),
            ("varbinary(16)", Kind::Bytes),
            ("vector(3)", Kind::Any),
            ("", Kind::Any),
        ] {
            assert_eq!(read(declared).kind, kind, "{declared}");
        }
    }

    #[test]
    fn lengths_and_what_cannot_be_written() {
        for (declared, longest, writable) in [
            ("varchar(80)", Some(80), true),
            ("char(36)", Some(36), true),
            ("char(0)", None, true),
            ("text", None, true),
            ("int(11)", None, true),
            ("multipolygon", None, false),
            ("vector(3)", None, false),
        ] {
            let read = read(declared);
            assert_eq!((read.longest, read.writable), (longest, writable), "{declared}");
        }
    }
}

//! A declared column type read as a kind of field.
//!
//! SQLite takes any words for a type and holds nobody to them, so this is what the author meant,
//! and rows may hold something else: they are rendered by what they are. The types that `structure`
//! declares are read back exactly.

use roundtrip_schema::Kind;

/// What a declared type says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ColumnType {
    /// The kind.
    pub(crate) kind: Kind,
    /// The most characters, where the type says so: `VARCHAR(80)`.
    pub(crate) longest: Option<i64>,
}

/// Most digits of a decimal that is taken for one; more is a number of unknown meaning.
const MOST_DIGITS: u8 = 38;

/// Reads a declared type.
pub(crate) fn read(declared: &str) -> ColumnType {
    let upper = declared.to_ascii_uppercase();
    let (words, parameters) = match upper.split_once('(') {
        None => (upper.clone(), Vec::new()),
        Some((before, after)) => {
            let (inside, behind) = after.split_once(')').unwrap_or((after, ""));
            (format!("{before} {behind}"), inside.split(',').map(str::trim).collect())
        }
    };
    let words: Vec<&str> = words.split_whitespace().collect();
    let kind = kind(&words, &parameters);
    let longest = match (&kind, &parameters[..]) {
        (Kind::Text, [length]) => length.parse().ok().filter(|length| *length > 0),
        _ => None,
    };
    ColumnType { kind, longest }
}

fn kind(words: &[&str], parameters: &[&str]) -> Kind {
    let Some(first) = words.first() else { return Kind::Any };
    // Lists in the manner of PostgreSQL: how they are written as text is known to their author alone.
    if words.iter().any(|word| word.ends_with("[]")) {
        return Kind::Text;
    }
    match *first {
        "BOOL" | "BOOLEAN" | "BIT" => Kind::Boolean,
        "DATE" => Kind::Date,
        "TIME" | "TIMETZ" => Kind::Time,
        "DATETIME" | "DATETIME2" | "DATETIMEOFFSET" | "SMALLDATETIME" | "TIMESTAMP" | "TIMESTAMPTZ" => {
            Kind::Datetime
        }
        // In one word it is somebody else's type, in a unit that we do not know.
        "DURATION" if words == ["DURATION", "INTEGER"] => Kind::Duration,
        "UUID" | "GUID" | "UNIQUEIDENTIFIER" => Kind::Uuid,
        "JSON" | "JSONB" => Kind::Json,
        "BINARY" | "VARBINARY" | "BYTEA" | "IMAGE" => Kind::Bytes,
        "DECIMAL" | "NUMERIC" | "DEC" | "NUMBER" | "MONEY" => decimal(parameters),
        "REAL" | "FLOAT" | "FLOAT4" | "FLOAT8" | "DOUBLE" => Kind::Float,
        "STRING" | "NAME" => Kind::Text,
        "SERIAL" | "BIGSERIAL" | "SMALLSERIAL" | "YEAR" => Kind::Integer,
        _ if words.iter().any(|word| is_integer(word)) => Kind::Integer,
        _ if ["CHAR", "TEXT", "CLOB"].iter().any(|part| words.iter().any(|word| word.contains(part))) => {
            Kind::Text
        }
        _ if words.iter().any(|word| word.ends_with("BLOB")) => Kind::Bytes,
        _ => Kind::Any,
    }
}

/// `INT`, `BIGINT`, `INT8`, `MEDIUMINT`, `UNSIGNED BIG INT`. Not every word with `INT` in it, which is
/// SQLite's own rule of affinity: it would make numbers of `POINT` and `INTERVAL`.
fn is_integer(word: &str) -> bool {
    let stem = word.trim_end_matches(|one: char| one.is_ascii_digit());
    stem == "INTEGER"
        || ["", "BIG", "SMALL", "MEDIUM", "TINY", "U", "UBIG"]
            .iter()
            .any(|size| stem.strip_prefix(size) == Some("INT"))
}

fn decimal(parameters: &[&str]) -> Kind {
    let number = |text: &&str| text.parse::<u8>().ok();
    let (precision, scale) = match parameters {
        [precision] => (number(precision), Some(0)),
        [precision, scale] => (number(precision), number(scale)),
        _ => (None, None),
    };
    match (precision, scale) {
        (Some(precision @ 1..=MOST_DIGITS), Some(scale)) if scale <= precision => {
            Kind::Decimal { precision, scale }
        }
        // Without digits SQLite keeps whatever number arrives, in binary beyond 64 bits.
        _ => Kind::Float,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(declared: &str, kind: &Kind) {
        assert_eq!(read(declared).kind, *kind, "{declared}");
    }

    #[test]
    fn kinds_by_name() {
        let decimal = |precision, scale| Kind::Decimal { precision, scale };
        for integer in [
            "INT",
            "integer",
            "BIGINT",
            "INT8",
            "UNSIGNED BIG INT",
            "tinyint(1)",
            "BIGINT UNSIGNED",
            "uint32",
        ] {
            check(integer, &Kind::Integer);
        }
        for text in [
            "TEXT",
            "nvarchar( 80 )",
            "CHARACTER VARYING(255)",
            "clob",
            "name",
            "text[]",
            "int[]",
            "LONGTEXT",
        ] {
            check(text, &Kind::Text);
        }
        for any in ["", "  ", "POINT", "interval", "GEOMETRY", "ANY", "DURATION", "größe"] {
            check(any, &Kind::Any);
        }
        for float in
            ["REAL", "DOUBLE PRECISION", "float(24)", "NUMERIC", "decimal(99,2)", "DECIMAL(2,5)", "NUMBER"]
        {
            check(float, &Kind::Float);
        }
        check("DECIMAL(10,2)", &decimal(10, 2));
        check("numeric ( 38 , 0 )", &decimal(38, 0));
        check("DECIMAL(5)", &decimal(5, 0));
        check("TIMESTAMP(6) WITH TIME ZONE", &Kind::Datetime);
        check("datetime", &Kind::Datetime);
        check("time without time zone", &Kind::Time);
        check("UNIQUEIDENTIFIER", &Kind::Uuid);
        check("MEDIUMBLOB", &Kind::Bytes);
        check("jsonb", &Kind::Json);
    }

    #[test]
    fn lengths_of_text() {
        for (declared, longest) in [
            ("VARCHAR(80)", Some(80)),
            ("VARCHAR(MAX)", None),
            ("TEXT", None),
            ("INT(11)", None),
            ("CHAR(-1)", None),
        ] {
            assert_eq!(read(declared).longest, longest, "{declared}");
        }
    }
}

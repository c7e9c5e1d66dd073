//! The types that a value can be taken as, and the names by which they are asked for.

/// The types that a value can be taken as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Cast {
    /// Text.
    Text,
    /// A whole number, rounded.
    Integer,
    /// A double.
    Float,
    /// A decimal with as many digits as it has.
    Decimal,
    /// True or false.
    Boolean,
    /// A date.
    Date,
    /// A time of day.
    Time,
    /// A moment.
    Datetime,
    /// JSON.
    Json,
}

impl Cast {
    /// Every name by which a type can be asked for, as PostgreSQL knows them.
    pub const WORDS: [(&'static str, Self); 25] = [
        ("text", Self::Text),
        ("varchar", Self::Text),
        ("char", Self::Text),
        ("int", Self::Integer),
        ("int2", Self::Integer),
        ("int4", Self::Integer),
        ("int8", Self::Integer),
        ("integer", Self::Integer),
        ("bigint", Self::Integer),
        ("smallint", Self::Integer),
        ("float", Self::Float),
        ("float4", Self::Float),
        ("float8", Self::Float),
        ("real", Self::Float),
        ("double precision", Self::Float),
        ("numeric", Self::Decimal),
        ("decimal", Self::Decimal),
        ("bool", Self::Boolean),
        ("boolean", Self::Boolean),
        ("date", Self::Date),
        ("time", Self::Time),
        ("timestamp", Self::Datetime),
        ("timestamptz", Self::Datetime),
        ("json", Self::Json),
        ("jsonb", Self::Json),
    ];

    /// The type that a name, in any case, stands for.
    pub fn from_word(word: &str) -> Option<Self> {
        let same = |(known, _): &&(&str, Self)| known.eq_ignore_ascii_case(word.trim());
        Self::WORDS.iter().find(same).map(|(_, cast)| *cast)
    }
}

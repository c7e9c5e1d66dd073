//! What a key is: its name, what it may hold, its default, its sentence.
//!
//! Must not know: which keys there are, or where a value comes from.

use std::fmt;
use std::net::IpAddr;

use crate::section::cors::origins_of;
use crate::section::database::without_password;

/// One setting that can be given.
#[derive(Debug, PartialEq, Eq)]
pub struct Key {
    /// The section of `roundtrip.toml`.
    pub section: &'static str,
    /// The name within the section.
    pub name: &'static str,
    /// What it is, for a person.
    pub(crate) sentence: &'static str,
    /// What it may hold.
    pub kind: Kind,
    /// A variable of other programs that is honoured too, such as `PORT`.
    pub alias: Option<&'static str>,
}

/// What a key may hold, with its default.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A name that people see: 1 to 64 letters, digits, spaces, dots, hyphens, underscores.
    /// The default is empty and replaced by a derived name.
    Name,
    /// An IP address, or `localhost`.
    Address {
        /// The default.
        default: &'static str,
    },
    /// Any text; a password in it is never shown.
    Url {
        /// The default.
        default: &'static str,
    },
    /// The path of a folder.
    Folder {
        /// The default.
        default: &'static str,
    },
    /// Names, such as of schemas: a list in the file, separated by commas elsewhere.
    Names {
        /// The default.
        default: &'static str,
    },
    /// Origins of web pages: a list in the file, separated by commas elsewhere. The default is empty
    /// and means that it depends.
    Origins,
    /// A whole number.
    Integer {
        /// The default.
        default: u64,
        /// The least allowed.
        min: u64,
        /// The most allowed.
        max: u64,
        /// The unit; empty for a plain count.
        unit: &'static str,
    },
    /// True or false.
    Flag {
        /// The default.
        default: bool,
    },
    /// One of a few words.
    Choice {
        /// The default; `None` leaves the setting unset.
        default: Option<&'static str>,
        /// The words.
        names: &'static [&'static str],
    },
}

/// The value of a setting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// Text, a name, an address, a URL or one of the words.
    Text(String),
    /// A whole number.
    Integer(u64),
    /// True or false.
    Flag(bool),
    /// Nobody said anything, and that means something.
    Unset,
}

/// A key on the way to being declared: its section and name are still missing.
pub(crate) struct Declared {
    kind: Kind,
    alias: Option<&'static str>,
}

pub(crate) const fn name() -> Declared {
    Declared { kind: Kind::Name, alias: None }
}

pub(crate) const fn address(default: &'static str) -> Declared {
    Declared { kind: Kind::Address { default }, alias: None }
}

pub(crate) const fn url(default: &'static str) -> Declared {
    Declared { kind: Kind::Url { default }, alias: None }
}

pub(crate) const fn folder(default: &'static str) -> Declared {
    Declared { kind: Kind::Folder { default }, alias: None }
}

pub(crate) const fn names(default: &'static str) -> Declared {
    Declared { kind: Kind::Names { default }, alias: None }
}

pub(crate) const fn origins() -> Declared {
    Declared { kind: Kind::Origins, alias: None }
}

pub(crate) const fn integer(default: u64, min: u64, max: u64) -> Declared {
    Declared { kind: Kind::Integer { default, min, max, unit: "" }, alias: None }
}

pub(crate) const fn milliseconds(default: u64, min: u64, max: u64) -> Declared {
    integer(default, min, max).unit("ms")
}

pub(crate) const fn flag(default: bool) -> Declared {
    Declared { kind: Kind::Flag { default }, alias: None }
}

pub(crate) const fn one_of(names: &'static [&'static str], default: &'static str) -> Declared {
    Declared { kind: Kind::Choice { default: Some(default), names }, alias: None }
}

pub(crate) const fn optional(names: &'static [&'static str]) -> Declared {
    Declared { kind: Kind::Choice { default: None, names }, alias: None }
}

impl Declared {
    pub(crate) const fn unit(self, unit: &'static str) -> Self {
        match self.kind {
            Kind::Integer { default, min, max, .. } => {
                Self { kind: Kind::Integer { default, min, max, unit }, alias: self.alias }
            }
            _ => self,
        }
    }

    pub(crate) const fn also(self, alias: &'static str) -> Self {
        Self { kind: self.kind, alias: Some(alias) }
    }

    pub(crate) const fn key(self, section: &'static str, name: &'static str, sentence: &'static str) -> Key {
        Key { section, name, sentence, kind: self.kind, alias: self.alias }
    }
}

impl Key {
    /// `section.key`, as `--set` takes it.
    pub fn path(&self) -> String {
        format!("{}.{}", self.section, self.name)
    }

    /// The environment variable: `ROUNDTRIP_SECTION_KEY`.
    pub fn variable(&self) -> String {
        format!("{}{}_{}", Self::PREFIX, self.section, self.name).to_ascii_uppercase()
    }

    /// What every variable of ours begins with.
    pub const PREFIX: &'static str = "ROUNDTRIP_";

    /// The sentence without the space that a doc comment begins with.
    pub fn sentence(&self) -> &'static str {
        self.sentence.trim()
    }

    /// The value as it may be printed: without a password.
    pub fn shown(&self, value: &Value) -> String {
        match (self.kind, value) {
            (Kind::Url { .. }, Value::Text(text)) => without_password(text),
            _ => value.to_string(),
        }
    }
}

impl Kind {
    /// The value when nobody says anything.
    pub fn default(&self) -> Value {
        match *self {
            Self::Name | Self::Origins => Value::Text(String::new()),
            Self::Address { default }
            | Self::Url { default }
            | Self::Folder { default }
            | Self::Names { default } => Value::Text(default.to_owned()),
            Self::Integer { default, .. } => Value::Integer(default),
            Self::Flag { default } => Value::Flag(default),
            Self::Choice { default, .. } => default.map_or(Value::Unset, |name| Value::Text(name.to_owned())),
        }
    }

    /// What may be given, to follow "must be".
    pub fn allowed(&self) -> String {
        match *self {
            Self::Name => {
                "a name of 1 to 64 letters, digits, spaces, dots, hyphens and underscores".to_owned()
            }
            Self::Address { .. } => "an IP address or localhost".to_owned(),
            Self::Url { .. } => "a database URL".to_owned(),
            Self::Folder { .. } => "the path of a folder".to_owned(),
            Self::Names { .. } => "one or more names, such as public, crm".to_owned(),
            Self::Origins => "origins such as https://app.example, or *, or none".to_owned(),
            Self::Integer { min, max, unit, .. } => {
                let gap = if unit.is_empty() { "" } else { " " };
                format!("a whole number from {min} to {max}{gap}{unit}")
            }
            Self::Flag { .. } => "true or false".to_owned(),
            Self::Choice { names, .. } => format!("one of {}", names.join(", ")),
        }
    }

    /// The words that may be given, if there are only a few.
    pub fn names(&self) -> &'static [&'static str] {
        match *self {
            Self::Choice { names, .. } => names,
            Self::Flag { .. } => &["true", "false"],
            Self::Name
            | Self::Address { .. }
            | Self::Url { .. }
            | Self::Folder { .. }
            | Self::Names { .. }
            | Self::Origins
            | Self::Integer { .. } => &[],
        }
    }

    /// The value that a text means, as the environment and the command line give it; `None` when
    /// it is not allowed.
    pub fn read(&self, text: &str) -> Option<Value> {
        let text = text.trim();
        let value = match self {
            Self::Integer { .. } => Value::Integer(text.replace('_', "").parse().ok()?),
            Self::Flag { .. } => Value::Flag(text.parse().ok()?),
            Self::Name
            | Self::Address { .. }
            | Self::Url { .. }
            | Self::Folder { .. }
            | Self::Names { .. }
            | Self::Origins
            | Self::Choice { .. } => Value::Text(text.to_owned()),
        };
        self.accept(value)
    }

    /// The value in its proper form, if it is of this kind and within the limits.
    pub fn accept(&self, value: Value) -> Option<Value> {
        match (self, value) {
            (Self::Integer { min, max, .. }, Value::Integer(number)) => {
                (*min..=*max).contains(&number).then_some(Value::Integer(number))
            }
            (Self::Flag { .. }, Value::Flag(flag)) => Some(Value::Flag(flag)),
            (Self::Choice { names, .. }, Value::Text(text)) => {
                names.contains(&text.as_str()).then_some(Value::Text(text))
            }
            (Self::Name, Value::Text(text)) => is_name(&text).then_some(Value::Text(text)),
            (Self::Address { .. }, Value::Text(text)) => address_of(&text).map(Value::Text),
            (Self::Names { .. }, Value::Text(text)) => names_of(&text).map(Value::Text),
            (Self::Origins, Value::Text(text)) => origins_of(&text).map(Value::Text),
            (Self::Url { .. }, Value::Text(text)) => {
                (!text.contains(char::is_control)).then_some(Value::Text(text))
            }
            (Self::Folder { .. }, Value::Text(text)) => {
                (!text.is_empty() && !text.contains(char::is_control)).then_some(Value::Text(text))
            }
            _ => None,
        }
    }
}

fn is_name(text: &str) -> bool {
    let allowed = |character: char| character.is_alphanumeric() || " ._-".contains(character);
    (1..=64).contains(&text.chars().count())
        && text.chars().all(allowed)
        && text.chars().any(char::is_alphanumeric)
}

/// Names in their proper form, separated by a comma and a space; each of them once.
fn names_of(text: &str) -> Option<String> {
    let given: Vec<&str> = text.split(',').map(str::trim).collect();
    let proper = |name: &&str| (1..=63).contains(&name.len()) && !name.contains(char::is_control);
    let repeated = given.iter().enumerate().any(|(at, name)| given.iter().take(at).any(|one| one == name));
    (given.iter().all(proper) && !repeated).then(|| given.join(", "))
}

fn address_of(text: &str) -> Option<String> {
    if text.eq_ignore_ascii_case("localhost") {
        return Some("127.0.0.1".to_owned());
    }
    // `[::1]` is how an IPv6 address is written in a URL.
    let bare = text.strip_prefix('[').and_then(|text| text.strip_suffix(']')).unwrap_or(text);
    bare.parse::<IpAddr>().ok().map(|address| address.to_string())
}

impl fmt::Display for Value {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => formatter.write_str(text),
            Self::Integer(number) => write!(formatter, "{number}"),
            Self::Flag(flag) => write!(formatter, "{flag}"),
            Self::Unset => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(kind: Kind, text: &str, expected: Option<&str>) {
        assert_eq!(kind.read(text).map(|value| value.to_string()).as_deref(), expected, "{text}");
    }

    #[test]
    fn a_text_is_read_as_its_kind_within_the_limits() {
        let number = integer(5, 2, 65_535).kind;
        check(number, "2", Some("2"));
        check(number, " 65535 ", Some("65535"));
        check(number, "10_000", Some("10000"));
        for bad in ["1", "65536", "-2", "2.0", "", "two", "0x10", "18446744073709551616"] {
            check(number, bad, None);
        }
        check(flag(false).kind, "true", Some("true"));
        for bad in ["yes", "1", "TRUE", ""] {
            check(flag(false).kind, bad, None);
        }
        let word = one_of(&["full", "normal"], "full").kind;
        check(word, "normal", Some("normal"));
        check(word, "Normal", None);
        check(word, "", None);
        let host = address("127.0.0.1").kind;
        check(host, "localhost", Some("127.0.0.1"));
        check(host, "0.0.0.0", Some("0.0.0.0"));
        check(host, "::1", Some("::1"));
        check(host, "[::1]", Some("::1"));
        for bad in ["example.org", "127.0.0.1:80", "127.0.0", ""] {
            check(host, bad, None);
        }
        check(name().kind, "My Shop", Some("My Shop"));
        for bad in ["", "..", "a/b", "a\nb", &"x".repeat(65)] {
            check(name().kind, bad, None);
        }
        let several = names("public").kind;
        check(several, "crm", Some("crm"));
        check(several, "crm,public ", Some("crm, public"));
        for bad in ["", "a,", "a,,b", "a, a", "a\nb"] {
            check(several, bad, None);
        }
        check(folder("backups").kind, "../my backups", Some("../my backups"));
        for bad in ["", "  ", "a\nb"] {
            check(folder("backups").kind, bad, None);
        }
        check(url("").kind, "", Some(""));
        check(url("").kind, "sqlite:a\0b", None);
    }

    #[test]
    fn a_password_is_not_shown() {
        let key = url("").key("database", "url", " Where.");
        let value = Value::Text("postgres://a:b@c".to_owned());
        assert_eq!(key.shown(&value), "postgres://a:***@c");
        assert_eq!(key.variable(), "ROUNDTRIP_DATABASE_URL");
        assert_eq!(key.path(), "database.url");
        assert_eq!(key.sentence(), "Where.");
    }
}

//! Type names as resource files write them: `text`, `text?`, `text[]`, `decimal(12,2)[]?`.
//!
//! The names themselves are facts of the kinds; only the marks around them are known here.

use crate::field::Kind;
use crate::nearest::nearest;

/// Every kind that needs no parameters. Decimals and enums are made from what the file says.
pub(crate) const PLAIN_KINDS: [Kind; 15] = [
    Kind::Text,
    Kind::Email,
    Kind::Url,
    Kind::Slug,
    Kind::Integer,
    Kind::Float,
    Kind::Boolean,
    Kind::Date,
    Kind::Time,
    Kind::Datetime,
    Kind::Duration,
    Kind::Uuid,
    Kind::Json,
    Kind::Bytes,
    Kind::Any,
];

/// The most digits of a decimal: what MariaDB can keep.
const MOST_DIGITS: u8 = 65;
/// The most digits after its point.
const MOST_SCALE: u8 = 30;

/// What a type name says.
#[derive(Debug, PartialEq)]
pub(super) struct TypeName {
    /// The kind; `None` for `enum`, whose words stand elsewhere.
    pub(super) kind: Option<Kind>,
    /// Whether `[]` follows.
    pub(super) list: bool,
    /// Whether `?` follows.
    pub(super) optional: bool,
}

/// Why a type name was refused.
#[derive(Debug, PartialEq)]
pub(super) struct TypeMistake {
    pub(super) message: String,
    pub(super) label: String,
    pub(super) help: Option<String>,
}

/// Reads a type name.
pub(super) fn read(text: &str) -> Result<TypeName, TypeMistake> {
    let (rest, optional) = text.strip_suffix('?').map_or((text, false), |rest| (rest, true));
    let (name, list) = rest.strip_suffix("[]").map_or((rest, false), |rest| (rest, true));
    if name.ends_with('?') {
        return Err(mistake(format!("unknown type {text:?}"), "the ? comes last, after []"));
    }
    if name.ends_with("[]") {
        return Err(mistake(format!("unknown type {text:?}"), "a list of lists is a json field"));
    }
    let kind = match name.split_once('(') {
        None if name == "enum" => None,
        None => Some(plain_kind(name)?),
        Some((name, parameters)) => Some(kind_with_parameters(text, name, parameters)?),
    };
    if let Some(kind) = kind.as_ref().filter(|kind| list && !kind.facts().listable) {
        let message = format!("there are no lists of {}", kind.facts().name);
        return Err(mistake(message, "use json for anything nested"));
    }
    Ok(TypeName { kind, list, optional })
}

/// Whether a text is the name of a type.
pub(super) fn is_type(text: &str) -> bool {
    read(text).is_ok()
}

fn plain_kind(name: &str) -> Result<Kind, TypeMistake> {
    if name == "decimal" {
        return Err(mistake("a decimal needs its digits", "for example \"decimal(12,2)\"")
            .help("the first number counts all digits, the second those after the point"));
    }
    PLAIN_KINDS.into_iter().find(|kind| kind.facts().name == name).ok_or_else(|| unknown(name))
}

fn unknown(name: &str) -> TypeMistake {
    match nearest(name, names()) {
        Some("decimal") => mistake(format!("unknown type {name:?}"), "did you mean \"decimal(12,2)\"?"),
        Some(meant) => mistake(format!("unknown type {name:?}"), format!("did you mean {meant:?}?")),
        None => {
            let names: Vec<&str> = PLAIN_KINDS.iter().map(|kind| kind.facts().name).collect();
            mistake(format!("unknown type {name:?}"), "no such type").help(format!(
                "the types are {}, decimal(12,2); words are written {{ enum = [\"a\", \"b\"] }}, a reference {{ to = \"users\" }}",
                names.join(", ")
            ))
        }
    }
}

/// Every name that can stand for a kind.
fn names() -> impl Iterator<Item = &'static str> {
    PLAIN_KINDS.into_iter().map(|kind| kind.facts().name).chain(["decimal", "enum"])
}

fn kind_with_parameters(text: &str, name: &str, parameters: &str) -> Result<Kind, TypeMistake> {
    if name != "decimal" {
        if name == "enum" {
            return Err(mistake(format!("unknown type {text:?}"), "write enum = [\"...\", \"...\"] instead"));
        }
        let kind = plain_kind(name).map_err(|_| unknown(name))?;
        return Err(mistake(format!("{} takes no numbers", kind.facts().name), "limit it with min and max"));
    }
    let digits = || mistake(format!("unknown type {text:?}"), "a decimal is written \"decimal(12,2)\"");
    let parameters = parameters.strip_suffix(')').ok_or_else(digits)?;
    let (precision, scale) = parameters.split_once(',').unwrap_or((parameters, "0"));
    let number = |text: &str| text.trim().parse::<u8>().map_err(|_| digits());
    let (precision, scale) = (number(precision)?, number(scale)?);
    if precision == 0 || precision > MOST_DIGITS || scale > MOST_SCALE || scale > precision {
        let label = format!("1 to {MOST_DIGITS} digits, at most {MOST_SCALE} of them after the point");
        return Err(mistake(format!("no decimal can be {name}({precision},{scale})"), label));
    }
    Ok(Kind::Decimal { precision, scale })
}

fn mistake(message: impl Into<String>, label: impl Into<String>) -> TypeMistake {
    TypeMistake { message: message.into(), label: label.into(), help: None }
}

impl TypeMistake {
    fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_marks() {
        let decimal = Kind::Decimal { precision: 12, scale: 2 };
        for (text, kind, list, optional) in [
            ("text", Some(Kind::Text), false, false),
            ("text?", Some(Kind::Text), false, true),
            ("text[]", Some(Kind::Text), true, false),
            ("text[]?", Some(Kind::Text), true, true),
            ("decimal(12,2)", Some(decimal.clone()), false, false),
            ("decimal( 12 , 2 )?", Some(decimal), false, true),
            ("decimal(5)", Some(Kind::Decimal { precision: 5, scale: 0 }), false, false),
            ("enum?", None, false, true),
        ] {
            assert_eq!(read(text), Ok(TypeName { kind, list, optional }), "{text}");
        }
    }

    #[test]
    fn refused_names_say_what_to_write() {
        for (text, label) in [
            ("string", "did you mean \"text\"?"),
            ("numeric", "did you mean \"decimal(12,2)\"?"),
            ("Text", "did you mean \"text\"?"),
            ("decimal", "for example \"decimal(12,2)\""),
            ("decimal(2,3)", "1 to 65 digits, at most 30 of them after the point"),
            ("decimal(a", "a decimal is written \"decimal(12,2)\""),
            ("varchar(80)", "did you mean \"text\"?"),
            ("text(80)", "limit it with min and max"),
            ("text?[]", "the ? comes last, after []"),
            ("text[][]", "a list of lists is a json field"),
            ("zebra", "no such type"),
            ("", "no such type"),
        ] {
            assert_eq!(read(text).map_err(|mistake| mistake.label), Err(label.to_owned()), "{text}");
        }
    }
}

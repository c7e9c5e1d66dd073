//! `[cors]`: which web pages of other origins may read answers in a browser.
//!
//! Must not know: HTTP, or where the server listens; whoever answers turns "not given" into a rule.

use crate::key::{Value, origins};
use crate::section::section;
use crate::typed::Typed;

section! {
    /// Which web pages of other origins may read answers in a browser; a page's cookies never count.
    "cors" => Cors {
        /// The origins, such as `["https://app.example", "http://localhost:5173"]`, separated by commas in a variable; `*` for every page, `none` for no other; unless given, every page where others reach the server, and on loopback the pages of this machine.
        "origins" origins: Origins = origins();
    }
}

/// The origins whose pages may read answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origins {
    /// Nobody said; it depends on where the server listens.
    Unset,
    /// Every page.
    Any,
    /// These, as browsers write them; an empty list is none.
    Listed(Vec<String>),
}

impl Typed for Origins {
    fn typed(value: &Value) -> Option<Self> {
        let text = String::typed(value)?;
        Some(match text.as_str() {
            "" => Self::Unset,
            "none" => Self::Listed(Vec::new()),
            "*" => Self::Any,
            list => Self::Listed(list.split(", ").map(str::to_owned).collect()),
        })
    }
}

/// The text in its proper form: origins as browsers write them, joined by commas; `None` when one of
/// them is not an origin.
pub(crate) fn origins_of(text: &str) -> Option<String> {
    let given: Vec<&str> = text.split(',').map(str::trim).collect();
    match given[..] {
        [word @ ("" | "none")] => Some(word.to_owned()),
        _ if given.contains(&"*") => Some("*".to_owned()),
        _ => {
            let origins: Option<Vec<String>> = given.into_iter().map(origin).collect();
            origins.map(|origins| origins.join(", "))
        }
    }
}

/// `scheme://host` or `scheme://host:port`. Browsers send small letters and no path; people copy addresses.
fn origin(given: &str) -> Option<String> {
    let origin = given.strip_suffix('/').unwrap_or(given).to_ascii_lowercase();
    let (scheme, host) = origin.split_once("://")?;
    let names_scheme = |byte: u8| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte);
    let names_host = |byte: u8| byte.is_ascii_alphanumeric() || b"-._:[]".contains(&byte);
    let proper = !scheme.is_empty() && scheme.bytes().all(names_scheme);
    (proper && !host.is_empty() && host.bytes().all(names_host)).then_some(origin)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_says_whose_pages() {
        for (text, expected) in [
            ("*", Some("*")),
            (" https://a.example , * ", Some("*")),
            ("none", Some("none")),
            (
                "HTTPS://App.Example/,http://localhost:5173",
                Some("https://app.example, http://localhost:5173"),
            ),
            ("http://[::1]:3000", Some("http://[::1]:3000")),
            ("capacitor://localhost", Some("capacitor://localhost")),
            ("", Some("")),
            ("a.example", None),
            ("https://", None),
            ("https://a.example/path", None),
            ("https://*.example", None),
            ("https://user@a.example", None),
            ("https://a.example,", None),
            ("https://a.example https://b.example", None),
        ] {
            assert_eq!(origins_of(text).as_deref(), expected, "{text:?}");
        }
    }

    #[test]
    fn what_was_said_has_its_type() {
        let listed = |origins: &[&str]| Origins::Listed(origins.iter().copied().map(str::to_owned).collect());
        for (text, expected) in [
            ("", Origins::Unset),
            ("*", Origins::Any),
            ("none", listed(&[])),
            ("https://a.example, https://b.example", listed(&["https://a.example", "https://b.example"])),
        ] {
            assert_eq!(Origins::typed(&Value::Text(text.to_owned())), Some(expected), "{text:?}");
        }
    }
}

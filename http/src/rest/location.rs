//! Addresses as queries, the way PostgREST gives them. It must not know what is at an address.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// What stands in a query as it is.
const PLAIN: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// The address of a row by its key, below the door: `/films?id=eq.5`.
pub(super) fn of_row(resource: &str, fields: &[String], key: &[String]) -> String {
    let mut address = format!("/{}", utf8_percent_encode(resource, PLAIN));
    for (index, (field, value)) in fields.iter().zip(key).enumerate() {
        address.push(if index == 0 { '?' } else { '&' });
        address.extend(utf8_percent_encode(field, PLAIN));
        address.push_str("=eq.");
        address.extend(utf8_percent_encode(value, PLAIN));
    }
    address
}

/// The address of what a read answered: its parameters in one order, whatever the caller's.
pub(super) fn of_list(path: &str, query: Option<&str>) -> String {
    let mut pairs: Vec<&str> =
        query.unwrap_or_default().split('&').filter(|pair| pair.contains('=')).collect();
    pairs.sort_unstable();
    if pairs.is_empty() { path.to_owned() } else { format!("{path}?{}", pairs.join("&")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_say_the_same_whatever_the_order() {
        for (query, expected) in [
            (None, "/t"),
            (Some(""), "/t"),
            (Some("b=eq.1&a=eq.2"), "/t?a=eq.2&b=eq.1"),
            (Some("z&order=a"), "/t?order=a"),
        ] {
            assert_eq!(of_list("/t", query), expected);
        }
        let (fields, key) = (["k1".to_owned(), "k 2".to_owned()], ["1".to_owned(), "a&b".to_owned()]);
        assert_eq!(of_row("t", &fields, &key), "/t?k1=eq.1&k%202=eq.a%26b");
    }
}

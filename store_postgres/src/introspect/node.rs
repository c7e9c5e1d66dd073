//! The form in which PostgreSQL keeps the query of a view: `{QUERY :commandType 1 :rtable ({...}) ...}`.
//!
//! It must not know what the nodes mean. Nothing is built: a node is cut into slices of the text, and
//! those again where somebody asks. What is not of this form gives nothing.

/// The value of a field of a node; `None` if it has no such field.
pub(super) fn field<'a>(node: &'a str, name: &str) -> Option<&'a str> {
    let mut all = items(node.strip_prefix('{')?.strip_suffix('}')?);
    // The word behind a field's name is its value, whatever it looks like.
    all.next()?;
    let mut key = all.next()?;
    loop {
        let value = all.next()?;
        if key.strip_prefix(':') == Some(name) {
            return Some(value);
        }
        // Constants are written in several words.
        key = all.find(|item| item.starts_with(':'))?;
    }
}

/// The nodes of a list; none for `<>`, which stands for no list.
pub(super) fn list(text: &str) -> Vec<&str> {
    let inside = text.strip_prefix('(').and_then(|rest| rest.strip_suffix(')'));
    inside.map(|inside| items(inside).collect()).unwrap_or_default()
}

/// The number that is the value of a field.
pub(super) fn number<T: std::str::FromStr>(node: &str, name: &str) -> Option<T> {
    field(node, name)?.parse().ok()
}

/// Words, nodes and lists that follow one another.
fn items(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        rest = rest.trim_start();
        let (item, after) = rest.split_at_checked(item_length(rest))?;
        rest = after;
        (!item.is_empty()).then_some(item)
    })
}

/// How long the first item is, in bytes. A backslash takes its meaning from any sign.
fn item_length(text: &str) -> usize {
    let mut depth = 0_usize;
    let mut escaped = false;
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'{' | b'(' | b'[' => depth += 1,
            b'}' | b')' | b']' if depth <= 1 => return at + 1,
            b'}' | b')' | b']' => depth -= 1,
            b' ' | b'\n' if depth == 0 => return at,
            _ => {}
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn fields_and_lists() {
        let node = "{ENTRY :expr {CONST :value 4 [ 1 0 ]} :wide 4 [ 1 0 0 ] :name :odd\\ \\) :list ({A :x 1} {B :x 2}) :none <>}";
        assert_eq!(field(node, "expr"), Some("{CONST :value 4 [ 1 0 ]}"));
        assert_eq!(field(node, "name"), Some(":odd\\ \\)"));
        assert_eq!(field(node, "odd\\"), None);
        let inner = list(field(node, "list").unwrap());
        assert_eq!(inner, ["{A :x 1}", "{B :x 2}"]);
        assert_eq!(number::<i32>(inner[1], "x"), Some(2));
        assert_eq!(list(field(node, "none").unwrap()), Vec::<&str>::new());
        assert_eq!(field("nonsense", "x"), None);
    }

    proptest! {
        #[test]
        fn any_text_is_read(text in r"[{}()\[\]:a \\é]*") {
            field(&text, "a");
            list(&text);
        }
    }
}

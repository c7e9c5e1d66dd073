//! An exception from a lint carries its reason, and one for a long function ends by itself when the function shrinks.

use super::Problem;
use super::code::Source;

pub(crate) fn check(source: &Source) -> Vec<Problem> {
    attributes(&source.code)
        .filter_map(|(offset, attribute)| judge(source.line_at(offset), attribute))
        .collect()
}

fn judge(line: usize, attribute: &str) -> Option<Problem> {
    let allows = has_call(attribute, "allow");
    if !allows && !has_call(attribute, "expect") {
        return None;
    }
    if allows && attribute.contains("too_many_lines") {
        let remedy = "shorten the function, or say `#[expect(clippy::too_many_lines, reason = \"...\")]`";
        return Some(Problem::new(line, "a long function is allowed for ever", remedy));
    }
    if !attribute.contains("reason") {
        let remedy = "add `reason = \"...\"`: why the lint is wrong here";
        return Some(Problem::new(line, "an exception from a lint without its reason", remedy));
    }
    None
}

/// Every `#[...]` and `#![...]` with its offset, to the bracket that closes it.
fn attributes(code: &str) -> impl Iterator<Item = (usize, &str)> {
    code.match_indices('#').filter_map(|(offset, _)| {
        let rest = &code[offset..];
        if !rest.starts_with("#[") && !rest.starts_with("#![") {
            return None;
        }
        let mut depth = 0_usize;
        let end = rest.find(|character| {
            match character {
                '[' => depth += 1,
                ']' => depth -= 1,
                _ => return false,
            }
            depth == 0
        })?;
        Some((offset, &rest[..=end]))
    })
}

/// Whether `name(` stands in the text as a word of its own.
fn has_call(text: &str, name: &str) -> bool {
    text.match_indices(name).any(|(at, _)| {
        let before = text[..at].chars().next_back();
        let is_word = !before.is_some_and(|before| before.is_alphanumeric() || before == '_');
        is_word && text[at + name.len()..].trim_start().starts_with('(')
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exceptions_need_reasons_and_long_functions_need_expect() {
        for (text, problems) in [
            ("#[allow(dead_code, reason = \"read by the macro\")]", 0),
            ("#[expect(\n    clippy::too_many_lines,\n    reason = \"one row per code\"\n)]", 0),
            ("#[derive(Debug)]\nfn allow() {}\nallow(dead_code);", 0),
            ("// #[allow(dead_code)]\nlet a = \"#[allow(dead_code)]\";", 0),
            ("#[allow(dead_code)]", 1),
            ("#![allow(dead_code)]", 1),
            ("#[expect(dead_code)]", 1),
            ("#[cfg_attr(test, allow(dead_code))]", 1),
            ("#[allow(clippy::too_many_lines, reason = \"long\")]", 1),
            ("#[allow(\n    dead_code\n)]\n#[allow(unused)]", 2),
        ] {
            assert_eq!(check(&Source::new("a.rs", text)).len(), problems, "{text}");
        }
        assert_eq!(check(&Source::new("a.rs", "\n\n#[allow(unused)]"))[0].line, 3);
    }
}

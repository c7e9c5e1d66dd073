//! Rust text with its comments and literals blanked, so that a check that looks for code does not stumble over
//! prose, nor over its own tests. A small scanner, not a parser: line numbers stay right, nothing else is promised.

/// One Rust file.
pub(crate) struct Source {
    pub(crate) path: String,
    pub(crate) text: String,
    /// `text` without what stands in comments and literals; the same number of lines.
    pub(crate) code: String,
}

impl Source {
    pub(crate) fn new(path: &str, text: &str) -> Self {
        Self { path: path.into(), text: text.into(), code: blank(text) }
    }

    /// The line, from 1, of a byte offset in `code`.
    pub(crate) fn line_at(&self, offset: usize) -> usize {
        super::manifest::line_at(&self.code, offset)
    }
}

fn blank(text: &str) -> String {
    let mut scanner = Scanner { rest: text, out: String::with_capacity(text.len()) };
    while let Some(next) = scanner.rest.chars().next() {
        let length = literal_length(scanner.rest, scanner.out.chars().next_back());
        match length {
            Some(length) => scanner.hide(length),
            None => scanner.keep(next),
        }
    }
    scanner.out
}

struct Scanner<'text> {
    rest: &'text str,
    out: String,
}

impl Scanner<'_> {
    fn keep(&mut self, next: char) {
        self.out.push(next);
        self.rest = &self.rest[next.len_utf8()..];
    }

    fn hide(&mut self, length: usize) {
        let (hidden, rest) = self.rest.split_at(length);
        self.out.extend(hidden.chars().map(|hidden| if hidden == '\n' { '\n' } else { ' ' }));
        self.rest = rest;
    }
}

/// How many bytes from here are a comment or a literal, if any.
fn literal_length(text: &str, before: Option<char>) -> Option<usize> {
    let begins_word = !before.is_some_and(|before| before.is_alphanumeric() || before == '_');
    if text.starts_with("//") {
        Some(text.find('\n').unwrap_or(text.len()))
    } else if text.starts_with("/*") {
        Some(block_comment_length(text))
    } else if text.starts_with('"') {
        Some(quoted_length(text, '"'))
    } else if text.starts_with('\'') {
        is_character(text).then(|| quoted_length(text, '\''))
    } else if begins_word {
        raw_string_length(text)
    } else {
        None
    }
}

fn block_comment_length(text: &str) -> usize {
    let mut depth = 0_usize;
    let mut at = 0;
    let bytes = text.as_bytes();
    while at < bytes.len() {
        let pair = &bytes[at..bytes.len().min(at + 2)];
        match pair {
            b"/*" => depth += 1,
            b"*/" => depth -= 1,
            _ => {
                at += 1;
                continue;
            }
        }
        at += 2;
        if depth == 0 {
            return at;
        }
    }
    text.len()
}

fn quoted_length(text: &str, quote: char) -> usize {
    let mut characters = text.char_indices().skip(1);
    while let Some((at, character)) = characters.next() {
        if character == '\\' {
            characters.next();
        } else if character == quote {
            return at + 1;
        }
    }
    text.len()
}

/// A character has its closing quote after one character or an escape; a lifetime has none.
fn is_character(text: &str) -> bool {
    let mut characters = text.chars().skip(1);
    characters.next() == Some('\\') || characters.next() == Some('\'')
}

fn raw_string_length(text: &str) -> Option<usize> {
    let start = ["r", "br", "cr"].into_iter().find_map(|prefix| {
        let rest = text.strip_prefix(prefix)?;
        let hashes = rest.bytes().take_while(|byte| *byte == b'#').count();
        rest[hashes..].starts_with('"').then_some((prefix.len(), hashes))
    });
    let (prefix, hashes) = start?;
    let opening = prefix + hashes + 1;
    let closing = format!("\"{}", "#".repeat(hashes));
    Some(text[opening..].find(&closing).map_or(text.len(), |at| opening + at + closing.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<String> {
        blank(text).split_whitespace().map(String::from).collect()
    }

    #[test]
    fn comments_and_literals_are_blanked_and_code_stays() {
        for (text, expected) in [
            ("a // todo!(\nb", vec!["a", "b"]),
            ("a /* x /* y */ z */ b", vec!["a", "b"]),
            (r#"a "x \" y" b"#, vec!["a", "b"]),
            ("a r#\"x \" y\"# b br\"z\" c", vec!["a", "b", "c"]),
            ("a '\\'' b '\"' c", vec!["a", "b", "c"]),
            ("fn f<'a>(x: &'a str)", vec!["fn", "f<'a>(x:", "&'a", "str)"]),
            ("r#type for\"x\"", vec!["r#type", "for"]),
            ("'é' \"unclosed", vec![]),
        ] {
            assert_eq!(words(text), expected, "{text}");
        }
    }

    #[test]
    fn lines_are_kept() {
        let source = Source::new("a.rs", "/* 1\n2 */ \"3\n\" mark\n");
        let at = source.code.find("mark").unwrap();
        assert_eq!(source.line_at(at), 3);
    }
}

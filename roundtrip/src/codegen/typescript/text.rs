//! Indented lines and comments.
//!
//! It must not know what they say.

use std::fmt::Write as _;

/// A text in the making: lines at a depth.
pub(super) struct Text {
    text: String,
    depth: usize,
}

impl Text {
    pub(super) fn new(head: &str) -> Self {
        Self { text: head.to_owned(), depth: 0 }
    }

    pub(super) fn line(&mut self, line: &str) {
        let width = self.depth * 2;
        // A `String` never fails to take more text.
        let _ = writeln!(self.text, "{:width$}{line}", "");
    }

    /// A line after which lines are deeper, until `close`.
    pub(super) fn open(&mut self, line: &str) {
        self.line(line);
        self.depth += 1;
    }

    pub(super) fn close(&mut self, line: &str) {
        self.depth = self.depth.saturating_sub(1);
        self.line(line);
    }

    /// A documentation comment. Whatever it says, it ends where it should.
    pub(super) fn comment(&mut self, said: &str) {
        let safe = said.replace("*/", "*\\/");
        let lines: Vec<String> = safe.lines().map(plain).filter(|line| !line.is_empty()).collect();
        match &lines[..] {
            [] => {}
            [one] => self.line(&format!("/** {one} */")),
            several => {
                self.line("/**");
                for line in several {
                    self.line(&format!(" * {line}"));
                }
                self.line(" */");
            }
        }
    }

    pub(super) fn finish(mut self, tail: &str) -> String {
        self.text.push_str(tail);
        self.text
    }
}

/// A line without what an editor would take for the end of one, or not show at all.
fn plain(line: &str) -> String {
    let seen = |letter: char| {
        if letter.is_control() || matches!(letter, '\u{2028}' | '\u{2029}') { ' ' } else { letter }
    };
    line.chars().map(seen).collect::<String>().trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_comment_ends_where_it_should() {
        for (said, expected) in [
            ("The price.", "/** The price. */\n"),
            ("a */ export type Evil = 1 /*", "/** a *\\/ export type Evil = 1 /* */\n"),
            ("**/ /", "/** **\\/ / */\n"),
            ("ends with *", "/** ends with * */\n"),
            ("one *\n/ two\r\n\n\tthree\u{2028}*/", "/**\n * one *\n * / two\n * three *\\/\n */\n"),
            (" \n ", ""),
        ] {
            let mut text = Text::new("");
            text.comment(said);
            assert_eq!(text.finish(""), expected, "{said:?}");
        }
    }

    #[test]
    fn what_is_inside_is_deeper() {
        let mut text = Text::new("// head\n");
        text.open("a: {");
        text.line("b: 1;");
        text.close("};");
        assert_eq!(text.finish("// tail\n"), "// head\na: {\n  b: 1;\n};\n// tail\n");
    }
}

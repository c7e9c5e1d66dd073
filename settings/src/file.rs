//! `roundtrip.toml`: from its text to values of keys, every mistake at once, each with its place.
//!
//! Must not know: what other sources say.

use std::io::{ErrorKind, Read};
use std::ops::Range;
use std::path::Path;

use roundtrip_schema::diagnostic::Diagnostic;
use roundtrip_schema::nearest::nearest;
use toml::Spanned;
use toml::de::{DeArray, DeTable, DeValue};

use crate::registry::{self, Section, did_you_mean_path, sections};
use crate::section::database::with_passwords_masked;
use crate::values::Values;
use crate::{Key, Kind, Origin, Problem, SettingsError, Value};

/// The text of a `roundtrip.toml`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SettingsFile {
    /// The name as it is shown, such as `roundtrip.toml`.
    pub path: String,
    /// The text.
    pub text: String,
}

impl SettingsFile {
    /// The name in a project folder.
    pub const NAME: &'static str = "roundtrip.toml";

    /// The longest file that is read.
    pub const MAX_BYTES: u64 = 1_048_576;

    /// Reads `roundtrip.toml` of a project folder; `None` when there is none.
    pub fn read(folder: &Path) -> Result<Option<Self>, SettingsError> {
        let path = folder.join(Self::NAME);
        let mut text = String::new();
        let read = std::fs::File::open(&path)
            .and_then(|file| file.take(Self::MAX_BYTES + 1).read_to_string(&mut text));
        match read {
            Ok(_) if text.len() as u64 > Self::MAX_BYTES => {
                Err(SettingsError::TooLong { path, max: Self::MAX_BYTES })
            }
            Ok(_) => Ok(Some(Self { path: Self::NAME.to_owned(), text })),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(source) => Err(SettingsError::Read { path, source }),
        }
    }

    /// Assigns what the file says; what is wrong goes to `problems`, in the order of the file.
    pub(crate) fn apply(&self, values: &mut Values, problems: &mut Vec<Problem>) {
        let mut reader = Reader { file: self, values, mistakes: Vec::new() };
        match DeTable::parse(&self.text) {
            Ok(document) => reader.document(document.get_ref()),
            Err(error) => {
                let end = self.text.len();
                reader.mistake(error.span().unwrap_or(end..end), error.message().to_owned(), "", None);
            }
        }
        let mut mistakes = reader.mistakes;
        mistakes.sort_by_key(|mistake| mistake.span.start);
        problems.extend(mistakes.into_iter().map(|mistake| Problem::File(Box::new(mistake))));
    }
}

/// A reading of one file.
struct Reader<'a> {
    file: &'a SettingsFile,
    values: &'a mut Values,
    mistakes: Vec<Diagnostic>,
}

impl Reader<'_> {
    fn document(&mut self, document: &DeTable<'_>) {
        for (name, value) in document {
            match (registry::section(name.get_ref()), value.get_ref()) {
                (Some(section), DeValue::Table(table)) => self.section(section, table),
                (Some(section), _) => {
                    let message = format!("{} is a section, not a value", section.name);
                    self.mistake(name.span(), message, &format!("write [{}]", section.name), None);
                }
                (None, DeValue::Table(_)) => self.unknown_section(name),
                (None, _) => {
                    let message = format!("{:?} stands outside of a section", name.get_ref());
                    self.mistake(name.span(), message, &label(did_you_mean_path(name.get_ref())), None);
                }
            }
        }
    }

    fn section(&mut self, section: &'static Section, table: &DeTable<'_>) {
        for (name, value) in table {
            match section.key(name.get_ref()) {
                Some(key) => self.value(key, name.span(), value),
                None => self.unknown_key(section, name),
            }
        }
    }

    fn value(&mut self, key: &'static Key, name: Range<usize>, given: &Spanned<DeValue<'_>>) {
        if let Some(value) = value_of(key.kind, given.get_ref()).and_then(|value| key.kind.accept(value)) {
            let line = line_of(&self.file.text, name.start);
            self.values.assign(key, value, Origin::File { path: self.file.path.clone(), line });
        } else {
            let message = format!("{} must be {}", key.path(), key.kind.allowed());
            let help = did_you_mean_value(key, given.get_ref());
            self.mistake(given.span(), message, &label(help), None);
        }
    }

    fn unknown_section(&mut self, name: &Spanned<std::borrow::Cow<'_, str>>) {
        let names = || sections().iter().map(|section| section.name);
        let near = nearest(name.get_ref(), names()).map(|near| format!("did you mean [{near}]?"));
        let help = near.is_none().then(|| format!("sections: {}", names().collect::<Vec<_>>().join(", ")));
        self.mistake(name.span(), format!("unknown section [{}]", name.get_ref()), &label(near), help);
    }

    fn unknown_key(&mut self, section: &Section, name: &Spanned<std::borrow::Cow<'_, str>>) {
        let names = || section.keys.iter().map(|key| key.name);
        let near = nearest(name.get_ref(), names())
            .map(|near| format!("did you mean {near:?}?"))
            .or_else(|| did_you_mean_path(name.get_ref()));
        let list = || format!("keys of [{}]: {}", section.name, names().collect::<Vec<_>>().join(", "));
        let help = near.is_none().then(list);
        let message = format!("unknown key {:?} in [{}]", name.get_ref(), section.name);
        self.mistake(name.span(), message, &label(near), help);
    }

    fn mistake(&mut self, span: Range<usize>, message: String, label: &str, help: Option<String>) {
        self.mistakes.push(Diagnostic {
            message,
            file: self.file.path.clone(),
            source: with_passwords_masked(&self.file.text),
            span,
            label: label.to_owned(),
            help,
        });
    }
}

fn label(suggestion: Option<String>) -> String {
    suggestion.unwrap_or_default()
}

/// The value as one of ours; `None` for what no key can hold.
fn value_of(kind: Kind, given: &DeValue<'_>) -> Option<Value> {
    match given {
        DeValue::Array(items) if matches!(kind, Kind::Origins | Kind::Names { .. }) => joined(items),
        DeValue::String(text) => Some(Value::Text(text.to_string())),
        DeValue::Integer(number) => {
            u64::from_str_radix(number.as_str(), number.radix()).ok().map(Value::Integer)
        }
        DeValue::Boolean(flag) => Some(Value::Flag(*flag)),
        DeValue::Float(_) | DeValue::Datetime(_) | DeValue::Array(_) | DeValue::Table(_) => None,
    }
}

/// A list in the form that the environment gives it. An empty list is none; an empty text, nothing said.
fn joined(items: &DeArray<'_>) -> Option<Value> {
    let texts: Option<Vec<&str>> = items.iter().map(|item| item.get_ref().as_str()).collect();
    match texts?.join(",") {
        text if text.is_empty() => items.is_empty().then(|| Value::Text("none".to_owned())),
        text => Some(Value::Text(text)),
    }
}

/// What stands under the caret of a value that is not allowed.
fn did_you_mean_value(key: &Key, given: &DeValue<'_>) -> Option<String> {
    let text = given.as_str()?;
    match key.kind.read(text) {
        Some(Value::Integer(_) | Value::Flag(_)) => Some("write it without quotes".to_owned()),
        _ => nearest(text, key.kind.names().iter().copied()).map(|near| format!("did you mean {near:?}?")),
    }
}

fn line_of(text: &str, offset: usize) -> usize {
    text.bytes().take(offset).filter(|byte| *byte == b'\n').count() + 1
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn apply(text: &str) -> (Values, Vec<Problem>) {
        let file = SettingsFile { path: "roundtrip.toml".to_owned(), text: text.to_owned() };
        let (mut values, mut problems) = (Values::defaults(), Vec::new());
        file.apply(&mut values, &mut problems);
        (values, problems)
    }

    /// Reads the text and compares one value and the line it came from.
    #[track_caller]
    fn check(text: &str, section: &str, name: &str, value: &str, line: usize) {
        let (values, problems) = apply(text);
        assert_eq!(problems, []);
        assert_eq!(values.value(section, name).to_string(), value);
        let path = "roundtrip.toml".to_owned();
        assert_eq!(*values.origin(section, name), Origin::File { path, line });
    }

    /// Reads the text and compares every mistake as `line:column message | label | help`.
    #[track_caller]
    fn check_mistakes(text: &str, expected: &[&str]) {
        let (_, problems) = apply(text);
        let mistakes: Vec<_> = problems
            .iter()
            .map(|problem| match problem {
                Problem::File(mistake) => {
                    let (line, column) = mistake.position();
                    let help = mistake.help.as_deref().unwrap_or("");
                    format!("{line}:{column} {} | {} | {help}", mistake.message, mistake.label)
                }
                Problem::Given { .. } => problem.to_string(),
            })
            .collect();
        assert_eq!(mistakes, expected);
    }

    #[test]
    fn values_come_with_their_line() {
        check("[server]\nport = 80", "server", "port", "80", 2);
        check("\n\nserver.port = 8_080", "server", "port", "8080", 3);
        check("server = { port = 0x50 }", "server", "port", "80", 1);
        check("[server]\nhost = 'localhost'", "server", "host", "127.0.0.1", 2);
        check("[log]\r\n# why\r\nformat = \"json\"", "log", "format", "json", 3);
        check("[http]\ncompression = false", "http", "compression", "false", 2);
        check("\u{feff}[project]\nname = 'Käse'", "project", "name", "Käse", 2);
        check("[public]\naccess = 'none'", "public", "access", "none", 2);
        let origins =
            |given: &str, read| check(&format!("[cors]\norigins = {given}"), "cors", "origins", read, 2);
        origins("'*'", "*");
        origins("[]", "none");
        origins(
            "['https://A.example/', 'http://localhost:5173']",
            "https://a.example, http://localhost:5173",
        );
    }

    #[test]
    fn an_empty_file_says_nothing() {
        let (values, problems) = apply("# nothing yet\n[server]\n");
        assert_eq!(problems, []);
        assert!(values.list().iter().all(|setting| setting.origin == Origin::Default));
    }

    #[test]
    fn wrong_values_say_what_is_allowed() {
        check_mistakes(
            "[server]\nport = 70000\nmax_connections = -1\n",
            &[
                "2:8 server.port must be a whole number from 0 to 65535 |  | ",
                "3:19 server.max_connections must be a whole number from 1 to 1000000 |  | ",
            ],
        );
        check_mistakes(
            "[server]\nport = \"80\"",
            &["2:8 server.port must be a whole number from 0 to 65535 | write it without quotes | "],
        );
        check_mistakes(
            "[server]\nport = 80.0",
            &["2:8 server.port must be a whole number from 0 to 65535 |  | "],
        );
        check_mistakes(
            "[http]\ncompression = 'ture'",
            &["2:15 http.compression must be true or false | did you mean \"true\"? | "],
        );
        check_mistakes(
            "[database]\ndurability = 'ful'",
            &["2:14 database.durability must be one of full, normal | did you mean \"full\"? | "],
        );
        check_mistakes(
            "[server]\nheader_timeout_ms = 1",
            &["2:21 server.header_timeout_ms must be a whole number from 100 to 600000 ms |  | "],
        );
        for given in ["['a.example']", "['https://a.example', 1]", "1", "['https://a.example/path']", "['']"]
        {
            check_mistakes(
                &format!("[cors]\norigins = {given}"),
                &["2:11 cors.origins must be origins such as https://app.example, or *, or none |  | "],
            );
        }
        check_mistakes(
            "[server]\nhost = ['localhost']",
            &["2:8 server.host must be an IP address or localhost |  | "],
        );
        check_mistakes(
            "[server.host]\nname = 'x'",
            &["1:1 server.host must be an IP address or localhost |  | "],
        );
    }

    #[test]
    fn unknown_names_find_the_known_ones() {
        check_mistakes(
            "[server]\nprot = 80",
            &["2:1 unknown key \"prot\" in [server] | did you mean \"port\"? | "],
        );
        check_mistakes("[sever]\nport = 80", &["1:2 unknown section [sever] | did you mean [server]? | "]);
        check_mistakes(
            "port = 80",
            &["1:1 \"port\" stands outside of a section | did you mean server.port? | "],
        );
        check_mistakes(
            "[http]\nring = 5\nzzz = 1",
            &[
                "2:1 unknown key \"ring\" in [http] | did you mean journeys.ring? | ",
                "3:1 unknown key \"zzz\" in [http] |  | keys of [http]: compression",
            ],
        );
        check_mistakes("log = 'json'", &["1:1 log is a section, not a value | write [log] | "]);
        check_mistakes(
            "[zzz]",
            &[
                "1:2 unknown section [zzz] |  | sections: project, server, database, backup, limits, rest, journeys, log, http, cors, public",
            ],
        );
    }

    #[test]
    fn broken_toml_has_a_place() {
        for (text, line) in
            [("[server\nport = 1", 1), ("[server]\nport = ", 2), ("[server]\nport = 1\nport = 2", 3)]
        {
            let (_, problems) = apply(text);
            let [Problem::File(mistake)] = problems.as_slice() else {
                panic!("{text}: {problems:?}");
            };
            assert_eq!(mistake.position().0, line, "{text}: {mistake}");
        }
    }

    #[test]
    fn a_mistake_is_printed_with_a_caret() {
        let (_, problems) = apply("[database]\ndurability = 'ful'");
        let printed = problems[0].to_string();
        for part in ["roundtrip.toml:2:14", "durability = 'ful'", "^^^^^ did you mean \"full\"?"] {
            assert!(printed.contains(part), "{printed}");
        }
    }

    #[test]
    fn a_mistake_beside_a_password_does_not_print_it() {
        for text in
            ["[database]\nurl = 'postgres://a:s3cret@b", "[database]\nulr = 'postgres://b/?password=s3cret'"]
        {
            let (_, problems) = apply(text);
            let printed = format!("{} {problems:?}", problems[0]);
            assert!(printed.contains("roundtrip.toml:2:") && !printed.contains("s3cret"), "{printed}");
        }
    }

    #[test]
    fn a_file_is_read_if_it_is_there() {
        let folder = tempfile::tempdir().expect("a folder");
        assert!(matches!(SettingsFile::read(folder.path()), Ok(None)));
        let path = folder.path().join("roundtrip.toml");
        std::fs::write(&path, "[log]").expect("written");
        let file = SettingsFile::read(folder.path()).expect("read").expect("there");
        assert_eq!((file.path.as_str(), file.text.as_str()), ("roundtrip.toml", "[log]"));
        std::fs::write(&path, [0xFF, 0xFE]).expect("written");
        assert!(matches!(SettingsFile::read(folder.path()), Err(SettingsError::Read { .. })));
        std::fs::write(&path, "#".repeat(1_048_577)).expect("written");
        assert!(matches!(SettingsFile::read(folder.path()), Err(SettingsError::TooLong { .. })));
    }

    proptest! {
        #[test]
        fn no_text_makes_the_reader_panic(text in "(\\[?(server|port|log|é|\"|'|=|\\.|[0-9]{1,20}|\\{|\\}|\n| )\\]?){0,20}") {
            let (_, problems) = apply(&text);
            for problem in problems {
                let _rendered = problem.to_string();
            }
        }
    }
}

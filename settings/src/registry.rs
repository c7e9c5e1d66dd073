//! Every section and every key, in the order in which people read them.
//!
//! Must not know: values.

use roundtrip_schema::nearest::nearest;

use crate::section::backup::Backup;
use crate::section::cors::Cors;
use crate::section::database::Database;
use crate::section::http::Http;
use crate::section::journeys::Journeys;
use crate::section::limits::Limits;
use crate::section::log::Log;
use crate::section::project::Project;
use crate::section::public::Public;
use crate::section::rest::Rest;
use crate::section::server::Server;
use crate::values::Values;
use crate::{Key, Settings};

/// A section of `roundtrip.toml`.
#[derive(Debug, PartialEq, Eq)]
pub struct Section {
    /// The name in brackets.
    pub name: &'static str,
    /// What it is about, for a person.
    pub(crate) sentence: &'static str,
    /// Its keys.
    pub keys: &'static [Key],
}

const SECTIONS: &[Section] = &[
    Project::SECTION,
    Server::SECTION,
    Database::SECTION,
    Backup::SECTION,
    Limits::SECTION,
    Rest::SECTION,
    Journeys::SECTION,
    Log::SECTION,
    Http::SECTION,
    Cors::SECTION,
    Public::SECTION,
];

/// Every section.
pub fn sections() -> &'static [Section] {
    SECTIONS
}

/// Every key of every section.
pub fn keys() -> impl Iterator<Item = &'static Key> {
    SECTIONS.iter().flat_map(|section| section.keys)
}

/// The key of that path, such as `server.port`.
pub fn key(path: &str) -> Option<&'static Key> {
    let (section, name) = path.split_once('.')?;
    self::section(section)?.key(name)
}

impl Section {
    /// The sentence without the space that a doc comment begins with.
    pub fn sentence(&self) -> &'static str {
        self.sentence.trim()
    }

    pub(crate) fn key(&self, name: &str) -> Option<&'static Key> {
        self.keys.iter().find(|key| key.name == name)
    }
}

impl Settings {
    pub(crate) fn typed(values: &Values) -> Self {
        Self {
            project: Project::typed(values),
            server: Server::typed(values),
            database: Database::typed(values),
            backup: Backup::typed(values),
            limits: Limits::typed(values),
            rest: Rest::typed(values),
            journeys: Journeys::typed(values),
            log: Log::typed(values),
            http: Http::typed(values),
            cors: Cors::typed(values),
            public: Public::typed(values),
        }
    }
}

pub(crate) fn section(name: &str) -> Option<&'static Section> {
    SECTIONS.iter().find(|section| section.name == name)
}

/// `did you mean server.port?`, for a path that is no key.
pub(crate) fn did_you_mean_path(path: &str) -> Option<String> {
    let name = path.rsplit('.').next().unwrap_or(path);
    let paths: Vec<_> = keys().map(Key::path).collect();
    // A right name in a wrong section, or in none, is a likelier slip than a similar path.
    let same_name = keys().find(|key| key.name == name).map(Key::path);
    let near = || nearest(path, paths.iter().map(String::as_str)).map(str::to_owned);
    same_name.or_else(near).map(|path| format!("did you mean {path}?"))
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::{Kind, Origin, Value};

    #[test]
    fn every_limit_fits_its_type() {
        for extreme in [|kind: &Kind| kind.default(), least, most] {
            let mut values = Values::defaults();
            for key in keys() {
                values.assign(key, extreme(&key.kind), Origin::Default);
            }
            let _typed = Settings::typed(&values);
        }
    }

    fn least(kind: &Kind) -> Value {
        match *kind {
            Kind::Integer { min, .. } => Value::Integer(min),
            Kind::Choice { names, .. } => Value::Text(names[0].to_owned()),
            _ => kind.default(),
        }
    }

    fn most(kind: &Kind) -> Value {
        match *kind {
            Kind::Integer { max, .. } => Value::Integer(max),
            Kind::Choice { names, .. } => Value::Text(names[names.len() - 1].to_owned()),
            _ => kind.default(),
        }
    }

    #[test]
    fn every_key_is_declared_properly() {
        let mut variables = HashSet::new();
        for key in keys() {
            let path = key.path();
            assert_eq!(super::key(&path), Some(key));
            assert!(variables.insert(key.variable()), "{path}: two keys share a variable");
            assert!(key.sentence().ends_with('.'), "{path}: {}", key.sentence());
            let plain = |text: &str| text.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
            assert!(plain(key.name) && plain(key.section), "{path}");
            let default = key.kind.default();
            let derived = key.kind == Kind::Name || default == Value::Unset;
            assert!(derived || key.kind.accept(default).is_some(), "{path}: default out of limits");
            let ends_in_ms = key.name.ends_with("_ms");
            assert_eq!(ends_in_ms, matches!(key.kind, Kind::Integer { unit: "ms", .. }), "{path}");
        }
        assert!(sections().iter().all(|section| section.sentence().ends_with('.')));
    }

    #[test]
    fn a_wrong_path_finds_the_right_one() {
        for (path, expected) in [
            ("server.prot", Some("did you mean server.port?")),
            ("port", Some("did you mean server.port?")),
            ("http.page_rows", Some("did you mean limits.page_rows?")),
            ("databse.url", Some("did you mean database.url?")),
            ("zebra", None),
        ] {
            assert_eq!(did_you_mean_path(path).as_deref(), expected, "{path}");
        }
    }
}

//! All sources in their order, and what becomes of them.
//!
//! Must not know: how the command line is parsed, or what is done with a setting.

use roundtrip_schema::nearest::nearest;

use crate::registry::did_you_mean_path;
use crate::values::Values;
use crate::{
    Environment, Key, Origin, Preset, Problem, Setting, Settings, SettingsError, SettingsFile, Value, key,
    keys,
};

/// Where settings come from; later fields win.
#[derive(Debug, Default)]
pub struct Sources<'a> {
    /// The name of the project folder, which names the project unless a setting does.
    pub folder: &'a str,
    /// `roundtrip.toml`, if there is one.
    pub file: Option<&'a SettingsFile>,
    /// The variables of the process.
    pub environment: Environment,
    /// `--compat`.
    pub preset: Option<&'static Preset>,
    /// `--set section.key=value`, in the order given; without the `--set`.
    pub set: &'a [String],
    /// Dedicated flags.
    pub flags: &'a [Flag<'a>],
}

/// A dedicated flag of the command line that was given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flag<'a> {
    /// The flag, such as `--port`.
    pub name: &'a str,
    /// The path of the key that it sets, such as `server.port`.
    pub key: &'a str,
    /// What was given.
    pub value: String,
}

/// Settings, and what is known about them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Loaded {
    /// The settings in force.
    pub settings: Settings,
    /// Every key with its value and its origin, in the order of the reference page.
    pub listing: Vec<Setting>,
    /// What is probably a slip and stops nothing, such as a variable that nobody reads.
    pub warnings: Vec<String>,
}

/// Reads all sources; reports everything that is wrong, not only the first.
pub fn load(sources: &Sources<'_>) -> Result<Loaded, SettingsError> {
    let mut loading = Loading { values: Values::defaults(), problems: Vec::new() };
    if let Some(file) = sources.file {
        file.apply(&mut loading.values, &mut loading.problems);
    }
    loading.environment(&sources.environment);
    if let Some(preset) = sources.preset {
        loading.preset(preset);
    }
    for assignment in sources.set {
        loading.set(assignment);
    }
    for flag in sources.flags {
        loading.given(flag.key, &flag.value, Origin::Flag(flag.name.to_owned()));
    }
    loading.derive(sources.folder);
    if !loading.problems.is_empty() {
        return Err(SettingsError::Invalid(loading.problems));
    }
    Ok(Loaded {
        settings: Settings::typed(&loading.values),
        listing: loading.values.list(),
        warnings: unknown_variables(&sources.environment),
    })
}

/// The state while the sources are read.
struct Loading {
    values: Values,
    problems: Vec<Problem>,
}

impl Loading {
    /// A variable of ours says more exactly what is meant than one that platforms set, so it wins.
    fn environment(&mut self, environment: &Environment) {
        for key in keys() {
            let own = key.variable();
            for name in [key.alias.unwrap_or_default(), own.as_str()] {
                if let Some(text) = environment.get(name) {
                    self.assign(key, text, Origin::Environment(name.to_owned()));
                }
            }
        }
    }

    fn preset(&mut self, preset: &Preset) {
        for (path, value) in preset.values {
            self.given(path, value, Origin::Flag(format!("{} {}", Preset::FLAG, preset.name)));
        }
    }

    fn set(&mut self, assignment: &str) {
        match assignment.split_once('=') {
            Some((path, value)) => {
                let path = path.trim();
                self.given(path, value, Origin::Flag(format!("--set {path}")));
            }
            None => self.problems.push(Problem::Given {
                origin: Origin::Flag("--set".to_owned()),
                message: format!("{assignment:?} has no value"),
                help: Some("write --set section.key=value".to_owned()),
            }),
        }
    }

    fn given(&mut self, path: &str, text: &str, origin: Origin) {
        match key(path) {
            Some(key) => self.assign(key, text, origin),
            None => self.problems.push(Problem::Given {
                origin,
                message: format!("unknown key {path:?}"),
                help: did_you_mean_path(path),
            }),
        }
    }

    fn assign(&mut self, key: &'static Key, text: &str, origin: Origin) {
        let Some(value) = key.kind.read(text) else {
            let given = key.shown(&Value::Text(text.to_owned()));
            let near = nearest(text, key.kind.names().iter().copied());
            self.problems.push(Problem::Given {
                origin,
                message: format!("{} must be {}, not {given:?}", key.path(), key.kind.allowed()),
                help: near.map(|near| format!("did you mean {near:?}?")),
            });
            return;
        };
        self.values.assign(key, value, origin);
    }

    /// Fills in what follows from other settings.
    fn derive(&mut self, folder: &str) {
        let port = Origin::Environment("PORT".to_owned());
        let host_is_open = *self.values.origin("server", "host") == Origin::Default;
        // Cloud platforms set PORT and reach the server from outside. Only while it is in force,
        // so that a stray PORT beside --port opens nothing, and never against an explicit host.
        if host_is_open && *self.values.origin("server", "port") == port {
            self.fill("server.host", "0.0.0.0".to_owned(), port);
        }
        if is_empty(self.values.value("project", "name")) {
            self.fill("project.name", file_name(folder), Origin::Default);
        }
        if is_empty(self.values.value("database", "url")) {
            let name = file_name(&self.values.value("project", "name").to_string());
            self.fill("database.url", format!("sqlite:{name}.db"), Origin::Default);
        }
    }

    fn fill(&mut self, path: &str, text: String, origin: Origin) {
        if let Some(key) = key(path) {
            self.values.assign(key, Value::Text(text), origin);
        }
    }
}

fn is_empty(value: &Value) -> bool {
    matches!(value, Value::Text(text) if text.is_empty())
}

/// A name that is safe as a file's name: other characters become hyphens.
fn file_name(name: &str) -> String {
    const LONGEST: usize = 64;
    let safe =
        |character: char| if character.is_alphanumeric() || character == '_' { character } else { '-' };
    let name: String = name.chars().take(LONGEST).map(safe).collect();
    match name.trim_matches('-') {
        "" => "app".to_owned(),
        name => name.to_owned(),
    }
}

/// Variables that tell this program's own tests where databases are; they are nobody's settings.
const TESTS_PREFIX: &str = "ROUNDTRIP_TEST_";

fn unknown_variables(environment: &Environment) -> Vec<String> {
    let known: Vec<_> = keys().map(Key::variable).collect();
    let tests_own = |name: &&str| name.starts_with(TESTS_PREFIX);
    let ours = environment.names().filter(|name| name.starts_with(Key::PREFIX) && !tests_own(name));
    ours.filter(|name| !known.iter().any(|known| known == name))
        .map(|name| match nearest(name, known.iter().map(String::as_str)) {
            Some(near) => format!("{name} is set and means nothing; did you mean {near}?"),
            None => format!("{name} is set and means nothing"),
        })
        .collect()
}

#[cfg(test)]
mod tests;

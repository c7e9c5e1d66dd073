//! Named groups of settings: `--compat postgrest`.
//!
//! Must not know: why a client expects what it expects; the sentences tell people.

use roundtrip_schema::nearest::nearest;

use crate::{Origin, Problem};

/// A named group of settings that one flag sets together.
#[derive(Debug, PartialEq, Eq)]
pub struct Preset {
    /// The name, as `--compat` takes it.
    pub name: &'static str,
    /// What it is for, for a person.
    pub sentence: &'static str,
    /// What it sets: path of the key and value, as `--set` takes them.
    pub values: &'static [(&'static str, &'static str)],
}

/// Every preset.
pub const PRESETS: &[Preset] = &[Preset {
    name: "postgrest",
    sentence: "Answers as PostgREST does where this server differs on purpose.",
    values: &[
        ("rest.return_default", "minimal"),
        ("rest.locations", "query"),
        ("rest.allow_tx_rollback", "true"),
        ("rest.allow_filterless_writes", "true"),
        ("rest.coerce_values", "true"),
        ("rest.aggregates", "true"),
        ("rest.plan", "true"),
        ("limits.page_rows", "0"),
        ("cors.origins", "*"),
    ],
}];

impl Preset {
    /// The flag that takes a preset.
    pub const FLAG: &'static str = "--compat";

    /// The preset of that name.
    pub fn find(name: &str) -> Result<&'static Self, Problem> {
        let names = || PRESETS.iter().map(|preset| preset.name);
        PRESETS.iter().find(|preset| preset.name == name).ok_or_else(|| Problem::Given {
            origin: Origin::Flag(Self::FLAG.to_owned()),
            message: format!("unknown preset {name:?}"),
            help: Some(match nearest(name, names()) {
                Some(near) => format!("did you mean {near:?}?"),
                None => format!("there is {}", names().collect::<Vec<_>>().join(", ")),
            }),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::key;

    #[test]
    fn every_value_of_a_preset_is_allowed() {
        for preset in PRESETS {
            for (path, value) in preset.values {
                let key = key(path).unwrap_or_else(|| panic!("{path} is no key"));
                assert!(key.kind.read(value).is_some(), "{path} = {value}");
            }
        }
    }

    #[test]
    fn a_preset_is_found_by_its_name() {
        assert_eq!(Preset::find("postgrest").map(|preset| preset.name), Ok("postgrest"));
        let problem = Preset::find("postgREST").expect_err("other case");
        assert_eq!(
            problem.to_string(),
            "error: --compat: unknown preset \"postgREST\"\n  did you mean \"postgrest\"?"
        );
        let problem = Preset::find("odata").expect_err("no such preset");
        assert_eq!(problem.to_string(), "error: --compat: unknown preset \"odata\"\n  there is postgrest");
    }
}

//! The value of every key while the sources are read one after another.
//!
//! Must not know: the order of the sources.

use crate::typed::Typed;
use crate::{Key, Origin, Value, keys};

/// A setting in force, as `doctor` lists it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Setting {
    /// Which one.
    pub key: &'static Key,
    /// Its value as it may be printed: without a password; empty when unset.
    pub shown: String,
    /// Where the value came from.
    pub origin: Origin,
}

/// One value per key.
#[derive(Debug)]
pub(crate) struct Values(Vec<Assigned>);

#[derive(Debug)]
struct Assigned {
    key: &'static Key,
    value: Value,
    origin: Origin,
}

impl Values {
    pub(crate) fn defaults() -> Self {
        let default =
            |key: &'static Key| Assigned { key, value: key.kind.default(), origin: Origin::Default };
        Self(keys().map(default).collect())
    }

    /// Replaces what an earlier source said.
    pub(crate) fn assign(&mut self, key: &'static Key, value: Value, origin: Origin) {
        for assigned in &mut self.0 {
            if assigned.key == key {
                (assigned.value, assigned.origin) = (value, origin);
                return;
            }
        }
    }

    pub(crate) fn value(&self, section: &str, name: &str) -> &Value {
        &self.assigned(section, name).value
    }

    pub(crate) fn origin(&self, section: &str, name: &str) -> &Origin {
        &self.assigned(section, name).origin
    }

    pub(crate) fn typed<T: Typed>(&self, section: &str, name: &str) -> T {
        T::typed(self.value(section, name)).expect("held by the test every_limit_fits_its_type")
    }

    /// What is in force, in the order of the registry.
    pub(crate) fn list(&self) -> Vec<Setting> {
        let setting = |assigned: &Assigned| Setting {
            key: assigned.key,
            shown: assigned.key.shown(&assigned.value),
            origin: assigned.origin.clone(),
        };
        self.0.iter().map(setting).collect()
    }

    fn assigned(&self, section: &str, name: &str) -> &Assigned {
        let found =
            self.0.iter().find(|assigned| assigned.key.section == section && assigned.key.name == name);
        found.expect("the names come from the declaration itself; held by every_limit_fits_its_type")
    }
}

//! The variables of the process, as a value.
//!
//! Must not know: which variables mean something.

use std::collections::BTreeMap;
use std::fmt;

/// The variables of a process. Printing it shows the names only: values may be secret.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Environment(BTreeMap<String, String>);

impl Environment {
    /// The variables of this process, read now. Bytes that are not UTF-8 are replaced, so that a
    /// broken value is refused by its key rather than overlooked.
    pub fn process() -> Self {
        std::env::vars_os()
            .map(|(name, value)| (name.to_string_lossy().into_owned(), value.to_string_lossy().into_owned()))
            .collect()
    }

    /// The value of a variable. An empty one counts as not set: that is how platforms and
    /// compose files take a variable away.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }

    /// The names of all variables that are set, sorted.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().filter(|(_, value)| !value.is_empty()).map(|(name, _)| name.as_str())
    }
}

impl<N: Into<String>, V: Into<String>> FromIterator<(N, V)> for Environment {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(variables: I) -> Self {
        Self(variables.into_iter().map(|(name, value)| (name.into(), value.into())).collect())
    }
}

impl fmt::Debug for Environment {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_list().entries(self.names()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn empty_means_not_set_and_values_are_not_printed() {
        let environment = Environment::from_iter([("SET", "s3cret"), ("EMPTY", "")]);
        assert_eq!(environment.get("SET"), Some("s3cret"));
        assert_eq!(environment.get("EMPTY"), None);
        assert_eq!(environment.get("ABSENT"), None);
        assert_eq!(format!("{environment:?}"), r#"["SET"]"#);
    }

    #[test]
    fn the_process_has_variables() {
        assert!(Environment::process().names().count() > 0);
    }
}

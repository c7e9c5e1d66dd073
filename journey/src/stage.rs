//! The stages of a call, in the order in which a call passes them.
//!
//! Must not know: what a stage does. The code of a stage is a function with the stage's name.

use std::fmt;

/// A stop on a call's way.
///
/// The order of the variants is the order of the stages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Stage {
    /// Take the request from the connection.
    Accept,
    /// Find the door and the handler.
    Route,
    /// Apply the limits of the caller's address, before anything costs time.
    LimitAddress,
    /// Find out who calls.
    Identify,
    /// Apply the limits of the key or the user.
    LimitCaller,
    /// Turn bytes into an operation.
    Parse,
    /// Check the values against the fields.
    Validate,
    /// Run the project's own logic before the operation.
    BeforeHooks,
    /// Check again what the hooks changed.
    ValidateAgain,
    /// Resolve the operation against the schema.
    Plan,
    /// Apply the access rules to the plan.
    Authorise,
    /// Wait for a connection and run the statement.
    Database,
    /// Record what changed, for subscribers and webhooks.
    Events,
    /// Run the project's own logic after the operation.
    AfterHooks,
    /// Turn the outcome into bytes.
    Render,
}

impl Stage {
    /// How many stages there are.
    pub const COUNT: usize = Self::ALL.len();

    /// Every stage, in order.
    pub const ALL: [Self; 15] = [
        Self::Accept,
        Self::Route,
        Self::LimitAddress,
        Self::Identify,
        Self::LimitCaller,
        Self::Parse,
        Self::Validate,
        Self::BeforeHooks,
        Self::ValidateAgain,
        Self::Plan,
        Self::Authorise,
        Self::Database,
        Self::Events,
        Self::AfterHooks,
        Self::Render,
    ];

    /// The stage's name in headers, logs and metrics: lower case, words joined by hyphens.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Accept => "accept",
            Self::Route => "route",
            Self::LimitAddress => "limit-address",
            Self::Identify => "identify",
            Self::LimitCaller => "limit-caller",
            Self::Parse => "parse",
            Self::Validate => "validate",
            Self::BeforeHooks => "before-hooks",
            Self::ValidateAgain => "validate-again",
            Self::Plan => "plan",
            Self::Authorise => "authorise",
            Self::Database => "database",
            Self::Events => "events",
            Self::AfterHooks => "after-hooks",
            Self::Render => "render",
        }
    }

    /// One line for a person who sees the stage in a waterfall for the first time.
    pub const fn description(self) -> &'static str {
        match self {
            Self::Accept => "takes the request from the connection",
            Self::Route => "finds the door and the handler",
            Self::LimitAddress => "applies the limits of the caller's address",
            Self::Identify => "finds out who calls",
            Self::LimitCaller => "applies the limits of the key or the user",
            Self::Parse => "turns bytes into an operation",
            Self::Validate => "checks the values against the fields",
            Self::BeforeHooks => "runs the project's own logic before the operation",
            Self::ValidateAgain => "checks again what the hooks changed",
            Self::Plan => "resolves the operation against the schema",
            Self::Authorise => "applies the access rules to the plan",
            Self::Database => "waits for a connection and runs the statement",
            Self::Events => "records what changed, for subscribers and webhooks",
            Self::AfterHooks => "runs the project's own logic after the operation",
            Self::Render => "turns the outcome into bytes",
        }
    }

    /// The stage with that name, as [`Stage::name`] writes it.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|stage| stage.name() == name)
    }

    /// The stage's place in [`Stage::ALL`].
    pub const fn index(self) -> usize {
        self as usize
    }
}

impl fmt::Display for Stage {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::Stage;

    #[test]
    fn all_is_in_order_and_names_are_tokens_that_come_back() {
        for (index, stage) in Stage::ALL.into_iter().enumerate() {
            assert_eq!(stage.index(), index, "{stage}");
            assert_eq!(Stage::from_name(stage.name()), Some(stage));
            assert!(stage.name().bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-'), "{stage}");
            assert!(!stage.description().is_empty());
        }
        assert_eq!(Stage::from_name("Accept"), None);
    }
}

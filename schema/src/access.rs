//! Who may do what with a resource, as the resource file says it.
//!
//! This module holds what was said; whether a caller may go on is decided in `policy`.

/// What a caller does to rows of a resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Action {
    /// See rows.
    Read,
    /// Add rows.
    Create,
    /// Change rows that exist.
    Update,
    /// Remove rows.
    Delete,
}

impl Action {
    /// Every action, in the order in which resource files list them.
    pub const ALL: [Self; 4] = [Self::Read, Self::Create, Self::Update, Self::Delete];

    /// The action's key in an `[access]` table.
    pub fn name(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Create => "create",
            Self::Update => "update",
            Self::Delete => "delete",
        }
    }
}

/// A rule: for whom an action is permitted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Rule {
    /// Every caller, also one who has not signed in.
    Anyone,
    /// No caller at all; only the operator's own commands pass.
    Nobody,
}

/// The `[access]` table of a resource. `None` means that nothing was said, and nothing said means nobody.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Access {
    /// Rule for [`Action::Read`].
    pub read: Option<Rule>,
    /// Rule for [`Action::Create`].
    pub create: Option<Rule>,
    /// Rule for [`Action::Update`].
    pub update: Option<Rule>,
    /// Rule for [`Action::Delete`].
    pub delete: Option<Rule>,
}

impl Access {
    /// The rule that was written for `action`, if any.
    pub fn rule(&self, action: Action) -> Option<&Rule> {
        match action {
            Action::Read => self.read.as_ref(),
            Action::Create => self.create.as_ref(),
            Action::Update => self.update.as_ref(),
            Action::Delete => self.delete.as_ref(),
        }
    }

    /// Sets the rule for `action`.
    pub fn set(&mut self, action: Action, rule: Rule) {
        let place = match action {
            Action::Read => &mut self.read,
            Action::Create => &mut self.create,
            Action::Update => &mut self.update,
            Action::Delete => &mut self.delete,
        };
        *place = Some(rule);
    }
}

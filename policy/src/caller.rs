//! Who is calling.

/// Who is calling. Accounts, keys and roles come with the identity floor; the closed set makes the
/// compiler point at every decision that has to learn about them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Caller {
    /// Somebody who has not said who they are.
    Anonymous,
    /// The operator, through a command on the machine itself (`import`, `seed`): rules do not apply.
    Operator,
}

impl Caller {
    /// A word for logs and journeys.
    pub fn name(self) -> &'static str {
        match self {
            Self::Anonymous => "anonymous",
            Self::Operator => "operator",
        }
    }
}

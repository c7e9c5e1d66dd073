//! Decisions: what a caller may do with rows or fields of a resource.

use roundtrip_query::plan::Predicate;
use roundtrip_schema::{Action, FieldId, Resource, Rule};

use crate::caller::Caller;

/// What was decided about an action on a resource.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decision {
    /// Permitted for the rows that satisfy the predicate; `Always` means all.
    Permit(Predicate),
    /// Refused whatever the row.
    Refuse(Reason),
}

/// Why an action is refused whatever the row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// The resource says nothing about the action.
    NothingSaid,
    /// The rule says `nobody`.
    Nobody,
}

/// A refusal, with what a person needs to change the rules.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// Who asked.
    pub caller: Caller,
    /// The resource's name.
    pub resource: String,
    /// The field's name, where a field's rule refused.
    pub field: Option<String>,
    /// The action.
    pub action: Action,
    /// Why.
    pub reason: Reason,
    /// The file that declares the resource; for the eyes of local callers and administrators.
    pub file: Option<String>,
}

impl Refusal {
    /// What everybody may know: `nobody may read orders`.
    pub fn public(&self) -> String {
        let action = self.action.name();
        match &self.field {
            None => format!("nobody may {action} {}", self.resource),
            Some(field) => format!("nobody may {action} {}.{field}", self.resource),
        }
    }

    /// What the project's own people may know: which rule to add, and where.
    pub fn advice(&self) -> String {
        let action = self.action.name();
        let place = self.file.as_deref().unwrap_or("the served database");
        match (self.reason, &self.file) {
            (Reason::NothingSaid, Some(_)) => {
                format!("{place} has no {action} rule. Add  {action} = \"anyone\"  under [access].")
            }
            (Reason::NothingSaid, None) => {
                let level = if self.action == Action::Read { "read" } else { "write" };
                format!("{place} is not open for this. Start with  --public {level}.")
            }
            (Reason::Nobody, _) => format!("{place} says  {action} = \"nobody\"."),
        }
    }
}

/// Decides about an action on a resource, whatever its fields.
pub fn decide(resource: &Resource, action: Action, caller: Caller) -> Decision {
    match caller {
        Caller::Operator => Decision::Permit(Predicate::Always),
        Caller::Anonymous => match resource.access.rule(action) {
            None => Decision::Refuse(Reason::NothingSaid),
            Some(Rule::Nobody) => Decision::Refuse(Reason::Nobody),
            Some(Rule::Anyone) => Decision::Permit(Predicate::Always),
        },
    }
}

/// Whether a caller may see a field of rows they may read.
pub fn may_see(resource: &Resource, field: FieldId, caller: Caller) -> bool {
    caller == Caller::Operator || resource.field(field).is_visible()
}

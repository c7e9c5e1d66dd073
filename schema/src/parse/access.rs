//! Reads `[access]` tables and the `read` and `write` rules of fields.
//!
//! It must not know callers or how a rule is decided.

use super::report::{Mistake, Report};
use super::table::{Item, Keys, Table};
use crate::access::{Access, Action, Rule};
use crate::nearest::nearest;

/// The words of the language. Only the first two are rules that this version can keep.
const WORDS: [&str; 4] = ["anyone", "nobody", "signed_in", "admin"];

pub(crate) const KEYS: Keys = Keys {
    of: "[access]",
    known: &["read", "create", "update", "delete", "write"],
    later: &[],
    hint: "the actions are read, create, update and delete; write means the last three",
};

/// Reads an `[access]` table. `write` stands for create, update and delete; a specific one wins.
pub(super) fn read(item: Item<'_>, report: &mut Report) -> Access {
    let Some(table) = item.closed_table(&KEYS, report) else { return Access::default() };
    let mut access = Access::default();
    if let Some(rule) = key(&table, "write", report) {
        for action in [Action::Create, Action::Update, Action::Delete] {
            access.set(action, rule.clone());
        }
    }
    for action in Action::ALL {
        if let Some(rule) = key(&table, action.name(), report) {
            access.set(action, rule);
        }
    }
    access
}

/// The rule under a key, if there is one that can be kept.
pub(super) fn key(table: &Table<'_>, key: &str, report: &mut Report) -> Option<Rule> {
    let rule = table.text(key, report)?;
    match rule.value.as_str() {
        "anyone" => Some(Rule::Anyone),
        "nobody" => Some(Rule::Nobody),
        word => {
            let slip = Some(word)
                .filter(|word| !WORDS.contains(word) && super::name::is_plain(word))
                .and_then(|word| nearest(word, WORDS));
            report.add(if slip.is_some() {
                Mistake::unknown(&rule.place, "rule", word, slip, "")
            } else {
                let message = "rules other than \"anyone\" and \"nobody\" are not available yet";
                Mistake::new(&rule.place, message, "this version cannot keep this rule")
            });
            None
        }
    }
}

//! The `[access]` block at the end of a file, commented out: what the document lets callers do.
//!
//! Nothing is opened by itself, and taking every `#` away opens only what the document itself asks
//! nothing for. It must not know schemas.

use std::fmt::Write as _;

use roundtrip_schema::Action;

use super::operation::Operation;

/// How many operations one line lists.
const MOST_LISTED: usize = 4;

/// The block, as comments.
pub(super) fn block(operations: &[Operation]) -> String {
    let mut text = String::from(
        "\n# Nobody may do anything yet. Take the # away from [access] and from each rule that is right.\n# [access]\n",
    );
    if operations.is_empty() {
        text.push_str(
            "#   No path leads here; whoever may read it sees it inside the rows that refer to it.\n",
        );
        text.push_str("# read = \"nobody\"\n");
    }
    for action in Action::ALL {
        let of_action: Vec<&Operation> = operations.iter().filter(|one| one.action == action).collect();
        if of_action.is_empty() {
            continue;
        }
        let mut asked: Vec<&str> = of_action.iter().filter_map(|one| one.asks.as_deref()).collect();
        asked.dedup();
        let (said, rule) = if asked.is_empty() {
            ("the document asks nothing of callers".to_owned(), "anyone")
        } else {
            (format!("the document asks for {}; \"anyone\" would let everybody do it", asked[0]), "nobody")
        };
        // A `String` never fails to take more text.
        let _ = writeln!(text, "#   {}: {said}\n# {} = \"{rule}\"", listed(&of_action), action.name());
    }
    text
}

fn listed(operations: &[&Operation]) -> String {
    let shown = operations.iter().take(MOST_LISTED).map(|one| format!("{} {}", one.method, one.path));
    let mut listed = shown.collect::<Vec<_>>().join(", ");
    if operations.len() > MOST_LISTED {
        let _ = write!(listed, " and {} more", operations.len() - MOST_LISTED);
    }
    listed
}

//! Problems of queries: what the grammar and the planner refuse.
//!
//! Where PostgREST's clients know a sentence, `message`, `details` and `hint` are theirs, and what a
//! person needs beyond it stands in `detail`.

use roundtrip_query::QueryError as Error;
use roundtrip_query::error::RelationCandidate;

use super::{Kind, Problem};

/// What a caller is told about a query that was refused.
pub(super) fn problem(error: Error) -> Problem {
    let (kind, name, code, title) = row(&error);
    explained(Problem::new(kind, name, code, title, error.to_string()), error)
}

/// Kind, stable word, code and title of each error.
fn row(error: &Error) -> (Kind, &'static str, &'static str, &'static str) {
    use Kind::{BadRequest, MethodNotAllowed, MultipleChoices, NotAcceptable, NotFound, RangeNotSatisfiable};
    match error {
        Error::Syntax { .. } => (BadRequest, "query-syntax", "PGRST100", "The query cannot be read"),
        Error::UnknownResource { .. } => (NotFound, "unknown-resource", "PGRST205", "No such resource"),
        Error::UnknownField { .. } => (BadRequest, "unknown-field", "42703", "No such field"),
        Error::UnknownColumn { .. } => (BadRequest, "unknown-column", "PGRST204", "No such field"),
        Error::UnknownRelation { .. } => (BadRequest, "unknown-relation", "PGRST200", "No such relation"),
        Error::AmbiguousRelation { .. } => {
            (MultipleChoices, "ambiguous-relation", "PGRST201", "Several relations fit")
        }
        Error::NotEmbedded { .. } => (BadRequest, "not-embedded", "PGRST108", "Not an embedded resource"),
        Error::Literal { ty, .. } => {
            let code = if matches!(&**ty, "date" | "time" | "datetime") { "22007" } else { "22P02" };
            (BadRequest, "bad-literal", code, "A value does not fit its field")
        }
        Error::Operator { .. } => (BadRequest, "bad-operator", "42883", "The operator does not fit"),
        Error::Pattern { .. } => (BadRequest, "bad-pattern", "2201B", "Not a regular expression"),
        Error::Key { .. } => (BadRequest, "bad-key", "22P02", "The key in the path does not fit"),
        Error::Unsupported { .. } => (BadRequest, "unsupported", "0A000", "Not supported by this database"),
        Error::NotAllowed { .. } => (MethodNotAllowed, "not-allowed", "PGRST105", "Not possible here"),
        Error::Filterless { .. } => (BadRequest, "filterless-write", "21000", "A write without a filter"),
        Error::Limit { .. } => (BadRequest, "limit", "54000", "More than a limit allows"),
        Error::RelatedOrder { .. } => (BadRequest, "related-order", "PGRST118", "Not one related row"),
        Error::EmbedOperator { .. } => {
            (BadRequest, "embed-operator", "PGRST120", "Not a question for an embed")
        }
        Error::AggregatesOff => (BadRequest, "aggregates-off", "PGRST123", "Aggregates are not allowed"),
        Error::Ungrouped { .. } => (BadRequest, "ungrouped", "42803", "Groups cannot be ordered by this"),
        Error::NotImplemented { .. } => (BadRequest, "not-implemented", "PGRST127", "Not implemented"),
        Error::UnknownType { .. } => (BadRequest, "unknown-type", "42704", "No such type"),
        Error::UnknownLanguage { .. } => (BadRequest, "unknown-language", "42704", "No such language"),
        Error::UnknownZone { .. } => (BadRequest, "unknown-zone", "22023", "No such time zone"),
        Error::NoUnique { .. } => (BadRequest, "no-unique-key", "42P10", "No key tells duplicates"),
        Error::ExplainOff => (NotAcceptable, "plan-off", "PGRST107", "Not in this form"),
        Error::ReplaceFilter => (MethodNotAllowed, "replace-filter", "PGRST105", "Not one row by its key"),
        Error::ReplacePage => (BadRequest, "replace-page", "PGRST114", "A replacement has no pages"),
        Error::WritePage => (BadRequest, "write-page", "PGRST114", "A write has no pages"),
        Error::ReplaceKey => (BadRequest, "replace-key", "PGRST115", "The key is another"),
        Error::Range { .. } => (RangeNotSatisfiable, "bad-range", "PGRST103", "Range not satisfiable"),
    }
}

/// With what is known about this one.
fn explained(problem: Problem, error: Error) -> Problem {
    match error {
        Error::Syntax { details, advice, .. } => {
            let parts = [Some(problem.message.clone()), Some(details.clone()), advice];
            let detail = parts.into_iter().flatten().collect::<Vec<_>>().join("; ");
            problem.with_detail(detail).with_details(details)
        }
        Error::UnknownResource { profile, name, nearest } => {
            let hint = nearest.map(|name| format!("Perhaps you meant the table '{profile}.{name}'"));
            let detail = problem.message.clone();
            let message = format!("Could not find the table '{profile}.{name}' in the schema cache");
            Problem { message, ..problem }.with_detail(detail).with_hint(hint)
        }
        Error::UnknownField { nearest, .. } | Error::UnknownColumn { nearest, .. } => {
            problem.with_hint(nearest.map(|name| format!("Perhaps you meant the column '{name}'.")))
        }
        Error::UnknownRelation { profile, origin, target, hint, nearest } => {
            let message = format!(
                "Could not find a relationship between '{origin}' and '{target}' in the schema cache"
            );
            let using = hint.map_or_else(String::new, |hint| format!(" using the hint '{hint}'"));
            let details = format!(
                "Searched for a foreign key relationship between '{origin}' and '{target}'{using} in the schema '{profile}', but no matches were found."
            );
            let hint = nearest.map(|name| format!("Perhaps you meant '{name}' instead of '{target}'."));
            Problem { message, ..problem }.with_details(details).with_hint(hint)
        }
        Error::AmbiguousRelation { target, candidates, .. } => ambiguous(problem, &target, candidates),
        Error::NotEmbedded { name, hint } => {
            let detail = format!("{}: {hint}", problem.message);
            let hint = format!("Verify that '{name}' is included in the 'select' query parameter.");
            problem.with_detail(detail).with_hint(hint)
        }
        Error::Literal { ty, literal, .. } => problem.with_details(format!("\"{literal}\" is not {ty}")),
        Error::Pattern { pattern, .. } => problem.with_details(pattern),
        Error::Filterless { .. } => problem.with_hint("add a filter, or name one row in the path".to_owned()),
        Error::Limit { setting, .. } => {
            problem.with_hint(format!("ask for less, or raise {setting} in roundtrip.toml"))
        }
        Error::RelatedOrder { origin, relation } => problem.with_details(format!(
            "'{origin}' and '{relation}' do not form a many-to-one or one-to-one relationship"
        )),
        Error::EmbedOperator { .. } => problem
            .with_details("Only is null or not is null filters are allowed on embedded resources".to_owned()),
        Error::NotImplemented { detail } => problem.with_details(detail),
        Error::UnknownType { known, .. } => problem.with_hint(format!("types are {known}")),
        Error::UnknownZone { .. } => {
            problem.with_hint("a zone is called like Europe/Vienna, UTC or +02:00".to_owned())
        }
        Error::Range { detail } => {
            let message = "Requested range not satisfiable".to_owned();
            Problem { message, ..problem }.with_detail(detail.clone()).with_details(detail)
        }
        _ => problem,
    }
}

fn ambiguous(problem: Problem, target: &str, candidates: Vec<RelationCandidate>) -> Problem {
    let choose: Vec<String> = candidates.iter().map(|one| format!("'{}'", one.choose)).collect();
    let hint = format!(
        "Try changing '{target}' to one of the following: {}. Find the desired relationship in the 'details' key.",
        choose.join(", ")
    );
    Problem { candidates, ..problem }.with_hint(hint)
}

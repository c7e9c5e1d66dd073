//! Problems of queries: what the grammar and the planner refuse.

use roundtrip_query::QueryError;

use super::{Kind, Problem};

/// What a caller is told about a query that was refused.
pub(super) fn problem(error: QueryError) -> Problem {
    let message = error.to_string();
    let bad = |name, code, title| Problem::new(Kind::BadRequest, name, code, title, message.clone());
    match error {
        QueryError::Syntax { details, .. } => {
            bad("query-syntax", "PGRST100", "The query cannot be read").with_details(details)
        }
        QueryError::UnknownResource { nearest, .. } => {
            Problem::new(Kind::NotFound, "unknown-resource", "PGRST205", "No such resource", message)
                .with_hint(did_you_mean(nearest))
        }
        QueryError::UnknownField { nearest, .. } => {
            bad("unknown-field", "42703", "No such field").with_hint(did_you_mean(nearest))
        }
        QueryError::UnknownRelation { nearest, hint, .. } => {
            bad("unknown-relation", "PGRST200", "No such relation")
                .with_details(hint.map(|hint| format!("no relation with the hint '{hint}'")))
                .with_hint(did_you_mean(nearest))
        }
        QueryError::AmbiguousRelation { candidates, .. } => {
            let choose: Vec<String> = candidates.iter().map(|one| format!("'{}'", one.choose)).collect();
            let hint = format!("choose one of {}", choose.join(", "));
            let title = "Several relations fit";
            let mut problem =
                Problem::new(Kind::MultipleChoices, "ambiguous-relation", "PGRST201", title, message);
            problem.candidates = candidates;
            problem.with_hint(hint)
        }
        QueryError::NotEmbedded { hint, .. } => {
            bad("not-embedded", "PGRST108", "Not an embedded resource").with_hint(hint)
        }
        QueryError::Literal { ty, literal, .. } => {
            bad("bad-literal", "22P02", "A value does not fit its field")
                .with_details(format!("\"{literal}\" is not {ty}"))
        }
        QueryError::Operator { .. } => bad("bad-operator", "42883", "The operator does not fit"),
        QueryError::Key { .. } => bad("bad-key", "22P02", "The key in the path does not fit"),
        QueryError::Unsupported { .. } => bad("unsupported", "0A000", "Not supported by this database"),
        QueryError::NotAllowed { .. } => {
            Problem::new(Kind::MethodNotAllowed, "not-allowed", "PGRST105", "Not possible here", message)
        }
        QueryError::Filterless { .. } => bad("filterless-write", "21000", "A write without a filter")
            .with_hint("add a filter, or name one row in the path".to_owned()),
        QueryError::Limit { setting, .. } => bad("limit", "54000", "More than a limit allows")
            .with_hint(format!("ask for less, or raise {setting} in roundtrip.toml")),
        QueryError::Range { .. } => {
            Problem::new(Kind::RangeNotSatisfiable, "bad-range", "PGRST103", "Range not satisfiable", message)
        }
    }
}

fn did_you_mean(nearest: Option<String>) -> Option<String> {
    nearest.map(|name| format!("did you mean '{name}'?"))
}

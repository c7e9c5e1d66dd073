//! Text search and regular expressions: what is checked before a database sees them.

use regex::RegexBuilder;
use roundtrip_schema::Value;

use super::Context;
use super::expression::Typed;
use super::literal;
use crate::error::QueryError;
use crate::operation::Operator;
use crate::plan::{Compare, Language, Search, SearchMode};

/// A compiled regular expression takes no more bytes than this.
const PATTERN_SIZE: usize = 1 << 20;

/// `match` and `imatch`.
pub(super) fn pattern(
    context: Context<'_>,
    typed: &Typed<'_>,
    operator: Compare,
    text: &str,
) -> Result<(Compare, Value), QueryError> {
    if !context.capabilities.regular_expressions {
        return Err(context.unsupported("a regular expression (match, imatch)"));
    }
    if !typed.is_text() {
        let detail = format!("match and imatch compare text, {} is {}", typed.name(), typed.ty);
        return Err(QueryError::Operator { detail });
    }
    let text = literal::pattern(typed, text)?;
    RegexBuilder::new(text)
        .case_insensitive(operator == Compare::Imatch)
        .size_limit(PATTERN_SIZE)
        .build()
        .map_err(|error| QueryError::Pattern { pattern: text.to_owned(), detail: reason(&error) })?;
    Ok((operator, Value::text(text)))
}

/// What is wrong with a regular expression, in one line.
fn reason(error: &regex::Error) -> String {
    match error {
        regex::Error::CompiledTooBig(_) => "it is too great".to_owned(),
        // The last line says it; those before draw a caret under the expression.
        other => {
            let text = other.to_string();
            text.lines().last().unwrap_or_default().trim_start_matches("error: ").to_owned()
        }
    }
}

/// `fts`, `plfts`, `phfts` and `wfts`.
pub(super) fn text_search(
    context: Context<'_>,
    typed: &Typed<'_>,
    operator: Operator,
    language: Option<&str>,
    text: &str,
) -> Result<(Compare, Value), QueryError> {
    if !context.capabilities.text_search {
        return Err(context.unsupported(format!("text search ({})", operator.word())));
    }
    if !typed.is_text() && !typed.is_json() {
        let detail = format!("{} searches text, {} is {}", operator.word(), typed.name(), typed.ty);
        return Err(QueryError::Operator { detail });
    }
    let text = literal::pattern(typed, text)?;
    let mode = match operator {
        Operator::Plfts => SearchMode::All,
        Operator::Phfts => SearchMode::Phrase,
        Operator::Wfts => SearchMode::Web,
        _ => SearchMode::Operators,
    };
    let language = match language {
        // As in a PostgreSQL that was set up in English.
        None => Language::English,
        Some(name) => {
            Language::from_word(name).ok_or_else(|| QueryError::UnknownLanguage { name: name.to_owned() })?
        }
    };
    Ok((Compare::Search(Search { mode, language }), Value::text(text)))
}

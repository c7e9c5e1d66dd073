//! What is inside a JSON column: `rt_json`, `rt_text`, `rt_canonical`, `rt_contains`, `rt_overlaps`.
//!
//! A column of SQLite holds JSON as text, save numbers, which its affinity may have made numbers.
//!
//! Must not know: how documents are read.

use std::borrow::Cow;
use std::sync::Arc;

use roundtrip_query::plan::PathKey;
use rusqlite::functions::Context;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, Error, Result, ffi};

use super::document::{Tree, compact, find, is_document, string};
use super::{COMMON, RENDERING, Rendered, text};

pub(super) fn register(connection: &Connection) -> Result<()> {
    connection.create_scalar_function("rt_json", 2, RENDERING, json)?;
    connection.create_scalar_function("rt_text", 2, COMMON, bare)?;
    connection.create_scalar_function("rt_canonical", 1, COMMON, |context| Ok(canonical(context)))?;
    connection.create_scalar_function("rt_contains", 2, COMMON, |context| {
        compare(context, |one, other| one.contains(other).ok_or_else(too_long))
    })?;
    connection.create_scalar_function("rt_overlaps", 2, COMMON, |context| {
        compare(context, |one, other| Ok(one.overlaps(other)))
    })
}

/// An argument as the text of a document; `None` for what is none.
fn document<'a>(context: &'a Context<'_>, index: usize) -> Option<Cow<'a, str>> {
    match context.get_raw(index) {
        ValueRef::Integer(value) => Some(value.to_string().into()),
        ValueRef::Real(value) if value.is_finite() => Some(format!("{value:?}").into()),
        ValueRef::Text(_) => text(context, index).filter(|text| is_document(text)),
        ValueRef::Null | ValueRef::Real(_) | ValueRef::Blob(_) => None,
    }
}

/// The path in argument 1: names of members and places of items in a JSON array.
fn path(context: &Context<'_>) -> Result<Option<Arc<Vec<PathKey>>>> {
    if context.get_raw(1) == ValueRef::Null {
        return Ok(None);
    }
    let path = context.get_or_create_aux(1, |path| -> Result<Option<Arc<Vec<PathKey>>>> {
        Ok(path.as_str().ok().and_then(read_path).map(Arc::new))
    })?;
    Ok((*path).clone())
}

fn read_path(path: &str) -> Option<Vec<PathKey>> {
    let Some(Tree::Array(keys)) = Tree::read(path) else { return None };
    let key = |key| match key {
        Tree::Text(name) => Some(PathKey::Member(name)),
        Tree::Number(number) => number.integer().map(PathKey::Index),
        Tree::Null | Tree::Boolean(_) | Tree::Array(_) | Tree::Object(_) => None,
    };
    keys.into_iter().map(key).collect()
}

fn json(context: &Context<'_>) -> Result<Rendered> {
    let Some(path) = path(context)? else { return Ok(Rendered(None)) };
    let document = document(context, 0);
    let found = document.as_deref().and_then(|document| find(document, &path));
    Ok(Rendered(found.map(|found| found.as_bytes().to_vec())))
}

fn bare(context: &Context<'_>) -> Result<Option<String>> {
    let Some(path) = path(context)? else { return Ok(None) };
    let document = document(context, 0);
    let found = document.as_deref().and_then(|document| find(document, &path));
    Ok(found.filter(|found| *found != "null").map(|found| {
        let text = if found.starts_with('"') { string(found) } else { compact(found) };
        text.into_owned()
    }))
}

fn canonical(context: &Context<'_>) -> Option<String> {
    let tree = match document(context, 0) {
        Some(document) => Tree::read(&document)?,
        // What claims to be JSON and is not is shown as a string, and so it is compared as one.
        None => Tree::Text(text(context, 0)?.into_owned()),
    };
    Some(tree.canonical())
}

/// 1, 0, or null where an argument is null. What is no document is unlike every document.
fn compare(
    context: &Context<'_>,
    compare: impl FnOnce(&Tree, &Tree) -> Result<bool>,
) -> Result<Option<bool>> {
    if super::any_null(context, 2) {
        return Ok(None);
    }
    let tree = |index: usize| -> Result<Arc<Option<Tree>>> {
        // The argument that is a parameter is read once for all rows.
        if let Some(tree) = context.get_aux::<Option<Tree>>(c_int(index))? {
            return Ok(tree);
        }
        let tree = document(context, index).and_then(|document| Tree::read(&document));
        context.set_aux(c_int(index), tree)
    };
    match (&*tree(0)?, &*tree(1)?) {
        (Some(one), Some(other)) => compare(one, other).map(Some),
        _ => Ok(Some(false)),
    }
}

fn c_int(index: usize) -> i32 {
    i32::try_from(index).unwrap_or_default()
}

/// As if the time limit had struck, which cannot see into a function.
fn too_long() -> Error {
    Error::SqliteFailure(ffi::Error::new(ffi::SQLITE_INTERRUPT), None)
}

#[cfg(test)]
mod tests {
    use crate::function::tests::check;

    #[test]
    fn paths_give_json_and_text() {
        for (sql, expected) in [
            (r#"rt_json('{"a":{"b":[1,"x"]}}', '["a"]')"#, Some(r#"{"b":[1,"x"]}"#)),
            (r#"rt_json('{"a":"x"}', '["a"]')"#, Some(r#""x""#)),
            (r#"rt_json('{"a":null}', '["a"]')"#, Some("null")),
            (r#"rt_json('{"a":1}', '["b"]')"#, None),
            ("rt_json('[1,2.50]', '[-1]')", Some("2.50")),
            ("rt_json('[1', '[0]')", None),
            ("rt_json(5, '[]')", Some("5")),
            (r#"rt_json('{"a":1}', 'no path')"#, None),
            (r#"rt_json('{"a":1}', '[true]')"#, None),
            (r#"rt_text('{"a":"x\"\u00e9"}', '["a"]')"#, Some("x\"é")),
            (r#"rt_text('{"a":null}', '["a"]')"#, None),
            (r#"rt_text('{"a": [1, 2]}', '["a"]')"#, Some("[1,2]")),
            (r#"rt_text('{"a": 1.50}', '["a"]')"#, Some("1.50")),
            (r#"rt_text('{"it''s":{"0":true}}', '["it''s","0"]')"#, Some("true")),
            (r#"rt_text(group_concat(value, ''), '["a"]') FROM json_each('["{\"a\":", "7}"]')"#, Some("7")),
        ] {
            check(&format!("SELECT {sql}"), Ok(expected));
        }
    }

    #[test]
    fn equal_documents_compare_equal() {
        for (sql, expected) in [
            (r#"rt_canonical('{"b":1.0,"a":[]}') = rt_canonical(' {"a": [], "b": 1}')"#, "1"),
            ("rt_canonical('1.50') = rt_canonical(1.5)", "1"),
            ("rt_canonical('1e1') = '10'", "1"),
            ("typeof(rt_canonical(10))", "text"),
            ("rt_canonical('abc') = rt_canonical('\"abc\"')", "1"),
            ("rt_canonical('1') = rt_canonical('\"1\"')", "0"),
            // How orders make numbers of it.
            ("json_extract(rt_canonical('10'), '$') > json_extract(rt_canonical('9'), '$')", "1"),
        ] {
            check(&format!("SELECT {sql}"), Ok(Some(expected)));
        }
    }

    #[test]
    fn containment_and_overlap_in_sql() {
        for (sql, expected) in [
            (r#"rt_contains('["a","b"]', '["b"]')"#, Some("1")),
            (r#"rt_contains('["b"]', '["a","b"]')"#, Some("0")),
            ("rt_contains(5, '5')", Some("1")),
            ("rt_contains('not json', '[]')", Some("0")),
            ("rt_overlaps('[1,2]', '[2]')", Some("1")),
            ("rt_overlaps('[1,2]', 'no')", Some("0")),
            ("sum(rt_contains(value, '[2]')) FROM json_each('[[1],[2],[2,3]]')", Some("2")),
        ] {
            check(&format!("SELECT {sql}"), Ok(expected));
        }
    }
}

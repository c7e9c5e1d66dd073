//! Patterns (ECMA-262) of what may stand in a query: the plain forms of each parameter.
//!
//! They let through nothing that is refused; what the grammar has beyond them is said in words. They are
//! as short as that allows, because people read them too.

use roundtrip_schema::{Action, Field, FieldType, Kind, Resource};

use super::resource::Context;

/// Text of any kind; no database keeps the character NUL.
pub(super) const TEXT: &str = r"[^\u0000]*";

/// Words inside a list, which neither commas, brackets, quotes nor points may end.
const WORDS: &str = "[A-Za-z0-9 _-]*";

/// A plain word.
const WORD: &str = "[A-Za-z]{2,20}";

/// One filter by a field: `eq.5`, `not.in.(1,2)`, `is.null`.
pub(super) fn filter(field: &Field) -> String {
    format!("^(?:not\\.)?(?:{})$", tests(field, TEXT).join("|"))
}

/// Conditions in brackets: `(price.lt.5,stock.eq.0)`.
pub(super) fn conditions(resource: &Resource) -> String {
    let mut groups: Vec<(String, Vec<String>)> = Vec::new();
    for field in resource.fields.iter().filter(|field| field.is_visible()) {
        let tests = tests(field, WORDS).join("|");
        let name = escaped(&written(&field.name));
        match groups.iter_mut().find(|(known, _)| *known == tests) {
            Some((_, names)) => names.push(name),
            None => groups.push((tests, vec![name])),
        }
    }
    let group =
        |(tests, names): &(String, Vec<String>)| format!("(?:{})\\.(?:not\\.)?(?:{tests})", names.join("|"));
    let one: Vec<String> = groups.iter().map(group).collect();
    format!("^\\({}\\)$", list(&one.join("|")))
}

/// A selection: fields, then resources that are related.
pub(super) fn select(context: &Context<'_>) -> String {
    let names = visible(context.resource);
    let related = related(context).into_iter();
    // Each at most once: two with the same name would be members of the same name.
    let related: Vec<String> = related.map(|name| format!("(?:,{}\\(\\*\\))?", escaped(&name))).collect();
    format!("^(?:{}{})?$", list(&format!("\\*|{}", names.join("|"))), related.concat())
}

/// An order: `price.desc.nullslast,name`.
pub(super) fn order(resource: &Resource) -> String {
    // A list has no order.
    let single = resource.fields.iter().filter(|field| field.is_visible() && !field.ty.list);
    let names = single.map(|field| escaped(&written(&field.name))).collect::<Vec<_>>().join("|");
    format!("^{}$", list(&format!("(?:{names})(?:\\.(?:asc|desc))?(?:\\.nulls(?:first|last))?")))
}

/// The filter that names one value.
pub(super) fn is(field: &Field) -> String {
    format!("^eq\\.{}$", literal(&field.ty, TEXT).unwrap_or_else(|| TEXT.to_owned()))
}

/// A key of several parts, joined by commas.
pub(super) fn key(parts: &[&Field]) -> String {
    let part = |field: &&Field| literal(&field.ty, "[A-Za-z0-9_-]+").unwrap_or_else(|| "[^,/]+".to_owned());
    let parts: Vec<String> = parts.iter().map(part).collect();
    format!("^{}$", parts.join(","))
}

/// The names under which related resources can be embedded without a hint.
pub(super) fn related(context: &Context<'_>) -> Vec<String> {
    let relations = context.schema.relations(context.id);
    let name =
        |relation: &roundtrip_schema::Relation| relation.short.as_ref().or(relation.names.first()).cloned();
    let clear = |name: &String| {
        let same =
            relations.iter().filter(|one| one.names.contains(name) || one.short.as_ref() == Some(name));
        same.count() == 1 && context.resource.field_id(name).is_none()
    };
    let offered = relations.iter().filter(|one| context.schema.resource(one.target).offers(Action::Read));
    offered.filter_map(name).filter(clear).map(|name| written(&name)).collect()
}

/// A name as a query writes it: in quotes, where it holds more than letters and digits.
pub(super) fn written(name: &str) -> String {
    if name.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '_') {
        name.to_owned()
    } else {
        format!("\"{}\"", name.replace('\\', "\\\\").replace('"', "\\\""))
    }
}

fn visible(resource: &Resource) -> Vec<String> {
    let fields = resource.fields.iter().filter(|field| field.is_visible());
    fields.map(|field| escaped(&written(&field.name))).collect()
}

/// One or more of it, separated by commas.
fn list(one: &str) -> String {
    format!("(?:{one})(?:,(?:{one}))*")
}

/// What a field may be asked; `text` is what a text may hold there.
fn tests(field: &Field, text: &str) -> Vec<String> {
    let mut tests = vec!["is\\.(?:null|not_null)".to_owned()];
    if let Some(value) = literal(&field.ty, text) {
        tests.push(format!("(?:eq|neq|gte?|lte?|isdistinct)\\.{value}"));
        let value = if value == TEXT { WORDS } else { &value };
        tests.push(format!("in\\.\\({value}(?:,{value})*\\)"));
    }
    if field.search {
        tests.push(format!("(?:pl|ph|w)fts\\.{WORD}(?: {WORD})*"));
    }
    match &field.ty.kind {
        Kind::Text if field.ty.list => tests.push(format!("(?:cs|cd|ov)\\.\\{{(?:{WORD}(?:,{WORD})*)?\\}}")),
        _ if field.ty.list => {}
        Kind::Boolean => tests.push("is\\.(?:true|false|unknown)".to_owned()),
        Kind::Text | Kind::Email | Kind::Url | Kind::Slug | Kind::Enum(_) => {
            tests.push(format!("i?like\\.{text}"));
            tests.push(format!("i?match\\.{WORD}"));
        }
        _ => {}
    }
    tests
}

/// What a value of the type looks like in a query; `None` where a pattern cannot say it.
fn literal(ty: &FieldType, text: &str) -> Option<String> {
    const DATE: &str = "[1-9][0-9]{3}-(?:(?:0[1-9]|1[0-2])-(?:0[1-9]|1[0-9]|2[0-8])\
                        |(?:0[13-9]|1[0-2])-(?:29|30)|(?:0[13578]|1[02])-31)";
    const TIME: &str = "(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\\.[0-9]{1,6})?";
    const LABEL: &str = "[A-Za-z][A-Za-z0-9]{0,30}";
    if ty.list {
        return None;
    }
    Some(match &ty.kind {
        Kind::Any | Kind::Text => text.to_owned(),
        Kind::Email => format!("{LABEL}@{LABEL}(?:\\.{LABEL})+"),
        Kind::Url => format!("https?://{LABEL}(?:\\.{LABEL})*(?:/[A-Za-z0-9_-]*)*"),
        Kind::Slug => "[a-z0-9]+(?:-[a-z0-9]+)*".to_owned(),
        Kind::Integer => "-?[0-9]{1,18}".to_owned(),
        Kind::Float => "-?[0-9]{1,15}(?:\\.[0-9]{1,15})?".to_owned(),
        Kind::Decimal { precision, scale } => decimal(*precision, *scale),
        Kind::Boolean => "(?:true|false)".to_owned(),
        Kind::Date => DATE.to_owned(),
        Kind::Time => TIME.to_owned(),
        Kind::Datetime => format!("(?:{DATE})T{TIME}(?:Z|[+-](?:0[0-9]|1[0-3]):[0-5][0-9])"),
        Kind::Duration => "PT[0-9]{1,6}[HMS]".to_owned(),
        Kind::Uuid => "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}".to_owned(),
        Kind::Json | Kind::Bytes => return None,
        Kind::Enum(words) => {
            let words: Vec<String> =
                words.iter().filter(|word| is_plain(word)).map(|word| escaped(word)).collect();
            if words.is_empty() {
                return None;
            }
            format!("(?:{})", words.join("|"))
        }
    })
}

fn decimal(precision: u8, scale: u8) -> String {
    let whole = format!("-?[0-9]{{1,{}}}", precision.saturating_sub(scale).max(1));
    if scale == 0 { whole } else { format!("{whole}(?:\\.[0-9]{{1,{scale}}})?") }
}

/// Whether a word can stand in a list without quotes.
fn is_plain(word: &str) -> bool {
    !word.is_empty() && word.chars().all(|letter| letter.is_alphanumeric() || "_-".contains(letter))
}

/// Text in which no letter means anything but itself.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        if "^$\\.*+?()[]{}|/".contains(letter) {
            escaped.push('\\');
        }
        escaped.push(letter);
    }
    escaped
}

#[cfg(test)]
mod tests {
    use roundtrip_schema::field::Pattern;
    use roundtrip_schema::parse::{SourceFile, parse};
    use roundtrip_schema::{FieldType, Schema};

    use super::*;
    use crate::openapi::names::Names;

    fn check(pattern: &str, good: &[&str], bad: &[&str]) {
        let compiled = Pattern::new(pattern).expect("a pattern");
        for text in good {
            assert!(compiled.matches(text), "{text} should match {pattern}");
        }
        for text in bad {
            assert!(!compiled.matches(text), "{text} should not match {pattern}");
        }
    }

    #[test]
    fn filters_fit_their_types() {
        let field = |kind| Field::new("f", FieldType::one(kind));
        let words = || ["red".into(), "a.b".into()].into();
        for (kind, good, bad) in [
            (
                Kind::Text,
                &["eq.", "not.like.*a,b(*", "in.(a b,c)", "is.null"][..],
                &["", "a", "eq.\0", "is.a"][..],
            ),
            (
                Kind::Integer,
                &["eq.-5", "lte.0", "in.(1,2)", "not.is.not_null"],
                &["eq.", "eq.1.5", "like.1", "in.()"],
            ),
            (Kind::Decimal { precision: 5, scale: 2 }, &["eq.123.45", "gt.1"], &["eq.1234", "eq.1.234"]),
            (Kind::Boolean, &["eq.true", "is.unknown"], &["eq.yes", "is.yes"]),
            (
                Kind::Date,
                &["eq.2026-12-31", "eq.2026-02-28"],
                &["eq.2026-02-30", "eq.2026-04-31", "eq.2026-13-01"],
            ),
            (
                Kind::Datetime,
                &["gte.2026-01-01T00:00:00Z", "lt.2026-01-01T23:59:59.5+02:00"],
                &["eq.2026-01-01T24:00:00Z"],
            ),
            (Kind::Uuid, &["eq.01932c07-209c-7a3e-8c5d-2f1b6e4a9d10"], &["eq.0193"]),
            (Kind::Email, &["eq.anna@example.org", "ilike.*@example.org"], &["eq.anna"]),
            (Kind::Url, &["eq.https://example.org/about"], &["eq.ftp://example.org"]),
            (Kind::Enum(words()), &["eq.red", "like.r*"], &["eq.blue", "eq.a.b"]),
            (Kind::Json, &["is.null"], &["eq.{}"]),
        ] {
            check(&filter(&field(kind)), good, bad);
        }
        check(&filter(&Field::new("f", FieldType::list(Kind::Integer))), &["is.null"], &["eq.1"]);
    }

    fn schema() -> Schema {
        let file =
            |name: &str, text: &str| SourceFile { path: format!("resources/{name}.toml"), text: text.into() };
        let open = "[access]\nread = \"anyone\"";
        let files = [
            file("shelves", &format!("[fields]\nname = \"text\"\n\"in use\" = \"boolean\"\n{open}")),
            file(
                "books",
                &format!("[fields]\nshelf_id = {{ to = \"shelves\" }}\npages = \"integer\"\n{open}"),
            ),
            file("notes", "[fields]\nbook_id = { to = \"books\" }"),
        ];
        parse(&files).unwrap_or_else(|mistakes| panic!("{}", mistakes[0]))
    }

    #[test]
    fn selections_orders_and_conditions_name_what_is_there() {
        let schema = schema();
        let names = Names::of(&schema);
        let context = |name: &str| {
            let id = schema.find(name).expect("a resource");
            Context { schema: &schema, id, resource: schema.resource(id), names: &names }
        };
        let books = context("books");
        // Nobody may read notes, so nothing says that there are any.
        check(
            &select(&books),
            &["", "*", "id,pages", "*,shelf(*)"],
            &["title", "id,", "shelf(*)", "id,notes(*)"],
        );
        check(&order(books.resource), &["pages", "pages.desc.nullslast,id"], &["", "title", "pages.down"]);
        check(
            &conditions(books.resource),
            &["(pages.lt.5)", "(id.in.(1,2),shelf_id.not.is.null)"],
            &["()", "pages.lt.5", "(pages.lt.)", "(title.eq.a)"],
        );
        let shelves = context("shelves");
        check(&select(&shelves), &["\"in use\"", "name,books(*)"], &["in use"]);
        check(&conditions(shelves.resource), &["(\"in use\".is.true,name.eq.a b)"], &["(name.eq.a,b)"]);
    }

    #[test]
    fn keys_of_several_parts_are_joined_by_commas() {
        let [number, text] = [Kind::Integer, Kind::Text].map(|kind| Field::new("f", FieldType::one(kind)));
        check(&key(&[&number, &text]), &["5,a-b"], &["5", "a,b", "5,a,b", "5,"]);
    }
}

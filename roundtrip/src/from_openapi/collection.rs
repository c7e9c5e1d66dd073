//! Which paths are collections of rows, and which of them are one resource.
//!
//! It must not know fields: only where the schemas of rows stand.

use std::collections::{HashMap, HashSet};

use super::MOST_RESOURCES;
use super::document::Document;
use super::node::Node;
use super::note::Notes;
use super::operation::{self, Operation, Side};
use super::shape::{self, All};
use super::word;

/// Paths beyond this are not looked at.
const MOST_PATHS: usize = 20_000;

/// The schema of a body that callers send.
#[derive(Debug)]
pub(super) struct Body<'a> {
    pub(super) schema: All<'a>,
    /// Whether it is a whole row, so that what it requires is required of a row.
    pub(super) whole: bool,
}

/// What becomes one resource.
#[derive(Debug)]
pub(super) struct Collection<'a> {
    pub(super) name: String,
    /// Where it is described.
    pub(super) place: String,
    /// Schemas of rows as they are answered.
    pub(super) reads: Vec<All<'a>>,
    /// Schemas of rows as they are sent.
    pub(super) writes: Vec<Body<'a>>,
    /// The components that such a row is, as it is answered.
    pub(super) components: Vec<&'a str>,
    /// Every operation on its rows.
    pub(super) operations: Vec<Operation>,
    /// The name of the parameter that stands for its key in paths.
    pub(super) parameter: Option<&'a str>,
    /// The path itself; empty for rows that no path leads to.
    pub(super) path: &'a str,
    /// The fixed part of the path before its own, for a name that would be taken.
    before: Option<&'a str>,
    rank: u8,
    position: usize,
}

impl Collection<'_> {
    /// The paths that it comes from, each once.
    pub(super) fn paths(&self) -> Vec<String> {
        let mut paths: Vec<String> = Vec::new();
        for operation in &self.operations {
            if !paths.contains(&operation.path) {
                paths.push(operation.path.clone());
            }
        }
        paths
    }
}

/// What a path is found to be.
enum Found<'a> {
    /// Rows that can be listed or added to.
    Collection(Box<Collection<'a>>),
    /// Something that a note has been made of.
    Noted,
    /// Something else.
    Other,
}

/// A path of the document.
struct Path<'a> {
    text: &'a str,
    item: Node<'a>,
}

/// Every collection of the document, in its order.
pub(super) fn survey<'a>(document: &'a Document, notes: &mut Notes) -> Vec<Collection<'a>> {
    let paths = paths(document, notes);
    // `/pets/{petId}` under `/pets`.
    let items: HashMap<&str, (&Path<'a>, &'a str)> = paths
        .iter()
        .filter_map(|path| parameter(path.text).map(|(before, parameter)| (before, (path, parameter))))
        .collect();
    let mut candidates = Vec::new();
    let mut used = HashSet::new();
    for (position, path) in paths.iter().enumerate().filter(|(_, path)| parameter(path.text).is_none()) {
        let below = items.get(path.text.trim_end_matches('/')).copied();
        match candidate(document, path, below, notes) {
            Found::Collection(found) => {
                used.insert(path.text);
                used.extend(below.map(|(item, _)| item.text));
                candidates.push(Collection { position, ..*found });
            }
            Found::Noted => {
                used.insert(path.text);
            }
            Found::Other => {}
        }
    }
    for path in paths.iter().filter(|path| !used.contains(path.text)) {
        let methods = operation::methods(&path.item);
        let methods = if methods.is_empty() { "no methods".to_owned() } else { methods };
        notes.general(&path.item.pointer, format!("{}: no collection ({methods}), left out", path.text));
    }
    let mut collections = put_together(candidates);
    if collections.len() > MOST_RESOURCES {
        for left in &collections[MOST_RESOURCES..] {
            notes.general(
                &left.place,
                format!("{}: more than {MOST_RESOURCES} resources, left out", left.name),
            );
        }
        collections.truncate(MOST_RESOURCES);
    }
    distinct_names(&mut collections, notes);
    collections
}

fn paths<'a>(document: &'a Document, notes: &mut Notes) -> Vec<Path<'a>> {
    let mut found = Vec::new();
    for (text, item) in document.root().get("paths").iter().flat_map(Node::entries) {
        if found.len() == MOST_PATHS {
            notes.general(
                &item.pointer,
                format!("more than {MOST_PATHS} paths: this one and those after it are left out"),
            );
            break;
        }
        let place = item.pointer.clone();
        match document.resolve(item) {
            Ok(item) => found.push(Path { text, item }),
            Err(astray) => notes.general(&place, format!("{text}: {astray}")),
        }
    }
    found
}

/// What stands before a parameter at the end of a path, and the parameter's name.
fn parameter(path: &str) -> Option<(&str, &str)> {
    let (before, last) = path.trim_end_matches('/').rsplit_once('/')?;
    let name = last.strip_prefix('{')?.strip_suffix('}')?;
    (!name.contains(['{', '}'])).then_some((before, name))
}

/// What a path is; `below` is the path of one row under it, with the name of its parameter.
fn candidate<'a>(
    document: &'a Document,
    path: &Path<'a>,
    below: Option<(&Path<'a>, &'a str)>,
    notes: &mut Notes,
) -> Found<'a> {
    let mut fixed = path.text.trim_end_matches('/').split('/').rev().filter(|part| !part.contains('{'));
    let Some(last) = fixed.next() else { return Found::Other };
    let Some(name) = word::snake(last.strip_suffix(".json").unwrap_or(last)) else { return Found::Other };
    let name = word::fit(name);
    let get = path.item.get("get").and_then(|get| operation::answer(document, &get));
    let listed = get.as_ref().and_then(|answer| operation::listed(document, answer));
    let created = sent(document, &path.item, "post");
    let is_addable = created.is_some() && (below.is_some() || word::is_plural(&name));
    if listed.is_none() && !is_addable {
        let troubles = get.map(|answer| operation::troubles(document, &answer)).unwrap_or_default();
        for (place, trouble) in &troubles {
            notes.general(place, format!("{}: {trouble}", path.text));
        }
        return if troubles.is_empty() { Found::Other } else { Found::Noted };
    }
    let one = below.and_then(|(item, _)| {
        let answer = operation::answer(document, &item.item.get("get")?)?;
        operation::row(document, &answer)
    });
    let rank = [below.is_some(), created.is_some(), listed.is_some(), word::is_plural(&name)];
    let rank = rank.iter().fold(0, |rank, holds| rank * 2 + u8::from(*holds));
    let mut writes: Vec<Body<'a>> = created.map(|schema| Body { schema, whole: true }).into_iter().collect();
    let mut operations = operation::operations(document, path.text, &path.item, Side::Collection);
    if let Some((item, _)) = below {
        for (method, whole) in [("put", true), ("patch", false)] {
            writes.extend(sent(document, &item.item, method).map(|schema| Body { schema, whole }));
        }
        operations.extend(operation::operations(document, item.text, &item.item, Side::Item));
    }
    let reads: Vec<All<'a>> = listed.into_iter().chain(one).collect();
    Found::Collection(Box::new(Collection {
        components: components(document, &reads, &writes),
        name,
        place: path.item.pointer.clone(),
        reads,
        writes,
        operations,
        parameter: below.map(|(_, parameter)| parameter),
        path: path.text,
        before: fixed.next().filter(|part| !part.is_empty()),
        rank,
        position: 0,
    }))
}

/// The schema of the row that a method of a path takes.
fn sent<'a>(document: &'a Document, item: &Node<'a>, method: &str) -> Option<All<'a>> {
    let schema = operation::body(document, &item.get(method)?)?;
    operation::row(document, &schema)
}

/// The components of answered rows; of sent ones when nothing is answered.
fn components<'a>(document: &'a Document, reads: &[All<'a>], writes: &[Body<'a>]) -> Vec<&'a str> {
    let mut names: Vec<&str> = Vec::new();
    let sent = writes.iter().map(|body| &body.schema).filter(|_| reads.is_empty());
    for name in reads.iter().chain(sent).filter_map(|schema| shape::component(document, schema)) {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names
}

/// Collections of the same rows are one: `/pets` and `/owners/{id}/pets`. The one with the most to say
/// gives its name.
fn put_together(mut candidates: Vec<Collection<'_>>) -> Vec<Collection<'_>> {
    // `sort_by` keeps the document's order among equals.
    candidates.sort_by(|one, other| {
        other.rank.cmp(&one.rank).then_with(|| one.place.len().cmp(&other.place.len()))
    });
    let mut collections: Vec<Collection<'_>> = Vec::new();
    let mut known: HashMap<String, usize> = HashMap::new();
    for candidate in candidates {
        // By component, or by place: two paths may share an answer that is no schema of its own.
        let places = candidate.reads.iter().flatten().map(|schema| schema.pointer.clone());
        let names: Vec<String> =
            candidate.components.iter().map(|name| (*name).to_owned()).chain(places).collect();
        let same = names.iter().find_map(|name| known.get(name)).copied();
        let index = same.unwrap_or(collections.len());
        for name in names {
            known.entry(name).or_insert(index);
        }
        match same {
            None => collections.push(candidate),
            Some(index) => {
                let kept = &mut collections[index];
                kept.operations.extend(candidate.operations);
                let more: Vec<&str> =
                    candidate.components.into_iter().filter(|name| !kept.components.contains(name)).collect();
                kept.components.extend(more);
            }
        }
    }
    collections.sort_by_key(|collection| collection.position);
    collections
}

/// Two collections of different rows that end in the same word: the second gets the word before too.
fn distinct_names(collections: &mut [Collection<'_>], notes: &mut Notes) {
    let mut order: Vec<usize> = (0..collections.len()).collect();
    // A short path has the better claim: `/users` before `/teams/{id}/users`.
    order.sort_by_key(|index| collections[*index].place.matches("~1").count());
    let mut taken = HashSet::new();
    for index in order {
        let collection = &mut collections[index];
        if taken.insert(collection.name.clone()) {
            continue;
        }
        let before = collection.before.and_then(word::snake);
        let stem =
            before.map_or_else(|| collection.name.clone(), |before| format!("{before}_{}", collection.name));
        let stem = word::fit(stem);
        let usual = std::mem::replace(&mut collection.name, stem.clone());
        let mut number = 2;
        while !taken.insert(collection.name.clone()) {
            collection.name = format!("{stem}_{number}");
            number += 1;
        }
        let text = format!("called {} because other rows are called {usual} already", collection.name);
        notes.about(&collection.name, &collection.place, text);
    }
}

/// A component that rows refer to, as a collection without paths.
pub(super) fn referred<'a>(component: &'a str, schema: Node<'a>, name: String) -> Collection<'a> {
    Collection {
        name,
        place: schema.pointer.clone(),
        reads: vec![vec![schema]],
        writes: Vec::new(),
        components: vec![component],
        operations: Vec::new(),
        parameter: None,
        path: "",
        before: None,
        rank: 0,
        position: 0,
    }
}

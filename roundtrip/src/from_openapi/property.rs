//! The properties of a resource's rows, from everything that describes them: what is answered and what
//! is sent.
//!
//! It must not know what types fields have.

use std::collections::HashSet;

use super::collection::Collection;
use super::document::Document;
use super::node::Node;
use super::note::Notes;
use super::shape::{All, Shape};

/// The longest name of a field, less what a reference adds to it.
const MOST_CHARACTERS: usize = 120;

/// The most properties of one resource: what a resource file takes, less what may be added to them.
const MOST_PROPERTIES: usize = 990;

/// A property of a row.
#[derive(Debug)]
pub(super) struct Property<'a> {
    pub(super) name: &'a str,
    pub(super) schema: All<'a>,
    pub(super) shape: Shape<'a>,
    /// What answers say about it, where there are answers.
    pub(super) answered: Option<Shape<'a>>,
    /// Whether each row has it.
    pub(super) required: bool,
    /// Whether callers send it and never see it.
    pub(super) hidden: bool,
    /// Whether callers see it and never send it.
    pub(super) fixed: bool,
}

impl<'a> Property<'a> {
    /// A property that is only sent, of these schemas.
    #[cfg(test)]
    pub(super) fn sent(name: &'a str, document: &'a Document, schema: All<'a>) -> Self {
        let shape = Shape::of(document, &schema);
        Self { name, schema, shape, answered: None, required: true, hidden: false, fixed: false }
    }

    /// What it is by default; what is answered has it at times when what is sent has not.
    pub(super) fn default(&self) -> Option<&Node<'a>> {
        let answered = || self.answered.as_ref().and_then(|shape| shape.keyword("default"));
        self.shape.keyword("default").or_else(answered)
    }

    /// A sentence for readers; what is sent may be described better than what is answered.
    pub(super) fn description(&self) -> Option<String> {
        let answered = || self.answered.as_ref().and_then(Shape::description);
        self.shape.description().or_else(answered)
    }

    /// Its name in snake case, to compare it with others.
    pub(super) fn snake(&self) -> String {
        super::word::snake(self.name).unwrap_or_default()
    }
}

/// Every property of a collection's rows, in the order of what is answered, then of what is sent.
pub(super) fn properties<'a>(
    document: &'a Document,
    collection: &Collection<'a>,
    notes: &mut Notes,
) -> Vec<Property<'a>> {
    let reads: Vec<Shape<'a>> = collection.reads.iter().map(|schema| Shape::of(document, schema)).collect();
    let writes: Vec<(Shape<'a>, bool)> = collection
        .writes
        .iter()
        .map(|body| (Shape::of(document, &body.schema), body.whole))
        .filter(|(shape, _)| shape.is_object())
        .collect();
    let mut found = Vec::new();
    let mut names = HashSet::new();
    for shape in reads.iter().chain(writes.iter().map(|(shape, _)| shape)) {
        for (place, text) in &shape.troubles {
            notes.about(&collection.name, place, text);
        }
        if !shape.choices.is_empty() {
            notes.about(
                &collection.name,
                &shape.place,
                "the choices of oneOf or anyOf beside the properties are not checked",
            );
        }
        for (name, schema) in &shape.properties {
            if !names.insert(*name) {
                continue;
            }
            let place = schema.first().map_or("", |node| node.pointer.as_str());
            match refuse(name, &found) {
                Some(reason) => notes.about(&collection.name, place, format!("{name:?}: {reason}, left out")),
                None => found.push(property(document, name, &reads, &writes)),
            }
        }
    }
    found
}

/// Why no field can be called so.
fn refuse(name: &str, others: &[Property<'_>]) -> Option<&'static str> {
    if name.trim().is_empty() || name.chars().any(char::is_control) {
        Some("no field can be called so")
    } else if name.chars().count() > MOST_CHARACTERS {
        Some("a name has at most 120 characters here")
    } else if others.len() == MOST_PROPERTIES {
        Some("too many properties for one resource")
    } else if others.iter().any(|other| other.name.eq_ignore_ascii_case(name)) {
        Some("databases do not tell it from another property that differs in case only")
    } else {
        None
    }
}

/// Whether it is a password, by its format or its name.
pub(super) fn is_password(name: &str, shape: &Shape<'_>) -> bool {
    shape.text("format") == Some("password")
        || (name.eq_ignore_ascii_case("password") && shape.types == ["string"])
}

fn property<'a>(
    document: &'a Document,
    name: &'a str,
    reads: &[Shape<'a>],
    writes: &[(Shape<'a>, bool)],
) -> Property<'a> {
    let read = reads.iter().find_map(|shape| Some((shape, shape.property(name)?)));
    let sent = writes.iter().find_map(|(shape, whole)| Some((shape, shape.property(name)?, *whole)));
    // What is sent is described more strictly than what is answered, and it is what gets stored.
    let schema = sent.map(|(_, schema, _)| schema).or(read.map(|(_, schema)| schema)).cloned();
    let schema = schema.unwrap_or_default();
    let shape = Shape::of(document, &schema);
    let answered = read.map(|(_, schema)| Shape::of(document, schema));
    let said = |keyword: &str| {
        shape.flag(keyword) || answered.as_ref().is_some_and(|answered| answered.flag(keyword))
    };
    let required = match (sent, read) {
        (Some((body, _, true)), _) => body.required.contains(name),
        (_, Some((answer, _))) => answer.required.contains(name),
        (Some((_, _, false)) | None, None) => false,
    };
    let hidden = said("writeOnly") || (read.is_none() && !reads.is_empty()) || is_password(name, &shape);
    let fixed = !hidden && (said("readOnly") || (sent.is_none() && !writes.is_empty()));
    Property { name, schema, shape, answered, required, hidden, fixed }
}

//! Sample data: the folder `seed/` of a project.
//!
//! A file is named after its resource. `seed/users.json` is a list of rows as they are;
//! `seed/products.toml` is a recipe from which rows are made, the same rows every time (`recipe`
//! says what a recipe can hold). Everything goes in through the engine, in one transaction, so
//! that it is validated like any write and is there entirely or not at all.
//!
//! It must not know SQL, HTTP, or when data is put in: `serve` and `seed` decide that.

mod generate;
mod list;
mod mistake;
mod plant;
mod random;
mod read;
mod recipe;
mod span;

pub use plant::{Planted, SeedError, is_empty, plant};

use std::collections::HashSet;

use roundtrip_query::operation::InputRow;
use roundtrip_schema::nearest::nearest;
use roundtrip_schema::{Diagnostic, ResourceId, Schema, SourceFile, file_stem};

use self::mistake::Mistakes;
use self::recipe::Recipe;

/// The sample data of a project, checked against its resources.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Seed {
    /// In an order in which every row comes after those that it refers to.
    sections: Vec<Section>,
}

/// What goes into one resource.
#[derive(Debug, Clone, PartialEq)]
struct Section {
    resource: ResourceId,
    source: Source,
}

#[derive(Debug, Clone, PartialEq)]
enum Source {
    Rows(Vec<InputRow>),
    Recipe(Recipe),
}

impl Seed {
    /// Whether there is nothing to put in.
    pub fn is_empty(&self) -> bool {
        self.sections.is_empty()
    }

    /// How many files it was read from.
    pub fn files(&self) -> usize {
        self.sections.len()
    }

    fn resources(&self) -> impl Iterator<Item = ResourceId> {
        self.sections.iter().map(|section| section.resource)
    }
}

/// Reads the files of `seed/`.
///
/// # Errors
/// Everything that is wrong in all of them.
pub fn parse(files: &[SourceFile], schema: &Schema) -> Result<Seed, Vec<Diagnostic>> {
    let mut mistakes = Vec::new();
    let named: Vec<(ResourceId, &SourceFile)> =
        files.iter().filter_map(|file| Some((resource_of(file, schema, &mut mistakes)?, file))).collect();
    let order = schema.by_dependency();
    let mut sections = Vec::new();
    let mut ready = HashSet::new();
    for id in order {
        // Rows as they are come before made ones, which count on from them.
        for ending in [".json", ".toml"] {
            for (_, file) in named.iter().filter(|(of, file)| *of == id && file.path.ends_with(ending)) {
                let mut report = Mistakes::new(file);
                let source = match ending {
                    ".json" => list::read(schema.resource(id), &mut report).map(Source::Rows),
                    _ => read::recipe(schema, id, &ready, &mut report).map(Source::Recipe),
                };
                mistakes.append(&mut report.found);
                sections.extend(source.map(|source| Section { resource: id, source }));
                ready.insert(id);
            }
        }
    }
    if mistakes.is_empty() { Ok(Seed { sections }) } else { Err(mistakes) }
}

fn resource_of(file: &SourceFile, schema: &Schema, mistakes: &mut Vec<Diagnostic>) -> Option<ResourceId> {
    let name = file.path.rsplit('/').next().unwrap_or_default();
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    let by_stem =
        || schema.resources().find(|(_, resource)| file_stem(&resource.name) == stem).map(|(id, _)| id);
    let found = schema.find(stem).or_else(by_stem);
    if found.is_none() {
        let names = schema.resources().map(|(_, resource)| resource.name.as_str());
        let mut report = Mistakes::new(file);
        let label = match nearest(stem, names) {
            Some(near) => format!("did you mean {near}?"),
            None => "the file's name is the resource's name".to_owned(),
        };
        report.add(0..0, format!("no resource is called {stem:?}"), label);
        mistakes.append(&mut report.found);
    }
    found
}

#[cfg(test)]
mod tests;

//! The projects that `init` makes. Their files are part of the program; those of `shop` are the
//! example's own, so that both are always the same.
//!
//! To add a template: a folder in `roundtrip/templates`, and a row in [`ALL`].

/// A project to begin with.
#[derive(Debug)]
pub(crate) struct Template {
    /// Its name.
    pub(crate) name: &'static str,
    /// What it is, for a person.
    pub(crate) summary: &'static str,
    /// A resource with sample rows, to look at first.
    pub(crate) first: &'static str,
    /// Paths in the project's folder, and texts.
    pub(crate) files: &'static [(&'static str, &'static str)],
}

macro_rules! files {
    ($folder:literal: $($path:literal),+ $(,)?) => {
        &[$(($path, include_str!(concat!("../", $folder, "/", $path)))),+]
    };
}

/// Every template; the first is the usual one.
pub(crate) const ALL: [Template; 4] = [
    Template {
        name: "todo",
        summary: "lists and their tasks: the smallest project with a reference",
        first: "tasks",
        files: files!("templates/todo": "roundtrip.toml", "resources/lists.toml", "resources/tasks.toml",
            "seed/lists.json", "seed/tasks.json"),
    },
    Template {
        name: "shop",
        summary: "products, orders, carts, reviews: parts, enums, decimals, made sample data",
        first: "products",
        files: files!("../examples/shop": "roundtrip.toml", "resources/users.toml", "resources/categories.toml",
            "resources/products.toml", "resources/carts.toml", "resources/orders.toml", "resources/reviews.toml",
            "seed/users.toml", "seed/categories.json", "seed/products.toml", "seed/carts.toml",
            "seed/cart_items.toml", "seed/orders.toml", "seed/order_items.toml", "seed/reviews.toml"),
    },
    Template {
        name: "team",
        summary: "people, projects and who works on what: many-to-many through a resource, uuids",
        first: "projects",
        files: files!("templates/team": "roundtrip.toml", "resources/people.toml", "resources/projects.toml",
            "resources/memberships.toml", "seed/people.toml", "seed/projects.toml", "seed/memberships.toml"),
    },
    Template {
        name: "blank",
        summary: "one resource to rename",
        first: "things",
        files: files!("templates/blank": "roundtrip.toml", "resources/things.toml", "seed/things.json"),
    },
];

/// The template of that name.
pub(crate) fn find(name: &str) -> Option<&'static Template> {
    ALL.iter().find(|template| template.name == name)
}

//! Which crate may depend on which: the layers of the house, as data. It must not know what is in the crates.

use super::Problem;
use super::manifest::{Manifest, Purpose, room_of};

/// A crate and the crates that it may use. `store_*` stands for every store of one database.
struct Room {
    name: &'static str,
    may_use: &'static [&'static str],
}

/// All that is shipped, below the binary.
const SHIPPED: &[&str] = &[
    "engine", "http", "journey", "migrate", "policy", "query", "schema", "settings", "sql", "store",
    "store_*",
];

/// The whole product, for what measures or tests it from outside.
const PRODUCT: &[&str] = &[
    "engine",
    "http",
    "journey",
    "migrate",
    "policy",
    "query",
    "roundtrip",
    "schema",
    "settings",
    "sql",
    "store",
    "store_*",
];

/// What is absent here is the point: a door (`http`) sees no SQL and no driver, a store sees no use case (`engine`),
/// SQL is made without knowing rules (`policy`), and nothing that is shipped sees the binary.
const ROOMS: &[Room] = &[
    Room { name: "bench", may_use: PRODUCT },
    Room { name: "engine", may_use: &["journey", "policy", "query", "schema", "settings", "store"] },
    Room { name: "http", may_use: &["engine", "journey", "policy", "query", "schema", "settings", "store"] },
    Room { name: "journey", may_use: &[] },
    Room { name: "migrate", may_use: &["schema"] },
    Room { name: "policy", may_use: &["query", "schema"] },
    Room { name: "query", may_use: &["schema"] },
    Room { name: "roundtrip", may_use: SHIPPED },
    Room { name: "schema", may_use: &[] },
    Room { name: "settings", may_use: &["schema"] },
    Room { name: "sql", may_use: &["query", "schema"] },
    Room { name: "store", may_use: &["journey", "migrate", "policy", "query", "schema"] },
    Room { name: "store_*", may_use: &["journey", "migrate", "policy", "query", "schema", "sql", "store"] },
    Room { name: "testkit", may_use: PRODUCT },
    Room { name: "xtask", may_use: &[] },
];

/// What tests may use on top: a running server, and the databases, so that what stands above a store is
/// tested on real ones.
const TEST_ROOMS: &[&str] = &["testkit", "store_mysql", "store_postgres", "store_sqlite"];

pub(crate) fn check(manifest: &Manifest) -> Vec<Problem> {
    let own = manifest.room();
    let Some(room) = ROOMS.iter().find(|room| matches(room.name, own)) else {
        let wrong = format!("`{own}` has no place in the house");
        return vec![Problem::new(
            1,
            wrong,
            "add a row to ROOMS in xtask/src/tidy/rooms.rs: what may it use?",
        )];
    };
    let mut problems = Vec::new();
    for dependency in &manifest.dependencies {
        let Some(used) = room_of(&dependency.package) else { continue };
        let by_tests = dependency.purpose == Purpose::Test && TEST_ROOMS.contains(&used);
        if by_tests || room.may_use.iter().any(|allowed| matches(allowed, used)) {
            continue;
        }
        let allowed = if room.may_use.is_empty() { "nothing".into() } else { room.may_use.join(", ") };
        problems.push(Problem::new(
            dependency.line,
            format!("`{own}` must not use `{used}`"),
            format!(
                "it may use {allowed}: move the code to where both can see it, or pass it in as a parameter"
            ),
        ));
    }
    problems
}

fn matches(pattern: &str, room: &str) -> bool {
    match pattern.strip_suffix('*') {
        Some(prefix) => room.starts_with(prefix),
        None => pattern == room,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problems(package: &str, table: &str, dependency: &str) -> usize {
        let text = format!("[package]\nname = \"{package}\"\n[{table}]\n{dependency}.workspace = true\n");
        check(&Manifest::parse(&text).unwrap().unwrap()).len()
    }

    #[test]
    fn a_dependency_against_the_direction_is_found() {
        for (package, dependency, expected) in [
            ("roundtrip-query", "roundtrip-schema", 0),
            ("roundtrip-schema", "roundtrip-query", 1),
            ("roundtrip-sql", "roundtrip-policy", 1),
            ("roundtrip-http", "roundtrip-engine", 0),
            ("roundtrip-http", "roundtrip-sql", 1),
            ("roundtrip-http", "roundtrip-store_sqlite", 1),
            ("roundtrip-store_sqlite", "roundtrip-sql", 0),
            ("roundtrip-store_sqlite", "roundtrip-engine", 1),
            ("roundtrip-store_mysql", "roundtrip-store_sqlite", 1),
            ("roundtrip-engine", "roundtrip-store_sqlite", 1),
            ("roundtrip-engine", "roundtrip-testkit", 1),
            ("roundtrip-journey", "roundtrip-schema", 1),
            ("roundtrip", "roundtrip-store_sqlite", 0),
            ("roundtrip", "roundtrip-testkit", 1),
            ("roundtrip-engine", "roundtrip", 1),
            ("roundtrip-testkit", "roundtrip", 0),
            ("roundtrip-bench", "roundtrip", 0),
            ("xtask", "roundtrip-schema", 1),
            ("roundtrip-engine", "serde", 0),
        ] {
            assert_eq!(problems(package, "dependencies", dependency), expected, "{package} -> {dependency}");
        }
    }

    #[test]
    fn tests_may_use_the_testkit_and_a_real_store_and_nothing_else_on_top() {
        assert_eq!(problems("roundtrip-engine", "dev-dependencies", "roundtrip-testkit"), 0);
        assert_eq!(problems("roundtrip-engine", "dev-dependencies", "roundtrip-store_sqlite"), 0);
        assert_eq!(problems("roundtrip-engine", "dev-dependencies", "roundtrip-http"), 1);
        assert_eq!(problems("roundtrip-engine", "build-dependencies", "roundtrip-testkit"), 1);
    }

    #[test]
    fn a_new_crate_needs_its_place() {
        assert_eq!(problems("roundtrip-attic", "dependencies", "serde"), 1);
    }

    #[test]
    fn the_table_names_only_rooms_that_it_has() {
        for name in ROOMS.iter().flat_map(|room| room.may_use) {
            assert!(ROOMS.iter().any(|room| room.name == *name), "{name} is used and has no row");
        }
    }
}

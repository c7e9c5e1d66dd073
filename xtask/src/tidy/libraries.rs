//! Which libraries live in which crates only: the web framework behind one door, each driver in its own store, and
//! no runtime in the crates that only think. Tests are free, because what they use is not shipped.

use super::Problem;
use super::manifest::{Manifest, Purpose};

/// A family of libraries: `tower` stands for `tower-http` too.
struct Home {
    families: &'static [&'static str],
    rooms: &'static [&'static str],
    because: &'static str,
}

const HOMES: &[Home] = &[
    Home {
        families: &["axum", "hyper", "tower"],
        rooms: &["http", "bench", "testkit"],
        because: "everything that knows HTTP is behind one door",
    },
    Home {
        families: &["rusqlite", "libsqlite3"],
        rooms: &["store_sqlite", "bench"],
        because: "a driver lives in the store of its database",
    },
    Home {
        families: &["tokio-postgres", "postgres"],
        rooms: &["store_postgres", "bench", "testkit"],
        because: "a driver lives in the store of its database",
    },
    Home {
        families: &["mysql", "mysql_async"],
        rooms: &["store_mysql", "bench", "testkit"],
        because: "a driver lives in the store of its database",
    },
];

/// The crates that only think: their functions go from values to values, so that their tests need no server.
const PURE: &[&str] = &["schema", "migrate", "query", "policy", "sql"];

const IMPURE_FAMILIES: &[&str] = &[
    "async-std",
    "axum",
    "crossbeam",
    "futures",
    "http",
    "hyper",
    "libsqlite3",
    "mysql",
    "mysql_async",
    "postgres",
    "reqwest",
    "rusqlite",
    "smol",
    "sqlx",
    "tokio",
    "tower",
];

pub(crate) fn check(manifest: &Manifest) -> Vec<Problem> {
    let room = manifest.room();
    let mut problems = Vec::new();
    for dependency in manifest.dependencies.iter().filter(|found| found.purpose == Purpose::Product) {
        let library = dependency.package.as_str();
        if PURE.contains(&room) && is_of(library, IMPURE_FAMILIES) {
            problems.push(Problem::new(
                dependency.line,
                format!("`{room}` must not use `{library}`: it knows no runtime, no HTTP and no driver"),
                "let the engine, the door or the store do it and hand over the result",
            ));
            continue;
        }
        let home = HOMES.iter().find(|home| is_of(library, home.families) && !home.rooms.contains(&room));
        if let Some(home) = home {
            problems.push(Problem::new(
                dependency.line,
                format!("`{room}` must not use `{library}`: {}", home.because),
                format!("its place is in {}", home.rooms.join(", ")),
            ));
        }
    }
    problems
}

fn is_of(library: &str, families: &[&str]) -> bool {
    families.iter().any(|family| {
        library.strip_prefix(family).is_some_and(|rest| rest.is_empty() || rest.starts_with(['-', '_']))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problems(package: &str, table: &str, library: &str) -> usize {
        let text = format!("[package]\nname = \"{package}\"\n[{table}]\n{library}.workspace = true\n");
        check(&Manifest::parse(&text).unwrap().unwrap()).len()
    }

    #[test]
    fn a_library_away_from_home_is_found() {
        for (package, library, expected) in [
            ("roundtrip-http", "axum", 0),
            ("roundtrip-http", "tower-http", 0),
            ("roundtrip-testkit", "hyper-util", 0),
            ("roundtrip-engine", "axum", 1),
            ("roundtrip", "tower-http", 1),
            ("roundtrip-store_sqlite", "rusqlite", 0),
            ("roundtrip-bench", "rusqlite", 0),
            ("roundtrip-http", "rusqlite", 1),
            ("roundtrip-sql", "rusqlite", 1),
            ("roundtrip-schema", "tokio", 1),
            ("roundtrip-query", "futures-util", 1),
            ("roundtrip-policy", "http", 1),
            ("roundtrip-schema", "url", 0),
            ("roundtrip-schema", "httpsomething", 0),
        ] {
            assert_eq!(problems(package, "dependencies", library), expected, "{package} -> {library}");
        }
    }

    #[test]
    fn tests_are_free_and_build_scripts_are_not() {
        assert_eq!(problems("roundtrip-sql", "dev-dependencies", "rusqlite"), 0);
        assert_eq!(problems("roundtrip-sql", "build-dependencies", "rusqlite"), 1);
    }
}

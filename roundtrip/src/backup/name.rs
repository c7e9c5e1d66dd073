//! What backups are called: `shop-2026-11-21T17-30-00Z.db`, and `…Z.auto.db` where nobody asked for it.
//! Names sort by time.
//!
//! It must not know what is in them.

use std::path::Path;

use jiff::Timestamp;

use crate::database::{Database, Place};

/// Who asked for a backup. Only those that the server makes by itself are ever deleted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asked {
    /// A person.
    ByHand,
    /// The settings.
    BySchedule,
}

/// The name of a backup of this database, made now.
pub fn of(database: &Database, now: Timestamp, asked: Asked) -> String {
    let (stem, ending) = parts(database);
    let auto = if asked == Asked::BySchedule { ".auto" } else { "" };
    format!("{stem}-{}{auto}.{ending}", moment(now))
}

/// When a backup was made that the server made by itself; `None` for any other name.
pub fn made_at(database: &Database, name: &str) -> Option<Timestamp> {
    let (stem, ending) = parts(database);
    let rest = name.strip_prefix(&stem)?.strip_prefix('-')?;
    let moment = rest.strip_suffix(&ending)?.strip_suffix(".auto.")?;
    let (day, time) = moment.split_once('T')?;
    format!("{day}T{}", time.replace('-', ":")).parse().ok()
}

/// The name for a file that is replaced: `shop.replaced-2026-11-21T17-30-00Z.db`.
pub fn replaced(path: &Path, now: Timestamp) -> String {
    let (stem, ending) = file_parts(path);
    format!("{stem}.replaced-{}.{ending}", moment(now))
}

fn moment(now: Timestamp) -> String {
    // No colons: some systems have no such file names.
    now.strftime("%Y-%m-%dT%H-%M-%SZ").to_string()
}

fn parts(database: &Database) -> (String, String) {
    match &database.place {
        Place::File(path) => file_parts(path),
        Place::Postgres(_) => (plain(&database.name()), "dump".to_owned()),
        Place::Mysql(_) => (plain(&database.name()), "sql".to_owned()),
    }
}

fn file_parts(path: &Path) -> (String, String) {
    let text = |part: Option<&std::ffi::OsStr>| part.map(|part| part.to_string_lossy().into_owned());
    let stem = text(path.file_stem()).unwrap_or_else(|| "database".to_owned());
    (stem, text(path.extension()).unwrap_or_else(|| "db".to_owned()))
}

/// A database's name without what a file's name cannot hold.
fn plain(name: &str) -> String {
    name.chars().map(|one| if one.is_alphanumeric() || "_-.".contains(one) { one } else { '_' }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_say_when_and_are_read_back() {
        let now: Timestamp = "2026-11-21T17:30:00.75Z".parse().unwrap();
        for (url, by_hand) in [
            ("data/shop.db", "shop-2026-11-21T17-30-00Z.db"),
            ("shop", "shop-2026-11-21T17-30-00Z.db"),
            ("postgres://a:b@c/my%20shop", "my_20shop-2026-11-21T17-30-00Z.dump"),
            ("mysql://c/shop?ssl-mode=required", "shop-2026-11-21T17-30-00Z.sql"),
        ] {
            let database = Database::new(url, Path::new("")).unwrap();
            assert_eq!(of(&database, now, Asked::ByHand), by_hand);
            let scheduled = of(&database, now, Asked::BySchedule);
            assert_eq!(made_at(&database, &scheduled), Some("2026-11-21T17:30:00Z".parse().unwrap()));
            assert_eq!(made_at(&database, by_hand), None, "nobody's own backup is one of ours");
        }
        assert_eq!(replaced(Path::new("a/shop.db"), now), "shop.replaced-2026-11-21T17-30-00Z.db");
        let shop = Database::new("shop.db", Path::new("")).unwrap();
        for other in
            ["shop2-2026-11-21T17-30-00Z.auto.db", "shop-2026-11-21.auto.db", "shop-x.auto.db", "shop.db"]
        {
            assert_eq!(made_at(&shop, other), None, "{other}");
        }
    }
}

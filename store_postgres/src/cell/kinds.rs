//! The types that a database has made itself, as far as their bytes have to be known.
//!
//! A column at the top of an answer is said to be of a domain's base type; inside of rows it is of the
//! domain. So they are read from the catalogue when a connection begins.
//!
//! Must not know: how values are rendered.

use rustc_hash::FxHashMap;

/// What the bytes of a type of the database's own are like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum UserKind {
    /// Text: enumerations, and types of extensions such as `citext`.
    Text,
    /// Those of another type.
    Domain(u32),
    /// An array of something.
    Array,
}

/// The types of one database by their object ids.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Kinds(FxHashMap<u32, UserKind>);

impl Kinds {
    /// Asks for [`Kinds::from_rows`]: the object id, what kind of type it is, its base and its element.
    /// Composite types and their arrays are left out, as every table makes two of them, and so are
    /// ranges, which the dialect has written as text.
    pub(crate) const SQL: &str = "SELECT t.oid::text, t.typtype::text, t.typbasetype::text, coalesce(e.oid, 0)::text \
        FROM pg_catalog.pg_type t LEFT JOIN pg_catalog.pg_type e ON e.oid = t.typelem AND t.typlen = -1 \
        WHERE t.oid >= 16384 AND t.typtype IN ('b', 'd', 'e') AND coalesce(e.typtype, 'b') <> 'c'";

    /// The types in rows of text.
    pub(crate) fn from_rows<'a>(rows: impl Iterator<Item = [Option<&'a str>; 4]>) -> Self {
        let read = |row: [Option<&str>; 4]| {
            let [id, kind, base, element] = row;
            let number = |text: Option<&str>| text?.parse::<u32>().ok();
            let kind = match (kind?, number(base)?, number(element)?) {
                ("d", base, _) => UserKind::Domain(base),
                (_, _, 0) => UserKind::Text,
                _ => UserKind::Array,
            };
            Some((number(id)?, kind))
        };
        let mut kinds = Self(rows.filter_map(read).collect());
        kinds.flatten();
        kinds
    }

    pub(crate) fn of(&self, id: u32) -> Option<UserKind> {
        self.0.get(&id).copied()
    }

    /// Points domains over domains to the type that is none, so that nobody has to follow a chain.
    fn flatten(&mut self) {
        let base = |mut id: u32| {
            // A chain has no more links than there are types.
            for _ in 0..self.0.len() {
                match self.0.get(&id) {
                    Some(UserKind::Domain(next)) => id = *next,
                    _ => break,
                }
            }
            id
        };
        let domains: Vec<(u32, u32)> = self
            .0
            .iter()
            .filter_map(|(id, kind)| match kind {
                UserKind::Domain(next) => Some((*id, base(*next))),
                UserKind::Text | UserKind::Array => None,
            })
            .collect();
        for (id, base) in domains {
            // What leads back to a domain leads nowhere.
            let kind = match self.0.get(&base) {
                Some(UserKind::Domain(_)) => UserKind::Domain(id),
                _ => UserKind::Domain(base),
            };
            self.0.insert(id, kind);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn domains_lead_to_their_base() {
        let rows = [
            ["20000", "d", "20001", "0"],
            ["20001", "d", "23", "0"],
            ["20002", "e", "0", "0"],
            ["20003", "b", "0", "20002"],
            ["20004", "d", "20005", "0"],
            ["20005", "d", "20004", "0"],
        ];
        let kinds = Kinds::from_rows(rows.iter().map(|row| row.map(Some)));
        assert_eq!(kinds.of(20_000), Some(UserKind::Domain(23)));
        assert_eq!(kinds.of(20_001), Some(UserKind::Domain(23)));
        assert_eq!(kinds.of(20_002), Some(UserKind::Text));
        assert_eq!(kinds.of(20_003), Some(UserKind::Array));
        assert_eq!(kinds.of(20_004), Some(UserKind::Domain(20_004)));
        assert_eq!(kinds.of(23), None);
    }
}

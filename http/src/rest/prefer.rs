//! The `Prefer` header (RFC 7240): what the caller would like, and what of it was done.
//!
//! A preference is a row of [`KNOWN`]. It must not know what becomes of a preference: `write` and
//! `mod` put them into operations.

use http::{HeaderMap, HeaderName};
use roundtrip_engine::{Kind, Problem};
use roundtrip_query::operation::{Count, Missing, Resolution, Returning};

use super::list_header;

const PREFER: HeaderName = HeaderName::from_static("prefer");

/// What the caller would like. Of a preference that is given twice the first counts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Preferences {
    /// What becomes of new rows that are there already.
    pub(super) resolution: Option<Resolution>,
    /// What a row gets for a field that it does not have.
    pub(super) missing: Option<Missing>,
    /// What a write answers.
    pub(super) returning: Option<Returning>,
    /// Whether rows are counted.
    pub(super) count: Option<Count>,
    /// Whether a write is taken back.
    pub(super) rollback: Option<bool>,
    /// The time zone of moments.
    pub(super) timezone: Option<String>,
    /// How many rows a write may touch; only heard where `handling` is strict.
    max_affected: Option<u64>,
    strict: Option<bool>,
}

/// Takes a value if it is one of the preference's.
type Take = fn(&mut Preferences, &str) -> bool;

/// Every preference with what takes its value.
const KNOWN: [(&str, Take); 8] = [
    ("return", |wanted, value| {
        let meaning = match value {
            "minimal" => Returning::Minimal,
            "headers-only" => Returning::HeadersOnly,
            "representation" => Returning::Representation,
            _ => return false,
        };
        first(&mut wanted.returning, meaning)
    }),
    ("count", |wanted, value| {
        let meaning = match value {
            "exact" => Count::Exact,
            "planned" => Count::Planned,
            "estimated" => Count::Estimated,
            _ => return false,
        };
        first(&mut wanted.count, meaning)
    }),
    ("resolution", |wanted, value| {
        let meaning = match value {
            "merge-duplicates" => Resolution::Merge,
            "ignore-duplicates" => Resolution::Ignore,
            _ => return false,
        };
        first(&mut wanted.resolution, meaning)
    }),
    ("missing", |wanted, value| {
        let meaning = match value {
            "default" => Missing::Default,
            "null" => Missing::Null,
            _ => return false,
        };
        first(&mut wanted.missing, meaning)
    }),
    ("handling", |wanted, value| {
        matches!(value, "strict" | "lenient") && first(&mut wanted.strict, value == "strict")
    }),
    ("tx", |wanted, value| {
        matches!(value, "commit" | "rollback") && first(&mut wanted.rollback, value == "rollback")
    }),
    ("max-affected", |wanted, value| value.parse().is_ok_and(|most| first(&mut wanted.max_affected, most))),
    ("timezone", |wanted, value| !value.is_empty() && first(&mut wanted.timezone, value.to_owned())),
];

/// Keeps the first value of a preference.
fn first<T>(place: &mut Option<T>, value: T) -> bool {
    place.get_or_insert(value);
    true
}

/// Which preferences an operation can follow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Applies {
    /// A read.
    Read,
    /// New rows.
    Create,
    /// Changes and removals, which may touch many rows.
    Change,
}

impl Preferences {
    pub(super) fn read(headers: &HeaderMap) -> Result<Self, Problem> {
        let mut wanted = Self::default();
        let mut unknown = Vec::new();
        for preference in list_header(headers, &PREFER) {
            let (name, value) = preference.split_once('=').unwrap_or((preference, ""));
            let known = KNOWN.iter().find(|(known, _)| *known == name.trim());
            if !known.is_some_and(|(_, take)| take(&mut wanted, value.trim())) {
                unknown.push(preference);
            }
        }
        if wanted.strict == Some(true) && !unknown.is_empty() {
            let message = "Invalid preferences given with handling=strict".to_owned();
            let details = format!("Invalid preferences: {}", unknown.join(", "));
            let title = "A preference is not known";
            return Err(Problem::new(Kind::BadRequest, "preferences", "PGRST122", title, message)
                .with_details(details));
        }
        Ok(wanted)
    }

    /// Forgets what a setting does not allow, so that it is neither done nor said to be.
    pub(super) fn without_rollback(mut self) -> Self {
        self.rollback = None;
        self
    }

    /// How many rows a write may touch.
    pub(super) fn max_affected(&self) -> Option<u64> {
        self.max_affected.filter(|_| self.strict == Some(true))
    }

    /// Whether and how rows are counted.
    pub(super) fn count(&self) -> Count {
        self.count.unwrap_or_default()
    }

    /// The value of `Preference-Applied`, in PostgREST's order; `None` when there is nothing to say.
    pub(super) fn applied(&self, to: Applies) -> Option<String> {
        let write = to != Applies::Read;
        let mut applied: Vec<String> = Vec::new();
        let mut say = |word: Option<&str>| applied.extend(word.map(str::to_owned));
        say(self.resolution.filter(|_| to == Applies::Create).map(|resolution| match resolution {
            Resolution::Merge => "resolution=merge-duplicates",
            Resolution::Ignore => "resolution=ignore-duplicates",
        }));
        say(self.missing.filter(|_| write).map(|missing| match missing {
            Missing::Default => "missing=default",
            Missing::Null => "missing=null",
        }));
        say(self.returning.filter(|_| write).map(|returning| match returning {
            Returning::Minimal => "return=minimal",
            Returning::HeadersOnly => "return=headers-only",
            Returning::Representation | Returning::Row => "return=representation",
        }));
        say(self.count.and_then(|count| match count {
            Count::None => None,
            Count::Exact => Some("count=exact"),
            Count::Planned => Some("count=planned"),
            Count::Estimated => Some("count=estimated"),
        }));
        say(self.rollback.map(|rollback| if rollback { "tx=rollback" } else { "tx=commit" }));
        say(self.strict.map(|strict| if strict { "handling=strict" } else { "handling=lenient" }));
        applied.extend(self.timezone.iter().map(|zone| format!("timezone={zone}")));
        applied.extend(
            self.max_affected().filter(|_| to == Applies::Change).map(|most| format!("max-affected={most}")),
        );
        (!applied.is_empty()).then(|| applied.join(", "))
    }
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    #[track_caller]
    fn check(given: &[&'static str], to: Applies, expected: &str) {
        let mut headers = HeaderMap::new();
        for value in given {
            headers.append("prefer", HeaderValue::from_static(value));
        }
        let applied = match Preferences::read(&headers) {
            Ok(wanted) => wanted.applied(to).unwrap_or_default(),
            Err(problem) => problem.details.unwrap_or_default(),
        };
        assert_eq!(applied, expected, "{given:?}");
    }

    #[test]
    fn what_is_applied_is_said_in_order() {
        use Applies::{Change, Create, Read};
        check(&[], Read, "");
        check(&["return=minimal"], Read, "");
        check(&["count=planned, return=minimal"], Create, "return=minimal, count=planned");
        check(&["count=exact, count=planned"], Read, "count=exact");
        check(
            &["return=representation", "missing=default,resolution=merge-duplicates"],
            Create,
            "resolution=merge-duplicates, missing=default, return=representation",
        );
        check(&["resolution=ignore-duplicates"], Change, "");
        check(&["max-affected=3"], Change, "");
        check(&["max-affected=3", "handling=lenient"], Change, "handling=lenient");
        check(&["max-affected=3, handling=strict"], Change, "handling=strict, max-affected=3");
        check(&["max-affected=3, handling=strict"], Read, "handling=strict");
        check(&["timezone=Europe/Vienna, tx=commit"], Read, "tx=commit, timezone=Europe/Vienna");
    }

    #[test]
    fn strict_callers_hear_what_is_not_known() {
        for (given, expected) in [
            ("handling=strict, something, else", "Invalid preferences: something, else"),
            ("max-affected=many, handling=strict", "Invalid preferences: max-affected=many"),
            ("handling=strict, count=none", "Invalid preferences: count=none"),
            ("handling=lenient, something", "handling=lenient"),
        ] {
            check(&[given], Applies::Read, expected);
        }
    }
}

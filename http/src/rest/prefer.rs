//! The `Prefer` header (RFC 7240): what the caller would like, and what of it was done.

use http::HeaderMap;
use roundtrip_engine::{Kind, Problem};
use roundtrip_query::operation::{Count, Returning};

use super::list_header;

/// What the caller would like. Of a preference that is given twice the first counts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Preferences {
    /// What a write answers; `None` where nothing was said.
    pub(super) returning: Option<Returning>,
    /// Whether rows are counted.
    pub(super) count: Count,
    strict: bool,
    lenient: bool,
}

impl Preferences {
    pub(super) fn read(headers: &HeaderMap) -> Result<Self, Problem> {
        let mut preferences = Self::default();
        let mut unknown = Vec::new();
        for preference in list_header(headers, "prefer") {
            match preference {
                "return=minimal" => preferences.wants(Returning::Minimal),
                "return=headers-only" => preferences.wants(Returning::HeadersOnly),
                "return=representation" => preferences.wants(Returning::Representation),
                "count=exact" => preferences.count = Count::Exact,
                "handling=strict" => preferences.strict = !preferences.lenient,
                "handling=lenient" => preferences.lenient = !preferences.strict,
                other => unknown.push(other),
            }
        }
        if preferences.strict && !unknown.is_empty() {
            let message = "invalid preferences given with handling=strict".to_owned();
            let details = format!("Invalid preferences: {}", unknown.join(", "));
            let title = "A preference is not known";
            return Err(Problem::new(Kind::BadRequest, "preferences", "PGRST122", title, message)
                .with_details(details));
        }
        Ok(preferences)
    }

    fn wants(&mut self, returning: Returning) {
        self.returning.get_or_insert(returning);
    }

    /// The value of `Preference-Applied`, in PostgREST's order; `None` when there is nothing to say.
    pub(super) fn applied(self, write: bool) -> Option<String> {
        let returning = self.returning.filter(|_| write).map(|returning| match returning {
            Returning::Minimal => "return=minimal",
            Returning::HeadersOnly => "return=headers-only",
            Returning::Representation | Returning::Row => "return=representation",
        });
        let count = (self.count == Count::Exact).then_some("count=exact");
        let handling =
            if self.strict { Some("handling=strict") } else { self.lenient.then_some("handling=lenient") };
        let applied: Vec<&str> = [returning, count, handling].into_iter().flatten().collect();
        (!applied.is_empty()).then(|| applied.join(", "))
    }
}

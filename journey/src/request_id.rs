//! The name of one call: what a person quotes in a report, and what finds the call's journey.
//!
//! Must not know: which header it came in or goes out by.

use std::fmt;
use std::sync::Arc;

use serde::{Serialize, Serializer};

use crate::World;

/// The name of a call; cheap to clone.
///
/// Always 1 to 128 characters of `A-Za-z0-9._:+/=-`, so it can be written into a header, a log
/// line or a URL's query without escaping.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct RequestId(Arc<str>);

impl RequestId {
    /// The most characters that a caller may give.
    pub const MAX_LENGTH: usize = 128;

    /// The name that the caller gave, if it is one; `None` when it is empty, too long or holds
    /// other characters.
    pub fn parse(given: &[u8]) -> Option<Self> {
        let length_fits = (1..=Self::MAX_LENGTH).contains(&given.len());
        if !length_fits || !given.iter().all(|byte| is_allowed(*byte)) {
            return None;
        }
        std::str::from_utf8(given).ok().map(|text| Self(Arc::from(text)))
    }

    /// A new name: a UUID version 7, so that names sort by time.
    pub fn make(world: &World) -> Self {
        let id = world.entropy.uuid_v7(world.clock.now());
        let mut text = uuid::Uuid::encode_buffer();
        Self(Arc::from(&*id.hyphenated().encode_lower(&mut text)))
    }

    /// The caller's name for the call when it gave a proper one, a new one otherwise. A bad name
    /// is no error: it says nothing about the call itself.
    pub fn parse_or_make(given: Option<&[u8]>, world: &World) -> Self {
        given.and_then(Self::parse).unwrap_or_else(|| Self::make(world))
    }

    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn is_allowed(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b':' | b'+' | b'/' | b'=' | b'-')
}

impl fmt::Display for RequestId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl Serialize for RequestId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(given: &[u8], accepted: bool) {
        let (world, _) = World::fixed(3);
        let id = RequestId::parse_or_make(Some(given), &world);
        assert_eq!(id.as_str().as_bytes() == given, accepted, "{id}");
        assert!(RequestId::parse(id.as_str().as_bytes()).is_some(), "{id}");
    }

    #[test]
    fn only_plain_names_are_taken_from_the_caller() {
        check(b"a", true);
        check(b"Root=1-67891233-abcdef012345678912345678", true);
        check(b"A.b_c:d+e/f=g-9", true);
        check(&[b'x'; 128], true);
        check(&[b'x'; 129], false);
        check(b"", false);
        check(b"two words", false);
        check(b"line\nbreak", false);
        check(b"quote\"", false);
        check("é".as_bytes(), false);
        check(&[0xFF], false);
    }

    #[test]
    fn a_made_name_is_a_uuid_of_version_7() {
        let (world, _) = World::fixed(3);
        let made = RequestId::parse_or_make(None, &world);
        let parsed = uuid::Uuid::parse_str(made.as_str()).expect("a UUID");
        assert_eq!(parsed.get_version_num(), 7);
        assert_ne!(made, RequestId::make(&world));
    }
}

//! Which distributed trace a call belongs to: W3C Trace Context, levels 1 and 2.
//!
//! Must not know: which exporter, if any, sends the trace on. `tracestate` belongs to others and
//! is passed along by whoever holds the headers.

use std::fmt;
use std::str::FromStr;

use serde::{Serialize, Serializer};
use thiserror::Error;

use crate::Entropy;

/// The name of a trace: sixteen bytes, never all zero. Printed as 32 lower-case hex digits.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct TraceId([u8; 16]);

/// The name of one step in a trace: eight bytes, never all zero. Printed as 16 lower-case hex digits.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct SpanId([u8; 8]);

/// What the sender says about the trace. Bits without a meaning are dropped, as the
/// recommendation demands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct TraceFlags(u8);

/// The `traceparent` header: a trace, the sender's step in it, and flags.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct TraceParent {
    /// The trace.
    pub trace_id: TraceId,
    /// The step that sends the header.
    pub span_id: SpanId,
    /// What the sender says about the trace.
    pub flags: TraceFlags,
}

/// Why a `traceparent` header is not one. The receiver then starts a trace of its own and drops
/// `tracestate` (W3C Trace Context, section 4.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum TraceParentError {
    /// Not the length that the version demands.
    #[error("traceparent has {0} characters, version 00 has exactly 55")]
    Length(usize),
    /// A hyphen is missing where two fields meet.
    #[error("traceparent is not four fields of 2, 32, 16 and 2 characters joined by hyphens")]
    Shape,
    /// A character is no lower-case hex digit.
    #[error("traceparent may hold only the digits 0-9 and a-f, lower case")]
    Digit,
    /// Version `ff` is reserved.
    #[error("traceparent version ff is forbidden")]
    Version,
    /// The trace id is all zero.
    #[error("traceparent has an all-zero trace id")]
    ZeroTrace,
    /// The parent id is all zero.
    #[error("traceparent has an all-zero parent id")]
    ZeroSpan,
}

/// The length of a header of version 00.
const LENGTH: usize = 55;

impl TraceParent {
    /// Reads a header, strictly.
    ///
    /// A version later than 00 is read as far as it is known: the same four fields, after which
    /// the header ends or goes on with a hyphen.
    pub fn parse(header: &str) -> Result<Self, TraceParentError> {
        let bytes = header.as_bytes();
        let known = bytes.get(..LENGTH).ok_or(TraceParentError::Length(bytes.len()))?;
        if [2, 35, 52].into_iter().any(|place| known[place] != b'-') {
            return Err(TraceParentError::Shape);
        }
        let [version] = hex::<1>(&known[..2])?;
        match version {
            0xFF => return Err(TraceParentError::Version),
            0 if bytes.len() != LENGTH => return Err(TraceParentError::Length(bytes.len())),
            _ if !matches!(bytes.get(LENGTH), None | Some(b'-')) => return Err(TraceParentError::Shape),
            _ => {}
        }
        let trace_id = TraceId::new(hex(&known[3..35])?).ok_or(TraceParentError::ZeroTrace)?;
        let span_id = SpanId::new(hex(&known[36..52])?).ok_or(TraceParentError::ZeroSpan)?;
        let [flags] = hex::<1>(&known[53..])?;
        // A later version may give the other bits a meaning that we cannot know.
        let meaningful = if version == 0 { TraceFlags::KNOWN } else { TraceFlags::SAMPLED };
        Ok(Self { trace_id, span_id, flags: TraceFlags(flags & meaningful) })
    }

    /// Starts a trace: random ids, sampled.
    pub fn start(entropy: &dyn Entropy) -> Self {
        Self {
            trace_id: TraceId::random(entropy),
            span_id: SpanId::random(entropy),
            flags: TraceFlags(TraceFlags::KNOWN),
        }
    }

    /// A new step in the same trace: what a receiver makes of the header it got, and a sender of
    /// its own step before it calls another service.
    #[must_use]
    pub fn child(&self, entropy: &dyn Entropy) -> Self {
        Self { span_id: SpanId::random(entropy), ..*self }
    }

    /// The step that stands for a call: a child of the caller's step if its header is proper, the
    /// start of a new trace otherwise. More than one header counts as none.
    pub fn continue_or_start(header: Option<&str>, entropy: &dyn Entropy) -> Self {
        header
            .and_then(|header| Self::parse(header).ok())
            .map_or_else(|| Self::start(entropy), |caller| caller.child(entropy))
    }
}

impl TraceId {
    /// `None` when all bytes are zero.
    pub fn new(bytes: [u8; 16]) -> Option<Self> {
        (bytes != [0; 16]).then_some(Self(bytes))
    }

    /// The bytes, as OpenTelemetry exporters want them.
    pub fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }

    /// The id in lower-case hexadecimal, written into `room`: for the log line of every call, where
    /// [`fmt::Display`] would cost more than the rest of the line.
    pub fn hex<'a>(&self, room: &'a mut [u8; 32]) -> &'a str {
        const DIGITS: &[u8; 16] = b"0123456789abcdef";
        for (pair, byte) in room.chunks_exact_mut(2).zip(self.0) {
            pair[0] = DIGITS[usize::from(byte >> 4)];
            pair[1] = DIGITS[usize::from(byte & 15)];
        }
        // Hexadecimal digits are always UTF-8.
        std::str::from_utf8(room).unwrap_or_default()
    }

    fn random(entropy: &dyn Entropy) -> Self {
        let mut bytes = [0; 16];
        entropy.fill(&mut bytes);
        // All zero will not happen; were it to, the id must still be a valid one.
        Self::new(bytes).unwrap_or(Self([1; 16]))
    }
}

impl SpanId {
    /// `None` when all bytes are zero.
    pub fn new(bytes: [u8; 8]) -> Option<Self> {
        (bytes != [0; 8]).then_some(Self(bytes))
    }

    /// The bytes, as OpenTelemetry exporters want them.
    pub fn as_bytes(&self) -> &[u8; 8] {
        &self.0
    }

    fn random(entropy: &dyn Entropy) -> Self {
        let mut bytes = [0; 8];
        entropy.fill(&mut bytes);
        Self::new(bytes).unwrap_or(Self([1; 8]))
    }
}

impl TraceFlags {
    const SAMPLED: u8 = 0b01;
    const RANDOM: u8 = 0b10;
    const KNOWN: u8 = Self::SAMPLED | Self::RANDOM;

    /// The sender may have recorded its part of the trace.
    pub fn is_sampled(self) -> bool {
        self.0 & Self::SAMPLED != 0
    }

    /// The last seven bytes of the trace id are random (level 2).
    pub fn is_random(self) -> bool {
        self.0 & Self::RANDOM != 0
    }
}

/// Reads exactly `2 * N` lower-case hex digits.
fn hex<const N: usize>(digits: &[u8]) -> Result<[u8; N], TraceParentError> {
    let mut bytes = [0; N];
    for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
        *byte = digit(pair[0])? << 4 | digit(pair[1])?;
    }
    Ok(bytes)
}

fn digit(character: u8) -> Result<u8, TraceParentError> {
    match character {
        b'0'..=b'9' => Ok(character - b'0'),
        b'a'..=b'f' => Ok(character - b'a' + 10),
        _ => Err(TraceParentError::Digit),
    }
}

impl FromStr for TraceParent {
    type Err = TraceParentError;

    fn from_str(header: &str) -> Result<Self, Self::Err> {
        Self::parse(header)
    }
}

impl fmt::Display for TraceParent {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "00-{}-{}-{:02x}", self.trace_id, self.span_id, self.flags.0)
    }
}

impl fmt::Display for TraceId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:032x}", u128::from_be_bytes(self.0))
    }
}

impl fmt::Display for SpanId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:016x}", u64::from_be_bytes(self.0))
    }
}

impl fmt::Debug for TraceId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "TraceId({self})")
    }
}

impl fmt::Debug for SpanId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "SpanId({self})")
    }
}

impl Serialize for TraceId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::World;

    const TRACE: &str = "0af7651916cd43dd8448eb211c80319c";
    const SPAN: &str = "b7ad6b7169203331";

    /// Parses the header and compares what is printed again, or the error.
    #[track_caller]
    fn check(header: &str, expected: Result<&str, TraceParentError>) {
        let printed = TraceParent::parse(header).map(|parent| parent.to_string());
        assert_eq!(printed, expected.map(str::to_owned), "{header}");
    }

    #[test]
    fn both_ways_of_writing_an_id_agree() {
        let id = TraceId([0, 1, 0x9f, 0xa0, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 255]);
        assert_eq!(id.hex(&mut [0; 32]), id.to_string());
    }

    #[test]
    fn a_header_is_read_strictly() {
        use TraceParentError::{Digit, Length, Shape, Version, ZeroSpan, ZeroTrace};
        let sampled = format!("00-{TRACE}-{SPAN}-01");
        let silent = format!("00-{TRACE}-{SPAN}-00");
        check(&sampled, Ok(&sampled));
        check(&silent, Ok(&silent));
        check(&format!("00-{TRACE}-{SPAN}-03"), Ok(&format!("00-{TRACE}-{SPAN}-03")));
        check(&format!("00-{TRACE}-{SPAN}-fd"), Ok(&sampled));
        check(&format!("00-{TRACE}-{SPAN}-fc"), Ok(&silent));

        check("", Err(Length(0)));
        check(&sampled[..54], Err(Length(54)));
        check(&format!("{sampled}-extra"), Err(Length(61)));
        check(&format!("{sampled} "), Err(Length(56)));
        check(&format!(" 00-{TRACE}-{SPAN}-01"), Err(Shape));
        check(&sampled.replace('-', "_"), Err(Shape));
        check(&sampled.to_uppercase(), Err(Digit));
        check(&format!("0x-{TRACE}-{SPAN}-01"), Err(Digit));
        check(&format!("00-{TRACE}-{SPAN}-0."), Err(Digit));
        check(&format!("00-{}-{SPAN}-01", "0".repeat(32)), Err(ZeroTrace));
        check(&format!("00-{TRACE}-{}-01", "0".repeat(16)), Err(ZeroSpan));
        check(&format!("ff-{TRACE}-{SPAN}-01"), Err(Version));
    }

    #[test]
    fn a_later_version_is_read_as_far_as_it_is_known() {
        let sampled = format!("00-{TRACE}-{SPAN}-01");
        check(&format!("cc-{TRACE}-{SPAN}-01"), Ok(&sampled));
        check(&format!("01-{TRACE}-{SPAN}-03"), Ok(&sampled));
        check(&format!("cc-{TRACE}-{SPAN}-01-what-the-future-will-be-like"), Ok(&sampled));
        check(&format!("cc-{TRACE}-{SPAN}-01."), Err(TraceParentError::Shape));
        check(&format!("cc-{TRACE}-{SPAN}-01é"), Err(TraceParentError::Shape));
    }

    #[test]
    fn a_trace_is_continued_or_started() {
        let (world, _) = World::fixed(9);
        let header = format!("00-{TRACE}-{SPAN}-00");
        let continued = TraceParent::continue_or_start(Some(&header), &*world.entropy);
        assert_eq!(continued.trace_id.to_string(), TRACE);
        assert_ne!(continued.span_id.to_string(), SPAN);
        assert!(!continued.flags.is_sampled() && !continued.flags.is_random());

        for bad in [None, Some("nonsense")] {
            let started = TraceParent::continue_or_start(bad, &*world.entropy);
            assert_ne!(started.trace_id.to_string(), TRACE);
            assert!(started.flags.is_sampled() && started.flags.is_random());
            assert_eq!(started.to_string().parse(), Ok(started));
            let child = started.child(&*world.entropy);
            assert_eq!(child.trace_id, started.trace_id);
            assert_ne!(child.span_id, started.span_id);
        }
    }

    #[test]
    fn ids_are_valid_even_without_randomness() {
        #[derive(Debug)]
        struct Zeros;
        impl Entropy for Zeros {
            fn fill(&self, bytes: &mut [u8]) {
                bytes.fill(0);
            }
        }
        let started = TraceParent::start(&Zeros);
        assert_eq!(TraceParent::parse(&started.to_string()), Ok(started));
    }

    proptest! {
        #[test]
        fn no_text_makes_the_parser_panic(header in ".{0,80}") {
            let _any = TraceParent::parse(&header);
        }

        #[test]
        fn nearly_right_headers_come_back_or_are_refused(header in "[0-9a-fA-F]{2}-[0-9a-fé]{32}-[0-9a-f-]{16}-[0-9a-f]{2}-?") {
            if let Ok(parent) = TraceParent::parse(&header) {
                prop_assert_eq!(TraceParent::parse(&parent.to_string()), Ok(parent));
            }
        }
    }
}

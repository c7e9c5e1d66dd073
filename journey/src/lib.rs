//! The journey of a call: its stages, what each of them took, and the ring of recent calls.
//!
//! A call carries one [`Journey`], a small value without allocation or lock. When the call ends,
//! the journey goes into the `Server-Timing` header and, as a [`Record`], into the [`Ring`].
//!
//! This crate also holds the [`World`] of a call: clock and randomness, which everything else
//! takes as parameters.
//!
//! Must not know: the engine, HTTP, databases, an async runtime. A journey holds route templates
//! and SQL without values, never what a caller sent.

mod call;
mod record;
mod request_id;
mod ring;
mod server_timing;
mod stage;
mod trace;
mod world;

pub use call::{DatabaseTime, Journey, Span};
pub use record::Record;
pub use request_id::RequestId;
pub use ring::Ring;
pub use stage::Stage;
pub use trace::{SpanId, TraceFlags, TraceId, TraceParent, TraceParentError};
pub use world::{Clock, Entropy, FixedClock, SeededEntropy, SystemClock, SystemEntropy, World};

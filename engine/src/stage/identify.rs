//! The stage `identify`: from what a request carries to a caller.

use roundtrip_policy::Caller;

/// What a request carries to say who is calling. There are no accounts and no keys yet, so it is
/// empty, and stays the one place where they arrive.
#[derive(Debug, Clone, Copy, Default)]
pub struct Credentials;

/// Who is calling. Whoever cannot be told from anybody is anonymous, the caller with the least rights:
/// a credential that nothing can check yet never gives any.
pub fn identify(_credentials: Credentials) -> Caller {
    Caller::Anonymous
}

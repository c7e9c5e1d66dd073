//! From a checked value to the type of its field.
//!
//! Must not know: keys or limits; those were checked before.

use std::net::IpAddr;
use std::time::Duration;

use crate::key::Value;

/// A type that a setting's field can have. `None` means that the key's declaration and its
/// field do not fit each other.
pub(crate) trait Typed: Sized {
    fn typed(value: &Value) -> Option<Self>;
}

macro_rules! integers {
    ($($type:ty),+) => {
        $(impl Typed for $type {
            fn typed(value: &Value) -> Option<Self> {
                match value {
                    Value::Integer(number) => Self::try_from(*number).ok(),
                    Value::Text(_) | Value::Flag(_) | Value::Unset => None,
                }
            }
        })+
    };
}
integers!(u16, u32, u64, usize);

/// Milliseconds: the keys of durations end in `_ms`.
impl Typed for Duration {
    fn typed(value: &Value) -> Option<Self> {
        u64::typed(value).map(Self::from_millis)
    }
}

impl Typed for bool {
    fn typed(value: &Value) -> Option<Self> {
        match value {
            Value::Flag(flag) => Some(*flag),
            Value::Text(_) | Value::Integer(_) | Value::Unset => None,
        }
    }
}

impl Typed for String {
    fn typed(value: &Value) -> Option<Self> {
        match value {
            Value::Text(text) => Some(text.clone()),
            Value::Flag(_) | Value::Integer(_) | Value::Unset => None,
        }
    }
}

impl Typed for IpAddr {
    fn typed(value: &Value) -> Option<Self> {
        String::typed(value).and_then(|text| text.parse().ok())
    }
}

impl<T: Typed> Typed for Option<T> {
    fn typed(value: &Value) -> Option<Self> {
        match value {
            Value::Unset => Some(None),
            Value::Text(_) | Value::Flag(_) | Value::Integer(_) => T::typed(value).map(Some),
        }
    }
}

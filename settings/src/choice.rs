//! Enumerations whose variants have names in `roundtrip.toml`.
//!
//! Must not know: which key uses them.

/// Declares an enumeration and the names of its variants.
macro_rules! choice {
    ($(#[$doc:meta])* pub enum $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $text:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name {
            $($(#[$variant_doc])* $variant,)+
        }

        impl $name {
            pub(crate) const NAMES: &'static [&'static str] = &[$($text),+];

            /// The name in `roundtrip.toml`.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $text,)+
                }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str(self.name())
            }
        }

        impl $crate::typed::Typed for $name {
            fn typed(value: &$crate::key::Value) -> Option<Self> {
                match value {
                    $($crate::key::Value::Text(text) if text == $text => Some(Self::$variant),)+
                    _ => None,
                }
            }
        }
    };
}
pub(crate) use choice;

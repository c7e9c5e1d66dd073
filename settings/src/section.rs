//! The sections of `roundtrip.toml`, one file each.
//!
//! To add a key, add its row to the file of its section. To add a section, add its file, its
//! field in `Settings`, and its line in `registry.rs` and `Settings::typed`.
//!
//! Must not know: where a value came from.

pub(crate) mod backup;
pub(crate) mod cors;
pub(crate) mod database;
pub(crate) mod http;
pub(crate) mod journeys;
pub(crate) mod limits;
pub(crate) mod log;
pub(crate) mod project;
pub(crate) mod public;
pub(crate) mod rest;
pub(crate) mod server;

/// Declares a section: the typed struct, and the table of its keys, from one row per key.
///
/// A row is `/// sentence`, the key's name in the file, the field, its type, and its kind with
/// default and limits.
macro_rules! section {
    (
        $(#[doc = $section_doc:literal])+
        $section:literal => $name:ident {
            $($(#[doc = $doc:literal])+ $key:literal $field:ident: $type:ty = $declared:expr;)+
        }
    ) => {
        $(#[doc = $section_doc])+
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub struct $name {
            $($(#[doc = $doc])+ pub $field: $type,)+
        }

        impl $name {
            pub(crate) const SECTION: $crate::registry::Section = $crate::registry::Section {
                name: $section,
                sentence: concat!($($section_doc),+),
                keys: &[$($declared.key($section, $key, concat!($($doc),+)),)+],
            };

            pub(crate) fn typed(values: &$crate::values::Values) -> Self {
                Self { $($field: values.typed($section, $key),)+ }
            }
        }
    };
}
pub(crate) use section;

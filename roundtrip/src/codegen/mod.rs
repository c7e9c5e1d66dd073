//! Documents for other programs, made from a schema: TypeScript types, a Postman collection.
//!
//! They show what the OpenAPI document shows: what a rule could permit to somebody. It must not know
//! the command line, nor open a database.

#[cfg(test)]
mod example;
pub(crate) mod postman;
pub(crate) mod typescript;

//! Roundtrip as a library: put a server together in a program of your own.
//!
//! ```no_run
//! # async fn run() -> Result<(), roundtrip::Error> {
//! let given = roundtrip::Given::default();
//! let site = roundtrip::Site::new("shop", &given)?;
//! let server = roundtrip::start(site.into(), roundtrip::World::system()).await?;
//! println!("http://{}", server.address());
//! server.stop().await
//! # }
//! ```
//!
//! [`Site`] is what is to be served, [`start`] serves it. The binary's commands stand in [`cli`].

pub mod backup;
pub mod banner;
pub mod cli;
mod codegen;
pub mod compose;
pub mod database;
mod error;
mod from_openapi;
pub mod logging;
mod migrations;
pub mod opening;
pub mod port_holder;
pub mod project;
mod reload;
pub mod seed;
pub mod served_database;
pub mod site;
mod stores;
mod template;
pub mod transfer;

pub use compose::{Server, connect, start};
pub use error::Error;
pub use project::Project;
pub use site::{Given, Site, Source};

pub use roundtrip_engine::Engine;
pub use roundtrip_journey::World;
pub use roundtrip_schema::Schema;
pub use roundtrip_settings::{Environment, Settings};

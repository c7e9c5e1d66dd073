//! What every call can reach: the engine, the ring of journeys, the settings that concern HTTP.

use std::sync::Arc;

use arc_swap::ArcSwapOption;
use bytes::Bytes;
use roundtrip_engine::{Engine, Model};
use roundtrip_journey::Ring;
use roundtrip_settings::Settings;

/// Where the server listens, which decides who counts as local.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Listening {
    /// On the loopback interface: only programs of this machine get through.
    Loopback,
    /// On an address that others can reach.
    Anywhere,
}

/// What every call can reach.
pub struct App {
    /// The way to the data.
    pub engine: Arc<Engine>,
    /// Recent calls.
    pub ring: Ring,
    /// Limits and defaults.
    pub settings: Settings,
    /// Where the server listens.
    pub listening: Listening,
    pub(crate) openapi: ArcSwapOption<(Arc<Model>, Bytes)>,
}

impl App {
    /// Puts the parts together.
    pub fn new(engine: Arc<Engine>, settings: Settings, listening: Listening) -> Self {
        let ring = Ring::new(settings.journeys.capacity());
        Self { engine, ring, settings, listening, openapi: ArcSwapOption::empty() }
    }
}

//! A thread that makes batches and a transaction that takes them, with a short queue in between.
//!
//! It must not know what the rows are or where they come from.

use std::ops::ControlFlow;

use futures_util::stream::{self, StreamExt as _};
use roundtrip_engine::{Engine, EngineError, LoadReport};
use roundtrip_policy::Authorized;
use roundtrip_query::Plan;
use tokio::sync::mpsc;

/// Batches that may wait for the database; more would only be memory.
const QUEUE: usize = 4;

type Batch = Result<Authorized<Plan>, EngineError>;

/// Where batches go.
pub(crate) struct Feed(mpsc::Sender<Batch>);

impl Feed {
    /// Hands a batch over; breaks when nobody takes any more.
    pub(crate) fn give(&self, plan: Authorized<Plan>) -> ControlFlow<()> {
        match self.0.blocking_send(Ok(plan)) {
            Ok(()) => ControlFlow::Continue(()),
            Err(_) => ControlFlow::Break(()),
        }
    }

    /// Ends the transaction without keeping anything.
    pub(crate) fn abandon(&self) {
        // When nobody listens any more the transaction has ended already.
        let _gone = self.0.blocking_send(Err(EngineError::Input("the rows could not be made".to_owned())));
    }
}

/// Runs `produce` on a thread of its own and loads what it gives in one transaction. Both outcomes
/// come back: where `produce` failed, its error is the reason and the load's only follows from it.
pub(crate) async fn feed<T, E>(
    engine: &Engine,
    keep_good: bool,
    produce: impl FnOnce(&mut Feed) -> Result<T, E> + Send + 'static,
) -> (Result<LoadReport, EngineError>, Result<T, E>)
where
    T: Send + 'static,
    E: Send + 'static,
{
    let (sender, receiver) = mpsc::channel::<Batch>(QUEUE);
    let next = |mut receiver: mpsc::Receiver<Batch>| async move {
        let batch = receiver.recv().await?;
        Some((batch, receiver))
    };
    let batches = stream::unfold(receiver, next).boxed();
    let mut feed = Feed(sender);
    let producing = tokio::task::spawn_blocking(move || produce(&mut feed));
    let (loaded, produced) = tokio::join!(engine.load(batches, keep_good), producing);
    (loaded, produced.expect("a producer does not panic; if one does, nothing was kept"))
}

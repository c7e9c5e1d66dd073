//! Stands between a store and its server, and breaks what is between them.

use std::net::SocketAddr;

use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// What becomes of connections.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Way {
    /// They reach the server.
    Open,
    /// They end, and new ones are refused.
    Cut,
    /// They stay, and nothing comes through; new ones are accepted and never answered.
    Silent,
}

/// A place on this machine that leads to a server.
pub(crate) struct Proxy {
    place: SocketAddr,
    way: watch::Sender<Way>,
    accepting: JoinHandle<()>,
}

impl Proxy {
    /// A proxy in front of the server of this URL, and the URL that leads through it.
    pub(crate) async fn new(url: &str) -> (Self, String) {
        let mut url = url::Url::parse(url).unwrap();
        let target = (url.host_str().unwrap().to_owned(), url.port().unwrap_or(5_432));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let place = listener.local_addr().unwrap();
        url.set_host(Some("127.0.0.1")).unwrap();
        url.set_port(Some(place.port())).unwrap();
        let (way, seen) = watch::channel(Way::Open);
        let accepting = tokio::spawn(accept(listener, place, target, seen));
        (Self { place, way, accepting }, url.into())
    }

    pub(crate) async fn set(&self, way: Way) {
        self.way.send_replace(way);
        // A listener that is gone, or back, is what the caller waits for.
        loop {
            let refused = TcpStream::connect(self.place).await.is_err();
            if refused == (way == Way::Cut) {
                return;
            }
            tokio::task::yield_now().await;
        }
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

async fn accept(
    listener: TcpListener,
    place: SocketAddr,
    target: (String, u16),
    mut way: watch::Receiver<Way>,
) {
    let mut listener = Some(listener);
    loop {
        if *way.borrow() == Way::Cut {
            listener = None;
            way.changed().await.unwrap();
            continue;
        }
        if listener.is_none() {
            listener = Some(TcpListener::bind(place).await.unwrap());
        }
        let open = listener.as_ref().unwrap();
        tokio::select! {
            changed = way.changed() => changed.unwrap(),
            accepted = open.accept() => {
                let (near, _) = accepted.unwrap();
                tokio::spawn(join(near, target.clone(), way.clone()));
            }
        }
    }
}

/// Carries bytes in both directions while the way is open.
async fn join(mut near: TcpStream, target: (String, u16), mut way: watch::Receiver<Way>) {
    let mut far = None;
    loop {
        let now = *way.borrow_and_update();
        match now {
            Way::Cut => return,
            Way::Silent => {
                if way.changed().await.is_err() {
                    return;
                }
            }
            Way::Open => {
                if far.is_none() {
                    far = Some(TcpStream::connect(&target).await.unwrap());
                }
                let far = far.as_mut().unwrap();
                tokio::select! {
                    changed = way.changed() => if changed.is_err() { return },
                    _ = tokio::io::copy_bidirectional(&mut near, far) => return,
                }
            }
        }
    }
}

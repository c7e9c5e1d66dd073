//! A server between the store and the database that can hang up on everybody, refuse callers, or stop
//! saying anything; and that counts what it is asked.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use mysql_async::Opts;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

use crate::database::Database;

/// What the proxy does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Line {
    /// It hands everything on.
    Open,
    /// Nobody listens, and everybody was hung up on.
    Cut,
    /// Connections stay, and nothing comes through.
    Silent,
}

pub(crate) struct Proxy {
    address: SocketAddr,
    line: watch::Sender<Line>,
    /// So the line is now, as far as new callers notice.
    seen: watch::Receiver<Line>,
    requests: Arc<AtomicU64>,
}

impl Proxy {
    /// A proxy in front of the server of a database.
    pub(crate) async fn of(database: &Database) -> Self {
        let server = Opts::from_url(&database.url()).unwrap();
        let target = format!("{}:{}", server.ip_or_hostname(), server.tcp_port());
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (line, watched) = watch::channel(Line::Open);
        let (show, seen) = watch::channel(Line::Open);
        let requests = Arc::new(AtomicU64::new(0));
        tokio::spawn(listen(listener, target, watched, show, Arc::clone(&requests)));
        Self { address, line, seen, requests }
    }

    pub(crate) fn url(&self, database: &Database) -> String {
        database.url_at(&self.address.ip().to_string(), self.address.port())
    }

    /// Changes the line, and waits until new callers notice.
    pub(crate) async fn set(&self, line: Line) {
        self.line.send(line).unwrap();
        self.seen.clone().wait_for(|seen| *seen == line).await.unwrap();
    }

    /// How many packets have come from the store.
    pub(crate) fn requests(&self) -> u64 {
        self.requests.load(Ordering::SeqCst)
    }
}

async fn listen(
    listener: TcpListener,
    target: String,
    mut line: watch::Receiver<Line>,
    show: watch::Sender<Line>,
    requests: Arc<AtomicU64>,
) {
    let address = listener.local_addr().unwrap();
    let mut listening = Some(listener);
    loop {
        let now = *line.borrow_and_update();
        if now == Line::Cut {
            listening = None;
        } else if listening.is_none() {
            listening = Some(TcpListener::bind(address).await.unwrap());
        }
        show.send(now).ok();
        let Some(listener) = &listening else {
            if line.changed().await.is_err() {
                return;
            }
            continue;
        };
        tokio::select! {
            accepted = listener.accept() => {
                let (client, _) = accepted.unwrap();
                tokio::spawn(carry(client, target.clone(), line.clone(), Arc::clone(&requests)));
            }
            changed = line.changed() => if changed.is_err() { return },
        }
    }
}

/// Carries bytes both ways for as long as the line is open.
async fn carry(client: TcpStream, target: String, line: watch::Receiver<Line>, requests: Arc<AtomicU64>) {
    let Ok(server) = TcpStream::connect(target).await else { return };
    client.set_nodelay(true).unwrap();
    server.set_nodelay(true).unwrap();
    let (mut from_client, mut to_client) = client.into_split();
    let (mut from_server, mut to_server) = server.into_split();
    let mut cut = line.clone();
    let (mut there_line, mut back_line) = (line.clone(), line);
    let there = async {
        let mut bytes = vec![0; 65_536];
        while let Ok(length @ 1..) = from_client.read(&mut bytes).await {
            requests.fetch_add(1, Ordering::SeqCst);
            if there_line.wait_for(|line| *line == Line::Open).await.is_err() {
                return;
            }
            if to_server.write_all(&bytes[..length]).await.is_err() {
                return;
            }
        }
    };
    let back = async {
        let mut bytes = vec![0; 65_536];
        while let Ok(length @ 1..) = from_server.read(&mut bytes).await {
            if back_line.wait_for(|line| *line == Line::Open).await.is_err() {
                return;
            }
            if to_client.write_all(&bytes[..length]).await.is_err() {
                return;
            }
        }
    };
    tokio::select! {
        () = there => {}
        () = back => {}
        _ = cut.wait_for(|line| *line == Line::Cut) => {}
    }
}

//! A server in this process, on a port of its own.

use std::path::Path;
use std::sync::Arc;

use roundtrip::opening::Opening;
use roundtrip::{Given, Site, World};

use crate::{Folder, PATIENCE};

/// A running server, its address, and a client that calls it.
pub struct Server {
    /// `http://127.0.0.1:40123`
    pub url: String,
    /// A client without a proxy.
    pub client: reqwest::Client,
    /// The server itself.
    pub inner: roundtrip::Server,
    /// The project folder, if it is one of ours.
    pub folder: Option<Folder>,
}

impl Server {
    /// The example shop with its sample data.
    ///
    /// # Panics
    /// When it does not start, or its database does not open.
    pub async fn shop() -> Self {
        Self::folder(Folder::shop()).await
    }

    /// The example shop with its sample data on a database of a server.
    ///
    /// # Panics
    /// As [`Server::shop`].
    pub async fn shop_on(url: &str) -> Self {
        let folder = Folder::shop();
        let mut server = Self::start(folder.path(), &[&format!("database.url={url}")]).await;
        server.folder = Some(folder);
        server
    }

    /// A project of these files: paths and texts.
    ///
    /// # Panics
    /// As [`Server::shop`].
    pub async fn project(files: &[(&str, &str)]) -> Self {
        Self::folder(Folder::with(files)).await
    }

    /// The project in a folder.
    ///
    /// # Panics
    /// As [`Server::shop`].
    pub async fn folder(folder: Folder) -> Self {
        let mut server = Self::start(folder.path(), &[]).await;
        server.folder = Some(folder);
        server
    }

    /// A database without a project, to read.
    ///
    /// # Panics
    /// As [`Server::shop`].
    pub async fn database(path: &Path) -> Self {
        Self::start(path, &[]).await
    }

    /// Anything that can be served, with settings: `section.key=value`.
    ///
    /// # Panics
    /// As [`Server::shop`].
    pub async fn start(target: &Path, set: &[&str]) -> Self {
        let set = set.iter().copied().chain(["server.port=0"]).map(str::to_owned).collect();
        let given = Given { set, ..Given::default() };
        let target = target.to_str().expect("a path that is text");
        let site =
            Site::new(target, &given).map_err(|error| error.to_string()).expect("a site without mistakes");
        let inner = roundtrip::start(Arc::new(site), World::system()).await;
        let inner = inner.map_err(|error| error.to_string()).expect("a server that starts");
        let opening =
            tokio::time::timeout(PATIENCE, inner.opened()).await.expect("an opened database in time");
        assert!(matches!(opening, Opening::Open(_)), "{opening:?}");
        let url = format!("http://{}", inner.address());
        Self { url, client: client(), inner, folder: None }
    }

    /// The status and the JSON of an answer.
    ///
    /// # Panics
    /// When there is no answer, or it is not JSON.
    pub async fn get(&self, path: &str) -> (u16, serde_json::Value) {
        get(&self.client, &format!("{}{path}", self.url)).await
    }

    /// Stops as on a signal.
    ///
    /// # Panics
    /// When it does not stop in time.
    pub async fn stop(self) -> Option<Folder> {
        let stopped = tokio::time::timeout(PATIENCE, self.inner.stop()).await.expect("a stop in time");
        stopped.map_err(|error| error.to_string()).expect("an orderly end");
        self.folder
    }
}

/// A client that calls this machine, whatever proxy the environment names.
///
/// # Panics
/// When it cannot be made.
pub fn client() -> reqwest::Client {
    reqwest::Client::builder().no_proxy().timeout(PATIENCE).build().expect("a client")
}

/// The status and the JSON of an answer.
///
/// # Panics
/// When there is no answer, or it is not JSON.
pub async fn get(client: &reqwest::Client, url: &str) -> (u16, serde_json::Value) {
    let response = client.get(url).send().await.expect(url);
    let status = response.status().as_u16();
    let text = response.text().await.expect("a body");
    let json = serde_json::from_str(&text);
    assert!(json.is_ok(), "{url} did not answer with JSON: {text}");
    (status, json.unwrap_or_default())
}

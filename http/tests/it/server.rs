//! A server of its own for each test, and the one function that most tests are made of.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use reqwest::Method;
use roundtrip_engine::{Engine, Model};
use roundtrip_http::{App, Listening};
use roundtrip_journey::World;
use roundtrip_query::Limits;
use roundtrip_schema::Schema;
use roundtrip_schema::parse::{SourceFile, parse};
use roundtrip_settings::{Settings, Sources, load};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use super::database::Database;

/// How long anything that is waited for may take, in a debug build on a slow machine.
pub(crate) const PATIENCE: Duration = Duration::from_mins(1);

const FILES: [(&str, &str); 4] = [
    (
        "categories",
        "[fields]\nname = { type = \"text\", unique = true }\n[access]\nread = \"anyone\"\nwrite = \"anyone\"",
    ),
    (
        "products",
        "[fields]\nname = { type = \"text\", max = 20 }\nprice = { type = \"decimal(12,2)\", min = 0 }\n\
         about = \"text?\"\ncategory_id = { to = \"categories\" }\n\
         [access]\nread = \"anyone\"\nwrite = \"anyone\"",
    ),
    ("drafts", "[fields]\ntitle = \"text\"\n[access]\ncreate = \"anyone\""),
    (
        "tags",
        "id = \"code\"\n[fields]\ncode = \"text\"\ncategory_id = { to = \"categories\" }\nother_id = { to = \"categories\", optional = true }\n\
         [access]\nread = \"anyone\"\nwrite = \"anyone\"",
    ),
];

/// The resources that every test serves.
pub(crate) fn schema() -> Schema {
    let files = FILES
        .map(|(name, text)| SourceFile { path: format!("resources/{name}.toml"), text: text.to_owned() });
    match parse(&files) {
        Ok(schema) => schema,
        Err(mistakes) => panic!("{}", mistakes[0]),
    }
}

/// A running server with two categories and three products.
pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    pub(crate) engine: Arc<Engine>,
    pub(crate) client: reqwest::Client,
    stop: oneshot::Sender<()>,
    serving: JoinHandle<usize>,
    pub(crate) database: Database,
}

/// An answer, taken apart.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: reqwest::header::HeaderMap,
    pub(crate) body: String,
}

/// One request and what has to come of it.
pub(crate) struct Case {
    /// Method and address: `GET /rest/v1/products`.
    pub(crate) call: &'static str,
    pub(crate) headers: &'static [(&'static str, &'static str)],
    pub(crate) body: &'static str,
    pub(crate) status: u16,
    /// Headers of the answer; an empty value says that it must not be there.
    pub(crate) answers: &'static [(&'static str, &'static str)],
    /// The whole body of the answer, or, for a problem, its code.
    pub(crate) says: &'static str,
}

/// What a case says where it says nothing.
pub(crate) const CASE: Case = Case { call: "", headers: &[], body: "", status: 200, answers: &[], says: "" };

impl Server {
    pub(crate) async fn start() -> Self {
        Self::with(&[]).await
    }

    /// With settings: `section.key=value`.
    pub(crate) async fn with(set: &[&str]) -> Self {
        let world = World::system();
        let database = Database::empty().await;
        let store = database.open(&world.clock, true).await;
        let schema = database.placed(schema());
        store.bring_to(&schema).await.expect("tables");
        let schema = schema.with_column_types(&store.introspect().await.expect("the structure"));
        // As the whole server does it.
        let limits = Limits { explain: set.contains(&"rest.plan=true"), ..Limits::default() };
        let engine = Engine::new(Model::new(Arc::new(schema), limits), world);
        engine.set_store(Some(store));
        let server = Self::around(Arc::new(engine), set, database).await;
        for (resource, rows) in [
            ("categories", r#"[{"name":"Light"},{"name":"Sound"}]"#),
            (
                "products",
                r#"[{"name":"Lamp","price":19.9,"category_id":1},{"name":"Torch","price":5,"category_id":1},{"name":"Bell","price":7.5,"category_id":2}]"#,
            ),
        ] {
            let call = format!("POST /rest/v1/{resource}");
            assert_eq!(server.call(&call, &[("prefer", "return=minimal")], rows).await.status, 201);
        }
        server
    }

    async fn around(engine: Arc<Engine>, set: &[&str], database: Database) -> Self {
        let app = Arc::new(App::new(Arc::clone(&engine), settings(set), Listening::Loopback));
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let (stop, stopped) = oneshot::channel();
        let serving = tokio::spawn(roundtrip_http::serve(app, listener, async {
            drop(stopped.await);
        }));
        let client =
            reqwest::Client::builder().no_proxy().no_gzip().timeout(PATIENCE).build().expect("a client");
        Self { address, engine, client, stop, serving, database }
    }

    pub(crate) async fn call(&self, call: &str, headers: &[(&str, &str)], body: &str) -> Answer {
        let (method, path) = call.split_once(' ').expect("method and path");
        let method = Method::from_bytes(method.as_bytes()).expect("a method");
        let mut request = self.client.request(method, format!("http://{}{path}", self.address));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if !body.is_empty() {
            request = request.body(body.to_owned());
        }
        let response = request.send().await.expect(call);
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        Answer { status, headers, body: response.text().await.expect("a body") }
    }

    pub(crate) async fn check(&self, cases: &[Case]) {
        for case in cases {
            let answer = self.call(case.call, case.headers, case.body).await;
            let told = format!(
                "{} {:?} {}\n{:?}\n{}",
                case.call, case.headers, case.body, answer.headers, answer.body
            );
            assert_eq!(answer.status, case.status, "{told}");
            for (name, value) in case.answers {
                assert_eq!(answer.header(name), *value, "{name} of {told}");
            }
            match answer.problem() {
                Some(problem) => assert_eq!(problem["code"], case.says, "{told}"),
                None => assert_eq!(answer.body, case.says, "{told}"),
            }
            answer.holds_what_all_answers_hold(&told);
        }
    }

    /// Sends bytes as they are and reads until the server closes the connection.
    pub(crate) async fn raw(&self, bytes: &[u8]) -> String {
        let mut stream = self.connect().await;
        stream.write_all(bytes).await.expect("a connection that takes bytes");
        let mut answer = Vec::new();
        // A connection that is reset has said all that it had to say.
        let read = tokio::time::timeout(PATIENCE, stream.read_to_end(&mut answer)).await;
        drop(read.expect("an end of the connection in time"));
        String::from_utf8_lossy(&answer).into_owned()
    }

    pub(crate) async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address).await.expect("a connection")
    }

    /// Tells the server to stop; gives what tells how many connections it had to cut.
    pub(crate) fn stop(self) -> JoinHandle<usize> {
        let _gone_if_it_ended_by_itself = self.stop.send(());
        let (serving, database) = (self.serving, self.database);
        tokio::spawn(async move {
            let cut = serving.await.expect("no panic");
            drop(database);
            cut
        })
    }
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().expect("text"))
    }

    /// The members of a problem, if it is one.
    pub(crate) fn problem(&self) -> Option<serde_json::Value> {
        let is_problem = self.header("content-type") == "application/problem+json";
        let body = if self.body.is_empty() { "{\"code\":\"\"}" } else { &self.body };
        is_problem.then(|| serde_json::from_str(body).expect("a problem is JSON"))
    }

    #[track_caller]
    fn holds_what_all_answers_hold(&self, told: &str) {
        assert_eq!(self.header("x-content-type-options"), "nosniff", "{told}");
        assert!(!self.header("x-request-id").is_empty(), "{told}");
        assert!(!self.header("cache-control").is_empty(), "{told}");
        assert!(!self.header("content-type").starts_with("text/plain"), "{told}");
        assert!(self.status < 400 || self.problem().is_some(), "{told}");
    }
}

fn settings(set: &[&str]) -> Settings {
    let set: Vec<String> = set.iter().map(|one| (*one).to_owned()).collect();
    load(&Sources { folder: "shop", set: &set, ..Sources::default() }).expect("settings").settings
}

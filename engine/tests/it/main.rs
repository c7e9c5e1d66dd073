//! The engine over a real SQLite file: one operation in, one outcome or problem out.
#![expect(clippy::panic, reason = "a test that cannot go on says why")]

mod merges;
mod reads;
mod writes;

use std::sync::Arc;

use roundtrip_engine::{Engine, EngineError, Kind, Model, Outcome, Problem};
use roundtrip_journey::{Journey, Stage, World};
use roundtrip_policy::Caller;
use roundtrip_query::operation::{
    Answer, Create, Delete, Input, InputRow, Operation, Read, Replace, Returning, Target, Update,
};
use roundtrip_query::{Limits, grammar};
use roundtrip_schema::parse::{SourceFile, parse};
use roundtrip_store::Store;
use roundtrip_store_sqlite::{Mode, Options, SqliteStore};

const FILES: [(&str, &str); 4] = [
    (
        "categories",
        "[fields]\nname = { type = \"text\", unique = true }\n[access]\nread = \"anyone\"\nwrite = \"anyone\"",
    ),
    (
        "products",
        "timestamps = true\n[fields]\nname = { type = \"text\", max = 20 }\n\
         price = { type = \"decimal(12,2)\", min = 0 }\nstock = { type = \"integer\", default = 7 }\n\
         about = \"text?\"\nsecret = { type = \"text?\", read = \"nobody\" }\nrank = { type = \"integer?\", write = \"nobody\" }\n\
         category_id = { to = \"categories\" }\n[access]\nread = \"anyone\"\nwrite = \"anyone\"",
    ),
    ("drafts", "[fields]\ntitle = \"text\"\n[access]\ncreate = \"anyone\""),
    (
        "gifts",
        "[fields]\nname = \"text\"\ngiver_id = { to = \"categories\", optional = true, read = \"nobody\" }\n\
         [access]\nread = \"anyone\"\nwrite = \"anyone\"",
    ),
];

/// An engine over an empty database of its own.
pub(crate) struct Shop {
    engine: Engine,
    _folder: tempfile::TempDir,
}

impl Shop {
    pub(crate) async fn open() -> Self {
        let files = FILES
            .map(|(name, text)| SourceFile { path: format!("resources/{name}.toml"), text: text.to_owned() });
        let schema = parse(&files).unwrap_or_else(|mistakes| panic!("{}", mistakes[0]));
        let folder = tempfile::tempdir().expect("a folder");
        let (world, clock) = World::fixed(7);
        let path = folder.path().join("shop.db");
        let store = SqliteStore::open(&path, Mode::Project, Options::default(), clock).expect("a store");
        store.bring_to(&schema).await.expect("tables");
        let engine = Engine::new(Model::new(Arc::new(schema), Limits::default()), world);
        engine.set_store(Some(Arc::new(store)));
        Self { engine, _folder: folder }
    }

    pub(crate) async fn call(&self, operation: &Operation) -> Result<Outcome, EngineError> {
        let mut journey = Journey::start(&*self.engine.world().clock);
        self.engine.execute(Caller::Anonymous, operation, &mut journey).await
    }

    /// `POST products {…}`, `GET products/1?select=name`: what came of it, in one line.
    pub(crate) async fn say(&self, call: &str) -> String {
        match self.call(&operation(call)).await {
            Ok(outcome) => {
                let body = String::from_utf8(outcome.body).expect("JSON is UTF-8");
                format!("{} {body}", outcome.count).trim_end().to_owned()
            }
            Err(error) => told(&Problem::from(error)),
        }
    }

    pub(crate) async fn check(&self, steps: &[(&str, &str)]) {
        for (call, expected) in steps {
            let said = self.say(call).await;
            assert_eq!(said, *expected, "{call}");
        }
    }
}

/// The kind, the code and the fields of a problem.
pub(crate) fn told(problem: &Problem) -> String {
    let fields = problem.violations.iter().map(|one| format!(" {}:{}", one.pointer, one.code));
    format!("{:?} {}{}", problem.kind, problem.code, fields.collect::<String>())
}

fn operation(call: &str) -> Operation {
    let (method, rest) = call.split_once(' ').expect("method and path");
    let (path, body) = rest.split_once(' ').unwrap_or((rest, "null"));
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    let mut segments = path.split('/').map(str::to_owned);
    let target = Target {
        profile: None,
        resource: segments.next().unwrap_or_default(),
        key: segments.next().map(|key| key.split(',').map(str::to_owned).collect()),
        follow: segments.next(),
    };
    let selection = grammar::parse(query, &Limits::default()).expect("a query").selection;
    let filter = selection.filter.clone();
    let returning = if body.starts_with('[') { Returning::Representation } else { Returning::Row };
    let answer = Answer { selection: selection.clone(), ..Answer::new(returning) };
    match method {
        "GET" => Operation::Read(Read::new(target, selection)),
        "POST" => Operation::Create(Create { target, input: input(body), duplicates: None, answer }),
        "PATCH" => Operation::Update(Update { target, input: input(body), filter, answer }),
        "PUT" => Operation::Replace(Replace { target, input: input(body), filter, answer }),
        _ => Operation::Delete(Delete { target, filter, answer }),
    }
}

pub(crate) fn input(body: &str) -> Input {
    let value: serde_json::Value = serde_json::from_str(body).expect("JSON");
    let row = |value: &serde_json::Value| {
        let members = value.as_object().expect("an object").iter();
        InputRow {
            members: members.map(|(name, value)| (name.as_str().into(), value.to_string().into())).collect(),
        }
    };
    match &value {
        serde_json::Value::Array(rows) => {
            Input { rows: rows.iter().map(row).collect(), list: true, ..Input::default() }
        }
        one => Input { rows: vec![row(one)], list: false, ..Input::default() },
    }
}

#[tokio::test]
async fn a_journey_enters_the_stages_in_order() {
    let shop = Shop::open().await;
    let mut journey = Journey::start(&*shop.engine.world().clock);
    shop.engine
        .execute(Caller::Anonymous, &operation("GET products"), &mut journey)
        .await
        .expect("an answer");
    let stages: Vec<Stage> = journey.spans().map(|span| span.stage).collect();
    assert_eq!(
        stages,
        [Stage::Accept, Stage::Validate, Stage::Plan, Stage::Authorise, Stage::Database, Stage::Render]
    );
}

/// The second read of a row takes the plan of the first.
#[tokio::test]
async fn reads_by_key_are_alike_however_often() {
    let shop = Shop::open().await;
    for name in ["Lamps", "Chairs"] {
        shop.say(&format!("POST categories {{\"name\":\"{name}\"}}")).await;
    }
    for _ in 0..2 {
        shop.check(&[
            ("GET categories/1", r#"1 {"id":1,"name":"Lamps"}"#),
            ("GET categories/2", r#"1 {"id":2,"name":"Chairs"}"#),
            ("GET categories/2?select=name", r#"1 {"name":"Chairs"}"#),
            ("GET categories/3", "NotFound PGRST116"),
            ("GET categories/1,2", "BadRequest 22P02"),
            ("GET categories/one", "BadRequest 22P02"),
            ("GET drafts/1", "Unauthenticated 42501"),
        ])
        .await;
    }
    // Another model has plans of its own.
    let closed = parse(&[SourceFile {
        path: "resources/categories.toml".to_owned(),
        text: "[fields]\nname = \"text\"".to_owned(),
    }])
    .unwrap_or_else(|mistakes| panic!("{}", mistakes[0]));
    shop.engine.set_model(Model::new(Arc::new(closed), Limits::default()));
    shop.check(&[("GET categories/1", "Unauthenticated 42501")]).await;
}

#[tokio::test]
async fn without_a_database_everything_is_unavailable() {
    let shop = Shop::open().await;
    shop.engine.set_store(None);
    let error = shop.call(&operation("GET products")).await.expect_err("no store");
    let problem = Problem::from(error);
    assert_eq!((problem.kind, problem.retry_after_s), (Kind::Unavailable, Some(1)));
}

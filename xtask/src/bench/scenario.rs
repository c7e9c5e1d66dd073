//! What is measured: one row per scenario, with the request that each server gets. It must not run anything.

use super::footprint;
use super::server::Rival;

/// One line of the table.
pub(crate) struct Scenario {
    pub(crate) name: &'static str,
    pub(crate) what: &'static str,
    pub(crate) connections: u32,
    /// Nothing where Roundtrip has no such thing.
    roundtrip: Option<Request>,
    baseline: Request,
    /// How many products a right answer holds; checked before measuring.
    pub(crate) products: usize,
}

/// A request, or a family of them that differ in an id.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Request {
    /// The same address each time.
    Get(&'static str),
    /// The address and an id out of the fixture's, another one each time.
    GetById(&'static str),
    /// One new product.
    Insert(&'static str),
}

/// The ids of the fixture are 1 up to this.
const IDS: u32 = 10_000;

const NEW_PRODUCT: &str =
    r#"{"name":"A new product","price":12.5,"stock":3,"category_id":7,"about":"As good as the others."}"#;

const READ_OURS: Request = Request::GetById("/rest/v1/products/");
const READ_THEIRS: Request = Request::GetById("/products/");
const INSERT_OURS: Request = Request::Insert("/rest/v1/products");
const INSERT_THEIRS: Request = Request::Insert("/products");

pub(crate) const SCENARIOS: &[Scenario] = &[
    Scenario {
        name: "hello",
        what: "what the web framework alone does here, 64 callers",
        connections: 64,
        roundtrip: None,
        baseline: Request::Get("/hello"),
        products: 0,
    },
    Scenario {
        name: "read-by-id",
        what: "one of 10,000 products, drawn at random, 64 callers",
        connections: 64,
        roundtrip: Some(READ_OURS),
        baseline: READ_THEIRS,
        products: 1,
    },
    Scenario {
        name: "list-30",
        what: "the first 30 products that cost less than 50, three columns, 64 callers",
        connections: 64,
        roundtrip: Some(Request::Get("/rest/v1/products?price=lt.50&select=id,name,price&order=id&limit=30")),
        baseline: Request::Get("/products?max_price=50"),
        products: 30,
    },
    insert("insert-1", "one durable insert after the other, 1 caller", 1),
    insert("insert-64", "durable inserts, 64 callers", 64),
    insert("insert-256", "durable inserts, 256 callers", 256),
];

const fn insert(name: &'static str, what: &'static str, connections: u32) -> Scenario {
    Scenario { name, what, connections, roundtrip: Some(INSERT_OURS), baseline: INSERT_THEIRS, products: 1 }
}

/// The request that a server answers first, when its start is measured.
pub(crate) fn first_request(rival: Rival) -> Request {
    match rival {
        Rival::Roundtrip => READ_OURS,
        Rival::Baseline => READ_THEIRS,
    }
}

/// For `--only`.
pub(crate) fn names() -> Vec<&'static str> {
    SCENARIOS.iter().map(|scenario| scenario.name).chain([footprint::NAME]).collect()
}

impl Scenario {
    pub(crate) fn request(&self, rival: Rival) -> Option<Request> {
        match rival {
            Rival::Roundtrip => self.roundtrip,
            Rival::Baseline => Some(self.baseline),
        }
    }
}

impl Request {
    /// One request as it goes over the wire, for a first look at the answer.
    pub(crate) fn head_and_body(self) -> String {
        let (method, path, body) = match self {
            Self::Get(path) => ("GET", path.to_owned(), ""),
            Self::GetById(path) => ("GET", format!("{path}{IDS}"), ""),
            Self::Insert(path) => ("POST", path.to_owned(), NEW_PRODUCT),
        };
        format!(
            "{method} {path} HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: close\r\n\
             content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
            body.len()
        )
    }

    /// The load generator's script. Requests are put together before the clock starts: making them takes time from
    /// the servers, which share this machine's cores.
    pub(crate) fn script(self) -> String {
        let request = match self {
            Self::Get(path) => format!("wrk.path = '{path}'"),
            Self::Insert(path) => format!(
                "wrk.method, wrk.path, wrk.body = 'POST', '{path}', '{NEW_PRODUCT}'\n\
                 wrk.headers['content-type'] = 'application/json'"
            ),
            // Inside `init`, because `wrk.format` does not know the host before. Each thread draws ids of its own,
            // and the same ones in every run.
            Self::GetById(path) => format!(
                "local threads, all = 0, {{}}\n\
                 function setup(thread) threads = threads + 1; thread:set('seed', threads * 7919) end\n\
                 function init(arguments)\n  math.randomseed(seed)\n  \
                 for id = 1, {IDS} do all[id] = wrk.format('GET', '{path}' .. id) end\nend\n\
                 function request() return all[math.random({IDS})] end"
            ),
        };
        format!("{request}\n{DONE}")
    }
}

/// Prints the outcome in a form that needs no guessing of units: times in microseconds.
const DONE: &str = "function done(summary, latency, requests)
  local errors = summary.errors
  io.write(string.format('measured requests=%d duration=%d p50=%d p99=%d refused=%d broken=%d\\n',
    summary.requests, summary.duration, latency:percentile(50), latency:percentile(99),
    errors.status, errors.connect + errors.read + errors.write + errors.timeout))
end
";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_look_is_a_whole_request() {
        let text = INSERT_OURS.head_and_body();
        let (head, body) = text.split_once("\r\n\r\n").unwrap();
        assert!(head.starts_with("POST /rest/v1/products HTTP/1.1\r\n"));
        assert!(head.contains(&format!("content-length: {}", body.len())));
        assert!(READ_THEIRS.head_and_body().starts_with("GET /products/10000 "));
    }

    #[test]
    fn no_request_breaks_out_of_the_script_that_quotes_it() {
        for scenario in SCENARIOS {
            for request in
                [scenario.request(Rival::Roundtrip), scenario.request(Rival::Baseline)].into_iter().flatten()
            {
                let (Request::Get(path) | Request::GetById(path) | Request::Insert(path)) = request;
                assert!(!path.contains(['\'', '\\']), "{path}");
            }
        }
        assert!(!NEW_PRODUCT.contains(['\'', '\\']));
    }
}

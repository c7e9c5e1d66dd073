//! The four routes that are measured, and nothing else: parse, call, answer. It must not know SQL, nor which database
//! it is.

use axum::Router;
use axum::body::Bytes;
use axum::extract::{RawPathParams, RawQuery, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;

use crate::database::{Database, Json, Trouble};

/// All routes over one database. Compiled once for each kind: no table of functions stands between a route and its
/// database, as none would in a server that is written for one.
pub(crate) fn router<D: Database>(database: D) -> Router {
    Router::new()
        .route("/hello", get(hello))
        .route("/products", get(list::<D>).post(insert::<D>))
        .route("/products/{id}", get(read::<D>))
        .with_state(database)
}

async fn hello() -> &'static str {
    "hello"
}

async fn read<D: Database>(State(database): State<D>, parameters: RawPathParams) -> Response {
    let id = parameters.iter().find(|(name, _)| *name == "id").and_then(|(_, id)| id.parse().ok());
    let Some(id) = id else { return refuse(StatusCode::BAD_REQUEST, "an id is a whole number") };
    match database.by_id(id).await {
        Ok(Some(product)) => json(StatusCode::OK, product),
        Ok(None) => refuse(StatusCode::NOT_FOUND, "there is no such product"),
        Err(trouble) => explain(&trouble),
    }
}

async fn list<D: Database>(State(database): State<D>, RawQuery(query): RawQuery) -> Response {
    let max_price = query.as_deref().and_then(|query| query.strip_prefix("max_price="));
    let Some(max_price) = max_price.and_then(|price| price.parse().ok()) else {
        return refuse(StatusCode::BAD_REQUEST, "max_price is missing or no number");
    };
    match database.cheaper_than(max_price).await {
        Ok(products) => json(StatusCode::OK, products),
        Err(trouble) => explain(&trouble),
    }
}

async fn insert<D: Database>(State(database): State<D>, body: Bytes) -> Response {
    let product = match serde_json::from_slice(&body) {
        Ok(product) => product,
        Err(error) => return refuse(StatusCode::BAD_REQUEST, &error.to_string()),
    };
    match database.insert(product).await {
        Ok(row) => json(StatusCode::CREATED, row),
        Err(trouble) => explain(&trouble),
    }
}

fn json(status: StatusCode, body: Json) -> Response {
    const JSON: HeaderValue = HeaderValue::from_static("application/json");
    (status, [(header::CONTENT_TYPE, JSON)], body).into_response()
}

fn explain(trouble: &Trouble) -> Response {
    match trouble {
        Trouble::Overfull(reason) => refuse(StatusCode::SERVICE_UNAVAILABLE, reason),
        Trouble::Failed(failure) => refuse(StatusCode::INTERNAL_SERVER_ERROR, &failure.to_string()),
    }
}

fn refuse(status: StatusCode, reason: &str) -> Response {
    (status, reason.to_owned()).into_response()
}

//! The four routes that are measured, and nothing else: parse, call, answer. It must not know SQL.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{RawPathParams, RawQuery, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use crossbeam_channel::Sender;
use tokio::sync::oneshot;

use crate::reads;
use crate::writer::Job;

/// What every handler shares.
#[derive(Clone)]
struct Shop {
    database: Arc<Path>,
    queue: Sender<Job>,
}

/// All routes over one database file and the queue of its writer.
pub(crate) fn router(database: PathBuf, queue: Sender<Job>) -> Router {
    Router::new()
        .route("/hello", get(hello))
        .route("/products", get(list).post(insert))
        .route("/products/{id}", get(read))
        .with_state(Shop { database: database.into(), queue })
}

async fn hello() -> &'static str {
    "hello"
}

async fn read(State(shop): State<Shop>, parameters: RawPathParams) -> Response {
    let id = parameters.iter().find(|(name, _)| *name == "id").and_then(|(_, id)| id.parse().ok());
    let Some(id) = id else { return refuse(StatusCode::BAD_REQUEST, "an id is a whole number") };
    match reads::by_id(&shop.database, id) {
        Ok(Some(product)) => json(StatusCode::OK, product),
        Ok(None) => refuse(StatusCode::NOT_FOUND, "there is no such product"),
        Err(error) => refuse(StatusCode::INTERNAL_SERVER_ERROR, &error.to_string()),
    }
}

async fn list(State(shop): State<Shop>, RawQuery(query): RawQuery) -> Response {
    let max_price = query.as_deref().and_then(|query| query.strip_prefix("max_price="));
    let Some(max_price) = max_price.and_then(|price| price.parse().ok()) else {
        return refuse(StatusCode::BAD_REQUEST, "max_price is missing or no number");
    };
    match reads::cheaper_than(&shop.database, max_price) {
        Ok(products) => json(StatusCode::OK, products),
        Err(error) => refuse(StatusCode::INTERNAL_SERVER_ERROR, &error.to_string()),
    }
}

async fn insert(State(shop): State<Shop>, body: Bytes) -> Response {
    let product = match serde_json::from_slice(&body) {
        Ok(product) => product,
        Err(error) => return refuse(StatusCode::BAD_REQUEST, &error.to_string()),
    };
    let (answer, written) = oneshot::channel();
    if shop.queue.try_send(Job { product, answer }).is_err() {
        return refuse(StatusCode::SERVICE_UNAVAILABLE, "too many inserts wait");
    }
    match written.await {
        Ok(Ok(row)) => json(StatusCode::CREATED, row),
        Ok(Err(reason)) => refuse(StatusCode::INTERNAL_SERVER_ERROR, &reason),
        Err(_) => refuse(StatusCode::INTERNAL_SERVER_ERROR, "the writer has gone"),
    }
}

fn json(status: StatusCode, body: Vec<u8>) -> Response {
    const JSON: HeaderValue = HeaderValue::from_static("application/json");
    (status, [(header::CONTENT_TYPE, JSON)], body).into_response()
}

fn refuse(status: StatusCode, reason: &str) -> Response {
    (status, reason.to_owned()).into_response()
}

//! Compression of answers: gzip, brotli or zstd, whatever the caller prefers, for those worth it.
//!
//! Not as a layer around every call: its body type holds the state of an encoder by value, and moving
//! that through the server cost every small answer a tenth of its instructions.

use std::convert::Infallible;
use std::future::ready;

use bytes::Bytes;
use http::{HeaderMap, Request, Response, header};
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt as _, Either, Full};
use tower::{Layer as _, ServiceExt as _, service_fn};
use tower_http::compression::predicate::SizeAbove;
use tower_http::compression::{CompressionLayer, CompressionLevel};

/// Answers below this many bytes fit into one packet anyway.
const WORTH_IT: u16 = 1024;

/// The body of an answer as it is sent: whole, or what a compressor makes of it.
pub(crate) type Sent = Either<Full<Bytes>, UnsyncBoxBody<Bytes, std::io::Error>>;

/// An answer as it was made.
pub(crate) fn whole(answer: Response<Bytes>) -> Response<Sent> {
    answer.map(|body| Either::Left(Full::new(body)))
}

/// An answer, compressed if the caller takes that and it is worth it. Fast levels: answers are made
/// once and sent once.
pub(crate) async fn compressed(asked: &HeaderMap, mut answer: Response<Bytes>) -> Response<Sent> {
    let Some(encodings) = asked.get(header::ACCEPT_ENCODING) else { return whole(answer) };
    if answer.body().len() <= usize::from(WORTH_IT) {
        return whole(answer);
    }
    // The compressor leaves answers with this header alone, because compressing a range of bytes would
    // spoil it. Ours are ranges of rows.
    let rows = answer.headers_mut().remove(header::CONTENT_RANGE);
    let mut request = Request::new(answer.map(Full::new));
    request.headers_mut().insert(header::ACCEPT_ENCODING, encodings.clone());
    let given_back =
        service_fn(|request: Request<Response<Full<Bytes>>>| ready(Ok::<_, Infallible>(request.into_body())));
    let layer = CompressionLayer::new().quality(CompressionLevel::Fastest);
    let compressor = layer.compress_when(SizeAbove::new(WORTH_IT.into())).layer(given_back);
    let Ok(mut answer) = compressor.oneshot(request).await;
    if let Some(rows) = rows {
        answer.headers_mut().insert(header::CONTENT_RANGE, rows);
    }
    answer.map(|body| Either::Right(body.map_err(std::io::Error::other).boxed_unsync()))
}

//! Compression of answers: gzip, brotli or zstd, whatever the caller prefers, for those worth it.

use http::{HeaderValue, Response, header};
use http_body::Body;
use tower_http::compression::predicate::{Predicate, SizeAbove};
use tower_http::compression::{CompressionLayer, CompressionLevel};

/// Answers below this many bytes fit into one packet anyway.
const WORTH_IT: u16 = 1024;

/// What is compressed: everything that is long enough. All answers are JSON.
#[derive(Debug, Clone, Copy)]
pub(crate) struct LongEnough(SizeAbove);

impl Predicate for LongEnough {
    fn should_compress<B: Body>(&self, response: &http::Response<B>) -> bool {
        self.0.should_compress(response)
    }
}

/// The layer around the server. Fast levels: answers are made once and sent once.
pub(crate) fn layer() -> CompressionLayer<LongEnough> {
    CompressionLayer::new()
        .quality(CompressionLevel::Fastest)
        .compress_when(LongEnough(SizeAbove::new(WORTH_IT.into())))
}

/// Which rows an answer holds, while the compressor has it.
#[derive(Debug, Clone)]
struct Rows(HeaderValue);

/// Takes `Content-Range` away before the compressor sees it: it leaves answers with one alone, because
/// compressing a range of bytes would spoil it. Ours are ranges of rows.
pub(crate) fn hide_rows<B>(mut response: Response<B>) -> Response<B> {
    if let Some(rows) = response.headers_mut().remove(header::CONTENT_RANGE) {
        response.extensions_mut().insert(Rows(rows));
    }
    response
}

/// Puts back what [`hide_rows`] took.
pub(crate) fn show_rows<B>(mut response: Response<B>) -> Response<B> {
    if let Some(Rows(rows)) = response.extensions_mut().remove() {
        response.headers_mut().insert(header::CONTENT_RANGE, rows);
    }
    response
}

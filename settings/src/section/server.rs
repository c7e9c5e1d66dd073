//! `[server]`: where the server listens and how long it waits.
//!
//! Must not know: sockets.

use std::net::IpAddr;
use std::time::Duration;

use crate::key::{address, integer, milliseconds};
use crate::section::section;

section! {
    /// Where the server listens and how long it waits.
    "server" => Server {
        /// The address to listen on; `0.0.0.0` when only `PORT` says the port, as cloud platforms do.
        "host" host: IpAddr = address("127.0.0.1");
        /// The port to listen on; 0 takes a free one.
        "port" port: u16 = integer(8360, 0, 65_535).also("PORT");
        /// How long a client may take to send the head of a request.
        "header_timeout_ms" header_timeout: Duration = milliseconds(10_000, 100, 600_000);
        /// How long a call may take from its head to its answer.
        "request_timeout_ms" request_timeout: Duration = milliseconds(30_000, 100, 3_600_000);
        /// How long a connection may stay open without a request.
        "idle_timeout_ms" idle_timeout: Duration = milliseconds(75_000, 100, 3_600_000);
        /// How long running calls may go on after the signal to stop.
        "shutdown_timeout_ms" shutdown_timeout: Duration = milliseconds(10_000, 0, 600_000);
        /// How many connections may be open at once; more wait to be accepted.
        "max_connections" max_connections: usize = integer(10_000, 1, 1_000_000);
    }
}

//! The `roundtrip` program: its allocator, and the way into its commands.

use std::process::ExitCode;

/// Smaller and steadier than the system's allocator under the many small buffers of many calls.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    roundtrip::cli::main()
}

//! Any text is answered by the grammar without a panic, and what it accepts means the same after printing.
#![no_main]

use libfuzzer_sys::fuzz_target;
use roundtrip_query::Limits;
use roundtrip_query::grammar::{parse, print};

fuzz_target!(|text: &str| {
    let limits = Limits::default();
    if let Ok(query) = parse(text, &limits) {
        let printed = print(&query);
        assert_eq!(parse(&printed, &limits).as_ref(), Ok(&query), "printed as {printed}");
    }
});

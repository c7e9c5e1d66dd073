//! A bar that shows how far a transfer is, on a terminal; nothing anywhere else.
//!
//! It must not know what is transferred.

use indicatif::{ProgressBar, ProgressState, ProgressStyle};

/// A bar over bytes of a file, with rows beside it.
pub(super) fn of_bytes(total: u64) -> ProgressBar {
    styled(ProgressBar::new(total), "{bar:30} {percent:>3}%  {msg}  {binary_bytes_per_sec}  {left} left")
}

/// A bar over rows.
pub(super) fn of_rows() -> ProgressBar {
    styled(
        ProgressBar::no_length(),
        "{msg}{bar:30} {percent:>3}%  {human_pos} rows  {rate} rows/s  {left} left",
    )
}

/// A bar over pages of a file.
pub(super) fn of_pages() -> ProgressBar {
    styled(ProgressBar::no_length(), "{bar:30} {percent:>3}%  {left} left")
}

fn styled(bar: ProgressBar, template: &str) -> ProgressBar {
    // The template is ours; were it wrong, the plain bar would do.
    let style = ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar());
    let rate = |state: &ProgressState, text: &mut dyn std::fmt::Write| {
        let _never_fails = write!(text, "{:.0}", state.per_sec());
    };
    let left = |state: &ProgressState, text: &mut dyn std::fmt::Write| {
        let _never_fails = write!(text, "{} s", state.eta().as_secs());
    };
    bar.with_style(style.with_key("rate", rate).with_key("left", left).progress_chars("=> "))
}

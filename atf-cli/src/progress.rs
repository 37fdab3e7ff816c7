//! Progress of long operations. Shown on stderr, and only if it is a terminal.

use std::sync::OnceLock;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// No progress bar before this time has passed.
const PATIENCE: Duration = Duration::from_millis(500);

/// The unit of progress.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Unit {
    Bytes,
    Events,
    Calls,
    Threads,
}

/// A progress bar that appears after [`PATIENCE`]. Threads share it by reference.
pub(crate) struct Progress {
    bar: ProgressBar,
    started: Instant,
    shown: OnceLock<()>,
}

impl Progress {
    /// Progress of `total` units. `activity` is shown beside the bar: "reading".
    pub(crate) fn new(activity: &'static str, total: u64, unit: Unit) -> Self {
        let bar = ProgressBar::with_draw_target(Some(total), ProgressDrawTarget::hidden());
        let numbers = match unit {
            Unit::Bytes => "{bytes} of {total_bytes}, {bytes_per_sec}",
            Unit::Events => "{human_pos} of {human_len} events, {per_sec}",
            Unit::Calls => "{human_pos} of about {human_len} calls, {per_sec}",
            Unit::Threads => "{human_pos} of {human_len} threads, {per_sec}",
        };
        let template = format!("{{msg}} {{wide_bar}} {numbers}, {{eta}} left");
        if let Ok(style) = ProgressStyle::with_template(&template) {
            bar.set_style(style);
        }
        bar.set_message(activity);
        Self { bar, started: Instant::now(), shown: OnceLock::new() }
    }

    /// As [`new`](Self::new), but only shown if stdout is a file: on a terminal, or in a pipe to
    /// a pager, the bar would mix with the output.
    pub(crate) fn if_stdout_is_a_file(activity: &'static str, total: u64, unit: Unit) -> Self {
        let progress = Self::new(activity, total, unit);
        if !is_stdout_a_file() {
            // Marked as shown already, so that `add` never shows it.
            progress.shown.get_or_init(|| ());
        }
        progress
    }

    /// Advances by `units`.
    pub(crate) fn add(&self, units: u64) {
        self.bar.inc(units);
        if self.started.elapsed() >= PATIENCE {
            // Draws nothing if stderr is not a terminal.
            self.shown.get_or_init(|| self.bar.set_draw_target(ProgressDrawTarget::stderr()));
        }
    }
}

/// A status line for work of unknown length.
pub(crate) struct Activity {
    bar: ProgressBar,
}

impl Activity {
    /// A line that is hidden until [`show`](Self::show).
    pub(crate) fn new() -> Self {
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
        if let Ok(style) = ProgressStyle::with_template("{spinner} {wide_msg}") {
            bar.set_style(style);
        }
        Self { bar }
    }

    /// Shows `text`, in place of what was shown before.
    pub(crate) fn show(&self, text: String) {
        self.bar.set_message(text);
        self.bar.tick();
    }

    /// Hides the line while `print` writes to the terminal.
    pub(crate) fn suspend(&self, print: impl FnOnce()) {
        self.bar.suspend(print);
    }
}

impl Drop for Activity {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}

#[cfg(unix)]
fn is_stdout_a_file() -> bool {
    use std::os::fd::AsFd;
    let stdout = std::io::stdout().as_fd().try_clone_to_owned().map(std::fs::File::from);
    stdout.and_then(|stdout| stdout.metadata()).is_ok_and(|metadata| metadata.is_file())
}

#[cfg(windows)]
fn is_stdout_a_file() -> bool {
    use std::os::windows::io::AsHandle;
    let stdout = std::io::stdout().as_handle().try_clone_to_owned().map(std::fs::File::from);
    stdout.and_then(|stdout| stdout.metadata()).is_ok_and(|metadata| metadata.is_file())
}

#[cfg(not(any(unix, windows)))]
fn is_stdout_a_file() -> bool {
    false
}

//! Progress of work that lasts, on a terminal's stderr and nowhere else.

use std::sync::OnceLock;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// Work that is done sooner shows no bar.
const PATIENCE: Duration = Duration::from_millis(500);

/// What is counted.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Unit {
    Bytes,
    Events,
    Threads,
}

/// Counts work and shows it when it lasts. Shared by threads as a reference.
pub(crate) struct Progress {
    bar: ProgressBar,
    started: Instant,
    shown: OnceLock<()>,
}

impl Progress {
    /// Progress of `total` units of the work named by the verb `doing`.
    pub(crate) fn new(doing: &'static str, total: u64, unit: Unit) -> Self {
        let bar = ProgressBar::with_draw_target(Some(total), ProgressDrawTarget::hidden());
        let numbers = match unit {
            Unit::Bytes => "{bytes} of {total_bytes}, {bytes_per_sec}",
            Unit::Events => "{human_pos} of {human_len} events, {per_sec}",
            Unit::Threads => "{human_pos} of {human_len} threads, {per_sec}",
        };
        let template = format!("{{msg}} {{wide_bar}} {numbers}, {{eta}} left");
        if let Ok(style) = ProgressStyle::with_template(&template) {
            bar.set_style(style);
        }
        bar.set_message(doing);
        Self { bar, started: Instant::now(), shown: OnceLock::new() }
    }

    /// As [`new`](Self::new), for work that goes to stdout: only where that is a file. What reads a
    /// pipe may write to the same terminal, as pagers do.
    pub(crate) fn beside_file(doing: &'static str, total: u64, unit: Unit) -> Self {
        let progress = Self::new(doing, total, unit);
        if !is_stdout_a_file() {
            // Taken as shown: it stays hidden.
            progress.shown.get_or_init(|| ());
        }
        progress
    }

    /// So many more units are done.
    pub(crate) fn add(&self, units: u64) {
        self.bar.inc(units);
        if self.started.elapsed() >= PATIENCE {
            // Draws nothing when stderr is no terminal.
            self.shown.get_or_init(|| self.bar.set_draw_target(ProgressDrawTarget::stderr()));
        }
    }
}

/// A line on how far work has come whose end nobody knows.
#[cfg(any(target_os = "linux", target_os = "android"))]
pub(crate) struct Activity {
    bar: ProgressBar,
}

#[cfg(any(target_os = "linux", target_os = "android"))]
impl Activity {
    /// A line that is not shown yet.
    pub(crate) fn new() -> Self {
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
        if let Ok(style) = ProgressStyle::with_template("{spinner} {wide_msg}") {
            bar.set_style(style);
        }
        Self { bar }
    }

    /// Shows it.
    pub(crate) fn show(&self, text: String) {
        self.bar.set_message(text);
        self.bar.tick();
    }

    /// Says something that stays, above the line.
    pub(crate) fn aside(&self, say: impl FnOnce()) {
        self.bar.suspend(say);
    }
}

#[cfg(any(target_os = "linux", target_os = "android"))]
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

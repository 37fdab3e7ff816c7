//! A pager for long output on a terminal, as git has one: `$PAGER`, else `less`, which ends by itself if all fits on
//! one screen.

use std::io::{IsTerminal, stdout};
use std::process::{Child, Command, Stdio};

use crate::out::Out;

/// A pager that runs. Dropping it waits until the user has left it.
pub(crate) struct Pager(Option<Child>);

impl Pager {
    /// Sends what is written to `out` from now on to a pager if stdout is a terminal. `PAGER=cat` or an empty one means
    /// none; neither does a pager that cannot be started.
    pub(crate) fn start(out: &mut Out) -> Self {
        let pager = std::env::var("PAGER").unwrap_or_else(|_| "less".to_owned());
        let is_wanted = stdout().is_terminal() && !pager.trim().is_empty() && pager != "cat";
        let child = is_wanted.then(|| spawn(&pager)).flatten();
        Self(child.map(|mut child| {
            if let Some(stdin) = child.stdin.take() {
                out.redirect(stdin);
            }
            child
        }))
    }

    /// Shows the rest, and waits until the user has left the pager.
    pub(crate) fn finish(mut self, out: &mut Out) -> std::io::Result<()> {
        let Some(mut child) = self.0.take() else { return Ok(()) };
        let flushed = out.flush_page();
        // The pager shows the end of its input when this pipe is closed.
        out.redirect(stdout());
        let _ = child.wait();
        flushed
    }
}

#[cfg(unix)]
fn spawn(pager: &str) -> Option<Child> {
    let mut command = Command::new("sh");
    // The variable may have arguments.
    command.args(["-c", pager]);
    // As git sets it: quit if it fits on the screen, show colours, leave the text on the screen.
    if std::env::var_os("LESS").is_none() {
        command.env("LESS", "FRX");
    }
    command.stdin(Stdio::piped()).spawn().ok()
}

/// Windows has no pager that is always there.
#[cfg(not(unix))]
fn spawn(_pager: &str) -> Option<Child> {
    None
}

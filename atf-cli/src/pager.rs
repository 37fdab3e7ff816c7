//! A pager for long output on a terminal, as git has one: `$PAGER`, else `less`, which ends by itself if all fits on
//! one screen.

use std::io::{IsTerminal, stdout};
use std::process::{Child, Command, Stdio};

use crate::out::Out;

/// Sends what is written to `out` from now on to a pager if stdout is a terminal. `PAGER=cat` or an empty one means
/// none; nor is there one that cannot be started. `Out::close` waits until the user has left it.
pub(crate) fn start(out: &mut Out) {
    let pager = std::env::var("PAGER").unwrap_or_else(|_| "less".to_owned());
    let is_wanted = stdout().is_terminal() && !pager.trim().is_empty() && pager.trim() != "cat";
    if let Some(mut pager) = is_wanted.then(|| spawn(&pager)).flatten()
        && let Some(stdin) = pager.stdin.take()
    {
        out.attach(stdin, pager);
    }
}

fn spawn(pager: &str) -> Option<Child> {
    let mut command = command(pager)?;
    // As git sets it: quit if it fits on the screen, show colours, leave the text on the screen.
    if std::env::var_os("LESS").is_none() {
        command.env("LESS", "FRX");
    }
    command.stdin(Stdio::piped()).spawn().ok()
}

/// The variable is a program with arguments, or a line for a shell.
#[cfg(unix)]
fn command(pager: &str) -> Option<Command> {
    let is_plain = |it: char| it.is_ascii_alphanumeric() || "/._-+=:@%, ".contains(it);
    if !pager.chars().all(is_plain) {
        let mut shell = Command::new("sh");
        shell.args(["-c", pager]);
        return Some(shell);
    }
    let mut words = pager.split_whitespace();
    let mut command = Command::new(words.next()?);
    command.args(words);
    Some(command)
}

/// Windows has no pager that is always there.
#[cfg(not(unix))]
fn command(_pager: &str) -> Option<Command> {
    None
}

//! `atf record`: runs a program that was compiled with instrumentation, and records its calls.

#[cfg(target_os = "linux")]
mod compiling;
#[cfg(target_os = "linux")]
mod dry_run;
#[cfg(target_os = "linux")]
mod elf;
#[cfg(target_os = "linux")]
mod filter;
#[cfg(target_os = "linux")]
mod home;
#[cfg(target_os = "linux")]
mod launch;
#[cfg(target_os = "linux")]
mod modules;
#[cfg(target_os = "linux")]
mod process;
#[cfg(target_os = "linux")]
mod program;
#[cfg(target_os = "linux")]
mod running;
#[cfg(target_os = "linux")]
mod service;
#[cfg(target_os = "linux")]
mod socket;
#[cfg(target_os = "linux")]
mod summary;

use std::ffi::OsString;
use std::path::PathBuf;

use crate::failure::{Failure, Verdict};
use crate::out::Out;
use crate::{integer, size};

/// Record the calls of a program
///
/// The program must be compiled with instrumentation: -finstrument-functions (GCC, Clang) or -fxray-instrument
/// (Clang). Without it, record says how. Nothing else of the program changes: its output, its exit status and the
/// signals that it gets are its own. Processes that it starts are recorded as well.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  $ gcc -g -finstrument-functions prog.c -o prog
  $ atf record -- ./prog input.txt
  $ atf record --filter 'parse_*' --filter '!parse_char' -o run -- ./prog
  $ atf record --dry-run --filter '/^app::/' -- ./prog

Without -o, the sessions are written to ada_traces/session_YYYYMMDD_HHMMSS below
the current directory: pid_N for each process. Report, tree and all other
commands read them.

A filter is a pattern of the whole name, with * and ?, or a regular expression
between slashes. It is compared with the name in the source and with the
linker's. One of the filters must match; '!' before one excludes what it
matches.

A program that is linked statically or that runs with the rights of another
user (set-user-id) does not load the recording library: record says so.

Available on Linux only.

Exit codes: the program's own; if a signal ended it, atf ends by the same
signal; 125 atf could not record; 126 the program cannot be executed; 127 it
was not found. With --dry-run: 0, or 125 if nothing would be traced.")]
pub(crate) struct Args {
    /// Directory for the sessions. It must not exist or must be empty
    #[arg(short, long = "out", value_name = "DIR")]
    out: Option<PathBuf>,
    /// Record only functions whose name matches: a pattern, /REGEX/, or either after '!'
    #[arg(long, value_name = "FILTER", allow_hyphen_values = true)]
    filter: Vec<String>,
    /// Record only the N outermost levels of calls
    #[arg(long, value_name = "N", value_parser = integer::within::<u32>(1..=0xFFFF_FFFF))]
    depth: Option<u32>,
    /// Size of the ring of each thread, for example 256kB; rounded up to a power of two
    #[arg(long, value_name = "SIZE", default_value = "4MB", value_parser = ring_size)]
    ring: u64,
    /// What a thread does when its ring is full: wait, or lose the event and count it
    #[arg(long, value_enum, default_value_t = Full::Block)]
    full: Full,
    /// Record the program only, not the processes that it starts
    #[arg(long)]
    no_children: bool,
    /// List the functions that would be recorded, and run nothing
    #[arg(long)]
    dry_run: bool,
    /// Write {"sessions": [{"path", "pid", "threads", "events", "lost", "untraced_threads", "modules":
    /// [{"path", "traceable", "traced"}]}], "status"} to FILE
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
    /// The program and its arguments
    #[arg(
        required = true,
        trailing_var_arg = true,
        allow_hyphen_values = true,
        value_name = "PROGRAM"
    )]
    program: Vec<OsString>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Full {
    /// Lose the event and count it
    Drop,
    /// Wait until there is room
    Block,
}

/// The size of a ring, which is rounded up to a power of two.
fn ring_size(text: &str) -> Result<u64, String> {
    let bytes = size::parse(text)?;
    let is_possible = (4_000..=4_000_000_000).contains(&bytes);
    is_possible.then_some(bytes).ok_or_else(|| "expected a size from 4kB to 4GB".to_owned())
}

#[cfg(target_os = "linux")]
pub(crate) fn run(args: &Args, out: &mut Out) -> Result<Verdict, Failure> {
    running::run(args, out)
}

#[cfg(not(target_os = "linux"))]
pub(crate) fn run(_: &Args, _: &mut Out) -> Result<Verdict, Failure> {
    Err(Failure::Other("recording a program is not supported on this system".to_owned()))
}

#[cfg(test)]
mod tests {
    use super::ring_size;

    #[test]
    fn sizes_have_limits() {
        assert_eq!(ring_size("64kB"), Ok(64_000));
        assert_eq!(ring_size("4GB"), Ok(4_000_000_000));
        for text in ["1", "3999", "5GB"] {
            assert_eq!(ring_size(text).unwrap_err(), "expected a size from 4kB to 4GB", "{text}");
        }
        assert!(ring_size("MB").unwrap_err().contains("for example"));
    }
}

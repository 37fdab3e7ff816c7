//! How a command ends: an exit code and, if it failed, an error message of one line.

use std::ffi::OsString;
use std::fmt;
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use atf_runtime::Error;
use clap::error::ErrorKind as UsageKind;
use serde_json::json;

use crate::notes;

const EXIT_PROBLEM: u8 = 1;
const EXIT_CANNOT: u8 = 2;

/// The result of a command that completed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// No problem was found.
    Clean,
    /// A problem was found or repaired, or data was lost.
    Problem,
}

impl Verdict {
    pub(crate) fn of(is_clean: bool) -> Self {
        if is_clean { Self::Clean } else { Self::Problem }
    }
}

impl From<Verdict> for ExitCode {
    fn from(verdict: Verdict) -> Self {
        match verdict {
            Verdict::Clean => Self::SUCCESS,
            Verdict::Problem => Self::from(EXIT_PROBLEM),
        }
    }
}

/// Why a command could not complete.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The trace or the output path.
    Trace(Error),
    /// Writing to stdout failed.
    Stdout(io::Error),
    /// The operation completed, but writing its report to stdout failed.
    Report(io::Error),
    /// Any other reason.
    Other(String),
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Trace(error)
    }
}

/// The runtime wraps its I/O errors; a bare one can only come from stdout.
impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::Stdout(error)
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            // `report` lists them all.
            Self::Trace(Error::SeveralSessions { path, sessions, .. }) => {
                write!(f, "{}: expected one session, found {}", path.display(), sessions.len())?;
            }
            Self::Trace(error) => write!(f, "{error:#}")?,
            Self::Stdout(error) => write!(f, "stdout: cannot write: {error}")?,
            Self::Report(error) => write!(
                f,
                "the operation completed, but writing the report to stdout failed: {error}"
            )?,
            Self::Other(text) => f.write_str(text)?,
        }
        match self {
            Self::Trace(Error::OutputTaken { .. }) => {
                f.write_str("; nothing was changed; choose another path")
            }
            Self::Trace(Error::BeingRecorded { .. }) => f.write_str(
                "; nothing was changed; stop the recording first, or copy it with --out",
            ),
            _ => Ok(()),
        }
    }
}

impl Failure {
    /// The error as an object, with the sessions to choose from.
    fn print_json(&self) {
        let mut object = json!({ "error": self.to_string() });
        if let Self::Trace(Error::SeveralSessions { sessions, .. }) = self {
            object["sessions"] = sessions.iter().map(|it| json!(it.to_string_lossy())).collect();
        }
        // The error is on stderr already; a closed stdout does not change the exit code.
        let _ = writeln!(io::stdout(), "{object}");
    }

    /// Prints the error to stderr and, with `json`, as an object to stdout. Returns the exit code.
    pub(crate) fn report(&self, json: bool) -> ExitCode {
        if let Self::Stdout(error) | Self::Report(error) = self {
            if error.kind() == ErrorKind::BrokenPipe {
                // The reader closed the pipe because it needs no more output (`atf dump | head`).
                return ExitCode::SUCCESS;
            }
        } else if json {
            self.print_json();
        }
        notes::error(self);
        if let Self::Trace(Error::SeveralSessions { path, sessions, is_complete }) = self {
            list_sessions(path, sessions, *is_complete);
        }
        match self {
            Self::Report(_) => ExitCode::from(EXIT_PROBLEM),
            _ => ExitCode::from(EXIT_CANNOT),
        }
    }
}

/// The sessions of a folder that names none of them, on stderr, the newest last.
fn list_sessions(folder: &Path, sessions: &[PathBuf], is_complete: bool) {
    sessions.iter().for_each(|session| notes::listed(session.display()));
    notes::choose_session(folder, is_complete);
}

/// Prints a command line error, or the help or version that was requested.
pub(crate) fn report_usage(error: &clap::Error) -> ExitCode {
    let printed = error.print().and_then(|()| io::stdout().flush());
    if matches!(error.kind(), UsageKind::DisplayHelp | UsageKind::DisplayVersion) {
        return printed
            .map_or_else(|error| Failure::Stdout(error).report(false), |()| ExitCode::SUCCESS);
    }
    // Usage errors went to stderr; if that failed, there is no other place to report it.
    if is_json_requested(std::env::args_os()) {
        print_json_error(&first_paragraph(&error.render().to_string()));
    }
    ExitCode::from(EXIT_CANNOT)
}

/// The command line did not parse, so this searches for the option. After `--` it is a path.
fn is_json_requested(args: impl Iterator<Item = OsString>) -> bool {
    args.take_while(|arg| arg != "--").any(|arg| arg == "--json")
}

/// Clap's error message without the usage that follows it.
fn first_paragraph(text: &str) -> String {
    let lines = text.lines().map(str::trim).take_while(|line| !line.is_empty());
    let line = lines.collect::<Vec<_>>().join(" ");
    line.trim_start_matches("error: ").to_owned()
}

fn print_json_error(text: &str) {
    // The error is on stderr already; a closed stdout does not change the exit code.
    let _ = writeln!(io::stdout(), "{}", json!({ "error": text }));
}

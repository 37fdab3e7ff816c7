//! How a command ends: an exit code, and for a failure one line that says why.

use std::ffi::OsString;
use std::fmt;
use std::io::{self, ErrorKind, Write};
use std::process::ExitCode;

use clap::error::ErrorKind as UsageKind;
use serde_json::json;

use crate::notes;

const EXIT_PROBLEM: u8 = 1;
const EXIT_CANNOT: u8 = 2;

/// How a command that could do its work ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// Nothing is wrong.
    Clean,
    /// Something was found, repaired or lost.
    Problem,
}

impl Verdict {
    /// `Clean` if nothing is wrong.
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

/// Why a command could not do its work.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The trace, or the place where it should go.
    Trace(atf_runtime::Error),
    /// Writing to stdout.
    Stdout(io::Error),
    /// Writing to stdout what was done, once it was done.
    StdoutAfterwards(io::Error),
    /// Anything else, in words.
    Other(String),
}

impl From<atf_runtime::Error> for Failure {
    fn from(error: atf_runtime::Error) -> Self {
        Self::Trace(error)
    }
}

/// An I/O error that is not in a runtime error comes from stdout: nothing else here does I/O.
impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::Stdout(error)
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Trace(error) => f.write_str(&one_line(error))?,
            Self::Stdout(error) => write!(f, "stdout: cannot write: {error}")?,
            Self::StdoutAfterwards(error) => {
                write!(f, "stdout: cannot write: {error}; what was to be done is done")?;
            }
            Self::Other(text) => f.write_str(text)?,
        }
        match self {
            Self::Trace(atf_runtime::Error::OutputTaken { .. }) => {
                f.write_str("; nothing was touched, name another place")
            }
            Self::Trace(atf_runtime::Error::BeingRecorded { .. }) => {
                f.write_str("; nothing was touched, end it first, or make a copy with --out")
            }
            _ => Ok(()),
        }
    }
}

impl Failure {
    /// Says why on stderr, and with `json` as one object on stdout, and returns the exit code.
    pub(crate) fn report(&self, json: bool) -> ExitCode {
        if let Self::Stdout(error) | Self::StdoutAfterwards(error) = self {
            if error.kind() == ErrorKind::BrokenPipe {
                // Whoever read us has seen enough.
                return ExitCode::SUCCESS;
            }
        } else if json {
            print_json_error(&self.to_string());
        }
        notes::error(self);
        match self {
            Self::StdoutAfterwards(_) => ExitCode::from(EXIT_PROBLEM),
            _ => ExitCode::from(EXIT_CANNOT),
        }
    }
}

/// An error and its causes in one line.
pub(crate) fn one_line(error: &dyn std::error::Error) -> String {
    let mut line = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        line.push_str(&format!(": {error}"));
        cause = error.source();
    }
    line
}

/// Says what is wrong with the command line, or prints the help that was asked for.
pub(crate) fn report_usage(error: &clap::Error) -> ExitCode {
    let printed = error.print().and_then(|()| io::stdout().flush());
    if matches!(error.kind(), UsageKind::DisplayHelp | UsageKind::DisplayVersion) {
        return printed
            .map_or_else(|error| Failure::Stdout(error).report(false), |()| ExitCode::SUCCESS);
    }
    // Else it went to stderr, and nothing is left to tell if that failed.
    if json_was_asked_for(std::env::args_os()) {
        print_json_error(&first_paragraph(&error.render().to_string()));
    }
    ExitCode::from(EXIT_CANNOT)
}

/// The command line did not parse, so this only looks for the word; behind `--` it is a path.
fn json_was_asked_for(args: impl Iterator<Item = OsString>) -> bool {
    args.take_while(|arg| arg != "--").any(|arg| arg == "--json")
}

/// What is wrong with the command line, without the usage that follows it.
fn first_paragraph(text: &str) -> String {
    let lines = text.lines().map(str::trim).take_while(|line| !line.is_empty());
    let line = lines.collect::<Vec<_>>().join(" ");
    line.trim_start_matches("error: ").to_owned()
}

fn print_json_error(text: &str) {
    // A closed stdout changes neither the exit code nor what stderr said.
    let _ = writeln!(io::stdout(), "{}", json!({ "error": text }));
}

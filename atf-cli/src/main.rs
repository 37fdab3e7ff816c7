//! The command `atf`: record, look at, verify and recover ATF v2 traces.
//!
//! One module per command; what they share stands beside them: [`trace`] opens whatever a path
//! names, [`out`] is the only way to stdout, [`notes`] the only one to stderr, and [`failure`]
//! turns what went wrong into a line and an exit code.

#![forbid(unsafe_code)]

mod cli;
mod demo;
mod drain;
mod dump;
mod failure;
mod hint;
mod info;
mod notes;
mod numbers;
mod out;
mod progress;
mod recording;
mod recover;
mod shell;
mod synth;
mod table;
mod trace;
mod values;
mod verify;
mod whole_number;

use std::process::ExitCode;

use clap::Parser;

use cli::Cli;
use out::Out;

fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return failure::report_usage(&error),
    };
    let mut out = Out::stdout();
    let result = cli.command.run(&mut out);
    // Also after a failure: what was printed before it is true.
    let flushed = out.flush_page();
    match result.and_then(|verdict| Ok(flushed.map(|()| verdict)?)) {
        Ok(verdict) => verdict.into(),
        Err(failure) => failure.report(cli.command.wants_json()),
    }
}

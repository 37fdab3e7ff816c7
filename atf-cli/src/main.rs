//! The command `atf`: record, inspect, verify and recover ATF v2 traces.
//!
//! Each command has a module of its own. The modules that they share: [`trace`] opens a path,
//! [`out`] writes to stdout, [`notes`] writes to stderr, and [`failure`] turns an error into a
//! message and an exit code.

#![forbid(unsafe_code)]

mod analysis_args;
mod balance;
mod cli;
mod color;
mod completions;
mod convert_v4;
mod csv;
mod demo;
mod depth_from;
mod diff;
mod drain;
mod dump;
mod escape;
mod event;
mod event_filter;
mod export;
mod failure;
mod filters;
mod flamegraph;
mod functions;
mod hint;
mod html;
mod info;
mod integer;
mod interrupt;
mod man;
mod notes;
mod numbers;
mod out;
mod pager;
mod partial;
mod progress;
mod record;
mod recording;
mod recover;
mod replay;
mod report;
mod screen;
mod shell;
mod size;
mod stamp;
mod strings;
mod subject;
mod synth;
mod table;
mod trace;
mod tree;
mod v4;
mod values;
mod verify;

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
    // Flush after a failure too: the output that came before the error is still valid.
    let flushed = out.close();
    match result.and_then(|verdict| Ok(flushed.map(|()| verdict)?)) {
        Ok(verdict) => verdict.into(),
        Err(failure) => {
            let code = failure.report(cli.command.wants_json());
            interrupt::end_by_signal();
            code
        }
    }
}

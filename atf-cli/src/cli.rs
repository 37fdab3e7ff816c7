//! The command line. Each command defines its own arguments in its own module.

use clap::{CommandFactory, Parser, Subcommand};

use crate::failure::{Failure, Verdict};
use crate::out::Out;
use crate::{
    completions, convert_v4, demo, diff, drain, dump, export, flamegraph, html, info, man, record,
    recover, replay, report, synth, tree, verify,
};

const GETTING_STARTED: &str = "\
Getting started:
  atf demo                     record a sample trace
  atf record -- PROGRAM        record a program of yours
  atf info PATH                see what a trace contains
  atf report PATH              see where the time goes, per function
  atf tree PATH                see who calls what
  atf flamegraph PATH -o F.svg draw where the time goes
  atf export --help            open it in Perfetto, Chrome, KCachegrind, pprof
  atf html PATH -o F.html      make one page of it, to send to someone
  atf diff BEFORE AFTER        see what changed, with an exit code for CI
  atf replay PATH              read the calls as C-like text
  atf dump PATH                print its events
  atf verify PATH              check it against the format
  atf recover PATH --out COPY  repair it after a crash
  atf drain DIR                write the files of a program that is being traced
  atf synth --help             generate a trace of any size
  atf convert-v4 OLD --out DIR turn a V4 trace into a session

PATH is a session directory, a directory that contains exactly one session, a
thread directory, or an .atf file.

Exit codes: 0 success; 1 verify found a problem, recover repaired or lost
something, convert-v4 could not keep everything, or diff found a function
beyond the threshold; 2 failure, with the reason on stderr.";

/// Record, inspect, verify and recover ATF v2 function traces.
#[derive(Debug, Parser)]
#[command(name = "atf", version, after_help = GETTING_STARTED)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// The commands, in the order in which a new user needs them.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Demo(demo::Args),
    Record(record::Args),
    Info(info::Args),
    Report(report::Args),
    Tree(tree::Args),
    Flamegraph(flamegraph::Args),
    Export(export::Args),
    Html(html::Args),
    Diff(diff::Args),
    Replay(replay::Args),
    Dump(dump::Args),
    Verify(verify::Args),
    Recover(recover::Args),
    Drain(drain::Args),
    Synth(synth::Args),
    ConvertV4(convert_v4::Args),
    Completions(completions::Args),
    Man(man::Args),
}

impl Command {
    /// Runs the command and writes its result to `out`.
    pub(crate) fn run(&self, out: &mut Out) -> Result<Verdict, Failure> {
        match self {
            Self::Demo(args) => demo::run(args, out),
            Self::Record(args) => record::run(args, out),
            Self::Info(args) => info::run(args, out),
            Self::Report(args) => report::run(args, out),
            Self::Tree(args) => tree::run(args, out),
            Self::Flamegraph(args) => flamegraph::run(args, out),
            Self::Export(args) => export::run(args, out),
            Self::Html(args) => html::run(args, out),
            Self::Diff(args) => diff::run(args, out),
            Self::Replay(args) => replay::run(args, out),
            Self::Dump(args) => dump::run(args, out),
            Self::Verify(args) => verify::run(args, out),
            Self::Recover(args) => recover::run(args, out),
            Self::Drain(args) => drain::run(args, out),
            Self::Synth(args) => synth::run(args, out),
            Self::ConvertV4(args) => convert_v4::run(args, out),
            Self::Completions(args) => completions::run(args, Cli::command(), out),
            Self::Man(args) => man::run(args, Cli::command(), out),
        }
    }

    /// Whether stdout must be exactly one JSON object.
    pub(crate) fn wants_json(&self) -> bool {
        match self {
            Self::Demo(args) => args.json,
            Self::Info(args) => args.json,
            Self::Report(args) => args.json,
            Self::Tree(args) => args.json,
            Self::Record(_)
            | Self::Flamegraph(_)
            | Self::Export(_)
            | Self::Html(_)
            | Self::Completions(_)
            | Self::Man(_) => false,
            Self::Diff(args) => args.json,
            Self::Replay(args) => args.json,
            Self::Dump(args) => args.json,
            Self::Verify(args) => args.json,
            Self::Recover(args) => args.json,
            Self::Drain(args) => args.json,
            Self::Synth(args) => args.json,
            Self::ConvertV4(args) => args.json,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn command_line_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn help_of_every_command_has_an_example_and_the_exit_codes() {
        for command in Cli::command().get_subcommands() {
            let help = command.clone().render_long_help().to_string();
            assert!(help.contains("Example"), "{help}");
            assert!(help.contains("Exit codes"), "{help}");
        }
    }

    // Clap breaks a line that is too long at any space: it would break commands and tables.
    #[test]
    fn text_after_the_options_fits_into_80_columns() {
        let cli = Cli::command();
        for command in std::iter::once(&cli).chain(cli.get_subcommands()) {
            let text = command.get_after_help().unwrap().to_string();
            for line in text.lines() {
                assert!(line.chars().count() <= 80, "{}: {line}", command.get_name());
            }
        }
    }
}

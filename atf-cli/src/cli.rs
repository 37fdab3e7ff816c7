//! The command line as a whole; each command's own arguments stand with the command.

use clap::{Parser, Subcommand};

use crate::failure::{Failure, Verdict};
use crate::out::Out;
use crate::{demo, drain, dump, info, recover, synth, verify};

const IN_WHICH_ORDER: &str = "\
If you are new, in this order:
  atf demo             records a trace of itself, verifies it and prints its beginning
  atf info PATH        says what is in a trace
  atf dump PATH        prints its events, for people, jq or a spreadsheet
  atf verify PATH      checks every byte that the format fixes
  atf recover PATH     makes a whole trace of one that a crash has torn
  atf drain DIR        writes the files of a session while its threads are traced
  atf synth            makes a trace of any size, to test and measure with

A PATH is a session directory (or a folder above it that holds exactly one), a thread directory,
or one .atf file.

Exit codes: 0 done; 1 verify found a problem, or recover had something to repair; 2 it cannot be
done, and stderr says why.";

/// Records, shows, verifies and recovers ATF v2 function traces.
#[derive(Debug, Parser)]
#[command(name = "atf", version, after_help = IN_WHICH_ORDER)]
pub(crate) struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// The commands, in the order in which a newcomer meets them.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Demo(demo::Args),
    Info(info::Args),
    Dump(dump::Args),
    Verify(verify::Args),
    Recover(recover::Args),
    Drain(drain::Args),
    Synth(synth::Args),
}

impl Command {
    /// Does it, and says on `out` what came of it.
    pub(crate) fn run(&self, out: &mut Out) -> Result<Verdict, Failure> {
        match self {
            Self::Demo(args) => demo::run(args, out),
            Self::Info(args) => info::run(args, out),
            Self::Dump(args) => dump::run(args, out),
            Self::Verify(args) => verify::run(args, out),
            Self::Recover(args) => recover::run(args, out),
            Self::Drain(args) => drain::run(args, out),
            Self::Synth(args) => synth::run(args, out),
        }
    }

    /// Whether stdout is read by a script that expects one JSON object.
    pub(crate) fn wants_json(&self) -> bool {
        match self {
            Self::Info(args) => args.json,
            Self::Verify(args) => args.json,
            Self::Recover(args) => args.json,
            Self::Drain(args) => args.json,
            Self::Demo(_) | Self::Dump(_) | Self::Synth(_) => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
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
}

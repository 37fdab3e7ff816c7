//! `atf man`: the manual pages.

use std::fs;
use std::io::Write;
use std::path::PathBuf;

use atf_runtime::session::check_new_dir;

use crate::failure::{Failure, Verdict};
use crate::out::Out;
use crate::{escape, numbers};

/// Write the manual pages: atf(1), and one for each command
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  $ atf man man1 && man ./man1/atf-report.1
  $ atf man man1 && sudo install -m 644 man1/*.1 /usr/local/share/man/man1

Exit codes: 0 success; 2 DIR is not empty, or a page cannot be written.")]
pub(crate) struct Args {
    /// Directory for the pages. It must not exist or must be empty
    dir: PathBuf,
}

/// `command`: the whole command line.
pub(crate) fn run(args: &Args, command: clap::Command, out: &mut Out) -> Result<Verdict, Failure> {
    check_new_dir(&args.dir)?;
    // The command `help` only repeats what --help prints.
    let command = command.disable_help_subcommand(true);
    let written = fs::create_dir_all(&args.dir).and_then(|()| {
        clap_mangen::generate_to(command, &args.dir)?;
        Ok(fs::read_dir(&args.dir)?.count())
    });
    let dir = escape::printable_path(&args.dir);
    match written {
        Ok(pages) => writeln!(out, "{dir}: {}", numbers::count(pages as u64, "page"))?,
        Err(error) => return Err(Failure::Other(format!("{dir}: cannot write: {error}"))),
    }
    Ok(Verdict::Clean)
}

//! `atf completions`: what a shell needs to complete commands and options.

use std::io::Write;

use clap_complete::Shell;

use crate::failure::{Failure, Verdict};
use crate::out::Out;

/// Print the completions of a shell
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  $ atf completions bash > ~/.local/share/bash-completion/completions/atf
  $ atf completions zsh > ~/.zfunc/_atf     with ~/.zfunc in fpath
  $ atf completions fish > ~/.config/fish/completions/atf.fish

Start a new shell after that.

Exit codes: 0 success; 2 the text cannot be written.")]
pub(crate) struct Args {
    /// The shell
    #[arg(value_enum)]
    shell: Shell,
}

/// `command`: the whole command line.
pub(crate) fn run(
    args: &Args,
    mut command: clap::Command,
    out: &mut Out,
) -> Result<Verdict, Failure> {
    let mut text = Vec::new();
    clap_complete::generate(args.shell, &mut command, "atf", &mut text);
    out.write_all(&text)?;
    Ok(Verdict::Clean)
}

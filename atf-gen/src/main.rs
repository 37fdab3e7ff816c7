//! The command `atf-gen`.

#![forbid(unsafe_code)]

use std::process::ExitCode;

fn main() -> ExitCode {
    let here = std::env::current_dir().unwrap_or_default();
    let (mut out, mut err) = (std::io::stdout().lock(), std::io::stderr().lock());
    ExitCode::from(atf_gen::cli::run(std::env::args_os(), &here, &mut out, &mut err))
}

//! `cargo run -p atf-capi-header` writes the header; with `--check` it only reports whether the header is stale.

use std::process::ExitCode;

fn main() -> ExitCode {
    let path = atf_capi_header::path();
    let text = match atf_capi_header::text() {
        Ok(text) => text,
        Err(error) => {
            eprintln!("{error}");
            return ExitCode::from(2);
        }
    };
    let is_fresh = std::fs::read_to_string(&path).is_ok_and(|committed| committed == text);
    if is_fresh {
        return ExitCode::SUCCESS;
    }
    if std::env::args().any(|argument| argument == "--check") {
        eprintln!("{} is stale: run `cargo run -p atf-capi-header`", path.display());
        return ExitCode::from(1);
    }
    match std::fs::write(&path, text) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{}: {error}", path.display());
            ExitCode::from(2)
        }
    }
}

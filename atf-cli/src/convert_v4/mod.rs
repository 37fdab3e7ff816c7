//! `atf convert-v4`: turns a trace of the format before v2 into a session.

mod json;
mod text;

use std::path::{Path, PathBuf};

use atf_runtime::v4::{ConvertOptions, Converted, EVENTS_FILE, Reader, convert};
use atf_runtime::{Error, Platform};

use crate::failure::{Failure, Verdict};
use crate::interrupt::{self, Interruptible};
use crate::out::Out;
use crate::progress::{Progress, Unit};
use crate::{escape, notes, shell};

/// Turn a trace of ATF V4 (trace.json, events.bin) into a session
///
/// V4 came before v2. Each of its threads becomes a thread of the session, with its calls, returns
/// and signals in the same order. Call depths, which V4 does not store, are rebuilt. Registers
/// and stack bytes become detail records; functions, with their addresses, become symbols of the
/// manifest; the rest of what V4 says goes to the manifest's key "v4".
///
/// What v2 has no place for is counted and listed. Examples are the registers of a signal and registers
/// without a slot.
///
/// A recording that was killed has no trace.json. It is converted up to its last complete message.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Example:
  $ atf convert-v4 old --out run
  read: 9 events from old/events.bin
  kept: 2 threads, 3 calls, 3 returns, 1 signal, 6 detail records, 3 functions
        trace start, trace end
  not kept:
             2  registers of signals
             3  addresses of returns that are not their function's
  written to run
  $ atf verify run
  clean: 2 threads, 7 events

Exit codes: 0 everything was kept; 1 something was damaged or could not be kept;
the session was written, even if printing the report failed; 2 nothing was
written.")]
pub(crate) struct Args {
    /// Directory of the V4 trace, or its events.bin; or a file with events under another name
    path: PathBuf,
    /// Directory for the session. It must not exist or must be empty
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// Skip damaged bytes and continue at the next message. Without it, the conversion ends at the damage.
    /// Also continue without a trace.json that cannot be read
    #[arg(long)]
    salvage: bool,
    /// Print one JSON object: {"out", "ok", "messages", "threads", "events", "calls", "returns",
    /// "signals", "details", "functions", "not_kept", ...}
    #[arg(long)]
    pub(crate) json: bool,
}

pub(crate) fn run(args: &Args, out: &mut Out) -> Result<Verdict, Failure> {
    let (trace, is_manifest_lost) = open(args)?;
    let converted = {
        let progress = Progress::new("converting", trace.len_bytes(), Unit::Bytes);
        let options = ConvertOptions::default().salvage(args.salvage);
        let mut add = |bytes| progress.add(bytes);
        interrupt::watch();
        convert(&trace, &Interruptible, &args.out, options, Some(&mut add))?
    };
    let is_complete = converted.is_complete() && !is_manifest_lost;
    say_what_is_unusual(&trace, &converted, is_manifest_lost);
    if converted.damage.is_some() && !args.salvage {
        let command = shell::program();
        let (path, out) = (shell::word(&args.path), shell::word(&args.out));
        notes::hint(format_args!(
            "remove {out} and run `{command} convert-v4 {path} --out {out} --salvage` to convert \
             the events behind the damage too"
        ));
    }
    let printed = match args.json {
        true => json::print(&converted, is_complete, args, out),
        false => text::print(&trace, &converted, args, out),
    };
    printed.and_then(|()| out.flush_page()).map_err(Failure::Report)?;
    Ok(Verdict::of(is_complete))
}

/// The trace, and whether its trace.json cannot be read and is left out.
fn open(args: &Args) -> Result<(Reader, bool), Failure> {
    let mut dir = args.path.as_path();
    if dir.is_file() {
        if dir.file_name() != Some(EVENTS_FILE.as_ref()) {
            return Ok((Reader::open_events(dir)?, false));
        }
        // Its manifest is beside it.
        dir = dir.parent().filter(|dir| !dir.as_os_str().is_empty()).unwrap_or(Path::new("."));
    }
    match Reader::open(dir) {
        Err(error @ Error::Manifest { .. }) if args.salvage => {
            notes::note(format_args!("{error}; converting without it"));
            Ok((Reader::open_events(dir.join(EVENTS_FILE))?, true))
        }
        Err(error @ Error::Manifest { .. }) => {
            Err(Failure::Other(format!("{error}; use --salvage to convert without it")))
        }
        other => Ok((other?, false)),
    }
}

/// Notes on stderr: what a user should know of the recording.
fn say_what_is_unusual(trace: &Reader, converted: &Converted, is_manifest_lost: bool) {
    match trace.manifest_path() {
        None if is_manifest_lost => {}
        None => notes::note(
            "no trace.json was read: the recording was killed, or the file is elsewhere. The platform is \
             that of the trace start",
        ),
        Some(path) if !path.ends_with(atf_runtime::v4::MANIFEST_FILE) => {
            notes::note(format_args!("{} was taken for trace.json", escape::printable_path(path)));
        }
        Some(_) => {}
    }
    let Platform { arch, os, .. } = trace.platform();
    let (os_name, arch_name) = trace.machine().unwrap_or_default();
    for (what, is_known, name) in
        [("operating system", os.is_known(), os_name), ("architecture", arch.is_known(), arch_name)]
    {
        if !is_known {
            notes::note(format_args!(
                "v2 has no number for the {what} {name:?}: it is 0 in the session"
            ));
        }
    }
    if converted.orphan_returns > 0 {
        let count = crate::numbers::count(converted.orphan_returns, "return");
        notes::note(format_args!("{count} without a call: the call came before the recording"));
    }
}

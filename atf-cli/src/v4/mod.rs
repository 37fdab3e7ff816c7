//! Traces of ATF V4, as `info`, `dump` and `verify` show them. They are only read; damage is skipped and said.

mod dump;
mod info;
mod summary;
mod verify;

use std::path::Path;

use atf_runtime::v4::Reader;

use crate::failure::Failure;
use crate::notes;

pub(crate) use atf_runtime::v4::is_v4;
pub(crate) use dump::{Choice, dump};
pub(crate) use info::info;
pub(crate) use verify::verify;

/// Opens a trace's directory, or its events.bin alone.
fn open(path: &Path) -> Result<Reader, Failure> {
    let trace = if path.is_dir() { Reader::open(path)? } else { Reader::open_events(path)? };
    match trace.manifest_path() {
        None => notes::note(
            "no trace.json was read: the recording was killed, or the file is elsewhere",
        ),
        Some(path) if !path.ends_with(atf_runtime::v4::MANIFEST_FILE) => {
            notes::note(format_args!("{} was taken for trace.json", path.display()));
        }
        Some(_) => {}
    }
    Ok(trace)
}

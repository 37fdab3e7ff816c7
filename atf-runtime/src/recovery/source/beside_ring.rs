//! The files beside a ring: opens a detail.atf or checks an index.atf, and tells whether positions of the
//! ring are places in the file. Called when the lanes of a thread with a ring are read.

use std::mem::offset_of;
use std::path::Path;

use super::fault::is_rebuilt;
use crate::error::{Error, Fault, FaultKind, FieldId, Region, Result};
use crate::format::{AtfDetailHeader, AtfIndexHeader, DETAIL_FILE, IndexEvent};
use crate::reader::{DetailReader, IndexReader};

/// Opens a detail.atf, which need not exist, and returns its header, or why that cannot be believed.
///
/// # Errors
///
/// [`Error::Malformed`] when no ring belongs beside the file; [`Error::Io`].
pub(super) fn open_detail(
    path: &Path,
) -> Result<(Option<DetailReader>, Result<AtfDetailHeader, Fault>)> {
    match DetailReader::open(path) {
        Ok(detail) => {
            let start = size_of::<AtfDetailHeader>() as u64;
            let at = offset_of!(AtfDetailHeader, events_offset);
            check(at, "events_offset", start, detail.extent().events_offset)
                .map_err(Error::malformed(path))?;
            let header = *detail.header();
            Ok((Some(detail), Ok(header)))
        }
        Err(error) if error.is_not_found() => Ok((None, Err(missing(DETAIL_FILE.path)))),
        Err(Error::Malformed { fault, .. }) if is_rebuilt(&fault) => {
            Ok((Some(DetailReader::open_without_header(path)?), Err(*fault)))
        }
        Err(error) => Err(error),
    }
}

/// Fails for an index.atf that no ring belongs beside.
pub(super) fn check_index(index: &IndexReader) -> Result<(), Fault> {
    let extent = index.extent();
    let event_size = size_of::<IndexEvent>() as u64;
    let start = size_of::<AtfIndexHeader>() as u64;
    check(offset_of!(AtfIndexHeader, event_size), "event_size", event_size, extent.stride)?;
    let at = offset_of!(AtfIndexHeader, events_offset);
    check(at, "events_offset", start, extent.events_offset)
}

/// The fault of a file that does not exist.
pub(super) fn missing(file: &'static str) -> Fault {
    let (kind, field) = (FaultKind::Missing, FieldId::File(file));
    Fault::new(kind, Region::File, 0, field, "a file", "none")
}

fn check(at: usize, name: &'static str, expected: u64, found: u64) -> Result<(), Fault> {
    if found == expected {
        return Ok(());
    }
    let expected = format!("{expected} (beside a ring)");
    let (kind, region) = (FaultKind::UnsupportedVersion, Region::Header);
    Err(Fault::new(kind, region, at as u64, name, expected, found))
}

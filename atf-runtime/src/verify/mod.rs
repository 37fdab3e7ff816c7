//! Verification: every check that the format allows, on a session, a thread or one file.
//!
//! A path located by [`session::locate`](crate::session::locate) goes in, a [`Report`] comes out.
//! Of a function payload the reserved bytes are checked; any other payload is opaque and not judged. An
//! unknown value of an open enum is not reported, except in a header, where it decides how the file is read.

mod chunk_sums;
mod clock;
mod detail_pass;
mod faults;
mod headers;
mod index_pass;
#[cfg(test)]
mod index_pass_oracle;
mod links;
mod manifest;
mod payload;
mod report;
mod ring;
mod thread;

use crate::consistency::or_silent;
pub use crate::consistency::{ChecksumState, Progress};
pub(crate) use headers::reserved_faults;
pub use report::{Note, Problem, Report};

use crate::consistency::{DetailFacts, IndexFacts};
use crate::error::Result;
use crate::parallel::processors;
use crate::reader::{DetailReader, IndexReader, ThreadReader};
use crate::session::{Session, TracePath};

/// Checks everything that `path` names. `progress` is called with the bytes read, in all
/// [`TracePath::size_bytes`].
///
/// # Errors
///
/// [`Error::Io`](crate::Error::Io) when a file or directory cannot be read at all. Wrong bytes are not an
/// error but a problem in the report.
///
/// ```
/// use atf_runtime::session::{SessionWriter, locate};
/// use atf_runtime::verify::verify;
/// # use atf_runtime::{FaultKind, Platform, WriterOptions};
/// # let dir = tempfile::tempdir().unwrap();
/// # let dir = dir.path().join("my_session");
/// # let platform = Platform::host().unwrap();
/// # let session = SessionWriter::create(&dir, platform, WriterOptions::default())?;
/// // A thread whose writer was dropped: its index.atf has no footer.
/// drop(session.thread(0)?);
/// let report = verify(&locate(&dir)?, None)?;
/// assert!(!report.is_ok());
/// for problem in report.problems() {
///     eprintln!("{problem}");
/// }
/// # assert!(report.problems().iter().any(|it| it.fault.kind == FaultKind::MissingFooter));
/// # Ok::<(), atf_runtime::Error>(())
/// ```
pub fn verify(path: &TracePath, progress: Option<Progress<'_>>) -> Result<Report> {
    let progress = or_silent(progress);
    let mut report = Report::default();
    let workers = processors();
    match path {
        TracePath::Session(dir) => {
            manifest::check_session(&Session::open(dir)?, &mut report, workers, progress)?;
        }
        TracePath::Thread(dir) => {
            thread::check(dir, &mut report, workers, progress)?;
        }
        TracePath::IndexFile(file) => match IndexReader::open(file) {
            Ok(index) => {
                thread::check_index(&index, &mut report, workers, progress)?;
                report.note(file, "one file alone: its links were not checked");
            }
            Err(error) => report.add_error(error)?,
        },
        TracePath::DetailFile(file) => match DetailReader::open(file) {
            Ok(detail) => {
                thread::check_detail(&detail, &mut report, workers, progress)?;
                report.note(file, "one file alone: its links were not checked");
            }
            Err(error) => report.add_error(error)?,
        },
    }
    report.finish(path.path());
    Ok(report)
}

/// Whether an index.atf's recorded checksum is that of its events. Scans the file.
pub fn index_checksum(index: &IndexReader, progress: Option<Progress<'_>>) -> ChecksumState {
    IndexFacts::gather(index, or_silent(progress)).checksum_state()
}

/// Whether a detail.atf's recorded checksum is that of its records. Scans the file.
pub fn detail_checksum(detail: &DetailReader, progress: Option<Progress<'_>>) -> ChecksumState {
    DetailFacts::gather(detail, or_silent(progress)).checksum_state()
}

/// The worse of both lanes' checksums. A mismatch is worse than one that was not recorded.
pub fn thread_checksum(thread: &ThreadReader, progress: Option<Progress<'_>>) -> ChecksumState {
    let progress = or_silent(progress);
    let index = index_checksum(thread.index(), Some(&mut *progress));
    match thread.detail() {
        Ok(Some(detail)) => index.worse(detail_checksum(detail, Some(progress))),
        _ => index,
    }
}

//! Events that are still in a thread's ring, for programs that show a trace and report what is missing.

use std::path::{Path, PathBuf};

use super::state::{RingState, is_drained, path_in};
use crate::error::{Error, Result};
use crate::lock::is_held;

/// A ring that was not removed: the thread is being recorded, or was killed while it was.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct LeftInRing {
    /// The ring.
    pub file: PathBuf,
    /// Events that are only in the ring. Readers see them once the drain or `atf recover` has written
    /// them to index.atf.
    pub events: u64,
    /// Whether its producer still runs. Always `false` on systems other than Linux and Android.
    pub is_recording: bool,
}

/// Returns what the ring in a thread's directory holds; `None` when there is no ring, or it was never
/// completed.
///
/// # Errors
///
/// [`Error::Malformed`] when the ring is damaged, [`Error::NotATrace`] when it is not a regular file,
/// [`Error::Io`].
///
/// ```
/// # let dir = tempfile::tempdir().unwrap();
/// let left = atf_runtime::ring::left_in_ring(dir.path())?;
/// assert_eq!(left, None);
/// # Ok::<(), atf_runtime::Error>(())
/// ```
pub fn left_in_ring(thread_dir: impl AsRef<Path>) -> Result<Option<LeftInRing>> {
    let thread_dir = thread_dir.as_ref();
    let file = path_in(thread_dir);
    let ring = match RingState::of(thread_dir)?.beside(thread_dir, None)? {
        RingState::Absent | RingState::NeverMade => return Ok(None),
        RingState::Damaged(fault) => return Err(Error::malformed(&file)(fault)),
        RingState::Made(ring) => ring,
    };
    let is_drained = is_drained(thread_dir, &ring)?;
    let events = if is_drained { 0 } else { ring.undrained_events() };
    Ok(Some(LeftInRing { is_recording: is_held(&file)?, file, events }))
}

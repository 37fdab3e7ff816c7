//! The ring of a thread's directory: whether there is one, and in what state. Goes from the directory
//! to a [`RingState`], for verification and recovery.

use std::path::{Path, PathBuf};

use super::image::RingImage;
use crate::error::{Error, Fault, FaultKind, Region, Result};
use crate::format::{DETAIL_FILE, INDEX_FILE, RING_FILE, RingControl};
use crate::input::exists;
use crate::manifest::ManifestThread;
use crate::reader::IndexReader;

/// The state of a thread's ring.
#[derive(Debug)]
pub(crate) enum RingState {
    /// No file: the thread was finalized, or was not recorded through a ring.
    Absent,
    /// A file without the magic that is stored last: nothing was recorded through it.
    NeverMade,
    /// Its control block is damaged.
    Damaged(Fault),
    /// A ring.
    Made(Box<RingImage>),
}

impl RingState {
    /// Looks at the ring in a thread's directory.
    ///
    /// # Errors
    ///
    /// [`Error::Io`], and [`Error::NotATrace`] when it is not a regular file.
    pub(crate) fn of(thread_dir: &Path) -> Result<Self> {
        match RingImage::open(&path_in(thread_dir)) {
            Ok(Some(ring)) => Ok(Self::Made(Box::new(ring))),
            Ok(None) => Ok(Self::NeverMade),
            Err(Error::Malformed { fault, .. }) => Ok(Self::Damaged(*fault)),
            Err(error) if error.is_not_found() => Ok(Self::Absent),
            Err(error) => Err(error),
        }
    }

    /// The same, given what else is known of the thread in `thread_dir`. A ring without its magic is damaged if the
    /// thread had recorded: as the manifest says, or because a drain has made its files.
    ///
    /// # Errors
    ///
    /// [`Error::Io`] when the operating system does not say what exists.
    pub(crate) fn beside(self, thread_dir: &Path, listed: Option<&ManifestThread>) -> Result<Self> {
        if !matches!(self, Self::NeverMade) {
            return Ok(self);
        }
        let has_file = exists(&thread_dir.join(INDEX_FILE.path))?
            || exists(&thread_dir.join(DETAIL_FILE.path))?;
        let is_listed = listed.is_some_and(|listed| {
            [listed.emitted, listed.recorded].into_iter().flatten().any(|count| count > 0)
        });
        let found = match (has_file, is_listed) {
            (true, _) => "zeros, although the thread has files",
            (false, true) => "zeros, although the thread had recorded",
            (false, false) => return Ok(self),
        };
        let expected = format!("\"{}\"", RingControl::INIT.magic.escape_ascii());
        let (kind, region) = (FaultKind::Zeroed, Region::Control);
        Ok(Self::Damaged(Fault::new(kind, region, 0, "magic", expected, found)))
    }
}

/// Path of the ring in a thread's directory.
pub(crate) fn path_in(thread_dir: &Path) -> PathBuf {
    thread_dir.join(RING_FILE.path)
}

/// Whether an index.atf ends with a footer that counts at least all events that were published:
/// then it was finalized after the ring was drained, and only removing the ring was left to do. Also
/// if the ring counts fewer, because its last pages did not reach the disk before a power loss.
///
/// A ring of this boot whose tail is before its head decides against the footer: a drain gave the events
/// back to it, because it could not sync them.
fn holds_all(index: &IndexReader, ring: &RingImage) -> bool {
    let extent = index.extent();
    let was_given_back = ring.is_of_this_boot() && ring.undrained_events() > 0;
    extent.footer.is_complete() && u64::from(extent.count) >= ring.events() && !was_given_back
}

/// Whether the index.atf beside a ring [holds all](holds_all) of it.
///
/// # Errors
///
/// [`Error::Io`] when the operating system refuses to open it. A missing or damaged one holds nothing.
pub(crate) fn is_drained(thread_dir: &Path, ring: &RingImage) -> Result<bool> {
    let index = Error::unless_refused(IndexReader::open(thread_dir.join(INDEX_FILE.path)))?;
    Ok(index.is_ok_and(|index| holds_all(&index, ring)))
}

/// What is expected and found where a ring was only not removed.
pub(crate) const LEFT_BEHIND: (&str, &str) =
    ("no ring beside a finalized file", "one whose events are all in it");

/// Why a ring beside unfinalized files, or of a program that is recording, should not exist.
pub(crate) fn undrained_fault(ring: &RingImage, is_recording: bool) -> Fault {
    let process = ring.control().process_id;
    match (ring.undrained_events(), is_recording) {
        (0, true) => ring.fault(
            FaultKind::RingNotDrained,
            "a session that is not being recorded",
            format!("process {process} is recording"),
        ),
        // The drain was killed or late, and finalized no file.
        (0, false) => ring.fault(
            FaultKind::RingLeftBehind,
            "no ring of a program that has ended",
            format!("one of process {process}, whose events are all in index.atf"),
        ),
        (events, true) => ring.fault(
            FaultKind::RingNotDrained,
            "0 events in a ring",
            format!("{events}, and process {process} is recording"),
        ),
        (events, false) => ring.fault(
            FaultKind::RingNotDrained,
            "0 events in a ring",
            format!("{events}, of process {process}"),
        ),
    }
}

/// That the magic is missing.
pub(crate) fn never_made_fault() -> Fault {
    let expected = format!("\"{}\"", RingControl::INIT.magic.escape_ascii());
    let (kind, found) = (FaultKind::RingNeverMade, "none: nothing was recorded");
    Fault::new(kind, Region::Control, 0, "magic", expected, found)
}

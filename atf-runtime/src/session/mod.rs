//! A session: the directory that holds manifest.json and a thread_N/ per traced thread.
//!
//! [`locate`] turns what a user typed into what it is, [`Session`] opens a directory whatever
//! state it is in, [`SessionReader`] its threads with it, [`SessionWriter`] makes one.

mod counts;
mod locate;
mod manifest;
mod manifest_clock;
mod read;
mod reader;
mod tolerant;
mod write;

pub(crate) use counts::Marked;
pub use counts::RingCounts;
pub use locate::{TracePath, locate};
pub use manifest::{MANIFEST_NAME, Manifest, ManifestThread, Module, State, Symbol};
pub use manifest_clock::{ClockAnchor, ClockSource, ManifestClock};
pub(crate) use read::thread_dirs;
pub use read::{Session, SessionThread};
pub use reader::{OpenedThread, SessionReader, ThreadProblem};
pub(crate) use tolerant::values_of_wrong_types;
pub use write::SessionWriter;
pub(crate) use write::ThreadEntry;
#[cfg(any(target_os = "linux", target_os = "android"))]
pub(crate) use write::lasting;

const THREAD_PREFIX: &str = "thread_";

/// Name of a thread's directory: `thread_<id>`.
pub fn thread_dir_name(thread_id: u32) -> String {
    format!("{THREAD_PREFIX}{thread_id}")
}

/// The thread that a directory's name stands for, or `None` if it is not `thread_<id>` in the one
/// way [`thread_dir_name`] writes it.
///
/// ```
/// use atf_runtime::session::thread_id_of_dir_name;
/// assert_eq!(thread_id_of_dir_name("thread_12"), Some(12));
/// assert_eq!(thread_id_of_dir_name("thread_012"), None);
/// assert_eq!(thread_id_of_dir_name("thread_4294967296"), None);
/// ```
pub fn thread_id_of_dir_name(name: &str) -> Option<u32> {
    let id = name.strip_prefix(THREAD_PREFIX)?.parse().ok()?;
    (thread_dir_name(id) == name).then_some(id)
}

//! The locks of a trace: whether somebody records into it, and keeping recorders out while it is repaired
//! in place. Called by the scan, and before a repair in place.
//!
//! The producer of a thread holds the lock of its ring, a drain the lock of the session's directory.
//! Recovery in place keeps both out while it works.

use std::path::{Path, PathBuf};

use super::plan::Plan;
use crate::error::Result;
use crate::format::RingControl;
use crate::input::exists;
use crate::lock::{Lock, is_held};
use crate::ring::state::{RingState, path_in};
use crate::session::{Session, TracePath};

/// What a recording locks.
#[derive(Default)]
struct Locked {
    /// The session's directory, locked by its drain.
    session: Option<PathBuf>,
    /// Directories of threads whose rings their producers lock.
    threads: Vec<PathBuf>,
}

impl Locked {
    /// A thread or a file counts only if there is a ring. Otherwise its parent may be any directory.
    ///
    /// # Errors
    ///
    /// [`Io`](crate::Error::Io) when the operating system does not say what exists.
    fn of(path: &TracePath) -> Result<Self> {
        let of_thread = |dir: &Path| {
            if !exists(&path_in(dir))? {
                return Ok(Self::default());
            }
            let absolute = std::path::absolute(dir).unwrap_or_else(|_| dir.to_owned());
            let session = absolute.parent().map(Path::to_owned);
            Ok(Self { session, threads: vec![dir.to_owned()] })
        };
        match path {
            TracePath::Session(dir) => {
                let mut threads = Vec::new();
                for thread in Session::open(dir)?.threads() {
                    if exists(&path_in(&thread.dir))? {
                        threads.push(thread.dir.clone());
                    }
                }
                Ok(Self { session: Some(dir.clone()), threads })
            }
            TracePath::Thread(dir) => of_thread(dir),
            TracePath::IndexFile(file) | TracePath::DetailFile(file) => {
                of_thread(&file.with_file_name(""))
            }
        }
    }
}

/// Whether a drain or a producer records into the trace.
///
/// # Errors
///
/// [`Io`](crate::Error::Io) when the operating system does not say.
pub(super) fn is_being_recorded(path: &TracePath) -> Result<bool> {
    let locked = Locked::of(path)?;
    let rings = locked.threads.iter().map(|dir| path_in(dir));
    for path in locked.session.into_iter().chain(rings) {
        if is_held(&path)? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The locks of a trace while it is repaired: that of its session, and those of its rings as they are needed. A
/// session may have more rings than a process may have open files.
///
/// The lock of the session keeps drains and other recoveries out. A ring that its producer has let go is locked by
/// nobody else: a producer makes its ring and never opens one.
pub(super) struct Locks {
    /// Held until the end.
    _session: Option<Lock>,
}

/// Takes the lock of a session, and makes sure that no producer records into one of its rings.
///
/// # Errors
///
/// [`BeingRecorded`](crate::Error::BeingRecorded) when somebody holds one, [`Io`](crate::Error::Io).
pub(super) fn hold(plan: &Plan) -> Result<Locks> {
    let locked = Locked::of(&plan.path)?;
    let holder = || "a drain that is at work, or another recovery".to_owned();
    let session = locked.session.map(|dir| Lock::exclusive(&dir, holder)).transpose()?;
    for dir in &locked.threads {
        drop(lock_ring(dir)?);
    }
    Ok(Locks { _session: session })
}

impl Locks {
    /// Locks the ring of a thread while its files are changed; `None` when it has none.
    ///
    /// # Errors
    ///
    /// As for [`hold`].
    pub(super) fn of_thread(&self, dir: &Path) -> Result<Option<Lock>> {
        Ok(if exists(&path_in(dir))? { Some(lock_ring(dir)?) } else { None })
    }
}

fn lock_ring(dir: &Path) -> Result<Lock> {
    let holder = || {
        let process = match RingState::of(dir) {
            Ok(RingState::Made(ring)) => process_in_words(ring.control()),
            _ => "a process".to_owned(),
        };
        format!("{process} that records into it")
    };
    Lock::exclusive(&path_in(dir), holder)
}

fn process_in_words(control: &RingControl) -> String {
    format!("process {}", control.process_id)
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;
    use crate::error::Error;
    use crate::platform::Platform;
    use crate::ring::{Producer, RingOptions};

    #[test]
    fn rings_are_locked_while_their_files_are_changed() {
        let dir = tempfile::tempdir().unwrap();
        let session = dir.path();
        let platform = Platform::host().unwrap();
        let producer = Producer::create(session, 0, platform, RingOptions::default()).unwrap();
        let thread = session.join("thread_0");
        let plan = Plan::of(&TracePath::Thread(thread.clone()), None).unwrap();
        let refused = hold(&plan).map(drop);
        assert!(matches!(refused, Err(Error::BeingRecorded { .. })), "{refused:?}");

        drop(producer);
        let locks = hold(&plan).unwrap();
        assert!(is_held(session).unwrap(), "another drain could begin");
        assert!(!is_held(&path_in(&thread)).unwrap(), "not needed yet");
        let lock = locks.of_thread(&thread).unwrap();
        assert!(lock.is_some() && is_held(&path_in(&thread)).unwrap());
        drop(lock);
        assert!(!is_held(&path_in(&thread)).unwrap());
        let absent = locks.of_thread(&session.join("thread_1")).unwrap();
        assert!(absent.is_none(), "a thread without a ring");
    }
}

//! The locks of a trace: whether somebody records into it, and keeping recorders out while it is repaired
//! in place. Called by the scan, and before a repair in place.
//!
//! The producer of a thread holds the lock of its ring, a drain the lock of the session's directory.
//! Recovery in place holds all of them while it works.

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

/// Takes all locks of a trace.
///
/// # Errors
///
/// [`BeingRecorded`](crate::Error::BeingRecorded) when somebody holds one, [`Io`](crate::Error::Io).
pub(super) fn hold(plan: &Plan) -> Result<Vec<Lock>> {
    let locked = Locked::of(&plan.path)?;
    let mut locks = Vec::new();
    if let Some(dir) = locked.session {
        let holder = || "a drain that is at work, or another recovery".to_owned();
        locks.push(Lock::exclusive(&dir, holder)?);
    }
    for dir in locked.threads {
        let ring = path_in(&dir);
        let holder = || {
            let process = match RingState::of(&dir) {
                Ok(RingState::Made(ring)) => process_in_words(ring.control()),
                _ => "a process".to_owned(),
            };
            format!("{process} that records into it")
        };
        locks.push(Lock::exclusive(&ring, holder)?);
    }
    Ok(locks)
}

fn process_in_words(control: &RingControl) -> String {
    format!("process {}", control.process_id)
}

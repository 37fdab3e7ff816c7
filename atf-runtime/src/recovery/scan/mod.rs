//! From the files of a trace to a [`Plan`]. Reads and decides, and writes nothing.
//!
//! It chooses for each thread where events and records come from; the
//! [planner](super::planner) does the rest.

mod boot;
mod files;
mod manifest;
mod thread;

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::path::Path;

use self::thread::Known;
use super::locks::is_being_recorded;
use super::plan::{LanePlan, Plan, ThreadPlan};
use crate::consistency::{Progress, or_silent};
use crate::error::{Error, Result};
use crate::manifest::{Manifest, ManifestThread};
use crate::ring::boot::is_this_boot;
use crate::session::{Session, SessionThread, TracePath, thread_id_of_dir_name};

impl Plan {
    /// Reads a trace and decides what is kept of it. `progress` is called with the bytes read, in all
    /// [`TracePath::size_bytes`].
    ///
    /// # Errors
    ///
    /// [`Error::Io`] when the operating system refuses to read a directory or a file. Damaged bytes and
    /// missing files are not an error: they are reported in the plan of their thread.
    pub fn of(path: &TracePath, progress: Option<Progress<'_>>) -> Result<Self> {
        let progress = or_silent(progress);
        // Before the files are read: a recording that ends meanwhile was at work when it began.
        let is_being_recorded = is_being_recorded(path)?;
        let (threads, manifest) = match path {
            TracePath::Session(dir) => {
                let session = Session::open(dir)?;
                let mut threads = Vec::new();
                let manifest = session.readable_manifest();
                let listed = manifest.map(|manifest| manifest.threads.as_slice());
                let listed: BTreeMap<u32, &ManifestThread> =
                    listed.unwrap_or_default().iter().map(|listed| (listed.id, listed)).collect();
                let is_of_this_boot = is_this_boot(manifest.and_then(Manifest::boot_id))?;
                for thread in session.threads() {
                    let listed = listed.get(&thread.id).copied();
                    let known = Known { named: Some(thread.id), listed, is_of_this_boot };
                    let plan = thread::scan_thread(&thread.dir, known, progress);
                    let plan = Error::unless_refused(plan)?;
                    threads.push(plan.unwrap_or_else(|error| unread_thread(thread, error)));
                }
                let manifest = manifest::plan_manifest(&session, &threads)?;
                (threads, Some(manifest))
            }
            TracePath::Thread(dir) => {
                let named = dir.file_name().and_then(OsStr::to_str).and_then(thread_id_of_dir_name);
                let is_of_this_boot = boot::is_of_this_boot(dir)?;
                let known = Known { named, listed: None, is_of_this_boot };
                (vec![thread::scan_thread(dir, known, progress)?], None)
            }
            TracePath::IndexFile(file) => {
                let (index, thread_id) =
                    files::scan_index_alone(file, boot::is_of_this_boot(dir_of(file))?, progress)?;
                let thread = ThreadPlan::new(dir_of(file), thread_id);
                (vec![ThreadPlan { index: Some(index), ..thread }], None)
            }
            TracePath::DetailFile(file) => {
                let (detail, thread_id) =
                    files::scan_detail_alone(file, boot::is_of_this_boot(dir_of(file))?, progress)?;
                let thread = ThreadPlan::new(dir_of(file), thread_id);
                (vec![ThreadPlan { detail: Some(detail), ..thread }], None)
            }
        };
        let is_file = matches!(path, TracePath::IndexFile(_) | TracePath::DetailFile(_));
        let is_being_recorded = is_being_recorded && !is_file;
        Ok(Self { path: path.clone(), threads, manifest, is_being_recorded })
    }
}

fn dir_of(file: &Path) -> &Path {
    file.parent().unwrap_or(Path::new(""))
}

/// A thread of which a file is missing, or is no regular file, is reported and left alone. The others are
/// recovered.
fn unread_thread(thread: &SessionThread, error: Error) -> ThreadPlan {
    let (file, fault) = error.into_fault(&thread.dir);
    let index = Some(LanePlan::unreadable(&file, fault));
    ThreadPlan { index, ..ThreadPlan::new(&thread.dir, Some(thread.id)) }
}

//! From the files of a trace to a [`Plan`]. Reads and decides, and writes nothing.
//!
//! It chooses for each thread where events and records come from; the
//! [planner](super::planner) does the rest.

mod boot;
mod files;
mod known;
mod lost;
mod manifest;
mod thread;

use std::ffi::OsStr;
use std::path::Path;

use self::known::Known;
use self::lost::Listed;
use super::identity::{Absent, Witnesses};
use super::locks::is_being_recorded;
use super::plan::{LanePlan, ManifestPlan, Plan, ThreadPlan};
use crate::consistency::{Progress, or_silent};
use crate::error::{Error, Result};
use crate::format::ChunkFlags;
use crate::manifest::Manifest;
use crate::ring::boot::is_this_boot;
use crate::session::{Session, SessionThread, TracePath, thread_id_of_dir_name};
use crate::thread_dir::files_of_thread;

/// Planning again mostly needs one more round.
const MOST_ROUNDS: usize = 4;

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
                let mut threads = scan_session(&session, progress)?;
                let manifest = manifest::plan_manifest(&session, &threads);
                mark_ranges(&mut threads, &manifest, &session);
                (threads, Some(manifest))
            }
            TracePath::Thread(dir) => {
                let named = dir.file_name().and_then(OsStr::to_str).and_then(thread_id_of_dir_name);
                let witnesses = &Witnesses::none();
                let is_of_this_boot = boot::is_of_this_boot(dir)?;
                let known = Known { named, listed: None, is_of_this_boot, witnesses };
                (vec![thread::scan_thread(dir, known, progress)?], None)
            }
            TracePath::IndexFile(file) => {
                let is_of_this_boot = boot::is_of_this_boot(dir_of(file))?;
                (vec![files::scan_index_alone(file, is_of_this_boot, progress)?], None)
            }
            TracePath::DetailFile(file) => {
                let is_of_this_boot = boot::is_of_this_boot(dir_of(file))?;
                (vec![files::scan_detail_alone(file, is_of_this_boot, progress)?], None)
            }
        };
        let is_file = matches!(path, TracePath::IndexFile(_) | TracePath::DetailFile(_));
        let is_being_recorded = is_being_recorded && !is_file;
        Ok(Self { path: path.clone(), threads, manifest, is_being_recorded })
    }
}

/// Gives each lane what the manifest says of ranges of it, as it will be afterwards.
fn mark_ranges(threads: &mut [ThreadPlan], plan: &ManifestPlan, session: &Session) {
    let manifest = match plan {
        ManifestPlan::Rewritten { manifest, .. } => Some(&**manifest),
        ManifestPlan::Unchanged => session.readable_manifest(),
    };
    for listed in manifest.into_iter().flat_map(|manifest| &manifest.threads) {
        let of_thread = |thread: &&mut ThreadPlan| thread.thread_id == Some(listed.id);
        let Some(thread) = threads.iter_mut().find(of_thread) else { continue };
        let lanes = [
            (&mut thread.index, &listed.unverified, &listed.damaged),
            (&mut thread.detail, &listed.unverified_details, &listed.damaged_details),
        ];
        for (lane, unverified, damaged) in lanes {
            let Some(lane) = lane else { continue };
            let unverified = unverified.iter().map(|range| (*range, ChunkFlags::UNVERIFIED));
            let damaged = damaged.iter().map(|range| (*range, ChunkFlags::KNOWN_DAMAGED));
            lane.marks = unverified.chain(damaged).collect();
        }
    }
}

fn dir_of(file: &Path) -> &Path {
    file.parent().unwrap_or(Path::new(""))
}

/// Plans all threads of a session. Files that will not exist afterwards must not decide how others are repaired:
/// recovering again would decide otherwise. So if others were asked, the threads are planned again without them.
fn scan_session(session: &Session, progress: Progress<'_>) -> Result<Vec<ThreadPlan>> {
    let mut absent = Absent::default();
    let (mut threads, mut were_asked) = scan_threads(session, &absent, progress)?;
    for _ in 0..MOST_ROUNDS {
        let found = Absent::of(&threads);
        if !were_asked || found == absent {
            break;
        }
        absent = found;
        (threads, were_asked) = scan_threads(session, &absent, progress)?;
    }
    Ok(threads)
}

/// The plans of all threads, and whether other threads decided any of them.
fn scan_threads(
    session: &Session,
    absent: &Absent,
    progress: Progress<'_>,
) -> Result<(Vec<ThreadPlan>, bool)> {
    let listed = Listed::of(session);
    let witnesses = &Witnesses::of(session, absent);
    let manifest = session.readable_manifest();
    let is_of_this_boot = is_this_boot(manifest.and_then(Manifest::boot_id))?;
    let mut threads = Vec::new();
    for thread in session.threads() {
        let files = files_of_thread(&thread.dir)?;
        if files.is_empty() {
            threads.extend(lost::plan_without_files(thread, &listed)?);
            continue;
        }
        let (named, of_manifest) = (Some(thread.id), listed.get(thread.id));
        let known = Known { named, listed: of_manifest, is_of_this_boot, witnesses };
        let plan = thread::scan_thread(&thread.dir, known, progress);
        let plan = Error::unless_refused(plan)?;
        let plan = plan.unwrap_or_else(|error| unread_thread(thread, error));
        threads.push(lost::mark_lost(plan, thread, files, &listed));
    }
    Ok((threads, witnesses.were_asked()))
}

/// A thread of which a file is missing, or is no regular file, is reported and left alone. The others are
/// recovered.
fn unread_thread(thread: &SessionThread, error: Error) -> ThreadPlan {
    let (file, fault) = error.into_fault(&thread.dir);
    let index = Some(LanePlan::unreadable(&file, fault));
    ThreadPlan { index, ..ThreadPlan::new(&thread.dir, Some(thread.id)) }
}

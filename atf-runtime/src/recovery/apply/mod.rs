//! Carrying out a [`Plan`]: as a copy beside the damaged trace, or in place.

mod chunk_sums;
mod copy;
mod copy_file;
mod detail_offsets;
mod flush_ring;
mod in_memory;
mod in_place;
mod old_footer;
mod set_aside;
mod source;
mod staleness;

use std::path::Path;

pub use self::in_memory::ring_contents;

use self::copy::copy_thread;
use self::copy_file::copy_file;
use self::flush_ring::{flush_ring, remove_ring};
use self::set_aside::set_aside;
use self::staleness::check_is_as_scanned;
use super::locks;
use super::plan::{LaneOutcome, LanePlan, ManifestPlan, Plan, ThreadPlan};
use crate::consistency::{Progress, or_silent};
use crate::error::{Error, Result};
use crate::format::{DETAIL_FILE, DETAIL_OFFSETS_FILE, INDEX_FILE};
use crate::lane::Lane;
use crate::manifest::{MANIFEST_NAME, Manifest, State, keep_damaged};
use crate::output::{check_new_file, claim_dir};
use crate::reader::sums_path;
use crate::rollback::Rollback;
use crate::session::{TracePath, thread_dir_name};
use crate::storage::Storage;

impl Plan {
    /// Writes what is kept to `out`. If the plan's path is a session, `out` becomes a session; if it is a
    /// thread directory or a file, so is `out`. The damaged trace is not touched. `progress` is called with
    /// the bytes written.
    ///
    /// # Errors
    ///
    /// [`Error::OutputTaken`] when `out` exists, unless it is an empty directory;
    /// [`Error::Malformed`] when nothing can be kept; [`Error::Io`]. After an error everything that
    /// was written is removed.
    pub fn write_copy<S: Storage>(
        &self,
        storage: &S,
        out: impl AsRef<Path>,
        progress: Option<Progress<'_>>,
    ) -> Result<()> {
        let progress = or_silent(progress);
        let out = out.as_ref();
        self.check_keeps_anything()?;
        let is_file = matches!(self.path, TracePath::IndexFile(_) | TracePath::DetailFile(_));
        let rollback = Rollback::new(storage.clone());
        if is_file {
            check_new_file(out)?;
        } else {
            claim_dir(&rollback, out)?;
        }
        let result = self.write_copy_into(&rollback, out, progress);
        if result.is_err() {
            rollback.remove_all();
        }
        result
    }

    fn write_copy_into<S: Storage>(
        &self,
        storage: &S,
        out: &Path,
        progress: Progress<'_>,
    ) -> Result<()> {
        if let Some(ManifestPlan::Rewritten { manifest, .. }) = &self.manifest {
            self.say_what_is_in_doubt(manifest, storage, out)?;
        }
        for thread in self.threads.iter().filter(|thread| thread.is_written()) {
            match (&self.path, thread.thread_id) {
                (TracePath::Session(_), Some(id)) => {
                    let dir = out.join(thread_dir_name(id));
                    storage.create_dir(&dir).map_err(Error::io(&dir, "create"))?;
                    write_thread(thread, storage, &dir, progress)?;
                }
                (TracePath::IndexFile(_) | TracePath::DetailFile(_), _) => {
                    copy_thread(thread, storage, (out, out), None, progress)?;
                }
                _ => write_thread(thread, storage, out, progress)?,
            }
        }
        if let TracePath::Session(source) = &self.path {
            match &self.manifest {
                Some(ManifestPlan::Rewritten { manifest, is_kept, .. }) => {
                    if *is_kept {
                        keep_damaged(storage, source, out)?;
                    }
                    manifest.replace(storage, out)?;
                }
                _ => {
                    let to = out.join(MANIFEST_NAME);
                    copy_file(storage, &source.join(MANIFEST_NAME), &to, progress)?;
                }
            }
        }
        Ok(())
    }

    /// Repairs the trace in place: cuts each file to what is kept, and finalizes it. Needs free space for a
    /// second manifest, and for the events that are only in rings. What is cut off is lost. After a crash in
    /// between, the trace can be recovered again, with the same result.
    ///
    /// # Errors
    ///
    /// [`Error::Malformed`] when nothing can be kept. [`Error::BeingRecorded`] when a drain or a producer
    /// records into the trace (Linux and Android), or did so when the plan was made or since. In both
    /// cases nothing was touched. [`Error::Io`].
    pub fn apply_in_place<S: Storage>(
        &self,
        storage: &S,
        progress: Option<Progress<'_>>,
    ) -> Result<()> {
        let progress = or_silent(progress);
        self.check_keeps_anything()?;
        let locks = locks::hold(self)?;
        check_is_as_scanned(self)?;
        let manifest = self.manifest_in_place();
        // Missing permissions or a full disk must fail here, before the first byte is changed.
        for thread in self.threads.iter().filter(|thread| thread.is_written()) {
            in_place::check_can_repair(thread, storage)?;
        }
        if let Some((dir, manifest)) = &manifest {
            if matches!(&self.manifest, Some(ManifestPlan::Rewritten { is_kept: true, .. })) {
                keep_damaged(storage, dir, dir)?;
            }
            self.say_what_is_in_doubt(manifest, storage, dir)?;
            manifest.write_beside(storage, dir)?;
        }
        for thread in &self.threads {
            set_aside(thread, storage)?;
        }
        for thread in self.threads.iter().filter(|thread| thread.is_written()) {
            let _ring = locks.of_thread(&thread.dir)?;
            flush_ring(thread, storage)?;
            in_place::repair(thread, storage, progress)?;
        }
        if let Some((dir, _)) = &manifest {
            Manifest::put_in_place(storage, dir)?;
        }
        // Until here only the rings tell what the files must hold. With a ring, another recovery begins anew.
        for thread in &self.threads {
            let _ring = locks.of_thread(&thread.dir)?;
            remove_ring(thread, storage)?;
            if thread.is_written() {
                in_place::make_sums(thread, storage)?;
            }
        }
        Ok(())
    }

    /// If something is unverified or damaged, writes a first manifest that says so, before the files are finalized: a finalized
    /// file says that its events are what was recorded, and this recovery may be interrupted.
    fn say_what_is_in_doubt<S: Storage>(
        &self,
        manifest: &Manifest,
        storage: &S,
        dir: &Path,
    ) -> Result<()> {
        if !self.threads.iter().any(|it| it.is_unverified() || it.is_damaged()) {
            return Ok(());
        }
        Manifest { state: Some(State::Recording), ..manifest.clone() }.replace(storage, dir)
    }

    fn manifest_in_place(&self) -> Option<(&Path, &Manifest)> {
        match (&self.path, &self.manifest) {
            (TracePath::Session(dir), Some(ManifestPlan::Rewritten { manifest, .. })) => {
                Some((dir, manifest))
            }
            _ => None,
        }
    }

    fn check_keeps_anything(&self) -> Result<()> {
        if self.keeps_anything() {
            return Ok(());
        }
        let lanes = self.threads.iter().flat_map(|it| it.index.iter().chain(&it.detail));
        let lanes = lanes.map(|lane| (&lane.file, &lane.faults));
        let rings = self.threads.iter().filter_map(|thread| thread.ring.as_ref());
        let files = lanes.chain(rings.map(|ring| (&ring.file, &ring.faults)));
        let mut faults = files.filter_map(|(file, faults)| Some((file, faults.first()?)));
        match faults.next() {
            Some((file, fault)) => Err(Error::malformed(file)(fault.clone())),
            None => Ok(()),
        }
    }
}

fn write_thread<S: Storage>(
    thread: &ThreadPlan,
    storage: &S,
    dir: &Path,
    progress: Progress<'_>,
) -> Result<()> {
    let (index, detail) = (dir.join(INDEX_FILE.path), dir.join(DETAIL_FILE.path));
    let offsets = dir.join(DETAIL_OFFSETS_FILE.path);
    copy_thread(thread, storage, (&index, &detail), Some(&offsets), progress)?;
    for (lane, which, file) in
        [(&thread.detail, Lane::Detail, &detail), (&thread.index, Lane::Index, &index)]
    {
        let is_written = |lane: &&LanePlan| {
            matches!(lane.outcome, LaneOutcome::Unchanged | LaneOutcome::Finalized)
        };
        if let Some(lane) = lane.as_ref().filter(is_written) {
            chunk_sums::make(lane, which, file, storage, &sums_path(file, which))?;
        }
    }
    storage.sync_dir(dir).map_err(Error::io(dir, "sync"))
}

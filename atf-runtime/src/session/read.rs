//! Opening a session directory in any state.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::error::{Error, Result};
use crate::manifest::{MANIFEST_NAME, Manifest, ranges::count_in};
use crate::storage::Disk;
use crate::thread_dir::{thread_dir_name, thread_dirs};

/// A session directory: its manifest, if it can be read, and its threads, both those that the manifest
/// lists and those with a directory.
#[derive(Debug)]
pub struct Session {
    dir: PathBuf,
    manifest: Result<Manifest>,
    /// What is left of a damaged manifest.
    left: Option<Manifest>,
    threads: Vec<SessionThread>,
}

/// A thread of a session.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct SessionThread {
    /// The thread's id.
    pub id: u32,
    /// The directory of its files, which may be missing.
    pub dir: PathBuf,
    /// Whether the manifest lists it.
    pub in_manifest: bool,
    /// Whether its directory exists.
    pub exists: bool,
    /// Whether the manifest says that it was recorded and its files are gone.
    pub lost: bool,
    /// Events that the manifest lists as damaged: their checksum failed and recovery kept them.
    pub damaged_events: u64,
    /// Detail records that the manifest lists as damaged.
    pub damaged_details: u64,
}

impl Session {
    /// Opens `dir` as a session, also a directory with neither a manifest nor threads: for a path from a
    /// user ask [`locate`](super::locate) first. A missing or broken manifest is not an error: see
    /// [`manifest`](Self::manifest).
    ///
    /// # Errors
    ///
    /// [`Error::Io`] when the operating system refuses to read the directory or the manifest: what
    /// cannot be read now must not count as missing.
    pub fn open(dir: impl AsRef<Path>) -> Result<Self> {
        let dir = dir.as_ref().to_owned();
        let read = Error::unless_refused(Manifest::read_damaged(dir.join(MANIFEST_NAME)))?;
        let (manifest, left) = match read {
            Ok((left, Some(error))) => (Err(error), left),
            Ok((manifest, None)) => (Ok(manifest.unwrap_or_else(Manifest::recording)), None),
            Err(error) => (Err(error), None),
        };
        let mut threads = BTreeMap::new();
        let entry = |id: u32| SessionThread {
            id,
            dir: dir.join(thread_dir_name(id)),
            in_manifest: false,
            exists: false,
            lost: false,
            damaged_events: 0,
            damaged_details: 0,
        };
        for listed in manifest.iter().chain(&left).flat_map(|manifest| &manifest.threads) {
            let thread = threads.entry(listed.id).or_insert_with(|| entry(listed.id));
            thread.in_manifest = true;
            thread.lost |= listed.lost;
            thread.damaged_events = thread.damaged_events.max(count_in(&listed.damaged));
            thread.damaged_details = thread.damaged_details.max(count_in(&listed.damaged_details));
        }
        for id in thread_dirs(&Disk, &dir)? {
            threads.entry(id).or_insert_with(|| entry(id)).exists = true;
        }
        Ok(Self { dir, manifest, left, threads: threads.into_values().collect() })
    }

    /// The session's directory.
    #[must_use]
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// The manifest.
    ///
    /// # Errors
    ///
    /// Why there is none: it is missing, or it is damaged or not the manifest of a session. See
    /// [`readable_manifest`](Self::readable_manifest).
    pub fn manifest(&self) -> Result<&Manifest, &Error> {
        self.manifest.as_ref()
    }

    /// The manifest, or what is left of a damaged one; `None` if there is none, or nothing of it can be
    /// read. What is missing in it is in the error of [`manifest`](Self::manifest).
    #[must_use]
    pub fn readable_manifest(&self) -> Option<&Manifest> {
        self.manifest.as_ref().ok().or(self.left.as_ref())
    }

    /// The threads that the manifest lists and those with a directory, ordered by id.
    #[must_use]
    pub fn threads(&self) -> &[SessionThread] {
        &self.threads
    }

    /// Names of functions by `function_id`, from the manifest or what is left of it; empty without one.
    #[must_use]
    pub fn symbols(&self) -> BTreeMap<u64, &str> {
        let symbols = self.readable_manifest().into_iter().flat_map(|manifest| &manifest.symbols);
        symbols.filter_map(|symbol| Some((symbol.id()?, symbol.name.as_str()))).collect()
    }
}

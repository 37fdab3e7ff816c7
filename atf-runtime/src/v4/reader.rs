//! A V4 trace: its events over a memory map, and its manifest.

use std::fs;
use std::path::{Path, PathBuf};

use super::event::Payload;
use super::events::Events;
use super::manifest::{MANIFEST_FILE, ManifestInfo};
use super::platform::platform_of;
use super::salvage::Salvage;
use super::time;
use crate::error::{Error, Result};
use crate::platform::Platform;
use crate::reader::{FileBytes, MappedFile};

/// Name of the file of events in a trace's directory.
pub const EVENTS_FILE: &str = "events.bin";
/// The recorder writes the manifest under this name and six random letters, and then renames it.
const TEMPORARY_MANIFEST: &str = "trace.json.tmp";

/// A V4 trace, opened for reading. Nothing is copied: events borrow from the map.
///
/// The file must not be truncated or changed while it is open: it is mapped.
#[derive(Debug)]
pub struct Reader {
    file: MappedFile,
    manifest: Option<ManifestInfo>,
    manifest_path: Option<PathBuf>,
}

impl Reader {
    /// Opens the trace in a directory. Scans nothing.
    ///
    /// trace.json may be missing: it is written when a recording ends, and a killed one has none, or one under
    /// the temporary name `trace.json.tmpXXXXXX`. If exactly one such file is complete, it is taken;
    /// [`manifest_path`](Self::manifest_path) says so.
    ///
    /// # Errors
    ///
    /// [`Error::Io`] when events.bin is missing or a file cannot be read; [`Error::NotATrace`] when both files
    /// are missing, or one is no regular file; [`Error::Manifest`] when trace.json is not what
    /// [`ManifestInfo::from_json`] accepts. [`open_events`](Self::open_events) opens the events of such a trace.
    ///
    /// ```
    /// # let dir = tempfile::tempdir()?;
    /// # let trace_dir = dir.path();
    /// // Two messages: event 1 of thread 7 without a payload, and the same as event 2.
    /// std::fs::write(trace_dir.join("events.bin"), [4, 8, 1, 16, 7, 4, 8, 2, 16, 7])?;
    /// let trace = atf_runtime::v4::Reader::open(trace_dir)?;
    /// assert!(trace.manifest().is_none());
    /// let mut events = trace.events();
    /// assert_eq!(events.remaining_count(), 2);
    /// let first = events.next().expect("an event")?;
    /// assert_eq!((first.event_id, first.thread(), events.position()), (1, 7, 5));
    /// events.seek(0)?;
    /// assert!(events.seek(11).is_err());
    /// assert_eq!(events.count(), 2);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn open(trace_dir: impl AsRef<Path>) -> Result<Self> {
        let dir = trace_dir.as_ref();
        let path = dir.join(MANIFEST_FILE);
        let manifest = match ManifestInfo::read(&path) {
            Ok(manifest) => Some((path, manifest)),
            Err(error) if error.is_not_found() => temporary_manifest(dir)?,
            Err(error) => return Err(error),
        };
        let file = match MappedFile::open(&dir.join(EVENTS_FILE)) {
            Err(error) if error.is_not_found() && manifest.is_none() => {
                return Err(Error::NotATrace {
                    path: dir.to_owned(),
                    expected: "a V4 trace (events.bin and trace.json)",
                    found: "neither of them".to_owned(),
                });
            }
            file => file?,
        };
        let (manifest_path, manifest) = manifest.unzip();
        Ok(Self { file, manifest, manifest_path })
    }

    /// Opens a file of events alone, under whatever name.
    ///
    /// # Errors
    ///
    /// [`Error::Io`]; [`Error::NotATrace`] when it is no regular file.
    pub fn open_events(path: impl AsRef<Path>) -> Result<Self> {
        let file = MappedFile::open(path.as_ref())?;
        Ok(Self { file, manifest: None, manifest_path: None })
    }

    /// Reads events that are in memory. Errors call the file `path`.
    pub fn from_bytes(path: impl AsRef<Path>, bytes: impl Into<FileBytes>) -> Self {
        let file = MappedFile::in_memory(path.as_ref(), bytes.into());
        Self { file, manifest: None, manifest_path: None }
    }

    /// The manifest, if there is one.
    #[must_use]
    pub fn manifest(&self) -> Option<&ManifestInfo> {
        self.manifest.as_ref()
    }

    /// The file that the manifest was read from.
    #[must_use]
    pub fn manifest_path(&self) -> Option<&Path> {
        self.manifest_path.as_deref()
    }

    /// The file of events.
    #[must_use]
    pub fn path(&self) -> &Path {
        self.file.path()
    }

    /// Length of the file of events, in bytes.
    #[must_use]
    pub fn len_bytes(&self) -> u64 {
        self.file.bytes().len() as u64
    }

    /// The events in the order of the file, from the first one on. Ends with an error at the first message that
    /// cannot be read.
    #[must_use]
    pub fn events(&self) -> Events<'_> {
        Events::new(self.path(), self.file.bytes(), 0)
    }

    /// The events in the order of the file, without those that cannot be read.
    #[must_use]
    pub fn salvage(&self) -> Salvage<'_> {
        Salvage::new(self.path(), self.file.bytes(), 0)
    }

    /// Tells the system that the file will be read from front to back. Only a hint.
    pub fn will_be_scanned(&self) {
        self.file.will_be_scanned();
    }

    /// The offset of the first event at or after a time, in bytes; `None` if there is none.
    ///
    /// It is found by halving the file, in time that hardly grows with the file, from the times of the events
    /// themselves: the manifest's are of another clock. So it is right if times never go back in the
    /// file. Where they do (threads in turn), events of this time or later may lie before it, as far as times go
    /// back.
    #[must_use]
    pub fn estimate_offset(&self, timestamp_ns: u64) -> Option<u64> {
        time::estimate_offset(self.path(), self.file.bytes(), timestamp_ns)
    }

    /// The recorder's words for operating system and architecture: from the manifest, else from the first
    /// event if it is a trace start.
    #[must_use]
    pub fn machine(&self) -> Option<(&str, &str)> {
        if let Some(manifest) = &self.manifest {
            return Some((&manifest.os, &manifest.arch));
        }
        match self.events().next()?.ok()?.payload? {
            Payload::TraceStart(start) => Some((start.operating_system, start.cpu_architecture)),
            _ => None,
        }
    }

    /// What [`machine`](Self::machine) says, in the numbers of v2; 0 for what is not known.
    #[must_use]
    pub fn platform(&self) -> Platform {
        let (os, arch) = self.machine().unwrap_or_default();
        platform_of(os, arch)
    }
}

/// The manifest of a recording that was killed before it got its name, unless there are several.
fn temporary_manifest(dir: &Path) -> Result<Option<(PathBuf, ManifestInfo)>> {
    let mut found = None;
    let entries = match fs::read_dir(dir) {
        Ok(entries) => entries,
        Err(error) => return Err(Error::io(dir, "read the directory")(error)),
    };
    for entry in entries {
        let path = entry.map_err(Error::io(dir, "read the directory"))?.path();
        let name = path.file_name().and_then(|name| name.to_str());
        if !name.is_some_and(|name| name.starts_with(TEMPORARY_MANIFEST)) {
            continue;
        }
        match ManifestInfo::read(&path) {
            Ok(manifest) => {
                if found.replace((path, manifest)).is_some() {
                    return Ok(None);
                }
            }
            // Whether it is complete is not known: that is no reason to go on without it.
            Err(error @ Error::Io { .. }) if !error.is_not_found() => return Err(error),
            // It was renamed meanwhile, or is not complete.
            Err(_) => {}
        }
    }
    Ok(found)
}

//! manifest.json: the description of a session. Where it and the threads' files disagree, the files win.
//!
//! The keys are listed in one table, in `keys`; that file says how to add one.

mod clock;
mod counts;
mod fields;
mod keep;
mod keys;
mod lenient;
mod process;
pub(crate) mod ranges;
pub(crate) mod reserve;
mod salvage;
mod threads;

use std::io::{ErrorKind, Read};
use std::path::Path;

use serde_json::{Map, Value};

use crate::error::{Error, ManifestFault, Result};
use crate::input::open_regular;
use crate::storage::{Storage, StorageFile};

pub use clock::{ClockAnchor, ClockSource, ManifestClock};
pub use counts::RingCounts;
pub(crate) use keep::keep_damaged;
pub(crate) use lenient::values_of_wrong_types;
pub use process::{ManifestProcess, WallClock};
pub(crate) use threads::{InDoubt, ThreadEntry};

/// Name of the manifest in a session directory.
pub const MANIFEST_NAME: &str = "manifest.json";
/// It is written under this name and then renamed, so that it is replaced in one step.
const MANIFEST_TEMPORARY_NAME: &str = "manifest.json.new";
/// Key with what a converted V4 trace says of its recording.
pub(crate) const V4_KEY: &str = "v4";
/// A larger file is refused: reading it would only fill the memory.
const MAX_MANIFEST_BYTES: u64 = 256 << 20;

/// A session's manifest.json.
///
/// To be read, it needs only `threads` and each thread's `id`. Unknown keys are kept in `other` and
/// written again. So is an optional key whose value has the wrong type: it counts as absent.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Manifest {
    /// "2.0", or "2.1" with modules and symbols.
    pub format_version: String,
    /// One entry per thread directory.
    pub threads: Vec<ManifestThread>,
    /// Lowest first timestamp over all threads, ns; 0 without events.
    pub time_start_ns: u64,
    /// Highest last timestamp over all threads, ns; 0 without events.
    pub time_end_ns: u64,
    /// Clock, as in the index header.
    pub clock_type: Option<u8>,
    /// Whether the session ended.
    pub state: Option<State>,
    /// Loaded modules (2.1).
    pub modules: Vec<Module>,
    /// Names of functions (2.1).
    pub symbols: Vec<Symbol>,
    /// Which clock the timestamps were read from, if the recorder said so.
    pub clock: Option<ManifestClock>,
    /// What stopped the recorder, for example an error of the disk. Recovery keeps it.
    pub failed: Option<String>,
    /// Threads that the program ran and that could not be registered: nothing of them was recorded.
    pub untraced_threads: Option<u64>,
    /// The process that was recorded.
    pub process: Option<ManifestProcess>,
    /// The trace's clock and the wall clock at the same time.
    pub wall_clock: Option<WallClock>,
    /// Unknown keys, and known keys whose values have the wrong type.
    pub other: Map<String, Value>,
}

/// Whether a session ended.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum State {
    /// The session is being recorded, or its recorder was killed.
    Recording,
    /// The session ended and its files are finalized.
    Complete,
    /// An unknown word.
    Other(String),
}

/// A thread of the manifest.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct ManifestThread {
    /// Thread; its directory is `thread_<id>`.
    pub id: u32,
    /// Whether the manifest claims a detail.atf for it.
    pub has_detail: bool,
    /// Events that the program emitted, if it recorded through rings; see [`RingCounts`].
    pub emitted: Option<u64>,
    /// How many of them were recorded.
    pub recorded: Option<u64>,
    /// How many of them were dropped.
    pub dropped_events: Option<u64>,
    /// Recorded events whose detail was dropped.
    pub dropped_details: Option<u64>,
    /// Events that nothing proves, as pairs of the first sequence and a count: the sync that was to make
    /// them durable failed, or the machine lost power.
    pub unverified: Vec<[u64; 2]>,
    /// Detail records that nothing proves, as pairs of the first sequence and a count.
    pub unverified_details: Vec<[u64; 2]>,
    /// The thread's name.
    pub name: Option<String>,
    /// The operating system's id of the thread.
    pub os_id: Option<u64>,
    /// Whether the thread was recorded and its files are gone.
    pub lost: bool,
    /// Events whose checksum failed and that recovery kept, as pairs of the first sequence and a count.
    pub damaged: Vec<[u64; 2]>,
    /// Detail records whose checksum failed and that recovery kept, as pairs of the first sequence and a
    /// count.
    pub damaged_details: Vec<[u64; 2]>,
    /// Unknown keys, and known keys whose values have the wrong type.
    pub other: Map<String, Value>,
}

/// A module of the traced program.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Module {
    /// Upper half of the `function_id`s of its functions.
    pub module_id: u64,
    /// File it was loaded from.
    pub path: String,
    /// Address it was loaded at, "0x...".
    pub base_address: String,
    /// Length in memory, in bytes.
    pub size: u64,
    /// Build id.
    pub uuid: String,
    /// Unknown keys, and known keys whose values have the wrong type.
    pub other: Map<String, Value>,
}

/// The name of a traced function.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Symbol {
    /// `function_id` of its events, "0x...".
    pub function_id: String,
    /// Its module.
    pub module_id: Option<u64>,
    /// Lower half of the `function_id`.
    pub symbol_index: Option<u32>,
    /// The name.
    pub name: String,
    /// Unknown keys, and known keys whose values have the wrong type.
    pub other: Map<String, Value>,
}

impl ManifestThread {
    /// A thread without details, and without counts.
    #[must_use]
    pub fn new(id: u32) -> Self {
        Self {
            id,
            has_detail: false,
            emitted: None,
            recorded: None,
            dropped_events: None,
            dropped_details: None,
            unverified: Vec::new(),
            unverified_details: Vec::new(),
            name: None,
            os_id: None,
            lost: false,
            damaged: Vec::new(),
            damaged_details: Vec::new(),
            other: Map::new(),
        }
    }
}

impl Module {
    /// A module with this id, loaded from `path`; address, size and build id are not known.
    ///
    /// ```
    /// use atf_runtime::manifest::Module;
    /// let mut module = Module::new(1, "/usr/lib/libone.so");
    /// module.base_address = "0x7f0000000000".to_owned();
    /// assert_eq!((module.module_id, module.size), (1, 0));
    /// ```
    pub fn new(module_id: u64, path: impl Into<String>) -> Self {
        Self { module_id, path: path.into(), ..Self::default() }
    }
}

impl State {
    /// The word in the manifest.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Recording => "recording",
            Self::Complete => "complete",
            Self::Other(word) => word,
        }
    }
}

impl Symbol {
    /// The symbol of `(module_id << 32) | symbol_index`.
    pub fn new(module_id: u32, symbol_index: u32, name: impl Into<String>) -> Self {
        let function_id = u64::from(module_id) << 32 | u64::from(symbol_index);
        Self {
            function_id: format!("{function_id:#x}"),
            module_id: Some(module_id.into()),
            symbol_index: Some(symbol_index),
            name: name.into(),
            other: Map::new(),
        }
    }

    /// [`function_id`](Self::function_id) as a number, or `None` if it is not "0x" and at most 16
    /// hexadecimal digits.
    #[must_use]
    pub fn id(&self) -> Option<u64> {
        u64::from_str_radix(self.function_id.strip_prefix("0x")?, 16).ok()
    }
}

fn version_without_symbols() -> String {
    "2.0".to_owned()
}

impl Manifest {
    /// An empty manifest of a session that is being recorded.
    #[must_use]
    pub fn recording() -> Self {
        Self {
            format_version: version_without_symbols(),
            threads: Vec::new(),
            time_start_ns: 0,
            time_end_ns: 0,
            clock_type: None,
            state: Some(State::Recording),
            modules: Vec::new(),
            symbols: Vec::new(),
            clock: None,
            failed: None,
            untraced_threads: None,
            process: None,
            wall_clock: None,
            other: Map::new(),
        }
    }

    /// Reads a manifest.
    ///
    /// # Errors
    ///
    /// [`Error::Io`] when it is missing or cannot be read; [`Error::NotATrace`] when it is no
    /// regular file; [`Error::Manifest`], with line and column, when it is not JSON or lacks what is
    /// required.
    pub fn read(path: impl AsRef<Path>) -> Result<Self> {
        match Self::read_damaged(path)? {
            (_, Some(error)) => Err(error),
            (manifest, None) => Ok(manifest.unwrap_or_else(Self::recording)),
        }
    }

    /// Reads a manifest, or what is left of a damaged one, with the error that [`read`](Self::read) gives
    /// for it. `None` if nothing is left.
    ///
    /// Bytes that are not UTF-8 are replaced in the text that has them. Of a list that is cut off the
    /// complete entries are read. Of a key that is there twice the first value counts.
    ///
    /// ```
    /// use atf_runtime::manifest::Manifest;
    /// let dir = tempfile::tempdir()?;
    /// let path = dir.path().join("manifest.json");
    /// std::fs::write(&path, r#"{"threads": [{"id": 7}, {"id": 8"#)?;
    /// let (manifest, error) = Manifest::read_damaged(&path)?;
    /// assert_eq!(manifest.unwrap().threads.len(), 1);
    /// assert!(error.unwrap().to_string().contains("EOF while parsing"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::Io`] when it is missing or cannot be read; [`Error::NotATrace`] when it is not a
    /// regular file.
    pub fn read_damaged(path: impl AsRef<Path>) -> Result<(Option<Self>, Option<Error>)> {
        let path = path.as_ref();
        let (file, len) = open_regular(path)?;
        let fault = |fault| Some(Error::Manifest { path: path.to_owned(), fault });
        let limit = MAX_MANIFEST_BYTES;
        let mut bytes = Vec::new();
        if len <= limit {
            // It may grow meanwhile.
            file.take(limit + 1).read_to_end(&mut bytes).map_err(Error::io(path, "read"))?;
        }
        let found = len.max(bytes.len() as u64);
        if found > limit {
            return Ok((None, fault(ManifestFault::TooLong { limit, found })));
        }
        let found = match lenient::read(&bytes) {
            Ok(manifest) => return Ok((Some(manifest), None)),
            Err(error) => error.to_string(),
        };
        Ok(match lenient::read_damaged(&bytes) {
            Some((left, names)) => (Some(left), fault(ManifestFault::Damaged { found, names })),
            None => (None, fault(ManifestFault::NotAManifest { found })),
        })
    }

    /// Replaces the manifest in `session_dir` in one step: it is written beside the old one, synced,
    /// and renamed.
    ///
    /// # Errors
    ///
    /// [`Error::Io`]; then the old one is still there.
    pub fn replace<S: Storage>(&self, storage: &S, session_dir: impl AsRef<Path>) -> Result<()> {
        let session_dir = session_dir.as_ref();
        self.write_beside(storage, session_dir)?;
        Self::put_in_place(storage, session_dir)
    }

    /// The first half of [`replace`](Self::replace): everything that needs room or permissions.
    pub(crate) fn write_beside<S: Storage>(&self, storage: &S, session_dir: &Path) -> Result<()> {
        let temporary = session_dir.join(MANIFEST_TEMPORARY_NAME);
        let mut text =
            serde_json::to_vec_pretty(&fields::Written(&*lenient::without_doubles(self)))
                .map_err(|error| Error::io(&temporary, "write")(error.into()))?;
        text.push(b'\n');
        // Left by a crash between writing and renaming, or the room that a drain reserved.
        match storage.remove_file(&temporary) {
            Err(error) if error.kind() != ErrorKind::NotFound => {
                return Err(Error::io(&temporary, "remove")(error));
            }
            _ => {}
        }
        let mut file = storage.create_new(&temporary).map_err(Error::io(&temporary, "create"))?;
        let written = file.write_all_at(&text, 0).and_then(|()| file.sync());
        written.map_err(|error| {
            // The first error is the one to report; a file that cannot be removed either stays.
            let _ = storage.remove_file(&temporary);
            Error::io(&temporary, "write")(error)
        })
    }

    /// The second half of [`replace`](Self::replace).
    pub(crate) fn put_in_place<S: Storage>(storage: &S, session_dir: &Path) -> Result<()> {
        let path = session_dir.join(MANIFEST_NAME);
        let temporary = session_dir.join(MANIFEST_TEMPORARY_NAME);
        storage.rename(&temporary, &path).map_err(Error::io(&path, "replace"))?;
        storage.sync_dir(session_dir).map_err(Error::io(session_dir, "sync"))
    }

    /// Lists modules and symbols, which makes it a manifest of version 2.1.
    #[must_use]
    pub fn with_symbols(mut self, modules: Vec<Module>, symbols: Vec<Symbol>) -> Self {
        "2.1".clone_into(&mut self.format_version);
        self.modules = modules;
        self.symbols = symbols;
        self
    }
}

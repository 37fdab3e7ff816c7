//! From a path that a user typed to the session, thread or file that it means.

use std::collections::VecDeque;
use std::ffi::OsStr;
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

use super::read::Session;
use crate::error::{Error, Result};
use crate::format::{AtfDetailHeader, AtfIndexHeader, DETAIL_FILE, INDEX_FILE, RING_FILE};
use crate::input::open_regular;
use crate::manifest::{MANIFEST_NAME, Manifest};
use crate::thread_dir::thread_id_of_dir_name;

/// What a path names.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TracePath {
    /// A session directory.
    Session(PathBuf),
    /// A thread directory.
    Thread(PathBuf),
    /// One index.atf, under whatever name.
    IndexFile(PathBuf),
    /// One detail.atf, under whatever name.
    DetailFile(PathBuf),
}

impl TracePath {
    /// The path itself.
    pub fn path(&self) -> &Path {
        match self {
            Self::Session(path)
            | Self::Thread(path)
            | Self::IndexFile(path)
            | Self::DetailFile(path) => path,
        }
    }

    /// Whether `out` is below this trace's directory, where output would be taken for a part of the
    /// trace. `out` need not exist. False for the directory itself, and always false if the trace is a
    /// single file.
    ///
    /// ```
    /// use atf_runtime::session::TracePath;
    /// let dir = tempfile::tempdir()?;
    /// let trace = TracePath::Session(dir.path().to_owned());
    /// assert!(trace.is_around(&dir.path().join("repaired")));
    /// assert!(!trace.is_around(dir.path()));
    /// # Ok::<(), std::io::Error>(())
    /// ```
    pub fn is_around(&self, out: impl AsRef<Path>) -> bool {
        let Ok(out) = std::path::absolute(out.as_ref()) else { return false };
        let Ok(trace) = self.path().canonicalize() else { return false };
        let resolved = out.ancestors().find_map(|it| Some((it, it.canonicalize().ok()?)));
        // That the trace itself is taken is found out later.
        resolved.is_some_and(|(existing, real)| {
            real.starts_with(&trace) && (existing != out || real != trace)
        })
    }

    /// Bytes in all index and detail files of this trace, for a progress bar; what cannot be
    /// looked at counts 0.
    pub fn size_bytes(&self) -> u64 {
        let file = |path: &Path| fs::metadata(path).map_or(0, |metadata| metadata.len());
        let thread =
            |dir: &Path| file(&dir.join(INDEX_FILE.path)) + file(&dir.join(DETAIL_FILE.path));
        match self {
            Self::Session(dir) => Session::open(dir)
                .map_or(0, |session| session.threads().iter().map(|it| thread(&it.dir)).sum()),
            Self::Thread(dir) => thread(dir),
            Self::IndexFile(path) | Self::DetailFile(path) => file(path),
        }
    }
}

/// A session lies at most this many directories below the one that is named:
/// ada_traces/session_*/pid_*, and one to spare.
const SEARCH_DEPTH: usize = 4;
/// The search stops after this many entries, so that naming `/` by mistake ends soon.
const SEARCH_ENTRIES: usize = 20_000;

/// Finds what `path` names: a session directory, or a folder above it that holds exactly one; a
/// thread directory; or an .atf file.
///
/// A file is taken for what its name says (`index.atf`, `detail.atf`), any other by its magic.
///
/// # Errors
///
/// [`Error::Io`] when the path cannot be read, [`Error::NotATrace`] when it is none of these or
/// there is more than one session below it.
pub fn locate(path: impl AsRef<Path>) -> Result<TracePath> {
    let path = path.as_ref();
    let metadata = fs::metadata(path).map_err(Error::io(path, "open"))?;
    if !metadata.is_dir() {
        return locate_file(path);
    }
    if has_thread_dirs(path)? {
        return Ok(TracePath::Session(path.to_owned()));
    }
    if is_thread_dir(path) {
        return Ok(TracePath::Thread(path.to_owned()));
    }
    let manifest = path.join(MANIFEST_NAME);
    if Manifest::read(&manifest).is_ok() {
        return Ok(TracePath::Session(path.to_owned()));
    }
    match locate_below(path) {
        // A session that lost all but a broken manifest; but other programs write a manifest.json
        // too, and theirs must not hide what lies below.
        Err(_) if manifest.exists() => Ok(TracePath::Session(path.to_owned())),
        below => below.map(TracePath::Session),
    }
}

fn locate_file(path: &Path) -> Result<TracePath> {
    let name = path.file_name();
    if name == Some(OsStr::new(INDEX_FILE.path)) {
        return Ok(TracePath::IndexFile(path.to_owned()));
    }
    if name == Some(OsStr::new(DETAIL_FILE.path)) {
        return Ok(TracePath::DetailFile(path.to_owned()));
    }
    let mut magic = Vec::new();
    let (file, _) = open_regular(path)?;
    file.take(4).read_to_end(&mut magic).map_err(Error::io(path, "read"))?;
    if magic == AtfIndexHeader::INIT.magic {
        Ok(TracePath::IndexFile(path.to_owned()))
    } else if magic == AtfDetailHeader::INIT.magic {
        Ok(TracePath::DetailFile(path.to_owned()))
    } else {
        Err(Error::NotATrace {
            path: path.to_owned(),
            expected: "an .atf file, which starts with \"ATI2\" (index) or \"ATD2\" (detail)",
            found: if magic.is_empty() {
                "an empty file".to_owned()
            } else {
                format!("a file that starts with \"{}\"", magic.escape_ascii())
            },
        })
    }
}

fn is_thread_dir(path: &Path) -> bool {
    path.join(INDEX_FILE.path).exists()
        || path.join(DETAIL_FILE.path).exists()
        || path.join(RING_FILE.path).exists()
        || path.file_name().and_then(OsStr::to_str).and_then(thread_id_of_dir_name).is_some()
}

fn has_thread_dirs(path: &Path) -> Result<bool> {
    for entry in fs::read_dir(path).map_err(Error::io(path, "read the directory"))? {
        let entry = entry.map_err(Error::io(path, "read the directory"))?;
        let is_dir = entry.file_type().is_ok_and(|kind| kind.is_dir());
        if is_dir && entry.file_name().to_str().and_then(thread_id_of_dir_name).is_some() {
            return Ok(true);
        }
    }
    Ok(false)
}

fn is_session_found_below(path: &Path) -> bool {
    has_thread_dirs(path).unwrap_or(false) || Manifest::read(path.join(MANIFEST_NAME)).is_ok()
}

fn locate_below(top: &Path) -> Result<PathBuf> {
    let mut sessions = Vec::new();
    let mut queue = VecDeque::from([(top.to_owned(), 0)]);
    let mut entries_left = SEARCH_ENTRIES;
    while let Some((dir, depth)) = queue.pop_front() {
        // A directory below that cannot be read holds nothing that we could open.
        let Ok(entries) = fs::read_dir(&dir) else { continue };
        for entry in entries.flatten() {
            entries_left = entries_left.saturating_sub(1);
            // Not through links: they may lead in circles or out of the tree that was named.
            if entries_left == 0 || !entry.file_type().is_ok_and(|kind| kind.is_dir()) {
                continue;
            }
            let path = entry.path();
            if is_session_found_below(&path) {
                sessions.push(path);
            } else if depth + 1 < SEARCH_DEPTH {
                queue.push_back((path, depth + 1));
            }
        }
    }
    if sessions.len() == 1 {
        return Ok(sessions.remove(0));
    }
    sessions.sort();
    let found = match sessions.as_slice() {
        [] if entries_left == 0 => format!("none among its first {SEARCH_ENTRIES} entries"),
        [] => "a directory with none of them".to_owned(),
        [first, second] => format!("two sessions: {} and {}", first.display(), second.display()),
        [first, second, more @ ..] => format!(
            "{} sessions: {}, {} and {} more",
            sessions.len(),
            first.display(),
            second.display(),
            more.len()
        ),
        [_] => unreachable!("returned above"),
    };
    Err(Error::NotATrace {
        path: top.to_owned(),
        expected: "one session (manifest.json, thread_N/), a thread directory (index.atf) or an .atf file",
        found,
    })
}

//! From a path that a user typed to the session, thread or file that it names.

use std::ffi::OsStr;
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

use super::bundle;
use super::found::FoundSession;
use super::read::Session;
use super::search::{MAX_ENTRIES, Search, is_thread};
use crate::error::{Error, Result, count};
use crate::format::{AtfDetailHeader, AtfIndexHeader, DETAIL_FILE, INDEX_FILE, RING_FILE};
use crate::input::{exists, open_regular};
use crate::manifest::{MANIFEST_NAME, Manifest};
use crate::thread_dir::thread_id_of_dir_name;

/// What a path names.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum TracePath {
    /// A session directory.
    Session(PathBuf),
    /// A thread directory.
    Thread(PathBuf),
    /// An index.atf, whatever its name is.
    IndexFile(PathBuf),
    /// A detail.atf, whatever its name is.
    DetailFile(PathBuf),
}

impl TracePath {
    /// The path itself.
    #[must_use]
    pub fn path(&self) -> &Path {
        match self {
            Self::Session(path)
            | Self::Thread(path)
            | Self::IndexFile(path)
            | Self::DetailFile(path) => path,
        }
    }

    /// Whether `out` is inside this trace's directory, where output would become a part of the trace.
    /// `out` need not exist. False for the directory itself, and always false if the trace is a single
    /// file.
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
        // If `out` is the directory itself, creating the output fails with a better message.
        resolved.is_some_and(|(existing, real)| {
            real.starts_with(&trace) && (existing != out || real != trace)
        })
    }

    /// Bytes in all index and detail files of this trace, for a progress bar. A file that cannot be
    /// examined counts as 0.
    #[must_use]
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

/// A last component of this name means the newest session below the folder before it.
const LATEST: &str = "@latest";
/// Of [`MAX_ENTRIES`].
const UNSEARCHED: &str = "among its first 100000 entries and perhaps more: name the session itself";
const _: () = assert!(MAX_ENTRIES == 100_000);
const ONE_SESSION: &str =
    "one session (manifest.json, thread_N/), a thread directory (index.atf) or an .atf file";

/// Finds what `path` names: a session directory, its manifest.json, or a folder above it that holds
/// exactly one; a thread directory; or an .atf file. FOLDER/@latest names the newest session below
/// FOLDER, and @latest alone that below the current directory, unless there is a file of that name.
///
/// - A file named `index.atf` or `detail.atf` is what its name says; any other is recognized by its magic.
/// - A bundle, a directory whose manifest.json has `trace_session` or `trace_root`, means the session
///   that it names, which must be inside it.
/// - A folder is searched to any depth, but only its first 100,000 entries; if there are more, no session
///   in it is chosen. Symbolic links below it are not followed. Folders of other users are not entered,
///   except those of the owner of `path` where only some can write to `path` itself: what others put into
///   a shared folder such as /tmp is never chosen.
///
/// # Errors
///
/// [`Error::Io`] when the path cannot be read; [`Error::SeveralSessions`] when it is a folder with more
/// than one; [`Error::NotATrace`] when it is none of these.
pub fn locate(path: impl AsRef<Path>) -> Result<TracePath> {
    let path = path.as_ref();
    if let Some(folder) = folder_of_latest(path) {
        return newest_below(folder).map(TracePath::Session);
    }
    let metadata = fs::metadata(path).map_err(Error::io(path, "open"))?;
    if !metadata.is_dir() {
        return locate_file(path);
    }
    if let Some(found) = named_itself(path)? {
        return Ok(found);
    }
    let search = search(path)?;
    match search.sessions.as_slice() {
        [one] if search.is_complete => Ok(TracePath::Session(one.clone())),
        [] if is_damaged_session(path)? => Ok(TracePath::Session(path.to_owned())),
        [] | [_] => Err(not_one(path, &search)),
        [_, _, ..] => {
            let sessions = sorted(search.sessions)?.into_iter().map(|it| it.path).collect();
            let is_complete = search.is_complete;
            Err(Error::SeveralSessions { path: path.to_owned(), sessions, is_complete })
        }
    }
}

/// As [`locate`], where only a session will do.
///
/// # Errors
///
/// Those of [`locate`], and [`Error::NotATrace`] for a thread or a file.
pub(super) fn locate_session(path: &Path) -> Result<PathBuf> {
    let found = match locate(path)? {
        TracePath::Session(dir) => return Ok(dir),
        TracePath::Thread(_) => "a thread directory",
        TracePath::IndexFile(_) => "an index.atf",
        TracePath::DetailFile(_) => "a detail.atf",
    };
    Err(Error::NotATrace {
        path: path.to_owned(),
        expected: "one session (manifest.json, thread_N/)",
        found: found.to_owned(),
    })
}

/// The directory itself, if it is a session or a thread.
fn named_itself(dir: &Path) -> Result<Option<TracePath>> {
    let read = |error| Error::io(dir, "read the directory")(error);
    for entry in fs::read_dir(dir).map_err(read)? {
        if is_thread(&entry.map_err(read)?).map_err(read)? {
            return Ok(Some(TracePath::Session(dir.to_owned())));
        }
    }
    if is_thread_dir(dir)? {
        return Ok(Some(TracePath::Thread(dir.to_owned())));
    }
    let has_manifest = Error::unless_refused(Manifest::read(dir.join(MANIFEST_NAME)))?.is_ok();
    Ok(has_manifest.then(|| TracePath::Session(dir.to_owned())))
}

/// The sessions that a bundle names, or that are below another folder.
fn search(folder: &Path) -> Result<Search> {
    match bundle::target_of(folder)? {
        Some(target) => Search::of_bundle(folder, target),
        None => Search::below(folder),
    }
}

/// A session that lost all but a broken manifest. Other programs write a manifest.json too.
fn is_damaged_session(dir: &Path) -> Result<bool> {
    Ok(exists(&dir.join(MANIFEST_NAME))? && !bundle::is_of_another_program(dir)?)
}

/// From the oldest to the newest.
fn sorted(dirs: Vec<PathBuf>) -> Result<Vec<FoundSession>> {
    let mut sessions: Vec<_> = dirs.into_iter().map(FoundSession::of).collect::<Result<_>>()?;
    sessions.sort();
    Ok(sessions)
}

/// FOLDER of FOLDER/@latest.
fn folder_of_latest(path: &Path) -> Option<&Path> {
    if path.file_name() != Some(OsStr::new(LATEST)) || fs::symlink_metadata(path).is_ok() {
        return None;
    }
    let folder = path.parent()?;
    Some(if folder.as_os_str().is_empty() { Path::new(".") } else { folder })
}

fn newest_below(folder: &Path) -> Result<PathBuf> {
    if let Some(TracePath::Session(dir)) = named_itself(folder)? {
        return Ok(dir);
    }
    let search = search(folder)?;
    if !search.is_complete || search.sessions.is_empty() {
        return Err(not_one(folder, &search));
    }
    let newest = sorted(search.sessions)?.pop();
    Ok(newest.map_or_else(|| folder.to_owned(), |session| session.path))
}

/// The error for a search that found none, or that stopped before it could tell which is the one.
fn not_one(folder: &Path, search: &Search) -> Error {
    let mut found = match search.sessions.as_slice() {
        [] if search.is_complete => "a directory with none of them".to_owned(),
        [] => "none among its first 100000 entries".to_owned(),
        [one] => format!("{} {UNSEARCHED}", one.display()),
        more => format!("{} {UNSEARCHED}", count(more.len() as u64, "session")),
    };
    if search.of_others > 0 {
        found += &format!(" ({} of other users not searched)", folders(search.of_others));
    }
    Error::NotATrace { path: folder.to_owned(), expected: ONE_SESSION, found }
}

fn folders(count: u64) -> String {
    format!("{count} folder{}", if count == 1 { "" } else { "s" })
}

fn locate_file(path: &Path) -> Result<TracePath> {
    let name = path.file_name();
    if name == Some(OsStr::new(INDEX_FILE.path)) {
        return Ok(TracePath::IndexFile(path.to_owned()));
    }
    if name == Some(OsStr::new(DETAIL_FILE.path)) {
        return Ok(TracePath::DetailFile(path.to_owned()));
    }
    if name == Some(OsStr::new(MANIFEST_NAME)) {
        let dir = path.parent().filter(|dir| !dir.as_os_str().is_empty());
        return locate(dir.unwrap_or(Path::new(".")));
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

fn is_thread_dir(path: &Path) -> Result<bool> {
    for file in [INDEX_FILE.path, DETAIL_FILE.path, RING_FILE.path] {
        if exists(&path.join(file))? {
            return Ok(true);
        }
    }
    Ok(path.file_name().and_then(OsStr::to_str).and_then(thread_id_of_dir_name).is_some())
}

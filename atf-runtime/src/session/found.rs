//! What a list of sessions shows of each, without opening its threads.

use std::cmp::Ordering;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use super::start_time::StartTime;
use crate::error::{Error, Result, is_absent};
use crate::manifest::{MANIFEST_NAME, Manifest};

/// A session that was found below a folder. Ordered from the oldest to the newest: by start, process and
/// path.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct FoundSession {
    /// Its directory.
    pub path: PathBuf,
    /// The traced process, from the name `pid_N` of the directory, or else from the manifest.
    pub pid: Option<u64>,
    /// When it was started: from a name `session_YYYYMMDD_HHMMSS` in the path, or else from the
    /// manifest's `wall_clock`, or else when the manifest or the directory was last changed.
    pub start: StartTime,
}

impl FoundSession {
    /// Looks at the session in `dir`. A missing or damaged manifest tells nothing.
    ///
    /// # Errors
    ///
    /// [`Error::Io`] when the operating system refuses to read the manifest, or the time of its last change:
    /// the order of the sessions must not depend on that.
    ///
    /// ```
    /// use atf_runtime::session::FoundSession;
    /// let found = FoundSession::of("ada_traces/session_20260102_030405/pid_77")?;
    /// assert_eq!((found.pid, found.start.to_string()), (Some(77), "2026-01-02T03:04:05".to_owned()));
    /// # Ok::<(), atf_runtime::Error>(())
    /// ```
    pub fn of(dir: impl AsRef<Path>) -> Result<Self> {
        let path = dir.as_ref().to_owned();
        let named_pid = path.file_name().and_then(pid_of_name);
        // "." has no name of its own.
        let named_start =
            StartTime::of_names(&path).or_else(|| StartTime::of_names(&path.canonicalize().ok()?));
        let file = path.join(MANIFEST_NAME);
        let manifest = match (named_pid, named_start) {
            (Some(_), Some(_)) => None,
            _ => Error::unless_refused(Manifest::read(&file))?.ok(),
        };
        let wall_clock = || manifest.as_ref()?.wall_clock;
        let told_start = || wall_clock().map(|it| StartTime::from_unix_ns(it.realtime_ns));
        let told_pid = || manifest.as_ref()?.process.as_ref()?.pid;
        let start = match named_start.or_else(told_start) {
            Some(start) => start,
            None => match changed(&file)? {
                Some(start) => start,
                None => changed(&path)?.unwrap_or(StartTime::from_unix_ns(0)),
            },
        };
        Ok(Self { pid: named_pid.or_else(told_pid), start, path })
    }
}

impl Ord for FoundSession {
    fn cmp(&self, other: &Self) -> Ordering {
        let key = |it: &Self| (it.start, it.pid);
        key(self).cmp(&key(other)).then_with(|| self.path.cmp(&other.path))
    }
}

impl PartialOrd for FoundSession {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// The process that a directory's name stands for. Leading zeros are usual.
fn pid_of_name(name: &OsStr) -> Option<u64> {
    let digits = name.to_str()?.strip_prefix("pid_")?;
    digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| digits.parse().ok()).flatten()
}

/// When a file was last changed; `None` if there is none.
fn changed(path: &Path) -> Result<Option<StartTime>> {
    match path.metadata().and_then(|metadata| metadata.modified()) {
        Ok(time) => Ok(Some(time.into())),
        Err(error) if is_absent(&error) => Ok(None),
        Err(error) => Err(Error::io(path, "look at")(error)),
    }
}

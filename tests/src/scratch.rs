//! Scratch folders: where a test puts its files.
//!
//! Every test takes its folder from here. [`Scratch::new`] gives one in memory where the machine has a file
//! system in memory: what a test writes and syncs there costs computing time only. The few tests that are to meet
//! a real disk, with its real `fsync`, take [`Scratch::on_disk`]; so do tests that write more than memory may hold.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use tempfile::TempDir;

use crate::cli::Build;

/// A folder of a test's own. It is removed when this is dropped.
#[derive(Debug)]
pub struct Scratch {
    folder: TempDir,
}

impl Scratch {
    /// A new, empty folder in [`parent`].
    ///
    /// # Panics
    ///
    /// When it cannot be made.
    // A default of a folder would be a surprise.
    #[expect(clippy::new_without_default)]
    pub fn new() -> Self {
        Self::new_in(parent())
    }

    /// A new, empty folder on the disk that the tests were built on.
    ///
    /// # Panics
    ///
    /// When it cannot be made.
    pub fn on_disk() -> Self {
        let parent = Build::of_this_program().target_dir.join("tmp");
        std::fs::create_dir_all(&parent).unwrap_or_else(|error| panic!("{parent:?}: {error}"));
        Self::new_in(&parent)
    }

    fn new_in(parent: &Path) -> Self {
        let folder = tempfile::tempdir_in(parent);
        Self { folder: folder.unwrap_or_else(|error| panic!("{parent:?}: {error}")) }
    }

    /// Its path.
    pub fn path(&self) -> &Path {
        self.folder.path()
    }
}

impl AsRef<Path> for Scratch {
    fn as_ref(&self) -> &Path {
        self.path()
    }
}

/// The folder in which tests and the programs that they start make temporary files: TMPDIR where it is set,
/// otherwise one in memory, otherwise the system's.
pub fn parent() -> &'static Path {
    static PARENT: OnceLock<PathBuf> = OnceLock::new();
    PARENT.get_or_init(|| {
        let is_set = std::env::var_os("TMPDIR").is_some_and(|it| !it.is_empty());
        let in_memory = if is_set { None } else { in_memory() };
        in_memory.unwrap_or_else(std::env::temp_dir)
    })
}

/// A command whose temporary files go to [`parent`].
pub fn command(program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(program);
    command.env("TMPDIR", parent());
    command
}

/// What all tests that run at the same time may need.
#[cfg(target_os = "linux")]
const ROOM: u64 = 1 << 30;

/// /dev/shm, if it is in memory, has room, and takes files of ours.
#[cfg(target_os = "linux")]
fn in_memory() -> Option<PathBuf> {
    const TMPFS_MAGIC: i128 = 0x0102_1994;
    let path = Path::new("/dev/shm");
    let found = rustix::fs::statfs(path).ok()?;
    let is_tmpfs = i128::from(found.f_type) == TMPFS_MAGIC;
    let free = found.f_bavail.saturating_mul(u64::try_from(found.f_bsize).ok()?);
    let is_usable = is_tmpfs && free >= ROOM && tempfile::tempfile_in(path).is_ok();
    is_usable.then(|| path.to_owned())
}

#[cfg(not(target_os = "linux"))]
fn in_memory() -> Option<PathBuf> {
    None
}

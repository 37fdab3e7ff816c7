//! The folder of a recording: a session per process, and a folder `.record` with what the processes need while they
//! run: the library, its settings and the socket.

use std::fs::{self, DirBuilder, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use atf_record::LIBRARY;
use atf_runtime::clock::Clock;

use super::{Args, Full};
use crate::stamp;

const ROOM: &str = ".record";

/// The folder of a recording. What only the processes need is removed when it is dropped.
#[derive(Debug)]
pub(super) struct Home {
    /// Where the sessions go. Absolute: the program may change its directory.
    pub(super) dir: PathBuf,
    is_new: bool,
}

impl Home {
    /// Makes the folder, which must not exist or be empty.
    ///
    /// # Errors
    ///
    /// Which path, and why.
    pub(super) fn create(out: Option<&Path>) -> Result<Self, String> {
        let dir = out.map_or_else(stamp::session_dir, Path::to_owned);
        let dir = std::path::absolute(&dir).unwrap_or(dir);
        let cannot = |error: io::Error| format!("{}: cannot create: {error}", dir.display());
        let mut entries = fs::read_dir(&dir).ok();
        if entries.as_mut().is_some_and(|entries| entries.next().is_some()) {
            let dir = dir.display();
            return Err(format!(
                "{dir}: expected an empty directory, found files; nothing was changed; choose another path"
            ));
        }
        let is_new = entries.is_none();
        private_dir().recursive(true).create(&dir).map_err(cannot)?;
        private_dir().create(dir.join(ROOM)).map_err(cannot)?;
        Ok(Self { dir, is_new })
    }

    fn room(&self) -> PathBuf {
        self.dir.join(ROOM)
    }

    /// Where the library is.
    pub(super) fn library(&self) -> PathBuf {
        self.room().join("libatf_record.so")
    }

    /// Where the settings are.
    pub(super) fn settings(&self) -> PathBuf {
        self.room().join("settings")
    }

    /// Where the socket is.
    pub(super) fn socket(&self) -> PathBuf {
        self.room().join("socket")
    }

    /// Writes the library and its settings.
    ///
    /// # Errors
    ///
    /// Which path, and why.
    pub(super) fn furnish(&self, args: &Args, clock: &Clock) -> Result<(), String> {
        write(&self.library(), LIBRARY)?;
        let mut settings = format!(
            "socket={}\nblock={}\ndepth={}\n",
            self.socket().display(),
            u8::from(args.full == Full::Block),
            args.depth.unwrap_or(u32::MAX)
        );
        if let [first, .., last] = clock.anchors() {
            settings.push_str(&format!(
                "counter={}\ncounter_ns={}\ncounter_end={}\ncounter_end_ns={}\n",
                first.counter, first.time_ns, last.counter, last.time_ns
            ));
        }
        write(&self.settings(), settings.as_bytes())
    }

    /// Removes the folder if nothing was recorded into it.
    pub(super) fn remove_if_empty(self) {
        let (dir, is_new) = (self.dir.clone(), self.is_new);
        drop(self);
        if is_new {
            // One that is not empty stays.
            let _ = fs::remove_dir(&dir);
        }
    }
}

impl Drop for Home {
    fn drop(&mut self) {
        // Nothing of it is needed any more; what cannot be removed does no harm.
        let _ = fs::remove_dir_all(self.room());
    }
}

fn private_dir() -> DirBuilder {
    let mut builder = DirBuilder::new();
    builder.mode(0o700);
    builder
}

fn write(path: &Path, bytes: &[u8]) -> Result<(), String> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true).mode(0o600);
    let written = options.open(path).and_then(|mut file| file.write_all(bytes));
    written.map_err(|error| format!("{}: cannot write: {error}", path.display()))
}

//! Ctrl-C and SIGTERM while a command writes an output: the command ends itself, removes what it wrote, and then
//! ends by the signal. A second signal ends it at once.

use std::ffi::OsString;
use std::fs::File;
use std::io;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};

use atf_runtime::storage::{Disk, Storage, StorageFile};

/// The signal that came, 0 for none.
fn signal() -> &'static Arc<AtomicUsize> {
    static SIGNAL: OnceLock<Arc<AtomicUsize>> = OnceLock::new();
    SIGNAL.get_or_init(Arc::default)
}

/// From here on a signal is only noted. Commands call this when they begin to write.
#[cfg(unix)]
pub(crate) fn watch() {
    use std::sync::atomic::AtomicBool;

    use signal_hook::consts::{SIGINT, SIGTERM};
    use signal_hook::flag;

    let has_come = Arc::new(AtomicBool::new(false));
    for number in [SIGINT, SIGTERM] {
        // Without them the signal ends the process as ever. The second one finds the flag set.
        let _ = flag::register_conditional_default(number, Arc::clone(&has_come));
        let _ = flag::register(number, Arc::clone(&has_come));
        let _ = flag::register_usize(number, Arc::clone(signal()), number as usize);
    }
}

/// Windows removes nothing: Ctrl-C ends the process.
#[cfg(not(unix))]
pub(crate) fn watch() {}

/// Whether a signal came.
pub(crate) fn is_interrupted() -> bool {
    signal().load(Ordering::Relaxed) != 0
}

/// Ends the process by the signal that came, if one did.
pub(crate) fn end_by_signal() {
    #[cfg(unix)]
    if is_interrupted() {
        let number = signal().load(Ordering::Relaxed) as i32;
        let _ = signal_hook::low_level::emulate_default_handler(number);
    }
}

/// The disk, until a signal comes. Then nothing more is created, and what was can be removed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Interruptible;

fn go_on() -> io::Result<()> {
    match is_interrupted() {
        true => Err(io::Error::other("interrupted; what was written is removed")),
        false => Ok(()),
    }
}

/// A writer, until a signal comes.
#[derive(Debug)]
pub(crate) struct Watched<W>(pub(crate) W);

impl<W: io::Write> io::Write for Watched<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        go_on()?;
        self.0.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

impl Storage for Interruptible {
    type File = InterruptibleFile;

    fn create_dir(&self, path: &Path) -> io::Result<()> {
        go_on()?;
        Disk.create_dir(path)
    }

    fn create_new(&self, path: &Path) -> io::Result<Self::File> {
        go_on()?;
        Disk.create_new(path).map(InterruptibleFile)
    }

    fn open_existing(&self, path: &Path) -> io::Result<Self::File> {
        go_on()?;
        Disk.open_existing(path).map(InterruptibleFile)
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        go_on()?;
        Disk.rename(from, to)
    }

    fn remove_file(&self, path: &Path) -> io::Result<()> {
        Disk.remove_file(path)
    }

    fn remove_dir(&self, path: &Path) -> io::Result<()> {
        Disk.remove_dir(path)
    }

    fn sync_dir(&self, path: &Path) -> io::Result<()> {
        go_on()?;
        Disk.sync_dir(path)
    }

    fn list_dirs(&self, path: &Path) -> io::Result<Vec<OsString>> {
        Disk.list_dirs(path)
    }
}

/// A file of [`Interruptible`].
#[derive(Debug)]
pub(crate) struct InterruptibleFile(File);

impl StorageFile for InterruptibleFile {
    fn write_all_at(&mut self, bytes: &[u8], offset: u64) -> io::Result<()> {
        go_on()?;
        self.0.write_all_at(bytes, offset)
    }

    fn set_len(&mut self, len: u64) -> io::Result<()> {
        StorageFile::set_len(&mut self.0, len)
    }

    fn sync(&mut self) -> io::Result<()> {
        go_on()?;
        self.0.sync()
    }
}

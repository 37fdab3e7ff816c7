//! Systems without rings. Every function exists, and those that recording needs answer
//! `Unsupported`.

use std::fs::File;
use std::io;
use std::path::Path;
use std::sync::OnceLock;
use std::time::Instant;

use memmap2::{MmapMut, MmapRaw};

/// Whether this system has rings, their drain, and the processor's counter as a clock.
pub(crate) const CAN_RECORD: bool = false;

fn unsupported<T>() -> io::Result<T> {
    Err(io::ErrorKind::Unsupported.into())
}

pub(crate) fn allocate(_: &File, _: u64) -> io::Result<()> {
    unsupported()
}

/// Holes are read as the zeros that they are.
pub(crate) fn data_end(_: &File, len: u64) -> u64 {
    len
}

pub(crate) fn is_out_of_files(_: &io::Error) -> bool {
    false
}

pub(crate) fn check_writable(_: &Path) -> io::Result<()> {
    unsupported()
}

pub(crate) fn block_file_size_signal() {}

pub(crate) fn without_file_size_signal<T>(write: impl FnOnce() -> io::Result<T>) -> io::Result<T> {
    write()
}

/// Nothing is locked, and Windows cannot open a directory.
pub(crate) fn open_for_lock(_: &Path) -> io::Result<File> {
    File::open(if cfg!(windows) { "NUL" } else { "/dev/null" })
}

pub(crate) fn try_exclusive_lock(_: &File) -> io::Result<bool> {
    unsupported()
}

pub(crate) fn try_shared_lock(_: &File) -> io::Result<bool> {
    unsupported()
}

pub(crate) fn release_lock(_: &File) -> io::Result<()> {
    unsupported()
}

pub(crate) fn is_unlinked(_: &File) -> io::Result<bool> {
    unsupported()
}

pub(crate) fn wipe_on_fork(_: &MmapMut) -> io::Result<()> {
    unsupported()
}

pub(crate) fn populate_for_writing(_: &MmapRaw) {}

/// No limit is known.
pub(crate) fn max_maps() -> usize {
    usize::MAX
}

pub(crate) fn out_of_memory() -> io::Error {
    io::ErrorKind::OutOfMemory.into()
}

pub(crate) fn barrier() {}

pub(crate) fn nap(time: std::time::Duration) {
    std::thread::sleep(time);
}

/// The time since this process first asked, in ns. The system's continuous clock needs unsafe code
/// to be read.
pub(crate) fn now_ns() -> u64 {
    static START: OnceLock<Instant> = OnceLock::new();
    START.get_or_init(Instant::now).elapsed().as_nanos() as u64
}

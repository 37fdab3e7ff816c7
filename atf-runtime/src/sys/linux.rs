//! Linux and Android: room on the disk, locks, memory of rings, barriers, the clock.
#![allow(unsafe_code)]

use std::ffi::c_void;
use std::fs::File;
use std::io;
use std::os::unix::fs::{FileExt, MetadataExt};
use std::path::Path;
use std::thread;
use std::time::Duration;

use memmap2::{MmapMut, MmapRaw};
use rustix::fs::{
    Access, FallocateFlags, FlockOperation, SeekFrom, access, fallocate, flock, seek,
};
use rustix::io::Errno;
use rustix::mm::{Advice, madvise};
use rustix::thread::{MembarrierCommand, membarrier, nanosleep};
use rustix::time::{ClockId, Timespec, clock_gettime};

pub(crate) use super::file_size_signal::{block_file_size_signal, without_file_size_signal};

/// Whether this system has rings, their drain, and the processor's counter as a clock.
pub(crate) const CAN_RECORD: bool = true;

/// Without a barrier for all processors: after this time every store has become visible.
const WITHOUT_BARRIER: Duration = Duration::from_millis(100);
/// A file system may give up allocating whenever a signal is pending; in a program that is sampled by
/// signals it may never succeed.
const ALLOCATE_TRIES: u32 = 10;
/// `vm.max_map_count`, where nobody changed it.
const DEFAULT_MAX_MAPS: usize = 65_530;
/// Written in pieces of this size where the file system cannot allocate.
static ZEROS: [u8; 64 * 1024] = [0; 64 * 1024];

/// Makes a new file `len` bytes long and allocates all of them: on a full disk a store into a hole
/// would end the traced program by SIGBUS.
pub(crate) fn allocate(file: &File, len: u64) -> io::Result<()> {
    without_file_size_signal(|| allocate_whole(file, len))
}

fn allocate_whole(file: &File, len: u64) -> io::Result<()> {
    let allocate = || fallocate(file, FallocateFlags::empty(), 0, len);
    let mut results = (0..ALLOCATE_TRIES).map(|_| allocate());
    match results.find(|it| *it != Err(Errno::INTR)).unwrap_or(Err(Errno::INTR)) {
        Err(Errno::OPNOTSUPP | Errno::NOSYS | Errno::INTR) => {
            for start in (0..len).step_by(ZEROS.len()) {
                let part = (len - start).min(ZEROS.len() as u64) as usize;
                file.write_all_at(&ZEROS[..part], start)?;
            }
            Ok(())
        }
        result => Ok(result?),
    }
}

/// The byte from which on a file of `len` bytes is a hole, which reads as zeros; `len` if its end is none, and
/// where the file system does not say.
pub(crate) fn data_end(file: &File, len: u64) -> u64 {
    let has_data_from = |at| match seek(file, SeekFrom::Data(at)) {
        Ok(_) => Some(true),
        Err(Errno::NXIO) => Some(false),
        Err(_) => None,
    };
    let Some(last) = len.checked_sub(1) else { return len };
    if has_data_from(last) != Some(false) {
        return len;
    }
    // Data may be in any number of pieces, so its end is searched for and not walked to.
    let (mut low, mut high) = (0, last);
    while low < high {
        let middle = low + (high - low) / 2;
        match has_data_from(middle) {
            Some(true) => low = middle + 1,
            Some(false) => high = middle,
            None => return len,
        }
    }
    high
}

/// Whether the limit of open files, of the process or the system, is reached.
pub(crate) fn is_out_of_files(error: &io::Error) -> bool {
    matches!(Errno::from_io_error(error), Some(Errno::MFILE | Errno::NFILE))
}

/// Fails for a directory in which nothing can be created: of another user, or on a disk that is mounted
/// read-only.
pub(crate) fn check_writable(dir: &Path) -> io::Result<()> {
    Ok(access(dir, Access::WRITE_OK)?)
}

/// Opens a file or directory in order to lock it.
pub(crate) fn open_for_lock(path: &Path) -> io::Result<File> {
    File::open(path)
}

/// Takes the exclusive lock of a file or directory, or returns `false` when it is held.
pub(crate) fn try_exclusive_lock(file: &File) -> io::Result<bool> {
    try_flock(file, FlockOperation::NonBlockingLockExclusive)
}

/// Takes a shared lock of a file or directory, or returns `false` when the exclusive one is held.
pub(crate) fn try_shared_lock(file: &File) -> io::Result<bool> {
    try_flock(file, FlockOperation::NonBlockingLockShared)
}

/// Releases a lock of this open file.
pub(crate) fn release_lock(file: &File) -> io::Result<()> {
    Ok(flock(file, FlockOperation::Unlock)?)
}

fn try_flock(file: &File, operation: FlockOperation) -> io::Result<bool> {
    loop {
        match flock(file, operation) {
            Ok(()) => return Ok(true),
            Err(Errno::WOULDBLOCK) => return Ok(false),
            Err(Errno::INTR) => {}
            Err(error) => return Err(error.into()),
        }
    }
}

/// Whether an open file has no name any more.
pub(crate) fn is_unlinked(file: &File) -> io::Result<bool> {
    Ok(file.metadata()?.nlink() == 0)
}

/// Makes the kernel fill this page with zeros in every fork.
pub(crate) fn wipe_on_fork(page: &MmapMut) -> io::Result<()> {
    let (start, len) = (page.as_ptr().cast_mut().cast::<c_void>(), page.len());
    // SAFETY: 1. `start` and `len` are all of a private map that the caller owns.
    //         2. The advice changes nothing in this process.
    unsafe { madvise(start, len, Advice::LinuxWipeOnFork) }?;
    Ok(())
}

/// Makes all pages present for writing, so that the producer's first lap has no page fault of the
/// file system. Kernels before 5.14 do not know it; then nothing happens.
pub(crate) fn populate_for_writing(map: &MmapRaw) {
    let (start, len) = (map.as_mut_ptr().cast::<c_void>(), map.len());
    // SAFETY: all of a map that the caller owns; its bytes stay as they are.
    let _ = unsafe { madvise(start, len, Advice::LinuxPopulateWrite) };
}

/// Makes every thread that runs on this machine pass a full memory barrier.
pub(crate) fn barrier() {
    if membarrier(MembarrierCommand::Global).is_err() {
        thread::sleep(WITHOUT_BARRIER);
    }
}

/// Sleeps for this time, or until a signal comes. The standard library sleeps again for what is left; the kernel adds
/// its slack of 50 µs to that, so that with more signals than one in 50 µs such a sleep never ends.
pub(crate) fn nap(time: Duration) {
    let time = Timespec { tv_sec: time.as_secs() as i64, tv_nsec: time.subsec_nanos().into() };
    let _ = nanosleep(&time);
}

/// `CLOCK_BOOTTIME` in ns.
#[inline]
pub(crate) fn now_ns() -> u64 {
    let now = clock_gettime(ClockId::Boottime);
    // Both are positive on a machine that has booted.
    now.tv_sec as u64 * 1_000_000_000 + now.tv_nsec as u64
}

/// How many maps a process may have: `vm.max_map_count`.
pub(crate) fn max_maps() -> usize {
    let text = std::fs::read_to_string("/proc/sys/vm/max_map_count").unwrap_or_default();
    text.trim().parse().unwrap_or(DEFAULT_MAX_MAPS)
}

/// The error of a map or of memory that cannot be had.
pub(crate) fn out_of_memory() -> io::Error {
    Errno::NOMEM.into()
}

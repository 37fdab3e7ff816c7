//! What rings ask of the operating system: room on the disk, locks, barriers, the time of
//! heartbeats.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;
use std::thread;
use std::time::Duration;

use rustix::fs::{FallocateFlags, FlockOperation, fallocate, flock};
use rustix::io::Errno;
use rustix::thread::{MembarrierCommand, membarrier};

/// The clock of heartbeats.
pub(crate) use crate::clock::now_ns;

/// Where the kernel has no barrier for all processors: by then every store has become visible.
const WITHOUT_BARRIER: Duration = Duration::from_millis(100);
/// A lock that is only asked for is held for a moment; many threads may ask.
const LOCK_TRIES: u32 = 100;
/// A file system may give up allocating whenever a signal is pending; a program that is sampled by
/// signals may never get through.
const ALLOCATE_TRIES: u32 = 10;
/// Written at a time where the file system cannot allocate.
static ZEROS: [u8; 64 * 1024] = [0; 64 * 1024];

/// Makes a new file `len` bytes long and allocates all of them: on a full disk a store into a hole
/// would end the traced program by SIGBUS.
pub(super) fn allocate(file: &File, len: u64) -> io::Result<()> {
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

/// Takes the exclusive lock of a file or directory, or says that somebody holds it. It is held
/// until the file is closed, here and in every fork.
pub(crate) fn try_lock(file: &File) -> io::Result<bool> {
    for _ in 1..LOCK_TRIES {
        if try_flock(file, FlockOperation::NonBlockingLockExclusive)? {
            return Ok(true);
        }
        // Perhaps only `is_lock_free`, which holds it for a moment.
        thread::sleep(Duration::from_millis(1));
    }
    try_flock(file, FlockOperation::NonBlockingLockExclusive)
}

/// Whether nobody holds the exclusive lock of a file or directory at this moment.
pub(crate) fn is_lock_free(file: &File) -> io::Result<bool> {
    let is_free = try_flock(file, FlockOperation::NonBlockingLockShared)?;
    if is_free {
        flock(file, FlockOperation::Unlock)?;
    }
    Ok(is_free)
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

/// Makes every thread that runs on this machine pass a full memory barrier.
pub(crate) fn barrier() {
    if membarrier(MembarrierCommand::Global).is_err() {
        thread::sleep(WITHOUT_BARRIER);
    }
}

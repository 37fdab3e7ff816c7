//! What differs between operating systems. The only place of this crate that asks which one it is
//! compiled for.
//!
//! Rings, their drain, and locks need Linux or Android (`linux`). Elsewhere the same functions exist
//! and answer `Unsupported` (`portable`), so that all other code is the same everywhere: readers,
//! writers, verification and recovery need nothing from here but `files`.

#[cfg(any(target_os = "linux", target_os = "android"))]
mod file_size_signal;
mod files;
#[cfg_attr(any(target_os = "linux", target_os = "android"), path = "linux.rs")]
#[cfg_attr(not(any(target_os = "linux", target_os = "android")), path = "portable.rs")]
mod host;

pub(crate) use files::{
    advise_sequential, is_writable_by_all, make_private, owner, private_dir, read_exact_at, user,
    write_all_at,
};
pub(crate) use host::{
    CAN_RECORD, allocate, barrier, block_file_size_signal, check_writable, data_end,
    is_out_of_files, is_unlinked, max_maps, nap, now_ns, open_for_lock, out_of_memory,
    populate_for_writing, release_lock, try_exclusive_lock, try_shared_lock, wipe_on_fork,
    without_file_size_signal,
};

use crate::error::{Error, Result};

/// Checks that this system has what recording through rings needs.
///
/// # Errors
///
/// [`Error::Unsupported`].
pub(crate) fn check_can_record() -> Result<()> {
    if CAN_RECORD { Ok(()) } else { Err(Error::Unsupported { what: "recording through rings" }) }
}

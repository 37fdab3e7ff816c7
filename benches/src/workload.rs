//! The same events for every side.

use std::path::PathBuf;

use atf_runtime::format::{Arch, ClockType, EventKind, Os};
use atf_runtime::{Event, Platform};

/// Events per run: 128 MB of them.
pub const EVENT_COUNT: u32 = 4_000_000;
/// The buffer of every side that has one of ours to choose.
pub const BUFFER_BYTES: usize = 256 * 1024;

/// A stream of calls and returns, cheap enough to vanish beside what is measured.
#[derive(Clone, Copy, Debug, Default)]
pub struct Events {
    seq: u32,
}

impl Iterator for Events {
    type Item = Event;

    #[inline]
    fn next(&mut self) -> Option<Event> {
        let seq = self.seq;
        if seq == EVENT_COUNT {
            return None;
        }
        self.seq += 1;
        let is_call = seq & 1 == 0;
        Some(Event {
            timestamp_ns: 1_000_000_000 + u64::from(seq) * 13,
            function_id: 1 << 32 | u64::from(seq >> 1 & 0x3FF),
            event_kind: if is_call { EventKind::CALL } else { EventKind::RETURN },
            call_depth: seq >> 4 & 31,
        })
    }
}

/// A platform that is the same on every host.
pub const fn platform() -> Platform {
    Platform { arch: Arch::X86_64, os: Os::LINUX, clock_type: ClockType::BOOTTIME }
}

/// A directory for files on disk, in the build's own folder: temporary ones are often in memory.
///
/// # Panics
///
/// When it cannot be made.
pub fn scratch_dir(target_tmpdir: &str) -> tempfile::TempDir {
    let parent = PathBuf::from(target_tmpdir);
    std::fs::create_dir_all(&parent).expect("the build folder is writable");
    tempfile::tempdir_in(parent).expect("the build folder is writable")
}

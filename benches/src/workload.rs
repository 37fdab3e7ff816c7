//! The same events for every side.

use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};

use atf_runtime::format::{Arch, ClockType, EventKind, IndexEvent, NO_DETAIL_SEQ, Os};
use atf_runtime::{Event, Platform};
use zerocopy::IntoBytes;

/// Events per run: 128 MB of them.
pub const EVENT_COUNT: u32 = 4_000_000;
/// The buffer of every side that has one of ours to choose.
pub const BUFFER_BYTES: usize = 256 * 1024;

/// A stream of calls and returns, cheap enough to vanish beside what is measured.
#[derive(Clone, Copy, Debug)]
pub struct Events {
    seq: u32,
    end: u32,
}

impl Events {
    /// So many of them.
    pub const fn of(count: u32) -> Self {
        Self { seq: 0, end: count }
    }
}

impl Default for Events {
    fn default() -> Self {
        Self::of(EVENT_COUNT)
    }
}

impl Iterator for Events {
    type Item = Event;

    #[inline]
    fn next(&mut self) -> Option<Event> {
        let seq = self.seq;
        if seq == self.end {
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

/// Thread of the events.
pub const THREAD: u32 = 0;

/// An event as it stands in an index.atf.
pub fn record(event: &Event) -> IndexEvent {
    IndexEvent {
        timestamp_ns: event.timestamp_ns.into(),
        function_id: event.function_id.into(),
        thread_id: THREAD.into(),
        event_kind: event.event_kind,
        call_depth: event.call_depth.into(),
        detail_seq: NO_DETAIL_SEQ.into(),
    }
}

/// The limit: the same bytes filled into a buffer, CRC-32, write(2).
///
/// # Panics
///
/// When the disk refuses.
pub fn bare_limit(path: &Path, events: Events) {
    let mut file = File::create_new(path).unwrap();
    let mut checksum = crc32fast::Hasher::new();
    let mut buffer = vec![0; BUFFER_BYTES];
    let mut filled = 0;
    for event in events {
        buffer[filled..filled + 32].copy_from_slice(record(&event).as_bytes());
        filled += 32;
        if filled == BUFFER_BYTES {
            checksum.update(&buffer);
            file.write_all(&buffer).unwrap();
            filled = 0;
        }
    }
    checksum.update(&buffer[..filled]);
    file.write_all(&buffer[..filled]).unwrap();
    std::hint::black_box(checksum.finalize());
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

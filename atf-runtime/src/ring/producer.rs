//! The producer of a traced thread: creating its ring, and pushing into it.

use std::fs::{File, OpenOptions};
use std::mem::offset_of;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicPtr, Ordering};
use std::thread;
use std::time::Duration;

use zerocopy::IntoBytes;

use super::boot::{boot_id, read_boot_id};
use super::geometry::Geometry;
use super::hot::{Addresses, LAYOUT};
use super::map::{ForkGuard, MappedRing};
use super::memory::{RingMemory, Surroundings, Word};
use super::push::{Push, PushError};
use crate::error::{Error, Result};
use crate::format::{RING_ALIGN, RING_FILE, RingControl};
use crate::lane::Lane;
use crate::lock::{Lock, is_held_of};
use crate::output::sync_name;
use crate::platform::Platform;
use crate::seq::IndexSeq;
use crate::storage::{Disk, Storage};
use crate::sys;
use crate::thread_dir::{absolute, thread_dir_name};
use crate::writer::{Event, Payload};

/// A drain that holds its lock but gives no heartbeat for so long is treated as gone: it was stopped,
/// or it hangs. A write to a busy disk takes less.
const STALE_NS: u64 = 10_000_000_000;
/// A waiting push spins for this many rounds, yields for as many, and then sleeps between rounds.
const SPINS: u32 = 64;
const SPINS_AND_YIELDS: u32 = 2 * SPINS;
const NAP: Duration = Duration::from_micros(100);

/// What a push does when the ring is full.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum WhenFull {
    /// Drops and counts the event. A `lost` marker before the next event reports it. The traced program
    /// never waits.
    #[default]
    Drop,
    /// Waits until the drain has made room. If the drain is gone (its lock is free, or it gave no
    /// heartbeat for 10 s), as [`Drop`](Self::Drop).
    Block,
}

/// The size of a thread's ring, and what a push does when it is full.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct RingOptions {
    /// Buffer for the index lane, in bytes; rounded up to a power of two of at least 4 KiB. It must hold
    /// the events of the time in which the disk stalls: 4 MiB are 131 072 events.
    pub index_bytes: u64,
    /// Buffer for the detail lane, likewise; 0 means no detail.
    pub detail_bytes: u64,
    /// What a push does when the ring is full.
    pub when_full: WhenFull,
}

impl Default for RingOptions {
    fn default() -> Self {
        Self { index_bytes: 4 << 20, detail_bytes: 4 << 20, when_full: WhenFull::Drop }
    }
}

/// Magic, byte order, version, machine: stored last, in one piece.
const FIRST_BYTES: usize = size_of::<u64>();
/// No buffer is larger: a larger one only loses more when the machine loses power.
const MAX_LANE_BYTES: u64 = 1 << 36;

impl RingOptions {
    /// Sets [`index_bytes`](Self::index_bytes).
    #[must_use]
    pub const fn index_bytes(mut self, bytes: u64) -> Self {
        self.index_bytes = bytes;
        self
    }

    /// Sets [`detail_bytes`](Self::detail_bytes).
    #[must_use]
    pub const fn detail_bytes(mut self, bytes: u64) -> Self {
        self.detail_bytes = bytes;
        self
    }

    /// Sets [`when_full`](Self::when_full).
    #[must_use]
    pub const fn when_full(mut self, when_full: WhenFull) -> Self {
        self.when_full = when_full;
        self
    }

    fn control(&self, thread_id: u32, platform: Platform) -> RingControl {
        let capacity =
            |bytes: u64| bytes.clamp(u64::from(RING_ALIGN), MAX_LANE_BYTES).next_power_of_two();
        let index_capacity = capacity(self.index_bytes);
        let detail_capacity = if self.detail_bytes == 0 { 0 } else { capacity(self.detail_bytes) };
        RingControl {
            arch: platform.arch,
            os: platform.os,
            clock_type: platform.clock_type,
            thread_id: thread_id.into(),
            index_capacity: index_capacity.into(),
            detail_offset: (RingControl::INIT.index_offset.get() + index_capacity).into(),
            detail_capacity: detail_capacity.into(),
            boot_id: boot_id(),
            process_id: std::process::id().into(),
            block: u64::from(self.when_full == WhenFull::Block).into(),
            ..RingControl::INIT
        }
    }
}

/// Pushes the events of a traced thread into its ring: lock-free, without a system call. An event whose
/// push returned [`Ok`] is in the ring's file and survives `kill -9`.
///
/// There is one per traced thread, used by that thread only; a signal handler of the thread may use it
/// too. Dropping it tells the drain that the thread has ended.
///
/// Linux and Android only; elsewhere [`create`](Self::create) fails with [`Error::Unsupported`].
///
/// ```
/// use atf_runtime::format::EventKind;
/// use atf_runtime::ring::{Producer, RingOptions};
/// use atf_runtime::{Event, IndexSeq, Platform};
/// # let session = tempfile::tempdir().unwrap();
/// # let session = session.path();
/// # if !atf_runtime::ring::is_supported() { return Ok(()); }
/// // In a session that another process drains with `atf drain`.
/// let platform = Platform::host().expect("a host that the format knows");
/// let producer = Producer::create(session, 7, platform, RingOptions::default())?;
/// let call = Event::new(10, 1 << 32, EventKind::CALL);
/// match producer.push(&call, None) {
///     Ok(seq) => assert_eq!(seq, IndexSeq(0)),
///     Err(dropped) => eprintln!("{dropped}"),
/// }
/// # Ok::<(), atf_runtime::Error>(())
/// ```
#[derive(Debug)]
#[repr(C)]
pub struct Producer {
    push: Push<Ring>,
    dir: PathBuf,
}

impl Producer {
    /// Makes `thread_<thread_id>` in `session_dir` and the ring in it, and syncs it. A drain must empty it: see
    /// [`Drain`](crate::drain::Drain).
    ///
    /// # Errors
    ///
    /// [`Error::Io`] when the directory exists already or cannot be made, when the disk has no
    /// room for the whole ring, or it cannot be mapped. [`Error::Unsupported`] on other systems than
    /// Linux and Android.
    pub fn create(
        session_dir: impl AsRef<Path>,
        thread_id: u32,
        platform: Platform,
        options: RingOptions,
    ) -> Result<Self> {
        let session_dir = session_dir.as_ref();
        sys::check_can_record()?;
        // Known from here on: a ring without it is not trusted after a crash.
        read_boot_id()?;
        let dir = session_dir.join(thread_dir_name(thread_id));
        Disk.create_dir(&dir).map_err(Error::io(&dir, "create"))?;
        Ring::create(session_dir, &dir, &options.control(thread_id, platform))
            .inspect_err(|_| {
                // The first error is returned. An empty directory would make the next try fail.
                let _ = Disk.remove_file(&dir.join(RING_FILE.path));
                let _ = Disk.remove_dir(&dir);
            })
            .map(|ring| {
                let (_, index) = ring.geometry.lane(Lane::Index);
                let (_, detail) = ring.geometry.lane(Lane::Detail);
                let push = Push::new(ring, thread_id, index as u64, detail as u64);
                Self { push, dir }
            })
    }

    /// Where a push of another language finds what it needs, in bytes from the start of a producer,
    /// by the names of the C interface; "end" is the length of it all. Not the same in every release.
    pub const LAYOUT: &[(&str, usize)] = &LAYOUT;

    /// Records one event and, with a payload, its detail record; returns the event's sequence.
    ///
    /// When this returns, both survive the death of this process and of the drain. An event whose
    /// payload finds no room is recorded without it, and counted in
    /// [`dropped_details`](Self::dropped_details); so is one that comes while detail is switched
    /// off, uncounted.
    ///
    /// # Errors
    ///
    /// [`PushError`]; its variants say which are counted as dropped.
    #[inline(always)]
    pub fn push(
        &self,
        event: &Event,
        payload: Option<&Payload<'_>>,
    ) -> Result<IndexSeq, PushError> {
        self.push.push(event, payload)
    }

    /// Index events recorded so far, `lost` markers included.
    pub fn event_count(&self) -> u32 {
        self.push.event_count()
    }

    /// Detail records recorded so far.
    pub fn detail_count(&self) -> u32 {
        self.push.detail_count()
    }

    /// Events dropped so far.
    pub fn dropped_events(&self) -> u64 {
        self.push.memory().load(Word::DROPPED_EVENTS, Ordering::Relaxed)
    }

    /// Detail records dropped so far although their events were recorded.
    pub fn dropped_details(&self) -> u64 {
        self.push.memory().load(Word::DROPPED_DETAILS, Ordering::Relaxed)
    }

    /// Switches detail on or off, from the next push on.
    pub fn set_detail(&self, is_enabled: bool) {
        let memory = self.push.memory();
        memory.store(Word::DETAIL_ENABLED, is_enabled.into(), Ordering::Relaxed);
    }

    /// The traced thread.
    pub fn thread_id(&self) -> u32 {
        self.push.thread_id()
    }

    /// Directory of the thread.
    pub fn dir(&self) -> &Path {
        &self.dir
    }
}

// See `LAYOUT`.
const _: () = assert!(offset_of!(Producer, push) == 0);

impl Drop for Producer {
    fn drop(&mut self) {
        self.push.end();
    }
}

/// A ring as its producer holds it.
#[derive(Debug)]
struct Ring {
    memory: MappedRing,
    geometry: Geometry,
    guard: ForkGuard,
    session_dir: PathBuf,
    /// It is free when the producer is gone, however it ended.
    _lock: Lock,
}

impl Ring {
    fn create(session_dir: &Path, dir: &Path, control: &RingControl) -> Result<Self> {
        let path = dir.join(RING_FILE.path);
        let io = |action: &'static str| Error::io(&path, action);
        let mut options = OpenOptions::new();
        options.read(true).write(true).create_new(true);
        sys::make_private(&mut options);
        let file = options.open(&path).map_err(io("create"))?;
        let lock = Lock::try_exclusive_file(file).map_err(io("lock"))?;
        let lock = lock.ok_or_else(|| io("lock")(std::io::ErrorKind::WouldBlock.into()))?;
        let file = lock.file();
        // Before we had the lock, a drain that ended the session may have removed it as never completed.
        // Nobody could find events in it.
        if sys::is_unlinked(file).map_err(io("look at"))? {
            return Err(io("lock")(std::io::ErrorKind::NotFound.into()));
        }
        let geometry = Geometry::of(control, u64::MAX).map_err(Error::malformed(&path))?;
        sys::allocate(file, geometry.file_len()).map_err(io("allocate"))?;
        // All but what says that the ring is there.
        let rest = &control.as_bytes()[FIRST_BYTES..];
        sys::without_file_size_signal(|| sys::write_all_at(file, rest, FIRST_BYTES as u64))
            .map_err(io("write"))?;
        let memory = MappedRing::new(file, geometry).map_err(io("map"))?;
        let guard = ForkGuard::new().map_err(io("guard against forks"))?;
        let mut word = [0; FIRST_BYTES];
        word.copy_from_slice(&control.as_bytes()[..FIRST_BYTES]);
        memory.store(Word::FIRST, u64::from_le_bytes(word), Ordering::Release);
        // Before the first push. So the first page of a ring that was used is not zero, even if the machine
        // loses power before any other page reaches the disk.
        file.sync_all().map_err(io("sync"))?;
        Disk.sync_dir(dir).map_err(Error::io(dir, "sync"))?;
        sync_name(&Disk, dir)?;
        // After that: it makes all pages dirty.
        memory.prepare_for_writing();
        // Absolute, because the program may change its working directory before a push waits.
        let session_dir = absolute(session_dir.to_owned());
        Ok(Self { memory, geometry, guard, session_dir, _lock: lock })
    }
}

impl RingMemory for Ring {
    #[inline]
    fn load(&self, word: Word, order: Ordering) -> u64 {
        self.memory.load(word, order)
    }

    #[inline]
    fn store(&self, word: Word, value: u64, order: Ordering) {
        self.memory.store(word, value, order);
    }

    fn add(&self, word: Word, value: u64) {
        self.memory.add(word, value);
    }

    #[inline]
    fn write(&self, lane: Lane, at: usize, bytes: &[u8]) {
        self.memory.write(lane, at, bytes);
    }

    #[inline]
    fn read(&self, lane: Lane, at: usize, bytes: &mut [u8]) {
        self.memory.read(lane, at, bytes);
    }

    fn addresses(&self) -> Addresses {
        Addresses {
            control: AtomicPtr::new(self.memory.control()),
            index_buffer: AtomicPtr::new(self.memory.buffer(Lane::Index)),
            detail_buffer: AtomicPtr::new(self.memory.buffer(Lane::Detail)),
            fork_mark: AtomicPtr::new(self.guard.mark()),
        }
    }
}

impl Surroundings for Ring {
    fn is_drain_gone(&self, round: u32, since_ns: u64, heartbeat_ns: u64) -> bool {
        // The check takes four system calls; a working drain makes room sooner.
        if round < SPINS_AND_YIELDS {
            return false;
        }
        // Opened only here, to have one open file less per thread. If the lock cannot be checked, the
        // heartbeat decides.
        let is_held = File::open(&self.session_dir).and_then(|dir| is_held_of(&dir));
        is_held.is_ok_and(|is_held| !is_held)
            || self.now_ns().saturating_sub(since_ns.max(heartbeat_ns)) > STALE_NS
    }

    fn now_ns(&self) -> u64 {
        sys::now_ns()
    }

    fn pause(&self, round: u32) {
        match round {
            0..SPINS => std::hint::spin_loop(),
            SPINS..SPINS_AND_YIELDS => thread::yield_now(),
            _ => sys::nap(NAP),
        }
    }

    #[inline]
    fn is_forked(&self) -> bool {
        self.guard.is_forked()
    }
}

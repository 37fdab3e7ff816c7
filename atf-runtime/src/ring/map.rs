//! A ring's file, mapped by the producer and by the drain. The only place that touches memory
//! which another process may change.
#![allow(unsafe_code)]

use std::fmt;
use std::fs::File;
use std::io;
use std::sync::atomic::{AtomicU8, AtomicU64, Ordering};

use memmap2::{MmapMut, MmapOptions, MmapRaw};

use super::geometry::Geometry;
use super::memory::{RingMemory, Word};
use crate::format::RingControl;
use crate::lane::Lane;
use crate::sys;

/// A mapped ring. Never lent as a slice: the other side may write at any time.
pub(crate) struct MappedRing {
    map: MmapRaw,
    geometry: Geometry,
}

impl fmt::Debug for MappedRing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MappedRing").field("geometry", &self.geometry).finish_non_exhaustive()
    }
}

impl MappedRing {
    /// Maps a ring for reading and writing, its pages made present at once where the system can.
    /// The file must not be shortened while it is mapped: its length is checked here.
    pub(crate) fn new(file: &File, geometry: Geometry) -> io::Result<Self> {
        let len = usize::try_from(geometry.file_len()).map_err(io::Error::other)?;
        if len < size_of::<RingControl>() || file.metadata()?.len() < geometry.file_len() {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        let map = MmapOptions::new().len(len).populate().map_raw(file)?;
        Ok(Self { map, geometry })
    }

    /// Makes all pages present for writing, so that the first lap of the producer meets no page
    /// fault of the file system. Only a hint: kernels before 5.14 ignore it.
    pub(crate) fn prepare_for_writing(&self) {
        sys::populate_for_writing(&self.map);
    }

    /// The first byte of a lane's buffer.
    pub(crate) fn buffer(&self, lane: Lane) -> *mut u8 {
        self.bytes_at(lane, 0, 0)
    }

    /// The control block.
    pub(crate) fn control(&self) -> *mut u8 {
        self.map.as_mut_ptr()
    }

    #[inline(always)]
    fn word(&self, word: Word) -> &AtomicU64 {
        let at = word.offset();
        // SAFETY: a `Word` lies within the control block, and `new` mapped all of that.
        let word = unsafe { self.map.as_mut_ptr().add(at) };
        // SAFETY: 1. Aligned: a map starts at a page, and the offset of a `Word` is a multiple of 8.
        //         2. It lives as long as the map, which `self` owns.
        //         3. Both sides touch it by atomic operations only, here; another process that
        //            does not can make the value wrong and nothing else.
        unsafe { AtomicU64::from_ptr(word.cast()) }
    }

    /// Start of `len` bytes at `at` of a lane's buffer.
    #[inline(always)]
    fn bytes_at(&self, lane: Lane, at: usize, len: usize) -> *mut u8 {
        let (offset, capacity) = self.geometry.lane(lane);
        assert!(len <= capacity && at <= capacity - len, "within the lane's buffer");
        // SAFETY: `new` mapped all that the geometry speaks of.
        unsafe { self.map.as_mut_ptr().add(offset + at) }
    }
}

impl RingMemory for MappedRing {
    #[inline]
    fn load(&self, word: Word, order: Ordering) -> u64 {
        u64::from_le(self.word(word).load(order))
    }

    #[inline]
    fn store(&self, word: Word, value: u64, order: Ordering) {
        self.word(word).store(value.to_le(), order);
    }

    fn add(&self, word: Word, value: u64) {
        let word = self.word(word);
        // Not `fetch_add`: the word is little-endian wherever this runs.
        let _ = word.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |old| {
            Some(u64::from_le(old).wrapping_add(value).to_le())
        });
    }

    #[inline]
    fn write(&self, lane: Lane, at: usize, bytes: &[u8]) {
        let to = self.bytes_at(lane, at, bytes.len());
        // SAFETY: 1. `to` has room for them within the map, as `bytes_at` checked.
        //         2. `bytes` is memory of this process and so does not overlap the map.
        //         3. An honest drain does not read here before the head is stored behind it; another
        //            one reads bytes of whatever value, which is all it could do anyway.
        unsafe { std::ptr::copy_nonoverlapping(bytes.as_ptr(), to, bytes.len()) }
    }

    #[inline]
    fn read(&self, lane: Lane, at: usize, bytes: &mut [u8]) {
        let from = self.bytes_at(lane, at, bytes.len());
        // SAFETY: 1. `from` has as many bytes within the map, as `bytes_at` checked.
        //         2. `bytes` is memory of this process and so does not overlap the map.
        //         3. An honest producer does not write here before the tail is stored behind it;
        //            with another one the copy holds bytes of whatever value.
        unsafe { std::ptr::copy_nonoverlapping(from, bytes.as_mut_ptr(), bytes.len()) }
    }
}

/// Tells a process from its forks: a page that the kernel wipes in the child.
#[derive(Debug)]
pub(crate) struct ForkGuard {
    page: MmapMut,
}

const MINE: u8 = 1;

impl ForkGuard {
    pub(crate) fn new() -> io::Result<Self> {
        let mut page = MmapMut::map_anon(4096)?;
        page[0] = MINE;
        sys::wipe_on_fork(&page)?;
        Ok(Self { page })
    }

    /// The byte that is 1 here and 0 in every fork.
    pub(crate) fn mark(&self) -> *mut u8 {
        self.page.as_ptr().cast_mut()
    }

    /// Whether this process is a fork of the one that made the guard.
    #[inline]
    pub(crate) fn is_forked(&self) -> bool {
        // SAFETY: aligned, mapped as long as `self`, and nobody in this process writes to it any more.
        let mark = unsafe { AtomicU8::from_ptr(self.mark()) };
        mark.load(Ordering::Relaxed) != MINE
    }
}

//! A ring as a plain file: what its control block says, and the bytes between tail and head.
//!
//! Verification and recovery read rings this way, also while they are recorded: positioned
//! reads borrow nothing that the other side could change meanwhile. All that is asked for is checked
//! against what was read once.

use std::fs::File;
use std::io;
use std::mem::offset_of;
use std::path::{Path, PathBuf};

use zerocopy::{FromZeros, IntoBytes};

use super::boot::read_boot_id;
use super::geometry::Geometry;
use crate::error::{Error, Fault, FaultKind, FieldId, Region, Result, count};
use crate::format::{IndexEvent, NO_DETAIL_SEQ, READS, Record, RingControl};
use crate::input::open_regular;
use crate::lane::Lane;
use crate::reader::constant_fault;
use crate::sys::read_exact_at;

/// Region of the faults of a ring.
const CONTROL: Region = Region::Control;
/// Length of the bytes that are stored last, in one piece, when a ring is created.
const PUBLISHED_BY: usize = size_of::<u64>();
/// How often positions are read if they do not fit together.
const MOST_READINGS: usize = 100;
const EVENT_SIZE: u64 = size_of::<IndexEvent>() as u64;

/// A ring that was made, and whose geometry and positions can be right.
#[derive(Debug)]
pub(crate) struct RingImage {
    path: PathBuf,
    file: File,
    control: RingControl,
    geometry: Geometry,
    is_of_this_boot: bool,
}

impl RingImage {
    /// Opens a ring; `None` when it was never made: it is empty, or the bytes that are stored last
    /// are zero.
    ///
    /// While the recording runs, positions are not all read at the same moment. If they do not fit
    /// together, they are read again.
    ///
    /// # Errors
    ///
    /// [`Error::Io`]; [`Error::NotATrace`] when it is not a regular file; [`Error::Malformed`] when
    /// its control block is damaged.
    pub(crate) fn open(path: &Path) -> Result<Option<Self>> {
        let (file, len) = open_regular(path)?;
        let Some(mut control) = read_control(&file).map_err(Error::io(path, "read"))? else {
            let cut = cut_fault(&file, len).map_err(Error::io(path, "read"))?;
            return cut.map_or(Ok(None), |fault| Err(Error::malformed(path)(fault)));
        };
        if control.as_bytes()[..PUBLISHED_BY] == [0; PUBLISHED_BY] {
            return Ok(None);
        }
        check_constants(&control).map_err(Error::malformed(path))?;
        let geometry = Geometry::of(&control, len).map_err(Error::malformed(path))?;
        for _ in 0..MOST_READINGS {
            let Err(fault) = check_positions(&control, &geometry) else { break };
            let again = read_control(&file).map_err(Error::io(path, "read"))?;
            match again {
                Some(again) if again != control => control = again,
                // Nobody moves the positions: reading them again gives the same.
                _ => return Err(Error::malformed(path)(fault)),
            }
        }
        check_positions(&control, &geometry).map_err(Error::malformed(path))?;
        let now = read_boot_id()?;
        let is_of_this_boot = now != [0; 16] && control.boot_id == now;
        Ok(Some(Self { path: path.to_owned(), file, control, geometry, is_of_this_boot }))
    }

    /// The control block, as it was when the ring was opened.
    pub(crate) fn control(&self) -> &RingControl {
        &self.control
    }

    /// The file.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Whether the machine has not been rebooted since the ring was made. False where the boot is
    /// unknown, now or then.
    pub(crate) fn is_of_this_boot(&self) -> bool {
        self.is_of_this_boot
    }

    /// Length of a lane's buffer in bytes.
    pub(crate) fn capacity(&self, lane: Lane) -> u64 {
        self.geometry.lane(lane).1 as u64
    }

    /// Position up to which the drain has written a lane to its file.
    pub(crate) fn tail(&self, lane: Lane) -> u64 {
        tail(&self.control, lane)
    }

    /// Number of events that were published.
    pub(crate) fn events(&self) -> u64 {
        self.control.index_head.get() / EVENT_SIZE
    }

    /// Number of events that were published and are in no file yet.
    pub(crate) fn undrained_events(&self) -> u64 {
        (self.control.index_head.get() - self.control.index_tail.get()) / EVENT_SIZE
    }

    /// The fault of a ring that was not removed, at its index head.
    pub(crate) fn fault(
        &self,
        kind: FaultKind,
        expected: &str,
        found: impl std::fmt::Display,
    ) -> Fault {
        let (at, name) = head_field(Lane::Index);
        Fault::new(kind, CONTROL, at as u64, name, expected, found)
    }

    /// The bytes of a lane that are not in its file yet: the position of the first, and those up to
    /// `head`, which is the lane's or that of an earlier moment. At most the capacity.
    ///
    /// While the recording runs, the producer may overwrite bytes that the drain has just written to
    /// the file. So the tail is read again afterwards. Bytes before the new tail are in the file and are
    /// not returned; bytes after it were not overwritten.
    ///
    /// # Errors
    ///
    /// [`Error::Io`]; [`Error::Malformed`] when the tail has become impossible.
    pub(crate) fn undrained(&self, lane: Lane, head: u64) -> Result<(u64, Vec<u8>)> {
        let start = self.tail(lane).min(head);
        let len = usize::try_from(head - start).unwrap_or(usize::MAX);
        let mut bytes = Vec::new();
        // At most the file's length; but a file may be longer than memory.
        bytes.try_reserve_exact(len).map_err(|error| {
            Error::io(&self.path, "read what is in it")(io::Error::other(error))
        })?;
        bytes.resize(len, 0);
        self.read(lane, start, &mut bytes)?;
        let now = read_control(&self.file).map_err(Error::io(&self.path, "read"))?;
        let end = now.map_or(start, |control| tail(&control, lane));
        if end < start {
            let expected = format!("at least {start} (before)");
            let fault = position_fault(tail_field(lane), expected, end);
            return Err(Error::malformed(&self.path)(fault));
        }
        let written = usize::try_from(end - start).unwrap_or(usize::MAX).min(len);
        bytes.drain(..written);
        Ok((start + written as u64, bytes))
    }

    /// Reads the bytes at a position of a lane; `bytes` must not be longer than its buffer.
    fn read(&self, lane: Lane, position: u64, bytes: &mut [u8]) -> Result<()> {
        let (start, capacity) = self.geometry.lane(lane);
        if bytes.is_empty() {
            return Ok(());
        }
        // A power of two: what is left of the position is below it.
        let within = (position & (capacity as u64 - 1)) as usize;
        let (first, wrapped) = bytes.split_at_mut(bytes.len().min(capacity - within));
        for (bytes, offset) in [(first, start + within), (wrapped, start)] {
            read_exact_at(&self.file, bytes, offset as u64)
                .map_err(Error::io(&self.path, format!("read at byte {offset}")))?;
        }
        Ok(())
    }
}

/// The fault of a file too short for a control block; `None` for one that is empty or begins with zeros.
fn cut_fault(file: &File, len: u64) -> io::Result<Option<Fault>> {
    let mut start = [0; PUBLISHED_BY];
    let there = usize::try_from(len).unwrap_or(usize::MAX).min(PUBLISHED_BY);
    match read_exact_at(file, &mut start[..there], 0) {
        Ok(()) if start == [0; PUBLISHED_BY] => return Ok(None),
        Err(error) if error.kind() != io::ErrorKind::UnexpectedEof => return Err(error),
        _ => {}
    }
    let expected = format!("at least {}", count(size_of::<RingControl>() as u64, "byte"));
    let (kind, found) = (FaultKind::Truncated, count(len, "byte"));
    Ok(Some(Fault::new(kind, CONTROL, 0, FieldId::Length, expected, found)))
}

/// The control block of an open ring; `None` when the file ends within it.
///
/// It is read twice. The detail head comes from the second reading, so it is not older than the
/// index head, and every record that a published event names lies before it.
fn read_control(file: &File) -> io::Result<Option<RingControl>> {
    let read = || {
        let mut control = RingControl::new_zeroed();
        match read_exact_at(file, control.as_mut_bytes(), 0) {
            Ok(()) => Ok(Some(control)),
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Ok(None),
            Err(error) => Err(error),
        }
    };
    let (Some(first), Some(second)) = (read()?, read()?) else { return Ok(None) };
    Ok(Some(RingControl { detail_head: second.detail_head, ..first }))
}

fn tail(control: &RingControl, lane: Lane) -> u64 {
    match lane {
        Lane::Index => control.index_tail.get(),
        Lane::Detail => control.detail_tail.get(),
    }
}

/// That magic, endian mark and version are those of a ring that we can read.
pub(super) fn check_constants(control: &RingControl) -> Result<(), Fault> {
    for field in RingControl::FIELDS {
        let found = field.bytes(control.as_bytes());
        let (Some(constant), Some(found)) = (field.constant, found) else { continue };
        let is_read = field.name == "version" && found.iter().all(|byte| READS.contains(byte));
        if found != constant && !is_read {
            return Err(constant_fault(CONTROL, 0, field, constant, found));
        }
    }
    Ok(())
}

/// Checks that neither lane holds more than its capacity, and that the index lane holds complete events.
fn check_positions(control: &RingControl, geometry: &Geometry) -> Result<(), Fault> {
    for (field, position) in [
        (head_field(Lane::Index), control.index_head.get()),
        (tail_field(Lane::Index), control.index_tail.get()),
    ] {
        if !position.is_multiple_of(EVENT_SIZE) {
            return Err(position_fault(field, format!("a multiple of {EVENT_SIZE}"), position));
        }
    }
    let most = EVENT_SIZE * u64::from(NO_DETAIL_SEQ);
    if control.index_head.get() > most {
        // 0xFFFFFFFF is not a sequence.
        let expected = format!("at most {most}");
        return Err(position_fault(head_field(Lane::Index), expected, control.index_head.get()));
    }
    for (lane, head) in
        [(Lane::Index, control.index_head.get()), (Lane::Detail, control.detail_head.get())]
    {
        let tail = tail(control, lane);
        let capacity = geometry.lane(lane).1 as u64;
        if head.checked_sub(tail).is_none_or(|len| len > capacity) {
            let most = tail.saturating_add(capacity);
            let expected = format!("{tail} to {most} (tail and capacity)");
            return Err(position_fault(head_field(lane), expected, head));
        }
    }
    Ok(())
}

const fn head_field(lane: Lane) -> (usize, &'static str) {
    match lane {
        Lane::Index => (offset_of!(RingControl, index_head), "index_head"),
        Lane::Detail => (offset_of!(RingControl, detail_head), "detail_head"),
    }
}

const fn tail_field(lane: Lane) -> (usize, &'static str) {
    match lane {
        Lane::Index => (offset_of!(RingControl, index_tail), "index_tail"),
        Lane::Detail => (offset_of!(RingControl, detail_tail), "detail_tail"),
    }
}

fn position_fault((at, name): (usize, &'static str), expected: String, found: u64) -> Fault {
    Fault::new(FaultKind::OutOfRange, CONTROL, at as u64, name, expected, found)
}

//! Opening a ring for the drain.

use std::fs::{File, OpenOptions};
use std::io;
use std::path::Path;

use zerocopy::FromBytes;

use super::geometry::Geometry;
use super::image::check_constants;
use super::map::MappedRing;
use super::take::Take;
use crate::error::{Error, Result};
use crate::format::RingControl;
use crate::lane::Lane;
use crate::lock::is_held_of;
use crate::sys::read_exact_at;

/// A ring as its drain holds it.
#[derive(Debug)]
pub(crate) struct OpenRing {
    pub(crate) take: Take<MappedRing>,
    /// The control block as it was when the ring was opened: thread and platform.
    pub(crate) control: RingControl,
    pub(crate) index_capacity: u64,
    pub(crate) detail_capacity: u64,
    file: File,
}

impl OpenRing {
    /// Opens and maps a ring; `None` when there is none yet: the file is missing, or its producer
    /// has not stored the magic.
    ///
    /// # Errors
    ///
    /// [`Error::Malformed`] when the control block cannot be, [`Error::Io`].
    pub(crate) fn open(path: &Path) -> Result<Option<Self>> {
        let file = match OpenOptions::new().read(true).write(true).open(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            file => file.map_err(Error::io(path, "open"))?,
        };
        let metadata = file.metadata().map_err(Error::io(path, "look at"))?;
        if !metadata.is_file() || !is_made(&file).map_err(Error::io(path, "read"))? {
            return Ok(None);
        }
        // Again, now that the rest is known to be there.
        let mut bytes = [0; size_of::<RingControl>()];
        read_exact_at(&file, &mut bytes, 0).map_err(Error::io(path, "read"))?;
        let Ok(control) = RingControl::read_from_bytes(&bytes) else { return Ok(None) };
        check_constants(&control).map_err(Error::malformed(path))?;
        let geometry = Geometry::of(&control, metadata.len()).map_err(Error::malformed(path))?;
        let memory = MappedRing::new(&file, geometry).map_err(Error::io(path, "map"))?;
        let capacity = |lane| geometry.lane(lane).1 as u64;
        let (index_capacity, detail_capacity) = (capacity(Lane::Index), capacity(Lane::Detail));
        let take =
            Take::new(memory, index_capacity, detail_capacity).map_err(Error::malformed(path))?;
        Ok(Some(Self { take, control, index_capacity, detail_capacity, file }))
    }

    /// Whether the producer is gone, in order or not: its lock is free.
    pub(crate) fn is_producer_gone(&self) -> bool {
        self.take.has_ended() || is_held_of(&self.file).is_ok_and(|is_held| !is_held)
    }
}

/// Whether a ring's producer has stored the magic, which comes last.
pub(crate) fn is_made(file: &File) -> io::Result<bool> {
    if file.metadata()?.len() < size_of::<RingControl>() as u64 {
        return Ok(false);
    }
    let mut first = [0; 8];
    read_exact_at(file, &mut first, 0)?;
    Ok(first != [0; 8])
}

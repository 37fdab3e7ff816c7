//! The events of a damaged file: what is not a message is skipped up to the next one, and counted.

use std::iter::FusedIterator;
use std::path::Path;

use super::event::Event;
use super::message;
use crate::error::Error;

/// What [`Salvage`] gives: an event, or bytes that it skipped.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Salvaged<'a> {
    /// The next event.
    Event(Event<'a>),
    /// Bytes that hold no message, or only damaged ones.
    Gap(Gap),
}

/// Bytes that were skipped.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Gap {
    /// Where they start.
    pub offset: u64,
    /// How many there are.
    pub len: u64,
    /// Why there is no message at the first of them.
    pub error: Error,
}

/// How much was skipped.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Skipped {
    /// How often.
    pub gaps: u64,
    /// Bytes in all.
    pub bytes: u64,
}

/// Iterator over the events of a file that may be damaged; see [`Reader::salvage`](super::Reader::salvage).
///
/// At a message that cannot be read, each following byte is tried until a message starts there. No
/// checksum protects a V4 file: bytes in a gap that look like a message are taken for one, and a
/// changed value in a message that can be read is not noticed.
#[derive(Clone, Debug)]
pub struct Salvage<'a> {
    path: &'a Path,
    file: &'a [u8],
    at: usize,
    skipped: Skipped,
}

impl<'a> Salvage<'a> {
    /// Those from byte `at` on; `at` is not behind the end.
    pub(super) fn new(path: &'a Path, file: &'a [u8], at: usize) -> Self {
        Self { path, file, at, skipped: Skipped::default() }
    }

    /// Where the next message or gap starts, in bytes from the start of the file.
    #[must_use]
    pub fn position(&self) -> u64 {
        self.at as u64
    }

    /// What was skipped so far.
    #[must_use]
    pub fn skipped(&self) -> Skipped {
        self.skipped
    }
}

impl<'a> Iterator for Salvage<'a> {
    type Item = Salvaged<'a>;

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        if self.at == self.file.len() {
            return None;
        }
        let start = self.at;
        let damage = match message::read(self.file, start) {
            Ok((event, end)) => {
                self.at = end;
                return Some(Salvaged::Event(event));
            }
            Err(damage) => damage,
        };
        let end = self.file.len();
        self.at = message::find_start(self.file, start + 1, end).unwrap_or(end);
        let (offset, len) = (start as u64, (self.at - start) as u64);
        self.skipped.gaps += 1;
        self.skipped.bytes += len;
        let error = Error::malformed(self.path)(damage.fault(offset));
        Some(Salvaged::Gap(Gap { offset, len, error }))
    }
}

impl FusedIterator for Salvage<'_> {}

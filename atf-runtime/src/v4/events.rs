//! The events of a file, one after another.

use std::iter::FusedIterator;
use std::path::Path;

use super::event::Event;
use super::message;
use crate::error::{Error, Fault, FaultKind, FieldId, Region, Result};

/// Iterator over the events of a V4 file; see [`Reader::events`](super::Reader::events).
///
/// A truncated or damaged message is an error, after which the iterator ends. [`seek`](Self::seek) starts it
/// again.
#[derive(Clone, Debug)]
pub struct Events<'a> {
    path: &'a Path,
    file: &'a [u8],
    at: usize,
    has_failed: bool,
    /// Events that are left, once they were counted.
    remaining: Option<u64>,
}

impl<'a> Events<'a> {
    /// Those from the message at byte `at` on; `at` is not behind the end.
    pub(super) fn new(path: &'a Path, file: &'a [u8], at: usize) -> Self {
        Self { path, file, at, has_failed: false, remaining: None }
    }

    /// Where the next message starts, in bytes from the start of the file; the length of the file
    /// after the last one. After an error it is the start of the damaged message.
    #[must_use]
    pub fn position(&self) -> u64 {
        self.at as u64
    }

    /// How many more events [`next`](Iterator::next) returns before the end of the file or an error.
    ///
    /// The first call reads them all, in time that grows with the file: the file does not say how many there are, and
    /// the manifest's `eventCount` says nothing of a part. Later calls take no time.
    pub fn remaining_count(&mut self) -> u64 {
        if let Some(remaining) = self.remaining {
            return remaining;
        }
        let mut ahead = self.clone();
        let mut count = 0;
        while !ahead.has_failed && ahead.at < ahead.file.len() {
            match message::read(ahead.file, ahead.at) {
                Ok((_, end)) => {
                    ahead.at = end;
                    count += 1;
                }
                Err(_) => break,
            }
        }
        self.remaining = Some(count);
        count
    }

    /// Goes to the message that starts at byte `offset`; the length of the file is the end.
    ///
    /// That a message starts there is checked by reading it, and by reading the next ones where it
    /// proves little. Bytes within a message can pass only if they look like messages themselves.
    ///
    /// # Errors
    ///
    /// [`Error::Malformed`] if `offset` is behind the end, or no message starts there. Then the iterator
    /// is as before.
    pub fn seek(&mut self, offset: u64) -> Result<()> {
        let len = self.file.len() as u64;
        if offset > len {
            let expected = format!("an offset of at most {len}, the length of the file");
            let fault = Fault::new(
                FaultKind::OutOfRange,
                Region::File,
                offset,
                FieldId::Length,
                expected,
                offset,
            );
            return Err(Error::malformed(self.path)(fault));
        }
        if offset < len {
            message::check_start(self.file, offset as usize)
                .map_err(|damage| Error::malformed(self.path)(damage.fault(offset)))?;
        }
        *self = Self::new(self.path, self.file, offset as usize);
        Ok(())
    }
}

impl<'a> Iterator for Events<'a> {
    type Item = Result<Event<'a>>;

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        if self.has_failed || self.at == self.file.len() {
            return None;
        }
        match message::read(self.file, self.at) {
            Ok((event, end)) => {
                self.at = end;
                // It was counted with the others.
                self.remaining = self.remaining.map(|it| it - 1);
                Some(Ok(event))
            }
            Err(damage) => {
                self.has_failed = true;
                Some(Err(Error::malformed(self.path)(damage.fault(self.at as u64))))
            }
        }
    }
}

impl FusedIterator for Events<'_> {}

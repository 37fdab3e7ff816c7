//! Reads bytes of a file at any offset, through one small buffer.

use std::io::{self, Read, Seek, SeekFrom};

/// Bytes that are read at once.
const WINDOW: u64 = 64 << 10;

/// A file that is read at any offset, mostly forwards.
pub(super) struct Input<R> {
    inner: R,
    length: u64,
    start: u64,
    window: Vec<u8>,
}

impl<R: Read + Seek> Input<R> {
    pub(super) fn new(mut inner: R) -> io::Result<Self> {
        let length = inner.seek(SeekFrom::End(0))?;
        Ok(Self { inner, length, start: 0, window: Vec::new() })
    }

    /// Length of the file when it was opened.
    pub(super) fn length(&self) -> u64 {
        self.length
    }

    /// `length` bytes from `offset` on; fewer where the file ends.
    pub(super) fn at(&mut self, offset: u64, length: u64) -> io::Result<&[u8]> {
        let end = offset.saturating_add(length).min(self.length);
        let length = end.saturating_sub(offset);
        if length == 0 {
            return Ok(&[]);
        }
        let held = self.start..self.start + self.window.len() as u64;
        if !(held.contains(&offset) && end <= held.end) {
            let wanted = length.max(WINDOW).min(self.length - offset);
            self.window.clear();
            self.start = offset;
            self.inner.seek(SeekFrom::Start(offset))?;
            (&mut self.inner).take(wanted).read_to_end(&mut self.window)?;
        }
        let from = (offset - self.start) as usize;
        // The file became shorter while it was read.
        self.window.get(from..from + length as usize).ok_or_else(|| {
            io::Error::new(io::ErrorKind::UnexpectedEof, "it became shorter while it was read")
        })
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    #[test]
    fn bytes_are_found_wherever_they_are() {
        let bytes: Vec<u8> = (0..200_000_u32).map(|at| at as u8 ^ (at >> 8) as u8).collect();
        let mut input = Input::new(Cursor::new(&bytes)).expect("it can be sought");
        for (at, length) in [(0, 10), (65_530, 20), (5, 190_000), (199_999, 1), (3, 3)] {
            let found = input.at(at as u64, length as u64).expect("it can be read");
            assert_eq!(found, &bytes[at..at + length]);
        }
        assert_eq!(input.at(199_990, 100).expect("it can be read").len(), 10);
        assert_eq!(input.at(u64::MAX, u64::MAX).expect("it can be read").len(), 0);
    }
}

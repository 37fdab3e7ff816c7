//! Buffered stdout with fast functions for the lines of a dump.
//!
//! Integers and hexadecimal digits are written directly into the buffer: `format!` is too slow for
//! millions of lines per second. Other output uses `write!`; [`Out`] implements [`io::Write`].

use std::io::{self, Write};
use std::process::Child;

use crate::numbers;

/// Bytes per write call.
const PAGE_BYTES: usize = 128 * 1024;

/// Buffered output.
pub(crate) struct Out {
    sink: Box<dyn Write>,
    page: Box<[u8]>,
    len: usize,
    /// A process that reads what is written, such as a pager.
    reader: Option<Child>,
}

/// Labels up to this length are copied with this fixed length, padding included: that takes two
/// instructions, while a copy of variable length is a function call.
const LABEL_BYTES: usize = 32;

/// Text that is repeated on every line.
pub(crate) struct Label {
    text: Vec<u8>,
    /// The first bytes of the text, padded with zeros.
    padded: [u8; LABEL_BYTES],
}

impl Label {
    /// A label of any length; up to [`LABEL_BYTES`] it is written fast.
    pub(crate) fn new(text: impl Into<Vec<u8>>) -> Self {
        let text = text.into();
        let mut padded = [0; LABEL_BYTES];
        for (to, from) in padded.iter_mut().zip(&text) {
            *to = *from;
        }
        Self { text, padded }
    }
}

impl Out {
    /// The process's stdout.
    pub(crate) fn stdout() -> Self {
        Self::to(io::stdout().lock())
    }

    fn to(sink: impl Write + 'static) -> Self {
        Self {
            sink: Box::new(sink),
            page: vec![0; PAGE_BYTES].into_boxed_slice(),
            len: 0,
            reader: None,
        }
    }

    /// Writes everything that follows, and what is not written yet, to `sink`, which `reader` reads.
    pub(crate) fn attach(&mut self, sink: impl Write + 'static, reader: Child) {
        self.sink = Box::new(sink);
        self.reader = Some(reader);
    }

    /// Writes all buffered bytes, and waits for the process that reads them, if there is one.
    pub(crate) fn close(&mut self) -> io::Result<()> {
        let flushed = self.flush_page();
        if let Some(mut reader) = self.reader.take() {
            // It ends when its input does.
            self.sink = Box::new(io::stdout());
            let _ = reader.wait();
        }
        flushed
    }

    /// Writes `bytes` as they are.
    #[inline]
    pub(crate) fn put(&mut self, bytes: &[u8]) -> io::Result<()> {
        match self.page[self.len..].get_mut(..bytes.len()) {
            Some(room) => {
                copy(bytes, room);
                self.len += bytes.len();
                Ok(())
            }
            None => self.put_slowly(bytes),
        }
    }

    /// Writes a label.
    #[inline]
    pub(crate) fn put_label(&mut self, label: &Label) -> io::Result<()> {
        match self.page[self.len..].first_chunk_mut() {
            Some(room) if label.text.len() <= room.len() => {
                *room = label.padded;
                self.len += label.text.len();
                Ok(())
            }
            _ => self.put(&label.text),
        }
    }

    #[cold]
    fn put_slowly(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.flush_page()?;
        if bytes.len() > self.page.len() {
            return self.sink.write_all(bytes);
        }
        self.page[..bytes.len()].copy_from_slice(bytes);
        self.len = bytes.len();
        Ok(())
    }

    /// Writes a number in decimal.
    #[inline]
    pub(crate) fn put_u64(&mut self, number: u64) -> io::Result<()> {
        self.put(itoa::Buffer::new().format(number).as_bytes())
    }

    /// Writes a number in decimal, right-aligned in `width` columns.
    pub(crate) fn put_u64_aligned(&mut self, number: u64, width: usize) -> io::Result<()> {
        self.put_spaces(width.saturating_sub(numbers::decimal_len(number)))?;
        self.put_u64(number)
    }

    /// Writes `count` spaces.
    pub(crate) fn put_spaces(&mut self, mut count: usize) -> io::Result<()> {
        const SPACES: &[u8; 64] = &[b' '; 64];
        while count > 0 {
            let some = count.min(SPACES.len());
            self.put(&SPACES[..some])?;
            count -= some;
        }
        Ok(())
    }

    /// Writes bytes as lowercase hexadecimal digits.
    pub(crate) fn put_hex(&mut self, mut bytes: &[u8]) -> io::Result<()> {
        while !bytes.is_empty() {
            if self.page.len() - self.len < 2 {
                self.flush_page()?;
            }
            let room = &mut self.page[self.len..];
            let (some, rest) = bytes.split_at(bytes.len().min(room.len() / 2));
            let digits = numbers::put_hex(some, room);
            self.len += digits;
            bytes = rest;
        }
        Ok(())
    }

    /// Writes a number as `0x` and hexadecimal digits, without leading zeros.
    pub(crate) fn put_hex_u64(&mut self, number: u64) -> io::Result<()> {
        let mut text = [0; 16];
        let digits = numbers::put_hex(&number.to_be_bytes(), &mut text);
        let zeros = number.leading_zeros() as usize / 4;
        self.put(b"0x")?;
        self.put(&text[zeros.min(digits - 1)..digits])
    }

    /// Writes all buffered bytes to stdout.
    pub(crate) fn flush_page(&mut self) -> io::Result<()> {
        let len = std::mem::take(&mut self.len);
        self.sink.write_all(&self.page[..len])?;
        self.sink.flush()
    }
}

/// Copies to a slice of the same length. The parts of a line are short, and the call of `memcpy` takes longer than
/// they do: up to 32 bytes are copied as two pieces of a fixed length, which overlap.
#[inline]
fn copy(from: &[u8], to: &mut [u8]) {
    #[inline]
    fn ends<const LEN: usize>(from: &[u8], to: &mut [u8]) -> bool {
        let (Some(&first), Some(&last)) = (from.first_chunk::<LEN>(), from.last_chunk::<LEN>())
        else {
            return false;
        };
        if let Some(to) = to.first_chunk_mut::<LEN>() {
            *to = first;
        }
        if let Some(to) = to.last_chunk_mut::<LEN>() {
            *to = last;
        }
        true
    }
    if from.len() > 32 {
        return to.copy_from_slice(from);
    }
    let _ = ends::<16>(from, to)
        || ends::<8>(from, to)
        || ends::<4>(from, to)
        || ends::<2>(from, to)
        || ends::<1>(from, to);
}

impl Write for Out {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.put(bytes).map(|()| bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.flush_page()
    }
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;
    use std::rc::Rc;

    use super::*;

    #[derive(Clone, Default)]
    struct Shared(Rc<RefCell<Vec<u8>>>);

    impl Write for Shared {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.borrow_mut().write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn nothing_is_lost_at_buffer_boundaries() {
        let sink = Shared::default();
        let mut out = Out::to(sink.clone());
        let mut expected = Vec::new();
        let long = vec![b'x'; PAGE_BYTES + 1];
        let labels = [0, 5, 32, 33].map(|len| Label::new(vec![b'l'; len]));
        for number in 0..60_000_u64 {
            out.put_u64(number * number * number).unwrap();
            out.put(b",").unwrap();
            write!(expected, "{},", number * number * number).unwrap();
            for label in &labels {
                out.put_label(label).unwrap();
                expected.extend_from_slice(&label.text);
            }
            if number == 30_000 {
                out.put(&long).unwrap();
                expected.extend_from_slice(&long);
            }
        }
        let bytes: Vec<u8> = (0..=255).cycle().take(PAGE_BYTES).collect();
        out.put_hex(&bytes).unwrap();
        out.put_hex(&bytes[..100_001]).unwrap();
        for bytes in [&bytes[..], &bytes[..100_001]] {
            bytes.iter().for_each(|byte| write!(expected, "{byte:02x}").unwrap());
        }
        out.put_hex(&[0x00, 0xAF]).unwrap();
        out.put_u64_aligned(7, 3).unwrap();
        expected.extend_from_slice(b"00af  7");
        for number in [0, 1, 0xF, 0x10, 0xABC, 1 << 60, u64::MAX] {
            out.put_hex_u64(number).unwrap();
            write!(expected, "{number:#x}").unwrap();
        }
        out.flush_page().unwrap();
        assert!(*sink.0.borrow() == expected);
    }

    #[test]
    fn text_of_any_length_is_copied() {
        let text: Vec<u8> = (0..100).collect();
        for len in 0..text.len() {
            let mut copied = vec![0; len];
            copy(&text[..len], &mut copied);
            assert_eq!(copied, text[..len]);
        }
    }
}

//! The checksum of a section and of its chunks, in one pass over the bytes.
//!
//! The bytes go into the checksum of their chunk. A complete chunk is then appended to the checksum of the
//! section, which costs four table lookups: chunks have one length.

use std::collections::VecDeque;

use crc32fast::Hasher;

use crate::format::ChunkSumsHeader;

/// Length of a chunk.
pub(super) const CHUNK_BYTES: u64 = ChunkSumsHeader::INIT.chunk_bytes.get() as u64;

/// The generator polynomial of CRC-32, reflected.
const POLYNOMIAL: u32 = 0xEDB8_8320;

/// What [`CHUNK_BYTES`] more bytes make of a checksum, by each of its bytes.
static LATER: [[u32; 256]; 4] = later();

#[derive(Clone, Debug)]
pub(crate) struct SectionSum {
    /// Of the complete chunks.
    complete: u32,
    /// Length of the complete chunks in bytes.
    complete_len: u64,
    /// Of the chunk that is not complete.
    rest: Hasher,
    rest_len: u64,
    /// Of complete chunks that nobody took yet; `None` if nobody will.
    chunks: Option<VecDeque<u32>>,
}

impl SectionSum {
    pub(crate) fn new() -> Self {
        Self {
            complete: 0,
            complete_len: 0,
            rest: Hasher::new(),
            rest_len: 0,
            chunks: Some(VecDeque::new()),
        }
    }

    /// Takes the next bytes of the section.
    pub(crate) fn update(&mut self, mut bytes: &[u8]) {
        while !bytes.is_empty() {
            let room = (CHUNK_BYTES - self.rest_len) as usize;
            let (now, later) = bytes.split_at(room.min(bytes.len()));
            self.rest.update(now);
            self.rest_len += now.len() as u64;
            if self.rest_len == CHUNK_BYTES {
                self.end_chunk();
            }
            bytes = later;
        }
    }

    fn end_chunk(&mut self) {
        let chunk = std::mem::take(&mut self.rest).finalize();
        let bytes = self.complete.to_le_bytes();
        let moved =
            LATER.iter().zip(bytes).fold(0, |sum, (table, byte)| sum ^ table[byte as usize]);
        self.complete = moved ^ chunk;
        self.complete_len += CHUNK_BYTES;
        self.rest_len = 0;
        if let Some(chunks) = &mut self.chunks {
            chunks.push_back(chunk);
        }
    }

    /// Keeps no checksums of chunks.
    pub(super) fn drop_chunks(&mut self) {
        self.chunks = None;
    }

    /// The checksum of the next complete chunk that was not taken yet.
    pub(super) fn next_chunk(&mut self) -> Option<u32> {
        self.chunks.as_mut()?.pop_front()
    }

    /// Length and checksum of the chunk that is not complete.
    pub(super) fn rest(&self) -> (u64, u32) {
        (self.rest_len, self.rest.clone().finalize())
    }

    /// The checksum of all bytes.
    pub(super) fn checksum(&self) -> u32 {
        let mut all = Hasher::new_with_initial_len(self.complete, self.complete_len);
        all.combine(&self.rest);
        all.finalize()
    }
}

/// The product of two polynomials modulo the generator; the highest bit is the coefficient of 1.
const fn product(a: u32, b: u32) -> u32 {
    let (mut a, mut b, mut sum) = (a, b, 0);
    while a != 0 {
        if a & 1 << 31 != 0 {
            sum ^= b;
        }
        a <<= 1;
        b = if b & 1 == 0 { b >> 1 } else { b >> 1 ^ POLYNOMIAL };
    }
    sum
}

/// x to the power of eight times [`CHUNK_BYTES`], which is a power of two.
const fn power_of_chunk() -> u32 {
    let (mut power, mut bits) = (1 << 30, 1);
    while bits < 8 * CHUNK_BYTES {
        power = product(power, power);
        bits *= 2;
    }
    power
}

const fn later() -> [[u32; 256]; 4] {
    assert!(CHUNK_BYTES.is_power_of_two());
    let power = power_of_chunk();
    let mut tables = [[0; 256]; 4];
    let mut at = 0;
    while at < 4 {
        let mut byte = 0;
        while byte < 256 {
            tables[at][byte] = product((byte as u32) << (8 * at), power);
            byte += 1;
        }
        at += 1;
    }
    tables
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn section_has_the_checksum_of_its_bytes_and_each_chunk_its_own() {
        let bytes: Vec<u8> = (0..300_000_u32).map(|at| (at.wrapping_mul(at) >> 7) as u8).collect();
        for len in [0, 1, 65_535, 65_536, 65_537, 131_072, 300_000] {
            for piece in [7_000, 65_536, 300_000] {
                let mut sum = SectionSum::new();
                bytes[..len].chunks(piece).for_each(|piece| sum.update(piece));
                assert_eq!(sum.checksum(), crc32fast::hash(&bytes[..len]), "{len} by {piece}");
                let chunks = bytes[..len].chunks_exact(65_536);
                assert_eq!(sum.rest().1, crc32fast::hash(chunks.remainder()));
                let found: Vec<u32> = std::iter::from_fn(|| sum.next_chunk()).collect();
                assert_eq!(found, chunks.map(crc32fast::hash).collect::<Vec<_>>());
            }
        }
    }
}

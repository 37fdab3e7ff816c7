//! The fields of a protobuf message, one after another: keys, varints, bytes, strings.

use super::damage::{Damage, What};
use super::varint::{VarintError, decode_u64};

/// Wire types of the fields that V4 has, and of those that are skipped.
pub(super) const VARINT: u8 = 0;
pub(super) const FIXED64: u8 = 1;
pub(super) const BYTES: u8 = 2;
pub(super) const FIXED32: u8 = 5;

/// The key of a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Key {
    pub(super) number: u32,
    wire_type: u8,
    /// Where the key starts.
    pub(super) at: usize,
}

/// Walks the fields of a message. Messages within it are walked by the same value, up to an `end`
/// of their own.
#[derive(Clone, Copy, Debug)]
pub(super) struct Fields<'a> {
    bytes: &'a [u8],
    at: usize,
    /// Fields that may still be read.
    budget: u32,
}

/// String bytes that cost as much of the budget as one field.
const BYTES_PER_FIELD: usize = 64;

impl<'a> Fields<'a> {
    /// The fields in `bytes` from `at` on, at most `budget` of them.
    #[inline]
    pub(super) fn new(bytes: &'a [u8], at: usize, budget: u32) -> Self {
        Self { bytes, at, budget }
    }

    #[inline]
    pub(super) fn at(&self) -> usize {
        self.at
    }

    /// The key of the next field, or `None` at `end`. `field` is the message, for errors.
    #[inline]
    pub(super) fn key(&mut self, end: usize, field: &'static str) -> Result<Option<Key>, Damage> {
        if self.at >= end {
            return Ok(None);
        }
        let at = self.at;
        let damage = |what| Damage { at, field, what };
        self.budget = self.budget.checked_sub(1).ok_or(damage(What::TooManyFields))?;
        let key = self.varint(end, field)?;
        match u32::try_from(key) {
            Ok(short) if short >= 8 => {
                Ok(Some(Key { number: short >> 3, wire_type: (short & 7) as u8, at }))
            }
            _ => Err(damage(What::Key { key })),
        }
    }

    #[inline]
    fn varint(&mut self, end: usize, field: &'static str) -> Result<u64, Damage> {
        let damage = |error| Damage { at: self.at, field, what: What::Varint(error) };
        let rest = self.bytes.get(self.at..end).unwrap_or_default();
        let (number, len) = decode_u64(rest).map_err(damage)?;
        self.at += len;
        Ok(number)
    }

    /// The value of a field that is declared as an integer.
    #[inline]
    pub(super) fn integer(
        &mut self,
        key: Key,
        end: usize,
        field: &'static str,
    ) -> Result<u64, Damage> {
        expect(key, VARINT, field)?;
        self.varint(end, field)
    }

    /// The range of a field that is declared as bytes or as a message. It lies before `end`.
    #[inline]
    pub(super) fn length(
        &mut self,
        key: Key,
        end: usize,
        field: &'static str,
    ) -> Result<usize, Damage> {
        expect(key, BYTES, field)?;
        self.counted(end, field)
    }

    /// Reads a length and returns where the bytes that it counts end.
    #[inline]
    fn counted(&mut self, end: usize, field: &'static str) -> Result<usize, Damage> {
        let at = self.at;
        let len = self.varint(end, field)?;
        let left = (end - self.at) as u64;
        if len > left {
            return Err(Damage { at, field, what: What::Overrun { len, left } });
        }
        Ok(self.at + len as usize)
    }

    /// The value of a field that is declared as bytes.
    #[inline]
    pub(super) fn bytes(
        &mut self,
        key: Key,
        end: usize,
        field: &'static str,
    ) -> Result<&'a [u8], Damage> {
        let end = self.length(key, end, field)?;
        let bytes = &self.bytes[self.at..end];
        self.at = end;
        Ok(bytes)
    }

    /// The value of a field that is declared as a string.
    #[inline]
    pub(super) fn string(
        &mut self,
        key: Key,
        end: usize,
        field: &'static str,
    ) -> Result<&'a str, Damage> {
        let bytes = self.bytes(key, end, field)?;
        let start = self.at - bytes.len();
        let cost = (bytes.len() / BYTES_PER_FIELD) as u32;
        self.budget = match self.budget.checked_sub(cost) {
            Some(budget) => budget,
            None => return Err(Damage { at: start, field, what: What::TooManyFields }),
        };
        std::str::from_utf8(bytes).map_err(|error| {
            let byte = bytes.get(error.valid_up_to()).copied().unwrap_or_default();
            Damage { at: start + error.valid_up_to(), field, what: What::NotUtf8 { byte } }
        })
    }

    /// Skips the value of a field that V4 does not have.
    pub(super) fn skip(&mut self, key: Key, end: usize, field: &'static str) -> Result<(), Damage> {
        match key.wire_type {
            VARINT => self.varint(end, field).map(drop),
            BYTES => {
                self.at = self.counted(end, field)?;
                Ok(())
            }
            FIXED64 => self.skip_fixed(8, end, field),
            FIXED32 => self.skip_fixed(4, end, field),
            // Groups, which proto3 does not have, and two numbers without a meaning.
            found => Err(Damage { at: key.at, field, what: What::UnknownWireType { found } }),
        }
    }

    fn skip_fixed(&mut self, len: usize, end: usize, field: &'static str) -> Result<(), Damage> {
        let left = end - self.at;
        if left < len {
            let what = What::Overrun { len: len as u64, left: left as u64 };
            return Err(Damage { at: self.at, field, what });
        }
        self.at += len;
        Ok(())
    }
}

#[inline]
fn expect(key: Key, expected: u8, field: &'static str) -> Result<(), Damage> {
    if key.wire_type == expected {
        return Ok(());
    }
    Err(Damage { at: key.at, field, what: What::WireType { expected, found: key.wire_type } })
}

/// The length before a message: where the message starts and where it ends, in `bytes`, which start
/// with the length and end with the file.
#[inline]
pub(super) fn frame(bytes: &[u8]) -> Result<(usize, usize), Damage> {
    let damage = |what| Damage { at: 0, field: "", what };
    let (len, start) =
        super::varint::decode_length(bytes).map_err(|error| damage(What::Length(error)))?;
    let left = bytes.len() - start;
    let len = len as usize;
    if len > left {
        return Err(damage(What::CutMessage { len: len as u64, left: left as u64 }));
    }
    if len == 0 {
        return Err(damage(What::Empty));
    }
    Ok((start, start + len))
}

impl Damage {
    /// Whether the file ends before the message does.
    pub(super) fn is_end_of_file(self) -> bool {
        matches!(self.what, What::CutMessage { .. } | What::Length(VarintError::Truncated { .. }))
    }
}

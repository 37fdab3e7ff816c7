//! Protobuf's integers of variable length: seven bits per byte, the lowest first; the highest bit of
//! a byte says whether another one follows.

use std::fmt;

use crate::error::count;

/// Longest varint of 32 bits, in bytes.
pub(super) const MAX_LEN_32: usize = 5;
/// Longest varint of 64 bits, in bytes.
pub(super) const MAX_LEN_64: usize = 10;

/// Why bytes are no varint.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum VarintError {
    /// The bytes end before the varint does.
    Truncated {
        /// How many bytes there are.
        len: usize,
    },
    /// The number needs more bits than it may have.
    TooLong {
        /// The last byte that may belong to it. It has more bits than there is room for, or says that
        /// another byte follows.
        last: u8,
    },
}

impl fmt::Display for VarintError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Truncated { len } => {
                write!(f, "expected a complete varint, found {} of one", count(*len as u64, "byte"))
            }
            Self::TooLong { last } => {
                write!(f, "expected a varint without more bits, found {last:#04x} as its last byte")
            }
        }
    }
}

impl std::error::Error for VarintError {}

/// Decodes the length of a message, a varint of at most 32 bits, from the start of `bytes`. Returns
/// the number and how many bytes it takes, 1 to 5.
///
/// Leading zeros are allowed, as in protobuf: `80 00` is 0 in two bytes.
///
/// # Errors
///
/// [`VarintError::Truncated`] if the bytes end too soon, [`VarintError::TooLong`] if the fifth byte is
/// above 0x0F.
///
/// ```
/// use atf_runtime::v4::{VarintError, decode_length};
/// assert_eq!(decode_length(&[0x7F]), Ok((127, 1)));
/// assert_eq!(decode_length(&[0xAC, 0x02, 0xFF]), Ok((300, 2)));
/// assert_eq!(decode_length(&[0xFF, 0xFF, 0xFF, 0xFF, 0x0F]), Ok((u32::MAX, 5)));
/// assert_eq!(decode_length(&[0xFF, 0xFF, 0xFF, 0xFF, 0x10]), Err(VarintError::TooLong { last: 0x10 }));
/// assert_eq!(decode_length(&[0x80]), Err(VarintError::Truncated { len: 1 }));
/// assert_eq!(decode_length(&[]), Err(VarintError::Truncated { len: 0 }));
/// ```
#[inline]
pub fn decode_length(bytes: &[u8]) -> Result<(u32, usize), VarintError> {
    let (number, len) = decode::<MAX_LEN_32>(bytes, 0x0F)?;
    // Five bytes, the last of which has four bits, are 32 bits.
    Ok((number as u32, len))
}

/// Decodes a varint of at most 64 bits, as the fields of a message have them.
#[inline]
pub(super) fn decode_u64(bytes: &[u8]) -> Result<(u64, usize), VarintError> {
    decode::<MAX_LEN_64>(bytes, 0x01)
}

/// Decodes at most `MAX` bytes, of which the last is at most `last_max`.
#[inline]
fn decode<const MAX: usize>(bytes: &[u8], last_max: u8) -> Result<(u64, usize), VarintError> {
    match bytes.first() {
        // Most are short: keys of fields, lengths of names.
        Some(&byte) if byte < 0x80 => Ok((byte.into(), 1)),
        _ => decode_long::<MAX>(bytes, last_max),
    }
}

fn decode_long<const MAX: usize>(bytes: &[u8], last_max: u8) -> Result<(u64, usize), VarintError> {
    let mut number = 0;
    for (at, &byte) in bytes.iter().take(MAX).enumerate() {
        if at + 1 == MAX && byte > last_max {
            return Err(VarintError::TooLong { last: byte });
        }
        number |= u64::from(byte & 0x7F) << (7 * at);
        if byte < 0x80 {
            return Ok((number, at + 1));
        }
    }
    Err(VarintError::Truncated { len: bytes.len() })
}

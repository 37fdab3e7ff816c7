//! Why bytes are no message: small while it may be thrown away (salvage tries every byte), and a
//! [`Fault`] with its texts once somebody reads it.

use super::varint::{MAX_LEN_32, MAX_LEN_64, VarintError};
use crate::error::{Fault, FaultKind, FieldId, Region, count};

/// One place of a message that is not what the format says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Damage {
    /// Bytes from the start of the message's length varint.
    pub(super) at: usize,
    /// The field, `function_call.symbol`; empty for the length before the message.
    pub(super) field: &'static str,
    pub(super) what: What,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum What {
    /// The length before the message.
    Length(VarintError),
    /// The length is 0.
    Empty,
    /// The file ends within the message.
    CutMessage { len: u64, left: u64 },
    /// A varint within the message.
    Varint(VarintError),
    /// A field's key has an impossible field number, or more than 32 bits.
    Key { key: u64 },
    /// A field has another wire type than its declaration says.
    WireType { expected: u8, found: u8 },
    /// A wire type that no field can have.
    UnknownWireType { found: u8 },
    /// A field is longer than what is left of the message around it.
    Overrun { len: u64, left: u64 },
    /// A string is not UTF-8 from this byte on.
    NotUtf8 { byte: u8 },
    /// It has more fields than a message that salvage looks for.
    TooManyFields,
    /// A message that starts here would have no payload.
    NoPayload,
}

impl Damage {
    /// The fault in the file, of the message whose length starts at byte `start`.
    pub(super) fn fault(self, start: u64) -> Fault {
        let Self { at, field, what } = self;
        let field = if field.is_empty() { FieldId::Length } else { FieldId::Message(field) };
        let (kind, expected, found) = what.describe();
        Fault::new(kind, Region::Message(start), start + at as u64, field, expected, found)
    }
}

impl What {
    /// Kind, expected, found.
    fn describe(self) -> (FaultKind, String, String) {
        use FaultKind::{OutOfRange, Truncated};
        let text = str::to_owned;
        match self {
            Self::Length(error) => varint(error, 32, MAX_LEN_32, "file"),
            Self::Varint(error) => varint(error, 64, MAX_LEN_64, "message"),
            Self::Empty => (OutOfRange, text("a message of 1 byte or more"), text("0")),
            Self::CutMessage { len, left } => (
                Truncated,
                format!("{} of message", count(len, "byte")),
                format!("{left} until the end of the file"),
            ),
            Self::Key { key } => (
                OutOfRange,
                text("a key with a field number from 1 to 536870911"),
                format!("{key}"),
            ),
            Self::WireType { expected, found } => {
                (OutOfRange, format!("wire type {expected}"), format!("{found}"))
            }
            Self::UnknownWireType { found } => {
                (OutOfRange, text("wire type 0, 1, 2 or 5"), format!("{found}"))
            }
            Self::Overrun { len, left } => (
                OutOfRange,
                format!("at most {} (the rest of the message)", count(left, "byte")),
                format!("{len}"),
            ),
            Self::NotUtf8 { byte } => (OutOfRange, text("UTF-8"), format!("byte {byte:#04x}")),
            Self::TooManyFields => {
                (OutOfRange, text("no more fields than a tracer writes"), text("more"))
            }
            Self::NoPayload => (
                OutOfRange,
                text("an event with a payload"),
                text("one without, as bytes within another message look"),
            ),
        }
    }
}

fn varint(error: VarintError, bits: u32, max: usize, around: &str) -> (FaultKind, String, String) {
    match error {
        VarintError::Truncated { len } => (
            FaultKind::Truncated,
            format!("a varint of at most {}", count(max as u64, "byte")),
            format!("{} of it at the end of the {around}", count(len as u64, "byte")),
        ),
        VarintError::TooLong { last } => (
            FaultKind::OutOfRange,
            format!("a varint of at most {bits} bits"),
            format!("{last:#04x} as its byte {max}"),
        ),
    }
}

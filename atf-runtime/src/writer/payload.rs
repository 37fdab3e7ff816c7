//! What a detail record carries: opaque bytes, or the one defined payload with registers and stack.

use zerocopy::IntoBytes;

use crate::error::{Error, Result};
use crate::format::{
    DetailEventHeader, DetailEventType, DetailFunctionPayload, EventKind, MAX_STACK_BYTES,
};
use crate::seq::IndexSeq;

/// Registers and stack of one function call or return.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
#[expect(clippy::exhaustive_structs, reason = "callers write it as a literal")]
pub struct FunctionDetail<'a> {
    /// Argument registers, as the format lists them per architecture; on a return only the
    /// first is set.
    pub x_regs: [u64; 8],
    /// Link register or return address.
    pub lr: u64,
    /// Frame pointer.
    pub fp: u64,
    /// Stack pointer: the address of `stack[0]`.
    pub sp: u64,
    /// Stack bytes from `sp` upward, at most 256.
    pub stack: &'a [u8],
}

/// The payload of a detail record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Payload<'a> {
    /// The defined payload; its `event_type` follows from the event's kind.
    Function(FunctionDetail<'a>),
    /// Any bytes, of any length that `total_length` can hold.
    Raw {
        /// Type of the record.
        event_type: DetailEventType,
        /// The bytes.
        bytes: &'a [u8],
    },
}

impl<'a> From<FunctionDetail<'a>> for Payload<'a> {
    fn from(detail: FunctionDetail<'a>) -> Self {
        Self::Function(detail)
    }
}

/// A payload as it is copied into the lane: a fixed part and bytes.
pub(crate) struct Encoded<'a> {
    pub(crate) event_type: DetailEventType,
    pub(crate) total_length: u32,
    fixed: Option<DetailFunctionPayload>,
    pub(crate) bytes: &'a [u8],
}

impl<'a> Encoded<'a> {
    pub(crate) fn new(payload: &Payload<'a>, kind: EventKind, function_id: u64) -> Result<Self> {
        let (event_type, fixed, bytes) = match *payload {
            Payload::Raw { event_type, bytes } => (event_type, None, bytes),
            Payload::Function(detail) => {
                // The format defines no type of its own for an exception: it is recorded on entry.
                let event_type = if kind == EventKind::RETURN {
                    DetailEventType::FUNCTION_RETURN
                } else {
                    DetailEventType::FUNCTION_CALL
                };
                let fixed = function_payload(&detail, event_type, function_id)?;
                (event_type, Some(fixed), detail.stack)
            }
        };
        let fixed_len = fixed.as_ref().map_or(0, |_| size_of::<DetailFunctionPayload>());
        let head = size_of::<DetailEventHeader>() + fixed_len;
        let total_length = head
            .checked_add(bytes.len())
            .and_then(|total| u32::try_from(total).ok())
            .ok_or(Error::PayloadTooLong {
                event_type,
                field: "total_length",
                limit: u64::from(u32::MAX) - head as u64,
                found: bytes.len() as u64,
            })?;
        Ok(Self { event_type, total_length, fixed, bytes })
    }

    /// The header of the record of the event at `index_seq`.
    pub(crate) fn header(
        &self,
        index_seq: IndexSeq,
        thread_id: u32,
        timestamp_ns: u64,
    ) -> DetailEventHeader {
        DetailEventHeader {
            total_length: self.total_length.into(),
            event_type: self.event_type,
            index_seq: index_seq.0.into(),
            thread_id: thread_id.into(),
            timestamp: timestamp_ns.into(),
            ..DetailEventHeader::INIT
        }
    }

    pub(crate) fn fixed_bytes(&self) -> &[u8] {
        self.fixed.as_ref().map_or(&[], |fixed| fixed.as_bytes())
    }
}

fn function_payload(
    detail: &FunctionDetail<'_>,
    event_type: DetailEventType,
    function_id: u64,
) -> Result<DetailFunctionPayload> {
    let stack_size = u16::try_from(detail.stack.len())
        .ok()
        .filter(|&size| size <= MAX_STACK_BYTES)
        .ok_or(Error::PayloadTooLong {
            event_type,
            field: "stack_size",
            limit: u64::from(MAX_STACK_BYTES),
            found: detail.stack.len() as u64,
        })?;
    Ok(DetailFunctionPayload {
        function_id: function_id.into(),
        x_regs: detail.x_regs.map(Into::into),
        lr: detail.lr.into(),
        fp: detail.fp.into(),
        sp: detail.sp.into(),
        stack_size: stack_size.into(),
        ..DetailFunctionPayload::INIT
    })
}

//! One detail record, borrowed from the map.

use zerocopy::FromBytes;

use crate::error::{Fault, FaultKind, FieldId, Region};
use crate::format::{
    DetailEventHeader, DetailEventType, DetailFunctionPayload, IndexEvent, MAX_STACK_BYTES,
    OriginalDetailPayload,
};
use crate::seq::IndexSeq;

/// A record of a detail.atf: its header and its payload, borrowed from the map.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct DetailEvent<'a> {
    /// Where the record starts, in bytes from the start of the file.
    pub offset: u64,
    /// The record's header.
    pub header: &'a DetailEventHeader,
    /// The `total_length - 24` bytes after it.
    pub payload: &'a [u8],
    /// The function of the index event that links to the record, where that is known.
    pub(crate) linked_function_id: Option<u64>,
}

/// A function payload: registers, and the bytes of the stack from `sp` upward.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct FunctionView<'a> {
    /// Registers: a copy, or for a payload of the original tracer what it says, in this form.
    pub registers: DetailFunctionPayload,
    /// Stack bytes; `stack[0]` is the byte at `registers.sp`.
    pub stack: &'a [u8],
    /// Bytes after the stack. Empty today; a later revision may add fields there.
    pub rest: &'a [u8],
    /// The payload itself, if the original tracer wrote it.
    pub original: Option<&'a OriginalDetailPayload>,
}

impl<'a> DetailEvent<'a> {
    /// The record at `offset` of the file `bytes`, in a section that ends at `section_end`.
    ///
    /// # Errors
    ///
    /// The fault of a record that does not fit: `number` names it.
    pub(crate) fn at(
        bytes: &'a [u8],
        offset: u64,
        section_end: u64,
        number: u64,
    ) -> Result<Self, Fault> {
        const HEADER_SIZE: usize = size_of::<DetailEventHeader>();
        let rest = usize::try_from(offset)
            .ok()
            .zip(usize::try_from(section_end).ok())
            .and_then(|(start, end)| bytes.get(start..end))
            .unwrap_or_default();
        let fault = |kind, field: FieldId, expected: String, found: u64| {
            Fault::new(kind, Region::Record(number), offset, field, expected, found)
        };
        let Ok((header, after)) = DetailEventHeader::ref_from_prefix(rest) else {
            let found = rest.len() as u64;
            let expected = format!("{HEADER_SIZE} bytes of record header");
            return Err(fault(FaultKind::Truncated, FieldId::Length, expected, found));
        };
        let total = header.total_length.get() as usize;
        let Some(payload) = total.checked_sub(HEADER_SIZE).and_then(|len| after.get(..len)) else {
            let expected = format!("{HEADER_SIZE} to {}", rest.len());
            let field = FieldId::Schema("total_length");
            return Err(fault(FaultKind::OutOfRange, field, expected, total as u64));
        };
        Ok(Self { offset, header, payload, linked_function_id: None })
    }

    /// Sequence of the index event that this record belongs to.
    #[must_use]
    pub fn index_seq(&self) -> IndexSeq {
        IndexSeq(self.header.index_seq.get())
    }

    /// Byte after the record.
    #[must_use]
    pub fn end(&self) -> u64 {
        self.offset + u64::from(self.header.total_length.get())
    }

    /// The same record as that of `event`, the index event that links to it: then
    /// [`function`](Self::function) gives nothing that is another function's.
    ///
    /// A [`ThreadReader`](crate::ThreadReader) knows the event and does this itself.
    #[must_use]
    pub fn of_event(self, event: &IndexEvent) -> Self {
        Self { linked_function_id: Some(event.function_id.get()), ..self }
    }

    /// The function of the index event that links to the record; `None` if the record was read without its index.
    #[must_use]
    pub fn linked_function_id(&self) -> Option<u64> {
        self.linked_function_id
    }

    /// The payload as registers and stack, if it is that. Any other payload is opaque and gives `None`.
    ///
    /// It is one of a function call or return with 100 bytes and `stack_size` (at most 256) bytes, and any bytes
    /// that a later revision added after them; or the 516 bytes of the original tracer with the time of the
    /// record, of whose stack at most 128 bytes are known. If the
    /// [event of the record](Self::linked_function_id) is known, the payload must have its function.
    #[must_use]
    pub fn function(&self) -> Option<FunctionView<'a>> {
        let is_function = [DetailEventType::FUNCTION_CALL, DetailEventType::FUNCTION_RETURN]
            .contains(&self.header.event_type);
        let view = self.original().or_else(|| self.own())?;
        let id = view.registers.function_id.get();
        (is_function && self.linked_function_id.is_none_or(|linked| linked == id)).then_some(view)
    }

    fn own(&self) -> Option<FunctionView<'a>> {
        let (&registers, stack, rest) = DetailFunctionPayload::split_tail(self.payload)?;
        let fits = registers.stack_size.get() <= MAX_STACK_BYTES;
        fits.then_some(FunctionView { registers, stack, rest, original: None })
    }

    /// The payload as the original tracer's, told by its length and the time.
    fn original(&self) -> Option<FunctionView<'a>> {
        let original = OriginalDetailPayload::ref_from_bytes(self.payload).ok()?;
        if original.timestamp != self.header.timestamp {
            return None;
        }
        let len = (original.stack_size.get() as usize).min(original.stack_snapshot.len());
        let registers = DetailFunctionPayload {
            function_id: original.function_id,
            x_regs: original.x_regs,
            lr: original.lr,
            fp: original.fp,
            sp: original.sp,
            stack_size: (len as u16).into(),
            ..DetailFunctionPayload::INIT
        };
        let stack = &original.stack_snapshot[..len];
        Some(FunctionView { registers, stack, rest: &[], original: Some(original) })
    }
}

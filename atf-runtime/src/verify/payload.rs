//! The checks of function payloads against the events that they belong to. Called for each record that its
//! event names. Any other payload is opaque and not judged.

use zerocopy::IntoBytes;

use super::headers::{ReservedBits, reserved_faults};
use super::report::Report;
use crate::error::{Fault, Region};
use crate::format::{
    DetailEventHeader, DetailEventType, DetailFunctionPayload, EventKind, IndexEvent,
};
use crate::reader::{DetailEvent, DetailReader};

/// What is unusual about function payloads, counted: a note says it once per file.
pub(super) struct Payloads {
    reserved: ReservedBits,
    /// They have the shape of a function payload and the function of another event.
    opaque: Unusual,
    /// They are of a return, and their event is a call.
    returns: Unusual,
}

#[derive(Default)]
struct Unusual {
    count: u64,
    first: u64,
}

impl Unusual {
    fn add(&mut self, seq: u64) {
        if self.count == 0 {
            self.first = seq;
        }
        self.count += 1;
    }
}

impl Default for Payloads {
    fn default() -> Self {
        Self {
            reserved: ReservedBits::of::<DetailFunctionPayload>(),
            opaque: Unusual::default(),
            returns: Unusual::default(),
        }
    }
}

impl Payloads {
    /// Checks the record at `seq`, which `event` names, and returns the faults of its payload.
    pub(super) fn check(
        &mut self,
        event: &IndexEvent,
        record: &DetailEvent<'_>,
        seq: u64,
    ) -> Vec<Fault> {
        let Some(function) = record.of_event(event).function() else {
            if record.function().is_some() {
                self.opaque.add(seq);
            }
            return Vec::new();
        };
        let is_return = record.header.event_type == DetailEventType::FUNCTION_RETURN;
        if is_return && event.event_kind == EventKind::CALL {
            self.returns.add(seq);
        }
        if function.original.is_some() || self.reserved.are_zero(function.registers.as_bytes()) {
            return Vec::new();
        }
        let payload = record.offset + size_of::<DetailEventHeader>() as u64;
        reserved_faults(Region::Record(seq), payload, &function.registers)
    }

    /// Notes what was counted.
    pub(super) fn note(&self, detail: &DetailReader, report: &mut Report) {
        let Unusual { count, first } = self.opaque;
        if count > 0 {
            let text = format!(
                "payloads that name another function than their event, and are opaque: {count}, first \
                 record {first}"
            );
            report.note(detail.path(), text);
        }
        let Unusual { count, first } = self.returns;
        if count > 0 {
            let text =
                format!("records of returns that belong to calls: {count}, first record {first}");
            report.note(detail.path(), text);
        }
    }
}

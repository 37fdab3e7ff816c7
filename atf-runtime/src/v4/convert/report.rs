//! What a conversion kept, and what it could not keep.

use std::collections::BTreeMap;
use std::fmt;

use super::super::salvage::Skipped;
use crate::error::Error;

/// Register names that are counted one by one, and their longest.
const MAX_NAMES: usize = 64;
const MAX_NAME_BYTES: usize = 64;

/// Something in V4 that v2 has no place for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum NotKept {
    /// Registers of a signal.
    SignalRegisters,
    /// Registers of a call or a return that have no slot in v2's payload; see
    /// [`Converted::registers_without_slot`].
    Registers,
    /// Stack bytes beyond the 256 of v2's payload.
    StackBytes,
    /// Addresses of returns that are not their function's; recorders wrote the place of the return there.
    ReturnAddresses,
    /// Times with a negative part, which became 0.
    NegativeTimes,
    /// Times beyond 2^64 ns, which became the last one.
    LateTimes,
    /// Events without payload, or with one that V4 does not have.
    EventsWithoutPayload,
    /// Events beyond the 4,294,967,295 that a thread of v2 can have.
    EventsBeyondTheLast,
    /// Trace starts and trace ends after the first, and arguments that are too long.
    StartsAndEnds,
    /// Names of signals: other ones of a number that has one, and very long or very many ones.
    SignalNames,
    /// Events of functions that the manifest has no room for.
    FunctionNames,
}

impl NotKept {
    /// Its name in JSON: "signal_registers".
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::SignalRegisters => "signal_registers",
            Self::Registers => "registers",
            Self::StackBytes => "stack_bytes",
            Self::ReturnAddresses => "return_addresses",
            Self::NegativeTimes => "negative_times",
            Self::LateTimes => "late_times",
            Self::EventsWithoutPayload => "events_without_payload",
            Self::EventsBeyondTheLast => "events_beyond_the_last",
            Self::StartsAndEnds => "starts_and_ends",
            Self::SignalNames => "signal_names",
            Self::FunctionNames => "function_names",
        }
    }
}

/// Displays as what was counted: "registers of signals".
impl fmt::Display for NotKept {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::SignalRegisters => "registers of signals",
            Self::Registers => "registers without a slot",
            Self::StackBytes => "stack bytes beyond 256 of an event",
            Self::ReturnAddresses => "addresses of returns that are not their function's",
            Self::NegativeTimes => "negative times, written as 0",
            Self::LateTimes => "times beyond 2^64 ns, written as 2^64 - 1",
            Self::EventsWithoutPayload => "events without a known payload",
            Self::EventsBeyondTheLast => "events beyond the 4294967295 of a thread",
            Self::StartsAndEnds => "repeated trace starts and ends, and arguments beyond 1 MiB",
            Self::SignalNames => "names of signals",
            Self::FunctionNames => {
                "events of functions beyond 200 MiB of names, written as function 0"
            }
        })
    }
}

/// What a conversion did.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Converted {
    /// Events read.
    pub messages: u64,
    /// Threads written.
    pub threads: u64,
    /// Calls written.
    pub calls: u64,
    /// Returns written.
    pub returns: u64,
    /// Signals written.
    pub signals: u64,
    /// Detail records written: calls and returns with registers or stack.
    pub details: u64,
    /// Functions in the manifest.
    pub functions: u64,
    /// Returns without an open call of their function; they are among the returns.
    pub orphan_returns: u64,
    /// Calls that had not returned at the end, or whose caller returned before them.
    pub unfinished_calls: u64,
    /// Whether a trace start is in the manifest.
    pub has_start: bool,
    /// Whether a trace end is in the manifest.
    pub has_end: bool,
    /// Damaged bytes that were skipped, with `salvage`.
    pub skipped: Skipped,
    /// The first damage. Without `salvage` the conversion ended there.
    pub damage: Option<Error>,
    /// Bytes of events.bin from that damage on, which were not read; 0 with `salvage`.
    pub unread_bytes: u64,
    /// How many events trace.json speaks of that events.bin does not have.
    pub missing_events: u64,
    /// What was not kept, and how much of it.
    pub not_kept: BTreeMap<NotKept, u64>,
    /// Registers without a slot, by their name in lower case. Of more than 64 names the last ones are not
    /// here, nor are names of more than 64 bytes.
    pub registers_without_slot: BTreeMap<String, u64>,
}

impl Converted {
    /// Whether everything was read and kept.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.not_kept.is_empty() && self.damage.is_none() && self.missing_events == 0
    }

    /// Events written.
    #[must_use]
    pub fn events(&self) -> u64 {
        self.calls + self.returns + self.signals
    }

    pub(super) fn lose(&mut self, what: NotKept, count: u64) {
        if count > 0 {
            *self.not_kept.entry(what).or_default() += count;
        }
    }

    /// Counts a register without a slot.
    pub(super) fn lose_register(&mut self, name: &str) {
        self.lose(NotKept::Registers, 1);
        if name.len() > MAX_NAME_BYTES {
            return;
        }
        let is_lower = !name.bytes().any(|byte| byte.is_ascii_uppercase());
        if is_lower && let Some(count) = self.registers_without_slot.get_mut(name) {
            *count += 1;
            return;
        }
        let name = name.to_ascii_lowercase();
        let is_full = self.registers_without_slot.len() >= MAX_NAMES;
        if !is_full || self.registers_without_slot.contains_key(&name) {
            *self.registers_without_slot.entry(name).or_default() += 1;
        }
    }
}

//! A call: what a call event and the event that ended it say together.

use std::fmt;

use atf_runtime::IndexSeq;

/// A completed call. Its numbers are those of the whole thread, except that its times are clipped to the time
/// range of a [`Selection`](crate::Selection).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Call {
    /// Thread of both events.
    pub thread_id: u32,
    /// Sequence of the call event.
    pub start_seq: IndexSeq,
    /// Sequence of the event that ended it: the return or exception, the event that proved that it had been left
    /// (`unwound`), or the marker (`lost`). `None` at the end of the trace.
    pub end_seq: Option<IndexSeq>,
    /// The function: `(module_id << 32) | symbol_index`.
    pub function_id: u64,
    /// Depth, as the call event says.
    pub depth: u32,
    /// Start sequence of the enclosing call; `None` at the top.
    pub parent: Option<IndexSeq>,
    /// When it began, in ns.
    pub start_ns: u64,
    /// When it ended, in ns.
    pub end_ns: u64,
    /// `end_ns - start_ns`, or 0 if the clock went backwards.
    pub duration_ns: u64,
    /// Duration without that of its direct children, in ns; never below 0.
    pub self_ns: u64,
    /// What ended it.
    pub ended_by: EndedBy,
    /// Whether events were lost while it was open.
    pub has_gap: bool,
    /// Where a time range clipped it.
    pub cut: Cut,
    /// Whether its duration or its self time would be negative, and is 0: the clock went backwards.
    pub is_clamped: bool,
}

impl Call {
    /// Whether its duration is that of a call which ended by itself, by a return or an exception, and was not
    /// clipped. Only such calls count in minimum, mean, maximum and percentiles.
    #[must_use]
    #[inline]
    pub fn is_finished(&self) -> bool {
        matches!(self.ended_by, EndedBy::Return | EndedBy::Exception) && self.cut == Cut::None
    }
}

/// What ended a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(clippy::exhaustive_enums, reason = "a call ends in one of these ways")]
pub enum EndedBy {
    /// Its return.
    Return,
    /// An exception that left it.
    Exception,
    /// It was left without an event of its own, for example by `longjmp`. A later event proves that.
    Unwound,
    /// Its end is among lost events.
    Lost,
    /// It was open at the end of the trace.
    EndOfTrace,
}

impl EndedBy {
    /// Every way, in the order of their declaration.
    pub const ALL: [Self; 5] =
        [Self::Return, Self::Exception, Self::Unwound, Self::Lost, Self::EndOfTrace];

    /// The word in outputs: `return`, `exception`, `unwound`, `lost`, `end_of_trace`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Return => "return",
            Self::Exception => "exception",
            Self::Unwound => "unwound",
            Self::Lost => "lost",
            Self::EndOfTrace => "end_of_trace",
        }
    }
}

impl fmt::Display for EndedBy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// Where a time range clipped a call.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(clippy::exhaustive_enums, reason = "a call has two ends")]
pub enum Cut {
    /// Nowhere.
    #[default]
    None,
    /// It began before the range.
    Start,
    /// It ended after the range.
    End,
    /// Both.
    Both,
}

impl Cut {
    /// Every value, in the order of their declaration.
    pub const ALL: [Self; 4] = [Self::None, Self::Start, Self::End, Self::Both];

    /// The word in outputs: `start`, `end`, `both`; `None` if nothing was clipped.
    #[must_use]
    pub const fn as_str(self) -> Option<&'static str> {
        match self {
            Self::None => None,
            Self::Start => Some("start"),
            Self::End => Some("end"),
            Self::Both => Some("both"),
        }
    }

    #[inline]
    pub(crate) const fn of(at_start: bool, at_end: bool) -> Self {
        match (at_start, at_end) {
            (false, false) => Self::None,
            (true, false) => Self::Start,
            (false, true) => Self::End,
            (true, true) => Self::Both,
        }
    }
}

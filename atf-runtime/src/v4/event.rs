//! The events of a V4 trace. Strings and bytes are borrowed from the file.

use super::entries::{Arguments, Registers};

const NS_PER_SECOND: u64 = 1_000_000_000;

/// One event. Fields that the message leaves out are 0 or `None`.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct Event<'a> {
    /// Where the message's length starts, in bytes from the start of the file.
    pub offset: u64,
    /// Number that the recorder gave the event.
    pub event_id: u64,
    /// Thread, as it is stored; see [`thread`](Self::thread).
    pub thread_id: i32,
    /// Time on the recorder's clock.
    pub timestamp: Option<Timestamp>,
    /// What happened; `None` if the message has no payload, or one that V4 does not have.
    pub payload: Option<Payload<'a>>,
}

impl Event<'_> {
    /// The thread as v2 has it: the same 32 bits as an unsigned number.
    #[must_use]
    pub const fn thread(&self) -> u32 {
        self.thread_id.cast_unsigned()
    }

    /// The time in ns; see [`Timestamp::ns`]. 0 without a timestamp.
    #[must_use]
    pub fn timestamp_ns(&self) -> u64 {
        self.timestamp.map_or(0, Timestamp::ns)
    }
}

/// A time: seconds and nanoseconds since a moment that the recorder's clock decides.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Timestamp {
    /// Seconds.
    pub seconds: i64,
    /// Nanoseconds.
    pub nanos: i32,
}

impl Timestamp {
    /// A time of so many seconds and nanoseconds.
    #[must_use]
    pub const fn new(seconds: i64, nanos: i32) -> Self {
        Self { seconds, nanos }
    }

    /// The time in ns. A negative part counts as 0; a time beyond `u64` as `u64::MAX`.
    ///
    /// ```
    /// use atf_runtime::v4::Timestamp;
    /// assert_eq!(Timestamp::new(2, 5).ns(), 2_000_000_005);
    /// assert_eq!(Timestamp::new(-2, 5).ns(), 5);
    /// assert_eq!(Timestamp::new(i64::MAX, 0).ns(), u64::MAX);
    /// ```
    #[must_use]
    pub fn ns(self) -> u64 {
        let seconds = u64::try_from(self.seconds).unwrap_or(0);
        let nanos = u64::try_from(self.nanos).unwrap_or(0);
        seconds.saturating_mul(NS_PER_SECOND).saturating_add(nanos)
    }
}

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum Payload<'a> {
    /// The recording began.
    TraceStart(TraceStart<'a>),
    /// The traced program ended.
    TraceEnd(TraceEnd),
    /// A function was called.
    FunctionCall(FunctionCall<'a>),
    /// A function returned.
    FunctionReturn(FunctionReturn<'a>),
    /// A signal was delivered.
    SignalDelivery(SignalDelivery<'a>),
}

/// The recording began.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct TraceStart<'a> {
    /// The traced program.
    pub executable_path: &'a str,
    /// Its arguments.
    pub args: Arguments<'a>,
    /// Operating system, as the recorder called it.
    pub operating_system: &'a str,
    /// Architecture, as the recorder called it.
    pub cpu_architecture: &'a str,
}

/// The traced program ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct TraceEnd {
    /// Its exit code.
    pub exit_code: i32,
}

/// A function was called.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct FunctionCall<'a> {
    /// Name of the function.
    pub symbol: &'a str,
    /// Address of the function.
    pub address: u64,
    /// Registers that hold arguments.
    pub argument_registers: Registers<'a>,
    /// Bytes from the top of the stack.
    pub stack_shallow_copy: &'a [u8],
}

/// A function returned.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct FunctionReturn<'a> {
    /// Name of the function.
    pub symbol: &'a str,
    /// Address of the function.
    pub address: u64,
    /// Registers that hold the returned value.
    pub return_registers: Registers<'a>,
}

/// A signal was delivered.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct SignalDelivery<'a> {
    /// Number of the signal.
    pub number: i32,
    /// Its name.
    pub name: &'a str,
    /// Registers at its delivery.
    pub registers: Registers<'a>,
}

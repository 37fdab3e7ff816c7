//! Manual tracing: a guard records the call of a function and, when it is dropped, the return.

use std::cell::{Cell, RefCell};

use atf_runtime::clock::now_ns;
use atf_runtime::format::{
    Arch, DetailEventType, DetailFunctionPayload, EventKind, MAX_STACK_BYTES,
};
use atf_runtime::{Event, FunctionDetail, Payload};

use super::functions::Function;
use crate::failure::Failure;
use crate::recording::Thread;

/// The tracer of one thread.
pub(super) struct Tracer {
    arch: Arch,
    thread: Thread,
    depth: Cell<u32>,
    /// How many more events may be recorded. The returns of open calls are subtracted already.
    left: Cell<u64>,
    /// The first error. It does not interrupt the traced work; `finish` returns it.
    error: RefCell<Option<Failure>>,
}

/// The data of a detail record: registers in the order of the calling convention, and a buffer on
/// the stack.
#[derive(Clone, Copy)]
pub(super) struct Snapshot<'a> {
    pub(super) registers: &'a [u64],
    pub(super) stack: &'a [u8],
}

impl Tracer {
    /// A tracer that records at most `max_events`.
    pub(super) fn new(thread: Thread, arch: Arch, max_events: u64) -> Self {
        Self {
            arch,
            thread,
            depth: Cell::new(0),
            left: Cell::new(max_events),
            error: RefCell::new(None),
        }
    }

    /// Records a call of `function`. Dropping the guard records the return.
    #[must_use]
    pub(super) fn call(&self, function: Function) -> Call<'_> {
        self.call_with(function, None)
    }

    /// As [`call`](Self::call), with registers and stack.
    #[must_use]
    pub(super) fn call_with(&self, function: Function, snapshot: Option<Snapshot<'_>>) -> Call<'_> {
        let call = Call { tracer: self, function, is_recorded: !self.is_full() };
        if call.is_recorded {
            // Reserve an event for the return.
            self.left.set(self.left.get() - 2);
            self.record(function, EventKind::CALL, snapshot);
            self.depth.set(self.depth.get() + 1);
        }
        call
    }

    /// Whether the limit of events is reached: further calls are not recorded.
    pub(super) fn is_full(&self) -> bool {
        self.left.get() < 2
    }

    /// Ends the trace of the thread.
    ///
    /// # Errors
    ///
    /// If an event could not be recorded, or if the trace could not be ended.
    pub(super) fn finish(self) -> Result<(), Failure> {
        match self.error.into_inner() {
            Some(error) => Err(error),
            None => self.thread.end(),
        }
    }

    fn record(&self, function: Function, event_kind: EventKind, snapshot: Option<Snapshot<'_>>) {
        let event = Event {
            timestamp_ns: now_ns(),
            function_id: function.id(),
            event_kind,
            call_depth: self.depth.get(),
        };
        let payload = snapshot.map(|snapshot| Payload::Function(self.detail(event_kind, snapshot)));
        if let Err(error) = self.thread.record(&event, payload.as_ref()) {
            self.left.set(0);
            self.error.borrow_mut().get_or_insert(error);
        }
    }

    /// The return address and the frame pointer stay 0: safe code cannot read them.
    fn detail<'a>(&self, kind: EventKind, snapshot: Snapshot<'a>) -> FunctionDetail<'a> {
        let stack = &snapshot.stack[..snapshot.stack.len().min(MAX_STACK_BYTES.into())];
        let sp = stack.as_ptr().addr() as u64;
        let mut x_regs = [0; 8];
        for (register, value) in x_regs.iter_mut().zip(snapshot.registers) {
            *register = *value;
        }
        if kind == EventKind::CALL {
            // On x86_64 the stack pointer is one of the x_regs, on arm64 it is not.
            let names =
                DetailFunctionPayload::x_regs_names(self.arch, DetailEventType::FUNCTION_CALL);
            if let Some(position) = names.iter().position(|&name| name == "rsp") {
                x_regs[position] = sp;
            }
        }
        FunctionDetail { x_regs, sp, stack, ..FunctionDetail::default() }
    }
}

/// An open call.
pub(super) struct Call<'t> {
    tracer: &'t Tracer,
    function: Function,
    is_recorded: bool,
}

impl Call<'_> {
    /// Ends the call and records the return with registers and stack.
    pub(super) fn return_with(mut self, snapshot: Snapshot<'_>) {
        self.record_return(Some(snapshot));
    }

    fn record_return(&mut self, snapshot: Option<Snapshot<'_>>) {
        if std::mem::take(&mut self.is_recorded) {
            self.tracer.depth.set(self.tracer.depth.get() - 1);
            self.tracer.record(self.function, EventKind::RETURN, snapshot);
        }
    }
}

impl Drop for Call<'_> {
    fn drop(&mut self) {
        self.record_return(None);
    }
}

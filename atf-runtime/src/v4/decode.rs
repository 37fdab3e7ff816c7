//! From the bytes of one message to an [`Event`] that borrows from them. Everything in the message is
//! checked here, so that what is read later cannot fail.
//!
//! Fields that come twice are merged as protobuf says: the last integer or string counts, messages are
//! merged, and of different payloads the last one counts.

use super::damage::Damage;
use super::entries::{ARGUMENTS, Arguments, REGISTERS, Registers, Run, register};
use super::event::{
    Event, FunctionCall, FunctionReturn, Payload, SignalDelivery, Timestamp, TraceEnd, TraceStart,
};
use super::wire::Fields;

/// Field numbers of the payloads in an event.
const TRACE_START: u32 = 10;
const TRACE_END: u32 = 11;
const FUNCTION_CALL: u32 = 12;
const FUNCTION_RETURN: u32 = 13;
const SIGNAL_DELIVERY: u32 = 14;

/// Decodes the message in `bytes[start..end]`; `bytes` begin with the message's length, which is
/// at `offset` of the file. Reads at most `budget` fields.
pub(super) fn event(
    bytes: &[u8],
    start: usize,
    end: usize,
    offset: u64,
    budget: u32,
) -> Result<Event<'_>, Damage> {
    let mut event = Event { offset, event_id: 0, thread_id: 0, timestamp: None, payload: None };
    let mut fields = Fields::new(bytes, start, budget);
    let mut payload = Run { bytes, start: 0, end: 0, payload: 0 };
    while let Some(key) = fields.key(end, "event")? {
        match key.number {
            1 => event.event_id = fields.integer(key, end, "event.event_id")?,
            // An int32 is stored with the sign extended to 64 bits.
            2 => event.thread_id = fields.integer(key, end, "event.thread_id")? as i32,
            3 => {
                let end = fields.length(key, end, "event.timestamp")?;
                let time = event.timestamp.get_or_insert_default();
                timestamp(&mut fields, end, time)?;
            }
            TRACE_START..=SIGNAL_DELIVERY => {
                let field = name_of(key.number);
                let end = fields.length(key, end, field)?;
                if key.number != payload.payload {
                    payload = Run { payload: key.number, start: key.at, ..payload };
                    event.payload = None;
                }
                payload.end = end;
                event.payload = Some(part(&mut fields, end, payload, event.payload)?);
            }
            _ => fields.skip(key, end, "event")?,
        }
    }
    Ok(event)
}

fn name_of(payload: u32) -> &'static str {
    match payload {
        TRACE_START => "event.trace_start",
        TRACE_END => "event.trace_end",
        FUNCTION_CALL => "event.function_call",
        FUNCTION_RETURN => "event.function_return",
        _ => "event.signal_delivery",
    }
}

#[inline]
fn timestamp(fields: &mut Fields<'_>, end: usize, time: &mut Timestamp) -> Result<(), Damage> {
    while let Some(key) = fields.key(end, "timestamp")? {
        match key.number {
            1 => time.seconds = fields.integer(key, end, "timestamp.seconds")?.cast_signed(),
            2 => time.nanos = fields.integer(key, end, "timestamp.nanos")? as i32,
            _ => fields.skip(key, end, "timestamp")?,
        }
    }
    Ok(())
}

/// Decodes a part of a payload, the last one of `run`, into what the parts before it gave.
#[inline]
fn part<'a>(
    fields: &mut Fields<'a>,
    end: usize,
    run: Run<'a>,
    before: Option<Payload<'a>>,
) -> Result<Payload<'a>, Damage> {
    Ok(match run.payload {
        FUNCTION_CALL => {
            let before = match before {
                Some(Payload::FunctionCall(call)) => call,
                _ => FunctionCall::default(),
            };
            Payload::FunctionCall(function_call(fields, end, run, before)?)
        }
        FUNCTION_RETURN => {
            let before = match before {
                Some(Payload::FunctionReturn(it)) => it,
                _ => FunctionReturn::default(),
            };
            Payload::FunctionReturn(function_return(fields, end, run, before)?)
        }
        SIGNAL_DELIVERY => {
            let before = match before {
                Some(Payload::SignalDelivery(signal)) => signal,
                _ => SignalDelivery::default(),
            };
            Payload::SignalDelivery(signal_delivery(fields, end, run, before)?)
        }
        TRACE_START => {
            let before = match before {
                Some(Payload::TraceStart(start)) => start,
                _ => TraceStart::default(),
            };
            Payload::TraceStart(trace_start(fields, end, run, before)?)
        }
        _ => {
            let before = match before {
                Some(Payload::TraceEnd(it)) => it,
                _ => TraceEnd::default(),
            };
            Payload::TraceEnd(trace_end(fields, end, before)?)
        }
    })
}

#[inline]
fn function_call<'a>(
    fields: &mut Fields<'a>,
    end: usize,
    run: Run<'a>,
    mut call: FunctionCall<'a>,
) -> Result<FunctionCall<'a>, Damage> {
    call.argument_registers = Registers(run);
    while let Some(key) = fields.key(end, "function_call")? {
        match key.number {
            1 => call.symbol = fields.string(key, end, "function_call.symbol")?,
            2 => call.address = fields.integer(key, end, "function_call.address")?,
            REGISTERS => {
                let end = fields.length(key, end, "function_call.argument_registers")?;
                register(fields, end, "function_call.argument_registers")?;
            }
            4 => {
                call.stack_shallow_copy =
                    fields.bytes(key, end, "function_call.stack_shallow_copy")?;
            }
            _ => fields.skip(key, end, "function_call")?,
        }
    }
    Ok(call)
}

#[inline]
fn function_return<'a>(
    fields: &mut Fields<'a>,
    end: usize,
    run: Run<'a>,
    mut it: FunctionReturn<'a>,
) -> Result<FunctionReturn<'a>, Damage> {
    it.return_registers = Registers(run);
    while let Some(key) = fields.key(end, "function_return")? {
        match key.number {
            1 => it.symbol = fields.string(key, end, "function_return.symbol")?,
            2 => it.address = fields.integer(key, end, "function_return.address")?,
            REGISTERS => {
                let end = fields.length(key, end, "function_return.return_registers")?;
                register(fields, end, "function_return.return_registers")?;
            }
            _ => fields.skip(key, end, "function_return")?,
        }
    }
    Ok(it)
}

fn signal_delivery<'a>(
    fields: &mut Fields<'a>,
    end: usize,
    run: Run<'a>,
    mut signal: SignalDelivery<'a>,
) -> Result<SignalDelivery<'a>, Damage> {
    signal.registers = Registers(run);
    while let Some(key) = fields.key(end, "signal_delivery")? {
        match key.number {
            1 => signal.number = fields.integer(key, end, "signal_delivery.number")? as i32,
            2 => signal.name = fields.string(key, end, "signal_delivery.name")?,
            REGISTERS => {
                let end = fields.length(key, end, "signal_delivery.registers")?;
                register(fields, end, "signal_delivery.registers")?;
            }
            _ => fields.skip(key, end, "signal_delivery")?,
        }
    }
    Ok(signal)
}

fn trace_start<'a>(
    fields: &mut Fields<'a>,
    end: usize,
    run: Run<'a>,
    mut start: TraceStart<'a>,
) -> Result<TraceStart<'a>, Damage> {
    start.args = Arguments(run);
    while let Some(key) = fields.key(end, "trace_start")? {
        match key.number {
            1 => start.executable_path = fields.string(key, end, "trace_start.executable_path")?,
            ARGUMENTS => drop(fields.string(key, end, "trace_start.args")?),
            3 => {
                start.operating_system = fields.string(key, end, "trace_start.operating_system")?
            }
            4 => {
                start.cpu_architecture = fields.string(key, end, "trace_start.cpu_architecture")?
            }
            _ => fields.skip(key, end, "trace_start")?,
        }
    }
    Ok(start)
}

fn trace_end(fields: &mut Fields<'_>, end: usize, mut it: TraceEnd) -> Result<TraceEnd, Damage> {
    while let Some(key) = fields.key(end, "trace_end")? {
        match key.number {
            1 => it.exit_code = fields.integer(key, end, "trace_end.exit_code")? as i32,
            _ => fields.skip(key, end, "trace_end")?,
        }
    }
    Ok(it)
}

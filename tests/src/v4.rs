//! The oracle of V4: bytes of events.bin and trace.json, typed by hand from the format. Nothing here comes from
//! the reader.

use std::fs;
use std::path::Path;

/// A varint with as few bytes as possible.
pub fn varint(mut number: u64) -> Vec<u8> {
    let mut bytes = Vec::new();
    while number > 0x7F {
        bytes.push((number % 128) as u8 | 0x80);
        number /= 128;
    }
    bytes.push(number as u8);
    bytes
}

/// An integer field, also if it is 0.
pub fn integer(field: u64, value: u64) -> Vec<u8> {
    [varint(field * 8), varint(value)].concat()
}

/// A field of bytes, a string or a message.
pub fn counted(field: u64, bytes: &[u8]) -> Vec<u8> {
    [varint(field * 8 + 2), varint(bytes.len() as u64), bytes.to_vec()].concat()
}

/// A message behind its length.
pub fn framed(message: &[u8]) -> Vec<u8> {
    [varint(message.len() as u64), message.to_vec()].concat()
}

/// As proto3 does: 0 is left out.
fn unless_zero(field: u64, value: u64) -> Vec<u8> {
    if value == 0 { Vec::new() } else { integer(field, value) }
}

/// As proto3 does: an empty one is left out.
fn unless_empty(field: u64, bytes: &[u8]) -> Vec<u8> {
    if bytes.is_empty() { Vec::new() } else { counted(field, bytes) }
}

/// Registers by name.
pub type Registers = Vec<(String, u64)>;

/// An event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// Its number.
    pub event_id: u64,
    /// Its thread.
    pub thread_id: i32,
    /// Seconds and nanoseconds.
    pub timestamp: Option<(i64, i32)>,
    /// What happened.
    pub payload: Option<Payload>,
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Payload {
    /// TraceStart.
    Start {
        /// `executable_path`.
        executable_path: String,
        /// `args`.
        args: Vec<String>,
        /// `operating_system`.
        operating_system: String,
        /// `cpu_architecture`.
        cpu_architecture: String,
    },
    /// TraceEnd: `exit_code`.
    End(i32),
    /// FunctionCall.
    Call {
        /// `symbol`.
        symbol: String,
        /// `address`.
        address: u64,
        /// `argument_registers`.
        registers: Registers,
        /// `stack_shallow_copy`.
        stack: Vec<u8>,
    },
    /// FunctionReturn.
    Return {
        /// `symbol`.
        symbol: String,
        /// `address`.
        address: u64,
        /// `return_registers`.
        registers: Registers,
    },
    /// SignalDelivery.
    Signal {
        /// `number`.
        number: i32,
        /// `name`.
        name: String,
        /// `registers`.
        registers: Registers,
    },
}

/// Two's complement with the sign extended, as protobuf stores an int32.
fn extended(number: i32) -> u64 {
    i64::from(number).cast_unsigned()
}

fn registers(entries: &Registers) -> Vec<u8> {
    // Entries of a map have both fields, also where they are empty or 0.
    let entry = |(name, value): &(String, u64)| {
        counted(3, &[counted(1, name.as_bytes()), integer(2, *value)].concat())
    };
    entries.iter().flat_map(entry).collect()
}

impl Payload {
    /// Field number in the event, and the message.
    pub fn message(&self) -> (u64, Vec<u8>) {
        match self {
            Self::Start { executable_path, args, operating_system, cpu_architecture } => {
                let args = args.iter().flat_map(|it| counted(2, it.as_bytes())).collect();
                let parts = [
                    unless_empty(1, executable_path.as_bytes()),
                    args,
                    unless_empty(3, operating_system.as_bytes()),
                    unless_empty(4, cpu_architecture.as_bytes()),
                ];
                (10, parts.concat())
            }
            Self::End(code) => (11, unless_zero(1, extended(*code))),
            Self::Call { symbol, address, registers: entries, stack } => {
                let parts = [
                    unless_empty(1, symbol.as_bytes()),
                    unless_zero(2, *address),
                    registers(entries),
                    unless_empty(4, stack),
                ];
                (12, parts.concat())
            }
            Self::Return { symbol, address, registers: entries } => {
                let parts = [
                    unless_empty(1, symbol.as_bytes()),
                    unless_zero(2, *address),
                    registers(entries),
                ];
                (13, parts.concat())
            }
            Self::Signal { number, name, registers: entries } => {
                let parts = [
                    unless_zero(1, extended(*number)),
                    unless_empty(2, name.as_bytes()),
                    registers(entries),
                ];
                (14, parts.concat())
            }
        }
    }
}

impl Event {
    /// The message.
    pub fn message(&self) -> Vec<u8> {
        let mut message =
            [unless_zero(1, self.event_id), unless_zero(2, extended(self.thread_id))].concat();
        if let Some((seconds, nanos)) = self.timestamp {
            let time =
                [unless_zero(1, seconds.cast_unsigned()), unless_zero(2, extended(nanos))].concat();
            message.extend(counted(3, &time));
        }
        if let Some(payload) = &self.payload {
            let (field, payload) = payload.message();
            message.extend(counted(field, &payload));
        }
        message
    }

    /// The message behind its length.
    pub fn framed(&self) -> Vec<u8> {
        framed(&self.message())
    }
}

/// A file of these events.
pub fn file(events: &[Event]) -> Vec<u8> {
    events.iter().flat_map(Event::framed).collect()
}

/// Where each message of a file of these events starts, and the end.
pub fn offsets(events: &[Event]) -> Vec<u64> {
    let mut offsets = vec![0];
    for event in events {
        offsets.push(offsets[offsets.len() - 1] + event.framed().len() as u64);
    }
    offsets
}

/// A call with registers and stack at so many ns.
pub fn call(event_id: u64, thread_id: i32, time_ns: u64, symbol: &str) -> Event {
    let register = |name: &str, value| (name.to_owned(), value);
    let payload = Payload::Call {
        symbol: symbol.to_owned(),
        address: 0x5555_0000_1000 + event_id * 16,
        registers: vec![
            register("RDI", event_id),
            register("rsi", u64::MAX),
            register("rsp", 0x7FFE_0000),
        ],
        stack: (0..64).map(|byte| (byte + event_id) as u8).collect(),
    };
    at(event_id, thread_id, time_ns, payload)
}

/// The return of that call.
pub fn ret(event_id: u64, thread_id: i32, time_ns: u64, symbol: &str) -> Event {
    let payload = Payload::Return {
        symbol: symbol.to_owned(),
        address: 0x5555_0000_1000,
        registers: vec![("rax".to_owned(), event_id)],
    };
    at(event_id, thread_id, time_ns, payload)
}

/// An event at so many ns.
pub fn at(event_id: u64, thread_id: i32, time_ns: u64, payload: Payload) -> Event {
    let timestamp = Some(((time_ns / 1_000_000_000) as i64, (time_ns % 1_000_000_000) as i32));
    Event { event_id, thread_id, timestamp, payload: Some(payload) }
}

/// A small recording of two threads: every kind of event, calls within calls.
pub fn recording() -> Vec<Event> {
    const START: u64 = 81_000_000_000;
    let text = str::to_owned;
    let start = Payload::Start {
        executable_path: text("/usr/bin/größe"),
        args: vec![text("größe"), text(""), text("--all")],
        operating_system: text("linux"),
        cpu_architecture: text("x86_64"),
    };
    let signal = Payload::Signal {
        number: 11,
        name: text("SIGSEGV"),
        registers: vec![(text("rip"), 0x1234), (text("rsp"), 0x7FFE_0000)],
    };
    vec![
        at(1, 7, START, start),
        call(2, 7, START + 100, "main"),
        call(3, -2, START + 150, "worker"),
        call(4, 7, START + 200, "app::parse(int)"),
        ret(5, 7, START + 300, "app::parse(int)"),
        at(6, -2, START + 350, signal),
        ret(7, -2, START + 400, "worker"),
        ret(8, 7, START + 500, "main"),
        at(9, 7, START + 600, Payload::End(-3)),
    ]
}

/// The five keys that a trace.json must have, for a file of so many events.
pub fn manifest(event_count: usize) -> String {
    format!(
        r#"{{"os": "linux", "arch": "x86_64", "timeStartNs": 1700000000000000000, "timeEndNs": 1700000001500000000, "eventCount": {event_count}}}"#
    )
}

/// Writes a trace of these events into `dir`, which is made.
///
/// # Panics
///
/// If it cannot be written.
pub fn write(dir: &Path, events: &[Event]) {
    fs::create_dir_all(dir).expect("the directory can be made");
    fs::write(dir.join("events.bin"), file(events)).expect("events can be written");
    fs::write(dir.join("trace.json"), manifest(events.len())).expect("a manifest can be written");
}

//! The messages of V4 as prost decodes them: another implementation, to compare the reader with.
#![allow(missing_docs, reason = "the fields are those of the format")]

use std::collections::HashMap;

#[derive(Clone, PartialEq, prost::Message)]
pub struct Event {
    #[prost(uint64, tag = "1")]
    pub event_id: u64,
    #[prost(int32, tag = "2")]
    pub thread_id: i32,
    #[prost(message, optional, tag = "3")]
    pub timestamp: Option<Timestamp>,
    #[prost(oneof = "Payload", tags = "10, 11, 12, 13, 14")]
    pub payload: Option<Payload>,
}

#[derive(Clone, PartialEq, prost::Message)]
pub struct Timestamp {
    #[prost(int64, tag = "1")]
    pub seconds: i64,
    #[prost(int32, tag = "2")]
    pub nanos: i32,
}

#[derive(Clone, PartialEq, prost::Oneof)]
pub enum Payload {
    #[prost(message, tag = "10")]
    TraceStart(TraceStart),
    #[prost(message, tag = "11")]
    TraceEnd(TraceEnd),
    #[prost(message, tag = "12")]
    FunctionCall(FunctionCall),
    #[prost(message, tag = "13")]
    FunctionReturn(FunctionReturn),
    #[prost(message, tag = "14")]
    SignalDelivery(SignalDelivery),
}

#[derive(Clone, PartialEq, prost::Message)]
pub struct TraceStart {
    #[prost(string, tag = "1")]
    pub executable_path: String,
    #[prost(string, repeated, tag = "2")]
    pub args: Vec<String>,
    #[prost(string, tag = "3")]
    pub operating_system: String,
    #[prost(string, tag = "4")]
    pub cpu_architecture: String,
}

#[derive(Clone, PartialEq, prost::Message)]
pub struct TraceEnd {
    #[prost(int32, tag = "1")]
    pub exit_code: i32,
}

#[derive(Clone, PartialEq, prost::Message)]
pub struct FunctionCall {
    #[prost(string, tag = "1")]
    pub symbol: String,
    #[prost(uint64, tag = "2")]
    pub address: u64,
    #[prost(map = "string, uint64", tag = "3")]
    pub argument_registers: HashMap<String, u64>,
    #[prost(bytes = "vec", tag = "4")]
    pub stack_shallow_copy: Vec<u8>,
}

#[derive(Clone, PartialEq, prost::Message)]
pub struct FunctionReturn {
    #[prost(string, tag = "1")]
    pub symbol: String,
    #[prost(uint64, tag = "2")]
    pub address: u64,
    #[prost(map = "string, uint64", tag = "3")]
    pub return_registers: HashMap<String, u64>,
}

#[derive(Clone, PartialEq, prost::Message)]
pub struct SignalDelivery {
    #[prost(int32, tag = "1")]
    pub number: i32,
    #[prost(string, tag = "2")]
    pub name: String,
    #[prost(map = "string, uint64", tag = "3")]
    pub registers: HashMap<String, u64>,
}

/// What the reader gave, as prost would.
pub fn of(event: &atf_runtime::v4::Event<'_>) -> Event {
    use atf_runtime::v4::{Payload as Read, Registers};
    let registers = |it: &Registers<'_>| {
        it.to_map().into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
    };
    let payload = event.payload.and_then(|payload| {
        Some(match payload {
            Read::TraceStart(it) => Payload::TraceStart(TraceStart {
                executable_path: it.executable_path.to_owned(),
                args: it.args.iter().map(str::to_owned).collect(),
                operating_system: it.operating_system.to_owned(),
                cpu_architecture: it.cpu_architecture.to_owned(),
            }),
            Read::TraceEnd(it) => Payload::TraceEnd(TraceEnd { exit_code: it.exit_code }),
            Read::FunctionCall(it) => Payload::FunctionCall(FunctionCall {
                symbol: it.symbol.to_owned(),
                address: it.address,
                argument_registers: registers(&it.argument_registers),
                stack_shallow_copy: it.stack_shallow_copy.to_owned(),
            }),
            Read::FunctionReturn(it) => Payload::FunctionReturn(FunctionReturn {
                symbol: it.symbol.to_owned(),
                address: it.address,
                return_registers: registers(&it.return_registers),
            }),
            Read::SignalDelivery(it) => Payload::SignalDelivery(SignalDelivery {
                number: it.number,
                name: it.name.to_owned(),
                registers: registers(&it.registers),
            }),
            _ => return None,
        })
    });
    let timestamp = event.timestamp.map(|it| Timestamp { seconds: it.seconds, nanos: it.nanos });
    Event { event_id: event.event_id, thread_id: event.thread_id, timestamp, payload }
}

//! A file that Google's protobuf for Python encoded (tests/v4/encode.py) is read as what was encoded. L-04.

use std::path::Path;

use atf_runtime::v4::{Event, Payload, Reader, Registers};
use serde_json::{Value, json};

/// An event as encode.py lists it.
fn as_json(event: &Event<'_>) -> Value {
    let hex = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    let registers = |it: &Registers<'_>| json!(it.to_map());
    let payload = match event.payload {
        None => json!({}),
        Some(Payload::TraceStart(it)) => json!({"trace_start": {
            "executable_path": it.executable_path,
            "args": it.args.iter().collect::<Vec<_>>(),
            "operating_system": it.operating_system,
            "cpu_architecture": it.cpu_architecture,
        }}),
        Some(Payload::TraceEnd(it)) => json!({"trace_end": {"exit_code": it.exit_code}}),
        Some(Payload::FunctionCall(it)) => json!({"function_call": {
            "symbol": it.symbol,
            "address": it.address,
            "argument_registers": registers(&it.argument_registers),
            "stack_shallow_copy": hex(it.stack_shallow_copy),
        }}),
        Some(Payload::FunctionReturn(it)) => json!({"function_return": {
            "symbol": it.symbol,
            "address": it.address,
            "return_registers": registers(&it.return_registers),
        }}),
        Some(Payload::SignalDelivery(it)) => json!({"signal_delivery": {
            "number": it.number,
            "name": it.name,
            "registers": registers(&it.registers),
        }}),
        Some(other) => panic!("{other:?}"),
    };
    json!({
        "event_id": event.event_id,
        "thread_id": event.thread_id,
        "timestamp": event.timestamp.map(|it| json!([it.seconds, it.nanos])),
        "payload": payload,
    })
}

#[test]
fn events_of_googles_protobuf_are_read_as_they_were_written() {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("v4");
    let listed = std::fs::read_to_string(dir.join("events.jsonl")).expect("the fixture");
    let listed: Vec<Value> =
        listed.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    assert!(listed.len() > 300, "{}", listed.len());
    let reader = Reader::open_events(dir.join("events.bin")).expect("the fixture");
    let mut events = reader.events();
    assert_eq!(events.remaining_count(), listed.len() as u64);
    for listed in &listed {
        let start = events.position();
        let event = events.next().expect("an event").expect("a whole one");
        assert_eq!(as_json(&event), *listed);
        let mut sought = reader.events();
        sought.seek(start).expect("a message starts there");
        assert_eq!(sought.next().expect("an event").expect("a whole one"), event);
    }
    assert!(events.next().is_none());
}

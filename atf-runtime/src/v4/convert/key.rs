//! The key `v4` of the manifest: what V4 says of the recording, and v2 has no field for.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::super::event::{Event, SignalDelivery, TraceEnd, TraceStart};
use super::super::manifest::ManifestInfo;
use super::report::{Converted, NotKept};

/// Bytes of texts of a trace start.
const MAX_START_BYTES: usize = 1 << 20;
/// Signals whose names are kept, and the longest name.
const MAX_SIGNALS: usize = 256;
const MAX_NAME_BYTES: usize = 256;

/// The key, while the events are read.
#[derive(Debug, Default)]
pub(super) struct Key {
    start: Option<Value>,
    end: Option<Value>,
    signals: BTreeMap<i32, String>,
}

impl Key {
    pub(super) fn start(
        &mut self,
        event: &Event<'_>,
        start: &TraceStart<'_>,
        report: &mut Converted,
    ) {
        if self.start.is_some() {
            report.lose(NotKept::StartsAndEnds, 1);
            return;
        }
        let mut room = MAX_START_BYTES;
        let mut lost = 0;
        let mut keep = |text: &str| {
            if let Some(left) = room.checked_sub(text.len() + 1) {
                room = left;
                return Some(Value::from(text));
            }
            lost += 1;
            None
        };
        let executable = keep(start.executable_path);
        let os = keep(start.operating_system);
        let arch = keep(start.cpu_architecture);
        let args: Vec<Value> = start.args.iter().filter_map(keep).collect();
        self.start = Some(json!({
            "timestamp_ns": event.timestamp_ns(),
            "thread_id": event.thread(),
            "executable_path": executable,
            "args": args,
            "operating_system": os,
            "cpu_architecture": arch,
        }));
        report.has_start = true;
        report.lose(NotKept::StartsAndEnds, lost);
    }

    pub(super) fn end(&mut self, event: &Event<'_>, end: TraceEnd, report: &mut Converted) {
        if self.end.is_some() {
            report.lose(NotKept::StartsAndEnds, 1);
            return;
        }
        self.end = Some(json!({
            "timestamp_ns": event.timestamp_ns(),
            "thread_id": event.thread(),
            "exit_code": end.exit_code,
        }));
        report.has_end = true;
    }

    pub(super) fn signal(&mut self, signal: &SignalDelivery<'_>, report: &mut Converted) {
        let SignalDelivery { number, name, .. } = *signal;
        match self.signals.get(&number) {
            _ if name.is_empty() => {}
            Some(known) if known == name => {}
            None if self.signals.len() < MAX_SIGNALS && name.len() <= MAX_NAME_BYTES => {
                self.signals.insert(number, name.to_owned());
            }
            _ => report.lose(NotKept::SignalNames, 1),
        }
    }

    /// The value. `machine` is the recorder's words for operating system and architecture.
    pub(super) fn into_value(
        self,
        machine: Option<(&str, &str)>,
        trace_json: Option<&ManifestInfo>,
    ) -> Value {
        let (os, arch) = machine.unzip();
        json!({
            "os": os,
            "arch": arch,
            "trace_json": trace_json.map(trace_json_keys),
            "trace_start": self.start,
            "trace_end": self.end,
            "signals": self.signals,
        })
    }
}

/// The keys of trace.json under their own names, those that are missing aside. Its modules are in
/// the manifest's.
fn trace_json_keys(info: &ManifestInfo) -> Value {
    let numbers = [
        ("timeStartNs", Some(info.time_start_ns)),
        ("timeEndNs", Some(info.time_end_ns)),
        ("eventCount", Some(info.event_count)),
        ("spanCount", info.recorded_span_count),
        ("firstEventOffset", info.first_event_offset),
        ("lastEventOffset", info.last_event_offset),
        ("eventsFileSize", info.events_file_size),
        ("pid", info.pid),
        ("sessionId", info.session_id),
        ("bytesWritten", info.bytes_written),
    ];
    let numbers = numbers.into_iter();
    let numbers = numbers.filter_map(|(key, value)| Some((key.to_owned(), Value::from(value?))));
    Value::Object(numbers.collect())
}

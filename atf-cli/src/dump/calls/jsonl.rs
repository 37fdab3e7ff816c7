//! Calls as JSON Lines.

use std::io;

use atf_analysis::Call;
use atf_analysis::names::Names;
use serde_json::Value as Json;

use super::Printer;
use crate::dump::cells::Cells;
use crate::numbers::MAX_EXACT_DOUBLE;
use crate::out::Out;

/// Prints [jsonl](self).
pub(super) struct Jsonl<'a> {
    functions: Cells<'a, Vec<u8>>,
    /// Greater integers become strings.
    max_plain: u64,
}

impl<'a> Jsonl<'a> {
    pub(super) fn new(names: &'a Names, string_ints: bool) -> Self {
        let name = |names: &Names, id: u64| Json::from(names.name(id)).to_string().into_bytes();
        let max_plain = if string_ints { MAX_EXACT_DOUBLE } else { u64::MAX };
        Self { functions: Cells::new(names, name), max_plain }
    }

    fn put(&self, number: u64, out: &mut Out) -> io::Result<()> {
        if number <= self.max_plain {
            return out.put_u64(number);
        }
        out.put(b"\"")?;
        out.put_u64(number)?;
        out.put(b"\"")
    }
}

fn put_optional(number: Option<u32>, out: &mut Out) -> io::Result<()> {
    match number {
        None => out.put(b"null"),
        Some(number) => out.put_u64(number.into()),
    }
}

impl Printer for Jsonl<'_> {
    fn start(&mut self, _out: &mut Out) -> io::Result<()> {
        Ok(())
    }

    fn call(&mut self, call: &Call, out: &mut Out) -> io::Result<()> {
        out.put(b"{\"thread\":")?;
        out.put_u64(call.thread_id.into())?;
        out.put(b",\"start_seq\":")?;
        out.put_u64(call.start_seq.0.into())?;
        out.put(b",\"end_seq\":")?;
        put_optional(call.end_seq.map(|seq| seq.0), out)?;
        out.put(b",\"function_id\":")?;
        self.put(call.function_id, out)?;
        out.put(b",\"function\":")?;
        out.put(self.functions.get(call.function_id))?;
        out.put(b",\"depth\":")?;
        out.put_u64(call.depth.into())?;
        out.put(b",\"parent\":")?;
        put_optional(call.parent.map(|seq| seq.0), out)?;
        let times: [(&[u8], u64); 4] = [
            (b",\"start_ns\":", call.start_ns),
            (b",\"end_ns\":", call.end_ns),
            (b",\"duration_ns\":", call.duration_ns),
            (b",\"self_ns\":", call.self_ns),
        ];
        for (key, number) in times {
            out.put(key)?;
            self.put(number, out)?;
        }
        out.put(b",\"ended_by\":\"")?;
        out.put(call.ended_by.as_str().as_bytes())?;
        out.put(if call.has_gap { b"\",\"has_gap\":true" } else { b"\",\"has_gap\":false" })?;
        match call.cut.as_str() {
            None => out.put(b",\"cut\":null}\n"),
            Some(cut) => {
                out.put(b",\"cut\":\"")?;
                out.put(cut.as_bytes())?;
                out.put(b"\"}\n")
            }
        }
    }
}

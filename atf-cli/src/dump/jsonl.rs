//! JSON Lines: one object per line. Names of members come from the schema and need no escaping.

use std::io::{self, Write};

use atf_analysis::names::Names;
use atf_runtime::DetailEvent;
use atf_runtime::format::{EventKind, Field, IndexEvent, Value};
use serde_json::Value as Json;

use super::cells::Cells;
use super::column::{Column, EVENT_KIND};
use super::detail::{DetailFields, PAYLOAD_HEX, function_bytes, header_bytes};
use super::printer::Printer;
use crate::event::Shown;
use crate::numbers::MAX_EXACT_DOUBLE;
use crate::out::{Label, Out};
use crate::trace::Thread;
use crate::values::{self, record_bytes, shown_fields};

/// What follows the fields of an event that has no function.
const NO_FUNCTION: &[u8] = b",\"function\":null,\"module\":null";

/// Prints [jsonl](self).
pub(super) struct Jsonl<'a> {
    with_details: bool,
    numbers: Numbers,
    /// `,"function":NAME,"module":PATH` of each function.
    functions: Cells<'a, Vec<u8>>,
    /// `{"thread":N,"seq":` of each thread.
    line_starts: Vec<Label>,
    event: Vec<Member>,
    detail_header: Vec<Member>,
    detail_function: Vec<Member>,
    /// `,"stack_snapshot":"`.
    tail_key: Vec<u8>,
    /// `,"payload_hex":"`.
    payload_key: Vec<u8>,
}

/// A member of an object: `,"name":` and how to read its value.
struct Member {
    key: Label,
    column: Column,
}

fn key(name: &str) -> Vec<u8> {
    format!(",\"{name}\":").into_bytes()
}

fn members(fields: impl IntoIterator<Item = &'static Field>) -> Vec<Member> {
    let member = |field: &'static Field| Member {
        key: Label::new(key(field.name)),
        column: Column::new(field),
    };
    fields.into_iter().map(member).collect()
}

/// The members at the start of an object: no comma before the first.
fn first_members(fields: impl IntoIterator<Item = &'static Field>) -> Vec<Member> {
    let mut fields = fields.into_iter();
    let first = fields
        .next()
        .map(|field| Member { key: Label::new(&key(field.name)[1..]), column: Column::new(field) });
    first.into_iter().chain(members(fields)).collect()
}

/// The members of a function.
fn function_members(names: &Names, function_id: u64) -> Vec<u8> {
    let (name, module) = (names.name(function_id), names.module(function_id));
    let (name, module) = (Json::from(name), Json::from(module));
    format!(",\"function\":{name},\"module\":{module}").into_bytes()
}

impl<'a> Jsonl<'a> {
    /// With `string_ints`, integers that a double cannot hold become strings.
    pub(super) fn new(
        names: &'a Names,
        with_details: bool,
        string_ints: bool,
        threads: &[&Thread],
    ) -> Self {
        let line_start =
            |thread: &&Thread| Label::new(format!("{{\"thread\":{},\"seq\":", thread.id));
        let DetailFields { header, function, tail } = DetailFields::new();
        let max_plain = if string_ints { MAX_EXACT_DOUBLE } else { u64::MAX };
        Self {
            with_details,
            numbers: Numbers { max_plain },
            functions: Cells::new(names, function_members),
            line_starts: threads.iter().map(line_start).collect(),
            event: members(shown_fields::<IndexEvent>()),
            detail_header: first_members(header),
            detail_function: members(function),
            tail_key: tail.map(|tail| key(tail.name)).unwrap_or_default(),
            payload_key: key(PAYLOAD_HEX),
        }
    }

    /// Writes the members of an event, its kind as a number.
    #[cold]
    fn put_event_with_number(
        &self,
        event: &IndexEvent,
        kind: EventKind,
        out: &mut Out,
    ) -> io::Result<()> {
        for Member { key, column } in &self.event {
            out.put_label(key)?;
            match column.name() {
                EVENT_KIND => out.put_u64(kind.get().into())?,
                _ => self.numbers.put_value(column.value(record_bytes(event)), out)?,
            }
        }
        Ok(())
    }

    /// Writes the members of a detail record.
    fn put_detail(&self, record: &DetailEvent<'_>, out: &mut Out) -> io::Result<()> {
        self.numbers.put_members(&self.detail_header, header_bytes(record), out)?;
        let function = record.function();
        if let Some(function) = &function {
            self.numbers.put_members(&self.detail_function, function_bytes(function), out)?;
            out.put(&self.tail_key)?;
            put_bytes(function.stack, out)?;
        }
        // A later revision may have added bytes after the stack: print the whole payload.
        if function.is_none_or(|function| !function.rest.is_empty()) {
            out.put(&self.payload_key)?;
            put_bytes(record.payload, out)?;
        }
        Ok(())
    }
}

impl Printer for Jsonl<'_> {
    fn start(&mut self, _out: &mut Out) -> io::Result<()> {
        Ok(())
    }

    fn event(
        &mut self,
        thread: usize,
        seq: u64,
        shown: Shown<'_>,
        detail: Option<&DetailEvent<'_>>,
        out: &mut Out,
    ) -> io::Result<()> {
        out.put_label(&self.line_starts[thread])?;
        out.put_u64(seq)?;
        match shown.kind_as_number {
            None => self.numbers.put_members(&self.event, record_bytes(shown.event), out)?,
            Some(kind) => self.put_event_with_number(shown.event, kind, out)?,
        }
        match shown.function_id() {
            Some(function_id) => out.put(self.functions.get(function_id))?,
            None => out.put(NO_FUNCTION)?,
        }
        if self.with_details {
            out.put(b",\"detail\":")?;
            match detail {
                None => out.put(b"null")?,
                Some(record) => {
                    out.put(b"{")?;
                    self.put_detail(record, out)?;
                    out.put(b"}")?;
                }
            }
        }
        out.put(b"}\n")
    }

    fn record(&mut self, seq: u64, record: &DetailEvent<'_>, out: &mut Out) -> io::Result<()> {
        out.put_label(&self.line_starts[0])?;
        out.put_u64(seq)?;
        out.put(b",")?;
        self.put_detail(record, out)?;
        out.put(b"}\n")
    }
}

/// How integers are written.
#[derive(Clone, Copy)]
struct Numbers {
    /// Greater integers become strings.
    max_plain: u64,
}

impl Numbers {
    #[inline]
    fn put_members(self, members: &[Member], record: &[u8], out: &mut Out) -> io::Result<()> {
        for Member { key, column } in members {
            out.put_label(key)?;
            self.put_value(column.value(record), out)?;
        }
        Ok(())
    }

    #[inline]
    fn put_value(self, value: Value<'_>, out: &mut Out) -> io::Result<()> {
        match value {
            Value::Unsigned(number) if number <= self.max_plain => out.put_u64(number),
            Value::Name(name) => {
                out.put(b"\"")?;
                out.put(name.as_bytes())?;
                out.put(b"\"")
            }
            Value::Absent => out.put(b"null"),
            other => self.put_rare_value(other, out),
        }
    }

    fn put_rare_value(self, value: Value<'_>, out: &mut Out) -> io::Result<()> {
        match value {
            Value::Unsigned(number) => {
                out.put(b"\"")?;
                out.put_u64(number)?;
                out.put(b"\"")
            }
            Value::Bytes(bytes) => put_bytes(bytes, out),
            Value::List(elements) => {
                out.put(b"[")?;
                for (position, element) in elements.enumerate() {
                    if position > 0 {
                        out.put(b",")?;
                    }
                    self.put_value(element, out)?;
                }
                out.put(b"]")
            }
            other => write!(out, "{}", values::json(other)),
        }
    }
}

/// Writes bytes as a string of hexadecimal digits.
fn put_bytes(bytes: &[u8], out: &mut Out) -> io::Result<()> {
    out.put(b"\"")?;
    out.put_hex(bytes)?;
    out.put(b"\"")
}

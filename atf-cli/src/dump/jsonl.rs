//! JSON Lines: one object per line. Names come from the schema and need no escaping.

use std::io::{self, Write};

use atf_runtime::DetailEvent;
use atf_runtime::format::{EventKind, Field, IndexEvent, Value};

use super::column::Column;
use super::column::EVENT_KIND;
use super::detail::{DetailFields, PAYLOAD_HEX, function_bytes, header_bytes};
use super::kind::Shown;
use super::printer::Printer;
use crate::out::{Label, Out};
use crate::trace::Thread;
use crate::values::{self, record_bytes, shown_fields};

/// Prints [jsonl](self).
pub(super) struct Jsonl {
    with_details: bool,
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

impl Jsonl {
    pub(super) fn new(with_details: bool, threads: &[&Thread]) -> Self {
        let line_start =
            |thread: &&Thread| Label::new(format!("{{\"thread\":{},\"seq\":", thread.id));
        let DetailFields { header, function, tail } = DetailFields::new();
        Self {
            with_details,
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
                _ => put_value(column.value(record_bytes(event)), out)?,
            }
        }
        Ok(())
    }

    /// Writes the members of a detail record.
    fn put_detail(&self, record: &DetailEvent<'_>, out: &mut Out) -> io::Result<()> {
        put_members(&self.detail_header, header_bytes(record), out)?;
        let function = record.function();
        if let Some(function) = &function {
            put_members(&self.detail_function, function_bytes(function), out)?;
            out.put(&self.tail_key)?;
            put_value(Value::Bytes(function.stack), out)?;
        }
        // A later revision may have added bytes after the stack: print the whole payload.
        if function.is_none_or(|function| !function.rest.is_empty()) {
            out.put(&self.payload_key)?;
            put_value(Value::Bytes(record.payload), out)?;
        }
        Ok(())
    }
}

impl Printer for Jsonl {
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
            None => put_members(&self.event, record_bytes(shown.event), out)?,
            Some(kind) => self.put_event_with_number(shown.event, kind, out)?,
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

#[inline]
fn put_members(members: &[Member], record: &[u8], out: &mut Out) -> io::Result<()> {
    for Member { key, column } in members {
        out.put_label(key)?;
        match column.value(record) {
            Value::Unsigned(number) => out.put_u64(number)?,
            other => put_value(other, out)?,
        }
    }
    Ok(())
}

#[inline]
fn put_value(value: Value<'_>, out: &mut Out) -> io::Result<()> {
    match value {
        Value::Unsigned(number) => out.put_u64(number),
        Value::Name(name) => {
            out.put(b"\"")?;
            out.put(name.as_bytes())?;
            out.put(b"\"")
        }
        Value::Absent => out.put(b"null"),
        other => put_rare_value(other, out),
    }
}

fn put_rare_value(value: Value<'_>, out: &mut Out) -> io::Result<()> {
    match value {
        Value::Bytes(bytes) => {
            out.put(b"\"")?;
            out.put_hex(bytes)?;
            out.put(b"\"")
        }
        Value::List(elements) => {
            out.put(b"[")?;
            for (position, element) in elements.enumerate() {
                if position > 0 {
                    out.put(b",")?;
                }
                put_value(element, out)?;
            }
            out.put(b"]")
        }
        other => write!(out, "{}", values::json(other)),
    }
}

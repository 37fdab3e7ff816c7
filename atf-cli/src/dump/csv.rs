//! Comma-separated values (RFC 4180): a header line, then a line per event. Only names of functions and modules may
//! need quotes: other values are numbers, names from the schema, or hexadecimal digits.

use std::borrow::Cow;
use std::io::{self, Write};

use atf_analysis::names::Names;
use atf_runtime::DetailEvent;
use atf_runtime::format::{EventKind, Field, FieldKind, IndexEvent, Value};

use super::cells::Cells;
use super::column::{Column, EVENT_KIND};
use super::detail::{DetailFields, PAYLOAD_HEX, function_bytes, header_bytes};
use super::printer::Printer;
use crate::event::Shown;
use crate::out::Out;
use crate::trace::{Opened, Thread};
use crate::values::{self, record_bytes, shown_fields};

/// Prints [csv](self).
pub(super) struct Csv<'a> {
    /// Whether the lines are the records of a detail.atf.
    only_records: bool,
    with_details: bool,
    /// `ID,` of each thread.
    line_starts: Vec<Vec<u8>>,
    event: Vec<Column>,
    /// `,NAME,PATH` of each function.
    functions: Cells<'a, Vec<u8>>,
    detail: DetailFields,
    detail_header: Vec<Column>,
    detail_function: Vec<Column>,
}

/// The cells of a function.
fn function_cells(names: &Names, function_id: u64) -> Vec<u8> {
    fn cell(text: Option<&str>) -> Cow<'_, str> {
        text.map(crate::csv::cell).unwrap_or_default()
    }
    format!(",{},{}", cell(names.name(function_id)), cell(names.module(function_id))).into_bytes()
}

fn columns_of(fields: &[&'static Field]) -> Vec<Column> {
    fields.iter().map(|field| Column::new(field)).collect()
}

impl<'a> Csv<'a> {
    pub(super) fn new(names: &'a Names, with_details: bool, threads: &[&Thread]) -> Self {
        let detail = DetailFields::new();
        let is_record = |thread: &&Thread| matches!(thread.files, Ok(Opened::Detail(_)));
        Self {
            only_records: threads.iter().any(is_record),
            with_details,
            line_starts: threads.iter().map(|it| format!("{},", it.id).into_bytes()).collect(),
            event: shown_fields::<IndexEvent>().map(Column::new).collect(),
            functions: Cells::new(names, function_cells),
            detail_header: columns_of(&detail.header),
            detail_function: columns_of(&detail.function),
            detail,
        }
    }

    /// The names of the detail columns. `prefix` distinguishes them from those of the event.
    fn put_detail_names(&self, prefix: &str, out: &mut Out) -> io::Result<()> {
        for field in self.detail.header.iter().chain(&self.detail.function) {
            put_names(prefix, field, out)?;
        }
        for name in self.detail.tail.map(|tail| tail.name).into_iter().chain([PAYLOAD_HEX]) {
            write!(out, ",{prefix}{name}")?;
        }
        Ok(())
    }

    fn put_detail(&self, record: &DetailEvent<'_>, out: &mut Out) -> io::Result<()> {
        put_fields(&self.detail_header, header_bytes(record), out)?;
        match record.function() {
            Some(function) => {
                put_fields(&self.detail_function, function_bytes(&function), out)?;
                out.put(b",")?;
                out.put_hex(function.stack)?;
                out.put(b",")?;
                // A later revision may have added bytes after the stack: print the whole payload.
                let all = if function.rest.is_empty() { &[] } else { record.payload };
                out.put_hex(all)
            }
            None => {
                put_empty(self.function_columns(), out)?;
                out.put(b",")?;
                out.put_hex(record.payload)
            }
        }
    }

    /// Writes the cells of an event, its kind as a number.
    #[cold]
    fn put_event_with_number(
        &self,
        event: &IndexEvent,
        kind: EventKind,
        out: &mut Out,
    ) -> io::Result<()> {
        for column in &self.event {
            match column.name() {
                EVENT_KIND => put_cell(Value::Unsigned(kind.get().into()), out)?,
                _ => put_cell(column.value(record_bytes(event)), out)?,
            }
        }
        Ok(())
    }

    fn function_columns(&self) -> usize {
        let tail = usize::from(self.detail.tail.is_some());
        self.detail.function.iter().map(|field| columns(field)).sum::<usize>() + tail
    }

    fn detail_columns(&self) -> usize {
        let header = self.detail.header.iter().map(|field| columns(field)).sum::<usize>();
        header + self.function_columns() + [PAYLOAD_HEX].len()
    }

    fn put_line_start(&self, thread: usize, seq: u64, out: &mut Out) -> io::Result<()> {
        out.put(&self.line_starts[thread])?;
        out.put_u64(seq)
    }
}

impl Printer for Csv<'_> {
    fn start(&mut self, out: &mut Out) -> io::Result<()> {
        out.put(b"thread,seq")?;
        if self.only_records {
            self.put_detail_names("", out)?;
        } else {
            for column in &self.event {
                write!(out, ",{}", column.name())?;
            }
            out.put(b",function,module")?;
            if self.with_details {
                self.put_detail_names("detail.", out)?;
            }
        }
        out.put(b"\n")
    }

    fn event(
        &mut self,
        thread: usize,
        seq: u64,
        shown: Shown<'_>,
        detail: Option<&DetailEvent<'_>>,
        out: &mut Out,
    ) -> io::Result<()> {
        self.put_line_start(thread, seq, out)?;
        match shown.kind_as_number {
            None => put_fields(&self.event, record_bytes(shown.event), out)?,
            Some(kind) => self.put_event_with_number(shown.event, kind, out)?,
        }
        match shown.function_id() {
            Some(function_id) => out.put(self.functions.get(function_id))?,
            None => out.put(b",,")?,
        }
        match detail {
            Some(record) => self.put_detail(record, out)?,
            None if self.with_details => put_empty(self.detail_columns(), out)?,
            None => {}
        }
        out.put(b"\n")
    }

    fn record(&mut self, seq: u64, record: &DetailEvent<'_>, out: &mut Out) -> io::Result<()> {
        self.put_line_start(0, seq, out)?;
        self.put_detail(record, out)?;
        out.put(b"\n")
    }
}

/// Number of columns of a field: an array has one per element.
fn columns(field: &Field) -> usize {
    match field.kind {
        FieldKind::Array { size, .. } => field.size / size.max(1),
        _ => 1,
    }
}

fn put_names(prefix: &str, field: &Field, out: &mut Out) -> io::Result<()> {
    let name = field.name;
    match field.kind {
        FieldKind::Array { .. } => {
            (0..columns(field)).try_for_each(|at| write!(out, ",{prefix}{name}[{at}]"))
        }
        _ => write!(out, ",{prefix}{name}"),
    }
}

#[inline]
fn put_fields(fields: &[Column], record: &[u8], out: &mut Out) -> io::Result<()> {
    for field in fields {
        match field.value(record) {
            Value::Unsigned(number) => {
                out.put(b",")?;
                out.put_u64(number)?;
            }
            Value::List(mut elements) => elements.try_for_each(|it| put_cell(it, out))?,
            value => put_cell(value, out)?,
        }
    }
    Ok(())
}

#[inline]
fn put_cell(value: Value<'_>, out: &mut Out) -> io::Result<()> {
    out.put(b",")?;
    match value {
        Value::Unsigned(number) => out.put_u64(number),
        Value::Name(name) => out.put(name.as_bytes()),
        Value::Absent => Ok(()),
        Value::Bytes(bytes) | Value::Record { bytes, .. } => out.put_hex(bytes),
        other => out.put(values::text(other).as_bytes()),
    }
}

fn put_empty(columns: usize, out: &mut Out) -> io::Result<()> {
    (0..columns).try_for_each(|_| out.put(b","))
}

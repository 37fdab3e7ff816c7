//! Lines for people: relative time, calls indented by their depth, functions by name.

use std::io::{self, Write};

use atf_runtime::DetailEvent;
use atf_runtime::format::{Arch, EventKind, IndexEvent};

use super::names::FunctionNames;
use super::printer::Printer;
use super::stack;
use crate::numbers;
use crate::out::Out;
use crate::trace::{Lanes, Thread};

/// Deeper calls are indented no further: they would leave the screen, and a damaged depth must
/// not print gigabytes of spaces.
const MAX_INDENT: u32 = 40;
const SEQ_WIDTH: usize = 9;
const SECONDS_WIDTH: usize = 6;
const NANOSECONDS_PER_SECOND: u64 = 1_000_000_000;

/// Prints [text](self).
pub(super) struct Text<'a> {
    names: &'a FunctionNames,
    with_details: bool,
    /// First timestamp of all threads that are printed: times are relative to it.
    start_ns: u64,
    /// Columns that the longest known kind of event takes.
    kind_width: usize,
    arch: Arch,
    is_first_thread: bool,
}

impl<'a> Text<'a> {
    pub(super) fn new(names: &'a FunctionNames, threads: &[&Thread], with_details: bool) -> Self {
        let lanes = threads.iter().filter_map(|thread| thread.lanes.as_ref().ok());
        let kinds = EventKind::VALUES.iter().map(|kind| kind.name.len());
        Self {
            names,
            with_details,
            start_ns: lanes.filter_map(first_time_ns).min().unwrap_or_default(),
            kind_width: kinds.max().unwrap_or_default(),
            arch: Arch::new(0),
            is_first_thread: true,
        }
    }

    fn put_line_start(&self, seq: u64, timestamp_ns: u64, out: &mut Out) -> io::Result<()> {
        out.put_u64_aligned(seq, SEQ_WIDTH)?;
        let is_before = timestamp_ns < self.start_ns;
        let distance_ns = timestamp_ns.abs_diff(self.start_ns);
        let seconds = distance_ns / NANOSECONDS_PER_SECOND;
        out.put(b"  ")?;
        out.put_spaces(SECONDS_WIDTH.saturating_sub(numbers::decimal_len(seconds)))?;
        out.put(if is_before { b"-" } else { b"+" })?;
        out.put_u64(seconds)?;
        out.put(b".")?;
        let nanoseconds = distance_ns % NANOSECONDS_PER_SECOND;
        // A leading 1 keeps the zeros: 1000000042, of which the 1 is cut off.
        let mut digits = itoa::Buffer::new();
        let digits = digits.format(NANOSECONDS_PER_SECOND + nanoseconds);
        out.put(&digits.as_bytes()[1..])?;
        out.put(b"  ")
    }

    fn put_kind(&self, kind: EventKind, out: &mut Out) -> io::Result<()> {
        let width = match kind.name() {
            Some(name) => {
                out.put(name.as_bytes())?;
                name.len()
            }
            None => {
                out.put_u64(kind.get().into())?;
                numbers::decimal_len(kind.get().into())
            }
        };
        out.put_spaces(self.kind_width.saturating_sub(width) + 2)
    }
}

fn first_time_ns(lanes: &Lanes) -> Option<u64> {
    match (lanes.index(), lanes.detail()) {
        (Some(index), _) => index.time_range().map(|(start, _)| start),
        (None, Ok(Some(detail))) => {
            detail.iter().next()?.ok().map(|record| record.header.timestamp.get())
        }
        _ => None,
    }
}

impl Printer for Text<'_> {
    fn start(&mut self, _out: &mut Out) -> io::Result<()> {
        Ok(())
    }

    fn thread(&mut self, thread_id: u32, lanes: &Lanes, out: &mut Out) -> io::Result<()> {
        if !std::mem::take(&mut self.is_first_thread) {
            out.put(b"\n")?;
        }
        let index = lanes.index();
        let count = match (index, lanes.detail()) {
            (Some(index), _) => numbers::count(index.len() as u64, "event"),
            (None, Ok(Some(detail))) => numbers::count(detail.len() as u64, "detail record"),
            (None, _) => String::new(),
        };
        if let Some(index) = index {
            self.arch = index.header().arch;
        } else if let Ok(Some(detail)) = lanes.detail() {
            self.arch = detail.header().arch;
        }
        writeln!(out, "thread {thread_id}: {count}; times in s since {} ns", self.start_ns)?;
        let (time_width, kind_width) = (SECONDS_WIDTH + 11, self.kind_width);
        let what = if index.is_some() { "function" } else { "" };
        let kind = if index.is_some() { "event" } else { "record" };
        let line =
            format!("{:>SEQ_WIDTH$}  {:>time_width$}  {kind:<kind_width$}  {what}", "seq", "time");
        writeln!(out, "{}", line.trim_end())
    }

    fn event(
        &mut self,
        seq: u64,
        event: &IndexEvent,
        detail: Option<&DetailEvent<'_>>,
        out: &mut Out,
    ) -> io::Result<()> {
        self.put_line_start(seq, event.timestamp_ns.get(), out)?;
        self.put_kind(event.event_kind, out)?;
        out.put_spaces(event.call_depth.get().min(MAX_INDENT) as usize * 2)?;
        if event.event_kind == EventKind::LOST {
            // No function: how many events were lost before the next one.
            write!(out, "{} lost", numbers::count(event.function_id.get(), "event"))?;
        } else {
            self.names.put(event.function_id.get(), out)?;
        }
        out.put(b"\n")?;
        match detail {
            Some(record) if self.with_details => stack::put_detail(record, self.arch, out),
            _ => Ok(()),
        }
    }

    fn record(&mut self, seq: u64, record: &DetailEvent<'_>, out: &mut Out) -> io::Result<()> {
        self.put_line_start(seq, record.header.timestamp.get(), out)?;
        writeln!(out, "{} of event {}", record.header.event_type, record.index_seq())?;
        stack::put_detail(record, self.arch, out)
    }
}

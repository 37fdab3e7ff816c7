//! Text: thread, relative time, calls indented by depth, function names.

use std::io::{self, Write};

use atf_analysis::names::Names;
use atf_runtime::DetailEvent;
use atf_runtime::format::{Arch, EventKind};

use super::cells::Cells;
use super::printer::Printer;
use super::stack::Stack;
use crate::event::Shown;
use crate::out::{Label, Out};
use crate::trace::{Opened, Thread};
use crate::{functions, numbers, screen};

/// Maximum depth that is indented. Deeper calls would not fit on the screen, and a damaged depth
/// must not print gigabytes of spaces.
const MAX_INDENT: u32 = 40;
const SEQ_WIDTH: usize = 9;
const SECONDS_WIDTH: usize = 6;
const TIME_WIDTH: usize = SECONDS_WIDTH + 11;
/// Columns of a name where the width of the screen is not known. Such output is for files and other programs.
const MAX_NAME_COLUMNS: usize = 200;
/// So much of a name is shown however deep the call is.
const MIN_NAME_COLUMNS: usize = 16;
const NANOSECONDS_PER_SECOND: u64 = 1_000_000_000;
const THREAD: &str = "thread";

/// Prints [text](self).
pub(super) struct Text<'a> {
    names: Cells<'a, Name>,
    stack: Option<Stack>,
    /// Columns for the indented name; `None` for as many as it takes.
    name_columns: Option<usize>,
    threads: Vec<Column>,
    /// Width of the longest thread id, or of the heading.
    thread_width: usize,
    /// Number of threads and events.
    summary: String,
    /// Whether the lines are the records of a detail.atf.
    only_records: bool,
    /// The first timestamp of the printed threads. Printed times are relative to it.
    start_ns: u64,
    /// Width of the longest name of an event kind.
    kind_width: usize,
}

/// A name as it is printed.
struct Name {
    text: Box<str>,
    columns: usize,
}

fn name(names: &Names, function_id: u64) -> Name {
    let text = functions::shown(names, function_id);
    let text = screen::cut(&text, MAX_NAME_COLUMNS).into_owned().into_boxed_str();
    Name { columns: screen::width(&text), text }
}

/// What the lines of a thread need.
struct Column {
    /// The id, right-aligned.
    id: Label,
    arch: Arch,
}

impl<'a> Text<'a> {
    /// `start_ns`: the first time of the trace, from which times are counted.
    pub(super) fn new(
        names: &'a Names,
        threads: &[&Thread],
        start_ns: u64,
        with_details: bool,
    ) -> Self {
        let files = || threads.iter().filter_map(|thread| thread.files.as_ref().ok());
        let kinds = EventKind::VALUES.iter().map(|kind| kind.name.len());
        let id_widths = threads.iter().map(|thread| numbers::decimal_len(thread.id.into()));
        let thread_width = id_widths.max().unwrap_or_default().max(THREAD.len());
        let column = |thread: &&Thread| Column {
            id: Label::new(format!("{:>thread_width$}  ", thread.id)),
            arch: arch_of(thread),
        };
        let kind_width = kinds.max().unwrap_or_default();
        let before_name = thread_width + 2 + SEQ_WIDTH + 2 + TIME_WIDTH + 2 + kind_width + 2;
        Self {
            names: Cells::new(names, name),
            stack: with_details.then(Stack::new),
            name_columns: screen::columns().map(|all| all.saturating_sub(before_name)),
            threads: threads.iter().map(column).collect(),
            thread_width,
            summary: summary(threads),
            only_records: files().any(|files| matches!(files, Opened::Detail(_))),
            start_ns,
            kind_width,
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
        // Adding 1000000000 keeps leading zeros: 42 becomes 1000000042, and the 1 is cut off.
        let mut digits = itoa::Buffer::new();
        let digits = digits.format(NANOSECONDS_PER_SECOND + nanoseconds);
        out.put(&digits.as_bytes()[1..])?;
        out.put(b"  ")
    }

    fn put_kind(&self, kind: EventKind, out: &mut Out) -> io::Result<()> {
        match kind.name() {
            Some(name) => {
                out.put(name.as_bytes())?;
                out.put_spaces(self.kind_width.saturating_sub(name.len()) + 2)
            }
            None => self.put_kind_number(kind, out),
        }
    }

    fn put_kind_number(&self, kind: EventKind, out: &mut Out) -> io::Result<()> {
        let number = kind.get().into();
        out.put_u64(number)?;
        out.put_spaces(self.kind_width.saturating_sub(numbers::decimal_len(number)) + 2)
    }
}

/// "thread 3: 5 events" or "2 threads: 7 events". Counts only threads that can be read.
fn summary(threads: &[&Thread]) -> String {
    let readable = threads.iter().filter_map(|it| Some((it.id, it.files.as_ref().ok()?)));
    let (mut ids, mut events) = (Vec::new(), 0);
    for (id, files) in readable {
        ids.push(id);
        if let (None, Ok(Some(detail))) = (files.index(), files.detail()) {
            return format!(
                "{THREAD} {id}: {}",
                numbers::count(detail.len() as u64, "detail record")
            );
        }
        events += files.index().map_or(0, |index| index.len() as u64);
    }
    let events = numbers::count(events, "event");
    match ids[..] {
        [id] => format!("{THREAD} {id}: {events}"),
        _ => format!("{}: {events}", numbers::count(ids.len() as u64, THREAD)),
    }
}

/// The architecture, which decides the names of the registers.
fn arch_of(thread: &Thread) -> Arch {
    let Ok(files) = &thread.files else { return Arch::new(0) };
    match (files.index(), files.detail()) {
        (Some(index), _) => index.header().arch,
        (None, Ok(Some(detail))) => detail.header().arch,
        _ => Arch::new(0),
    }
}

/// What the number in the place of a function id means.
fn put_number(kind: EventKind, number: u64, out: &mut Out) -> io::Result<()> {
    match kind {
        EventKind::LOST => write!(out, "{} lost", numbers::count(number, "event")),
        _ => write!(out, "number {number}"),
    }
}

impl Printer for Text<'_> {
    fn start(&mut self, out: &mut Out) -> io::Result<()> {
        writeln!(out, "{}; time in seconds since {} ns", self.summary, self.start_ns)?;
        let (thread_width, kind_width) = (self.thread_width, self.kind_width);
        if self.only_records {
            return writeln!(out, "{:>SEQ_WIDTH$}  {:>TIME_WIDTH$}  record", "seq", "time");
        }
        writeln!(
            out,
            "{THREAD:>thread_width$}  {:>SEQ_WIDTH$}  {:>TIME_WIDTH$}  {:<kind_width$}  function",
            "seq", "time", "event"
        )
    }

    fn event(
        &mut self,
        at: usize,
        seq: u64,
        shown: Shown<'_>,
        detail: Option<&DetailEvent<'_>>,
        out: &mut Out,
    ) -> io::Result<()> {
        let event = shown.event;
        out.put_label(&self.threads[at].id)?;
        self.put_line_start(seq, event.timestamp_ns.get(), out)?;
        match shown.kind_as_number {
            Some(kind) => self.put_kind_number(kind, out)?,
            None => self.put_kind(event.event_kind, out)?,
        }
        let indent = event.call_depth.get().min(MAX_INDENT) as usize * 2;
        out.put_spaces(indent)?;
        match shown.function_id() {
            Some(function_id) => {
                let name = self.names.get(function_id);
                let columns = self.name_columns.map_or(MAX_NAME_COLUMNS, |all| {
                    all.saturating_sub(indent).max(MIN_NAME_COLUMNS)
                });
                if name.columns <= columns {
                    out.put(name.text.as_bytes())?;
                } else {
                    out.put(screen::cut(&name.text, columns).as_bytes())?;
                }
            }
            None => put_number(event.event_kind, event.function_id.get(), out)?,
        }
        out.put(b"\n")?;
        match (detail, &self.stack) {
            (Some(record), Some(stack)) => stack.put(record, self.threads[at].arch, out),
            _ => Ok(()),
        }
    }

    fn record(&mut self, seq: u64, record: &DetailEvent<'_>, out: &mut Out) -> io::Result<()> {
        self.put_line_start(seq, record.header.timestamp.get(), out)?;
        writeln!(out, "{} of event {}", record.header.event_type, record.index_seq())?;
        let arch = self.threads.first().map_or(Arch::new(0), |thread| thread.arch);
        self.stack.get_or_insert_with(Stack::new).put(record, arch, out)
    }
}

//! Calls as text.

use std::io::{self, Write};

use atf_analysis::Call;

use super::Printer;
use crate::functions;
use crate::numbers::short_duration;
use crate::out::Out;
use crate::screen;
use crate::subject::Subject;

/// Columns before the name.
const NUMBERS: usize = 57;
/// Deeper calls are not indented any further.
const MAX_INDENT: u32 = 40;
/// Columns of a name where the screen is not known.
const MAX_NAME_COLUMNS: usize = 200;
/// So much of a name is shown however deep the call is.
const MIN_NAME_COLUMNS: usize = 16;

/// Prints [text](self).
pub(super) struct Text<'a> {
    subject: &'a Subject,
    start_ns: u64,
    columns: Option<usize>,
}

impl<'a> Text<'a> {
    pub(super) fn new(subject: &'a Subject) -> Self {
        let start_ns = subject.trace.start_ns().unwrap_or_default();
        Self { subject, start_ns, columns: screen::columns() }
    }
}

impl Printer for Text<'_> {
    fn start(&mut self, out: &mut Out) -> io::Result<()> {
        writeln!(out, "time in seconds since {} ns", self.start_ns)?;
        writeln!(
            out,
            "{:>6}  {:>9}  {:>16}  {:>8}  {:>8}  function",
            "thread", "start_seq", "start", "total", "self"
        )
    }

    fn call(&mut self, call: &Call, out: &mut Out) -> io::Result<()> {
        let since_ns = i128::from(call.start_ns) - i128::from(self.start_ns);
        let sign = if since_ns < 0 { '-' } else { '+' };
        let since_ns = since_ns.unsigned_abs();
        let (seconds, ns) = (since_ns / 1_000_000_000, since_ns % 1_000_000_000);
        let start = format!("{sign}{seconds}.{ns:09}");
        let indent = call.depth.min(MAX_INDENT) as usize * 2;
        let columns = self.columns.map_or(MAX_NAME_COLUMNS, |columns| {
            columns.saturating_sub(NUMBERS + indent).max(MIN_NAME_COLUMNS)
        });
        let name = functions::shown(&self.subject.names, call.function_id);
        let how = match call.ended_by {
            atf_analysis::EndedBy::Return => String::new(),
            other => format!(" ({other})"),
        };
        writeln!(
            out,
            "{:>6}  {:>9}  {start:>16}  {:>8}  {:>8}  {:indent$}{}{how}",
            call.thread_id,
            call.start_seq.0,
            short_duration(call.duration_ns),
            short_duration(call.self_ns),
            "",
            screen::cut(&name, columns)
        )
    }
}

//! The lines: duration, thread, and the text of a call.

use std::io::{self, Write};

use atf_analysis::names::Names;
use atf_analysis::{Call, EndedBy};

use crate::color::Color;
use crate::functions;
use crate::numbers::short_duration;
use crate::out::Out;
use crate::screen;

const DURATION_WIDTH: usize = 9;
/// Deeper calls are not indented any further.
const MAX_INDENT: usize = 40;
/// Columns of a name where the screen is not known.
const MAX_NAME_COLUMNS: usize = 200;
/// So much of a name is shown however deep the call is.
const MIN_NAME_COLUMNS: usize = 16;

/// Prints lines.
pub(super) struct Lines<'a> {
    pub(super) names: &'a Names,
    /// The width of the screen, if it is known.
    pub(super) columns: Option<usize>,
    pub(super) color: Color,
    pub(super) thread_width: usize,
    pub(super) out: &'a mut Out,
}

impl Lines<'_> {
    pub(super) fn heading(&mut self) -> io::Result<()> {
        let width = self.thread_width;
        let heading = format!("{:>DURATION_WIDTH$}  {:>width$}  call", "duration", "thread");
        writeln!(self.out, "{}", self.color.bold(heading))
    }

    /// A call without calls inside.
    pub(super) fn leaf(&mut self, call: &Call, level: usize) -> io::Result<()> {
        let name = self.name(call, level);
        let mark = mark(call, "");
        self.line(Some(call), call.thread_id, level, &format!("{name}();{mark}"))
    }

    /// The first line of a call with calls inside.
    pub(super) fn begin(&mut self, call: &Call, level: usize) -> io::Result<()> {
        let name = self.name(call, level);
        self.line(None, call.thread_id, level, &format!("{name}() {{"))
    }

    /// Its last line.
    pub(super) fn end(&mut self, call: &Call, level: usize, is_long: bool) -> io::Result<()> {
        let name = if is_long { self.name(call, level) } else { String::new() };
        self.line(Some(call), call.thread_id, level, &format!("}}{}", mark(call, &name)))
    }

    /// A line of its own.
    pub(super) fn note(&mut self, text: &str) -> io::Result<()> {
        writeln!(self.out, "{}", self.color.dim(text))
    }

    fn line(
        &mut self,
        timed: Option<&Call>,
        thread: u32,
        level: usize,
        text: &str,
    ) -> io::Result<()> {
        let duration = timed.map_or_else(String::new, |call| short_duration(call.duration_ns));
        let width = self.thread_width;
        let depth = if level > MAX_INDENT { format!("[{level}] ") } else { String::new() };
        let indent = level.min(self.most_indent()) * 2;
        writeln!(
            self.out,
            "{duration:>DURATION_WIDTH$}  {thread:>width$}  {:indent$}{}{text}",
            "",
            self.color.dim(depth)
        )
    }

    /// How deep calls are indented: on a narrow screen less.
    fn most_indent(&self) -> usize {
        let before =
            DURATION_WIDTH + 2 + self.thread_width + 2 + MIN_NAME_COLUMNS + "[1000] ();".len();
        let room = self.columns.map_or(MAX_INDENT, |columns| columns.saturating_sub(before) / 2);
        room.min(MAX_INDENT)
    }

    fn name(&self, call: &Call, level: usize) -> String {
        let name = functions::shown(self.names, call.function_id);
        let before = DURATION_WIDTH + 2 + self.thread_width + 2 + "() {".len();
        let indent = level.min(self.most_indent()) * 2;
        let columns = self.columns.map_or(MAX_NAME_COLUMNS, |columns| {
            columns.saturating_sub(before + indent).max(MIN_NAME_COLUMNS)
        });
        screen::cut(&name, columns).into_owned()
    }
}

/// A comment: the name, and what is to be said of the call; empty if there is nothing.
fn mark(call: &Call, name: &str) -> String {
    let ended = match call.ended_by {
        EndedBy::Return => "",
        EndedBy::Exception => "exception",
        EndedBy::Unwound => "unwound",
        EndedBy::Lost => "end lost",
        EndedBy::EndOfTrace => "unfinished",
    };
    let gap = if call.has_gap { "events lost inside" } else { "" };
    let cut = match call.cut.as_str() {
        None => String::new(),
        Some("both") => "cut at both ends".to_owned(),
        Some(end) => format!("cut at the {end}"),
    };
    let said: Vec<&str> =
        [name, ended, gap, &cut].into_iter().filter(|it| !it.is_empty()).collect();
    if said.is_empty() { String::new() } else { format!(" /* {} */", said.join(", ")) }
}

//! Text output: offset, bytes, and their meaning.

use std::collections::HashSet;
use std::io::{self, Write};

use super::{Printer, Subject};
use crate::annotate::{Item, Kind, Problem, Range, Summary};

/// Bytes to a line.
const ROW: usize = 8;
/// Most problems that are named again at the end.
const NAMED: usize = 20;

pub(super) struct Text<'a> {
    out: &'a mut dyn Write,
    /// Fields whose meaning was printed.
    explained: HashSet<String>,
}

impl<'a> Text<'a> {
    pub(super) fn new(out: &'a mut dyn Write) -> Self {
        Self { out, explained: HashSet::new() }
    }

    fn range(&mut self, range: &Range) -> io::Result<()> {
        let mut label = String::new();
        if !range.record.is_empty() {
            label.push_str(&range.record);
            if !range.field.is_empty() {
                label.push('.');
                label.push_str(&range.field);
            }
        }
        if !range.value.is_empty() {
            if !label.is_empty() {
                label.push_str(" = ");
            }
            label.push_str(&range.value);
        }
        if !range.note.is_empty() {
            label.push_str(&format!(" ({})", range.note));
        }
        let path = format!("{}.{}", range.record, range.field);
        if !range.meaning.is_empty() && self.explained.insert(path) {
            let meaning: Vec<&str> = range.meaning.split_whitespace().collect();
            label.push_str(&format!("  # {}", meaning.join(" ")));
        }
        for (row, bytes) in range.bytes.chunks(ROW).enumerate() {
            let hex: Vec<String> = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
            let what = match row {
                0 => label.clone(),
                _ => String::new(),
            };
            let what = if self.is_run(range) {
                let text: String = bytes
                    .iter()
                    .map(|byte| if (b' '..=b'~').contains(byte) { char::from(*byte) } else { '.' })
                    .collect();
                if what.is_empty() { format!("|{text}|") } else { format!("|{text}| {what}") }
            } else {
                what
            };
            let offset = range.offset + (row * ROW) as u64;
            let line = format!("{offset:08x}  {:<23}  {what}", hex.join(" "));
            writeln!(self.out, "{}", line.trim_end())?;
        }
        let left = range.length - range.bytes.len() as u64;
        if left > 0 {
            writeln!(self.out, "          ... {left} more bytes")?;
        }
        for problem in &range.problems {
            self.problem(problem)?;
        }
        Ok(())
    }

    /// Whether the bytes are a run that may hold text.
    fn is_run(&self, range: &Range) -> bool {
        matches!(range.kind, Kind::Tail | Kind::Opaque | Kind::Unknown)
    }

    fn problem(&mut self, problem: &Problem) -> io::Result<()> {
        writeln!(self.out, "!! {problem}")
    }
}

impl Printer for Text<'_> {
    fn begin(&mut self, subject: &Subject) -> io::Result<()> {
        let file = &subject.format.files[subject.kind];
        writeln!(
            self.out,
            "{}: the file {} ({}) of {}",
            subject.path, file.name, file.path, subject.format.name
        )?;
        if let Some(hint) = &subject.hint {
            writeln!(self.out, "hint: {hint}")?;
        }
        Ok(())
    }

    fn item(&mut self, item: Item) -> io::Result<()> {
        match item {
            Item::Region { name, record, start, end } => {
                writeln!(self.out, "\n{name}: {record}, bytes {start}..{end}")
            }
            Item::Range(range) => self.range(&range),
            Item::Problem(problem) => self.problem(&problem),
            Item::Skipped { events: Some(events), start, end } => writeln!(
                self.out,
                "\n... {}, bytes {start}..{end}: --all shows them",
                count(events, "more event")
            ),
            Item::Skipped { events: None, start, end } => writeln!(
                self.out,
                "\n... more events, not counted, bytes {start}..{end}: --all shows all, --from BYTE starts at one"
            ),
        }
    }

    fn end(&mut self, subject: &Subject, summary: &Summary) -> io::Result<()> {
        let mut what = format!("{}: {}", subject.path, count(summary.length, "byte"));
        if let Some(events) = summary.events {
            what.push_str(&format!(", {}", count(events, "event")));
        }
        if summary.problems == 0 {
            return writeln!(self.out, "\n{what}, no problem in the part that was checked");
        }
        writeln!(self.out, "\n{what}, {}", count(summary.problems, "problem"))?;
        for problem in summary.listed.iter().take(NAMED) {
            writeln!(self.out, "{}: {problem}", subject.path)?;
        }
        let left = summary.problems - summary.listed.len().min(NAMED) as u64;
        if left > 0 {
            writeln!(self.out, "... and {left} more")?;
        }
        Ok(())
    }
}

/// `1 event`, `2 events`.
fn count(number: u64, noun: &str) -> String {
    if number == 1 { format!("1 {noun}") } else { format!("{number} {noun}s") }
}

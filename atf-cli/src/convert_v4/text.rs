//! The report as text: what was read, kept, and not kept.

use std::io::{self, Write};

use atf_runtime::v4::{Converted, NotKept, Reader};

use super::Args;
use crate::escape::{printable, printable_path};
use crate::numbers::{byte_size, count, grouped};
use crate::out::Out;

/// Registers that are named.
const NAMED: usize = 8;

/// Prints the report.
pub(super) fn print(
    trace: &Reader,
    converted: &Converted,
    args: &Args,
    out: &mut Out,
) -> io::Result<()> {
    let events = count(converted.messages, "event");
    writeln!(out, "read: {events} from {}", printable_path(trace.path()))?;
    if let Some(damage) = &converted.damage {
        writeln!(out, "      {}", printable(&damage.to_string()))?;
        let skipped = converted.skipped;
        match converted.unread_bytes {
            0 => {
                let places = count(skipped.gaps, "place");
                writeln!(out, "      skipped {} at {places}", byte_size(skipped.bytes))?;
            }
            bytes => writeln!(out, "      the last {} were not read", byte_size(bytes))?,
        }
    }
    if converted.missing_events > 0 {
        let missing = count(converted.missing_events, "event");
        writeln!(out, "      {missing} fewer than trace.json says")?;
    }
    writeln!(out, "kept: {}", kept(converted))?;
    let ends = [(converted.has_start, "trace start"), (converted.has_end, "trace end")];
    let ends: Vec<&str> = ends.iter().filter(|(is, _)| *is).map(|(_, name)| *name).collect();
    if !ends.is_empty() {
        writeln!(out, "      {}", ends.join(", "))?;
    }
    if !converted.not_kept.is_empty() {
        writeln!(out, "not kept:")?;
    }
    for (&what, &number) in &converted.not_kept {
        write!(out, "  {:>10}  {what}", grouped(number))?;
        if what == NotKept::Registers {
            write!(out, "{}", registers(converted))?;
        }
        writeln!(out)?;
    }
    writeln!(out, "written to {}", printable_path(&args.out))
}

fn kept(converted: &Converted) -> String {
    let parts = [
        (converted.threads, "thread"),
        (converted.calls, "call"),
        (converted.returns, "return"),
        (converted.signals, "signal"),
        (converted.details, "detail record"),
        (converted.functions, "function"),
    ];
    let parts = parts.iter().enumerate().filter(|(at, (number, _))| *at == 0 || *number > 0);
    let parts: Vec<String> = parts.map(|(_, (number, what))| count(*number, what)).collect();
    parts.join(", ")
}

/// ": rip (3), r11 (1)", those that came most often first.
fn registers(converted: &Converted) -> String {
    let mut names: Vec<_> = converted.registers_without_slot.iter().collect();
    names.sort_by_key(|(_, count)| std::cmp::Reverse(**count));
    let more = if names.len() > NAMED { ", ..." } else { "" };
    let shown = names.iter().take(NAMED);
    let shown = shown.map(|(name, count)| format!("{} ({})", printable(name), grouped(**count)));
    let shown: Vec<String> = shown.collect();
    match shown.is_empty() {
        true => String::new(),
        false => format!(": {}{more}", shown.join(", ")),
    }
}

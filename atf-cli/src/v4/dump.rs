//! `atf dump` of a V4 trace: its events in the order of the file, as text or JSON lines.

use std::io::Write;
use std::path::Path;

use atf_runtime::v4::{Event, Payload, Registers, Salvaged};
use serde_json::{Value as Json, json};

use crate::failure::{Failure, Verdict};
use crate::out::Out;
use crate::progress::{Progress, Unit};
use crate::{notes, numbers, values};

/// What to print, and how.
pub(crate) struct Choice<'a> {
    pub(crate) thread: Option<u32>,
    pub(crate) contains: &'a dyn Fn(u64) -> bool,
    pub(crate) limit: u64,
    pub(crate) details: bool,
    pub(crate) jsonl: bool,
}

/// Prints the events.
pub(crate) fn dump(path: &Path, choice: &Choice<'_>, out: &mut Out) -> Result<Verdict, Failure> {
    let trace = super::open(path)?;
    let mut left = choice.limit;
    if !choice.jsonl {
        writeln!(
            out,
            "{:>10}  {:>12}  {:>20}  event     what",
            "thread", "event_id", "timestamp_ns"
        )?;
    }
    let progress = Progress::if_stdout_is_a_file("dumping", trace.len_bytes(), Unit::Bytes);
    let mut salvage = trace.salvage();
    let mut reported = 0;
    while let Some(next) = salvage.next() {
        if salvage.position() - reported > 1 << 20 {
            progress.add(salvage.position() - reported);
            reported = salvage.position();
        }
        let event = match next {
            Salvaged::Event(event) => event,
            Salvaged::Gap(gap) => {
                let bytes = numbers::count(gap.len, "byte");
                notes::note(format_args!("{}; {bytes} skipped", gap.error));
                continue;
            }
            _ => continue,
        };
        let is_chosen = choice.thread.is_none_or(|id| id == event.thread());
        if !is_chosen || !(choice.contains)(event.timestamp_ns()) {
            continue;
        }
        if left == 0 {
            break;
        }
        left -= 1;
        if choice.jsonl {
            writeln!(out, "{}", object(&event, choice.details))?;
        } else {
            print(&event, choice.details, out)?;
        }
    }
    Ok(Verdict::Clean)
}

/// The kind, the name, and with details the registers and bytes.
type Shown<'a> = (&'static str, String, Option<Registers<'a>>, &'a [u8]);

fn shown<'a>(event: &Event<'a>) -> Shown<'a> {
    match event.payload {
        Some(Payload::TraceStart(it)) => ("start", it.executable_path.to_owned(), None, &[]),
        Some(Payload::TraceEnd(it)) => ("end", format!("exit code {}", it.exit_code), None, &[]),
        Some(Payload::FunctionCall(it)) => {
            ("call", it.symbol.to_owned(), Some(it.argument_registers), it.stack_shallow_copy)
        }
        Some(Payload::FunctionReturn(it)) => {
            ("return", it.symbol.to_owned(), Some(it.return_registers), &[])
        }
        Some(Payload::SignalDelivery(it)) => {
            ("signal", format!("{} {}", it.number, it.name), Some(it.registers), &[])
        }
        _ => ("none", String::new(), None, &[]),
    }
}

fn print(event: &Event<'_>, details: bool, out: &mut Out) -> Result<(), Failure> {
    let (kind, name, registers, stack) = shown(event);
    let (thread, id, time) = (event.thread(), event.event_id, event.timestamp_ns());
    let line =
        format!("{thread:>10}  {id:>12}  {time:>20}  {kind:<8}  {}", values::printable(&name));
    writeln!(out, "{}", line.trim_end())?;
    if !details {
        return Ok(());
    }
    for (name, value) in registers.iter().flatten() {
        writeln!(out, "{:>15}{} = {value:#x}", "", values::printable(name))?;
    }
    if !stack.is_empty() {
        writeln!(out, "{:>15}stack {}", "", numbers::hex(stack))?;
    }
    Ok(())
}

fn object(event: &Event<'_>, details: bool) -> Json {
    let (kind, name, registers, stack) = shown(event);
    let address = match event.payload {
        Some(Payload::FunctionCall(it)) => Some(it.address),
        Some(Payload::FunctionReturn(it)) => Some(it.address),
        _ => None,
    };
    let mut object = json!({
        "thread": event.thread(),
        "event_id": event.event_id,
        "timestamp_ns": event.timestamp_ns(),
        "event_kind": kind,
        "what": name,
        "address": address,
    });
    if details {
        object["registers"] = json!(registers.map(|it| it.to_map()));
        object["stack"] = numbers::hex(stack).into();
    }
    object
}

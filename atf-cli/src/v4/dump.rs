//! `atf dump` of a V4 trace: its events in the order of the file, as text or JSON lines.

use std::io::Write;
use std::path::Path;

use atf_analysis::Selection;
use atf_analysis::filter::{Filter, is_kept};
use atf_analysis::names::{NameStyle, Names, demangle};
use atf_runtime::format::EventKind;
use atf_runtime::v4::{Event, Payload, Registers, Salvaged};
use serde_json::{Value as Json, json};

use super::summary::Summary;
use crate::failure::{Failure, Verdict};
use crate::out::Out;
use crate::progress::{Progress, Unit};
use crate::{escape, notes, numbers};

/// What to print, and how.
pub(crate) struct Choice {
    /// Functions, threads, times and kinds count; V4 has nothing for the others.
    pub(crate) filter: Filter,
    pub(crate) offset: u64,
    pub(crate) limit: u64,
    pub(crate) details: bool,
    pub(crate) jsonl: bool,
    pub(crate) names: NameStyle,
}

impl Choice {
    fn keeps(&self, event: &Event<'_>, selection: &Selection) -> bool {
        let (kind, symbol) = match event.payload {
            Some(Payload::FunctionCall(it)) => (EventKind::CALL, Some(it.symbol)),
            Some(Payload::FunctionReturn(it)) => (EventKind::RETURN, Some(it.symbol)),
            Some(Payload::SignalDelivery(_)) => (EventKind::SIGNAL, None),
            // The start and the end of the trace, which are of no kind.
            _ => (EventKind::new(0), None),
        };
        let keeps_function = || match symbol {
            Some(symbol) => {
                let demangled = demangle(symbol);
                is_kept(&self.filter.functions, [symbol].into_iter().chain(demangled.as_deref()))
            }
            None => self.filter.functions.is_empty(),
        };
        selection.has_thread(event.thread())
            && selection.has_time(event.timestamp_ns())
            && selection.has_kind(kind)
            && keeps_function()
    }

    fn shown_name(&self, symbol: &str) -> String {
        match self.names {
            NameStyle::Demangled => demangle(symbol).unwrap_or_else(|| symbol.to_owned()),
            NameStyle::Raw => symbol.to_owned(),
        }
    }
}

/// Prints the events.
pub(crate) fn dump(path: &Path, choice: &Choice, out: &mut Out) -> Result<Verdict, Failure> {
    let trace = super::open(path)?;
    // Relative times need the first and the last one, which the file does not say.
    let is_relative = choice.filter.has_relative_times();
    let range = is_relative.then(|| Summary::of(&trace).total.times).flatten();
    let selection = choice.filter.resolve(&Names::default(), range).selection;
    let (mut to_skip, mut left) = (choice.offset, choice.limit);
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
        if !choice.keeps(&event, &selection) {
            continue;
        }
        if to_skip > 0 {
            to_skip -= 1;
            continue;
        }
        if left == 0 {
            break;
        }
        left -= 1;
        if choice.jsonl {
            writeln!(out, "{}", object(&event, choice))?;
        } else {
            print(&event, choice, out)?;
        }
    }
    Ok(Verdict::Clean)
}

/// The kind, the name, and with details the registers and bytes.
type Shown<'a> = (&'static str, String, Option<Registers<'a>>, &'a [u8]);

fn shown<'a>(event: &Event<'a>, choice: &Choice) -> Shown<'a> {
    match event.payload {
        Some(Payload::TraceStart(it)) => ("start", it.executable_path.to_owned(), None, &[]),
        Some(Payload::TraceEnd(it)) => ("end", format!("exit code {}", it.exit_code), None, &[]),
        Some(Payload::FunctionCall(it)) => (
            "call",
            choice.shown_name(it.symbol),
            Some(it.argument_registers),
            it.stack_shallow_copy,
        ),
        Some(Payload::FunctionReturn(it)) => {
            ("return", choice.shown_name(it.symbol), Some(it.return_registers), &[])
        }
        Some(Payload::SignalDelivery(it)) => {
            ("signal", format!("{} {}", it.number, it.name), Some(it.registers), &[])
        }
        _ => ("none", String::new(), None, &[]),
    }
}

fn print(event: &Event<'_>, choice: &Choice, out: &mut Out) -> Result<(), Failure> {
    let (kind, name, registers, stack) = shown(event, choice);
    // Only functions are names.
    let name = match kind {
        "call" | "return" => escape::name(&name),
        _ => escape::printable(&name).into(),
    };
    let (thread, id, time) = (event.thread(), event.event_id, event.timestamp_ns());
    let line = format!("{thread:>10}  {id:>12}  {time:>20}  {kind:<8}  {name}");
    writeln!(out, "{}", line.trim_end())?;
    if !choice.details {
        return Ok(());
    }
    for (name, value) in registers.iter().flatten() {
        writeln!(out, "{:>15}{} = {value:#x}", "", escape::name(name))?;
    }
    if !stack.is_empty() {
        writeln!(out, "{:>15}stack {}", "", numbers::hex(stack))?;
    }
    Ok(())
}

fn object(event: &Event<'_>, choice: &Choice) -> Json {
    let (kind, name, registers, stack) = shown(event, choice);
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
    if choice.details {
        object["registers"] = json!(registers.map(|it| it.to_map()));
        object["stack"] = numbers::hex(stack).into();
    }
    object
}

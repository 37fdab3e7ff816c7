//! The JSON of `chrome://tracing`, which Perfetto and speedscope open too.
//!
//! The format: "Trace Event Format", object form. Times are in µs from the start of the trace, with three decimals for
//! ns. Each call is a pair of events, `B` and `E`; `E` says in `args` how the call ended if it was not by a return. A
//! place where events were lost is an event of its own (`i`).

use std::collections::HashMap;
use std::io::Write;

use atf_analysis::EndedBy;
use foldhash::fast::RandomState;

use crate::Progress;
use crate::error::Result;
use crate::exported::Exported;
use crate::gaps::gaps;
use crate::names::{json, of_function, of_module};
use crate::source::Source;
use crate::steps::{Step, Totals};

/// Writes the calls of `source`. `progress` is called with the bytes of events that were read.
///
/// # Errors
///
/// [`Error::Output`](crate::Error::Output), and [`Error::Analysis`](crate::Error::Analysis) when a temporary file is
/// refused.
pub fn write(
    source: &Source<'_>,
    out: &mut impl Write,
    progress: Option<Progress<'_>>,
) -> Result<Exported> {
    let mut silent = |_| ();
    let progress = progress.unwrap_or(&mut silent);
    let (pid, start_ns) = (source.pid().unwrap_or_default(), source.start_ns());
    // The rest of a B event after its time: most of the text is the same for each call of a function.
    let mut begins: HashMap<u64, String, RandomState> = HashMap::default();
    write!(
        out,
        "{{\"displayTimeUnit\":\"ns\",\"otherData\":{{\"title\":{},\"start_ns\":\"{start_ns}\"}},\"traceEvents\":[\n\
         {{\"ph\":\"M\",\"name\":\"process_name\",\"pid\":{pid},\"tid\":0,\"args\":{{\"name\":{}}}}}",
        json(source.title),
        json(source.process_name()),
    )?;
    let mut totals = Totals::default();
    for (thread_id, index) in source.threads() {
        write!(
            out,
            ",\n{{\"ph\":\"M\",\"name\":\"thread_name\",\"pid\":{pid},\"tid\":{thread_id},\"args\":{{\"name\":{}}}}}",
            json(&source.thread_name(thread_id)),
        )?;
        let place = format!("\"pid\":{pid},\"tid\":{thread_id},\"ts\":");
        let mut event = Vec::new();
        totals.add_thread(source, (thread_id, index), progress, |step| {
            event.clear();
            match step {
                Step::Begin { call, time_ns } => {
                    let begin = begins.entry(call.function_id).or_insert_with(|| {
                        let name = json(&of_function(source, call.function_id));
                        let module = of_module(source, call.function_id).unwrap_or_default();
                        format!(",\"cat\":{},\"name\":{name}}}", json(module))
                    });
                    event.extend_from_slice(b",\n{\"ph\":\"B\",");
                    event.extend_from_slice(place.as_bytes());
                    put_time(&mut event, time_ns.saturating_sub(start_ns));
                    event.extend_from_slice(begin.as_bytes());
                }
                Step::End { call, time_ns } => {
                    event.extend_from_slice(b",\n{\"ph\":\"E\",");
                    event.extend_from_slice(place.as_bytes());
                    put_time(&mut event, time_ns.saturating_sub(start_ns));
                    if call.ended_by != EndedBy::Return {
                        let ended_by = call.ended_by;
                        write!(event, ",\"args\":{{\"ended_by\":\"{ended_by}\"}}")?;
                    }
                    event.push(b'}');
                }
            }
            Ok(out.write_all(&event)?)
        })?;
        for gap in gaps(index, source.selection) {
            write!(out, ",\n{{\"ph\":\"i\",{place}")?;
            let mut time = Vec::new();
            put_time(&mut time, gap.to_ns.saturating_sub(start_ns));
            out.write_all(&time)?;
            let (events, from_ns) = (gap.events, gap.from_ns);
            write!(
                out,
                ",\"s\":\"t\",\"name\":\"lost events: {events}\",\"args\":{{\"lost_events\":\"{events}\",\"since_ns\":\"{from_ns}\"}}}}"
            )?;
        }
    }
    writeln!(out, "\n]}}")?;
    out.flush()?;
    Ok(totals.exported())
}

/// A time in µs with three decimals.
fn put_time(event: &mut Vec<u8>, ns: u64) {
    event.extend_from_slice(itoa::Buffer::new().format(ns / 1000).as_bytes());
    let rest = ns % 1000;
    if rest > 0 {
        let digit = |value: u64| b'0' + (value % 10) as u8;
        event.extend_from_slice(&[b'.', digit(rest / 100), digit(rest / 10), digit(rest)]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_microseconds_with_three_decimals() {
        let time = |ns| {
            let mut text = Vec::new();
            put_time(&mut text, ns);
            String::from_utf8(text).unwrap()
        };
        let found = [0, 7, 999, 1000, 1_234_050].map(time);
        assert_eq!(found, ["0", "0.007", "0.999", "1", "1234.050"]);
        assert_eq!(time(u64::MAX), "18446744073709551.615");
    }
}

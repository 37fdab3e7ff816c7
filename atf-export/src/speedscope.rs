//! The file format of speedscope: <https://www.speedscope.app/file-format-schema.json>.
//!
//! Each thread is an evented profile; the name of a function stands in the file once. Times are in ns from the start of
//! the trace. The format has no sign for lost events, nor for how a call ended.

use std::io::Write;

use crate::Progress;
use crate::error::Result;
use crate::exported::Exported;
use crate::names::{Numbered, json, of_function, of_module};
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
    let start_ns = source.start_ns();
    let mut frames = Numbered::default();
    let mut totals = Totals::default();
    write!(
        out,
        "{{\"$schema\":\"https://www.speedscope.app/file-format-schema.json\",\"exporter\":\"atf {}\",\"name\":{},\"profiles\":[",
        env!("CARGO_PKG_VERSION"),
        json(source.title),
    )?;
    for (position, thread) in source.threads().enumerate() {
        let name = json(&source.thread_name(thread.0));
        let comma = if position > 0 { "," } else { "" };
        write!(
            out,
            "{comma}\n{{\"type\":\"evented\",\"name\":{name},\"unit\":\"nanoseconds\",\"startValue\":0,\"events\":["
        )?;
        let (mut end_ns, mut comma) = (0, &b"\n"[..]);
        let (mut event, mut digits) = (Vec::new(), itoa::Buffer::new());
        totals.add_thread(source, thread, progress, |step| {
            let (kind, function_id, time_ns) = match step {
                Step::Begin { call, time_ns } => (b'O', call.function_id, time_ns),
                Step::End { call, time_ns } => (b'C', call.function_id, time_ns),
            };
            end_ns = time_ns.saturating_sub(start_ns);
            event.clear();
            event.extend_from_slice(comma);
            event.extend_from_slice(b"{\"type\":\"");
            event.push(kind);
            event.extend_from_slice(b"\",\"frame\":");
            let (frame, _) = frames.number(function_id);
            event.extend_from_slice(digits.format(frame).as_bytes());
            event.extend_from_slice(b",\"at\":");
            event.extend_from_slice(digits.format(end_ns).as_bytes());
            event.push(b'}');
            comma = b",\n";
            Ok(out.write_all(&event)?)
        })?;
        write!(out, "],\"endValue\":{end_ns}}}")?;
    }
    out.write_all(b"],\n\"shared\":{\"frames\":[")?;
    for (position, &function_id) in frames.functions().iter().enumerate() {
        let comma = if position > 0 { "," } else { "" };
        write!(out, "{comma}\n{{\"name\":{}", json(&of_function(source, function_id)))?;
        if let Some(module) = of_module(source, function_id) {
            write!(out, ",\"file\":{}", json(module))?;
        }
        out.write_all(b"}")?;
    }
    out.write_all(b"]}}\n")?;
    out.flush()?;
    let mut exported = totals.exported();
    exported.leave_out(totals.gaps());
    exported.leave_out(totals.endings());
    Ok(exported)
}

//! The result of a demo, as text and as JSON.

use std::io::{self, Write};
use std::path::Path;

use atf_runtime::session::TracePath;
use atf_runtime::verify::Report;
use serde_json::json;

use super::record::Recording;
use crate::failure::Failure;
use crate::out::Out;
use crate::trace::Trace;
use crate::{dump, escape, notes, numbers, shell, verify};

const SHOWN_EVENTS: u64 = 20;
const SHOWN_WORDS: usize = 8;

/// Prints what was recorded.
pub(super) fn print_recording(recording: &Recording, dir: &Path, out: &mut Out) -> io::Result<()> {
    writeln!(out, "recorded  {}", escape::printable_path(dir))?;
    writeln!(
        out,
        "          {} counted the words of {} ({} found) in {}",
        numbers::count(recording.threads, "thread"),
        numbers::count(recording.texts_read, "text"),
        numbers::grouped(recording.texts_found),
        numbers::duration(recording.duration_ns)
    )?;
    writeln!(
        out,
        "          {}, {} of them with registers and stack, {}",
        numbers::count(recording.recorded.events, "event"),
        numbers::grouped(recording.recorded.details),
        numbers::byte_size(recording.bytes)
    )?;
    if let Some(rings) = recording.recorded.rings {
        writeln!(
            out,
            "          one ring per thread: {} dropped, peak ring usage {}",
            numbers::grouped(rings.dropped),
            numbers::byte_size(rings.high_water_bytes)
        )?;
    }
    let top = recording.top_words.iter().take(SHOWN_WORDS);
    let top: Vec<String> = top.map(|(word, count)| format!("{word} {count}")).collect();
    writeln!(out, "          most frequent words: {}", top.join(", "))
}

/// Prints the result of the verification, the first events, and commands to run next.
pub(super) fn print_trace(
    path: &TracePath,
    verified: &Report,
    out: &mut Out,
) -> Result<(), Failure> {
    writeln!(out, "verified  {}", verify::summary(path, verified)?)?;
    for problem in verified.problems() {
        writeln!(out, "          {}", escape::printable(&problem.to_string()))?;
    }
    for note in verified.notes() {
        notes::note(note);
    }
    writeln!(out)?;
    dump::print_first_events(&Trace::open(path.path())?, SHOWN_EVENTS, out)?;
    let (atf, path) = (shell::program(), shell::word(path.path()));
    writeln!(out, "\nnext:")?;
    writeln!(out, "  {atf} info {path}")?;
    writeln!(out, "  {atf} dump {path} --thread 0 --details | less")?;
    writeln!(out, "  {atf} verify {path}")?;
    Ok(())
}

/// Prints one object to stdout. Problems go to stderr, as the notes do.
pub(super) fn print_json(
    recording: &Recording,
    path: &TracePath,
    verified: &Report,
    out: &mut Out,
) -> io::Result<()> {
    let object = json!({
        "path": path.path().to_string_lossy(),
        "threads": recording.threads,
        "events": recording.recorded.events,
        "details": recording.recorded.details,
        "bytes": recording.bytes,
        "dropped": recording.recorded.dropped(),
        "clean": verified.is_ok(),
    });
    for problem in verified.problems() {
        notes::note(problem);
    }
    for note in verified.notes() {
        notes::note(note);
    }
    writeln!(out, "{object}")
}

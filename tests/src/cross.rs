//! What readers in several languages must read of one session, as text that all of them can print.
//!
//! [`dump`] is Rust's side. The others are programs: they read the directories of sessions from stdin, a
//! line each, and print `== DIRECTORY` and the dump of each. A dump has a line per fact:
//!
//! ```text
//! session error TEXT     it cannot be opened; nothing else follows
//! manifest ok | error TEXT
//! symbol FUNCTION_ID NAME
//! session EVENTS DETAILS|unknown FIRST_NS LAST_NS|none
//! problem THREAD TEXT
//! thread THREAD error TEXT
//! thread THREAD index EVENTS STRIDE FINALIZED HAS_DETAIL FIRST_NS LAST_NS|none
//! event SEQ TIMESTAMP_NS FUNCTION_ID THREAD_ID EVENT_KIND CALL_DEPTH DETAIL_SEQ
//! link SEQ DETAIL        what the event's detail_seq leads to
//! named SEQ DETAIL       the record whose index_seq is SEQ
//! detail none | error TEXT | RECORDS FINALIZED RECORDS_END
//! record OFFSET TOTAL_LENGTH EVENT_TYPE FLAGS INDEX_SEQ THREAD_ID TIMESTAMP PAYLOAD_HEX BACK STACK_LEN|opaque
//! records error TEXT     what ends the iteration over them
//! range FROM TO START END      of the index, by binary search
//! merged THREAD SEQ      in timestamp order
//! within THREAD SEQ      of the events in the middle half of the session's time
//! ```
//!
//! DETAIL is the offset of a record, `none`, or `error TEXT`; BACK the timestamp of the event that a record
//! names, or `none`; FINALIZED and HAS_DETAIL are 0 or 1. TEXT is the error without its cause. Readers
//! without a merge leave out the lines that begin with `merged` and `within`.

use std::fmt::{Display, Write as _};
use std::path::Path;

use atf_runtime::session::{SessionReader, locate};
use atf_runtime::verify::verify;
use atf_runtime::{DetailEvent, Error, IndexSeq, Merge, ThreadReader};

/// What Rust reads of the session in `dir`, or why it is none.
pub fn dump(dir: &Path) -> String {
    let mut out = String::new();
    let session = match SessionReader::open(dir) {
        Ok(session) => session,
        Err(error) => {
            line(&mut out, format_args!("session error {error}"));
            return out;
        }
    };
    match session.manifest() {
        Ok(_) => line(&mut out, "manifest ok"),
        Err(error) => line(&mut out, format_args!("manifest error {error}")),
    }
    for (id, name) in session.symbols() {
        line(&mut out, format_args!("symbol {id} {name}"));
    }
    let details = session.detail_count().map_or("unknown".to_owned(), |count| count.to_string());
    let times = times(session.time_range());
    line(&mut out, format_args!("session {} {details} {times}", session.event_count()));
    for problem in session.problems() {
        line(&mut out, format_args!("problem {} {}", problem.thread_id, problem.error));
    }
    for thread in session.threads() {
        match &thread.reader {
            Ok(reader) => dump_thread(&mut out, thread.id, reader),
            Err(error) => line(&mut out, format_args!("thread {} error {error}", thread.id)),
        }
    }
    for it in session.merged() {
        line(&mut out, format_args!("merged {} {}", it.thread_id, it.seq));
    }
    if let Some((from, to)) = session.time_range().and_then(middle) {
        let indexes = session.readable().map(|(id, thread)| (id, thread.index()));
        for it in Merge::range(indexes, from..to) {
            line(&mut out, format_args!("within {} {}", it.thread_id, it.seq));
        }
    }
    out
}

/// The result of Rust's verification of `dir`, a line each:
///
/// ```text
/// error TEXT | clean | problems
/// problem TEXT
/// note TEXT
/// ```
pub fn verdict(dir: &Path) -> String {
    let mut out = String::new();
    let report = match locate(dir).and_then(|path| verify(&path, None)) {
        Ok(report) => report,
        Err(error) => {
            line(&mut out, format_args!("error {error}"));
            return out;
        }
    };
    line(&mut out, if report.is_ok() { "clean" } else { "problems" });
    report.problems().iter().for_each(|it| line(&mut out, format_args!("problem {it}")));
    report.notes().iter().for_each(|it| line(&mut out, format_args!("note {it}")));
    out
}

/// The lines of a dump that a reader without a merge prints.
pub fn without_merges(dump: &str) -> String {
    let is_merge = |line: &&str| line.starts_with("merged ") || line.starts_with("within ");
    dump.split_inclusive('\n').filter(|line| !is_merge(line)).collect()
}

fn dump_thread(out: &mut String, id: u32, thread: &ThreadReader) {
    let index = thread.index();
    let (stride, is_final) = (index.extent().stride, u8::from(index.extent().footer.is_complete()));
    let (events, has_detail) = (index.len(), u8::from(index.has_detail()));
    let range = times(index.time_range());
    line(out, format_args!("thread {id} index {events} {stride} {is_final} {has_detail} {range}"));
    for (seq, event) in (0_u32..).zip(index) {
        let (time, function) = (event.timestamp_ns, event.function_id);
        let (kind, depth) = (event.event_kind.get(), event.call_depth);
        let (of, link) = (event.thread_id, event.detail_seq);
        line(out, format_args!("event {seq} {time} {function} {of} {kind} {depth} {link}"));
        line(out, format_args!("link {seq} {}", found(thread.get_detail_for(event))));
        if let Ok(Some(detail)) = thread.detail() {
            let named = found(detail.get_by_index_seq(IndexSeq(seq)));
            line(out, format_args!("named {seq} {named}"));
        }
    }
    if let Some((from, to)) = index.time_range().and_then(middle) {
        let (start, end) = (index.find_start(from), index.find_end(to));
        line(out, format_args!("range {from} {to} {start} {end}"));
    }
    let detail = match thread.detail() {
        Ok(None) => return line(out, "detail none"),
        Err(error) => return line(out, format_args!("detail error {error}")),
        Ok(Some(detail)) => detail,
    };
    let is_final = u8::from(detail.is_finalized());
    line(out, format_args!("detail {} {is_final} {}", detail.len(), detail.records_end()));
    for record in detail {
        match record {
            Ok(record) => dump_record(out, thread, &record),
            Err(error) => line(out, format_args!("records error {error}")),
        }
    }
}

fn dump_record(out: &mut String, thread: &ThreadReader, record: &DetailEvent<'_>) {
    let header = record.header;
    let (offset, total, flags) = (record.offset, header.total_length, header.flags);
    let (kind, seq) = (header.event_type.get(), record.index_seq());
    let (of, time) = (header.thread_id, header.timestamp);
    let hex: String = record.payload.iter().map(|byte| format!("{byte:02x}")).collect();
    let back = thread.get_index_for(record).map(|event| event.timestamp_ns.get().to_string());
    let back = back.unwrap_or("none".to_owned());
    let stack = record.function().map(|function| function.stack.len().to_string());
    let stack = stack.unwrap_or("opaque".to_owned());
    line(
        out,
        format_args!(
            "record {offset} {total} {kind} {flags} {seq} {of} {time} {hex} {back} {stack}"
        ),
    );
}

fn found(record: Result<Option<DetailEvent<'_>>, Error>) -> String {
    match record {
        Ok(Some(record)) => record.offset.to_string(),
        Ok(None) => "none".to_owned(),
        Err(error) => format!("error {error}"),
    }
}

fn times(range: Option<(u64, u64)>) -> String {
    range.map_or("none".to_owned(), |(first, last)| format!("{first} {last}"))
}

/// The middle half of a range; `None` if it is empty.
fn middle((first, last): (u64, u64)) -> Option<(u64, u64)> {
    let quarter = last.checked_sub(first)? / 4;
    Some((first + quarter, last - quarter))
}

fn line(out: &mut String, text: impl Display) {
    let _ = writeln!(out, "{text}");
}

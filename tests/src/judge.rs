//! What every trace must satisfy after a crash and after recovery.

use std::fs;
use std::path::Path;

use crate::builder::{DetailFile, EVENT, FRAME, IndexFile, NO_DETAIL, Thread};
use atf_runtime::format::IndexEvent;
use atf_runtime::recovery::Plan;
use atf_runtime::session::TracePath;
use atf_runtime::verify::verify;
use atf_runtime::{DetailReader, Error, IndexReader};
use zerocopy::IntoBytes;

/// Every problem of a path, as text, with `dir` cut off; panics when it cannot be verified at all.
pub fn problems(path: &TracePath) -> Vec<String> {
    let report = verify(path, None).expect("it can be read");
    report.problems().iter().map(|it| relative(&it.to_string(), path.path())).collect()
}

/// Every note of a path, as [`problems`], but for the one that files without chunk checksums get, which are most of those
/// that tests build.
pub fn notes(path: &TracePath) -> Vec<String> {
    let report = verify(path, None).expect("it can be read");
    let notes = report.notes().iter().filter(|it| !it.text.starts_with("not protected: "));
    notes.map(|it| relative(&it.to_string(), path.path())).collect()
}

/// `text` without the directory in front of its paths.
pub fn relative(text: &str, dir: &Path) -> String {
    text.replace(&format!("{}/", dir.display()), "").replace(&dir.display().to_string(), ".")
}

/// The plan of a path; panics when it cannot be read at all.
pub fn plan(path: &TracePath) -> Plan {
    Plan::of(path, None).expect("it can be read")
}

/// The bytes of the events that a reader gives, checked to be the same by `get` and both ways of
/// iterating.
pub fn events_of(index: &IndexReader) -> Vec<u8> {
    let events: Vec<&IndexEvent> = index.iter().collect();
    assert_eq!(events.len(), index.len());
    let mut backwards: Vec<&IndexEvent> = index.iter().rev().collect();
    backwards.reverse();
    assert_eq!(events, backwards);
    for (seq, event) in events.iter().enumerate() {
        assert_eq!(index.get(atf_runtime::IndexSeq(seq as u32)), Some(*event));
    }
    assert_eq!(index.get(atf_runtime::IndexSeq(events.len() as u32)), None);
    events.iter().flat_map(|event| event.as_bytes()).copied().collect()
}

/// The bytes of the complete records that a reader returns; `get` must return the same.
pub fn records_of(detail: &DetailReader) -> Vec<Vec<u8>> {
    let mut records = Vec::new();
    for (seq, record) in detail.iter().map_while(Result::ok).enumerate() {
        let again = detail.get(atf_runtime::DetailSeq(seq as u32)).expect("a complete record");
        let again = again.expect("as many as the iterator gives");
        assert_eq!((again.offset, again.header), (record.offset, record.header));
        records.push([record.header.as_bytes(), record.payload].concat());
    }
    assert_eq!(detail.len(), records.len());
    records
}

/// How many events and records of `thread` are complete in files of these lengths.
pub fn complete_in(thread: &Thread, index_len: usize, detail_len: usize) -> (usize, usize) {
    let events = (index_len.saturating_sub(FRAME) / EVENT).min(thread.index.events.len());
    let Some(detail) = &thread.detail else { return (events, 0) };
    let is_complete = |count: &usize| detail.record_offset(*count) <= detail_len;
    let records = (1..=detail.records.len()).take_while(is_complete).count();
    (events, records)
}

/// The files that recovery must make when the first `events` and `records` are complete.
pub fn recovered(
    thread: &Thread,
    events: usize,
    records: usize,
) -> (IndexFile, Option<DetailFile>) {
    let lane = thread.detail.iter().flat_map(|detail| &detail.records).take(records);
    let kept: Vec<_> = lane.take_while(|it| (it.index_seq as usize) < events).cloned().collect();
    let mut left = thread.index.events[..events].to_vec();
    for event in &mut left {
        if event.detail_seq as usize >= kept.len() {
            event.detail_seq = NO_DETAIL;
        }
    }
    let detail = (!kept.is_empty()).then(|| DetailFile::finalized(thread.id, &kept));
    (IndexFile::finalized(thread.id, &left), detail)
}

/// Checks what a recovery left in `dir` to be exactly these files, without problems.
pub fn assert_recovered(dir: &Path, expected: &(IndexFile, Option<DetailFile>), context: &str) {
    let read = |name| fs::read(dir.join("thread_7").join(name)).ok();
    assert_eq!(read("index.atf"), Some(expected.0.bytes()), "{context}");
    assert_eq!(read("detail.atf"), expected.1.as_ref().map(DetailFile::bytes), "{context}");
    // A detail lane that recovery did not change may have no offsets.
    if let Some(offsets) = read("detail.off") {
        assert_eq!(Some(offsets), expected.1.as_ref().map(DetailFile::offsets), "{context}");
    }
    let path = TracePath::Session(dir.to_owned());
    assert_eq!(problems(&path), [""; 0], "{context}");
    assert!(plan(&path).changes_nothing(), "{context}");
    let manifest = fs::read_to_string(dir.join("manifest.json")).unwrap();
    assert!(manifest.contains(r#""state": "complete""#), "{context}: {manifest}");
}

/// Checks that an error names the file, the byte, what was expected and what was found.
pub fn assert_full_message(error: &Error, file: &Path) {
    let text = error.to_string();
    let fault = error.fault().unwrap_or_else(|| panic!("not about bytes: {text}"));
    let expected = format!(
        "{}: {} at byte {}: {}: expected {}, found {}",
        file.display(),
        fault.region,
        fault.offset,
        fault.field,
        fault.expected,
        fault.found
    );
    assert_eq!(text, expected);
    let place = [fault.region.to_string(), fault.field.to_string()];
    for part in place.iter().chain([&fault.expected, &fault.found]) {
        assert!(!part.is_empty(), "{text}");
    }
}

//! Links between a thread's two files, in both directions.
//!
//! The sequences in the events have no gap, and every record is named by the event that it names.
//! Together that makes the links one to one.

use std::mem::offset_of;

use super::payload::Payloads;
use super::report::Report;
use crate::error::{Fault, FaultKind, Region};
use crate::format::{DetailEventHeader, IndexEvent};
use crate::reader::{DetailReader, IndexReader};
use crate::seq::{DetailSeq, IndexSeq};

/// Reports events that link to a detail.atf that does not exist.
pub(super) fn check_without_detail(index: &IndexReader, report: &mut Report) {
    for (seq, event) in index.iter().enumerate() {
        if DetailSeq::from_field(event.detail_seq.get()).is_some() {
            let fault = link_fault(index, seq, "none (there is no detail.atf)", event);
            report.problem(index.path(), fault);
        }
    }
}

/// Checks both directions.
pub(super) fn check(index: &IndexReader, detail: &DetailReader, report: &mut Report) {
    check_forward(index, detail.len() as u64, report);
    check_backward(index, detail, report);
}

fn check_forward(index: &IndexReader, detail_count: u64, report: &mut Report) {
    let mut next = 0;
    for (seq, event) in index.iter().enumerate() {
        let Some(DetailSeq(found)) = DetailSeq::from_field(event.detail_seq.get()) else {
            continue;
        };
        let found = u64::from(found);
        if found != next {
            let expected = format!("{next} (sequences have no gap)");
            report.problem(index.path(), link_fault(index, seq, &expected, event));
        } else if found >= detail_count {
            let expected = match detail_count {
                0 => "none (no record of detail.atf can be read)".to_owned(),
                _ => format!("below {detail_count} (records in detail.atf)"),
            };
            report.problem(index.path(), link_fault(index, seq, &expected, event));
        }
        next = found + 1;
    }
}

fn check_backward(index: &IndexReader, detail: &DetailReader, report: &mut Report) {
    let mut previous: Option<IndexSeq> = None;
    let mut payloads = Payloads::default();
    for (seq, record) in detail.iter().map_while(Result::ok).enumerate() {
        let linked = record.index_seq();
        let mut problem =
            |field_offset: usize, name: &'static str, expected: String, found: String| {
                let offset = record.offset + field_offset as u64;
                let (kind, region) = (FaultKind::LinkBroken, Region::Record(seq as u64));
                let fault = Fault::new(kind, region, offset, name, expected, found);
                report.problem(detail.path(), fault);
            };
        let at = offset_of!(DetailEventHeader, index_seq);
        if let Some(previous) = previous.filter(|&previous| linked <= previous) {
            let expected = format!("above {previous} (the record before)");
            problem(at, "index_seq", expected, linked.to_string());
        }
        previous = Some(linked);
        let Some(event) = index.get(linked) else {
            let expected = format!("below {} (events in index.atf)", index.len());
            problem(at, "index_seq", expected, linked.to_string());
            continue;
        };
        if u64::from(event.detail_seq.get()) != seq as u64 {
            let expected = format!("an event whose detail_seq is {seq}");
            let found = match DetailSeq::from_field(event.detail_seq.get()) {
                Some(other) => format!("{linked}, whose detail_seq is {other}"),
                None => format!("{linked}, which has no detail"),
            };
            problem(at, "index_seq", expected, found);
            continue;
        }
        if event.timestamp_ns != record.header.timestamp {
            problem(
                offset_of!(DetailEventHeader, timestamp),
                "timestamp",
                format!("{} (event {linked}'s)", event.timestamp_ns),
                record.header.timestamp.to_string(),
            );
        }
        report.problems_in(detail.path(), payloads.check(event, &record, seq as u64));
    }
    payloads.note(detail, report);
}

fn link_fault(index: &IndexReader, seq: usize, expected: &str, event: &IndexEvent) -> Fault {
    let offset = event_offset(index, seq) + offset_of!(IndexEvent, detail_seq) as u64;
    let (kind, region) = (FaultKind::LinkBroken, Region::Event(seq as u64));
    Fault::new(kind, region, offset, "detail_seq", expected, event.detail_seq)
}

pub(super) fn event_offset(index: &IndexReader, seq: usize) -> u64 {
    index.extent().events_offset + index.extent().stride * seq as u64
}

//! What must be in files and ring, from what the pushes returned.

use std::ops::RangeInclusive;

use zerocopy::{FromBytes, IntoBytes};

use super::script::Calls;
use super::{Setup, THREAD_ID, event, payload};
use crate::format::{DetailEventHeader, DetailEventType, EventKind, IndexEvent, NO_DETAIL_SEQ};
use crate::ring::PushError;

const EVENT_SIZE: usize = size_of::<IndexEvent>();

/// What a lane pair was found to hold.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Contents {
    pub(super) markers: u64,
    /// Sum of what the markers say.
    pub(super) marked: u64,
    pub(super) details: u64,
    /// Events that were pushed with a payload and are there without.
    pub(super) without: u64,
}

/// Judges both lanes: every event that was accepted stands at its sequence, with its record; and
/// nothing else does but markers and, where `may_hold_open`, the event of a push that has not returned.
pub(super) fn judge(
    setup: &Setup,
    lanes: [&[u8]; 2],
    calls: &Calls,
    may_hold_open: bool,
) -> Result<Contents, String> {
    let [index, detail] = lanes;
    if !index.len().is_multiple_of(EVENT_SIZE) {
        return Err(format!("{} bytes of events", index.len()));
    }
    let mut accepted: Vec<(u32, u64)> = calls
        .returned
        .iter()
        .filter_map(|&(number, result)| Some((result.ok()?, number)))
        .collect();
    accepted.sort_unstable();
    let mut accepted = accepted.into_iter().peekable();
    let mut contents = Contents::default();
    let mut records = Vec::new();
    let mut marker: Option<IndexEvent> = None;
    for (seq, bytes) in (0..).zip(index.chunks(EVENT_SIZE)) {
        let found = IndexEvent::read_from_bytes(bytes).expect("as long as it is");
        if found.event_kind == EventKind::LOST {
            if marker.replace(found).is_some() {
                return Err(format!("event {seq}: two markers in a row"));
            }
            contents.markers += 1;
            contents.marked += found.function_id.get();
            continue;
        }
        let number = match accepted.next_if(|it| it.0 == seq) {
            Some((_, number)) => number,
            None => {
                let number = found.timestamp_ns.get().wrapping_sub(event(0).timestamp_ns);
                if !(may_hold_open && calls.open.contains(&number)) {
                    return Err(format!("event {seq} was not accepted: {found:?}"));
                }
                number
            }
        };
        if accepted.peek().is_some_and(|it| it.0 <= seq) {
            return Err(format!("event {seq}: {found:?} is in the place of another"));
        }
        let payload_len = setup.pushes.get(number as usize).copied().flatten();
        let is_linked = found.detail_seq.get() != NO_DETAIL_SEQ;
        let mut expected = plain(number);
        if let Some(len) = payload_len.filter(|_| is_linked) {
            expected.detail_seq = (contents.details as u32).into();
            contents.details += 1;
            records.extend(record(number, seq, len));
        }
        contents.without += u64::from(payload_len.is_some() && !is_linked);
        if found.as_bytes() != expected.as_bytes() {
            return Err(format!("event {seq}: expected {expected:?}, found {found:?}"));
        }
        if let Some(marker) = marker.take() {
            check_marker(&marker, &expected)?;
        }
    }
    if let Some(missing) = accepted.next() {
        return Err(format!("(sequence, event) {missing:?} was accepted and is not there"));
    }
    if marker.is_some() {
        return Err("the last event is a marker".to_owned());
    }
    if detail != records {
        return Err(format!("detail: expected {records:?}, found {detail:?}"));
    }
    Ok(contents)
}

/// An event as it stands in the index, without detail.
fn plain(number: u64) -> IndexEvent {
    let event = event(number);
    let mut record = IndexEvent::INIT;
    record.timestamp_ns = event.timestamp_ns.into();
    record.function_id = event.function_id.into();
    record.thread_id = THREAD_ID.into();
    record.event_kind = event.event_kind;
    record.call_depth = event.call_depth.into();
    record
}

fn record(number: u64, index_seq: u32, payload_len: usize) -> Vec<u8> {
    let bytes = payload(number, payload_len);
    let mut header = DetailEventHeader::INIT;
    header.total_length = (size_of::<DetailEventHeader>() as u32 + bytes.len() as u32).into();
    header.event_type = DetailEventType::FUNCTION_CALL;
    header.index_seq = index_seq.into();
    header.thread_id = THREAD_ID.into();
    header.timestamp = event(number).timestamp_ns.into();
    [header.as_bytes(), &bytes].concat()
}

fn check_marker(marker: &IndexEvent, next: &IndexEvent) -> Result<(), String> {
    let mut expected = IndexEvent::INIT;
    expected.timestamp_ns = next.timestamp_ns;
    expected.function_id = marker.function_id;
    expected.thread_id = next.thread_id;
    expected.event_kind = EventKind::LOST;
    if marker.as_bytes() != expected.as_bytes() || marker.function_id.get() == 0 {
        return Err(format!("{marker:?} before {next:?}"));
    }
    Ok(())
}

/// The records of a detail lane up to the first whose event is not among the first `events`.
pub(super) fn published(detail: &[u8], events: usize) -> &[u8] {
    let mut end = 0;
    while let Ok((header, _)) = DetailEventHeader::read_from_prefix(&detail[end..]) {
        let next = end + header.total_length.get() as usize;
        if header.index_seq.get() as usize >= events || next > detail.len() || next == end {
            break;
        }
        end = next;
    }
    &detail[..end]
}

/// How many events may be counted as dropped: those that were told so, and those that are about to.
pub(super) fn may_be_dropped(calls: &Calls) -> RangeInclusive<u64> {
    let told = |it: &&(u64, Result<u32, PushError>)| it.1.is_err_and(PushError::is_counted);
    let told = calls.returned.iter().filter(told).count() as u64;
    told..=told + calls.open.len() as u64
}

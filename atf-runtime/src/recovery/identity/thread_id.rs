//! The thread that the headers name: by the directory's name and the events.

use std::mem::offset_of;

use super::{BY_INDEX, Identity, Told, fault};
use crate::format::{AtfDetailHeader, AtfIndexHeader};
use crate::recovery::source::{EventSource, RecordSource};

impl Identity {
    /// Directory and events must not contradict each other.
    pub(super) fn settle_thread(
        &mut self,
        named: Option<u32>,
        events: &dyn EventSource,
        records: Option<&dyn RecordSource>,
    ) {
        let found = self.index.thread_id.get();
        let first = events.events().iter().next().map(|event| event.thread_id.get());
        let is_suspect = match named {
            Some(named) => named != found,
            None => first.is_some_and(|first| first != found),
        };
        if is_suspect {
            let of_events = most(|| events.events().iter().map(|event| event.thread_id.get()));
            let told: Told<u32> = match (named, of_events) {
                (Some(named), None) if first.is_none() => {
                    Some((named, "as the directory's name says"))
                }
                (Some(named), Some(events)) if named == events => {
                    Some((named, "as the directory's name and the events say"))
                }
                (None, Some(events)) => Some((events, "as its events say")),
                _ => None,
            };
            let at = offset_of!(AtfIndexHeader, thread_id);
            match (told.filter(|&(told, _)| told != found), named) {
                (Some((told, by)), _) => {
                    self.index_faults.push(fault(at, "thread_id", told, by, found));
                    self.index.thread_id = told.into();
                }
                (None, Some(named)) => {
                    let by = "as the directory's name says; the events do not";
                    self.contradictions.push(fault(at, "thread_id", named, by, found));
                }
                (None, None) => {}
            }
        }
        let Some(detail) = &mut self.detail else { return };
        let (thread_id, found) = (self.index.thread_id.get(), detail.thread_id.get());
        if thread_id == found {
            return;
        }
        let of_records = records.and_then(thread_of_records);
        if of_records != Some(found) {
            let at = offset_of!(AtfDetailHeader, thread_id);
            self.detail_faults.push(fault(at, "thread_id", thread_id, BY_INDEX, found));
            detail.thread_id = thread_id.into();
        }
    }

    /// The thread of a detail.atf that is recovered alone.
    pub(super) fn settle_thread_of_records(&mut self, records: &dyn RecordSource) {
        let Some(detail) = &mut self.detail else { return };
        let found = detail.thread_id.get();
        if let Some(told) = thread_of_records(records).filter(|&told| told != found) {
            let at = offset_of!(AtfDetailHeader, thread_id);
            self.detail_faults.push(fault(at, "thread_id", told, "as its records say", found));
            detail.thread_id = told.into();
        }
    }
}

fn thread_of_records(records: &dyn RecordSource) -> Option<u32> {
    most(|| records.iter().map(|record| record.header.thread_id.get()))
}

/// The value of more than half of the items, which are given twice.
fn most<I: Iterator<Item = u32>>(items: impl Fn() -> I) -> Option<u32> {
    // The only candidate, if there is one.
    let (mut candidate, mut lead) = (None, 0_u64);
    for item in items() {
        match (lead, candidate == Some(item)) {
            (0, _) => (candidate, lead) = (Some(item), 1),
            (_, true) => lead += 1,
            (_, false) => lead -= 1,
        }
    }
    let (mut count, mut all) = (0_u64, 0_u64);
    for item in items() {
        all += 1;
        count += u64::from(candidate == Some(item));
    }
    candidate.filter(|_| count * 2 > all)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_of_more_than_half_is_found() {
        for (items, expected) in [
            (&[][..], None),
            (&[3], Some(3)),
            (&[3, 4], None),
            (&[3, 4, 3], Some(3)),
            (&[4, 3, 5, 3, 3], Some(3)),
            (&[4, 3, 5, 3, 3, 5], None),
        ] {
            assert_eq!(most(|| items.iter().copied()), expected, "{items:?}");
        }
    }
}

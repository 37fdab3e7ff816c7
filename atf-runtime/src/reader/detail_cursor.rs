//! Detail records in the order of their events: each is the one after the last, so nothing is searched.

use super::detail::DetailIter;
use super::detail_event::DetailEvent;
use super::thread::ThreadReader;
use crate::error::Result;
use crate::format::{DetailEventHeader, IndexEvent};
use crate::seq::DetailSeq;

/// Finds the detail records of a thread's events. Fast if they are asked for in the order of the events; any order
/// gives the same records.
///
/// ```
/// # use atf_runtime::format::{Arch, ClockType, DetailEventType, EventKind, Os};
/// # use atf_runtime::{Event, Payload, Platform, ThreadWriter, WriterOptions};
/// use atf_runtime::ThreadReader;
/// # let dir = tempfile::tempdir().unwrap();
/// # let platform = Platform { arch: Arch::X86_64, os: Os::LINUX, clock_type: ClockType::BOOTTIME };
/// # let mut writer = ThreadWriter::create(dir.path(), 7, platform, WriterOptions::default())?;
/// # let record = Payload::Raw { event_type: DetailEventType::FUNCTION_CALL, bytes: b"payload" };
/// # for timestamp_ns in 0..3 {
/// #     let event = Event { timestamp_ns, function_id: 1, event_kind: EventKind::CALL, call_depth: 0 };
/// #     writer.write_event(&event, (timestamp_ns != 1).then_some(record))?;
/// # }
/// # writer.finalize()?;
/// let thread = ThreadReader::open(dir.path().join("thread_7"))?;
/// let mut details = thread.detail_cursor();
/// let mut found = Vec::new();
/// for event in thread.index().iter() {
///     found.push(details.get_for(event)?.is_some());
/// }
/// assert_eq!(found, [true, false, true]);
/// # Ok::<(), atf_runtime::Error>(())
/// ```
#[derive(Debug)]
pub struct DetailCursor<'a> {
    thread: &'a ThreadReader,
    /// The sequence of the record after the last one that was found, and the records from there on.
    next: Option<(u32, DetailIter<'a>)>,
}

impl<'a> DetailCursor<'a> {
    const fn new(thread: &'a ThreadReader) -> Self {
        Self { thread, next: None }
    }

    /// As [`ThreadReader::get_detail_for`].
    ///
    /// # Errors
    ///
    /// As [`ThreadReader::get_detail_for`].
    pub fn get_for(&mut self, event: &IndexEvent) -> Result<Option<DetailEvent<'a>>> {
        let Some(seq) = DetailSeq::from_field(event.detail_seq.get()) else { return Ok(None) };
        if let Some((at, records)) = &mut self.next
            && *at == seq.0
            && let Some(Ok(record)) = records.next()
            && self.thread.index().get(record.index_seq()).is_some_and(|linked| linked == event)
        {
            *at = at.wrapping_add(1);
            return Ok(Some(record.of_event(event)));
        }
        let found = self.thread.get_detail_for(event)?;
        self.next = found.as_ref().and_then(|record| {
            let len = (size_of::<DetailEventHeader>() + record.payload.len()) as u64;
            let detail = self.thread.detail().ok()??;
            let next = seq.0.checked_add(1)?;
            Some((next, detail.iter_from(record.offset + len, next.into())))
        });
        Ok(found)
    }
}

impl ThreadReader {
    /// Finds the detail records of this thread's events, in the order of the events fast.
    pub const fn detail_cursor(&self) -> DetailCursor<'_> {
        DetailCursor::new(self)
    }
}

#[cfg(test)]
mod tests {
    use crate::format::{Arch, ClockType, DetailEventType, EventKind, Os};
    use crate::reader::ThreadReader;
    use crate::{Event, Payload, Platform, ThreadWriter, WriterOptions};

    const PLATFORM: Platform =
        Platform { arch: Arch::X86_64, os: Os::LINUX, clock_type: ClockType::BOOTTIME };

    #[test]
    fn any_order_gives_the_records_that_a_search_gives() {
        let dir = tempfile::tempdir().unwrap();
        let mut writer =
            ThreadWriter::create(dir.path(), 1, PLATFORM, WriterOptions::default()).unwrap();
        for timestamp_ns in 0..500_u64 {
            let event_kind = EventKind::CALL;
            let event = Event { timestamp_ns, function_id: 1, event_kind, call_depth: 0 };
            let bytes = vec![7; timestamp_ns as usize % 50];
            let event_type = DetailEventType::new(9);
            let record = Payload::Raw { event_type, bytes: &bytes };
            writer.write_event(&event, (timestamp_ns % 3 != 1).then_some(record)).unwrap();
        }
        let thread_dir = writer.dir().to_owned();
        writer.finalize().unwrap();
        // One record is not as long as it says: what follows it is found by the offsets or not at all.
        let file = thread_dir.join("detail.atf");
        for damage in [None, Some(8_000)] {
            if let Some(at) = damage {
                let mut bytes = std::fs::read(&file).unwrap();
                bytes[at..at + 200].fill(0xFF);
                std::fs::write(&file, bytes).unwrap();
            }
            let thread = ThreadReader::open(&thread_dir).unwrap();
            let events: Vec<_> = thread.index().iter().collect();
            let orders: [Vec<usize>; 3] = [
                (0..500).collect(),
                (0..500).rev().collect(),
                (0..2000).map(|at| at * 7 % 499).collect(),
            ];
            for order in orders {
                let mut cursor = thread.detail_cursor();
                for at in order {
                    let searched = thread.get_detail_for(events[at]);
                    let found = cursor.get_for(events[at]);
                    match (searched, found) {
                        (Ok(Some(searched)), Ok(Some(found))) => {
                            assert_eq!(searched.offset, found.offset, "{at}");
                            assert_eq!(searched.payload, found.payload, "{at}");
                        }
                        (Ok(None), Ok(None)) => {}
                        (Err(searched), Err(found)) => {
                            assert_eq!(searched.to_string(), found.to_string(), "{at}");
                        }
                        (searched, found) => panic!("{at}: {searched:?}, {found:?}"),
                    }
                }
            }
        }
    }
}

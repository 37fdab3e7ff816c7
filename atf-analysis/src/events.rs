//! A thread's events in blocks, borrowed from the map where their size is ours.

use atf_runtime::IndexReader;
use atf_runtime::format::IndexEvent;
use atf_runtime::reader::IndexIter;

/// The events of a thread from the first to the last, as many at once as is asked for.
#[derive(Debug)]
pub(crate) struct Blocks<'a> {
    at: usize,
    source: Source<'a>,
}

#[derive(Debug)]
enum Source<'a> {
    Slice(&'a [IndexEvent]),
    /// Events of another size, which are copied.
    Copied {
        events: IndexIter<'a>,
        block: Vec<IndexEvent>,
    },
}

impl<'a> Blocks<'a> {
    pub(crate) fn new(index: &'a IndexReader) -> Self {
        let source = match index.as_slice() {
            Some(events) => Source::Slice(events),
            None => Source::Copied { events: index.iter(), block: Vec::new() },
        };
        Self { at: 0, source }
    }

    /// The next events, at most `most`, with the sequence of the first; `None` after the last.
    pub(crate) fn next(&mut self, most: usize) -> Option<(u32, &[IndexEvent])> {
        let events = match &mut self.source {
            Source::Slice(events) => {
                let left = &events[self.at..];
                &left[..left.len().min(most)]
            }
            Source::Copied { events, block } => {
                block.clear();
                block.extend(events.by_ref().take(most));
                &block[..]
            }
        };
        // A file has no more events than sequences.
        let first_seq = self.at as u32;
        self.at += events.len();
        (!events.is_empty()).then_some((first_seq, events))
    }
}

//! The calls of a thread once more, outer calls first, when it is known which of them are kept.

use std::path::PathBuf;

use crate::call::Call;
use crate::error::Result;
use crate::selecting::Consumer;
use crate::spill::{Order, Sorted, Sorter};

/// Collects the calls of a thread, in memory and in a temporary file.
#[derive(Debug)]
pub(super) struct Replayed {
    sorter: Sorter,
    orphans: Vec<u64>,
    result: Result<()>,
}

impl Replayed {
    pub(super) fn new(folder: PathBuf) -> Self {
        let sorter = Sorter::new(Order::Sequence, folder);
        Self { sorter, orphans: Vec::new(), result: Ok(()) }
    }

    /// Gives them to an analysis. To each it says at its start whether it is kept.
    pub(super) fn give_to<C: Consumer>(self, consumer: &mut C) -> Result<()> {
        self.result?;
        self.orphans.into_iter().for_each(|function_id| consumer.orphan(function_id));
        let mut stack: Vec<(Sorted, C::Mark)> = Vec::new();
        let end = |consumer: &mut C, (ended, mark): (Sorted, C::Mark)| {
            consumer.close(&ended.call, ended.is_kept, mark);
        };
        for sorted in self.sorter.finish()? {
            let sorted = sorted?;
            while let Some(ended) =
                stack.pop_if(|(top, _)| Some(top.call.start_seq) != sorted.call.parent)
            {
                end(consumer, ended);
            }
            let parent = stack.last().map(|(_, mark)| mark);
            let mark = consumer.open(sorted.call.function_id, sorted.is_kept, parent);
            stack.push((sorted, mark));
        }
        while let Some(ended) = stack.pop() {
            end(consumer, ended);
        }
        Ok(())
    }
}

impl Consumer for Replayed {
    type Mark = ();

    fn open(&mut self, _: u64, _: bool, _: Option<&()>) {}

    fn close(&mut self, call: &Call, is_kept: bool, (): ()) {
        if self.result.is_ok() {
            self.result = self.sorter.push(Sorted { call: *call, is_kept });
        }
    }

    fn orphan(&mut self, function_id: u64) {
        self.orphans.push(function_id);
    }
}

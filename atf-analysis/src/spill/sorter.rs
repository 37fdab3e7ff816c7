//! The sorter: runs in memory, then in files, then merged.

use std::path::PathBuf;
use std::vec;

use super::cursor::{Merge, Run};
use super::file::SpillFile;
use super::order::Order;
use super::record::{Record, Sorted};
use crate::error::Result;

/// How much is in memory.
#[derive(Clone, Copy, Debug)]
struct Limits {
    /// Calls that are sorted at once.
    run: usize,
    /// Runs that are merged at once.
    fan_in: usize,
    /// Calls of each run that are read at once.
    buffered: usize,
}

/// 6 MB while sorting, 2 MB while merging.
const LIMITS: Limits = Limits { run: 1 << 16, fan_in: 128, buffered: 256 };

/// Takes calls in any order.
#[derive(Debug)]
pub(crate) struct Sorter {
    order: Order,
    folder: PathBuf,
    limits: Limits,
    run: Vec<Sorted>,
    spilled: Option<(SpillFile, Vec<Run>)>,
}

/// The calls in their order.
#[derive(Debug)]
pub(crate) struct SortedCalls {
    source: Source,
    buffered: usize,
    spilled_bytes: u64,
}

#[derive(Debug)]
enum Source {
    Memory(vec::IntoIter<Sorted>),
    File(SpillFile, Merge),
}

impl Sorter {
    /// `folder`: where a temporary file goes, if one is needed.
    pub(crate) fn new(order: Order, folder: PathBuf) -> Self {
        Self { order, folder, limits: LIMITS, run: Vec::new(), spilled: None }
    }

    pub(crate) fn push(&mut self, sorted: Sorted) -> Result<()> {
        self.run.push(sorted);
        if self.run.len() < self.limits.run { Ok(()) } else { self.spill() }
    }

    /// Writes the calls in memory as a run.
    fn spill(&mut self) -> Result<()> {
        let order = self.order;
        self.run.sort_unstable_by_key(|it| order.key(&it.call));
        let (file, runs) = match &mut self.spilled {
            Some(spilled) => spilled,
            None => self.spilled.insert((SpillFile::create(&self.folder)?, Vec::new())),
        };
        let first = file.len();
        for sorted in self.run.drain(..) {
            file.push(&Record::of(&sorted))?;
        }
        runs.push(Run { first, end: file.len() });
        Ok(())
    }

    /// The calls in their order.
    pub(crate) fn finish(mut self) -> Result<SortedCalls> {
        let Limits { fan_in, buffered, .. } = self.limits;
        if self.spilled.is_none() {
            let order = self.order;
            self.run.sort_unstable_by_key(|it| order.key(&it.call));
            let source = Source::Memory(self.run.into_iter());
            return Ok(SortedCalls { source, buffered, spilled_bytes: 0 });
        }
        self.spill()?;
        self.run = Vec::new();
        let Some((mut file, mut runs)) = self.spilled.take() else { unreachable!("spilled above") };
        file.flush()?;
        let spilled_bytes = file.len() * size_of::<Record>() as u64;
        while runs.len() > fan_in {
            let mut longer = SpillFile::create(&self.folder)?;
            let mut longer_runs = Vec::new();
            for group in runs.chunks(fan_in) {
                let first = longer.len();
                let mut merge = Merge::of(group, self.order);
                merge.start(&file, buffered)?;
                while let Some(sorted) = merge.next(&file, buffered)? {
                    longer.push(&Record::of(&sorted))?;
                }
                longer_runs.push(Run { first, end: longer.len() });
            }
            longer.flush()?;
            (file, runs) = (longer, longer_runs);
        }
        let mut merge = Merge::of(&runs, self.order);
        merge.start(&file, buffered)?;
        Ok(SortedCalls { source: Source::File(file, merge), buffered, spilled_bytes })
    }
}

impl SortedCalls {
    /// Bytes of the temporary file; 0 if none was needed.
    pub(crate) fn spilled_bytes(&self) -> u64 {
        self.spilled_bytes
    }
}

impl Iterator for SortedCalls {
    type Item = Result<Sorted>;

    fn next(&mut self) -> Option<Result<Sorted>> {
        match &mut self.source {
            Source::Memory(calls) => calls.next().map(Ok),
            Source::File(file, merge) => merge.next(file, self.buffered).transpose(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::call::{Call, Cut, EndedBy};
    use atf_runtime::IndexSeq;

    /// Calls whose every field depends on their number.
    fn call(number: u32) -> Sorted {
        let mixed = u64::from(number.wrapping_mul(2_654_435_761)) << 7;
        let seq = |number: u32| number.is_multiple_of(3).then_some(IndexSeq(number));
        let (start_ns, end_ns) = (mixed % 997, mixed % 1009);
        let call = Call {
            thread_id: number % 7,
            start_seq: IndexSeq(number),
            end_seq: seq(number),
            function_id: mixed << 20,
            depth: number ^ 0x5555,
            parent: seq(number + 1),
            start_ns,
            end_ns,
            duration_ns: end_ns.saturating_sub(start_ns),
            self_ns: mixed,
            ended_by: EndedBy::ALL[number as usize % 5],
            has_gap: number.is_multiple_of(2),
            cut: Cut::ALL[number as usize % 4],
            is_clamped: number.is_multiple_of(5),
        };
        Sorted { call, is_kept: number.is_multiple_of(11) }
    }

    #[test]
    fn any_number_of_runs_and_levels_gives_the_sorted_calls() {
        let folder = tempfile::tempdir().unwrap();
        for order in [Order::Start, Order::End, Order::Sequence] {
            for count in [0, 1, 9, 10, 11, 95, 100, 1000, 5003] {
                let limits = Limits { run: 10, fan_in: 3, buffered: 4 };
                let mut sorter = Sorter::new(order, folder.path().to_owned());
                sorter.limits = limits;
                (0..count).for_each(|number| sorter.push(call(number)).unwrap());
                let sorted = sorter.finish().unwrap();
                assert_eq!(sorted.spilled_bytes() > 0, count >= 10, "{count}");
                let found: Vec<Sorted> = sorted.map(Result::unwrap).collect();
                let mut expected: Vec<Sorted> = (0..count).map(call).collect();
                expected.sort_by_key(|it| order.key(&it.call));
                assert!(found == expected, "{order:?}, {count}");
            }
        }
        // Nothing is left, not even while the file is in use.
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    }

    #[test]
    fn a_folder_that_does_not_exist_is_named() {
        let mut sorter = Sorter::new(Order::Start, "no/such/folder".into());
        sorter.limits.run = 1;
        let error = sorter.push(call(0)).unwrap_err();
        assert_eq!(error.to_string(), "no/such/folder: cannot create a temporary file");
        assert!(format!("{error:#}").len() > error.to_string().len());
    }
}

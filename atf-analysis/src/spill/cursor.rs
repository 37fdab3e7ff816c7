//! Merging runs of a temporary file.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::file::SpillFile;
use super::order::{Key, Order};
use super::record::{Record, Sorted};
use crate::error::Result;

/// Sorted records that follow each other in a file.
#[derive(Clone, Copy, Debug)]
pub(super) struct Run {
    pub(super) first: u64,
    pub(super) end: u64,
}

/// Runs that are merged.
#[derive(Debug)]
pub(super) struct Merge {
    order: Order,
    cursors: Vec<Cursor>,
    /// The key of the next record of each run, and the run.
    heap: BinaryHeap<Reverse<(Key, usize)>>,
}

#[derive(Debug)]
struct Cursor {
    left: Run,
    /// Records that were read, the next one last.
    read: Vec<Record>,
}

impl Merge {
    /// Of these runs. `buffered`: records of each run that are in memory.
    pub(super) fn of(runs: &[Run], order: Order) -> Self {
        let cursors = runs.iter().map(|&left| Cursor { left, read: Vec::new() }).collect();
        Self { order, cursors, heap: BinaryHeap::new() }
    }

    /// Reads the first record of each run.
    pub(super) fn start(&mut self, file: &SpillFile, buffered: usize) -> Result<()> {
        for number in 0..self.cursors.len() {
            self.advance(number, file, buffered)?;
        }
        Ok(())
    }

    /// The next record of all.
    pub(super) fn next(&mut self, file: &SpillFile, buffered: usize) -> Result<Option<Sorted>> {
        let Some(Reverse((_, number))) = self.heap.pop() else { return Ok(None) };
        let next = self.cursors[number].read.pop().map(|record| record.sorted());
        self.advance(number, file, buffered)?;
        Ok(next)
    }

    /// Puts the next record of a run among those that are compared.
    fn advance(&mut self, number: usize, file: &SpillFile, buffered: usize) -> Result<()> {
        let Cursor { left, read } = &mut self.cursors[number];
        if read.is_empty() {
            let count = (left.end - left.first).min(buffered as u64);
            file.read(left.first, count as usize, read)?;
            read.reverse();
            left.first += count;
        }
        if let Some(record) = read.last() {
            let key = self.order.key(&record.sorted().call);
            self.heap.push(Reverse((key, number)));
        }
        Ok(())
    }
}

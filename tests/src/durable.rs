//! What a disk promises of the bytes and names that were written to it, given which syncs succeeded.
//!
//! After a failed sync, what it was for is lost: no later sync makes it durable, only writing it again does.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::path::{Path, PathBuf};

use crate::disk::Op;

/// Bytes or names that are not durable.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Doubt {
    /// Written, and not synced since.
    Unsynced,
    /// A sync of them failed, and they were not written again since.
    Lost,
}

/// The state of everything that a sequence of operations wrote.
#[derive(Clone, Debug, Default)]
pub struct Durability {
    /// Of each file that exists: which byte ranges are in doubt.
    files: BTreeMap<PathBuf, Vec<(Range<u64>, Doubt)>>,
    /// Of each file: the byte behind the last one that was written.
    written: BTreeMap<PathBuf, u64>,
    /// Of each directory: which names in it are in doubt.
    names: BTreeMap<PathBuf, BTreeMap<PathBuf, Doubt>>,
}

impl Durability {
    /// The state after these operations.
    pub fn after(ops: &[Op]) -> Self {
        let mut all = Self::default();
        ops.iter().for_each(|op| all.apply(op));
        all
    }

    /// Carries out one more operation.
    pub fn apply(&mut self, op: &Op) {
        match op {
            Op::CreateDir(path) | Op::RemoveDir(path) => self.name(path),
            Op::CreateNew(path) => {
                self.files.insert(path.clone(), Vec::new());
                self.name(path);
            }
            Op::Write { path, offset, bytes } => {
                self.write(path, *offset..*offset + bytes.len() as u64)
            }
            // The length is as a byte behind the last one.
            Op::SetLen { path, len } => {
                let doubts = self.files.entry(path.clone()).or_default();
                doubts.retain(|(range, _)| range.start < *len);
                self.write(path, *len..*len + 1);
            }
            Op::Rename { from, to } => {
                let doubts = self.files.remove(from).unwrap_or_default();
                self.files.insert(to.clone(), doubts);
                self.name(from);
                self.name(to);
            }
            Op::RemoveFile(path) => {
                self.files.remove(path);
                self.name(path);
            }
            Op::Sync(path) => self.files.entry(path.clone()).or_default().retain(is_lost),
            Op::SyncFailed(path) => {
                let doubts = self.files.entry(path.clone()).or_default();
                doubts.iter_mut().for_each(|(_, doubt)| *doubt = Doubt::Lost);
            }
            Op::SyncDir(path) => {
                let names = self.names.entry(path.clone()).or_default();
                names.retain(|_, doubt| *doubt == Doubt::Lost);
            }
            Op::SyncDirFailed(path) => {
                let names = self.names.entry(path.clone()).or_default();
                names.values_mut().for_each(|doubt| *doubt = Doubt::Lost);
            }
        }
    }

    fn name(&mut self, path: &Path) {
        let dir = path.parent().expect("a directory").to_owned();
        self.names.entry(dir).or_default().insert(path.to_owned(), Doubt::Unsynced);
    }

    fn write(&mut self, path: &Path, written: Range<u64>) {
        let end = self.written.entry(path.to_owned()).or_default();
        *end = written.end.max(*end);
        let doubts = self.files.entry(path.to_owned()).or_default();
        let mut rest = Vec::new();
        for (range, doubt) in doubts.drain(..) {
            // What of it is not written again.
            for part in
                [range.start..range.end.min(written.start), range.start.max(written.end)..range.end]
            {
                if !part.is_empty() {
                    rest.push((part, doubt.clone()));
                }
            }
        }
        rest.push((written, Doubt::Unsynced));
        *doubts = rest;
    }

    /// Ranges of a file that are not durable.
    pub fn in_doubt(&self, path: &Path) -> Vec<Range<u64>> {
        let doubts = self.files.get(path).into_iter().flatten();
        doubts.map(|(range, _)| range.clone()).filter(|range| !range.is_empty()).collect()
    }

    /// How many bytes at the start of a file are durable, of a file that only grows.
    pub fn durable_len(&self, path: &Path) -> u64 {
        let written = self.written.get(path).copied().unwrap_or_default();
        self.in_doubt(path).iter().map(|range| range.start).min().unwrap_or(written)
    }

    /// Files of which something is not durable: bytes, or the name.
    pub fn files_in_doubt(&self) -> BTreeSet<PathBuf> {
        let mut files: BTreeSet<PathBuf> =
            self.files.keys().filter(|path| !self.in_doubt(path).is_empty()).cloned().collect();
        let names = self.names.values().flat_map(|names| names.keys());
        // The name of a file that is removed says nothing that is missed.
        files.extend(names.filter(|path| self.files.contains_key(*path)).cloned());
        files
    }
}

fn is_lost((_, doubt): &(Range<u64>, Doubt)) -> bool {
    *doubt == Doubt::Lost
}

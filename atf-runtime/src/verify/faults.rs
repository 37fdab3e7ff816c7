//! The faults that a pass finds in one file: the first of each kind, the rest counted. A file of garbage has one
//! in every event. The passes collect them, the report takes them.

use std::collections::BTreeMap;

use crate::error::{Fault, FieldId};

/// After this many problems of one kind in one file the rest is only counted. Otherwise a file of garbage
/// could fill the memory.
pub(super) const MOST_OF_A_KIND: u64 = 20;

/// Faults of one file, in the order of the file.
#[derive(Debug, Default)]
pub(super) struct Faults {
    kept: Vec<Fault>,
    of_a_kind: BTreeMap<FieldId, u64>,
}

impl Faults {
    /// Adds a fault of `field`, which `fault` makes if it is kept.
    pub(super) fn add(&mut self, field: &'static str, fault: impl FnOnce() -> Fault) {
        if self.count(field.into()) {
            self.kept.push(fault());
        }
    }

    /// Adds faults that exist already.
    pub(super) fn extend(&mut self, faults: Vec<Fault>) {
        for fault in faults {
            if self.count(fault.field) {
                self.kept.push(fault);
            }
        }
    }

    /// Counts a fault of this kind, and says whether it is kept.
    fn count(&mut self, kind: FieldId) -> bool {
        let count = self.of_a_kind.entry(kind).or_default();
        *count += 1;
        *count <= MOST_OF_A_KIND
    }

    /// Takes the faults of a later part of the same file.
    pub(super) fn append(&mut self, later: Self) {
        let only_counted = later.only_counted();
        self.extend(later.kept);
        for (field, more) in only_counted {
            *self.of_a_kind.entry(field).or_default() += more;
        }
    }

    /// Each kind of which some were only counted, and how many.
    pub(super) fn only_counted(&self) -> Vec<(FieldId, u64)> {
        let more = self
            .of_a_kind
            .iter()
            .map(|(&field, &count)| (field, count.saturating_sub(MOST_OF_A_KIND)));
        more.filter(|&(_, more)| more > 0).collect()
    }

    /// The faults that are kept.
    pub(super) fn into_kept(self) -> Vec<Fault> {
        self.kept
    }
}

//! Architecture, operating system and clock of a thread's headers.

use std::mem::offset_of;

use super::votes::Subject;
use super::witnesses::Witnesses;
use super::{BY_DETAIL, BY_INDEX, BY_MANIFEST, BY_MOST, BY_RING, Identity, Said, Told, fault};
use crate::error::Fault;
use crate::format::{Arch, AtfDetailHeader, AtfIndexHeader, ClockType, Os};
use crate::platform::clock_of;

impl Identity {
    pub(super) fn settle_arch(&mut self, named: Option<u32>, said: &Said, others: &Witnesses<'_>) {
        let ring = || said.ring.map(|ring| (ring.arch, BY_RING));
        let most = || others.most(named, Subject::Arch).map(|it| (Arch::new(it), BY_MOST));
        let third = || ring().or_else(most);
        let (index, detail) =
            settle(said.index.arch, said.detail.map(|own| own.arch), Arch::is_known, third);
        if let Some((arch, by)) = index {
            let at = offset_of!(AtfIndexHeader, arch);
            self.index_faults.push(fault(at, "arch", arch, by, self.index.arch));
            self.index.arch = arch;
        }
        if let (Some((arch, by)), Some(header)) = (detail, &mut self.detail) {
            let at = offset_of!(AtfDetailHeader, arch);
            self.detail_faults.push(fault(at, "arch", arch, by, header.arch));
            header.arch = arch;
        }
    }

    pub(super) fn settle_os(&mut self, named: Option<u32>, said: &Said, others: &Witnesses<'_>) {
        // Of two systems the one whose clock the header names.
        let by_clock = || {
            let has_this_clock = |os: Os| clock_of(os) == Some(said.index.clock_type);
            let index = Some(said.index.os).filter(|&os| has_this_clock(os));
            match (index, said.detail.map(|own| own.os).filter(|&os| has_this_clock(os))) {
                (Some(os), None) | (None, Some(os)) => Some((os, "as the clock shows")),
                _ => None,
            }
        };
        let ring = || said.ring.map(|ring| (ring.os, BY_RING));
        let most = || others.most(named, Subject::Os).map(|it| (Os::new(it), BY_MOST));
        let third = || ring().or_else(most).or_else(by_clock);
        let (index, detail) =
            settle(said.index.os, said.detail.map(|own| own.os), Os::is_known, third);
        if let Some((os, by)) = index {
            self.set_index_os(os, by);
        }
        if let Some((os, by)) = detail {
            self.set_detail_os(os, by);
        }
    }

    /// A clock that is unknown, or that is not that of the system: one of the two is wrong.
    pub(super) fn settle_clock(&mut self, named: Option<u32>, said: &Said, others: &Witnesses<'_>) {
        let (clock, os) = (self.index.clock_type, self.index.os);
        let of_os = clock_of(os);
        if clock.is_known() && of_os.is_none_or(|of_os| of_os == clock) {
            return;
        }
        let ring = said.ring.map(|ring| (ring.clock_type, BY_RING));
        let most = || others.most(named, Subject::Clock).map(|it| (ClockType::new(it), BY_MOST));
        let manifest = || others.clock_of_manifest().map(|it| (it, BY_MANIFEST));
        // The original tracer's clock is not its system's.
        let both = || {
            let is_in_both = said.detail.is_some_and(|own| own.os == os) && !said.may_be_original;
            of_os.filter(|_| is_in_both).map(|it| (it, "the clock of the system in both headers"))
        };
        let told = ring.or_else(most).or_else(manifest).or_else(both);
        let Some((told, by)) = told.filter(|(told, _)| told.is_known()) else { return };
        if told != clock {
            if of_os.is_none_or(|of_os| of_os == told) {
                let at = offset_of!(AtfIndexHeader, clock_type);
                self.index_faults.push(fault(at, "clock_type", told, by, clock));
                self.index.clock_type = told;
            }
        } else if !said.may_be_original {
            // The clock is right, so the system is not.
            self.settle_os_of_clock(named, said, others);
        }
    }

    fn settle_os_of_clock(&mut self, named: Option<u32>, said: &Said, others: &Witnesses<'_>) {
        let (clock, os) = (self.index.clock_type, self.index.os);
        let ring = said.ring.map(|ring| (ring.os, BY_RING));
        let most = || others.most(named, Subject::Os).map(|it| (Os::new(it), BY_MOST));
        let told: Told<Os> = ring.or_else(most);
        let Some((told, by)) = told.filter(|&(it, _)| clock_of(it) == Some(clock)) else { return };
        self.set_index_os(told, by);
        if self.detail.is_some_and(|detail| detail.os == os) {
            self.set_detail_os(told, BY_INDEX);
        }
    }

    fn set_index_os(&mut self, os: Os, by: &str) {
        let at = offset_of!(AtfIndexHeader, os);
        self.index_faults.push(fault(at, "os", os, by, self.index.os));
        self.index.os = os;
    }

    fn set_detail_os(&mut self, os: Os, by: &str) {
        let Some(header) = &mut self.detail else { return };
        let at = offset_of!(AtfDetailHeader, os);
        let found: Fault = fault(at, "os", os, by, header.os);
        self.detail_faults.push(found);
        header.os = os;
    }
}

/// Decides a field that both headers of a thread have: the new value of each, if it gets one. `third` is asked
/// where the two do not tell.
fn settle<T: Copy + PartialEq>(
    index: T,
    detail: Option<T>,
    is_known: impl Fn(T) -> bool,
    third: impl Fn() -> Told<T>,
) -> (Told<T>, Told<T>) {
    let third = || third().filter(|&(it, _)| is_known(it));
    match detail {
        None if is_known(index) => (None, None),
        None => (third(), None),
        Some(detail) if detail == index && is_known(index) => (None, None),
        Some(detail) => match (is_known(index), is_known(detail)) {
            (true, false) => (None, Some((index, BY_INDEX))),
            (false, true) => (Some((detail, BY_DETAIL)), None),
            (false, false) => (third(), third()),
            (true, true) => match third() {
                Some((it, by)) if it == index => (None, Some((it, by))),
                Some((it, by)) if it == detail => (Some((it, by)), None),
                _ => (None, None),
            },
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_headers_and_a_third_source_decide_a_field() {
        let is_known = |value: u32| value < 10;
        let third = |value: Option<u32>| move || value.map(|value| (value, "third"));
        for (index, detail, told, expected) in [
            (1, None, None, (None, None)),
            (1, None, Some(2), (None, None)),
            (11, None, None, (None, None)),
            (11, None, Some(2), (Some(2), None)),
            (11, None, Some(12), (None, None)),
            (1, Some(1), Some(2), (None, None)),
            (11, Some(2), None, (Some(2), None)),
            (2, Some(11), None, (None, Some(2))),
            (11, Some(12), None, (None, None)),
            (11, Some(11), Some(2), (Some(2), Some(2))),
            (1, Some(2), None, (None, None)),
            (1, Some(2), Some(1), (None, Some(1))),
            (1, Some(2), Some(2), (Some(2), None)),
            (1, Some(2), Some(3), (None, None)),
        ] {
            let (of_index, of_detail) = settle(index, detail, is_known, third(told));
            let found = (of_index.map(|it| it.0), of_detail.map(|it| it.0));
            assert_eq!(found, expected, "{index}, {detail:?}, {told:?}");
        }
    }
}

//! Which calls an analysis takes: plain data, which a command line, a library or a test fills in.
//!
//! Calls are computed on the whole thread first. A selection chooses among them afterwards, so the parent, the
//! depth and the self time of a call that is kept are those of the unfiltered trace.

use std::collections::HashMap;
use std::ops::RangeInclusive;

use atf_runtime::format::EventKind;
use foldhash::fast::RandomState;

use crate::call::{Call, EndedBy};

/// Which calls are kept: those that every field keeps. The default keeps all.
///
/// ```
/// use atf_analysis::Selection;
/// let mut selection = Selection::default();
/// assert!(selection.is_everything());
/// selection.threads = Some(vec![1..=3, 7..=7]);
/// selection.from_ns = Some(1_000);
/// assert!(selection.has_thread(2) && !selection.has_thread(4));
/// assert!(selection.has_time(1_000) && !selection.has_time(999));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Selection {
    /// Threads, as ranges of ids in any order; `None` for all.
    pub threads: Option<Vec<RangeInclusive<u32>>>,
    /// Start of the time range in ns, inclusive; `None` for the start of the trace.
    ///
    /// Calls that overlap the range are kept, and clipped to it. A call includes the times of both its events:
    /// one that ends exactly at `from_ns` is kept, with a duration of 0.
    pub from_ns: Option<u64>,
    /// End of the time range in ns, exclusive; `None` for the end of the trace.
    pub to_ns: Option<u64>,
    /// Functions; `None` for all.
    pub functions: Option<FunctionSet>,
    /// Functions of which at least one must be among a call's enclosing calls; `None` for no such condition.
    pub callers: Option<FunctionSet>,
    /// Only calls with a smaller depth; `None` for any depth.
    pub depth_below: Option<u32>,
    /// Only calls that took at least so long, in ns, before they were clipped; `None` for any duration.
    pub min_duration_ns: Option<u64>,
    /// Only calls that have an event of one of these kinds: `call` keeps every call, `return`, `exception` and
    /// `lost` those that ended so. `None` for all calls.
    pub kinds: Option<Vec<EventKind>>,
}

impl Selection {
    /// Whether everything is kept.
    #[must_use]
    pub fn is_everything(&self) -> bool {
        *self == Self::default()
    }

    /// Whether the thread is selected.
    #[must_use]
    pub fn has_thread(&self, thread_id: u32) -> bool {
        let has =
            |ranges: &Vec<RangeInclusive<u32>>| ranges.iter().any(|it| it.contains(&thread_id));
        self.threads.as_ref().is_none_or(has)
    }

    /// Whether the time, in ns, is in the range.
    #[must_use]
    #[inline]
    pub fn has_time(&self, time_ns: u64) -> bool {
        self.from_ns.is_none_or(|from| from <= time_ns) && self.to_ns.is_none_or(|to| time_ns < to)
    }

    /// Whether the function is selected.
    #[must_use]
    pub fn has_function(&self, function_id: u64) -> bool {
        self.functions.as_ref().is_none_or(|functions| functions.contains(function_id))
    }

    /// Whether the kind of event is selected.
    #[must_use]
    pub fn has_kind(&self, kind: EventKind) -> bool {
        self.kinds.as_ref().is_none_or(|kinds| kinds.contains(&kind))
    }

    /// Whether there is a time range.
    pub(crate) const fn has_range(&self) -> bool {
        self.from_ns.is_some() || self.to_ns.is_some()
    }

    /// Whether a call is kept as far as is known when it begins. `is_under_caller`: one of [`callers`](Self::callers)
    /// encloses it.
    pub(crate) fn keeps_at_start(
        &self,
        function_id: u64,
        depth: u32,
        is_under_caller: bool,
    ) -> bool {
        (self.callers.is_none() || is_under_caller)
            && self.depth_below.is_none_or(|below| depth < below)
            && self.has_function(function_id)
    }

    /// Whether such a call is kept, now that its end is known too. `whole_ns`: its duration before it was clipped.
    #[inline]
    pub(crate) fn keeps_at_end(&self, call: &Call, whole_ns: u64) -> bool {
        self.min_duration_ns.is_none_or(|least| least <= whole_ns)
            && (self.kinds.is_none() || self.keeps_ending(call.ended_by))
    }

    fn keeps_ending(&self, ended_by: EndedBy) -> bool {
        let kind = match ended_by {
            EndedBy::Return => EventKind::RETURN,
            EndedBy::Exception => EventKind::EXCEPTION,
            EndedBy::Lost => EventKind::LOST,
            EndedBy::Unwound | EndedBy::EndOfTrace => EventKind::CALL,
        };
        self.has_kind(kind) || self.has_kind(EventKind::CALL)
    }

    /// Whether a call that is kept proves that every enclosing call is, as far as their ends decide. Then an
    /// analysis can use this when the inner call ends, while the outer ones are still open.
    ///
    /// On a sound clock an enclosing call takes at least as long, and overlaps each range that the inner one does.
    pub(crate) fn is_decided_by_inner_calls(&self, is_monotonic: impl FnOnce() -> bool) -> bool {
        let kinds_decide = self.kinds.is_some() && !self.has_kind(EventKind::CALL);
        let times_decide = self.has_range() || self.min_duration_ns.is_some();
        !kinds_decide && (!times_decide || is_monotonic())
    }
}

/// A set of functions, by function and by module.
///
/// A function's own entry decides, else that of its module, else whether `others` are in the set. So functions
/// without a name are in it or not, too.
///
/// ```
/// use atf_analysis::FunctionSet;
/// let set = FunctionSet::of_all().without_module(2).with(2 << 32 | 7);
/// assert!(set.contains(1 << 32) && !set.contains(2 << 32) && set.contains(2 << 32 | 7));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FunctionSet {
    functions: HashMap<u64, bool, RandomState>,
    modules: HashMap<u32, bool, RandomState>,
    others: bool,
}

impl FunctionSet {
    /// No function.
    #[must_use]
    pub fn of_none() -> Self {
        Self::default()
    }

    /// All functions.
    #[must_use]
    pub fn of_all() -> Self {
        Self { others: true, ..Self::default() }
    }

    /// The same with this function.
    #[must_use]
    pub fn with(mut self, function_id: u64) -> Self {
        self.functions.insert(function_id, true);
        self
    }

    /// The same without this function.
    #[must_use]
    pub fn without(mut self, function_id: u64) -> Self {
        self.functions.insert(function_id, false);
        self
    }

    /// The same with the functions of this module that have no entry of their own.
    #[must_use]
    pub fn with_module(mut self, module_id: u32) -> Self {
        self.modules.insert(module_id, true);
        self
    }

    /// The same without the functions of this module that have no entry of their own.
    #[must_use]
    pub fn without_module(mut self, module_id: u32) -> Self {
        self.modules.insert(module_id, false);
        self
    }

    /// Whether the function is in the set.
    #[must_use]
    pub fn contains(&self, function_id: u64) -> bool {
        let of_function = self.functions.get(&function_id).copied();
        let of_module = || self.modules.get(&((function_id >> 32) as u32)).copied();
        of_function.or_else(of_module).unwrap_or(self.others)
    }
}

impl FromIterator<u64> for FunctionSet {
    /// The functions with these ids, and no others.
    fn from_iter<I: IntoIterator<Item = u64>>(ids: I) -> Self {
        ids.into_iter().fold(Self::of_none(), Self::with)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn functions_come_before_modules_and_modules_before_all() {
        let id = |module: u64, symbol: u64| module << 32 | symbol;
        let set = FunctionSet::of_none().with_module(1).without(id(1, 5)).with(id(2, 5));
        let found: Vec<bool> =
            [id(1, 4), id(1, 5), id(2, 4), id(2, 5), 5].map(|id| set.contains(id)).to_vec();
        assert_eq!(found, [true, false, false, true, false]);
        let listed: FunctionSet = [3, 4].into_iter().collect();
        assert!(listed.contains(3) && listed.contains(4) && !listed.contains(5));
    }

    #[test]
    fn every_field_makes_a_selection_that_is_not_everything() {
        let change = |with: &dyn Fn(&mut Selection)| {
            let mut selection = Selection::default();
            with(&mut selection);
            selection.is_everything()
        };
        assert!(change(&|_| ()));
        assert!(!change(&|it| it.threads = Some(Vec::new())));
        assert!(!change(&|it| it.from_ns = Some(0)));
        assert!(!change(&|it| it.to_ns = Some(u64::MAX)));
        assert!(!change(&|it| it.functions = Some(FunctionSet::of_all())));
        assert!(!change(&|it| it.callers = Some(FunctionSet::of_all())));
        assert!(!change(&|it| it.depth_below = Some(u32::MAX)));
        assert!(!change(&|it| it.min_duration_ns = Some(0)));
        assert!(!change(&|it| it.kinds = Some(Vec::new())));
    }
}

//! The difference: what each function took in both traces, and what changed.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use atf_runtime::verify::Progress;

use super::key::{FunctionKey, FunctionKeys};
use crate::counts::ThreadCounts;
use crate::error::Result;
use crate::options::Options;
use crate::report::{Stats, group, saturated};
use crate::selection::Selection;
use crate::trace::Trace;

/// The threshold that is usual: 10 %.
const USUAL_THRESHOLD: f64 = 0.1;
/// Functions with a smaller part of the self time in both traces are never beyond the threshold.
const LEAST_SHARE: u128 = 100;

/// One of the two traces.
#[derive(Clone, Copy, Debug)]
#[expect(clippy::exhaustive_structs, reason = "callers write it as a literal")]
pub struct Compared<'a> {
    /// Its threads.
    pub trace: &'a Trace<'a>,
    /// What its functions are called.
    pub keys: &'a FunctionKeys,
    /// Which calls count. Function ids in it are those of this trace.
    pub selection: &'a Selection,
}

/// What changed from one trace to another, by function.
///
/// ```no_run
/// use atf_analysis::{Compared, Difference, FunctionKeys, Options, Selection, Trace};
/// use atf_runtime::session::SessionReader;
/// let (before, after) = (SessionReader::open("before")?, SessionReader::open("after")?);
/// let traces = [Trace::from(&before), Trace::from(&after)];
/// let keys = [&before, &after].map(|session| {
///     session.session().readable_manifest().map(FunctionKeys::of).unwrap_or_default()
/// });
/// let selection = Selection::default();
/// let side = |at: usize| Compared { trace: &traces[at], keys: &keys[at], selection: &selection };
/// let difference = Difference::of(side(0), side(1), None, &Options::default(), None)?;
/// for row in difference.rows().iter().filter(|row| row.is_beyond_threshold) {
///     println!("{:?}: {:?} and {:?}", row.key, row.before, row.after);
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Difference {
    rows: Vec<DifferenceRow>,
    threads: [Vec<ThreadCounts>; 2],
    threshold: f64,
}

/// A function of a [`Difference`].
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct DifferenceRow {
    /// The function.
    pub key: FunctionKey,
    /// Its numbers in the first trace; `None` if it was not called.
    pub before: Option<Totals>,
    /// Its numbers in the second trace; `None` if it was not called.
    pub after: Option<Totals>,
    /// What happened to it, or to its self time per call.
    pub change: Change,
    /// Relative change of its self time per call: 0.5 for half as much again. Infinite from nothing to something;
    /// `None` if it is not in both traces.
    pub relative_change: Option<f64>,
    /// Relative change of its number of calls; `None` if it is not in both traces.
    pub relative_change_of_calls: Option<f64>,
    /// Whether the self time per call changed by more than the threshold, and is not too small to matter: it has at
    /// least 1 % of the self time in one of the traces.
    pub is_beyond_threshold: bool,
}

/// The numbers of a function in a trace. Times are in ns.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Totals {
    /// Calls.
    pub calls: u64,
    /// Time from start to end; of recursive calls the outermost.
    pub total_ns: u64,
    /// Time without that of the calls inside.
    pub self_ns: u64,
}

/// What happened to a function from one trace to the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(clippy::exhaustive_enums, reason = "there is nothing else")]
pub enum Change {
    /// It is in the second trace alone.
    New,
    /// It is in the first trace alone.
    Gone,
    /// Its self time per call grew by more than the threshold.
    Slower,
    /// Its self time per call fell by more than the threshold.
    Faster,
    /// It was called more often, by more than the threshold, and each call took about the same.
    More,
    /// It was called less often, by more than the threshold, and each call took about the same.
    Fewer,
    /// Neither.
    Same,
}

impl Difference {
    /// The difference from `before` to `after`. `threshold`: the relative change from which on a function is slower or
    /// faster; `None` for 0.1, which is 10 %. `progress` is called with the bytes of events that were read, of both.
    ///
    /// # Errors
    ///
    /// As [`Report::of`](crate::Report::of).
    pub fn of(
        before: Compared<'_>,
        after: Compared<'_>,
        threshold: Option<f64>,
        options: &Options,
        progress: Option<Progress<'_>>,
    ) -> Result<Self> {
        let threshold = threshold.unwrap_or(USUAL_THRESHOLD);
        let mut silent = |_| ();
        let progress = progress.unwrap_or(&mut silent);
        let of = |side: Compared<'_>, progress: Progress<'_>| {
            group(side.trace, side.selection, options, Some(progress), side.keys)
        };
        let before = of(before, &mut *progress)?;
        let after = of(after, &mut *progress)?;
        let self_ns = [&before.groups, &after.groups]
            .map(|groups| groups.iter().map(|(_, stats)| stats.self_ns).sum::<u128>());
        let threads = [before.threads, after.threads];
        let mut pairs: BTreeMap<FunctionKey, [Option<Stats>; 2]> = BTreeMap::new();
        for (side, groups) in [before.groups, after.groups].into_iter().enumerate() {
            // Returns without any call make no function of a difference.
            for (key, stats) in groups.into_iter().filter(|(_, stats)| stats.calls > 0) {
                pairs.entry(key).or_default()[side] = Some(stats);
            }
        }
        let row = |(key, pair)| DifferenceRow::of(key, &pair, self_ns, threshold);
        Ok(Self { rows: pairs.into_iter().map(row).collect(), threads, threshold })
    }

    /// All functions of both traces, ordered by key.
    #[must_use]
    pub fn rows(&self) -> &[DifferenceRow] {
        &self.rows
    }

    /// Whether any function is beyond the threshold. New and gone functions never are.
    #[must_use]
    pub fn is_beyond_threshold(&self) -> bool {
        self.rows.iter().any(|row| row.is_beyond_threshold)
    }

    /// The relative change from which on a function is slower or faster.
    #[must_use]
    pub fn threshold(&self) -> f64 {
        self.threshold
    }

    /// What was counted in each selected thread of the first and of the second trace, ordered by id.
    #[must_use]
    pub fn threads(&self) -> &[Vec<ThreadCounts>; 2] {
        &self.threads
    }
}

impl DifferenceRow {
    fn of(key: FunctionKey, pair: &[Option<Stats>; 2], self_ns: [u128; 2], threshold: f64) -> Self {
        let [before, after] = [pair[0].as_ref(), pair[1].as_ref()];
        let changes = before.zip(after).map(|(before, after)| {
            let per_call = |it: &Stats| it.self_ns as f64 / it.calls as f64;
            let time = relative_change(per_call(before), per_call(after));
            (time, relative_change(before.calls as f64, after.calls as f64))
        });
        let change = match changes {
            None if before.is_none() => Change::New,
            None => Change::Gone,
            Some((time, calls)) => match (sign(time, threshold), sign(calls, threshold)) {
                (Ordering::Greater, _) => Change::Slower,
                (Ordering::Less, _) => Change::Faster,
                (_, Ordering::Greater) => Change::More,
                (_, Ordering::Less) => Change::Fewer,
                _ => Change::Same,
            },
        };
        let matters =
            [(before, self_ns[0]), (after, self_ns[1])].into_iter().any(|(stats, all)| {
                stats.is_some_and(|stats| {
                    stats.self_ns > 0 && stats.self_ns >= all.div_ceil(LEAST_SHARE)
                })
            });
        Self {
            key,
            before: before.map(Totals::of),
            after: after.map(Totals::of),
            change,
            relative_change: changes.map(|(time, _)| time),
            relative_change_of_calls: changes.map(|(_, calls)| calls),
            is_beyond_threshold: matters && matches!(change, Change::Slower | Change::Faster),
        }
    }
}

impl Totals {
    fn of(stats: &Stats) -> Self {
        Self {
            calls: stats.calls,
            total_ns: saturated(stats.total_ns),
            self_ns: saturated(stats.self_ns),
        }
    }
}

fn relative_change(before: f64, after: f64) -> f64 {
    if before == after { 0.0 } else { (after - before) / before }
}

/// Whether a relative change is beyond the threshold, and to which side.
fn sign(change: f64, threshold: f64) -> Ordering {
    match change {
        change if change > threshold => Ordering::Greater,
        change if change < -threshold => Ordering::Less,
        _ => Ordering::Equal,
    }
}

//! The check of a manifest's clock: compares its anchors, which show whether the counter ran like the
//! system's clock. Called for each session.

use std::path::Path;

use super::report::Report;
use crate::manifest::{ClockAnchor, ManifestClock};

/// A scale may be wrong by so much without a note. Taking the anchors and NTP adjustments stay well below
/// it; a suspended machine does not.
const TOLERATED_PER_MILLE: u128 = 1;
const TOLERATED_NS: u128 = 10_000;

/// Notes anchors that do not increase, and a counter that drifted from the system's clock.
pub(super) fn check(clock: &ManifestClock, path: &Path, report: &mut Report) {
    let follows = |(before, after): (&ClockAnchor, &ClockAnchor)| {
        before.counter < after.counter && before.time_ns < after.time_ns
    };
    let pairs = || clock.anchors.iter().zip(clock.anchors.iter().skip(1));
    if let Some(at) = pairs().position(|pair| !follows(pair)) {
        let at = at + 1;
        let text = format!(
            "clock.anchors[{at}] is not above the one before: the counter was set back, or the \
             machine slept; timestamps around it are not to be trusted"
        );
        report.note(path, text);
        return;
    }
    let [first, second, .., last] = clock.anchors.as_slice() else { return };
    let elapsed_ns = u128::from(last.time_ns - second.time_ns);
    let scaled_ns = scaled_ns(first, second, last);
    let parted_ns = elapsed_ns.abs_diff(scaled_ns);
    if parted_ns > elapsed_ns * TOLERATED_PER_MILLE / 1000 + TOLERATED_NS {
        let text = format!(
            "clock: by the last anchor the counter is {parted_ns} ns {} after {elapsed_ns} ns: the \
             machine slept, or the counter's rate changed",
            if scaled_ns < elapsed_ns { "behind" } else { "ahead" }
        );
        report.note(path, text);
    }
}

/// The time from the second anchor to the last by the line through the first two; the anchors
/// increase.
fn scaled_ns(first: &ClockAnchor, second: &ClockAnchor, last: &ClockAnchor) -> u128 {
    let ns = u128::from(second.time_ns - first.time_ns);
    let ticks = u128::from(second.counter - first.counter);
    u128::from(last.counter - second.counter) * ns / ticks
}

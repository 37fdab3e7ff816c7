//! Anchors of the counter: pairs of a counter value and the system's time.
//!
//! The time is read between two readings of the counter and assigned to their middle. Of many such
//! triples the tightest is kept: nothing interrupted it. The time is then read at about the same point of
//! every triple, so the rate is far more exact than a triple's width.

use std::thread;
use std::time::Duration;

use super::scale::Scale;
use super::{now_ns, tsc};
use crate::error::{Error, Result};
use crate::manifest::ClockAnchor;

/// Triples per anchor.
const TRIES: u32 = 64;
/// Time between the two anchors of a scale.
const APART: Duration = Duration::from_millis(20);
/// Largest error of the rate that the widths of the anchors may allow.
const MAX_ERROR_PPM: u64 = 100;

/// Takes an anchor now.
pub(super) fn anchor() -> ClockAnchor {
    tightest().0
}

/// A scale through two anchors taken now and 20 ms later.
///
/// # Errors
///
/// [`Error::NoCounter`] when the counter did not advance as one does, or the machine was too busy for
/// a triple that is tight enough.
pub(super) fn scale() -> Result<Scale> {
    let (first, first_width) = tightest();
    thread::sleep(APART);
    let (second, second_width) = tightest();
    let ticks = second.counter.saturating_sub(first.counter);
    // Each anchor is off by at most half of its width.
    let error_ticks = first_width.saturating_add(second_width) / 2;
    let error_ppm = error_ticks.saturating_mul(1_000_000).checked_div(ticks);
    if let Some(scale) = Scale::through(first, second)
        && error_ppm.is_some_and(|ppm| ppm <= MAX_ERROR_PPM)
    {
        return Ok(scale);
    }
    Err(Error::NoCounter {
        what: "calibration",
        expected: "a counter of 100 MHz to 10 GHz, to 100 ppm",
        found: format!(
            "{ticks} ticks (to {error_ticks}) in {} ns",
            second.time_ns.saturating_sub(first.time_ns)
        ),
    })
}

/// The tightest of [`TRIES`] triples, and its width in ticks.
fn tightest() -> (ClockAnchor, u64) {
    let mut best = triple();
    for _ in 1..TRIES {
        let next = triple();
        if next.1 < best.1 {
            best = next;
        }
    }
    best
}

fn triple() -> (ClockAnchor, u64) {
    let before = tsc::read();
    let time_ns = now_ns();
    // On another core, a few ticks may be missing.
    let width = tsc::read().saturating_sub(before);
    (ClockAnchor { counter: before.saturating_add(width / 2), time_ns }, width)
}

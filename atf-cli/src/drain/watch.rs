//! Waiting for a drain, and telling on stderr how it goes.

use std::collections::VecDeque;
use std::thread;
use std::time::{Duration, Instant};

use atf_runtime::drain::{Drain, DrainSummary, Metrics};

use crate::failure::Failure;
use crate::progress::Activity;
use crate::{notes, numbers};

const INTERVAL: Duration = Duration::from_millis(50);
/// Over so many intervals events per second are counted.
const INTERVALS_PER_RATE: usize = 20;
/// Longer without a thread is said.
const PATIENCE: Duration = Duration::from_millis(500);

/// How a drain ended.
pub(super) struct Drained {
    pub(super) summary: DrainSummary,
    pub(super) metrics: Metrics,
}

/// Waits until every traced thread has ended and its files too.
///
/// # Errors
///
/// What kept the files of a thread from being ended; no thread within `wait`.
pub(super) fn until_over(drain: Drain, wait: Option<Duration>) -> Result<Drained, Failure> {
    drain.stop_when_over();
    watch(&drain, wait)?;
    let result = drain.wait();
    let metrics = drain.metrics();
    let summary = result.inspect_err(|_| {
        let ended = metrics.threads.iter().filter(|thread| thread.is_ended).count();
        let ended = numbers::count(ended as u64, "thread");
        notes::note(format_args!("{ended} ended with whole files"));
    })?;
    if !summary.unfinished.is_empty() {
        let ids: Vec<String> = summary.unfinished.iter().map(ToString::to_string).collect();
        let (path, ids) = (drain.dir().display(), ids.join(", "));
        return Err(Failure::Other(format!(
            "{path}: threads that could not be finished: {ids}; run it again"
        )));
    }
    Ok(Drained { summary, metrics })
}

fn watch(drain: &Drain, wait: Option<Duration>) -> Result<(), Failure> {
    let began = Instant::now();
    let activity = Activity::new();
    let mut rate = Rate::default();
    let mut told = None;
    let mut tells_of_waiting = true;
    while !drain.is_finished() {
        thread::sleep(INTERVAL);
        let metrics = drain.metrics();
        let is_waiting = metrics.is_waiting && !drain.is_finished();
        if is_waiting && wait.is_some_and(|wait| began.elapsed() >= wait) {
            let (path, waited) = (drain.dir().display(), began.elapsed().as_secs());
            return Err(Failure::Other(format!("{path}: no traced thread came within {waited} s")));
        }
        if is_waiting && began.elapsed() >= PATIENCE && std::mem::take(&mut tells_of_waiting) {
            let path = drain.dir().display();
            notes::note(format_args!("waiting for a traced thread in {path}"));
        }
        if metrics.last_error.is_some() && metrics.last_error != told {
            told.clone_from(&metrics.last_error);
            let error = told.as_deref().unwrap_or_default();
            activity.aside(|| notes::note(format_args!("{error}; the drain goes on")));
        }
        if !metrics.threads.is_empty() {
            activity.show(in_words(&metrics, rate.events_per_second(metrics.events())));
        }
    }
    Ok(())
}

fn in_words(metrics: &Metrics, events_per_second: u64) -> String {
    format!(
        "draining {}: {}, {}/s, {}, {} dropped, at most {} waited",
        numbers::count(metrics.threads.len() as u64, "thread"),
        numbers::count(metrics.events(), "event"),
        numbers::grouped(events_per_second),
        numbers::byte_size(metrics.bytes_written()),
        numbers::grouped(metrics.dropped_events()),
        numbers::byte_size(metrics.high_water_bytes())
    )
}

/// Events per second over the last second.
#[derive(Default)]
struct Rate {
    seen: VecDeque<(Instant, u64)>,
}

impl Rate {
    fn events_per_second(&mut self, events: u64) -> u64 {
        let now = Instant::now();
        self.seen.push_back((now, events));
        if self.seen.len() > INTERVALS_PER_RATE {
            self.seen.pop_front();
        }
        let Some((then, before)) = self.seen.front() else { return 0 };
        let seconds = now.duration_since(*then).as_secs_f64();
        if seconds > 0.0 { (events.saturating_sub(*before) as f64 / seconds) as u64 } else { 0 }
    }
}

//! Waits for a drain to end and shows its progress on stderr.

use std::collections::VecDeque;
use std::sync::mpsc::channel;
use std::thread;
use std::time::{Duration, Instant};

use atf_runtime::drain::{Drain, DrainSummary, Metrics};

use crate::failure::Failure;
use crate::progress::Activity;
use crate::{notes, numbers};

const INTERVAL: Duration = Duration::from_millis(50);
/// The rate of events is an average over this many intervals.
const INTERVALS_PER_RATE: usize = 20;
/// If no thread has registered after this time, a note says that drain is waiting.
const PATIENCE: Duration = Duration::from_millis(500);

/// The result of a drain that has ended.
pub(super) struct Drained {
    pub(super) summary: DrainSummary,
    pub(super) metrics: Metrics,
}

/// Waits until every traced thread has ended and its files are complete.
///
/// # Errors
///
/// If the files of a thread could not be completed, or if no thread registered within `wait`.
pub(super) fn until_ended(drain: Drain, wait: Option<Duration>) -> Result<Drained, Failure> {
    drain.stop_when_over();
    watch(&drain, wait)?;
    let result = drain.wait();
    let metrics = drain.metrics();
    let summary = result.inspect_err(|_| {
        let ended = metrics.threads.iter().filter(|thread| thread.is_ended).count();
        let ended = numbers::count(ended as u64, "thread");
        notes::note(format_args!("the files of {ended} are complete"));
    })?;
    if !summary.unfinished.is_empty() {
        let ids: Vec<String> = summary.unfinished.iter().map(ToString::to_string).collect();
        let (path, ids) = (drain.dir().display(), ids.join(", "));
        return Err(Failure::Other(format!(
            "{path}: the files of these threads are not complete: {ids}; run `atf drain` again"
        )));
    }
    Ok(Drained { summary, metrics })
}

fn watch(drain: &Drain, wait: Option<Duration>) -> Result<(), Failure> {
    let began = Instant::now();
    let activity = Activity::new();
    let mut rate = Rate::default();
    let (notices, noticed) = channel();
    drain.on_notice(move |notice| {
        // Nobody receives them once the watch has ended.
        let _ = notices.send(notice.to_string());
    });
    let mut is_wait_noted = false;
    while !drain.is_finished() {
        thread::sleep(INTERVAL);
        let metrics = drain.metrics();
        let is_waiting = metrics.is_waiting && !drain.is_finished();
        if is_waiting && wait.is_some_and(|wait| began.elapsed() >= wait) {
            if let Some(error) = metrics.last_error {
                return Err(Failure::Other(error));
            }
            let (path, waited) = (drain.dir().display(), began.elapsed().as_secs());
            return Err(Failure::Other(format!("{path}: no thread registered within {waited} s")));
        }
        if is_waiting && began.elapsed() >= PATIENCE && !is_wait_noted {
            is_wait_noted = true;
            let path = drain.dir().display();
            notes::note(format_args!("waiting for the first thread in {path}"));
        }
        for notice in noticed.try_iter() {
            activity.suspend(|| notes::note(notice));
        }
        if !metrics.threads.is_empty() {
            activity.show(status(&metrics, rate.events_per_second(metrics.events())));
        }
    }
    Ok(())
}

fn status(metrics: &Metrics, events_per_second: u64) -> String {
    format!(
        "draining {}: {}, {}/s, {} written, {} dropped, peak ring usage {}",
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

//! What a drain says of its work, as C reads it.

use std::ffi::c_int;

use atf_runtime::drain::{DrainSummary, Metrics, ThreadMetrics};

use crate::guard::guard;
use crate::sized::{self, Extensible};

/// What a session holds that was ended. To be filled by atf_drain_summary_init before it is passed on.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct AtfDrainSummary {
    /// Length of this struct.
    pub size: u32,
    /// Threads whose files were ended: see atf_drain_thread_summary.
    pub threads: u32,
    /// Threads that were left behind: see atf_drain_unfinished_thread.
    pub unfinished: u32,
    /// Zero.
    pub reserved: u32,
    /// Events in the files of all of `threads`, markers of lost ones included.
    pub events: u64,
    /// Detail records in their files.
    pub details: u64,
    /// Events that found no room.
    pub dropped_events: u64,
    /// Detail records that found no room although their event did.
    pub dropped_details: u64,
}

// SAFETY: numbers, the size first.
unsafe impl Extensible for AtfDrainSummary {
    const NAME: &'static str = "AtfDrainSummary";
    const LEAST: usize = size_of::<Self>();
}

impl AtfDrainSummary {
    const EMPTY: Self = Self {
        size: size_of::<Self>() as u32,
        threads: 0,
        unfinished: 0,
        reserved: 0,
        events: 0,
        details: 0,
        dropped_events: 0,
        dropped_details: 0,
    };

    pub(crate) fn new(summary: &DrainSummary) -> Self {
        let mut sum = Self {
            threads: summary.threads.len() as u32,
            unfinished: summary.unfinished.len() as u32,
            ..Self::EMPTY
        };
        for thread in &summary.threads {
            let counts = thread.counts.unwrap_or_default();
            sum.events += u64::from(thread.events);
            sum.details += u64::from(thread.details.unwrap_or(0));
            sum.dropped_events += counts.dropped_events;
            sum.dropped_details += counts.dropped_details;
        }
        sum
    }
}

/// Makes an AtfDrainSummary ready to be passed on: `atf_drain_summary_init(&summary, sizeof summary)`.
///
/// @return 0; -EINVAL for NULL or a size that this library does not know.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn atf_drain_summary_init(
    summary: *mut AtfDrainSummary,
    size: usize,
) -> c_int {
    // SAFETY: the header asks for a struct of that size, or NULL.
    guard(|| unsafe { sized::init(summary, size, AtfDrainSummary::EMPTY, "summary") })
}

/// What a drain has done so far, over all threads. To be filled by atf_metrics_init before it is passed on.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct AtfMetrics {
    /// Length of this struct.
    pub size: u32,
    /// Threads, also those that have ended.
    pub threads: u32,
    /// Events taken out of the lanes, markers of lost ones included.
    pub events: u64,
    /// Detail records taken out of the lanes.
    pub details: u64,
    /// Bytes of both that are in the files.
    pub bytes_written: u64,
    /// Events that found no room.
    pub dropped_events: u64,
    /// Detail records that found no room although their event did.
    pub dropped_details: u64,
    /// Most bytes that ever waited in one lane, as the drain saw it.
    pub high_water_bytes: u64,
    /// 1 when something has gone wrong: a full disk, a damaged lane. Writing is tried again.
    pub has_error: u32,
    /// Zero.
    pub reserved: u32,
}

// SAFETY: numbers, the size first.
unsafe impl Extensible for AtfMetrics {
    const NAME: &'static str = "AtfMetrics";
    const LEAST: usize = size_of::<Self>();
}

impl AtfMetrics {
    pub(crate) fn new(metrics: &Metrics) -> Self {
        Self {
            size: size_of::<Self>() as u32,
            threads: metrics.threads.len() as u32,
            events: metrics.events(),
            details: metrics.threads.iter().map(|thread| thread.details).sum(),
            bytes_written: metrics.bytes_written(),
            dropped_events: metrics.dropped_events(),
            dropped_details: metrics.dropped_details(),
            high_water_bytes: metrics.high_water_bytes(),
            has_error: metrics.last_error.is_some().into(),
            reserved: 0,
        }
    }
}

/// Makes an AtfMetrics ready to be passed on: `atf_metrics_init(&metrics, sizeof metrics)`.
///
/// @return 0; -EINVAL for NULL or a size that this library does not know.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn atf_metrics_init(metrics: *mut AtfMetrics, size: usize) -> c_int {
    let empty = AtfMetrics::new(&Metrics::default());
    // SAFETY: the header asks for a struct of that size, or NULL.
    guard(|| unsafe { sized::init(metrics, size, empty, "metrics") })
}

/// What was drained of a thread so far. To be filled by atf_thread_metrics_init before it is passed on.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct AtfThreadMetrics {
    /// Length of this struct.
    pub size: u32,
    /// Thread.
    pub thread_id: u32,
    /// Events taken out of its lane, markers of lost ones included.
    pub events: u64,
    /// Detail records taken out of its lane.
    pub details: u64,
    /// Bytes of both that are in its files.
    pub bytes_written: u64,
    /// Events that found no room.
    pub dropped_events: u64,
    /// Detail records that found no room although their event did.
    pub dropped_details: u64,
    /// Most bytes that ever waited in one of its lanes, as the drain saw it.
    pub high_water_bytes: u64,
    /// 1 when its files are finalized.
    pub is_ended: u32,
    /// Zero.
    pub reserved: u32,
}

// SAFETY: numbers, the size first.
unsafe impl Extensible for AtfThreadMetrics {
    const NAME: &'static str = "AtfThreadMetrics";
    const LEAST: usize = size_of::<Self>();
}

impl AtfThreadMetrics {
    pub(crate) fn new(metrics: &ThreadMetrics) -> Self {
        Self {
            size: size_of::<Self>() as u32,
            thread_id: metrics.thread_id,
            events: metrics.events,
            details: metrics.details,
            bytes_written: metrics.bytes_written,
            dropped_events: metrics.dropped_events,
            dropped_details: metrics.dropped_details,
            high_water_bytes: metrics.high_water_bytes,
            is_ended: metrics.is_ended.into(),
            reserved: 0,
        }
    }
}

/// Makes an AtfThreadMetrics ready to be passed on: `atf_thread_metrics_init(&metrics, sizeof metrics)`.
///
/// @return 0; -EINVAL for NULL or a size that this library does not know.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn atf_thread_metrics_init(
    metrics: *mut AtfThreadMetrics,
    size: usize,
) -> c_int {
    let empty = AtfThreadMetrics::new(&ThreadMetrics::default());
    // SAFETY: the header asks for a struct of that size, or NULL.
    guard(|| unsafe { sized::init(metrics, size, empty, "metrics") })
}

//! Summaries and metrics of a drain, as C reads them.

use std::ffi::c_int;

use atf_runtime::drain::{DrainSummary, Metrics, ThreadMetrics};

use crate::guard::guard;
use crate::sized::{self, Extensible};

/// The totals of a session whose drain was stopped. Fill it with atf_drain_summary_init first.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct AtfDrainSummary {
    /// Length of this struct, set by its init function.
    pub size: u32,
    /// Threads whose files were finalized: see atf_drain_thread_summary.
    pub threads: u32,
    /// Threads that were left unfinished: see atf_drain_unfinished_thread.
    pub unfinished: u32,
    /// Threads that could not be registered: nothing of them is recorded.
    pub untraced_threads: u32,
    /// Events in the files of all finalized threads, markers of lost events included.
    pub events: u64,
    /// Detail records in their files.
    pub details: u64,
    /// Events that were dropped.
    pub dropped_events: u64,
    /// Detail records that were dropped although their event was recorded.
    pub dropped_details: u64,
}

// SAFETY: numbers, the size first.
unsafe impl Extensible for AtfDrainSummary {
    const NAME: &'static str = "AtfDrainSummary";
    const LEAST: usize = size_of::<Self>();
}

impl AtfDrainSummary {
    pub(crate) fn new(summary: &DrainSummary) -> Self {
        let mut sum = Self {
            threads: summary.threads.len() as u32,
            unfinished: summary.unfinished.len() as u32,
            untraced_threads: u32::try_from(summary.manifest.untraced_threads.unwrap_or(0))
                .unwrap_or(u32::MAX),
            ..sized::zeros()
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

/// Initializes a summary: `atf_drain_summary_init(&summary, sizeof summary)`.
///
/// @param summary Receives zeros and its size.
/// @param size `sizeof *summary`.
/// @return 0; -EINVAL, also if this library does not know that size.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn atf_drain_summary_init(
    summary: *mut AtfDrainSummary,
    size: usize,
) -> c_int {
    // SAFETY: the header asks for a struct of that size, or NULL.
    guard(|| unsafe { sized::init_zeros(summary, size, "summary") })
}

/// What a drain has done so far, over all threads. Fill it with atf_metrics_init first.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct AtfMetrics {
    /// Length of this struct, set by its init function.
    pub size: u32,
    /// Threads, those that have ended included.
    pub threads: u32,
    /// Events taken out of the rings, markers of lost events included.
    pub events: u64,
    /// Detail records taken out of the rings.
    pub details: u64,
    /// Bytes of events and records written to the files.
    pub bytes_written: u64,
    /// Events that were dropped.
    pub dropped_events: u64,
    /// Detail records that were dropped although their event was recorded.
    pub dropped_details: u64,
    /// Most bytes that the drain ever found waiting in one buffer of a ring.
    pub high_water_bytes: u64,
    /// 1 if something failed, for example a full disk or a damaged ring; otherwise 0. The drain tries again to write.
    pub has_error: u32,
    /// 1 while the drain cannot write, because the disk is full or a limit is reached; otherwise 0.
    pub is_stalled: u32,
    /// Threads that could not be registered: nothing of them is recorded.
    pub untraced_threads: u64,
}

// SAFETY: numbers, the size first.
unsafe impl Extensible for AtfMetrics {
    const NAME: &'static str = "AtfMetrics";
    const LEAST: usize = size_of::<Self>();
}

impl AtfMetrics {
    pub(crate) fn new(metrics: &Metrics) -> Self {
        Self {
            threads: metrics.threads.len() as u32,
            events: metrics.events(),
            details: metrics.threads.iter().map(|thread| thread.details).sum(),
            bytes_written: metrics.bytes_written(),
            dropped_events: metrics.dropped_events(),
            dropped_details: metrics.dropped_details(),
            high_water_bytes: metrics.high_water_bytes(),
            has_error: metrics.last_error.is_some().into(),
            is_stalled: metrics.stalled_by.is_some().into(),
            untraced_threads: metrics.untraced_threads,
            ..sized::zeros()
        }
    }
}

/// Initializes metrics: `atf_metrics_init(&metrics, sizeof metrics)`.
///
/// @param metrics Receives zeros and its size.
/// @param size `sizeof *metrics`.
/// @return 0; -EINVAL, also if this library does not know that size.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn atf_metrics_init(metrics: *mut AtfMetrics, size: usize) -> c_int {
    // SAFETY: the header asks for a struct of that size, or NULL.
    guard(|| unsafe { sized::init_zeros(metrics, size, "metrics") })
}

/// What a drain has done for one thread so far. Fill it with atf_thread_metrics_init first.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct AtfThreadMetrics {
    /// Length of this struct, set by its init function.
    pub size: u32,
    /// The thread.
    pub thread_id: u32,
    /// Events taken out of its ring, markers of lost events included.
    pub events: u64,
    /// Detail records taken out of its ring.
    pub details: u64,
    /// Bytes of events and records written to its files.
    pub bytes_written: u64,
    /// Events that were dropped.
    pub dropped_events: u64,
    /// Detail records that were dropped although their event was recorded.
    pub dropped_details: u64,
    /// Most bytes that the drain ever found waiting in one of the two buffers of its ring.
    pub high_water_bytes: u64,
    /// 1 if its files are finalized, otherwise 0.
    pub is_ended: u32,
    /// 0.
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
            thread_id: metrics.thread_id,
            events: metrics.events,
            details: metrics.details,
            bytes_written: metrics.bytes_written,
            dropped_events: metrics.dropped_events,
            dropped_details: metrics.dropped_details,
            high_water_bytes: metrics.high_water_bytes,
            is_ended: metrics.is_ended.into(),
            ..sized::zeros()
        }
    }
}

/// Initializes metrics: `atf_thread_metrics_init(&metrics, sizeof metrics)`.
///
/// @param metrics Receives zeros and its size.
/// @param size `sizeof *metrics`.
/// @return 0; -EINVAL, also if this library does not know that size.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn atf_thread_metrics_init(
    metrics: *mut AtfThreadMetrics,
    size: usize,
) -> c_int {
    // SAFETY: the header asks for a struct of that size, or NULL.
    guard(|| unsafe { sized::init_zeros(metrics, size, "metrics") })
}

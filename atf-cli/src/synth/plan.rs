//! What to generate for each thread.

use atf_runtime::Platform;
use atf_runtime::format::{Arch, ClockType, NO_DETAIL_SEQ, Os};

use super::Args;
use crate::failure::Failure;
use crate::numbers::{count, grouped};

/// The platform in the generated headers. Fixed, so that the bytes are the same on every machine.
pub(super) const PLATFORM: Platform =
    Platform { arch: Arch::X86_64, os: Os::LINUX, clock_type: ClockType::BOOTTIME };

/// What to generate.
pub(super) struct Plan {
    pub(super) threads: u32,
    events: u64,
    /// 0 for no details.
    pub(super) detail_every: u64,
    pub(super) seed: u64,
}

impl Plan {
    /// The plan for these arguments.
    ///
    /// # Errors
    ///
    /// If a thread would get more events than there are sequence numbers.
    pub(super) fn new(args: &Args) -> Result<Self, Failure> {
        let threads = args.threads;
        let plan =
            Self { threads, events: args.events, detail_every: args.detail_every, seed: args.seed };
        if plan.events_of(0) > u64::from(NO_DETAIL_SEQ) {
            let most = grouped(u64::from(NO_DETAIL_SEQ) * u64::from(threads));
            return Err(Failure::Other(format!(
                "--events: expected at most {most} for {}, found {}",
                count(threads.into(), "thread"),
                grouped(args.events)
            )));
        }
        Ok(plan)
    }

    /// Number of events of a thread. The first threads get one more if the total is not a multiple
    /// of the number of threads.
    pub(super) fn events_of(&self, thread_id: u32) -> u64 {
        let threads = u64::from(self.threads);
        self.events / threads + u64::from(u64::from(thread_id) < self.events % threads)
    }

    /// Number of detail records of a thread.
    pub(super) fn details_of(&self, thread_id: u32) -> u64 {
        self.events_of(thread_id).checked_div(self.detail_every).unwrap_or(0)
    }

    /// Whether no thread has more than one event. Then most of the time goes into creating the
    /// directories of the threads.
    pub(super) fn is_mostly_threads(&self) -> bool {
        u64::from(self.threads) > self.events
    }

    /// Number of events of all threads.
    pub(super) fn events(&self) -> u64 {
        self.events
    }
}

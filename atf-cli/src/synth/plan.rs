//! What is made for which thread.

use atf_runtime::Platform;
use atf_runtime::format::{Arch, ClockType, NO_DETAIL_SEQ, Os};

use super::Args;
use crate::failure::Failure;
use crate::numbers::{count, grouped};

/// The machine that a made-up trace claims to come from: always the same, so that its bytes are.
pub(super) const PLATFORM: Platform =
    Platform { arch: Arch::X86_64, os: Os::LINUX, clock_type: ClockType::BOOTTIME };

/// What to make.
pub(super) struct Plan {
    pub(super) threads: u32,
    events: u64,
    /// 0: no details.
    pub(super) detail_every: u64,
    pub(super) seed: u64,
}

impl Plan {
    /// The plan of the arguments.
    ///
    /// # Errors
    ///
    /// When a thread would get more events than sequences.
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

    /// Events of a thread: all the same number, the first ones one more where it does not divide.
    pub(super) fn events_of(&self, thread_id: u32) -> u64 {
        let threads = u64::from(self.threads);
        self.events / threads + u64::from(u64::from(thread_id) < self.events % threads)
    }

    /// Events of a thread that have a detail record.
    pub(super) fn details_of(&self, thread_id: u32) -> u64 {
        self.events_of(thread_id).checked_div(self.detail_every).unwrap_or(0)
    }

    /// Whether making the threads' directories is the work: no thread has more than one event.
    pub(super) fn is_mostly_threads(&self) -> bool {
        u64::from(self.threads) > self.events
    }

    /// Events of all threads.
    pub(super) fn events(&self) -> u64 {
        self.events
    }
}

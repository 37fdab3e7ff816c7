//! Reading a clock for an event's timestamp: ours beside the bare system call and instructions.
//!
//! Every side reads its clock 2 million times. On a machine where the counter cannot be trusted the
//! sides that stand on it are missing.
#![allow(missing_docs, unsafe_code)]

use std::hint::black_box;
use std::time::{Duration, Instant};

use criterion::Criterion;

#[cfg(target_os = "linux")]
mod sides {
    use super::*;
    use atf_benches::{Side, Target};
    use atf_runtime::clock::{Clock, now_ns};

    fn timed(mut read: impl FnMut() -> u64) -> Duration {
        let start = Instant::now();
        for _ in 0..READS {
            black_box(read());
        }
        start.elapsed()
    }

    /// The usual way of a C tracer.
    fn clock_gettime() -> u64 {
        let mut now = libc::timespec { tv_sec: 0, tv_nsec: 0 };
        // SAFETY: `now` is a timespec that may be written to.
        let result = unsafe { libc::clock_gettime(libc::CLOCK_BOOTTIME, &raw mut now) };
        assert_eq!(result, 0);
        now.tv_sec as u64 * 1_000_000_000 + now.tv_nsec as u64
    }

    #[cfg(target_arch = "x86_64")]
    fn rdtsc() -> u64 {
        // SAFETY: it touches no memory, and every x86_64 has it.
        unsafe { std::arch::x86_64::_rdtsc() }
    }

    #[cfg(target_arch = "x86_64")]
    fn rdtscp() -> u64 {
        let mut core = 0;
        // SAFETY: `core` may be written to; a machine without the instruction is none of today.
        unsafe { std::arch::x86_64::__rdtscp(&raw mut core) }
    }

    pub(super) fn all() -> Vec<Side<'static>> {
        let system = Clock::system();
        let mut sides = vec![
            Side::new("clock_gettime", || timed(clock_gettime)),
            Side::new("now_ns", || timed(now_ns))
                .must_reach(&[Target::TimeAtMost(1.1, "clock_gettime")]),
            Side::new("Clock::system", move || timed(|| black_box(&system).now_ns()))
                .must_reach(&[Target::TimeAtMost(1.1, "clock_gettime")]),
        ];
        #[cfg(target_arch = "x86_64")]
        if let Ok(clock) = Clock::calibrated() {
            sides.push(Side::new("rdtsc", || timed(rdtsc)));
            sides.push(Side::new("rdtscp", || timed(rdtscp)));
            let side = Side::new("Clock::calibrated", move || timed(|| black_box(&clock).now_ns()));
            sides.push(side.must_reach(&[
                Target::TimeAtMost(0.8, "clock_gettime"),
                Target::TimeAtMost(1.3, "rdtsc"),
            ]));
        }
        sides
    }
}

const READS: u64 = 2_000_000;

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    #[cfg(target_os = "linux")]
    atf_benches::run_rounds(&mut criterion, "clock", READS, sides::all());
    criterion.final_summary();
}

//! Where a trace is recorded: what both headers of a thread say about the machine.

use crate::format::{Arch, ClockType, Os};

/// Architecture, operating system and clock of the traced program.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_structs, reason = "callers write it as a literal")]
pub struct Platform {
    /// Processor architecture: decides what the saved registers are called.
    pub arch: Arch,
    /// Operating system.
    pub os: Os,
    /// The clock that `timestamp_ns` was read from.
    pub clock_type: ClockType,
}

impl Platform {
    /// A machine of this architecture, operating system and clock.
    #[must_use]
    pub const fn new(arch: Arch, os: Os, clock_type: ClockType) -> Self {
        Self { arch, os, clock_type }
    }

    /// The machine that this program was compiled for, or `None` where the format has no
    /// number for its architecture or operating system.
    #[must_use]
    pub const fn host() -> Option<Self> {
        match (Arch::host(), Os::host(), ClockType::host()) {
            (Some(arch), Some(os), Some(clock_type)) => Some(Self { arch, os, clock_type }),
            _ => None,
        }
    }
}

/// Whether a header names the clock that the original tracer wrote on Linux too: that of macOS. It read
/// `CLOCK_MONOTONIC`, for which the format has no number.
pub(crate) fn is_original_clock(os: Os, clock_type: ClockType) -> bool {
    os == Os::LINUX && clock_type == ClockType::MACH_CONTINUOUS
}

/// The clock that an operating system's tracer reads, as the format fixes it; `None` for an
/// operating system that this build does not know.
#[must_use]
pub fn clock_of(os: Os) -> Option<ClockType> {
    match os {
        Os::IOS | Os::MACOS => Some(ClockType::MACH_CONTINUOUS),
        Os::ANDROID | Os::LINUX => Some(ClockType::BOOTTIME),
        Os::WINDOWS => Some(ClockType::QPC),
        _ => None,
    }
}

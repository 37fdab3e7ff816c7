//! The clock and the machine that a writer's headers speak of.

use atf_runtime::format::ClockType;
use atf_runtime::{Platform, clock_of};

use crate::failure::{Failure, Result};

/// The machine this runs on.
pub(crate) fn machine() -> Result<Platform> {
    Platform::host().ok_or_else(|| {
        Failure::new(
            libc::ENOTSUP,
            "this machine: expected an architecture and system that the format has numbers for",
        )
    })
}

/// The machine this runs on with the clock that the tracer says it reads.
pub(crate) fn platform(clock_type: u8) -> Result<Platform> {
    let host = machine()?;
    let expected = clock_of(host.os).unwrap_or(host.clock_type);
    if ClockType::new(clock_type) != expected {
        let expected = format!("{} ({expected}, the clock of {})", expected.get(), host.os);
        return Err(Failure::argument("clock_type", expected, clock_type));
    }
    Ok(host)
}

//! The clock and the machine that a writer's headers speak of.

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

/// The number of this machine's clock, for options that were not changed; 0 where it has none.
pub(crate) fn host_clock() -> u32 {
    Platform::host().map_or(0, |host| host.clock_type.get().into())
}

/// The machine this runs on with the clock that the tracer says it reads.
pub(crate) fn platform(clock_type: impl Into<u32>) -> Result<Platform> {
    let host = machine()?;
    let clock_type = clock_type.into();
    let expected = clock_of(host.os).unwrap_or(host.clock_type);
    if u32::from(expected.get()) != clock_type {
        let expected = format!("{} ({expected}, the clock of {})", expected.get(), host.os);
        return Err(Failure::argument("clock_type", expected, clock_type));
    }
    Ok(host)
}

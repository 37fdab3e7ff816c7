//! The clock and the machine that the file headers name.

use atf_runtime::{Platform, clock_of};

use crate::failure::{Failure, Result};

/// The machine that this runs on.
pub(crate) fn machine() -> Result<Platform> {
    Platform::host().ok_or_else(|| {
        Failure::new(
            libc::ENOTSUP,
            "this machine: expected an architecture and an operating system that the format lists",
        )
    })
}

/// The number of this machine's clock, as the default in options; 0 if it has none.
pub(crate) fn host_clock() -> u32 {
    Platform::host().map_or(0, |host| host.clock_type.get().into())
}

/// The machine that this runs on, if its clock is the one that the caller names.
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

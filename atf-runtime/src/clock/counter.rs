//! Whether the processor's counter can be used as a clock on this machine, by what the kernel says about it.

use std::fs::{self, File};
use std::io::{BufRead, BufReader};

use crate::error::{Error, Result};

/// The clock that the kernel keeps its own time by. The kernel compares the counters of all cores, and
/// switches to another clock for good when they disagree.
const CLOCKSOURCE: &str = "/sys/devices/system/clocksource/clocksource0/current_clocksource";
const CPUINFO: &str = "/proc/cpuinfo";

/// Asks the kernel of this machine.
///
/// # Errors
///
/// [`Error::NoCounter`]: why the counter is not to be trusted.
pub(super) fn check_host() -> Result<()> {
    let clocksource = fs::read_to_string(CLOCKSOURCE).ok();
    check(clocksource.as_deref(), flags().as_deref())
}

/// Flags of the first core; all are of one kind. `None` where the kernel does not tell.
fn flags() -> Option<String> {
    let lines = BufReader::new(File::open(CPUINFO).ok()?).lines();
    lines.map_while(Result::ok).find(|line| line.starts_with("flags"))
}

/// `clocksource` is what the file says, `flags` a line of cpuinfo.
fn check(clocksource: Option<&str>, flags: Option<&str>) -> Result<()> {
    let no_counter = |what, expected, found: &str| {
        Err(Error::NoCounter { what, expected, found: found.to_owned() })
    };
    // The flags are not enough: they stay set when the kernel has found that the cores' counters differ.
    match clocksource.map(str::trim) {
        Some("tsc") => {}
        other => return no_counter(CLOCKSOURCE, "tsc", other.unwrap_or("none that can be read")),
    }
    let flags = flags.unwrap_or_default();
    for flag in ["constant_tsc", "nonstop_tsc"] {
        if !flags.split_whitespace().any(|it| it == flag) {
            return no_counter(CPUINFO, flag, "flags without it");
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counter_is_trusted_only_when_the_kernel_keeps_time_by_it() {
        let both = Some("flags\t\t: fpu constant_tsc rep_good nonstop_tsc cpuid");
        assert!(check(Some("tsc\n"), both).is_ok());
        for (clocksource, flags, message) in [
            (Some("hpet\n"), both, format!("{CLOCKSOURCE}: expected tsc, found hpet")),
            (Some("kvm-clock\n"), both, format!("{CLOCKSOURCE}: expected tsc, found kvm-clock")),
            (None, both, format!("{CLOCKSOURCE}: expected tsc, found none that can be read")),
            (
                Some("tsc\n"),
                Some("flags : fpu constant_tsc"),
                format!("{CPUINFO}: expected nonstop_tsc, found flags without it"),
            ),
            (
                Some("tsc\n"),
                Some("flags : xconstant_tsc nonstop_tsc"),
                format!("{CPUINFO}: expected constant_tsc, found flags without it"),
            ),
            (
                Some("tsc\n"),
                None,
                format!("{CPUINFO}: expected constant_tsc, found flags without it"),
            ),
        ] {
            let error = check(clocksource, flags).unwrap_err().to_string();
            assert_eq!(
                error,
                format!("the processor's counter cannot be used as a clock: {message}")
            );
        }
    }
}

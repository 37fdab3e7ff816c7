//! The words for operating systems and architectures in V4, and their numbers in v2.

use crate::format::{Arch, ClockType, Os};
use crate::platform::{Platform, clock_of};

/// The platform of v2 that is meant by the words of a V4 trace, in upper or lower case. An unknown word gives
/// 0; the clock is that of the operating system.
///
/// ```
/// use atf_runtime::format::{Arch, ClockType, Os};
/// use atf_runtime::v4::platform_of;
/// let mac = platform_of("Darwin", "aarch64");
/// assert_eq!((mac.os, mac.arch, mac.clock_type), (Os::MACOS, Arch::ARM64, ClockType::MACH_CONTINUOUS));
/// let unknown = platform_of("unknown", "riscv64");
/// assert_eq!((unknown.os.get(), unknown.arch.get(), unknown.clock_type.get()), (0, 0, 0));
/// ```
#[must_use]
pub fn platform_of(os: &str, arch: &str) -> Platform {
    let os = match os.to_ascii_lowercase().as_str() {
        "darwin" | "macos" => Os::MACOS,
        "ios" => Os::IOS,
        "android" => Os::ANDROID,
        "linux" => Os::LINUX,
        "windows" => Os::WINDOWS,
        _ => Os::new(0),
    };
    let arch = match arch.to_ascii_lowercase().as_str() {
        "x86_64" => Arch::X86_64,
        "aarch64" | "arm64" => Arch::ARM64,
        _ => Arch::new(0),
    };
    Platform::new(arch, os, clock_of(os).unwrap_or(ClockType::new(0)))
}

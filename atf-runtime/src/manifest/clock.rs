//! The manifest's `clock`: the source of the timestamps and, for a counter, the anchors by which a
//! reader can correct them.

use serde_json::{Map, Value};

/// The clock of a session. Timestamps are in ns on the scale of the platform's clock, whatever
/// `source` is.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct ManifestClock {
    /// What was read for each event.
    pub source: ClockSource,
    /// Anchors in timestamp order: the two that define the counter's scale, and one at the end of the
    /// session. Empty for the system's clock.
    pub anchors: Vec<ClockAnchor>,
    /// Unknown keys.
    pub other: Map<String, Value>,
}

/// What was read for a timestamp.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ClockSource {
    /// `CLOCK_BOOTTIME` of Linux and Android.
    Boottime,
    /// The time stamp counter of an x86_64, calibrated.
    Tsc,
    /// The time since the recording process started to record, on systems without a supported clock.
    Process,
    /// An unknown word.
    Other(String),
}

impl ClockSource {
    /// The word in the manifest.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Boottime => "boottime",
            Self::Tsc => "tsc",
            Self::Process => "process",
            Self::Other(word) => word,
        }
    }
}

/// A reading of a counter, and the system's time at that moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_structs, reason = "callers write it as a literal")]
pub struct ClockAnchor {
    /// The counter, in its ticks.
    pub counter: u64,
    /// The platform's clock, in ns.
    pub time_ns: u64,
}

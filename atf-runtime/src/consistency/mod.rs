//! What header, footer, offsets file and manifest must say, given the events of a file; and where they
//! do not. The checksum in a footer is verified here.
//!
//! Facts are gathered in one pass over a mapped file; comparing them gives [`Fault`](crate::Fault)s.
//! Verification reports the faults. Recovery leaves a file without faults as it is.

mod checksum;
mod chunk_sums;
mod comparison;
mod detail;
mod detail_offsets;
mod index;
mod manifest;
mod progress;
mod thread;

pub use checksum::ChecksumState;
pub(crate) use checksum::{Checksum, RunningChecksum};
pub(crate) use chunk_sums::{SumsFacts, SumsState};
pub(crate) use comparison::missing_footer;
pub(crate) use detail::{DetailFacts, DetailScan, SectionChecksum, section_checksum};
pub(crate) use detail_offsets::{DetailOffsetsFacts, OffsetsCheck};
pub(crate) use index::{IndexFacts, recorded_checksum};
pub(crate) use manifest::{manifest_faults, session_times};
pub use progress::Progress;
pub(crate) use progress::{Steps, or_silent};
pub(crate) use thread::ThreadFacts;

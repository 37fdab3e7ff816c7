//! Recovery: makes a finalized trace of one that is truncated, unfinalized, or inconsistent.
//!
//! Scan, plan, apply. [`Plan::of`] reads the files and decides what is kept. The plan is a value that can
//! be printed, tested and refused. [`Plan::write_copy`] and [`Plan::apply_in_place`] carry it out. What is
//! kept:
//!
//! - An index event is kept if its 32 bytes are complete. It is never cut or invented because of the
//!   detail lane.
//! - A detail record is kept if it is complete, all records before it are kept, and the kept event at its
//!   `index_seq` names it.
//! - An event whose record is lost gets `detail_seq` 0xFFFFFFFF and is counted as unlinked.
//! - If no record is kept, there is no detail.atf, and the header's flag is cleared.
//! - The offsets of records (detail.off) are made again if they are wrong or the lane was changed.
//! - Events that are still in a thread's ring (lanes.ring) are added to its files, see [`RingPlan`].
//! - A thread whose index header cannot be read is reported and not written.
//! - Trailing bytes that are the beginning of the footer are not an event. The reader decides that, in
//!   one place for both lanes.
//!
//! ```
//! use atf_runtime::recovery::Plan;
//! use atf_runtime::session::{SessionWriter, locate};
//! use atf_runtime::storage::Disk;
//! use atf_runtime::verify::verify;
//! # use atf_runtime::format::EventKind;
//! # use atf_runtime::{Event, Platform, WriterOptions};
//! # let dir = tempfile::tempdir().unwrap();
//! # let (dir, out) = (dir.path().join("my_session"), dir.path().join("repaired"));
//! # let platform = Platform::host().unwrap();
//! # let session = SessionWriter::create(&dir, platform, WriterOptions::default())?;
//! # let mut thread = session.thread(0)?;
//! # thread.write_event(&Event::new(10, 1 << 32, EventKind::CALL), None)?;
//! // A thread whose writer was dropped: its index.atf has no footer.
//! drop(thread);
//! let plan = Plan::of(&locate(&dir)?, None)?;
//! assert!(!plan.changes_nothing() && plan.threads[0].index.as_ref().is_some_and(|it| it.kept == 1));
//! plan.write_copy(&Disk, &out, None)?;
//! assert!(verify(&locate(&out)?, None)?.is_ok());
//! # Ok::<(), atf_runtime::Error>(())
//! ```

mod apply;
mod links;
mod locks;
mod plan;
mod planner;
mod scan;
mod source;

pub use apply::ring_contents;
pub use plan::{
    LaneOutcome, LanePlan, ManifestPlan, OffsetsOutcome, OffsetsPlan, Plan, RingOutcome, RingPlan,
    ThreadPlan,
};

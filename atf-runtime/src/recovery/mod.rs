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
//! - A field of a header that another source tells is repaired: the other header, the ring, the directory's
//!   name, the events, the manifest, most of the other threads. What nothing tells stays, and is reported.
//! - What a checksum does not confirm is kept, and the manifest lists it as damaged. Where no manifest is
//!   written, the old checksum stays.
//! - A thread whose index header cannot be read is reported and not written; in place its files are renamed
//!   to *.damaged. It stays in the manifest, marked lost. So does a thread whose files are gone.
//! - Trailing bytes that are the beginning of the footer are not an event. The reader decides that, in
//!   one place for both lanes.
//!
//! ```
//! use atf_runtime::recovery::Plan;
//! use atf_runtime::session::{SessionWriter, locate};
//! use atf_runtime::storage::Disk;
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
//! assert!(plan.verify_result(Some(&out), None)?.is_ok());
//! # Ok::<(), atf_runtime::Error>(())
//! ```

mod apply;
mod identity;
mod links;
mod locks;
mod plan;
mod planner;
mod result;
mod scan;
mod source;
mod sums;

pub use apply::ring_contents;
pub use plan::{
    LaneOutcome, LanePlan, LostPlan, ManifestPlan, OffsetsOutcome, OffsetsPlan, Plan, RingOutcome,
    RingPlan, SumsOutcome, SumsPlan, ThreadPlan,
};

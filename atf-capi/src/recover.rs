//! Recovery of a trace after a crash, as `atf recover` does it.

use std::ffi::{CString, c_char, c_int, c_void};
use std::path::Path;

use atf_runtime::manifest::MANIFEST_NAME;
use atf_runtime::recovery::{LaneOutcome, LanePlan, ManifestPlan, Plan, ThreadPlan};
use atf_runtime::session::{TracePath, locate};
use atf_runtime::storage::Disk;
use atf_runtime::verify::Report;

use crate::failure::Failure;
use crate::guard::{close, guard, guard_or};
use crate::pointer;
use crate::problem::{AtfProblem, ProblemTexts};
use crate::progress::{AtfProgress, Reporter};
use crate::session_reader::nth;
use crate::text::{c_path, c_string};

/// An index.atf.
pub const ATF_FILE_INDEX: u32 = 1;
/// A detail.atf.
pub const ATF_FILE_DETAIL: u32 = 2;
/// A lanes.ring: events that the drain had not yet written when the recording was killed.
pub const ATF_FILE_RING: u32 = 3;
/// A detail.off: the offsets of records in detail.atf.
pub const ATF_FILE_OFFSETS: u32 = 4;
/// A manifest.json.
pub const ATF_FILE_MANIFEST: u32 = 5;

/// `first_bad_offset` of a file without a bad byte.
pub const ATF_NO_OFFSET: u64 = u64::MAX;

/// What atf_recover did. Several threads may read one at once.
pub struct AtfRecoverReport {
    files: Vec<File>,
    problems: Vec<ProblemTexts>,
    is_snapshot: bool,
    remaining: usize,
}

/// What was kept of a file. The texts belong to the report, and are valid until it is closed. No pointer is NULL.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct AtfRecoveredFile {
    /// The file that was recovered.
    pub file: *const c_char,
    /// What was done, in words: "kept as it is", "finalized", ...
    pub outcome: *const c_char,
    /// Events or records kept.
    pub kept: u64,
    /// Events or records that were incomplete or missing, and are not kept.
    pub dropped: u64,
    /// Events that are kept without their detail record, because the record is gone.
    pub unlinked: u64,
    /// Of `kept`, those that came from the ring.
    pub from_ring: u64,
    /// Of `kept`, those that may differ from what was recorded: the machine was restarted since, and no checksum covers
    /// them.
    pub unverified: u64,
    /// Of `kept`, those whose checksum does not match: some of them are not what was recorded.
    pub damaged: u64,
    /// For a ring: events that were dropped during the recording. A marker of kind ATF_EVENT_KIND_LOST now has their
    /// number.
    pub lost: u64,
    /// Offset of the first byte after the kept part that is neither a footer nor the end of the file; ATF_NO_OFFSET if
    /// there is none.
    pub first_bad_offset: u64,
    /// ATF_FILE_INDEX, ATF_FILE_DETAIL, ATF_FILE_RING, ATF_FILE_OFFSETS or ATF_FILE_MANIFEST.
    pub kind: u32,
    /// The thread, if `has_thread_id`.
    pub thread_id: u32,
    /// Whether the file's thread is known.
    pub has_thread_id: bool,
    /// Whether the file had no problem: it was kept as it is.
    pub is_unchanged: bool,
}

/// The strings that an [`AtfRecoveredFile`] points to, and its other members.
struct File {
    file: CString,
    outcome: CString,
    // Its pointers are set when it is asked for.
    rest: AtfRecoveredFile,
}

impl File {
    fn new(
        kind: u32,
        thread_id: Option<u32>,
        file: &Path,
        outcome: impl std::fmt::Display,
        is_unchanged: bool,
    ) -> Self {
        let rest = AtfRecoveredFile {
            file: std::ptr::null(),
            outcome: std::ptr::null(),
            kept: 0,
            dropped: 0,
            unlinked: 0,
            from_ring: 0,
            unverified: 0,
            damaged: 0,
            lost: 0,
            first_bad_offset: ATF_NO_OFFSET,
            kind,
            thread_id: thread_id.unwrap_or_default(),
            has_thread_id: thread_id.is_some(),
            is_unchanged,
        };
        Self { file: c_path(file), outcome: c_string(outcome.to_string()), rest }
    }

    fn of_lane(kind: u32, thread_id: Option<u32>, lane: &LanePlan) -> Self {
        let is_unchanged = lane.outcome == LaneOutcome::Unchanged;
        let mut file = Self::new(kind, thread_id, &lane.file, lane.outcome, is_unchanged);
        file.rest.kept = lane.kept;
        file.rest.dropped = lane.dropped;
        file.rest.unlinked = lane.unlinked;
        file.rest.from_ring = lane.from_ring;
        file.rest.unverified = lane.unverified;
        file.rest.damaged = lane.damaged;
        file.rest.first_bad_offset = lane.first_bad_offset.unwrap_or(ATF_NO_OFFSET);
        file
    }

    fn as_c(&self) -> AtfRecoveredFile {
        AtfRecoveredFile { file: self.file.as_ptr(), outcome: self.outcome.as_ptr(), ..self.rest }
    }
}

// SAFETY: the pointers of `rest` are NULL; all else is owned.
unsafe impl Send for File {}
// SAFETY: the same.
unsafe impl Sync for File {}

impl AtfRecoverReport {
    fn new(plan: &Plan, remaining: usize) -> Self {
        let is_snapshot = plan.is_being_recorded;
        let mut report = Self { files: Vec::new(), problems: Vec::new(), is_snapshot, remaining };
        plan.threads.iter().for_each(|thread| report.add_thread(thread));
        if let (Some(manifest), TracePath::Session(dir)) = (&plan.manifest, &plan.path) {
            let is_unchanged = *manifest == ManifestPlan::Unchanged;
            let path = dir.join(MANIFEST_NAME);
            report.files.push(File::new(ATF_FILE_MANIFEST, None, &path, manifest, is_unchanged));
        }
        report
    }

    fn add_thread(&mut self, thread: &ThreadPlan) {
        let id = thread.thread_id;
        for (kind, lane) in [(ATF_FILE_INDEX, &thread.index), (ATF_FILE_DETAIL, &thread.detail)] {
            let Some(lane) = lane else { continue };
            self.add(File::of_lane(kind, id, lane), &lane.file, &lane.faults);
        }
        if let Some(ring) = &thread.ring {
            let mut file = File::new(ATF_FILE_RING, id, &ring.file, ring.outcome, false);
            file.rest.lost = ring.lost;
            self.add(file, &ring.file, &ring.faults);
        }
        if let Some(offsets) = &thread.offsets {
            let is_unchanged = offsets.outcome == atf_runtime::recovery::OffsetsOutcome::Unchanged;
            let file =
                File::new(ATF_FILE_OFFSETS, id, &offsets.file, offsets.outcome, is_unchanged);
            self.add(file, &offsets.file, &offsets.faults);
        }
    }

    fn add(&mut self, file: File, path: &Path, faults: &[atf_runtime::Fault]) {
        self.files.push(file);
        self.problems.extend(faults.iter().map(|fault| ProblemTexts::new(path, fault)));
    }
}

/// Repairs a truncated, unfinalized or inconsistent trace.
///
/// Keeps every complete index event, and a thread's detail records up to the first that is incomplete or that
/// its event does not name. An event whose record is gone loses only its link. Events that a killed recording
/// left in a ring are appended to the thread's files. The result is finalized, and then verified.
///
/// A field of a header that another source tells is repaired. What a checksum does not confirm is kept, and the
/// manifest lists it as damaged; where no manifest is written, the old checksum stays. A thread whose files are gone
/// or cannot be read stays in the manifest, marked lost; in place its files are renamed to *.damaged. Recovering the
/// result again changes no byte, and returns 0 exactly when atf_verify finds no problem in it.
///
/// @param path A session's directory, a folder above it that contains exactly one session, a thread's directory, or
///        an .atf file.
/// @param out Where to write the repaired copy, of the same kind as `path`: absent or an empty directory, and not
///        inside the trace. The original is not changed; after a failure nothing is left in `out`. The copy of a
///        trace that is still recorded is a snapshot. NULL: repair in place. What is cut off is gone then; if the
///        repair is interrupted, it can be run again with the same result.
/// @param progress Reports progress in bytes read and written; NULL for none.
/// @param user Passed to `progress`.
/// @param report Receives the report, for atf_recover_report_close, if the result is 0 or 1. May be NULL.
/// @return 0: the trace had no problem, and was copied or left unchanged; atf_verify finds none in the result
///         either; 1: something was repaired, was lost or cannot be repaired, and the result was written; -EBUSY if it is still recorded and should be repaired in place; -EEXIST if `out`
///         is taken; -EBADMSG if nothing can be kept, or the path is none of these; -ENOENT; -EINVAL; another
///         negative errno of the operating system. After -EBUSY, -EEXIST and -EBADMSG nothing was changed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn atf_recover(
    path: *const c_char,
    out: *const c_char,
    progress: AtfProgress,
    user: *mut c_void,
    report: *mut *mut AtfRecoverReport,
) -> c_int {
    guard_or(
        || {
            // SAFETY: the header asks for a string, or NULL.
            let path = locate(unsafe { pointer::path(path, "path") }?)?;
            let out = if out.is_null() {
                None
            } else {
                // SAFETY: the header asks for a string, or NULL.
                Some(unsafe { pointer::path(out, "out") }?)
            };
            if let Some(out) = out.as_ref().filter(|out| path.is_around(out)) {
                let expected = format!("a place outside of {}", path.path().display());
                return Err(Failure::argument("out", expected, out.display()));
            }
            let total = if progress.is_some() { path.size_bytes().saturating_mul(2) } else { 0 };
            // SAFETY: the header asks for a function that may be called now, or NULL.
            let mut reporter = unsafe { Reporter::new(progress, user, total) };
            let plan = Plan::of(&path, Some(&mut |bytes| reporter.add(bytes)))?;
            match &out {
                Some(out) => plan.write_copy(&Disk, out, Some(&mut |bytes| reporter.add(bytes)))?,
                None => plan.apply_in_place(&Disk, Some(&mut |bytes| reporter.add(bytes)))?,
            }
            // What was written is there, even if it cannot be verified.
            let result = plan.verify_result(out.as_deref(), None);
            let is_ok = result.as_ref().is_ok_and(Report::is_ok);
            // SAFETY: the header asks for a place for a pointer, or NULL.
            if let Ok(to) = unsafe { pointer::output(report, "report") } {
                let remaining = result.map_or(0, |report| report.problems().len());
                pointer::give(to, AtfRecoverReport::new(&plan, remaining));
            }
            Ok(c_int::from(!(plan.finds_no_fault() && is_ok)))
        },
        |verdict| verdict,
        |failure| failure.code,
    )
}

/// Whether the trace was still recorded, so that the copy is a snapshot.
///
/// @param report The report.
/// @return The answer; false for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn atf_recover_report_is_snapshot(report: *const AtfRecoverReport) -> bool {
    // SAFETY: the header asks for a report that is not closed, or NULL.
    guard_or(|| Ok(unsafe { pointer::input(report, "report") }?.is_snapshot), |is| is, |_| false)
}

/// Number of problems that the result still has: no source tells what would be right, or there is no manifest to
/// list what is damaged. atf_verify describes them.
///
/// @param report The report.
/// @return The number; 0 for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn atf_recover_report_remaining_count(
    report: *const AtfRecoverReport,
) -> usize {
    // SAFETY: the header asks for a report that is not closed, or NULL.
    guard_or(|| Ok(unsafe { pointer::input(report, "report") }?.remaining), |count| count, |_| 0)
}

/// Number of files in the report.
///
/// @param report The report.
/// @return The number; 0 for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn atf_recover_report_file_count(report: *const AtfRecoverReport) -> usize {
    // SAFETY: the header asks for a report that is not closed, or NULL.
    guard_or(|| Ok(unsafe { pointer::input(report, "report") }?.files.len()), |count| count, |_| 0)
}

/// Describes what was done with a file. Files are ordered by thread id; the manifest is last.
///
/// @param report The report.
/// @param at Which file, counted from 0; less than atf_recover_report_file_count.
/// @param file Receives the description; its texts are valid until the report is closed. Set only on success.
/// @return 0; -ENOENT if `at` is too large; -EINVAL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn atf_recover_report_file(
    report: *const AtfRecoverReport,
    at: usize,
    file: *mut AtfRecoveredFile,
) -> c_int {
    guard(|| {
        // SAFETY: the header asks for a place for a file, or NULL.
        let to = unsafe { pointer::output(file, "file") }?;
        // SAFETY: the header asks for a report that is not closed, or NULL.
        let report = unsafe { pointer::input(report, "report") }?;
        to.set(nth(report.files.iter(), at, "files")?.as_c());
        Ok(())
    })
}

/// Number of problems that the files had.
///
/// @param report The report.
/// @return The number; 0 for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn atf_recover_report_problem_count(
    report: *const AtfRecoverReport,
) -> usize {
    // SAFETY: the header asks for a report that is not closed, or NULL.
    guard_or(
        || Ok(unsafe { pointer::input(report, "report") }?.problems.len()),
        |count| count,
        |_| 0,
    )
}

/// Describes a problem that a file had.
///
/// @param report The report.
/// @param at Which problem, counted from 0; less than atf_recover_report_problem_count.
/// @param problem Receives the problem; its texts are valid until the report is closed. Set only on success.
/// @return 0; -ENOENT if `at` is too large; -EINVAL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn atf_recover_report_problem(
    report: *const AtfRecoverReport,
    at: usize,
    problem: *mut AtfProblem,
) -> c_int {
    guard(|| {
        // SAFETY: the header asks for a place for a problem, or NULL.
        let to = unsafe { pointer::output(problem, "problem") }?;
        // SAFETY: the header asks for a report that is not closed, or NULL.
        let report = unsafe { pointer::input(report, "report") }?;
        to.set(nth(report.problems.iter(), at, "problems")?.as_c());
        Ok(())
    })
}

/// Frees a report and its texts. Does nothing for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn atf_recover_report_close(report: *mut AtfRecoverReport) {
    // SAFETY: the header asks for a report that is closed once, or NULL.
    unsafe { close(report) }
}

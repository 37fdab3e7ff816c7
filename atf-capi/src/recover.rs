//! Making a whole trace of what a crash left: what `atf recover` does.

use std::ffi::{CString, c_char, c_int, c_void};
use std::path::Path;

use atf_runtime::manifest::MANIFEST_NAME;
use atf_runtime::recovery::{LaneOutcome, LanePlan, ManifestPlan, Plan, ThreadPlan};
use atf_runtime::session::{TracePath, locate};
use atf_runtime::storage::Disk;

use crate::failure::Failure;
use crate::guard::{close, guard, guard_or};
use crate::pointer;
use crate::problem::{AtfProblem, ProblemTexts};
use crate::progress::{AtfProgress, Told};
use crate::session_reader::nth;
use crate::text::{c_path, c_string};

/// An index.atf.
pub const ATF_FILE_INDEX: u32 = 1;
/// A detail.atf.
pub const ATF_FILE_DETAIL: u32 = 2;
/// A lanes.ring: what was not in the files yet when a recording was killed.
pub const ATF_FILE_RING: u32 = 3;
/// A detail.off: where the records of a detail.atf start.
pub const ATF_FILE_OFFSETS: u32 = 4;
/// A manifest.json.
pub const ATF_FILE_MANIFEST: u32 = 5;

/// `first_bad_offset` of a file of which no byte is bad.
pub const ATF_NO_OFFSET: u64 = u64::MAX;

/// What recovery did. Several threads may look at one at the same time.
pub struct AtfRecoverReport {
    files: Vec<File>,
    problems: Vec<ProblemTexts>,
    is_snapshot: bool,
}

/// What is kept of a file and what became of it. Its texts are valid until the report is closed.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct AtfRecoveredFile {
    /// The file that was recovered.
    pub file: *const c_char,
    /// What became of it, in words: "kept as it is", "finalized", ...
    pub outcome: *const c_char,
    /// Events or records kept.
    pub kept: u64,
    /// Events or records that were there in part or were promised, and are not kept.
    pub dropped: u64,
    /// Events whose detail record is gone: they are kept without it.
    pub unlinked: u64,
    /// Those of the kept that were still in the ring.
    pub from_ring: u64,
    /// Those of the kept that may not be what was recorded: the machine was started again since.
    pub unverified: u64,
    /// Of a ring: events that found no room, which an event of kind ATF_EVENT_KIND_LOST now tells of.
    pub lost: u64,
    /// First byte behind what is kept that is neither footer nor end of the file; ATF_NO_OFFSET where there is none.
    pub first_bad_offset: u64,
    /// ATF_FILE_INDEX, ATF_FILE_DETAIL, ATF_FILE_RING, ATF_FILE_OFFSETS or ATF_FILE_MANIFEST.
    pub kind: u32,
    /// The thread, if `has_thread_id`.
    pub thread_id: u32,
    /// Whether it is known which thread's file it is.
    pub has_thread_id: bool,
    /// Whether nothing was wrong with it.
    pub is_whole: bool,
}

/// What an [`AtfRecoveredFile`] points to, and the rest of it.
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
        is_whole: bool,
    ) -> Self {
        let rest = AtfRecoveredFile {
            file: std::ptr::null(),
            outcome: std::ptr::null(),
            kept: 0,
            dropped: 0,
            unlinked: 0,
            from_ring: 0,
            unverified: 0,
            lost: 0,
            first_bad_offset: ATF_NO_OFFSET,
            kind,
            thread_id: thread_id.unwrap_or_default(),
            has_thread_id: thread_id.is_some(),
            is_whole,
        };
        Self { file: c_path(file), outcome: c_string(outcome.to_string()), rest }
    }

    fn of_lane(kind: u32, thread_id: Option<u32>, lane: &LanePlan) -> Self {
        let is_whole = lane.outcome == LaneOutcome::Whole;
        let mut file = Self::new(kind, thread_id, &lane.file, lane.outcome, is_whole);
        file.rest.kept = lane.kept;
        file.rest.dropped = lane.dropped;
        file.rest.unlinked = lane.unlinked;
        file.rest.from_ring = lane.from_ring;
        file.rest.unverified = lane.unverified;
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
    fn new(plan: &Plan) -> Self {
        let mut report =
            Self { files: Vec::new(), problems: Vec::new(), is_snapshot: plan.is_being_recorded };
        plan.threads.iter().for_each(|thread| report.add_thread(thread));
        if let (Some(manifest), TracePath::Session(dir)) = (&plan.manifest, &plan.path) {
            let is_whole = *manifest == ManifestPlan::Whole;
            let path = dir.join(MANIFEST_NAME);
            report.files.push(File::new(ATF_FILE_MANIFEST, None, &path, manifest, is_whole));
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
            let is_whole = offsets.outcome == atf_runtime::recovery::OffsetsOutcome::Whole;
            let file = File::new(ATF_FILE_OFFSETS, id, &offsets.file, offsets.outcome, is_whole);
            self.add(file, &offsets.file, &offsets.faults);
        }
    }

    fn add(&mut self, file: File, path: &Path, faults: &[atf_runtime::Fault]) {
        self.files.push(file);
        self.problems.extend(faults.iter().map(|fault| ProblemTexts::new(path, fault)));
    }
}

/// Makes a whole trace of one that was torn, never finalized, or disagrees with itself.
///
/// Keeps every index event whose bytes are whole, and every detail record that such an event names; an event whose
/// record is gone loses only the link. What a killed recording left in a thread's ring is written behind what is in the
/// files. The result is finalized.
///
/// @param path A session's directory or a folder above it that holds exactly one, a thread's directory, or an .atf file.
/// @param out Where the whole trace goes, which is then what `path` is: absent, or an empty directory, and not inside
///        the trace. The damaged one is not touched, and after a failure nothing is left there. Of a trace that is being
///        recorded it is a snapshot. NULL repairs the files where they lie: what is cut off is gone, and a crash in
///        between leaves a trace that can be recovered to the same result.
/// @param progress Told how far it is, in bytes read and written; or NULL.
/// @param user Given to `progress`.
/// @param report Where the report goes, to be given to atf_recover_report_close, for 0 and 1; or NULL when the answer is
///        enough. Not touched on failure.
/// @return 0: all was whole, and was copied or left as it is; 1: something was repaired or lost, and the output is there;
///         -EBUSY when it is being recorded and was to be repaired where it lies; -EEXIST when there is something at
///         `out`; -EBADMSG when nothing can be kept, or the path is none of these; -ENOENT; -EINVAL; another negative
///         errno of the system's. For -EBUSY, -EEXIST and -EBADMSG nothing was touched.
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
            let mut told = unsafe { Told::new(progress, user, total) };
            let plan = Plan::of(&path, &mut |bytes| told.add(bytes))?;
            match &out {
                Some(out) => plan.write_copy(&Disk, out, &mut |bytes| told.add(bytes))?,
                None => plan.apply_in_place(&Disk, &mut |bytes| told.add(bytes))?,
            }
            // SAFETY: the header asks for a place for a pointer, or NULL.
            if let Ok(to) = unsafe { pointer::output(report, "report") } {
                pointer::give(to, AtfRecoverReport::new(&plan));
            }
            Ok(c_int::from(!plan.is_whole()))
        },
        |verdict| verdict,
        |failure| failure.code,
    )
}

/// Whether the trace was being recorded: then what was written is a snapshot.
///
/// @return The answer; false for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn atf_recover_report_is_snapshot(report: *const AtfRecoverReport) -> bool {
    // SAFETY: the header asks for a report that is not closed, or NULL.
    guard_or(|| Ok(unsafe { pointer::input(report, "report") }?.is_snapshot), |is| is, |_| false)
}

/// Number of files that the report tells of.
///
/// @return The number; 0 for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn atf_recover_report_file_count(report: *const AtfRecoverReport) -> usize {
    // SAFETY: the header asks for a report that is not closed, or NULL.
    guard_or(|| Ok(unsafe { pointer::input(report, "report") }?.files.len()), |count| count, |_| 0)
}

/// What became of a file: thread by thread in the order of their ids, the manifest last.
///
/// @param at Less than atf_recover_report_file_count.
/// @param file Where it goes; its texts are valid until the report is closed. Not touched on failure.
/// @return 0; -ENOENT when there are no more than `at`; -EINVAL.
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

/// What was wrong with a file.
///
/// @param at Less than atf_recover_report_problem_count.
/// @param problem Where it goes; its texts are valid until the report is closed. Not touched on failure.
/// @return 0; -ENOENT when there are no more than `at`; -EINVAL.
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

/// Frees a report and its texts. NULL is nothing to do.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn atf_recover_report_close(report: *mut AtfRecoverReport) {
    // SAFETY: the header asks for a report that is closed once, or NULL.
    unsafe { close(report) }
}

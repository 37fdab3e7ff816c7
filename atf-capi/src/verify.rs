//! Checking a trace: what `atf verify` does.

use std::ffi::{c_char, c_int, c_void};

use atf_runtime::session::locate;
use atf_runtime::verify::{Report, verify};

use crate::guard::{close, guard, guard_or};
use crate::pointer;
use crate::problem::{AtfNote, AtfProblem, NoteTexts, ProblemTexts};
use crate::progress::{AtfProgress, Told};
use crate::session_reader::nth;

/// What atf_verify found. Several threads may look at one at the same time.
pub struct AtfVerifyReport {
    problems: Vec<ProblemTexts>,
    notes: Vec<NoteTexts>,
}

impl AtfVerifyReport {
    fn new(report: &Report) -> Self {
        let problem = |it: &atf_runtime::verify::Problem| ProblemTexts::new(&it.file, &it.fault);
        Self {
            problems: report.problems().iter().map(problem).collect(),
            notes: report.notes().iter().map(NoteTexts::new).collect(),
        }
    }
}

/// Checks every byte that the format fixes: framing, counts, times, checksums, links in both directions, reserved bytes,
/// and the manifest against the files. Nothing is changed.
///
/// @param path A session's directory or a folder above it that holds exactly one, a thread's directory, or an .atf file.
/// @param progress Told how far it is; or NULL.
/// @param user Given to `progress`.
/// @param report Where the report goes, to be given to atf_verify_report_close, whether there are problems or not; or
///        NULL when the answer is enough. Not touched on failure.
/// @return 0: clean (there may be notes); 1: there are problems; a negative errno when it cannot be read at all: -ENOENT;
///         -EBADMSG when the path is none of these; -EINVAL; another negative errno of the system's.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn atf_verify(
    path: *const c_char,
    progress: AtfProgress,
    user: *mut c_void,
    report: *mut *mut AtfVerifyReport,
) -> c_int {
    guard_or(
        || {
            // SAFETY: the header asks for a string, or NULL.
            let path = locate(unsafe { pointer::path(path, "path") }?)?;
            let total = if progress.is_some() { path.size_bytes() } else { 0 };
            // SAFETY: the header asks for a function that may be called now, or NULL.
            let mut told = unsafe { Told::new(progress, user, total) };
            let found = verify(&path, &mut |bytes| told.add(bytes))?;
            // SAFETY: the header asks for a place for a pointer, or NULL.
            if let Ok(to) = unsafe { pointer::output(report, "report") } {
                pointer::give(to, AtfVerifyReport::new(&found));
            }
            Ok(c_int::from(!found.is_ok()))
        },
        |verdict| verdict,
        |failure| failure.code,
    )
}

/// Number of problems in the report. Of one kind in one file at most 20 are in it: how many more there are is a note.
///
/// @return The number, 0 when all is clean; 0 for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn atf_verify_report_problem_count(report: *const AtfVerifyReport) -> usize {
    // SAFETY: the header asks for a report that is not closed, or NULL.
    guard_or(
        || Ok(unsafe { pointer::input(report, "report") }?.problems.len()),
        |count| count,
        |_| 0,
    )
}

/// A problem.
///
/// @param at Less than atf_verify_report_problem_count.
/// @param problem Where it goes; its texts are valid until the report is closed. Not touched on failure.
/// @return 0; -ENOENT when there are no more than `at`; -EINVAL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn atf_verify_report_problem(
    report: *const AtfVerifyReport,
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

/// Number of notes in the report: what is worth knowing and no fault.
///
/// @return The number; 0 for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn atf_verify_report_note_count(report: *const AtfVerifyReport) -> usize {
    // SAFETY: the header asks for a report that is not closed, or NULL.
    guard_or(|| Ok(unsafe { pointer::input(report, "report") }?.notes.len()), |count| count, |_| 0)
}

/// A note.
///
/// @param at Less than atf_verify_report_note_count.
/// @param note Where it goes; its texts are valid until the report is closed. Not touched on failure.
/// @return 0; -ENOENT when there are no more than `at`; -EINVAL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn atf_verify_report_note(
    report: *const AtfVerifyReport,
    at: usize,
    note: *mut AtfNote,
) -> c_int {
    guard(|| {
        // SAFETY: the header asks for a place for a note, or NULL.
        let to = unsafe { pointer::output(note, "note") }?;
        // SAFETY: the header asks for a report that is not closed, or NULL.
        let report = unsafe { pointer::input(report, "report") }?;
        to.set(nth(report.notes.iter(), at, "notes")?.as_c());
        Ok(())
    })
}

/// Frees a report and its texts. NULL is nothing to do.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn atf_verify_report_close(report: *mut AtfVerifyReport) {
    // SAFETY: the header asks for a report that is closed once, or NULL.
    unsafe { close(report) }
}

//! Verification of a trace, as `atf verify` does it.

use std::ffi::{c_char, c_int, c_void};

use atf_runtime::session::locate;
use atf_runtime::verify::{Report, verify};

use crate::guard::{close, guard, guard_or};
use crate::pointer;
use crate::problem::{AtfNote, AtfProblem, NoteTexts, ProblemTexts};
use crate::progress::{AtfProgress, Reporter};
use crate::session_reader::nth;

/// What atf_verify found. Several threads may read one at once.
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

/// Checks every byte that the format defines: framing, counts, times, checksums, links in both directions, reserved
/// bytes, and the manifest against the files. Changes nothing.
///
/// @param path A session's directory, a folder above it that contains exactly one session, a thread's directory, or
///        an .atf file.
/// @param progress Reports progress; NULL for none.
/// @param user Passed to `progress`.
/// @param report Receives the report, for atf_verify_report_close, if the result is 0 or 1. May be NULL.
/// @return 0: no problem (there may be notes); 1: there are problems; -ENOENT; -EBADMSG if the path is none of
///         these; -EINVAL; another negative errno of the operating system.
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
            let mut reporter = unsafe { Reporter::new(progress, user, total) };
            let found = verify(&path, Some(&mut |bytes| reporter.add(bytes)))?;
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

/// Number of problems in the report. A report has at most 20 problems of one kind per file; a note has the number
/// of the others.
///
/// @param report The report.
/// @return The number; 0 for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn atf_verify_report_problem_count(report: *const AtfVerifyReport) -> usize {
    // SAFETY: the header asks for a report that is not closed, or NULL.
    guard_or(
        || Ok(unsafe { pointer::input(report, "report") }?.problems.len()),
        |count| count,
        |_| 0,
    )
}

/// Describes a problem.
///
/// @param report The report.
/// @param at Which problem, counted from 0; less than atf_verify_report_problem_count.
/// @param problem Receives the problem; its texts are valid until the report is closed. Set only on success.
/// @return 0; -ENOENT if `at` is too large; -EINVAL.
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

/// Number of notes in the report: observations that are not errors.
///
/// @param report The report.
/// @return The number; 0 for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn atf_verify_report_note_count(report: *const AtfVerifyReport) -> usize {
    // SAFETY: the header asks for a report that is not closed, or NULL.
    guard_or(|| Ok(unsafe { pointer::input(report, "report") }?.notes.len()), |count| count, |_| 0)
}

/// Describes a note.
///
/// @param report The report.
/// @param at Which note, counted from 0; less than atf_verify_report_note_count.
/// @param note Receives the note; its texts are valid until the report is closed. Set only on success.
/// @return 0; -ENOENT if `at` is too large; -EINVAL.
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

/// Frees a report and its texts. Does nothing for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn atf_verify_report_close(report: *mut AtfVerifyReport) {
    // SAFETY: the header asks for a report that is closed once, or NULL.
    unsafe { close(report) }
}

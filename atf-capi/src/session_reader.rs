//! The reader of a session's directory: its manifest and all of its threads.

use std::collections::BTreeMap;
use std::ffi::{CString, c_char, c_int};
use std::ops::Deref;
use std::path::Path;
use std::sync::OnceLock;

use atf_runtime::manifest::{ManifestThread, State};
use atf_runtime::session::SessionReader;

use crate::failure::{Failure, Result};
use crate::guard::{close, guard, guard_or};
use crate::pointer;
use crate::shared::Shared;
use crate::text::c_string;
use crate::thread_reader::AtfThreadReader;

/// Reads a session: a directory with manifest.json and a thread_N/ for each thread. See AtfIndexReader for what all
/// readers have in common.
///
/// Opening maps the files and reads only their ends. A thread that is damaged does not hide the others.
pub struct AtfSessionReader {
    session: Shared<SessionReader>,
    problems: Vec<Unreadable>,
    state: Option<CString>,
    failed: Option<CString>,
    /// Events and detail records that nothing proves, of the threads that have any.
    unverified: BTreeMap<u32, (u64, u64)>,
    /// Names of functions, ordered by id; filled when first asked for.
    symbols: OnceLock<Box<[(u64, CString)]>>,
}

/// The entry of a thread of which the manifest says that something is unverified.
fn unverified(thread: &ManifestThread) -> Option<(u32, (u64, u64))> {
    // A manifest can contain any number.
    let count = |ranges: &[[u64; 2]]| {
        ranges.iter().fold(0_u64, |sum, [_, count]| sum.saturating_add(*count))
    };
    let counts = (count(&thread.unverified), count(&thread.unverified_details));
    (counts != (0, 0)).then_some((thread.id, counts))
}

struct Unreadable {
    thread_id: u32,
    code: c_int,
    text: CString,
}

/// A thread of a session.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct AtfSessionThread {
    /// The thread's id, from its directory and the manifest.
    pub thread_id: u32,
    /// Whether the manifest lists it.
    pub is_in_manifest: bool,
    /// Whether its directory exists.
    pub is_there: bool,
    /// Whether its index.atf can be read.
    pub is_readable: bool,
    /// Events that nothing proves, as the manifest says: the machine lost power, or a sync failed.
    pub unverified_events: u64,
    /// Detail records that nothing proves, as the manifest says.
    pub unverified_details: u64,
    /// Whether the manifest says that the thread was recorded and its files are gone.
    pub is_lost: bool,
    /// Events whose checksum failed and that recovery kept, as the manifest says.
    pub damaged_events: u64,
    /// Detail records whose checksum failed and that recovery kept, as the manifest says.
    pub damaged_details: u64,
}

/// The name of a function, from a session's manifest.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct AtfFunctionName {
    /// function_id of its events.
    pub function_id: u64,
    /// Its name, never NULL. Valid until the session is closed.
    pub name: *const c_char,
}

/// Why a thread of a session, or its detail.atf, cannot be read.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct AtfSessionProblem {
    /// The thread.
    pub thread_id: u32,
    /// The negative errno of opening it.
    pub code: c_int,
    /// The error, with its file; never NULL. Valid until the session is closed.
    pub text: *const c_char,
}

impl AtfSessionReader {
    fn open(path: &Path) -> Result<Self> {
        let session = SessionReader::open(path)?;
        let problems = session.problems().map(|problem| {
            let Failure { code, text, .. } = Failure::from(problem.error);
            Unreadable { thread_id: problem.thread_id, code, text: c_string(text) }
        });
        let problems = problems.collect();
        let manifest = session.session().readable_manifest();
        let state = manifest.and_then(|manifest| manifest.state.as_ref());
        let state = state.map(|state| c_string(State::as_str(state)));
        let failed = session.manifest().ok().and_then(|manifest| manifest.failed.clone());
        let failed = failed.map(c_string);
        let threads = manifest.map(|manifest| manifest.threads.as_slice()).unwrap_or_default();
        let unverified = threads.iter().filter_map(unverified).collect();
        let session = Shared::new(session);
        Ok(Self { session, problems, state, failed, unverified, symbols: OnceLock::new() })
    }

    pub(crate) fn session(&self) -> &Shared<SessionReader> {
        &self.session
    }

    fn symbols(&self) -> &[(u64, CString)] {
        let named = |(id, name): (u64, &str)| (id, c_string(name));
        self.symbols.get_or_init(|| self.session.get().symbols().into_iter().map(named).collect())
    }
}

impl Deref for AtfSessionReader {
    type Target = SessionReader;

    fn deref(&self) -> &SessionReader {
        self.session.get()
    }
}

/// # Safety
///
/// As [`pointer::input`].
unsafe fn session_of<'a>(session: *const AtfSessionReader) -> Result<&'a AtfSessionReader> {
    // SAFETY: the caller's.
    unsafe { pointer::input(session, "session") }
}

/// Opens a session: all threads that its manifest lists or that have a directory.
///
/// A missing or invalid manifest is no failure (see atf_session_reader_manifest), nor is a thread whose files are
/// missing or damaged (see atf_session_reader_problem). If the operating system refuses to read any file, opening
/// fails: without it the session would seem to have fewer events.
///
/// @param path The session's directory, or its manifest.json. Also a bundle, a directory whose manifest.json names the
///        session inside it as `trace_session`; a folder above exactly one session; or FOLDER/@latest, the newest
///        session below FOLDER. A folder is searched to any depth, but only its first 100,000 entries, without symbolic
///        links and folders of other users.
/// @param session Receives the reader, for atf_session_reader_close. Set only on success.
/// @return 0; -EBADMSG if the path names no session (ATF_ERROR_NOT_A_TRACE) or several (ATF_ERROR_SEVERAL_SESSIONS);
///         -ENOENT or another negative errno if a directory or file cannot be read; -EINVAL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn atf_session_reader_open(
    path: *const c_char,
    session: *mut *mut AtfSessionReader,
) -> c_int {
    guard(|| {
        // SAFETY: the header asks for a place for a pointer, or NULL.
        let to = unsafe { pointer::output(session, "session") }?;
        // SAFETY: the header asks for a string, or NULL.
        let path = unsafe { pointer::path(path, "path") }?;
        pointer::give(to, AtfSessionReader::open(&path)?);
        Ok(())
    })
}

/// Frees a session reader. Readers of its threads and merges still work; texts that it gave become invalid. Does
/// nothing for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn atf_session_reader_close(session: *mut AtfSessionReader) {
    // SAFETY: the header asks for a session that is closed once, or NULL.
    unsafe { close(session) }
}

/// Number of threads, unreadable ones included.
///
/// @param session The session.
/// @return The number; 0 for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn atf_session_reader_thread_count(
    session: *const AtfSessionReader,
) -> usize {
    // SAFETY: the header asks for a session that is not closed, or NULL.
    guard_or(|| Ok(unsafe { session_of(session) }?.threads().len()), |count| count, |_| 0)
}

/// Describes a thread of the session.
///
/// @param session The session.
/// @param at Which thread, counted from 0 in the order of their ids; less than atf_session_reader_thread_count.
/// @param thread Receives the description. Set only on success.
/// @return 0; -ENOENT if `at` is too large; -EINVAL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn atf_session_reader_thread_at(
    session: *const AtfSessionReader,
    at: usize,
    thread: *mut AtfSessionThread,
) -> c_int {
    guard(|| {
        // SAFETY: the header asks for a place for a thread, or NULL.
        let to = unsafe { pointer::output(thread, "thread") }?;
        // SAFETY: the header asks for a session that is not closed, or NULL.
        let session = unsafe { session_of(session) }?;
        // Both lists are of the same threads.
        let threads = session.threads().iter().zip(session.session.get().session().threads());
        let (opened, listed) = nth(threads, at, "threads")?;
        let (unverified_events, unverified_details) =
            session.unverified.get(&opened.id).copied().unwrap_or_default();
        to.set(AtfSessionThread {
            thread_id: opened.id,
            is_in_manifest: listed.in_manifest,
            is_there: listed.exists,
            is_readable: opened.reader.is_ok(),
            unverified_events,
            unverified_details,
            is_lost: listed.lost,
            damaged_events: listed.damaged_events,
            damaged_details: listed.damaged_details,
        });
        Ok(())
    })
}

/// Number `at` of the items, which C asked for.
pub(crate) fn nth<T>(items: impl ExactSizeIterator<Item = T>, at: usize, what: &str) -> Result<T> {
    let mut items = items;
    let count = items.len();
    items.nth(at).ok_or_else(|| Failure::absent("at", format!("less than {count} ({what})"), at))
}

/// Gives a reader of one thread. Its files are not opened again.
///
/// @param session The session; it may be closed before `thread`.
/// @param thread_id The thread's id.
/// @param thread Receives the thread reader, for atf_thread_reader_close. Set only on success.
/// @return 0; -ENOENT if the session has no such thread, or the thread has no index.atf; -EBADMSG or another
///         negative errno if its index.atf could not be opened; -EINVAL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn atf_session_reader_thread(
    session: *const AtfSessionReader,
    thread_id: u32,
    thread: *mut *mut AtfThreadReader,
) -> c_int {
    guard(|| {
        // SAFETY: the header asks for a place for a pointer, or NULL.
        let to = unsafe { pointer::output(thread, "thread") }?;
        // SAFETY: the header asks for a session that is not closed, or NULL.
        let session = unsafe { session_of(session) }?;
        let reader = session.session.part(|session| {
            let thread = session.thread(thread_id).ok_or_else(|| no_thread(session, thread_id))?;
            Ok(thread.reader.as_ref()?)
        })?;
        pointer::give(to, AtfThreadReader::new(reader));
        Ok(())
    })
}

pub(crate) fn no_thread(session: &SessionReader, thread_id: u32) -> Failure {
    let expected = format!("a thread of {}", session.dir().display());
    Failure::absent("thread_id", expected, thread_id)
}

/// Number of threads whose index.atf or detail.atf could not be opened. atf_verify checks every byte.
///
/// @param session The session.
/// @return The number; 0 for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn atf_session_reader_problem_count(
    session: *const AtfSessionReader,
) -> usize {
    // SAFETY: the header asks for a session that is not closed, or NULL.
    guard_or(|| Ok(unsafe { session_of(session) }?.problems.len()), |count| count, |_| 0)
}

/// Why a thread's index.atf, or else its detail.atf, could not be opened.
///
/// @param session The session.
/// @param at Which problem, counted from 0; less than atf_session_reader_problem_count.
/// @param problem Receives the problem; its text is valid until the session is closed. Set only on success.
/// @return 0; -ENOENT if `at` is too large; -EINVAL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn atf_session_reader_problem(
    session: *const AtfSessionReader,
    at: usize,
    problem: *mut AtfSessionProblem,
) -> c_int {
    guard(|| {
        // SAFETY: the header asks for a place for a problem, or NULL.
        let to = unsafe { pointer::output(problem, "problem") }?;
        // SAFETY: the header asks for a session that is not closed, or NULL.
        let session = unsafe { session_of(session) }?;
        let Unreadable { thread_id, code, text } = nth(session.problems.iter(), at, "problems")?;
        to.set(AtfSessionProblem { thread_id: *thread_id, code: *code, text: text.as_ptr() });
        Ok(())
    })
}

/// Whether the session has a valid manifest. If not, atf_last_error says what is wrong.
///
/// @param session The session.
/// @return 0; -ENOENT if there is no manifest; -EBADMSG if it is invalid; another negative errno of the operating
///         system; -EINVAL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn atf_session_reader_manifest(session: *const AtfSessionReader) -> c_int {
    guard(|| {
        // SAFETY: the header asks for a session that is not closed, or NULL.
        unsafe { session_of(session) }?.manifest()?;
        Ok(())
    })
}

/// The state that the manifest gives: "recording" during the recording, and after a recording that was killed;
/// "complete"; or a state of a later revision.
///
/// @param session The session.
/// @return The text, valid until the session is closed; NULL if there is no valid manifest, or it has no state.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn atf_session_reader_state(
    session: *const AtfSessionReader,
) -> *const c_char {
    // SAFETY: the header asks for a session that is not closed, or NULL.
    let state = || Ok(unsafe { session_of(session) }?.state.as_ref());
    guard_or(
        state,
        |state| state.map_or(std::ptr::null(), |word| word.as_ptr()),
        |_| std::ptr::null(),
    )
}

/// What stopped the recorder, as the manifest says: for example an error of the disk.
///
/// @param session The session.
/// @return The text, valid until the session is closed; NULL if there is no valid manifest, or the recording did not
///         fail.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn atf_session_reader_failed(
    session: *const AtfSessionReader,
) -> *const c_char {
    // SAFETY: the header asks for a session that is not closed, or NULL.
    let failed = || Ok(unsafe { session_of(session) }?.failed.as_ref());
    guard_or(
        failed,
        |failed| failed.map_or(std::ptr::null(), |text| text.as_ptr()),
        |_| std::ptr::null(),
    )
}

/// Number of threads that could not be registered when the session was recorded, as the manifest says: nothing of them is
/// in it.
///
/// @param session The session.
/// @return The number; 0 if there is no valid manifest, and for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn atf_session_reader_untraced_threads(
    session: *const AtfSessionReader,
) -> u64 {
    // SAFETY: the header asks for a session that is not closed, or NULL.
    let count =
        || Ok(unsafe { session_of(session) }?.manifest().ok().and_then(|it| it.untraced_threads));
    guard_or(count, |count| count.unwrap_or(0), |_| 0)
}

/// The lowest first and the highest last timestamp of the readable threads, from their files.
///
/// @param session The session.
/// @param start_ns Receives the lowest, in ns. Set only on success.
/// @param end_ns Receives the highest, in ns. Set only on success.
/// @return 0; -ENOENT if there is no event; -EINVAL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn atf_session_reader_time_range(
    session: *const AtfSessionReader,
    start_ns: *mut u64,
    end_ns: *mut u64,
) -> c_int {
    guard(|| {
        // SAFETY: the header asks for places for numbers, or NULL.
        let start = unsafe { pointer::output(start_ns, "start_ns") }?;
        // SAFETY: the same.
        let end = unsafe { pointer::output(end_ns, "end_ns") }?;
        // SAFETY: the header asks for a session that is not closed, or NULL.
        let session = unsafe { session_of(session) }?;
        let no_event =
            || Failure::absent("session", "a session with events", session.dir().display());
        let (first, last) = session.time_range().ok_or_else(no_event)?;
        start.set(first);
        end.set(last);
        Ok(())
    })
}

/// Number of events of the readable threads.
///
/// @param session The session.
/// @return The number; 0 for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn atf_session_reader_event_count(session: *const AtfSessionReader) -> u64 {
    // SAFETY: the header asks for a session that is not closed, or NULL.
    guard_or(|| Ok(unsafe { session_of(session) }?.event_count()), |count| count, |_| 0)
}

/// Number of detail records of the readable threads, from their footers.
///
/// @param session The session.
/// @param count Receives the number. Set only on success.
/// @return 0; -ENOENT if an unfinalized file does not have the number (atf_detail_reader_count counts); -EINVAL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn atf_session_reader_detail_count(
    session: *const AtfSessionReader,
    count: *mut u64,
) -> c_int {
    guard(|| {
        // SAFETY: the header asks for a place for a number, or NULL.
        let to = unsafe { pointer::output(count, "count") }?;
        // SAFETY: the header asks for a session that is not closed, or NULL.
        let session = unsafe { session_of(session) }?;
        to.set(session.detail_count().ok_or_else(|| {
            let expected = "a session whose detail files say how many records they have";
            Failure::absent("session", expected, session.dir().display())
        })?);
        Ok(())
    })
}

/// The name of a function, from the manifest. The first call builds a table of all names.
///
/// @param session The session.
/// @param function_id function_id of an event.
/// @return The name, valid until the session is closed; NULL if the manifest does not name the function, and for
///         NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn atf_session_reader_symbol(
    session: *const AtfSessionReader,
    function_id: u64,
) -> *const c_char {
    let name = || -> Result<Option<&CString>> {
        // SAFETY: the header asks for a session that is not closed, or NULL.
        let symbols = unsafe { session_of(session) }?.symbols();
        let found = symbols.binary_search_by_key(&function_id, |(id, _)| *id).ok();
        Ok(found.map(|at| &symbols[at].1))
    };
    guard_or(name, |name| name.map_or(std::ptr::null(), |name| name.as_ptr()), |_| std::ptr::null())
}

/// Number of functions that the manifest names. The first call builds a table of all names.
///
/// @param session The session.
/// @return The number; 0 for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn atf_session_reader_symbol_count(
    session: *const AtfSessionReader,
) -> usize {
    // SAFETY: the header asks for a session that is not closed, or NULL.
    guard_or(|| Ok(unsafe { session_of(session) }?.symbols().len()), |count| count, |_| 0)
}

/// A function that the manifest names.
///
/// @param session The session.
/// @param at Which function, counted from 0 in the order of their ids; less than atf_session_reader_symbol_count.
/// @param symbol Receives id and name; the name is valid until the session is closed. Set only on success.
/// @return 0; -ENOENT if `at` is too large; -EINVAL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn atf_session_reader_symbol_at(
    session: *const AtfSessionReader,
    at: usize,
    symbol: *mut AtfFunctionName,
) -> c_int {
    guard(|| {
        // SAFETY: the header asks for a place for a symbol, or NULL.
        let to = unsafe { pointer::output(symbol, "symbol") }?;
        // SAFETY: the header asks for a session that is not closed, or NULL.
        let session = unsafe { session_of(session) }?;
        let (function_id, name) = nth(session.symbols().iter(), at, "symbols")?;
        to.set(AtfFunctionName { function_id: *function_id, name: name.as_ptr() });
        Ok(())
    })
}

//! `SessionReader` of Python: the readers of a session's threads, and what they hold together.

use std::path::PathBuf;
use std::sync::Arc;

use atf_runtime::manifest::Manifest;
use atf_runtime::session;
use pyo3::exceptions::PyKeyError;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyCapsule, PyDict, PyIterator, PyList, PyString, PyTuple, PyType};

use crate::analysis::{self, Source, Table};
use crate::convert::{Number, PathArgument, counted, path_text};
use crate::errors::{again, exception, raised};
use crate::home::{Handle, ThreadHome};
use crate::manifest::object as manifest_object;
use crate::merged::{BlockIterator, MergedEvents, Selected, Times, block_events_of};
use crate::thread::ThreadReader;

/// Default number of events in a block of `SessionReader.merged_blocks`: 2.5 MB.
const BLOCK_EVENTS: u64 = 1 << 16;

/// A thread of a session: its files, or why they cannot be read.
#[pyclass(frozen, module = "atf")]
pub(crate) struct OpenedThread {
    /// Thread, as its directory and the manifest name it.
    #[pyo3(get)]
    id: u32,
    directory: PathBuf,
    /// Whether the manifest lists it.
    #[pyo3(get)]
    in_manifest: bool,
    /// Whether its directory is there.
    #[pyo3(get)]
    exists: bool,
    /// Whether the manifest says that it was recorded and its files are gone.
    #[pyo3(get)]
    lost: bool,
    opened: Result<Py<ThreadReader>, Py<PyAny>>,
}

#[pymethods]
impl OpenedThread {
    /// Directory that holds, or should hold, its files.
    #[getter]
    fn dir<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyString>> {
        path_text(py, &self.directory)
    }

    /// Its files. Raises why they cannot be read.
    #[getter]
    fn reader(&self, py: Python<'_>) -> PyResult<Py<ThreadReader>> {
        match &self.opened {
            Ok(reader) => Ok(reader.clone_ref(py)),
            Err(error) => Err(again(py, error)),
        }
    }

    /// Why its files cannot be read; None if they can.
    #[getter]
    fn error(&self, py: Python<'_>) -> Option<Py<PyAny>> {
        self.opened.as_ref().err().map(|error| error.clone_ref(py))
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        let shown = match &self.opened {
            Ok(reader) => reader.bind(py).repr()?,
            Err(error) => error.bind(py).repr()?,
        };
        Ok(format!("<OpenedThread {}: {shown}>", self.id))
    }
}

/// A session, with the readers of its threads.
///
/// Opening maps the files and looks at both ends of each; it does not scan. ``session[thread_id]`` is
/// the reader of a thread, ``thread_id in session`` and iteration tell which there are. Libraries that know
/// the Arrow C stream interface read the events of all threads, merged.
///
/// >>> with SessionReader("my_session") as session:   # doctest: +SKIP
/// ...     events = session.merged()
/// ...     print(events["thread"][0], events["timestamp_ns"][0])
#[pyclass(frozen, mapping, subclass, module = "atf")]
pub(crate) struct SessionReader {
    handle: Handle<Arc<session::SessionReader>>,
    opened: Vec<Py<OpenedThread>>,
    events: u64,
    details: Option<u64>,
    /// The manifest, or what is left of a damaged one.
    manifest: Option<Manifest>,
    manifest_object: PyOnceLock<Py<PyAny>>,
    /// Why there is no manifest, as an exception.
    no_manifest: Option<Py<PyAny>>,
}

impl SessionReader {
    fn of(py: Python<'_>, session: session::SessionReader) -> PyResult<Self> {
        let session = Arc::new(session);
        let mut opened = Vec::new();
        for (at, thread) in session.threads().iter().enumerate() {
            let reader = match &thread.reader {
                Ok(_) => {
                    let home = ThreadHome::InSession(session.clone(), at);
                    Ok(Py::new(py, ThreadReader::of(py, home)?)?)
                }
                Err(error) => Err(exception(py, error)?.unbind()),
            };
            let listed = &session.session().threads()[at];
            let thread = OpenedThread {
                id: thread.id,
                directory: thread.dir.clone(),
                in_manifest: listed.in_manifest,
                exists: listed.exists,
                lost: listed.lost,
                opened: reader,
            };
            opened.push(Py::new(py, thread)?);
        }
        let no_manifest = match session.manifest() {
            Ok(_) => None,
            Err(error) => Some(exception(py, error)?.unbind()),
        };
        let manifest = session.session().readable_manifest().cloned();
        Ok(Self {
            opened,
            events: session.event_count(),
            details: session.detail_count(),
            manifest,
            manifest_object: PyOnceLock::new(),
            no_manifest,
            handle: Handle::new(session.dir().to_owned(), session),
        })
    }

    fn thread_at(&self, id: Number) -> Option<&Py<OpenedThread>> {
        let id = id.as_u32()?;
        let at = self.opened.binary_search_by_key(&id, |thread| thread.get().id).ok()?;
        self.opened.get(at)
    }

    /// The reader of a thread. Raises KeyError; why it cannot be read.
    fn reader_of(&self, id: &Bound<'_, PyAny>) -> PyResult<(u32, Py<ThreadReader>)> {
        let Some(thread) = self.thread_at(id.extract()?) else {
            return Err(PyKeyError::new_err(id.clone().unbind()));
        };
        let thread = thread.get();
        Ok((thread.id, thread.reader(id.py())?))
    }

    fn readers(&self) -> impl Iterator<Item = (u32, &Py<ThreadReader>)> {
        let threads = self.opened.iter().map(Py::get);
        threads.filter_map(|thread| Some((thread.id, thread.opened.as_ref().ok()?)))
    }

    /// The threads of a merge. KeyError for one that is not there; why it cannot be read.
    fn selected(&self, py: Python<'_>, threads: Option<&Bound<'_, PyAny>>) -> PyResult<Selected> {
        self.handle.get(py)?;
        let Some(threads) = threads else {
            let all = self.readers();
            return all.map(|(id, it)| Ok((id, it.get().index_of().home(py)?))).collect();
        };
        let mut selected = Selected::new();
        for id in threads.try_iter()? {
            let (id, reader) = self.reader_of(&id?)?;
            if selected.iter().all(|(known, _)| *known != id) {
                selected.push((id, reader.get().index_of().home(py)?));
            }
        }
        Ok(selected)
    }

    fn merged_of(
        &self,
        py: Python<'_>,
        times: (Option<Number>, Option<Number>),
        threads: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<MergedEvents> {
        let times = Times { from_ns: times.0, to_ns: times.1 };
        Ok(MergedEvents::new(self.handle.path(), self.selected(py, threads)?, times))
    }
}

#[pymethods]
impl SessionReader {
    /// Opens the session that `directory` names: its directory, its manifest.json, a bundle, a folder above
    /// exactly one session, or FOLDER/@latest for the newest below FOLDER. The threads are those that the
    /// manifest lists or a directory exists for. A missing or wrong manifest is no error, see `manifest`;
    /// nor is a thread whose files are missing or damaged, see `problems`.
    ///
    /// Raises NotATraceError when it names no session; SeveralSessionsError when it is a folder with more
    /// than one; IoError when the operating system refuses to read a directory or any file.
    #[new]
    fn new(py: Python<'_>, directory: PathArgument) -> PyResult<Self> {
        let opened = py.detach(|| session::SessionReader::open(directory.0));
        Self::of(py, raised(py, opened)?)
    }

    /// The same as the constructor.
    #[classmethod]
    fn open<'py>(
        cls: &Bound<'py, PyType>,
        directory: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyAny>> {
        cls.call1((directory,))
    }

    /// The session's directory.
    #[getter]
    fn dir<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyString>> {
        path_text(py, self.handle.path())
    }

    /// All threads in the order of their ids, also those that cannot be read.
    #[getter]
    fn threads<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        PyTuple::new(py, self.opened.iter().map(|thread| thread.bind(py)))
    }

    /// The thread with that id; None if the session has none.
    fn thread(&self, py: Python<'_>, id: Number) -> Option<Py<OpenedThread>> {
        self.thread_at(id).map(|thread| thread.clone_ref(py))
    }

    /// The threads that can be read, with their ids, in the order of these.
    fn readable<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyIterator>> {
        PyList::new(py, self.readers().map(|(id, reader)| (id, reader.bind(py))))?.try_iter()
    }

    /// The reader of a thread. Raises KeyError if the session has no thread of that id; why it cannot
    /// be read.
    fn __getitem__(&self, id: &Bound<'_, PyAny>) -> PyResult<Py<ThreadReader>> {
        Ok(self.reader_of(id)?.1)
    }

    /// Whether the session has a thread of that id.
    fn __contains__(&self, id: &Bound<'_, PyAny>) -> bool {
        id.extract().is_ok_and(|id| self.thread_at(id).is_some())
    }

    /// The ids of all threads, in their order.
    fn __iter__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyIterator>> {
        PyList::new(py, self.opened.iter().map(|thread| thread.get().id))?.try_iter()
    }

    /// Number of threads.
    fn __len__(&self) -> usize {
        self.opened.len()
    }

    /// What cannot be read: of each thread its index, or else its detail lane. Only what opening
    /// shows; ``atf verify`` looks at every byte.
    fn problems<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        let class = py.import("atf.records")?.getattr("ThreadProblem")?;
        let found = PyList::empty(py);
        for thread in self.opened.iter().map(Py::get) {
            let error = match &thread.opened {
                Ok(reader) => reader.get().why_no_detail(),
                Err(error) => Some(error),
            };
            if let Some(error) = error {
                found.append(class.call1((thread.id, error))?)?;
            }
        }
        Ok(found)
    }

    /// The manifest. Raises why there is none: NotFoundError, or ManifestError.
    #[getter]
    fn manifest(&self, py: Python<'_>) -> PyResult<Option<Py<PyAny>>> {
        if let Some(error) = &self.no_manifest {
            return Err(again(py, error));
        }
        let Some(manifest) = &self.manifest else { return Ok(None) };
        let made = || PyResult::Ok(manifest_object(py, manifest)?.unbind());
        Ok(Some(self.manifest_object.get_or_try_init(py, made)?.clone_ref(py)))
    }

    /// Why there is no manifest; None if there is one.
    #[getter]
    fn manifest_error(&self, py: Python<'_>) -> Option<Py<PyAny>> {
        self.no_manifest.as_ref().map(|error| error.clone_ref(py))
    }

    /// Names of functions by ``function_id``, from the manifest; empty without one.
    #[getter]
    fn symbols<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let all = PyDict::new(py);
        for symbol in self.manifest.iter().flat_map(|manifest| &manifest.symbols) {
            if let Some(id) = symbol.id() {
                all.set_item(id, &symbol.name)?;
            }
        }
        Ok(all)
    }

    /// Lowest first and highest last timestamp in ns over the threads that can be read and have
    /// events; None if there are none. From the files, whatever the manifest says.
    #[getter]
    fn time_range(&self, py: Python<'_>) -> PyResult<Option<(u64, u64)>> {
        let session = self.handle.get(py)?;
        Ok(py.detach(|| session.time_range()))
    }

    /// Number of events in the threads that can be read.
    #[getter]
    fn event_count(&self) -> u64 {
        self.events
    }

    /// Number of detail records in the threads that can be read, as their footers or final headers
    /// say; None where one has neither, and its records would have to be counted
    /// (``len`` of its `DetailReader`).
    #[getter]
    fn detail_count(&self) -> Option<u64> {
        self.details
    }

    /// Whether all threads can be read and have the footers that end finalized files.
    #[getter]
    fn is_finalized(&self) -> bool {
        let mut threads = self.opened.iter().map(Py::get);
        threads.all(|thread| thread.opened.as_ref().is_ok_and(|reader| reader.get().is_final()))
    }

    /// The events of all threads that can be read, in timestamp order: a structured array with
    /// the fields ``thread`` and ``seq`` (where the event is from) and those of an event.
    ///
    /// With `from_ns` (inclusive) and `to_ns` (exclusive) those with a timestamp in that range, in the
    /// order that they have in the merge of all; with `threads` those of these threads alone. KeyError
    /// if the session has no such thread; why it cannot be read.
    ///
    /// The order is that of (running maximum of the thread's timestamps, thread id, sequence): time
    /// order, stable on ties, and within a thread the order of the file also where its clock goes
    /// backwards. All of it is held in memory, 40 bytes per event; see `merged_blocks` and `merged_events` for
    /// sessions larger than that.
    #[pyo3(signature = (from_ns = None, to_ns = None, threads = None))]
    fn merged<'py>(
        &self,
        py: Python<'py>,
        from_ns: Option<Number>,
        to_ns: Option<Number>,
        threads: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        self.merged_of(py, (from_ns, to_ns), threads)?.array(py)
    }

    /// The same as `merged`, in arrays of at most `block_events` events that follow each other, each
    /// in memory of its own: what is needed besides does not depend on the size of the session.
    #[pyo3(signature = (from_ns = None, to_ns = None, threads = None, block_events = Number::Exact(BLOCK_EVENTS)))]
    #[pyo3(text_signature = "($self, from_ns=None, to_ns=None, threads=None, block_events=65536)")]
    fn merged_blocks(
        &self,
        py: Python<'_>,
        from_ns: Option<Number>,
        to_ns: Option<Number>,
        threads: Option<&Bound<'_, PyAny>>,
        block_events: Number,
    ) -> PyResult<BlockIterator> {
        let block_events = block_events_of(block_events)?;
        self.merged_of(py, (from_ns, to_ns), threads)?.blocks(py, block_events)
    }

    /// The same as `merged`, not read yet: for libraries that know the Arrow C stream interface, which read it
    /// batch by batch.
    #[pyo3(signature = (from_ns = None, to_ns = None, threads = None))]
    fn merged_events(
        &self,
        py: Python<'_>,
        from_ns: Option<Number>,
        to_ns: Option<Number>,
        threads: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<MergedEvents> {
        self.merged_of(py, (from_ns, to_ns), threads)
    }

    /// What `merged` gives as a data frame. Raises ImportError, which says what to install, without
    /// pandas.
    #[pyo3(signature = (from_ns = None, to_ns = None, threads = None))]
    fn to_pandas<'py>(
        &self,
        py: Python<'py>,
        from_ns: Option<Number>,
        to_ns: Option<Number>,
        threads: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let tables = py.import("atf._tables")?;
        tables.call_method1("require", ("pandas",))?;
        let array = self.merged_of(py, (from_ns, to_ns), threads)?.array(py)?;
        tables.call_method1("to_pandas", (array,))
    }

    /// What `merged` gives as a table. Raises ImportError, which says what to install, without
    /// pyarrow.
    #[pyo3(signature = (from_ns = None, to_ns = None, threads = None))]
    fn to_arrow<'py>(
        &self,
        py: Python<'py>,
        from_ns: Option<Number>,
        to_ns: Option<Number>,
        threads: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let events = self.merged_of(py, (from_ns, to_ns), threads)?;
        py.import("atf._tables")?.call_method1("to_arrow", (Bound::new(py, events)?,))
    }

    /// The calls of all threads that can be read, one row for each: thread by thread, in the order in which they
    /// end. Columns: thread, start_seq, end_seq, function_id, function, module, depth, parent, start_ns, end_ns,
    /// duration_ns, self_ns, ended_by, has_gap, cut.
    ///
    /// Filters, as keyword arguments, mean what those of ``atf report`` mean: function, module and caller (a
    /// pattern or several; ``"!..."`` excludes), threads (ids, or text such as ``"0,2-5"``), from_ns and to_ns (ns on
    /// the trace's clock, or text such as ``"+1.5ms"``), depth, min_duration (ns, or text such as ``"10us"``), kind.
    /// ``demangle=False`` gives names as the linker sees them. Raises ValueError for a filter that is not understood.
    #[pyo3(signature = (**filters))]
    fn calls(&self, py: Python<'_>, filters: Option<&Bound<'_, PyDict>>) -> PyResult<Table> {
        analysis::calls(py, &Source::of(&*self.handle.get(py)?, filters)?)
    }

    /// Where the time goes: a row per function, or with `by` per ``"thread"`` or ``"module"``, the one with the most
    /// self time first. Columns: what it is of, calls, total_ns, self_ns, min_ns, avg_ns, max_ns, p50_ns, p90_ns,
    /// p99_ns, share. Filters as for `calls`.
    #[pyo3(signature = (by = "function", **filters))]
    fn report(
        &self,
        py: Python<'_>,
        by: &str,
        filters: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<Table> {
        analysis::report(py, &Source::of(&*self.handle.get(py)?, filters)?, by)
    }

    /// Who calls what: a row per path of calls, each before those below it; recursion is folded. With `inverted` from
    /// functions to their callers. Columns: node, parent, depth, function_id, function, module, calls, total_ns,
    /// self_ns. Filters as for `calls`.
    #[pyo3(signature = (inverted = false, **filters))]
    fn call_tree(
        &self,
        py: Python<'_>,
        inverted: bool,
        filters: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<Table> {
        analysis::call_tree(py, &Source::of(&*self.handle.get(py)?, filters)?, inverted)
    }

    /// What changed from this session to `other`, by module and name of a function. `threshold` is the relative change
    /// of self time per call that matters, 0.1 by default. Columns: function, module, change, calls_before,
    /// total_ns_before, self_ns_before, the same after, relative_change (NaN if the function is not in both),
    /// is_beyond_threshold. Filters as for `calls`, for both.
    #[pyo3(signature = (other, threshold = None, **filters))]
    fn diff(
        &self,
        py: Python<'_>,
        other: &Self,
        threshold: Option<f64>,
        filters: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<Table> {
        let (before, after) = (self.handle.get(py)?, other.handle.get(py)?);
        let (before, after) = (Source::of(&before, filters)?, Source::of(&after, filters)?);
        analysis::difference(py, &before, &after, threshold)
    }

    /// What ``atf verify`` finds: a `Verification` with problems and notes. Reads every byte.
    fn verify<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        analysis::verify(py, self.handle.path())
    }

    /// Writes a repaired copy to `out`, which must not exist or must be an empty directory. Returns what
    /// verification finds in it: some faults cannot be repaired.
    fn recover<'py>(&self, py: Python<'py>, out: PathArgument) -> PyResult<Bound<'py, PyAny>> {
        analysis::recover(py, self.handle.path(), &out.0)
    }

    /// The events of all threads that can be read, merged, as an Arrow stream.
    #[pyo3(signature = (requested_schema = None))]
    fn __arrow_c_stream__<'py>(
        &self,
        py: Python<'py>,
        requested_schema: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyCapsule>> {
        self.merged_of(py, (None, None), None)?.__arrow_c_stream__(py, requested_schema)
    }

    /// The schema of that stream.
    fn __arrow_c_schema__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyCapsule>> {
        crate::arrow::merged_schema(py)
    }

    /// Closes all files. Arrays, events and records that were taken stay valid.
    fn close(&self) {
        for (_, reader) in self.readers() {
            reader.get().let_go();
        }
        self.handle.close();
    }

    fn __enter__(slf: Py<Self>) -> Py<Self> {
        slf
    }

    #[pyo3(signature = (*_args))]
    fn __exit__(&self, _args: &Bound<'_, PyAny>) {
        self.close();
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        let (dir, problems) = (path_text(py, self.handle.path())?, self.problems(py)?.len());
        let wrong = match problems {
            0 => String::new(),
            count => format!(", {count} of them with a problem"),
        };
        let threads = counted(self.opened.len() as u64, "thread");
        let events = counted(self.events, "event");
        Ok(format!("<SessionReader of {dir}: {threads}{wrong}, {events}>"))
    }
}

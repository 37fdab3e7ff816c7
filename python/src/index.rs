//! `IndexReader` of Python: an index.atf as a sequence of events.

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use atf_runtime::IndexSeq;
use atf_runtime::format::{AtfIndexFooter, AtfIndexHeader, IndexFlags};
use atf_runtime::reader::{self, FooterState, IndexExtent, TrailingBytes};
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyCapsule, PySlice, PyString, PyType};

use crate::arrow;
use crate::convert::{Number, PathArgument, counted, event_object, path_text, record_object};
use crate::errors::raised;
use crate::events::{EventIterator, EventSlice, Seqs, reversed};
use crate::home::{Handle, IndexHome};
use crate::memory::Memory;

/// An index.atf, mapped. The file must not be truncated while it is open; a recording may append to it: the new
/// events are there when it is opened again.
///
/// It is a sequence of `IndexEvent`: ``len``, ``[i]``, slices, iteration from both ends. Libraries that know
/// the Arrow C stream interface read it.
///
/// >>> with IndexReader("my_session/thread_0/index.atf") as index:   # doctest: +SKIP
/// ...     print(len(index), index[0].timestamp_ns, index.array["call_depth"].max())
#[pyclass(frozen, sequence, subclass, module = "atf")]
pub(crate) struct IndexReader {
    handle: Handle<IndexHome>,
    header: AtfIndexHeader,
    footer: Option<AtfIndexFooter>,
    extent: IndexExtent,
    header_object: PyOnceLock<Py<PyAny>>,
    footer_object: PyOnceLock<Py<PyAny>>,
    extent_object: PyOnceLock<Py<PyAny>>,
    /// The array over all events.
    view: Mutex<Option<Py<PyAny>>>,
}

impl IndexReader {
    pub(crate) fn of(home: IndexHome) -> Self {
        let reader = home.reader();
        Self {
            header: *reader.header(),
            footer: reader.footer().copied(),
            extent: *reader.extent(),
            header_object: PyOnceLock::new(),
            footer_object: PyOnceLock::new(),
            extent_object: PyOnceLock::new(),
            view: Mutex::new(None),
            handle: Handle::new(reader.path().to_owned(), home),
        }
    }

    pub(crate) fn home(&self, py: Python<'_>) -> PyResult<IndexHome> {
        self.handle.get(py)
    }

    pub(crate) fn file(&self) -> &Path {
        self.handle.path()
    }

    /// The event at a sequence below the count.
    pub(crate) fn event<'py>(&self, py: Python<'py>, seq: u32) -> PyResult<Bound<'py, PyAny>> {
        let home = self.home(py)?;
        match home.reader().get(IndexSeq(seq)) {
            Some(event) => event_object(py, event),
            None => Ok(py.None().into_bound(py)),
        }
    }

    /// All events as an array.
    pub(crate) fn entire_array<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let home = self.home(py)?;
        let kept = self.lock().as_ref().map(|view| view.clone_ref(py));
        if let Some(view) = kept {
            return Ok(view.into_bound(py));
        }
        // The events of an earlier revision are copied here.
        let memory = Bound::new(py, py.detach(|| Memory::of_index(home)))?;
        let view = py.import("atf._numpy")?.call_method1("events", (memory,))?;
        *self.lock() = Some(view.clone().unbind());
        Ok(view)
    }

    pub(crate) fn is_final(&self) -> bool {
        self.extent.footer.is_complete()
    }

    pub(crate) fn count(&self) -> usize {
        self.extent.count as usize
    }

    pub(crate) fn thread(&self) -> u32 {
        self.header.thread_id.get()
    }

    pub(crate) fn says_detail(&self) -> bool {
        self.header.flags.contains(IndexFlags::HAS_DETAIL_FILE)
    }

    pub(crate) fn times(&self, py: Python<'_>) -> PyResult<Option<(u64, u64)>> {
        Ok(self.home(py)?.reader().time_range())
    }

    pub(crate) fn let_go(&self) {
        let _view = self.lock().take();
        self.handle.close();
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Option<Py<PyAny>>> {
        self.view.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn seqs(&self) -> Seqs {
        Seqs { first: 0, step: 1, count: self.count() }
    }

    fn range_object<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        py.import("builtins")?.call_method1("range", (self.count(),))
    }

    fn first_from(&self, home: &IndexHome, time: Number) -> usize {
        match time {
            Number::Below => 0,
            Number::Exact(time) => home.reader().find_start(time),
            Number::Above => self.count(),
        }
    }
}

#[pymethods]
impl IndexReader {
    /// Opens an index.atf in any state in which its header can be believed: finalized, never
    /// finalized, or truncated. `extent` tells which.
    ///
    /// Maps the file and reads both of its ends; it scans only to tell a truncated footer at the end from an
    /// event. Raises IoError, NotATraceError; MalformedError when the header is too
    /// short or damaged.
    #[new]
    fn new(py: Python<'_>, path: PathArgument) -> PyResult<Self> {
        let opened = py.detach(|| reader::IndexReader::open(path.0));
        Ok(Self::of(IndexHome::Alone(Arc::new(raised(py, opened)?))))
    }

    /// The same as the constructor.
    #[classmethod]
    fn open<'py>(
        cls: &Bound<'py, PyType>,
        path: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyAny>> {
        cls.call1((path,))
    }

    /// Path of the file.
    #[getter]
    fn path<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyString>> {
        path_text(py, self.file())
    }

    /// The header as it is in the file. Where it disagrees with the footer, the footer is right:
    /// use ``len`` and `time_range`.
    #[getter]
    fn header(&self, py: Python<'_>) -> PyResult<Py<PyAny>> {
        let made = || PyResult::Ok(record_object(py, &self.header)?.unbind());
        Ok(self.header_object.get_or_try_init(py, made)?.clone_ref(py))
    }

    /// The footer, if there is one at the end of the events, also a damaged one.
    #[getter]
    fn footer(&self, py: Python<'_>) -> PyResult<Option<Py<PyAny>>> {
        let Some(footer) = &self.footer else { return Ok(None) };
        let made = || PyResult::Ok(record_object(py, footer)?.unbind());
        Ok(Some(self.footer_object.get_or_try_init(py, made)?.clone_ref(py)))
    }

    /// Where the events are and how their end was found.
    #[getter]
    fn extent(&self, py: Python<'_>) -> PyResult<Py<PyAny>> {
        let made = || {
            let IndexExtent { events_offset, stride, count, footer, .. } = self.extent;
            let (state, offset, trailing) = footer_parts(py, footer)?;
            let parts = (events_offset, stride, count, state, offset, trailing);
            PyResult::Ok(py.import("atf.extent")?.call_method1("IndexExtent", parts)?.unbind())
        };
        Ok(self.extent_object.get_or_try_init(py, made)?.clone_ref(py))
    }

    /// Whether the file has the footer that ends a finalized one.
    #[getter]
    fn is_finalized(&self) -> bool {
        self.is_final()
    }

    /// Thread of this file, as the header says.
    #[getter]
    fn thread_id(&self) -> u32 {
        self.thread()
    }

    /// Whether the header announces a detail.atf beside this file.
    #[getter]
    fn has_detail(&self) -> bool {
        self.says_detail()
    }

    /// Number of events.
    fn __len__(&self) -> usize {
        self.count()
    }

    /// The event at a position, which counts from the end when it is negative; for a slice a
    /// sequence that copies nothing. Raises IndexError where there is none.
    fn __getitem__<'py>(
        slf: &Bound<'py, Self>,
        key: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let (py, own) = (slf.py(), slf.get());
        if key.is_instance_of::<PySlice>() {
            let range = own.range_object(py)?.get_item(key)?;
            let part = EventSlice::new(slf.clone().unbind(), &range)?;
            return Ok(Bound::new(py, part)?.into_any());
        }
        own.event(py, own.seqs().at(key)?)
    }

    /// The events in their order.
    pub(crate) fn __iter__(slf: &Bound<'_, Self>) -> EventIterator {
        EventIterator { seqs: slf.get().seqs(), reader: slf.clone().unbind() }
    }

    /// The events, the last one first.
    pub(crate) fn __reversed__(slf: &Bound<'_, Self>) -> EventIterator {
        EventIterator { seqs: reversed(slf.get().seqs()), reader: slf.clone().unbind() }
    }

    /// The event at `seq`, or None when there are no more than `seq` of them.
    pub(crate) fn get<'py>(
        &self,
        py: Python<'py>,
        seq: Number,
    ) -> PyResult<Option<Bound<'py, PyAny>>> {
        match seq.as_u32().filter(|seq| *seq < self.extent.count) {
            Some(seq) => Ok(Some(self.event(py, seq)?)),
            None => Ok(None),
        }
    }

    /// The events as a structured array over the map: nothing is copied, nothing can be written, and
    /// fields have the schema's names. ``array["timestamp_ns"]`` is a column.
    ///
    /// It stays valid when the reader is closed; the map is removed with the last array over it. Needs numpy.
    #[getter]
    fn array<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.entire_array(py)
    }

    /// Timestamps of the first and the last event in ns, or None without events.
    #[getter]
    fn time_range(&self, py: Python<'_>) -> PyResult<Option<(u64, u64)>> {
        self.times(py)
    }

    /// Sequence of the first event at or after `from_ns`; ``len`` if there is none.
    ///
    /// By binary search. On a thread whose clock went backwards the answer is *a* place where an earlier
    /// event is followed by one that is not; whoever must not miss an event there filters `array`.
    fn find_start(&self, py: Python<'_>, from_ns: Number) -> PyResult<usize> {
        Ok(self.first_from(&self.home(py)?, from_ns))
    }

    /// How many events were lost before the one after `seq`, if the event at `seq` is a marker of lost events; None if
    /// it is not, or if there is no such event.
    ///
    /// An event of the kind `LOST` is a marker only if its depth is 0, it has no detail record, and the next event, if
    /// there is one, has its time. Otherwise it is of an unknown kind.
    fn lost_events(&self, py: Python<'_>, seq: Number) -> PyResult<Option<u64>> {
        let Number::Exact(seq) = seq else { return Ok(None) };
        let home = self.home(py)?;
        Ok(u32::try_from(seq).ok().and_then(|seq| home.reader().lost_events(IndexSeq(seq))))
    }

    /// Sequence after the last event before `to_ns`; 0 if there is none. As `find_start`.
    fn find_end(&self, py: Python<'_>, to_ns: Number) -> PyResult<usize> {
        Ok(self.first_from(&self.home(py)?, to_ns))
    }

    /// Events from `from_ns` (inclusive) to `to_ns` (exclusive), found by binary search; none when
    /// the range is empty. See `find_start` for clocks that went backwards.
    pub(crate) fn range(
        slf: &Bound<'_, Self>,
        from_ns: Number,
        to_ns: Number,
    ) -> PyResult<EventSlice> {
        let (py, own) = (slf.py(), slf.get());
        let home = own.home(py)?;
        let start = own.first_from(&home, from_ns);
        let end = own.first_from(&home, to_ns).max(start);
        let range = py.import("builtins")?.call_method1("range", (start, end))?;
        EventSlice::new(slf.clone().unbind(), &range)
    }

    /// Whether no event has an earlier timestamp than the one before it, as a sound clock gives.
    ///
    /// The first time it passes over the events, up to the first that is earlier.
    #[getter]
    fn is_monotonic(&self, py: Python<'_>) -> PyResult<bool> {
        let home = self.home(py)?;
        Ok(py.detach(|| home.reader().is_monotonic()))
    }

    /// A data frame with a column per field and the event's sequence as its index. Copies. Raises
    /// ImportError, which says what to install, without pandas.
    fn to_pandas<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        let (py, own) = (slf.py(), slf.get());
        py.import("atf._tables")?.call_method1("events_to_pandas", (slf, own.range_object(py)?))
    }

    /// A table with a column per field. Copies. Raises ImportError, which says what to install,
    /// without pyarrow.
    fn to_arrow<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        slf.py().import("atf._tables")?.call_method1("to_arrow", (slf,))
    }

    /// The events as an Arrow stream, with a column per field.
    #[pyo3(signature = (requested_schema = None))]
    pub(crate) fn __arrow_c_stream__<'py>(
        &self,
        py: Python<'py>,
        requested_schema: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyCapsule>> {
        let _ = requested_schema;
        arrow::index_stream(py, self.home(py)?, (0, 1, self.count()))
    }

    /// The schema of that stream.
    pub(crate) fn __arrow_c_schema__<'py>(
        &self,
        py: Python<'py>,
    ) -> PyResult<Bound<'py, PyCapsule>> {
        arrow::index_schema(py)
    }

    /// Closes the file. Arrays and events that were taken stay valid; from then on the reader and its
    /// slices raise ClosedError.
    fn close(&self) {
        self.let_go();
    }

    fn __enter__(slf: Py<Self>) -> Py<Self> {
        slf
    }

    #[pyo3(signature = (*_args))]
    fn __exit__(&self, _args: &Bound<'_, PyAny>) {
        self.let_go();
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        let path = path_text(py, self.file())?;
        let Ok(home) = self.home(py) else {
            return Ok(format!("<IndexReader of {path}: closed>"));
        };
        let times = home.reader().time_range();
        let when = times.map_or(String::new(), |(from, to)| format!(", {from} to {to} ns"));
        let (thread, state) = (self.thread(), state_text(self.extent.footer));
        let events = counted(self.count() as u64, "event");
        Ok(format!("<IndexReader of {path}: thread {thread}, {events}{when}, {state}>"))
    }
}

/// The state of a footer as the enum of `atf.extent`, where the footer starts, and the bytes of what is there of
/// it or of an event.
pub(crate) fn footer_parts<'py>(
    py: Python<'py>,
    footer: FooterState,
) -> PyResult<(Bound<'py, PyAny>, Option<u64>, u64)> {
    let (offset, trailing) = match footer {
        FooterState::Complete { offset } | FooterState::Damaged { offset } => (Some(offset), 0),
        FooterState::Missing(tail) => (None, tail.len()),
        _ => (None, 0),
    };
    let state = py.import("atf.extent")?.getattr("FooterState")?.call1((state_word(footer),))?;
    Ok((state, offset, trailing))
}

fn state_word(footer: FooterState) -> &'static str {
    match footer {
        FooterState::Complete { .. } => "complete",
        FooterState::Damaged { .. } => "damaged",
        FooterState::Missing(TrailingBytes::Event { .. }) => "incomplete event",
        FooterState::Missing(TrailingBytes::Footer { .. }) => "incomplete footer",
        FooterState::Missing(TrailingBytes::Unwritten { .. }) => "unwritten events",
        _ => "missing",
    }
}

pub(crate) fn state_text(footer: FooterState) -> String {
    match footer.is_complete() {
        true => "finalized".to_owned(),
        false => format!("footer {}", state_word(footer)),
    }
}

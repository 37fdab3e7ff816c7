//! `ThreadReader` of Python: a thread's two files and the links between them.

use std::sync::Arc;

use atf_runtime::format::{DETAIL_FILE, IndexEvent};
use atf_runtime::{DetailSeq, reader};
use pyo3::prelude::*;
use pyo3::types::{PyAny, PyCapsule, PyString, PyType};

use crate::convert::{Number, PathArgument, path_text, record_of};
use crate::detail::DetailReader;
use crate::errors::{again, exception, raised};
use crate::events::{EventIterator, EventSlice};
use crate::home::{DetailHome, Handle, IndexHome, ThreadHome};
use crate::index::IndexReader;
use crate::record::DetailEvent;

/// A thread directory: its index.atf, and its detail.atf if there is one.
///
/// It is the sequence of the thread's events, as its `index` is. Where the recorder left the offsets
/// of its detail records (detail.off), a record is found by them and the lane is never walked. They
/// are confirmed, so that a wrong file of offsets costs time and gives no other answers.
#[pyclass(frozen, sequence, subclass, module = "atf")]
pub(crate) struct ThreadReader {
    handle: Handle<ThreadHome>,
    index: Py<IndexReader>,
    detail: Detail,
}

enum Detail {
    None,
    Open(Py<DetailReader>),
    /// Why it could not be opened, as an exception.
    Failed(Py<PyAny>),
}

impl ThreadReader {
    pub(crate) fn of(py: Python<'_>, home: ThreadHome) -> PyResult<Self> {
        let reader = home.reader();
        let detail = match reader.detail() {
            Ok(None) => Detail::None,
            Ok(Some(_)) => {
                let detail = DetailReader::of(DetailHome::InThread(home.clone()));
                Detail::Open(Py::new(py, detail)?)
            }
            Err(error) => Detail::Failed(exception(py, error)?.unbind()),
        };
        let index = Py::new(py, IndexReader::of(IndexHome::InThread(home.clone())))?;
        Ok(Self { index, detail, handle: Handle::new(reader.dir().to_owned(), home) })
    }

    pub(crate) fn index_of(&self) -> &IndexReader {
        self.index.get()
    }

    pub(crate) fn is_final(&self) -> bool {
        let detail = match &self.detail {
            Detail::None => true,
            Detail::Open(detail) => detail.get().is_final(),
            Detail::Failed(_) => false,
        };
        detail && self.index.get().is_final()
    }

    pub(crate) fn why_no_detail(&self) -> Option<&Py<PyAny>> {
        match &self.detail {
            Detail::Failed(error) => Some(error),
            _ => None,
        }
    }

    pub(crate) fn let_go(&self) {
        self.index.get().let_go();
        if let Detail::Open(detail) = &self.detail {
            detail.get().let_go();
        }
        self.handle.close();
    }

    /// The detail file; raises why it could not be opened.
    fn open_detail(&self, py: Python<'_>) -> PyResult<Option<&Py<DetailReader>>> {
        match &self.detail {
            Detail::None => Ok(None),
            Detail::Open(detail) => Ok(Some(detail)),
            Detail::Failed(error) => Err(again(py, error)),
        }
    }
}

#[pymethods]
impl ThreadReader {
    /// Opens the files of a thread. A damaged detail.atf does not hide the index: see `detail`. Raises
    /// what `IndexReader` does; IoError also when the operating system refuses to open detail.atf.
    #[new]
    fn new(py: Python<'_>, directory: PathArgument) -> PyResult<Self> {
        let opened = py.detach(|| reader::ThreadReader::open(directory.0));
        Self::of(py, ThreadHome::Alone(Arc::new(raised(py, opened)?)))
    }

    /// The same as the constructor.
    #[classmethod]
    fn open<'py>(
        cls: &Bound<'py, PyType>,
        directory: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyAny>> {
        cls.call1((directory,))
    }

    /// Directory of the thread.
    #[getter]
    fn dir<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyString>> {
        path_text(py, self.handle.path())
    }

    /// The thread's events.
    #[getter]
    fn index(&self, py: Python<'_>) -> Py<IndexReader> {
        self.index.clone_ref(py)
    }

    /// The thread's detail records; None if it has no detail.atf. Raises why its detail.atf could not
    /// be opened.
    #[getter(detail)]
    fn detail_reader(&self, py: Python<'_>) -> PyResult<Option<Py<DetailReader>>> {
        Ok(self.open_detail(py)?.map(|detail| detail.clone_ref(py)))
    }

    /// Why its detail.atf could not be opened; None if it could, or there is none.
    #[getter]
    fn detail_error(&self, py: Python<'_>) -> Option<Py<PyAny>> {
        self.why_no_detail().map(|error| error.clone_ref(py))
    }

    /// Thread, as the index header says.
    #[getter]
    fn thread_id(&self) -> u32 {
        self.index.get().thread()
    }

    /// Whether the index header announces a detail.atf.
    #[getter]
    fn has_detail(&self) -> bool {
        self.index.get().says_detail()
    }

    /// Whether every file of the thread that is there can be opened and has the footer that ends a
    /// finalized one.
    #[getter]
    fn is_finalized(&self) -> bool {
        self.is_final()
    }

    /// Timestamps of the first and the last event in ns, or None without events.
    #[getter]
    fn time_range(&self, py: Python<'_>) -> PyResult<Option<(u64, u64)>> {
        self.index.get().times(py)
    }

    /// The event at `seq`, or None when there are no more than `seq` of them.
    fn get<'py>(&self, py: Python<'py>, seq: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        self.index.bind(py).call_method1("get", (seq,))
    }

    /// As `IndexReader.range`.
    fn range(&self, py: Python<'_>, from_ns: Number, to_ns: Number) -> PyResult<EventSlice> {
        IndexReader::range(self.index.bind(py), from_ns, to_ns)
    }

    /// Number of events.
    fn __len__(&self) -> usize {
        self.index.get().count()
    }

    /// As that of `IndexReader`.
    fn __getitem__<'py>(
        &self,
        py: Python<'py>,
        key: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyAny>> {
        self.index.bind(py).get_item(key)
    }

    /// The events in their order.
    fn __iter__(&self, py: Python<'_>) -> EventIterator {
        IndexReader::__iter__(self.index.bind(py))
    }

    /// The events, the last one first.
    fn __reversed__(&self, py: Python<'_>) -> EventIterator {
        IndexReader::__reversed__(self.index.bind(py))
    }

    /// The detail record of the event at `seq`, as `DetailReader.get_by_index_seq` finds it; None
    /// also if the thread has no detail.atf.
    fn get_by_index_seq(&self, py: Python<'_>, seq: Number) -> PyResult<Option<DetailEvent>> {
        match self.open_detail(py)? {
            Some(detail) => detail.get().of_index_seq(py, seq),
            None => Ok(None),
        }
    }

    /// The detail record that `event`, an event of this thread, links to, or None if it links to none
    /// or the record is not there (any more).
    ///
    /// What is found is confirmed: its index event must link back. Raises what `get_detail` does;
    /// MalformedError when the record found belongs to another event.
    fn get_detail_for(
        &self,
        py: Python<'_>,
        event: &Bound<'_, PyAny>,
    ) -> PyResult<Option<DetailEvent>> {
        let event = record_of::<IndexEvent>(event)?;
        if DetailSeq::from_field(event.detail_seq.get()).is_none() {
            return Ok(None);
        }
        self.open_detail(py)?;
        let home = self.handle.get(py)?;
        let found = py.detach(|| home.reader().get_detail_for(&event));
        Ok(raised(py, found)?.map(|record| DetailEvent::of(py, &record)))
    }

    /// The detail record at `seq`, or None when there are no more than `seq` of them.
    ///
    /// With the offsets that the recorder left at most 63 steps, and no scan; without them, or where
    /// they are wrong, see `DetailReader.get`. Raises MalformedError when the file promises that
    /// record, a damaged one lies before it, and no offsets lead past that; the error of `detail`.
    fn get_detail(&self, py: Python<'_>, seq: Number) -> PyResult<Option<DetailEvent>> {
        self.open_detail(py)?;
        let home = self.handle.get(py)?;
        let Some(seq) = seq.as_u32() else { return Ok(None) };
        let found = py.detach(|| home.reader().get_detail(DetailSeq(seq)));
        Ok(raised(py, found)?.map(|record| DetailEvent::of(py, &record)))
    }

    /// The event that a detail record of this thread belongs to, or None if the index does not hold
    /// it (any more).
    fn get_index_for<'py>(
        &self,
        py: Python<'py>,
        detail: &DetailEvent,
    ) -> PyResult<Option<Bound<'py, PyAny>>> {
        self.index.get().get(py, Number::Exact(detail.index_sequence().into()))
    }

    /// The events as an Arrow stream, as that of `IndexReader`.
    #[pyo3(signature = (requested_schema = None))]
    fn __arrow_c_stream__<'py>(
        &self,
        py: Python<'py>,
        requested_schema: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyCapsule>> {
        self.index.get().__arrow_c_stream__(py, requested_schema)
    }

    /// The schema of that stream.
    fn __arrow_c_schema__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyCapsule>> {
        self.index.get().__arrow_c_schema__(py)
    }

    /// Closes both files. Arrays, events and records that were taken stay valid.
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
        let (dir, index) = (path_text(py, self.handle.path())?, self.index.bind(py).repr()?);
        let detail = match &self.detail {
            Detail::None => format!("no {}", DETAIL_FILE.path),
            Detail::Open(detail) => detail.bind(py).repr()?.to_string(),
            Detail::Failed(error) => error.bind(py).repr()?.to_string(),
        };
        Ok(format!("<ThreadReader of {dir}: {index}, {detail}>"))
    }
}

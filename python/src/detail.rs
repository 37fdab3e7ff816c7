//! `DetailReader` of Python: a detail.atf as a sequence of records.

use std::path::Path;
use std::sync::Arc;

use atf_runtime::format::{AtfDetailFooter, AtfDetailHeader};
use atf_runtime::reader::{self, DetailExtent};
use atf_runtime::{DetailSeq, IndexSeq};
use pyo3::exceptions::PyIndexError;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyCapsule, PyList, PySlice, PyString, PyType};

use crate::arrow::{self, Records, records_of};
use crate::convert::{Number, PathArgument, counted, path_text, record_object};
use crate::errors::{fault_object, raised};
use crate::events::position;
use crate::home::{DetailHome, Handle};
use crate::index::{footer_parts, state_text};
use crate::record::DetailEvent;

/// A detail.atf, mapped. The file must not be truncated while it is open.
///
/// Opening does not scan. The first access by sequence walks the records once and remembers the offset
/// of every 64th, in at most 4 MB; after that an access steps over at most 63 records. `ThreadReader`
/// gets records without that walk where the recorder left their offsets.
///
/// It is a sequence of `DetailEvent`: ``len``, ``[i]``, slices, iteration. Libraries that know the Arrow C
/// stream interface read it.
#[pyclass(frozen, sequence, subclass, module = "atf")]
pub(crate) struct DetailReader {
    handle: Handle<DetailHome>,
    header: AtfDetailHeader,
    footer: Option<AtfDetailFooter>,
    extent: DetailExtent,
    header_object: PyOnceLock<Py<PyAny>>,
    footer_object: PyOnceLock<Py<PyAny>>,
    extent_object: PyOnceLock<Py<PyAny>>,
}

impl DetailReader {
    pub(crate) fn of(home: DetailHome) -> Self {
        let reader = home.reader();
        Self {
            header: *reader.header(),
            footer: reader.footer().copied(),
            extent: *reader.extent(),
            header_object: PyOnceLock::new(),
            footer_object: PyOnceLock::new(),
            extent_object: PyOnceLock::new(),
            handle: Handle::new(reader.path().to_owned(), home),
        }
    }

    pub(crate) fn is_final(&self) -> bool {
        self.extent.footer.is_complete()
    }

    pub(crate) fn let_go(&self) {
        self.handle.close();
    }

    pub(crate) fn of_index_seq<'py>(
        &self,
        py: Python<'py>,
        seq: Number,
    ) -> PyResult<Option<DetailEvent>> {
        let home = self.handle.get(py)?;
        let Some(seq) = seq.as_u32() else { return Ok(None) };
        let found = py.detach(|| home.reader().get_by_index_seq(IndexSeq(seq)));
        Ok(raised(py, found)?.map(|record| DetailEvent::of(py, &record)))
    }

    fn file(&self) -> &Path {
        self.handle.path()
    }

    fn count(&self, py: Python<'_>) -> PyResult<usize> {
        let home = self.handle.get(py)?;
        Ok(py.detach(|| home.reader().len()))
    }

    fn at(&self, py: Python<'_>, seq: u32) -> PyResult<Option<DetailEvent>> {
        let home = self.handle.get(py)?;
        let found = py.detach(|| home.reader().get(DetailSeq(seq)));
        Ok(raised(py, found)?.map(|record| DetailEvent::of(py, &record)))
    }
}

#[pymethods]
impl DetailReader {
    /// Opens a detail.atf in any state in which its header can be believed.
    ///
    /// Raises IoError, NotATraceError; MalformedError when the header is too short or damaged.
    #[new]
    fn new(py: Python<'_>, path: PathArgument) -> PyResult<Self> {
        let opened = py.detach(|| reader::DetailReader::open(path.0));
        Ok(Self::of(DetailHome::Alone(Arc::new(raised(py, opened)?))))
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

    /// The header as it is in the file. Fields that the file's revision did not have are as in a
    /// fresh header.
    #[getter]
    fn header(&self, py: Python<'_>) -> PyResult<Py<PyAny>> {
        let made = || PyResult::Ok(record_object(py, &self.header)?.unbind());
        Ok(self.header_object.get_or_try_init(py, made)?.clone_ref(py))
    }

    /// The footer at the end of the records, also a damaged one; None where there is none.
    #[getter]
    fn footer(&self, py: Python<'_>) -> PyResult<Option<Py<PyAny>>> {
        let Some(footer) = &self.footer else { return Ok(None) };
        let made = || PyResult::Ok(record_object(py, footer)?.unbind());
        Ok(Some(self.footer_object.get_or_try_init(py, made)?.clone_ref(py)))
    }

    /// Where the records are and how their end was found.
    #[getter]
    fn extent(&self, py: Python<'_>) -> PyResult<Py<PyAny>> {
        let made = || {
            let DetailExtent { events_offset, section_end, promised, footer, .. } = self.extent;
            let (state, offset, trailing) = footer_parts(py, footer)?;
            let parts = (events_offset, section_end, promised, state, offset, trailing);
            PyResult::Ok(py.import("atf.extent")?.call_method1("DetailExtent", parts)?.unbind())
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
        self.header.thread_id.get()
    }

    /// Number of complete records. The first call scans the file, unless another access did.
    fn __len__(&self, py: Python<'_>) -> PyResult<usize> {
        self.count(py)
    }

    /// Whether there is a complete record. Does not scan.
    fn __bool__(&self, py: Python<'_>) -> PyResult<bool> {
        Ok(!self.handle.get(py)?.reader().is_empty())
    }

    /// The record at `seq`, or None when there are no more than `seq` of them.
    ///
    /// At most 63 steps (twice as many for each doubling of the file beyond 33 million records). The
    /// first call scans. Raises MalformedError when the file promises that record and a damaged one
    /// lies before it.
    fn get(&self, py: Python<'_>, seq: Number) -> PyResult<Option<DetailEvent>> {
        match seq.as_u32() {
            Some(seq) => self.at(py, seq),
            None => self.handle.get(py).map(|_| None),
        }
    }

    /// The record at a position, which counts from the end when it is negative; a list for a slice.
    /// Raises IndexError where there is none.
    fn __getitem__<'py>(
        slf: &Bound<'py, Self>,
        key: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let (py, own) = (slf.py(), slf.get());
        let count = own.count(py)?;
        if let Ok(slice) = key.cast::<PySlice>() {
            let part = slice.indices(isize::try_from(count).unwrap_or(isize::MAX))?;
            let seqs = (0..part.slicelength as isize).map(|at| part.start + at * part.step);
            let records = seqs.map(|seq| own.at(py, seq as u32)).collect::<PyResult<Vec<_>>>()?;
            return Ok(PyList::new(py, records.into_iter().flatten())?.into_any());
        }
        let from_start = position(key)?.map(|it| if it < 0 { it + count as i64 } else { it });
        let record = match from_start.filter(|it| (0..count as i64).contains(it)) {
            Some(seq) => own.at(py, seq as u32)?,
            None => None,
        };
        let missing = || PyIndexError::new_err(format!("record {key} of {count}"));
        Ok(Bound::new(py, record.ok_or_else(missing)?)?.into_any())
    }

    /// All records in the order of the file, without a scan before. A damaged record raises
    /// MalformedError, and nothing comes behind it; an incomplete record at the end of a file that was never
    /// finalized is no error but the end.
    fn __iter__(slf: &Bound<'_, Self>) -> PyResult<RecordIterator> {
        let records = records_of(slf.get().handle.get(slf.py())?);
        Ok(RecordIterator { reader: slf.clone().unbind(), records })
    }

    /// All complete records, the last one first.
    fn __reversed__<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        let (py, count) = (slf.py(), slf.get().count(slf.py())? as i64);
        let builtins = py.import("builtins")?;
        let seqs = builtins.call_method1("range", (count - 1, -1, -1))?;
        builtins.call_method1("map", (slf.getattr("__getitem__")?, seqs))
    }

    /// The record whose ``index_seq`` is `seq`, or None if there is none.
    ///
    /// By binary search, because ``index_seq`` strictly increases from record to record; in a damaged
    /// file where it does not, a record may not be found. The first call scans. Raises MalformedError
    /// when a damaged record ends the lane before one with such an ``index_seq`` was found, in a
    /// file that promises more records.
    fn get_by_index_seq(&self, py: Python<'_>, seq: Number) -> PyResult<Option<DetailEvent>> {
        self.of_index_seq(py, seq)
    }

    /// What ends the complete records before the end of the section, if something does. The first call
    /// scans.
    #[getter]
    fn first_fault<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        let home = self.handle.get(py)?;
        let fault = py.detach(|| home.reader().first_fault());
        fault.map(|fault| fault_object(py, fault)).transpose()
    }

    /// Byte after the last complete record. The first call scans.
    #[getter]
    fn records_end(&self, py: Python<'_>) -> PyResult<u64> {
        let home = self.handle.get(py)?;
        Ok(py.detach(|| home.reader().records_end()))
    }

    /// The records as an Arrow stream: a column per field of the header, and ``payload``. A damaged record
    /// ends it with an error.
    #[pyo3(signature = (requested_schema = None))]
    fn __arrow_c_stream__<'py>(
        &self,
        py: Python<'py>,
        requested_schema: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyCapsule>> {
        let _ = requested_schema;
        arrow::detail_stream(py, self.handle.get(py)?)
    }

    /// The schema of that stream.
    fn __arrow_c_schema__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyCapsule>> {
        arrow::detail_schema(py)
    }

    /// Closes the file. Records that were read stay valid; from then on the reader raises
    /// ClosedError.
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
        if self.handle.is_closed() {
            return Ok(format!("<DetailReader of {path}: closed>"));
        }
        let promised = self.extent.promised;
        let count = promised.map_or("records not counted".to_owned(), |it| counted(it, "record"));
        let (thread, state) = (self.thread_id(), state_text(self.extent.footer));
        Ok(format!("<DetailReader of {path}: thread {thread}, {count}, {state}>"))
    }
}

/// The records of a detail file, one at a time.
#[pyclass(module = "atf._native")]
pub(crate) struct RecordIterator {
    reader: Py<DetailReader>,
    records: Records,
}

#[pymethods]
impl RecordIterator {
    fn __iter__(slf: PyRef<'_, Self>) -> PyRef<'_, Self> {
        slf
    }

    fn __next__(&mut self, py: Python<'_>) -> PyResult<Option<DetailEvent>> {
        self.reader.get().handle.get(py)?;
        self.records.with_dependent_mut(|_, records| {
            let record = records.next().transpose();
            Ok(raised(py, record)?.map(|record| DetailEvent::of(py, &record)))
        })
    }
}

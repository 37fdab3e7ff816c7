//! `DetailEvent` of Python: a record of a detail.atf, copied out of the map.

use atf_runtime::DetailReader;
use atf_runtime::format::{AtfDetailHeader, DetailEventHeader, DetailFunctionPayload};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::PyBytes;
use zerocopy::{FromBytes, IntoBytes};

use crate::convert::{record_object, record_of};
use crate::errors::raised;

/// A record of a detail.atf: its header and its payload.
#[pyclass(frozen, module = "atf")]
pub(crate) struct DetailEvent {
    start: u64,
    own: DetailEventHeader,
    bytes: Py<PyBytes>,
    /// Bytes of the stack, where the payload is a function's.
    stack_len: Option<usize>,
    header_object: PyOnceLock<Py<PyAny>>,
}

impl DetailEvent {
    pub(crate) fn of(py: Python<'_>, record: &atf_runtime::DetailEvent<'_>) -> Self {
        Self {
            start: record.offset,
            own: *record.header,
            bytes: PyBytes::new(py, record.payload).unbind(),
            stack_len: record.function().map(|function| function.stack.len()),
            header_object: PyOnceLock::new(),
        }
    }

    pub(crate) fn index_sequence(&self) -> u32 {
        self.own.index_seq.get()
    }
}

#[pymethods]
impl DetailEvent {
    /// A record from its parts, as pickle makes one. Raises ValueError where the header says another length than the
    /// payload has.
    #[new]
    fn new(
        py: Python<'_>,
        offset: u64,
        header: &Bound<'_, PyAny>,
        payload: &Bound<'_, PyBytes>,
    ) -> PyResult<Self> {
        let header: DetailEventHeader = record_of(header)?;
        let record = [header.as_bytes(), payload.as_bytes()].concat();
        // Read as the only record of a file, so that the payload means what it means in one.
        let file = [AtfDetailHeader::INIT.as_bytes(), &record].concat();
        let reader = raised(py, DetailReader::from_bytes("record", file))?;
        let first = raised(py, reader.iter().next().transpose())?;
        match first.filter(|first| first.payload.len() == payload.as_bytes().len()) {
            Some(first) => Ok(Self { start: offset, ..Self::of(py, &first) }),
            None => Err(PyValueError::new_err(format!(
                "total_length: expected {}, found {}",
                record.len(),
                header.total_length
            ))),
        }
    }

    fn __getnewargs__(&self, py: Python<'_>) -> PyResult<(u64, Py<PyAny>, Py<PyBytes>)> {
        Ok((self.start, self.header(py)?, self.payload(py)))
    }

    /// Where the record starts, in bytes from the start of the file.
    #[getter]
    fn offset(&self) -> u64 {
        self.start
    }

    /// The record's header.
    #[getter]
    fn header(&self, py: Python<'_>) -> PyResult<Py<PyAny>> {
        let made = || PyResult::Ok(record_object(py, &self.own)?.unbind());
        Ok(self.header_object.get_or_try_init(py, made)?.clone_ref(py))
    }

    /// The ``total_length - 24`` bytes after it.
    #[getter]
    fn payload(&self, py: Python<'_>) -> Py<PyBytes> {
        self.bytes.clone_ref(py)
    }

    /// Sequence of the index event that this record belongs to.
    #[getter]
    fn index_seq(&self) -> u32 {
        self.index_sequence()
    }

    /// Byte after the record.
    #[getter]
    fn end(&self) -> u64 {
        self.start + u64::from(self.own.total_length.get())
    }

    /// The payload as registers and stack, if it is that: a function call or return of 100 bytes
    /// and ``stack_size`` (at most 256) bytes, and what a later revision may have added behind them.
    /// Any other payload is opaque and gives None.
    fn function<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        let payload = self.bytes.as_bytes(py);
        let Some(stack_len) = self.stack_len else { return Ok(None) };
        let Ok((registers, behind)) = DetailFunctionPayload::ref_from_prefix(payload) else {
            return Ok(None);
        };
        let (stack, rest) = behind.split_at(stack_len.min(behind.len()));
        let (stack, rest) = (PyBytes::new(py, stack), PyBytes::new(py, rest));
        let parts = (record_object(py, registers)?, stack, rest);
        Ok(Some(py.import("atf.records")?.call_method1("FunctionView", parts)?))
    }

    fn __eq__(&self, py: Python<'_>, other: &Bound<'_, PyAny>) -> bool {
        other.cast::<Self>().is_ok_and(|other| {
            let other = other.get();
            self.start == other.start
                && self.own.as_bytes() == other.own.as_bytes()
                && self.bytes.as_bytes(py) == other.bytes.as_bytes(py)
        })
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        let kind = self.header(py)?.bind(py).getattr("event_type")?;
        let (at, seq) = (self.start, self.index_sequence());
        let count = self.bytes.as_bytes(py).len();
        Ok(format!("<DetailEvent at byte {at}: {} of event {seq}, {count} bytes>", kind.str()?))
    }
}

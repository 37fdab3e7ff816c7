//! `DetailEvent` of Python: a record of a detail.atf, copied out of the map.

use atf_runtime::DetailReader;
use atf_runtime::format::{AtfDetailHeader, DetailEventHeader, DetailFunctionPayload, IndexEvent};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::PyBytes;
use zerocopy::IntoBytes;

use crate::convert::{counted, record_object, record_of};
use crate::errors::raised;

/// What a record is made again from.
type NewArguments = (u64, Py<PyAny>, Py<PyBytes>, Option<u64>);

/// A record of a detail.atf: its header and its payload.
#[pyclass(frozen, module = "atf")]
pub(crate) struct DetailEvent {
    start: u64,
    own: DetailEventHeader,
    bytes: Py<PyBytes>,
    /// Registers, stack and what is behind them, where the payload is a function's.
    function: Option<(DetailFunctionPayload, Py<PyBytes>, Py<PyBytes>)>,
    /// The function of the index event that links to the record, where that is known.
    linked_function_id: Option<u64>,
    header_object: PyOnceLock<Py<PyAny>>,
}

impl DetailEvent {
    pub(crate) fn of(py: Python<'_>, record: &atf_runtime::DetailEvent<'_>) -> Self {
        Self {
            start: record.offset,
            own: *record.header,
            bytes: PyBytes::new(py, record.payload).unbind(),
            function: record.function().map(|function| {
                let bytes = |bytes| PyBytes::new(py, bytes).unbind();
                (function.registers, bytes(function.stack), bytes(function.rest))
            }),
            linked_function_id: record.linked_function_id(),
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
    #[pyo3(signature = (offset, header, payload, linked_function_id=None))]
    fn new(
        py: Python<'_>,
        offset: u64,
        header: &Bound<'_, PyAny>,
        payload: &Bound<'_, PyBytes>,
        linked_function_id: Option<u64>,
    ) -> PyResult<Self> {
        let header: DetailEventHeader = record_of(header)?;
        let record = [header.as_bytes(), payload.as_bytes()].concat();
        // Read as the only record of a file, so that the payload means what it means in one.
        let file = [AtfDetailHeader::INIT.as_bytes(), &record].concat();
        let reader = raised(py, DetailReader::from_bytes("record", file))?;
        let first = raised(py, reader.iter().next().transpose())?;
        match first.filter(|first| first.payload.len() == payload.as_bytes().len()) {
            Some(first) => {
                let first = match linked_function_id {
                    Some(function_id) => first.of_event(&IndexEvent {
                        function_id: function_id.into(),
                        ..IndexEvent::INIT
                    }),
                    None => first,
                };
                Ok(Self { start: offset, ..Self::of(py, &first) })
            }
            None => Err(PyValueError::new_err(format!(
                "total_length: expected {}, found {}",
                record.len(),
                header.total_length
            ))),
        }
    }

    fn __getnewargs__(&self, py: Python<'_>) -> PyResult<NewArguments> {
        Ok((self.start, self.header(py)?, self.payload(py), self.linked_function_id))
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
    /// Or the 516 bytes of the original tracer, with the time of the record. If the event of the record is known, as it
    /// is to a ThreadReader, the payload must have its function. Any other payload is opaque and gives None.
    fn function<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        let Some((registers, stack, rest)) = &self.function else { return Ok(None) };
        let parts = (record_object(py, registers)?, stack.clone_ref(py), rest.clone_ref(py));
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
        let bytes = counted(self.bytes.as_bytes(py).len() as u64, "byte");
        Ok(format!("<DetailEvent at byte {at}: {} of event {seq}, {bytes}>", kind.str()?))
    }
}

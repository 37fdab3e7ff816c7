//! A part of an index: as a sequence, and as an iterator.

use pyo3::exceptions::{PyIndexError, PyTypeError};
use pyo3::prelude::*;
use pyo3::types::{PyCapsule, PySlice};

use crate::arrow;
use crate::convert::{counted, path_text};
use crate::index::IndexReader;

/// Sequences of an index, as a `range` of Python names them.
#[derive(Clone, Copy)]
pub(crate) struct Seqs {
    pub(crate) first: i64,
    pub(crate) step: i64,
    pub(crate) count: usize,
}

impl Seqs {
    pub(crate) fn of(range: &Bound<'_, PyAny>) -> PyResult<Self> {
        let part = |name: &str| range.getattr(name)?.extract::<i64>();
        Ok(Self { first: part("start")?, step: part("step")?, count: range.len()? })
    }

    /// The sequence at a position that counts from the end when it is negative. Raises IndexError.
    pub(crate) fn at(self, key: &Bound<'_, PyAny>) -> PyResult<u32> {
        let position = position(key)?;
        let count = self.count as i64;
        let from_start = position.map(|it| if it < 0 { it + count } else { it });
        match from_start.filter(|it| (0..count).contains(it)) {
            Some(it) => Ok((self.first + it * self.step) as u32),
            None => Err(PyIndexError::new_err(format!("event {} of {count}", key.str()?))),
        }
    }
}

/// A position as a number; `None` if it is beyond 64 bits. Raises TypeError for what is no integer.
pub(crate) fn position(key: &Bound<'_, PyAny>) -> PyResult<Option<i64>> {
    match key.extract::<i64>() {
        Ok(position) => Ok(Some(position)),
        Err(error) if error.is_instance_of::<PyTypeError>(key.py()) => Err(error),
        Err(_) => Ok(None),
    }
}

/// Events of an index, as a slice or a time range of it names them: a sequence over the map.
#[pyclass(frozen, sequence, module = "atf")]
pub(crate) struct EventSlice {
    reader: Py<IndexReader>,
    /// A `range`.
    range: Py<PyAny>,
    seqs: Seqs,
}

impl EventSlice {
    pub(crate) fn new(reader: Py<IndexReader>, range: &Bound<'_, PyAny>) -> PyResult<Self> {
        Ok(Self { reader, seqs: Seqs::of(range)?, range: range.clone().unbind() })
    }

    fn iterator(&self, py: Python<'_>, seqs: Seqs) -> EventIterator {
        EventIterator { reader: self.reader.clone_ref(py), seqs }
    }
}

#[pymethods]
impl EventSlice {
    /// Positions of the events in the index.
    #[getter]
    fn seqs(&self, py: Python<'_>) -> Py<PyAny> {
        self.range.clone_ref(py)
    }

    /// Number of events.
    fn __len__(&self) -> usize {
        self.seqs.count
    }

    /// The event at a position, which counts from the end when it is negative; for a slice a
    /// sequence that copies nothing. Raises IndexError where there is none.
    fn __getitem__<'py>(
        &self,
        py: Python<'py>,
        key: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyAny>> {
        if key.is_instance_of::<PySlice>() {
            let range = self.range.bind(py).get_item(key)?;
            let part = Self::new(self.reader.clone_ref(py), &range)?;
            return Ok(Bound::new(py, part)?.into_any());
        }
        self.reader.get().event(py, self.seqs.at(key)?)
    }

    /// The events in their order.
    fn __iter__(&self, py: Python<'_>) -> EventIterator {
        self.iterator(py, self.seqs)
    }

    /// The events, the last one first.
    fn __reversed__(&self, py: Python<'_>) -> EventIterator {
        self.iterator(py, reversed(self.seqs))
    }

    /// The events as a structured array over the map: nothing is copied, nothing can be written, and
    /// fields have the schema's names. ``array["timestamp_ns"]`` is a column.
    ///
    /// It stays valid when the reader is closed; the map is removed with the last array over it. Needs numpy.
    #[getter]
    fn array<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let all = self.reader.get().entire_array(py)?;
        py.import("atf._numpy")?.call_method1("part", (all, self.range.bind(py)))
    }

    /// A data frame with a column per field and the event's sequence as its index. Copies. Raises
    /// ImportError, which says what to install, without pandas.
    fn to_pandas<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        let (py, range) = (slf.py(), slf.get().range.bind(slf.py()));
        py.import("atf._tables")?.call_method1("events_to_pandas", (slf, range))
    }

    /// A table with a column per field. Copies. Raises ImportError, which says what to install,
    /// without pyarrow.
    fn to_arrow<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        slf.py().import("atf._tables")?.call_method1("to_arrow", (slf,))
    }

    /// The events as an Arrow stream, with a column per field.
    #[pyo3(signature = (requested_schema = None))]
    fn __arrow_c_stream__<'py>(
        &self,
        py: Python<'py>,
        requested_schema: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyCapsule>> {
        let _ = requested_schema;
        let Seqs { first, step, count } = self.seqs;
        arrow::index_stream(py, self.reader.get().home(py)?, (first, step, count))
    }

    /// The schema of that stream.
    fn __arrow_c_schema__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyCapsule>> {
        arrow::index_schema(py)
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        let path = path_text(py, self.reader.get().file())?;
        let events = counted(self.seqs.count as u64, "event");
        Ok(format!("<{events} of {path}: {}>", self.range.bind(py).str()?))
    }
}

pub(crate) fn reversed(seqs: Seqs) -> Seqs {
    let Seqs { first, step, count } = seqs;
    Seqs { first: first + (count as i64 - 1) * step, step: -step, count }
}

/// Events of an index, one at a time.
#[pyclass(module = "atf._native")]
pub(crate) struct EventIterator {
    pub(crate) reader: Py<IndexReader>,
    pub(crate) seqs: Seqs,
}

#[pymethods]
impl EventIterator {
    fn __iter__(slf: PyRef<'_, Self>) -> PyRef<'_, Self> {
        slf
    }

    fn __next__<'py>(&mut self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        if self.seqs.count == 0 {
            return Ok(None);
        }
        let event = self.reader.get().event(py, self.seqs.first as u32)?;
        self.seqs.first += self.seqs.step;
        self.seqs.count -= 1;
        Ok(Some(event))
    }

    fn __length_hint__(&self) -> usize {
        self.seqs.count
    }
}

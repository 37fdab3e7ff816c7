//! The merged events of a session: all in one array, in blocks, or as a stream.

use std::num::NonZero;
use std::ops::Bound as End;

use atf_runtime::{Merge, MergedEvent};
use pyo3::exceptions::{PyMemoryError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::PyCapsule;
use self_cell::self_cell;

use crate::arrow;
use crate::convert::{Number, counted};
use crate::home::{Handle, IndexHome};
use crate::memory::{Memory, Row, Rows};

/// Events from which on more than one processor is used.
const FEWEST_FOR_MORE: usize = 1 << 17;
/// More processors gain nothing: memory is the limit.
const MOST_PARTS: usize = 8;

/// The threads of a merge, each with a share of its reader.
pub(crate) type Selected = Vec<(u32, IndexHome)>;

/// A range of times, from the first (inclusive) to the second (exclusive); `None` has no end.
#[derive(Clone, Copy)]
pub(crate) struct Times {
    pub(crate) from_ns: Option<Number>,
    pub(crate) to_ns: Option<Number>,
}

impl Times {
    /// The same as a range of the runtime; `None` if no time is in it.
    fn range(self) -> Option<(End<u64>, End<u64>)> {
        let from = match self.from_ns {
            None | Some(Number::Below) => End::Unbounded,
            Some(Number::Exact(from)) => End::Included(from),
            Some(Number::Above) => return None,
        };
        let to = match self.to_ns {
            None | Some(Number::Above) => End::Unbounded,
            Some(Number::Exact(to)) => End::Excluded(to),
            Some(Number::Below) => return None,
        };
        Some((from, to))
    }
}

fn merge_of(selected: &Selected, times: Times) -> Merge<'_> {
    let readers = || selected.iter().map(|(id, home)| (*id, home.reader()));
    match times.range() {
        None => Merge::new([]),
        Some((End::Unbounded, End::Unbounded)) => Merge::new(readers()),
        Some(range) => Merge::range(readers(), range),
    }
}

fn row_of(it: &MergedEvent<'_>) -> Row {
    Row { thread: it.thread_id.into(), seq: it.seq.0.into(), event: *it.event }
}

/// All events in one piece of memory, written on all processors.
fn all_rows(selected: &Selected, times: Times) -> PyResult<Rows> {
    let merge = merge_of(selected, times);
    let count = merge.len();
    let refused =
        |_| PyMemoryError::new_err(format!("no memory for {}", counted(count as u64, "event")));
    let mut rows = Rows::zeroed(count).map_err(refused)?;
    let processors = std::thread::available_parallelism().map_or(1, NonZero::get);
    let parts = match count {
        ..FEWEST_FOR_MORE => vec![merge],
        _ => merge.split(processors.min(MOST_PARTS)),
    };
    std::thread::scope(|scope| {
        let mut rest = rows.as_mut_slice();
        for part in parts {
            let (own, behind) = rest.split_at_mut(part.len().min(rest.len()));
            rest = behind;
            let fill = move || {
                let mut places = own.iter_mut();
                part.for_each(|it| {
                    if let Some(place) = places.next() {
                        *place = row_of(&it);
                    }
                });
            };
            match rest.is_empty() {
                // The last part is this thread's.
                true => fill(),
                false => drop(scope.spawn(fill)),
            }
        }
    });
    Ok(rows)
}

self_cell!(
    /// What is left of a merge, and a share of each reader.
    struct OwnedMerge {
        owner: Selected,
        #[not_covariant]
        dependent: Merge,
    }
);

/// A merge that is read piece by piece.
pub(crate) struct Merging(OwnedMerge);

impl Merging {
    fn new(selected: Selected, times: Times) -> Self {
        Self(OwnedMerge::new(selected, |selected| merge_of(selected, times)))
    }

    /// The next events, at most so many; `None` at the end.
    pub(crate) fn next_rows(&mut self, most: usize) -> Option<Vec<Row>> {
        self.0.with_dependent_mut(|_, merge| {
            let mut rows = Vec::with_capacity(most.min(merge.len()));
            rows.extend(merge.take(most).map(|it| row_of(&it)));
            (!rows.is_empty()).then_some(rows)
        })
    }
}

/// The events of several threads in timestamp order, not read yet.
///
/// It has a length, and libraries that know the Arrow C stream interface read it: pyarrow, polars, DuckDB,
/// pandas. Each time it is read from its beginning, a batch at a time.
#[pyclass(frozen, module = "atf")]
pub(crate) struct MergedEvents {
    selected: Handle<Selected>,
    times: Times,
}

impl MergedEvents {
    pub(crate) fn new(path: &std::path::Path, selected: Selected, times: Times) -> Self {
        Self { selected: Handle::new(path.to_owned(), selected), times }
    }

    /// All events as an array.
    pub(crate) fn array<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let selected = self.selected.get(py)?;
        let rows = py.detach(|| all_rows(&selected, self.times))?;
        array_of(py, rows)
    }

    /// All events as arrays of at most so many.
    pub(crate) fn blocks(&self, py: Python<'_>, block_events: usize) -> PyResult<BlockIterator> {
        let (selected, times) = (self.selected.get(py)?, self.times);
        let merging = py.detach(|| Merging::new(selected, times));
        Ok(BlockIterator { merging, block_events })
    }
}

#[pymethods]
impl MergedEvents {
    /// Number of events.
    fn __len__(&self, py: Python<'_>) -> PyResult<usize> {
        let (selected, times) = (self.selected.get(py)?, self.times);
        Ok(py.detach(|| merge_of(&selected, times).len()))
    }

    /// The events as an Arrow stream: a column per field of an event behind `thread` and `seq`.
    #[pyo3(signature = (requested_schema = None))]
    pub(crate) fn __arrow_c_stream__<'py>(
        &self,
        py: Python<'py>,
        requested_schema: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyCapsule>> {
        let _ = requested_schema;
        let (selected, times) = (self.selected.get(py)?, self.times);
        arrow::merged_stream(py, py.detach(|| Merging::new(selected, times)))
    }

    /// The schema of that stream.
    fn __arrow_c_schema__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyCapsule>> {
        arrow::merged_schema(py)
    }
}

/// The blocks of a merge.
#[pyclass(module = "atf._native")]
pub(crate) struct BlockIterator {
    merging: Merging,
    block_events: usize,
}

#[pymethods]
impl BlockIterator {
    fn __iter__(slf: PyRef<'_, Self>) -> PyRef<'_, Self> {
        slf
    }

    fn __next__<'py>(&mut self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        let block_events = self.block_events;
        let rows = py.detach(|| self.merging.next_rows(block_events));
        rows.map(|rows| array_of(py, Rows::Few(rows))).transpose()
    }
}

/// The number of events of a block, as Python gave it.
pub(crate) fn block_events_of(given: Number) -> PyResult<usize> {
    match given {
        Number::Exact(count @ 1..) => Ok(usize::try_from(count).unwrap_or(usize::MAX)),
        Number::Above => Ok(usize::MAX),
        _ => {
            let found = if given == Number::Below { "less" } else { "0" };
            Err(PyValueError::new_err(format!("block_events: expected 1 or more, found {found}")))
        }
    }
}

fn array_of(py: Python<'_>, rows: Rows) -> PyResult<Bound<'_, PyAny>> {
    let memory = Bound::new(py, Memory::of_rows(rows))?;
    py.import("atf._numpy")?.call_method1("merged", (memory,))
}

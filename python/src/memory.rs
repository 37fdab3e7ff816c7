//! Memory that numpy views without a copy, through the array interface of numpy (version 3).
//!
//! An array holds the [`Memory`] that it views, which holds a share of the reader or the rows themselves. The
//! buffer protocol is not in the stable ABI of Python before 3.11.

use std::sync::Mutex;

use atf_runtime::format::IndexEvent;
use memmap2::MmapMut;
use pyo3::prelude::*;
use pyo3::types::PyDict;
use zerocopy::byteorder::little_endian::U32;
use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout, Unaligned};

use crate::home::IndexHome;

/// An event of a merge, as its array holds it.
#[derive(Clone, Copy, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
pub(crate) struct Row {
    pub(crate) thread: U32,
    pub(crate) seq: U32,
    pub(crate) event: IndexEvent,
}

/// Memory that an array views.
#[pyclass(frozen, module = "atf._native")]
pub(crate) struct Memory {
    owner: Owner,
    items: usize,
    item_size: usize,
}

enum Owner {
    /// The events of an index, which nobody can write to.
    Index(IndexHome),
    /// Rows that belong to the array: Rust does not touch them again before it frees them.
    Rows { address: usize, _rows: Mutex<Rows> },
}

/// Rows in memory.
pub(crate) enum Rows {
    Few(Vec<Row>),
    Many(MmapMut),
}

impl Rows {
    /// So many rows of zeros, in memory of its own. With many rows the time goes into the pages that the system
    /// gives: large ones, where it has them.
    pub(crate) fn zeroed(count: usize) -> std::io::Result<Self> {
        if count == 0 {
            return Ok(Self::Few(Vec::new()));
        }
        let bytes = count.checked_mul(size_of::<Row>()).ok_or(std::io::ErrorKind::OutOfMemory)?;
        let map = MmapMut::map_anon(bytes)?;
        #[cfg(target_os = "linux")]
        let _ = map.advise(memmap2::Advice::HugePage);
        Ok(Self::Many(map))
    }

    pub(crate) fn as_mut_slice(&mut self) -> &mut [Row] {
        match self {
            Self::Few(rows) => rows,
            Self::Many(map) => <[Row]>::mut_from_bytes(map).unwrap_or_default(),
        }
    }
}

impl Memory {
    pub(crate) fn of_index(home: IndexHome) -> Self {
        let (bytes, item_size) = home.reader().events_in_memory();
        Self { items: bytes.len() / item_size, item_size, owner: Owner::Index(home) }
    }

    pub(crate) fn of_rows(mut rows: Rows) -> Self {
        let slice = rows.as_mut_slice();
        let (address, items) = (slice.as_mut_ptr().expose_provenance(), slice.len());
        let owner = Owner::Rows { address, _rows: Mutex::new(rows) };
        Self { owner, items, item_size: size_of::<Row>() }
    }
}

#[pymethods]
impl Memory {
    /// What numpy reads: where the items are, how many, and how long each is.
    #[getter]
    fn __array_interface__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let (address, is_read_only) = match &self.owner {
            Owner::Index(home) => {
                (home.reader().events_in_memory().0.as_ptr().expose_provenance(), true)
            }
            Owner::Rows { address, .. } => (*address, false),
        };
        let interface = PyDict::new(py);
        interface.set_item("version", 3)?;
        interface.set_item("shape", (self.items,))?;
        interface.set_item("typestr", format!("|V{}", self.item_size))?;
        interface.set_item("data", (address, is_read_only))?;
        Ok(interface)
    }
}

//! Values from Python to Rust and back: paths, numbers, records.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use atf_runtime::format::{IndexEvent, Record};
use pyo3::exceptions::{PyOverflowError, PyTypeError};
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyBytes, PyString};

/// A path given as `str`, `bytes` or an `os.PathLike` of either.
pub(crate) struct PathArgument(pub(crate) PathBuf);

impl<'py> FromPyObject<'_, 'py> for PathArgument {
    type Error = PyErr;

    fn extract(value: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        let text = value.py().import("os")?.call_method1("fsdecode", (value,))?;
        Ok(Self(text.extract::<OsString>()?.into()))
    }
}

/// A path as Python's `str`.
pub(crate) fn path_text<'py>(py: Python<'py>, path: &Path) -> PyResult<Bound<'py, PyString>> {
    Ok(path.as_os_str().into_pyobject(py)?)
}

/// A count with its noun: "1 event", "2 events".
pub(crate) fn counted(number: u64, noun: &str) -> String {
    if number == 1 { format!("1 {noun}") } else { format!("{number} {noun}s") }
}

/// An integer of any size, held to the numbers of 64 bits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Number {
    /// Less than 0.
    Below,
    /// In range.
    Exact(u64),
    /// More than 64 bits hold.
    Above,
}

impl<'py> FromPyObject<'_, 'py> for Number {
    type Error = PyErr;

    fn extract(value: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        match value.extract::<u64>() {
            Ok(number) => Ok(Self::Exact(number)),
            Err(error) if error.is_instance_of::<PyOverflowError>(value.py()) => {
                Ok(if value.lt(0)? { Self::Below } else { Self::Above })
            }
            Err(error) => Err(error),
        }
    }
}

impl Number {
    /// As a sequence or an id: `None` for what none has.
    pub(crate) fn as_u32(self) -> Option<u32> {
        match self {
            Self::Exact(number) => u32::try_from(number).ok(),
            _ => None,
        }
    }
}

/// A record as an object of its class in `atf.atf_v2`.
pub(crate) fn record_object<'py, R: Record>(
    py: Python<'py>,
    record: &R,
) -> PyResult<Bound<'py, PyAny>> {
    let class = py.import("atf.atf_v2")?.getattr(R::NAME)?;
    class.call_method1("unpack_from", (PyBytes::new(py, record.as_bytes()),))
}

/// An event as an object: what [`record_object`] does, with the way to its class kept.
pub(crate) fn event_object<'py>(
    py: Python<'py>,
    event: &IndexEvent,
) -> PyResult<Bound<'py, PyAny>> {
    static UNPACK: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    let unpack = UNPACK.get_or_try_init(py, || {
        let class = py.import("atf.atf_v2")?.getattr(IndexEvent::NAME)?;
        PyResult::Ok(class.getattr("unpack_from")?.unbind())
    })?;
    unpack.bind(py).call1((PyBytes::new(py, zerocopy::IntoBytes::as_bytes(event)),))
}

/// The record that an object of its class holds. `TypeError` for any other object.
pub(crate) fn record_of<R: Record>(object: &Bound<'_, PyAny>) -> PyResult<R> {
    let class = object.py().import("atf.atf_v2")?.getattr(R::NAME)?;
    let refused = || {
        let found = object.get_type().name().map(|it| it.to_string()).unwrap_or_default();
        PyTypeError::new_err(format!("expected {}, found {found}", R::NAME))
    };
    if !object.is_instance(&class)? {
        return Err(refused());
    }
    let bytes = object.call_method0("pack")?;
    R::read_from_bytes(bytes.cast::<PyBytes>()?.as_bytes()).map_err(|_| refused())
}

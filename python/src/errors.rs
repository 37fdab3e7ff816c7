//! From the errors of the runtime to the exceptions of `atf.errors`. The text is the runtime's.

use std::path::Path;

use atf_runtime::{Error, Fault};
use pyo3::exceptions::{PyOSError, PyValueError};
use pyo3::prelude::*;

use crate::convert::path_text;

/// What a call into the runtime returned, with its error as a Python exception.
pub(crate) fn raised<T>(py: Python<'_>, result: Result<T, Error>) -> PyResult<T> {
    result.map_err(|error| match exception(py, &error) {
        Ok(exception) => PyErr::from_value(exception),
        Err(other) => other,
    })
}

/// An error of the runtime as an exception object.
pub(crate) fn exception<'py>(py: Python<'py>, error: &Error) -> PyResult<Bound<'py, PyAny>> {
    let errors = py.import("atf.errors")?;
    let text = error.to_string();
    match error {
        Error::Io { path, action, source } => {
            let cause = cause(py, source)?;
            errors.call_method1("io_error", (text, path_text(py, path)?, action.as_str(), cause))
        }
        Error::Malformed { path, fault } => {
            let fault = fault_object(py, fault)?;
            errors.call_method1("MalformedError", (text, path_text(py, path)?, fault))
        }
        Error::NotATrace { path, expected, found } => {
            errors.call_method1("NotATraceError", (text, path_text(py, path)?, *expected, found))
        }
        Error::SeveralSessions { path, sessions, .. } => {
            let sessions: PyResult<Vec<_>> = sessions.iter().map(|it| path_text(py, it)).collect();
            errors.call_method1("SeveralSessionsError", (text, path_text(py, path)?, sessions?))
        }
        Error::Manifest { path, .. } => {
            errors.call_method1("ManifestError", (text, path_text(py, path)?))
        }
        _ => errors.call_method1("AtfError", (text, "")),
    }
}

/// The exception of the operating system, with its number and its text.
fn cause<'py>(py: Python<'py>, source: &std::io::Error) -> PyResult<Bound<'py, PyAny>> {
    let error = match source.raw_os_error() {
        Some(number) => {
            let text = py.import("os")?.call_method1("strerror", (number,))?;
            PyOSError::new_err((number, text.unbind()))
        }
        None => PyValueError::new_err(source.to_string()),
    };
    Ok(error.into_value(py).into_bound(py).into_any())
}

/// A fault as the named tuple of `atf.errors`.
pub(crate) fn fault_object<'py>(py: Python<'py>, fault: &Fault) -> PyResult<Bound<'py, PyAny>> {
    let (region, field) = (fault.region.to_string(), fault.field.to_string());
    let parts = (region, fault.offset, field, &fault.expected, &fault.found);
    py.import("atf.errors")?.call_method1("Fault", parts)
}

/// The exception of a reader that was closed.
pub(crate) fn closed(py: Python<'_>, path: &Path) -> PyErr {
    let text = format!("{}: the reader was closed", path.display());
    let made = py.import("atf.errors").and_then(|it| it.call_method1("ClosedError", (text,)));
    made.map_or_else(|other| other, PyErr::from_value)
}

/// Raises an exception that is kept, as a new object each time.
pub(crate) fn again(py: Python<'_>, kept: &Py<PyAny>) -> PyErr {
    kept.bind(py).call_method0("again").map_or_else(|other| other, PyErr::from_value)
}

//! Verification and recovery of a trace.

use std::path::Path;

use atf_runtime::recovery::Plan;
use atf_runtime::session::locate;
use atf_runtime::storage::Disk;
use atf_runtime::verify::{self, Report};
use pyo3::prelude::*;

use crate::convert::path_text;
use crate::errors::{fault_object, raised};

/// What verification finds, as `atf.records.Verification`.
pub(crate) fn verify<'py>(py: Python<'py>, path: &Path) -> PyResult<Bound<'py, PyAny>> {
    let report = py.detach(|| verify::verify(&locate(path)?, None));
    object(py, &raised(py, report)?)
}

/// Writes a repaired copy, and returns what verification finds in it.
pub(crate) fn recover<'py>(
    py: Python<'py>,
    path: &Path,
    out: &Path,
) -> PyResult<Bound<'py, PyAny>> {
    let report = py.detach(|| {
        let plan = Plan::of(&locate(path)?, None)?;
        plan.write_copy(&Disk, out, None)?;
        plan.verify_result(Some(out), None)
    });
    object(py, &raised(py, report)?)
}

fn object<'py>(py: Python<'py>, report: &Report) -> PyResult<Bound<'py, PyAny>> {
    let records = py.import("atf.records")?;
    let problem = |it: &verify::Problem| {
        records.call_method1("Problem", (path_text(py, &it.file)?, fault_object(py, &it.fault)?))
    };
    let problems: PyResult<Vec<_>> = report.problems().iter().map(problem).collect();
    let notes: Vec<String> = report.notes().iter().map(ToString::to_string).collect();
    records.call_method1("Verification", (problems?, notes))
}

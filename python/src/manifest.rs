//! From a manifest of the runtime to the data classes of `atf.manifest`.

use atf_runtime::manifest::{
    Manifest, ManifestClock, ManifestProcess, ManifestThread, Module, Symbol, WallClock,
};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList};
use serde_json::{Map, Value};

use crate::convert::PathArgument;
use crate::errors::raised;

/// Reads the manifest at `path` as a `Manifest`.
#[pyfunction]
pub(crate) fn read_manifest(py: Python<'_>, path: PathArgument) -> PyResult<Bound<'_, PyAny>> {
    let manifest = py.detach(|| Manifest::read(&path.0));
    object(py, &raised(py, manifest)?)
}

/// A `function_id` of a manifest as a number; None if it is not "0x" and a hexadecimal number of 64
/// bits.
#[pyfunction]
pub(crate) fn function_id_of(text: String) -> Option<u64> {
    let mut symbol = Symbol::default();
    symbol.function_id = text;
    symbol.id()
}

/// The manifest as an object.
pub(crate) fn object<'py>(py: Python<'py>, manifest: &Manifest) -> PyResult<Bound<'py, PyAny>> {
    let all = PyDict::new(py);
    all.set_item("threads", list(py, &manifest.threads, thread)?)?;
    all.set_item("format_version", &manifest.format_version)?;
    all.set_item("time_start_ns", manifest.time_start_ns)?;
    all.set_item("time_end_ns", manifest.time_end_ns)?;
    all.set_item("clock_type", manifest.clock_type)?;
    all.set_item("state", manifest.state.as_ref().map(|it| it.as_str()))?;
    all.set_item("modules", list(py, &manifest.modules, module)?)?;
    all.set_item("symbols", list(py, &manifest.symbols, symbol)?)?;
    all.set_item("clock", manifest.clock.as_ref().map(|it| clock(py, it)).transpose()?)?;
    all.set_item("failed", &manifest.failed)?;
    all.set_item("untraced_threads", manifest.untraced_threads)?;
    all.set_item("process", manifest.process.as_ref().map(|it| process(py, it)).transpose()?)?;
    all.set_item("wall_clock", manifest.wall_clock.map(|it| wall_clock(py, it)).transpose()?)?;
    made(py, "Manifest", &all, &manifest.other)
}

fn thread<'py>(py: Python<'py>, thread: &ManifestThread) -> PyResult<Bound<'py, PyAny>> {
    let all = PyDict::new(py);
    all.set_item("id", thread.id)?;
    all.set_item("has_detail", thread.has_detail)?;
    all.set_item("emitted", thread.emitted)?;
    all.set_item("recorded", thread.recorded)?;
    all.set_item("dropped_events", thread.dropped_events)?;
    all.set_item("dropped_details", thread.dropped_details)?;
    all.set_item("unverified", &thread.unverified)?;
    all.set_item("unverified_details", &thread.unverified_details)?;
    all.set_item("name", &thread.name)?;
    all.set_item("os_id", thread.os_id)?;
    all.set_item("lost", thread.lost)?;
    all.set_item("damaged", &thread.damaged)?;
    all.set_item("damaged_details", &thread.damaged_details)?;
    made(py, "ManifestThread", &all, &thread.other)
}

fn module<'py>(py: Python<'py>, module: &Module) -> PyResult<Bound<'py, PyAny>> {
    let all = PyDict::new(py);
    all.set_item("module_id", module.module_id)?;
    all.set_item("path", &module.path)?;
    all.set_item("base_address", &module.base_address)?;
    all.set_item("size", module.size)?;
    all.set_item("uuid", &module.uuid)?;
    made(py, "Module", &all, &module.other)
}

fn symbol<'py>(py: Python<'py>, symbol: &Symbol) -> PyResult<Bound<'py, PyAny>> {
    let all = PyDict::new(py);
    all.set_item("function_id", &symbol.function_id)?;
    all.set_item("module_id", symbol.module_id)?;
    all.set_item("symbol_index", symbol.symbol_index)?;
    all.set_item("name", &symbol.name)?;
    made(py, "Symbol", &all, &symbol.other)
}

fn clock<'py>(py: Python<'py>, clock: &ManifestClock) -> PyResult<Bound<'py, PyAny>> {
    let class = py.import("atf.manifest")?.getattr("ClockAnchor")?;
    let anchors = clock.anchors.iter().map(|it| class.call1((it.counter, it.time_ns)));
    let all = PyDict::new(py);
    all.set_item("source", clock.source.as_str())?;
    all.set_item("anchors", PyList::new(py, anchors.collect::<PyResult<Vec<_>>>()?)?)?;
    made(py, "ManifestClock", &all, &clock.other)
}

fn process<'py>(py: Python<'py>, process: &ManifestProcess) -> PyResult<Bound<'py, PyAny>> {
    let all = PyDict::new(py);
    all.set_item("pid", process.pid)?;
    all.set_item("parent_pid", process.parent_pid)?;
    all.set_item("command", &process.command)?;
    all.set_item("executable", &process.executable)?;
    all.set_item("host", &process.host)?;
    all.set_item("boot_id", &process.boot_id)?;
    made(py, "ManifestProcess", &all, &process.other)
}

fn wall_clock(py: Python<'_>, it: WallClock) -> PyResult<Bound<'_, PyAny>> {
    let class = py.import("atf.manifest")?.getattr("WallClock")?;
    class.call1((it.realtime_ns, it.boottime_ns))
}

fn made<'py>(
    py: Python<'py>,
    class: &str,
    all: &Bound<'py, PyDict>,
    other: &Map<String, Value>,
) -> PyResult<Bound<'py, PyAny>> {
    all.set_item("other", map(py, other)?)?;
    py.import("atf.manifest")?.getattr(class)?.call((), Some(all))
}

fn list<'py, T>(
    py: Python<'py>,
    elements: &[T],
    element: impl Fn(Python<'py>, &T) -> PyResult<Bound<'py, PyAny>>,
) -> PyResult<Bound<'py, PyList>> {
    PyList::new(py, elements.iter().map(|it| element(py, it)).collect::<PyResult<Vec<_>>>()?)
}

fn map<'py>(py: Python<'py>, values: &Map<String, Value>) -> PyResult<Bound<'py, PyDict>> {
    let all = PyDict::new(py);
    for (key, value) in values {
        all.set_item(key, json(py, value)?)?;
    }
    Ok(all)
}

/// A value as Python's `json` gives it.
fn json<'py>(py: Python<'py>, value: &Value) -> PyResult<Bound<'py, PyAny>> {
    Ok(match value {
        Value::Null => py.None().into_bound(py),
        Value::Bool(value) => value.into_pyobject(py)?.to_owned().into_any(),
        Value::String(text) => text.into_pyobject(py)?.into_any(),
        Value::Array(values) => list(py, values, json)?.into_any(),
        Value::Object(values) => map(py, values)?.into_any(),
        Value::Number(number) => {
            if let Some(number) = number.as_u64() {
                number.into_pyobject(py)?.into_any()
            } else if let Some(number) = number.as_i64() {
                number.into_pyobject(py)?.into_any()
            } else {
                number.as_f64().into_pyobject(py)?.into_any()
            }
        }
    })
}

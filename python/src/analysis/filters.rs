//! The filters, as keyword arguments. Texts mean what they mean on the command line.

use std::str::FromStr;

use atf_analysis::filter::{
    Filter, FilterError, TimePoint, parse_duration, parse_kind, parse_threads,
};
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyString};

const NAMES: &str =
    "function, module, caller, threads, from_ns, to_ns, depth, min_duration, kind, demangle";

/// Which calls are taken, and how functions are called.
pub(super) struct Filters {
    pub(super) filter: Filter,
    pub(super) demangle: bool,
}

impl Filters {
    pub(super) fn of(arguments: Option<&Bound<'_, PyDict>>) -> PyResult<Self> {
        let mut filters = Self { filter: Filter::default(), demangle: true };
        for (name, value) in arguments.into_iter().flatten() {
            let name: String = name.extract()?;
            if !value.is_none() {
                filters.set(&name, &value)?;
            }
        }
        Ok(filters)
    }

    fn set(&mut self, name: &str, value: &Bound<'_, PyAny>) -> PyResult<()> {
        let filter = &mut self.filter;
        match name {
            "function" => filter.functions = each(name, value, FromStr::from_str)?,
            "module" => filter.modules = each(name, value, FromStr::from_str)?,
            "caller" => filter.callers = each(name, value, FromStr::from_str)?,
            "kind" => filter.kinds = each(name, value, parse_kind)?,
            "threads" => {
                let lists: Vec<_> = each(name, value, parse_threads)?;
                filter.threads = lists.into_iter().flatten().collect();
            }
            "from_ns" => filter.from = Some(time(name, value)?),
            "to_ns" => filter.to = Some(time(name, value)?),
            "depth" => filter.depth_below = Some(value.extract()?),
            "min_duration" => {
                filter.min_duration_ns = Some(match value.cast::<PyString>() {
                    Ok(text) => parsed(name, text, parse_duration)?,
                    Err(_) => value.extract()?,
                });
            }
            "demangle" => self.demangle = value.extract()?,
            _ => {
                let why = format!("there is no filter {name:?}: expected {NAMES}");
                return Err(PyTypeError::new_err(why));
            }
        }
        Ok(())
    }
}

/// A number in ns on the trace's clock, or text.
fn time(name: &str, value: &Bound<'_, PyAny>) -> PyResult<TimePoint> {
    match value.cast::<PyString>() {
        Ok(text) => parsed(name, text, TimePoint::from_str),
        Err(_) => Ok(TimePoint::Clock(value.extract()?)),
    }
}

/// One text or number, or several.
fn each<T>(
    name: &str,
    value: &Bound<'_, PyAny>,
    parse: impl Fn(&str) -> Result<T, FilterError>,
) -> PyResult<Vec<T>> {
    if let Ok(text) = value.cast::<PyString>() {
        return Ok(vec![parsed(name, text, &parse)?]);
    }
    let Ok(several) = value.try_iter() else {
        return Ok(vec![parsed(name, &value.str()?, &parse)?]);
    };
    several.map(|value| parsed(name, &value?.str()?, &parse)).collect()
}

fn parsed<T>(
    name: &str,
    text: &Bound<'_, PyString>,
    parse: impl Fn(&str) -> Result<T, FilterError>,
) -> PyResult<T> {
    parse(&text.to_cow()?).map_err(|error| PyValueError::new_err(format!("{name}: {error}")))
}

//! The table of functions, threads or modules: calls and times of each.

use arrow_array::types::{Float64Type, UInt32Type, UInt64Type};
use atf_analysis::{By, Options, Report, ReportRow};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;

use super::columns::{Columns, Texts};
use super::source::{Source, raised};
use super::table::{Table, wrong};

/// The report of the calls that the source takes, the row with the most self time first.
pub(crate) fn report(py: Python<'_>, source: &Source<'_>, by: &str) -> PyResult<Table> {
    let by = match by {
        "function" => By::Function,
        "thread" => By::Thread,
        "module" => By::Module,
        _ => {
            let why = format!("by: expected function, thread or module, found {by}");
            return Err(PyValueError::new_err(why));
        }
    };
    py.detach(|| {
        let (trace, options) = (source.trace(), Options::default());
        let report = raised(Report::of(&trace, by, &source.selection, &options, None))?;
        let mut rows: Vec<&ReportRow> = report.rows().iter().collect();
        rows.sort_by_key(|row| std::cmp::Reverse(row.self_ns));
        let keys: Vec<u64> = rows.iter().map(|row| row.key).collect();
        let mut columns = Columns::default();
        match by {
            By::Thread => {
                let ids = keys.iter().map(|&key| key as u32).collect();
                columns.numbers::<UInt32Type>("thread", ids);
            }
            By::Module => {
                let paths = |key| source.names.module_path(key).map(str::to_owned);
                add_texts(&mut columns, "module", keys.iter().map(|&key| paths(key)))?;
                columns.numbers::<UInt64Type>("module_id", keys);
            }
            _ => add_functions(&mut columns, source, keys)?,
        }
        let numbers = |of: fn(&ReportRow) -> u64| rows.iter().map(|row| of(row)).collect();
        columns.numbers::<UInt64Type>("calls", numbers(|row| row.calls));
        columns.numbers::<UInt64Type>("total_ns", numbers(|row| row.total_ns));
        columns.numbers::<UInt64Type>("self_ns", numbers(|row| row.self_ns));
        let times: [(&str, Time); 6] = [
            ("min_ns", |row| row.min_ns),
            ("avg_ns", |row| row.avg_ns),
            ("max_ns", |row| row.max_ns),
            ("p50_ns", |row| row.p50_ns),
            ("p90_ns", |row| row.p90_ns),
            ("p99_ns", |row| row.p99_ns),
        ];
        for (name, of) in times {
            let times = rows.iter().map(|row| of(row).unwrap_or(u64::MAX)).collect();
            columns.optional::<UInt64Type>(name, times, u64::MAX);
        }
        columns.numbers::<Float64Type>("share", rows.iter().map(|row| row.share).collect());
        Table::of("a report", rows.len(), columns)
    })
}

/// A time of a row; `None` if no call of it finished.
type Time = fn(&ReportRow) -> Option<u64>;

/// Adds function ids with their names and modules.
pub(super) fn add_functions(
    columns: &mut Columns,
    source: &Source<'_>,
    ids: Vec<u64>,
) -> PyResult<()> {
    let names = &source.names;
    let function = ids.iter().map(|&id| names.name(id).map(str::to_owned)).collect::<Vec<_>>();
    let module = ids.iter().map(|&id| names.module(id).map(str::to_owned)).collect::<Vec<_>>();
    columns.numbers::<UInt64Type>("function_id", ids);
    add_texts(columns, "function", function)?;
    add_texts(columns, "module", module)
}

pub(super) fn add_texts(
    columns: &mut Columns,
    name: &str,
    values: impl IntoIterator<Item = Option<String>>,
) -> PyResult<()> {
    let mut texts = Texts::default();
    let codes = values.into_iter().map(|value| texts.number(value.as_deref())).collect();
    columns.texts(name, codes, texts.texts).map_err(wrong)
}

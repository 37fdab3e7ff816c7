//! A table: named columns, as a stream of Arrow, as arrays of numpy, and as what other packages make of it.

use arrow_array::cast::AsArray;
use arrow_array::types::UInt32Type;
use arrow_array::{Array, RecordBatch, RecordBatchOptions};
use arrow_buffer::Buffer;
use arrow_schema::DataType;
use pyo3::exceptions::{PyKeyError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyCapsule, PyDict, PyList, PyTuple};

use super::columns::Columns;
use crate::arrow;
use crate::convert::counted;

/// A table of calls, functions or paths: columns with names, one row for each.
///
/// ``table["duration_ns"]`` is a column as a numpy array; ``table.array`` is a structured array of all columns of
/// numbers. Libraries that know the Arrow C stream interface read the table as it is: polars, DuckDB, pandas, pyarrow.
/// Names of functions, and words, are dictionaries there. Where a value is missing, arrays of numpy have the highest
/// number of the column's type.
#[pyclass(frozen, module = "atf")]
pub(crate) struct Table {
    what: &'static str,
    batch: RecordBatch,
}

impl Table {
    pub(super) fn of(what: &'static str, rows: usize, columns: Columns) -> PyResult<Self> {
        let (schema, arrays) = columns.finish();
        let options = RecordBatchOptions::new().with_row_count(Some(rows));
        let batch = RecordBatch::try_new_with_options(schema.into(), arrays, &options);
        batch.map(|batch| Self { what, batch }).map_err(wrong)
    }
}

pub(super) fn wrong(error: impl std::fmt::Display) -> PyErr {
    PyValueError::new_err(error.to_string())
}

#[pymethods]
impl Table {
    /// Names of the columns.
    #[getter]
    fn columns<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        let schema = self.batch.schema();
        PyTuple::new(py, schema.fields().iter().map(|field| field.name()))
    }

    /// Number of rows.
    fn __len__(&self) -> usize {
        self.batch.num_rows()
    }

    /// A column as a numpy array: numbers as they are in memory, texts as objects with None where there is none.
    /// Raises KeyError for a name that is no column. Needs numpy.
    fn __getitem__<'py>(slf: &Bound<'py, Self>, name: &str) -> PyResult<Bound<'py, PyAny>> {
        slf.py().import("atf._tables")?.call_method1("column", (slf, name))
    }

    /// The columns of numbers as one structured array. Copies. Needs numpy.
    #[getter]
    fn array<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        slf.py().import("atf._tables")?.call_method1("structured", (slf,))
    }

    /// A data frame: names and words as categories, and missing values where there are none. Copies. Raises
    /// ImportError, which says what to install, without pandas.
    fn to_pandas<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        slf.py().import("atf._tables")?.call_method1("table_to_pandas", (slf,))
    }

    /// A table of pyarrow. Raises ImportError, which says what to install, without pyarrow.
    fn to_arrow<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        slf.py().import("atf._tables")?.call_method1("to_arrow", (slf,))
    }

    /// A data frame of polars. Raises ImportError, which says what to install, without polars.
    fn to_polars<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        slf.py().import("atf._tables")?.call_method1("to_polars", (slf,))
    }

    /// The first rows as HTML, for notebooks.
    fn _repr_html_<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        slf.py().import("atf._tables")?.call_method1("html", (slf,))
    }

    /// The memory of a column of numbers; of texts, that of their numbers.
    fn _numbers(&self, name: &str) -> PyResult<Column> {
        let array = self.column(name)?;
        let (typestr, buffer) = match array.data_type() {
            DataType::Dictionary(..) => {
                let keys = array.as_dictionary::<UInt32Type>().keys();
                ("<u4", keys.values().inner().clone())
            }
            // Arrow packs eight of them into a byte.
            DataType::Boolean => {
                let truths: Vec<u8> = array.as_boolean().values().iter().map(u8::from).collect();
                ("|b1", Buffer::from_vec(truths))
            }
            other => {
                let typestr = match other {
                    DataType::UInt32 => "<u4",
                    DataType::UInt64 => "<u8",
                    DataType::Float64 => "<f8",
                    _ => return Err(wrong(format!("{name}: no numbers"))),
                };
                (typestr, array.to_data().buffers()[0].clone())
            }
        };
        Ok(Column { typestr, rows: array.len(), buffer })
    }

    /// Whether each value of a column is missing; None if none is.
    fn _missing(&self, name: &str) -> PyResult<Option<Column>> {
        let array = self.column(name)?;
        let missing = array.nulls().filter(|nulls| nulls.null_count() > 0).map(|nulls| {
            let missing: Vec<u8> = nulls.iter().map(|is_valid| u8::from(!is_valid)).collect();
            Column { typestr: "|b1", rows: array.len(), buffer: Buffer::from_vec(missing) }
        });
        Ok(missing)
    }

    /// The texts that the numbers of a column stand for; None if it is one of numbers.
    fn _texts<'py>(&self, py: Python<'py>, name: &str) -> PyResult<Option<Bound<'py, PyList>>> {
        let array = self.column(name)?;
        if !matches!(array.data_type(), DataType::Dictionary(..)) {
            return Ok(None);
        }
        let texts = array.as_dictionary::<UInt32Type>().values().as_string::<i32>();
        Ok(Some(PyList::new(py, texts.iter())?))
    }

    /// The table as an Arrow stream.
    #[pyo3(signature = (requested_schema = None))]
    fn __arrow_c_stream__<'py>(
        &self,
        py: Python<'py>,
        requested_schema: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyCapsule>> {
        let _ = requested_schema;
        arrow::table_stream(py, self.batch.clone())
    }

    /// The schema of that stream.
    fn __arrow_c_schema__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyCapsule>> {
        arrow::table_schema(py, &self.batch.schema())
    }

    fn __repr__(&self) -> String {
        let names = self.batch.schema();
        let names: Vec<_> = names.fields().iter().map(|field| field.name().as_str()).collect();
        let rows = counted(self.batch.num_rows() as u64, "row");
        format!("<Table of {}: {rows} of {}>", self.what, names.join(", "))
    }
}

impl Table {
    fn column(&self, name: &str) -> PyResult<&dyn Array> {
        let array = self.batch.column_by_name(name);
        array.map(|array| &**array).ok_or_else(|| PyKeyError::new_err(name.to_owned()))
    }
}

/// The memory of a column, which arrays of numpy view and nobody writes to.
#[pyclass(frozen, module = "atf._native")]
pub(crate) struct Column {
    typestr: &'static str,
    rows: usize,
    buffer: Buffer,
}

#[pymethods]
impl Column {
    /// What numpy reads: where the items are, how many, and of what type.
    #[getter]
    fn __array_interface__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let interface = PyDict::new(py);
        interface.set_item("version", 3)?;
        interface.set_item("shape", (self.rows,))?;
        interface.set_item("typestr", self.typestr)?;
        interface.set_item("data", (self.buffer.as_ptr().expose_provenance(), true))?;
        Ok(interface)
    }
}

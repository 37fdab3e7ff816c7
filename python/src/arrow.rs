//! Streams of the Arrow C interface: from events and records to batches of columns.
//!
//! A column per field of the schema, under its name and with its type: an unsigned field of 64 bits stays UINT64.
//! A stream holds a share of its reader and one batch at a time, and needs no Python while it is read.

use std::sync::Arc;

use arrow_array::builder::BinaryBuilder;
use arrow_array::ffi_stream::FFI_ArrowArrayStream;
use arrow_array::{
    ArrayRef, FixedSizeBinaryArray, Int8Array, Int16Array, Int32Array, Int64Array, RecordBatch,
    RecordBatchIterator, RecordBatchReader, UInt8Array, UInt16Array, UInt32Array, UInt64Array,
};
use arrow_schema::ffi::FFI_ArrowSchema;
use arrow_schema::{ArrowError, DataType, Field, Schema, SchemaRef};
use atf_runtime::format::{self, DetailEventHeader, FieldKind, IndexEvent, Record};
use atf_runtime::reader::DetailIter;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::PyCapsule;
use self_cell::self_cell;
use zerocopy::IntoBytes;

use crate::home::{DetailHome, IndexHome};
use crate::memory::Row;
use crate::merged::Merging;

/// Rows of a batch.
const BATCH: usize = 1 << 16;
/// Bytes of payloads after which a batch of details ends.
const BATCH_BYTES: usize = 16 << 20;

/// A column: a field of a record that lies so many bytes into a row.
struct Column {
    name: &'static str,
    at: usize,
    size: usize,
    data_type: DataType,
}

fn columns_of<R: Record>(base: usize) -> impl Iterator<Item = Column> {
    let is_shown = |field: &&format::Field| !field.reserved && field.removed.is_none();
    R::FIELDS.iter().filter(is_shown).map(move |field| Column {
        name: field.name,
        at: base + field.offset,
        size: field.size,
        data_type: type_of(field),
    })
}

fn type_of(field: &format::Field) -> DataType {
    match (field.kind, field.size) {
        (FieldKind::Signed, 1) => DataType::Int8,
        (FieldKind::Signed, 2) => DataType::Int16,
        (FieldKind::Signed, 4) => DataType::Int32,
        (FieldKind::Signed, 8) => DataType::Int64,
        (FieldKind::Unsigned | FieldKind::Enum { .. } | FieldKind::Flags { .. }, 1) => {
            DataType::UInt8
        }
        (FieldKind::Unsigned | FieldKind::Enum { .. } | FieldKind::Flags { .. }, 2) => {
            DataType::UInt16
        }
        (FieldKind::Unsigned | FieldKind::Enum { .. } | FieldKind::Flags { .. }, 4) => {
            DataType::UInt32
        }
        (FieldKind::Unsigned | FieldKind::Enum { .. } | FieldKind::Flags { .. }, 8) => {
            DataType::UInt64
        }
        (_, size) => DataType::FixedSizeBinary(size as i32),
    }
}

/// The columns of an index.
fn event_columns() -> Vec<Column> {
    columns_of::<IndexEvent>(0).collect()
}

/// The columns of a merge: where each event is from, and the event.
fn row_columns() -> Vec<Column> {
    let origin = |name, at| Column { name, at, size: 4, data_type: DataType::UInt32 };
    let own = [
        origin("thread", std::mem::offset_of!(Row, thread)),
        origin("seq", std::mem::offset_of!(Row, seq)),
    ];
    own.into_iter().chain(columns_of::<IndexEvent>(std::mem::offset_of!(Row, event))).collect()
}

/// The columns of a detail file, without the payload.
fn record_columns() -> Vec<Column> {
    columns_of::<DetailEventHeader>(0).collect()
}

fn schema_of(columns: &[Column], payload: bool) -> SchemaRef {
    let own = columns.iter().map(|column| Field::new(column.name, column.data_type.clone(), false));
    let payload = payload.then(|| Field::new("payload", DataType::Binary, false));
    Arc::new(Schema::new(own.chain(payload).collect::<Vec<_>>()))
}

/// The values of a column in all rows.
fn array_of(column: &Column, rows: &[&[u8]]) -> Result<ArrayRef, ArrowError> {
    /// The column's bytes of a row; a row is never shorter than its columns.
    fn bytes<const N: usize>(row: &[u8], at: usize) -> [u8; N] {
        row.get(at..).and_then(|row| row.first_chunk()).copied().unwrap_or([0; N])
    }
    macro_rules! numbers {
        ($array:ty, $number:ty) => {
            Arc::new(<$array>::from_iter_values(
                rows.iter().map(|row| <$number>::from_le_bytes(bytes(row, column.at))),
            ))
        };
    }
    Ok(match column.data_type {
        DataType::UInt8 => numbers!(UInt8Array, u8),
        DataType::UInt16 => numbers!(UInt16Array, u16),
        DataType::UInt32 => numbers!(UInt32Array, u32),
        DataType::UInt64 => numbers!(UInt64Array, u64),
        DataType::Int8 => numbers!(Int8Array, i8),
        DataType::Int16 => numbers!(Int16Array, i16),
        DataType::Int32 => numbers!(Int32Array, i32),
        DataType::Int64 => numbers!(Int64Array, i64),
        _ => {
            let parts = rows.iter().map(|row| row.get(column.at..column.at + column.size));
            Arc::new(FixedSizeBinaryArray::try_from_iter(parts.flatten())?)
        }
    })
}

fn batch_of(
    schema: &SchemaRef,
    columns: &[Column],
    rows: &[&[u8]],
    payload: Option<ArrayRef>,
) -> Result<RecordBatch, ArrowError> {
    let arrays = columns.iter().map(|column| array_of(column, rows));
    let arrays = arrays.chain(payload.map(Ok)).collect::<Result<Vec<_>, _>>()?;
    RecordBatch::try_new(schema.clone(), arrays)
}

/// Where the rows of a stream come from.
trait Rows {
    /// The next batch, or `None` at the end.
    fn batch(
        &mut self,
        schema: &SchemaRef,
        columns: &[Column],
    ) -> Option<Result<RecordBatch, ArrowError>>;
}

/// Events of an index: so many from the first on, so many apart.
struct IndexRows {
    home: IndexHome,
    next: i64,
    step: i64,
    left: usize,
}

impl Rows for IndexRows {
    fn batch(
        &mut self,
        schema: &SchemaRef,
        columns: &[Column],
    ) -> Option<Result<RecordBatch, ArrowError>> {
        let count = self.left.min(BATCH);
        let seqs = (0..count as i64).map(|number| self.next + number * self.step);
        let index = self.home.reader();
        let rows = seqs.map_while(|seq| index.get(atf_runtime::IndexSeq(u32::try_from(seq).ok()?)));
        let rows: Vec<&[u8]> = rows.map(IntoBytes::as_bytes).collect();
        self.next += count as i64 * self.step;
        self.left -= count;
        (!rows.is_empty()).then(|| batch_of(schema, columns, &rows, None))
    }
}

impl Rows for Merging {
    fn batch(
        &mut self,
        schema: &SchemaRef,
        columns: &[Column],
    ) -> Option<Result<RecordBatch, ArrowError>> {
        let rows = self.next_rows(BATCH)?;
        let rows: Vec<&[u8]> = rows.iter().map(IntoBytes::as_bytes).collect();
        Some(batch_of(schema, columns, &rows, None))
    }
}

self_cell!(
    /// The records of a detail file that are still to come, and a share of its reader.
    pub(crate) struct Records {
        owner: DetailHome,
        #[covariant]
        dependent: DetailIter,
    }
);

/// All records of a detail file.
pub(crate) fn records_of(home: DetailHome) -> Records {
    Records::new(home, |home| home.reader().iter())
}

impl Rows for Records {
    fn batch(
        &mut self,
        schema: &SchemaRef,
        columns: &[Column],
    ) -> Option<Result<RecordBatch, ArrowError>> {
        self.with_dependent_mut(|_, records| {
            let (mut headers, mut payloads, mut size) = (Vec::new(), BinaryBuilder::new(), 0);
            while headers.len() < BATCH && size < BATCH_BYTES {
                match records.next() {
                    Some(Ok(record)) => {
                        headers.push(record.header.as_bytes());
                        payloads.append_value(record.payload);
                        size += record.payload.len();
                    }
                    Some(Err(error)) => {
                        return Some(Err(ArrowError::ExternalError(Box::new(error))));
                    }
                    None => break,
                }
            }
            let payloads: ArrayRef = Arc::new(payloads.finish());
            (!headers.is_empty()).then(|| batch_of(schema, columns, &headers, Some(payloads)))
        })
    }
}

struct Stream<R> {
    schema: SchemaRef,
    columns: Vec<Column>,
    rows: R,
}

impl<R: Rows> Iterator for Stream<R> {
    type Item = Result<RecordBatch, ArrowError>;

    fn next(&mut self) -> Option<Self::Item> {
        self.rows.batch(&self.schema, &self.columns)
    }
}

impl<R: Rows> RecordBatchReader for Stream<R> {
    fn schema(&self) -> SchemaRef {
        self.schema.clone()
    }
}

fn stream_capsule<'py, R: Rows + Send + 'static>(
    py: Python<'py>,
    columns: Vec<Column>,
    payload: bool,
    rows: R,
) -> PyResult<Bound<'py, PyCapsule>> {
    let schema = schema_of(&columns, payload);
    let stream = FFI_ArrowArrayStream::new(Box::new(Stream { schema, columns, rows }));
    PyCapsule::new_with_value(py, stream, c"arrow_array_stream")
}

fn schema_capsule<'py>(py: Python<'py>, schema: &Schema) -> PyResult<Bound<'py, PyCapsule>> {
    let schema = FFI_ArrowSchema::try_from(schema)
        .map_err(|error| PyValueError::new_err(error.to_string()))?;
    PyCapsule::new_with_value(py, schema, c"arrow_schema")
}

/// A stream of events of an index: `count` from `first` on, `step` apart.
pub(crate) fn index_stream<'py>(
    py: Python<'py>,
    home: IndexHome,
    (first, step, count): (i64, i64, usize),
) -> PyResult<Bound<'py, PyCapsule>> {
    let rows = IndexRows { home, next: first, step, left: count };
    stream_capsule(py, event_columns(), false, rows)
}

/// The schema of such a stream.
pub(crate) fn index_schema(py: Python<'_>) -> PyResult<Bound<'_, PyCapsule>> {
    schema_capsule(py, &schema_of(&event_columns(), false))
}

/// A stream of the events of a merge.
pub(crate) fn merged_stream(py: Python<'_>, merging: Merging) -> PyResult<Bound<'_, PyCapsule>> {
    stream_capsule(py, row_columns(), false, merging)
}

/// The schema of such a stream.
pub(crate) fn merged_schema(py: Python<'_>) -> PyResult<Bound<'_, PyCapsule>> {
    schema_capsule(py, &schema_of(&row_columns(), false))
}

/// A stream of the records of a detail file, with their payloads.
pub(crate) fn detail_stream(py: Python<'_>, home: DetailHome) -> PyResult<Bound<'_, PyCapsule>> {
    stream_capsule(py, record_columns(), true, records_of(home))
}

/// The schema of such a stream.
pub(crate) fn detail_schema(py: Python<'_>) -> PyResult<Bound<'_, PyCapsule>> {
    schema_capsule(py, &schema_of(&record_columns(), true))
}

/// A stream of one batch.
pub(crate) fn table_stream(py: Python<'_>, batch: RecordBatch) -> PyResult<Bound<'_, PyCapsule>> {
    let schema = batch.schema();
    let batches = RecordBatchIterator::new([Ok(batch)], schema);
    PyCapsule::new_with_value(
        py,
        FFI_ArrowArrayStream::new(Box::new(batches)),
        c"arrow_array_stream",
    )
}

/// The schema of such a stream.
pub(crate) fn table_schema<'py>(
    py: Python<'py>,
    schema: &Schema,
) -> PyResult<Bound<'py, PyCapsule>> {
    schema_capsule(py, schema)
}

//! The oracle: bytes of index.atf, detail.atf and manifest.json, typed by hand from the format.
//!
//! Nothing here comes from the schema, the generated types, the reader or the writer, so that a
//! mistake of theirs cannot hide in it. Every field can be set to any value: a file
//! is built correctly, changed, and turned into bytes.

mod detail;
mod index;
mod manifest;
mod thread;

pub use detail::{
    DetailFile, DetailFooter, DetailHeader, DetailRecord, FunctionPayload, OriginalPayload,
};
pub use index::{IndexEvent, IndexFile, IndexFooter, IndexHeader};
pub use manifest::{manifest, manifest_by_the_original_tracer, write_session};
pub use thread::{STEP_NS, Thread, sample_event, sample_record, sample_time, write_thread};

/// `detail_seq` of an event without detail.
pub const NO_DETAIL: u32 = 0xFFFF_FFFF;
/// Length of an index event.
pub const EVENT: usize = 32;
/// Length of every header and footer.
pub const FRAME: usize = 64;
/// Length of a detail record without its payload.
pub const RECORD: usize = 24;

/// Appends a field, which must start at `offset` of its record.
fn put(record: &mut Vec<u8>, offset: usize, bytes: &[u8]) {
    assert_eq!(record.len(), offset, "the builder itself is wrong");
    record.extend_from_slice(bytes);
}

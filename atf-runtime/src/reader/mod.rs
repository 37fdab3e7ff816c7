//! Reading a thread's files over a memory map, or from bytes in memory ([`FileBytes`]). Nothing is
//! copied. A truncated or unfinalized file is read up to its last complete event.
//!
//! [`IndexReader`] and [`DetailReader`] read one file each, [`ThreadReader`] reads both and follows
//! the links between them. Extents ([`IndexExtent`], [`DetailExtent`]) say where the events of a file
//! end and how that was found. Recovery and verification build on them.

mod checkpoints;
mod chunk_sums;
mod chunk_times;
mod detail;
mod detail_cursor;
mod detail_event;
mod detail_extent;
mod detail_offsets;
mod file_bytes;
mod footer;
mod header;
mod index;
mod index_extent;
mod index_iter;
mod map;
mod own_footer;
mod record_walk;
mod revision;
mod thread;
mod unwritten;

pub(crate) use chunk_sums::{CHUNK_BYTES, CHUNKS_START, ChunkSums, is_sound, sums_path};
pub use detail::{DetailIter, DetailReader};
pub use detail_cursor::DetailCursor;
pub use detail_event::{DetailEvent, FunctionView};
pub use detail_extent::DetailExtent;
pub(crate) use detail_offsets::DetailOffsets;
pub use file_bytes::FileBytes;
pub use footer::{FooterState, TrailingBytes};
pub(crate) use header::constant_fault;
pub use index::IndexReader;
pub use index_extent::IndexExtent;
pub use index_iter::IndexIter;
pub(crate) use map::MappedFile;
pub(crate) use record_walk::{LaneEnd, RecordWalk};
pub use thread::ThreadReader;
pub(crate) use unwritten::unwritten_at_end;

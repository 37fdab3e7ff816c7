//! Reading traces of ATF V4, the format before v2. Behind the feature `v4`; V4 is never written.
//!
//! A trace is a directory with `trace.json`, the manifest ([`ManifestInfo`]), and `events.bin`, a run of
//! protobuf messages, each after its length ([`decode_length`]). [`Reader`] maps the events;
//! [`Events`] goes through them, [`Salvage`] also through a damaged file.
//!
//! ```no_run
//! use atf_runtime::v4::{Payload, Reader};
//!
//! let trace = Reader::open("my_old_trace")?;
//! for event in trace.events() {
//!     let event = event?;
//!     if let Some(Payload::FunctionCall(call)) = event.payload {
//!         println!("{} {} {}", event.thread(), event.timestamp_ns(), call.symbol);
//!         for (name, value) in &call.argument_registers {
//!             println!("  {name} = {value:#x}");
//!         }
//!     }
//! }
//! # Ok::<(), atf_runtime::Error>(())
//! ```
//!
//! # The decoder
//!
//! The messages are decoded by this module and not by a protobuf library: names, stack bytes and
//! registers of an [`Event`] are borrowed from the map, and nothing is allocated for an event. prost, the
//! usual library, copies each of them. It is the oracle of the tests and the baseline of the benchmark
//! instead. The decoder accepts what proto3 accepts, with two exceptions: an empty message, which the recorder never wrote
//! and of which a run of zeros would consist, and groups, which proto3 does not have.
//!
//! # Damage
//!
//! There is no checksum, no footer, and no mark where a message starts. A file that ends within a message, or
//! whose message cannot be read, gives its events up to there and then an error with the byte. A value
//! that changed within a message cannot be noticed.

mod convert;
mod damage;
mod decode;
mod entries;
mod event;
mod events;
mod manifest;
mod message;
mod platform;
mod reader;
mod recognize;
mod salvage;
mod time;
mod varint;
mod wire;

pub use convert::{ConvertOptions, Converted, NotKept, convert};
pub use entries::{ArgumentIter, Arguments, RegisterIter, Registers};
pub use event::{
    Event, FunctionCall, FunctionReturn, Payload, SignalDelivery, Timestamp, TraceEnd, TraceStart,
};
pub use events::Events;
pub use manifest::{MANIFEST_FILE, ManifestInfo};
pub use platform::platform_of;
pub use reader::{EVENTS_FILE, Reader};
pub use recognize::is_v4;
pub use salvage::{Gap, Salvage, Salvaged, Skipped};
pub use varint::{VarintError, decode_length};

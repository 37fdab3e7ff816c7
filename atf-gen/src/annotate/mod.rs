//! Annotates the bytes of a file with their meaning in the schema, and reports contradictions.
//!
//! Takes the model, one of its files and a readable, seekable input, and produces [`Item`]s in the
//! order of the file. Everything is derived from the model: the roles of fields locate events and
//! footer and say what is counted. The command prints the items; tests compare them.
//!
//! If necessary, a file is read twice: once to find its parts (`frame`), once to show them. At
//! most one record is in memory at a time.

mod claims;
mod frame;
mod identify;
mod input;
mod item;
mod number;
mod presence;
mod record;
mod show;
mod value;
mod walk;

pub use identify::{Unidentified, identify, starts_as_another};
pub use item::{Item, Kind, Problem, Range, Summary};

use std::io::{self, Read, Seek};

use crate::model::{FileId, Format};
use input::Input;

/// Which parts of a file are shown and checked.
#[derive(Clone, Debug)]
#[expect(clippy::exhaustive_structs, reason = "callers write it as a literal")]
pub struct Options {
    /// Nothing before this byte is shown.
    pub from: u64,
    /// Events that are shown, from the first or from the one that holds the byte `from`.
    pub limit: u64,
    /// Events that are shown at the end, if others are left out and `from` is zero.
    pub last: u64,
    /// Shows every event of the file, regardless of its length.
    pub all: bool,
    /// Verifies checksums, which reads all bytes that they cover.
    pub checksum: bool,
    /// Maximum number of events that are walked to count them, unless `all` is set or `from` is
    /// not zero.
    pub walk: u64,
}

impl Default for Options {
    fn default() -> Self {
        Self { from: 0, limit: 8, last: 2, all: false, checksum: false, walk: 1 << 22 }
    }
}

/// Reads `input` as the format's `file` and passes its items to `sink`.
///
/// # Errors
///
/// The first error of `input` or `sink`. Damage is not an error: it is reported as problems and
/// counted in the summary.
///
/// # Panics
///
/// If `file` is not a file of the format.
pub fn annotate<R: Read + Seek>(
    format: &Format,
    file: FileId,
    input: R,
    options: &Options,
    sink: &mut dyn FnMut(Item) -> io::Result<()>,
) -> io::Result<Summary> {
    let mut input = Input::new(input)?;
    let mut frame = frame::find(format, &format.files[file], &mut input, options)?;
    claims::check(format, &mut frame, &mut input, options)?;
    show::show(format, &frame, &mut input, options, sink)
}

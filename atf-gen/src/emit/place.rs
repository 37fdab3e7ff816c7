//! Names of anchors and paths of pictures in the reference, shared by the page and the
//! pictures.

use crate::emit::case;
use crate::model::{File, Format, Record};

/// `record-http-header`: the record's anchor, and the stem of its picture.
#[must_use]
pub(crate) fn record(record: &Record) -> String {
    anchor("record", &record.name)
}

/// `file-access-log`: the file's anchor, and the stem of its picture.
#[must_use]
pub(crate) fn file(file: &File) -> String {
    anchor("file", &file.name)
}

/// The anchor of an element; `kind` keeps those of different kinds apart.
#[must_use]
pub(crate) fn anchor(kind: &str, name: &str) -> String {
    // No name in snake case holds a hyphen, so that two names stay two.
    format!("{kind}-{}", case::snake(name).replace('_', "-"))
}

/// A picture's path, relative to the folder of the page.
#[must_use]
pub(crate) fn picture(format: &Format, stem: &str) -> String {
    format!("svg/{}/{stem}.svg", format.stem())
}

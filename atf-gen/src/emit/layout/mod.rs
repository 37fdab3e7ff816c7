//! Layout tables: offset, size, type, field, unit, meaning, and a map of the bytes.

#[cfg(feature = "cli")]
mod json;
mod table;

#[cfg(feature = "cli")]
pub use json::json;
#[cfg(feature = "cli")]
pub(crate) use table::facts;

use std::fmt::Write as _;

use super::{history, parallel};
use crate::model::{Format, Record, RecordId, Section, Users};

/// All records, with their origin at the top.
#[must_use]
pub fn text(format: &Format) -> String {
    let mut out = format!("# {}\n\n{}\n", super::mark(&format.source_name), all(format));
    out.truncate(out.trim_end().len());
    out.push('\n');
    out
}

/// All records, files, enums, flags and constants.
#[must_use]
pub fn all(format: &Format) -> String {
    let mut out = format!("{}: {}\n", format.name, format.title);
    let _ = writeln!(
        out,
        "version {} on disk, revision {}, little-endian",
        format.version, format.revision
    );
    if !format.doc.is_empty() {
        let _ = write!(out, "\n{}\n", format.doc);
    }
    if !format.files.is_empty() {
        out.push('\n');
        out.push_str(&table::files(format));
    }
    let users = Users::of(format);
    parallel::append(&mut out, format.records.len(), |out, id| {
        out.push('\n');
        one(out, format, &users, id);
    });
    let numbers = table::numbers(format);
    if !numbers.is_empty() {
        out.push('\n');
        out.push_str(&numbers);
    }
    out
}

/// One record.
#[must_use]
pub fn record(format: &Format, id: RecordId) -> String {
    let mut out = String::new();
    one(&mut out, format, &Users::of(format), id);
    out
}

fn one(out: &mut String, format: &Format, users: &Users, id: RecordId) {
    let record = &format.records[id];
    let place = place(format, users, id);
    let _ = writeln!(out, "{}, {} bytes{place}", record.name, record.size);
    if !record.doc.is_empty() {
        let _ = writeln!(out, "{}", record.doc);
    }
    let history = history::sentences(&record.evolution);
    if !history.is_empty() {
        let _ = writeln!(out, "{history}");
    }
    out.push('\n');
    out.push_str(&table::fields(format, record));
    out.push('\n');
    out.push_str(&super::byte_map::draw(record));
}

/// The files that contain the record.
fn place(format: &Format, users: &Users, id: RecordId) -> String {
    let mut places = Vec::new();
    for file in users.files(id).iter().map(|file| &format.files[*file]) {
        for section in Section::ALL {
            if file.record(*section) == Some(id) {
                let what = match section {
                    Section::Header => "header",
                    Section::Events => "event",
                    Section::Footer => "footer",
                };
                places.push(format!("{what} of {}", file.path));
            }
        }
        if file.payloads.iter().any(|payload| payload.record == id) {
            places.push(format!("payload in {}", file.path));
        }
        if file.payloads.iter().any(|payload| format.records[payload.record].trailer == Some(id)) {
            places.push(format!("after a payload in {}", file.path));
        }
    }
    if places.is_empty() { String::new() } else { format!(", {}", places.join(", ")) }
}

/// The counted tail's type as a schema writes it.
fn tail_type(record: &Record) -> Option<String> {
    let tail = record.tail.as_ref()?;
    Some(format!("[u8; {}]", record.fields[tail.count].name))
}

//! Python: one module for 3.8 and newer that needs the standard library only. Functions that return numpy
//! arrays import numpy when they are called.
//!
//! The folder `support` holds the Python code that is the same for every format; the code of a format goes
//! between its parts. Importing the module only runs definitions.

mod enums;
mod fields;
mod files;
mod names;
mod records;
mod text;
mod types;

pub(crate) use names::{
    KEYWORDS, module as module_names, plain_record as plain_record_names, record as record_names,
};

use std::fmt::Write as _;

use crate::model::Format;

/// Names at the top of the module that no element can have: its own, and those of Python that
/// it uses. What Rust's types and constants are called as well is left to the check of those.
pub(crate) const MODULE_NAMES: &[&str] = &[
    "BufferError",
    "Exception",
    "FormatError",
    "FramedEvent",
    "IndexError",
    "NotImplemented",
    "NotImplementedError",
    "OverflowError",
    "StoredChecksum",
    "TypeError",
    "ValueError",
];
/// Constants of every record's class.
pub(crate) const RECORD_NAMES: &[&str] =
    &["CORE", "FIELDS", "NAME", "SIZE", "STRUCT", "TAIL", "TRAILER"];
/// Methods of every record's class, which a field would hide.
pub(crate) const METHOD_NAMES: &[&str] = &[
    "_own_checksum",
    "_take",
    "dtype",
    "pack",
    "pack_into",
    "pack_tail",
    "unpack_from",
    "unpack_tail",
    "validate",
];

const RECORDS: &str = include_str!("support/records.py");
/// How files are read: their header and footer, their events, the end of these, and the files themselves.
const READING: [&str; 4] = [
    include_str!("support/regions.py"),
    include_str!("support/events.py"),
    include_str!("support/ending.py"),
    include_str!("support/files.py"),
];
const WRITER: &str = include_str!("support/writer.py");

/// The module.
#[must_use]
pub fn text(format: &Format) -> String {
    let title = if format.title.is_empty() { &format.name } else { &format.title };
    let mut out = format!("# {}\n", super::mark(&format.source_name));
    out.push_str(&text::docstring(&[&text::sentence(title), &format.doc, ABOUT], ""));
    out.push_str(
        "\nfrom __future__ import annotations\n\nimport array\nimport enum\n\
         import functools\nimport itertools\nimport mmap\nimport operator\nimport os\nimport struct\n\
         import typing\nimport zlib\n\n",
    );
    all(format, &mut out);
    constants(format, &mut out);
    let part = |out: &mut String, text: &str| {
        let _ = write!(out, "\n\n{}\n", text.trim_end());
    };
    part(&mut out, RECORDS);
    part(&mut out, &heading("what the format holds"));
    for declared in &format.enums {
        part(&mut out, &enums::enumeration(declared));
    }
    for declared in &format.flags {
        part(&mut out, &enums::flags(format, declared));
    }
    records::emit(format, &mut out);
    if !format.files.is_empty() {
        for text in READING {
            part(&mut out, text);
        }
        part(&mut out, WRITER.trim_start());
        part(&mut out, &heading("the files"));
        for class in files::emit(format) {
            part(&mut out, &class);
        }
    }
    let classes: Vec<String> = format.files.iter().map(names::file).collect();
    out.push_str("\n\n#: Every file of the format.\n");
    let line = format!("FILES = {}\n", text::tuple(&classes));
    if line.len() <= text::WIDTH {
        out.push_str(&line);
    } else {
        out.push_str(&text::call("", "FILES = ", &classes, ""));
    }
    out
}

const ABOUT: &str = "A record is a class with an attribute per field; a file is a class that reads one from bytes or from a path, and writes one. Numbers are little-endian. Needs Python 3.8 and nothing else; what is called numpy or dtype needs numpy.";

fn heading(text: &str) -> String {
    format!("# ---------------------------------------------------------------- {text}")
}

/// What `import *` takes, and what tools offer.
fn all(format: &Format, out: &mut String) {
    let mut all: Vec<String> = [
        "CountedTail",
        "FILES",
        "FORMAT_NAME",
        "FORMAT_REVISION",
        "FORMAT_VERSION",
        "Field",
        "FormatError",
        "READS",
        "Record",
    ]
    .map(str::to_owned)
    .to_vec();
    if !format.files.is_empty() {
        all.extend(["FramedEvent".to_owned(), "StoredChecksum".to_owned()]);
    }
    all.extend(module_names(format).into_iter().map(|made| made.name));
    out.push_str("__all__ = [\n");
    for name in all {
        let _ = writeln!(out, "    {},", text::string(&name));
    }
    out.push_str("]\n\n");
}

fn constants(format: &Format, out: &mut String) {
    let reads: Vec<String> = format.reads.iter().map(u32::to_string).collect();
    let _ = write!(
        out,
        "#: Name of the format.\nFORMAT_NAME = {}\n\
         #: Version of the format, as it is on disk.\nFORMAT_VERSION = {}\n\
         #: Counts compatible additions to the format; not on disk.\nFORMAT_REVISION = {}\n\
         #: Versions on disk that are read.\nREADS = {}\n",
        text::string(&format.name),
        format.version,
        format.revision,
        text::tuple(&reads)
    );
    for constant in &format.constants {
        out.push_str(&text::comment(&text::about(&constant.doc, &constant.evolution), ""));
        let value = types::literal(format, &constant.ty, &constant.value);
        let _ = writeln!(out, "{} = {value}", constant.name);
    }
}

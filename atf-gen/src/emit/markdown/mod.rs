//! The reference of a format as one Markdown page with pictures: everything that is needed to
//! write a reader or a writer.
//!
//! [`text`] returns the page for a model; the command writes it beside the pictures.

mod elements;
mod escape;
mod files;
mod links;
mod records;
mod rules;

use std::fmt::Write as _;

use super::place;
use crate::model::{Evolution, Format};
use escape::{code, inline, paragraphs};

/// The page.
#[must_use]
pub fn text(format: &Format) -> String {
    let mark = super::mark(&format.source_name).replace("-->", "-- >");
    let mut out = format!("<!-- {mark} -->\n\n# {}\n\n", inline(&format.title));
    if !format.doc.is_empty() {
        let _ = write!(out, "{}\n\n", paragraphs(&format.doc));
    }
    out.push_str(&summary(format));
    out.push_str(&contents(format));
    for section in [
        rules::section(format),
        files::section(format),
        links::section(format),
        records::section(format),
        elements::enums(format),
        elements::flags(format),
        elements::constants(format),
    ] {
        if !section.is_empty() {
            out.push('\n');
            out.push_str(&section);
        }
    }
    out
}

fn summary(format: &Format) -> String {
    let reads: Vec<String> = format.reads.iter().map(u32::to_string).collect();
    let rows = [
        ["name", &code(&format.name)],
        ["version on disk", &format.version.to_string()],
        [
            "revision",
            &format!("{} (counts compatible additions; not stored on disk)", format.revision),
        ],
        ["a reader accepts", &format!("version {}", either(&reads))],
        ["byte order", "little-endian"],
    ];
    let mut out = String::from("| | |\n|---|---|\n");
    for [name, value] in rows {
        let _ = writeln!(out, "| {name} | {value} |");
    }
    out
}

/// `a`, `a or b`, `a, b or c`.
fn either(words: &[String]) -> String {
    match words {
        [] => String::new(),
        [only] => only.clone(),
        [most @ .., last] => format!("{} or {last}", most.join(", ")),
    }
}

fn contents(format: &Format) -> String {
    let mut out = String::from("\n## Contents\n\n- [Rules](#section-rules)\n");
    let mut part = |title: &str, anchor: &str, items: Vec<(String, String)>| {
        if items.is_empty() {
            return;
        }
        let _ = writeln!(out, "- [{title}](#{anchor})");
        for (name, anchor) in items {
            let _ = writeln!(out, "  - [{name}](#{anchor})");
        }
    };
    part(
        "Files",
        "section-files",
        format.files.iter().map(|it| (code(&it.path), place::file(it))).collect(),
    );
    if !links::section(format).is_empty() {
        out.push_str("- [Links between files](#section-links)\n");
    }
    let mut part = |title: &str, anchor: &str, items: Vec<(String, String)>| {
        if items.is_empty() {
            return;
        }
        let _ = writeln!(out, "- [{title}](#{anchor})");
        for (name, anchor) in items {
            let _ = writeln!(out, "  - [{name}](#{anchor})");
        }
    };
    part(
        "Records",
        "section-records",
        format.records.iter().map(|it| (it.name.clone(), place::record(it))).collect(),
    );
    part(
        "Enums",
        "section-enums",
        format.enums.iter().map(|it| (it.name.clone(), place::anchor("enum", &it.name))).collect(),
    );
    part(
        "Flags",
        "section-flags",
        format.flags.iter().map(|it| (it.name.clone(), place::anchor("flags", &it.name))).collect(),
    );
    if !format.constants.is_empty() {
        out.push_str("- [Constants](#section-constants)\n");
    }
    out
}

/// A heading with an anchor that stays when the heading's words change.
fn heading(level: usize, anchor: &str, words: &str) -> String {
    format!("<a id=\"{anchor}\"></a>\n\n{} {words}\n\n", "#".repeat(level))
}

/// A record's name that leads to it.
fn record_link(format: &Format, record: crate::model::RecordId) -> String {
    let record = &format.records[record];
    format!("[{}](#{})", record.name, place::record(record))
}

/// A file's path that leads to it.
fn file_link(format: &Format, file: crate::model::FileId) -> String {
    let file = &format.files[file];
    format!("[{}](#{})", code(&file.path), place::file(file))
}

/// The history of an element, in sentences.
fn history(evolution: &Evolution) -> String {
    inline(&super::history::sentences(evolution))
}

/// A cell of a table: parts that hold something, one below the other.
fn cell(parts: &[String]) -> String {
    let parts: Vec<&str> =
        parts.iter().map(String::as_str).filter(|part| !part.is_empty()).collect();
    parts.join("<br>")
}

/// `1 byte`, `2 bytes`.
fn bytes(size: u64) -> String {
    if size == 1 { "1 byte".to_owned() } else { format!("{size} bytes") }
}

//! Fields that refer to another file.

use std::fmt::Write as _;

use super::escape::code;
use super::{file_link, heading, record_link};
use crate::emit::value;
use crate::model::{Format, RoleKind};

pub(super) fn section(format: &Format) -> String {
    let mut rows = String::new();
    for (id, record) in format.records.iter().enumerate() {
        for field in &record.fields {
            let leads = match field.role.map(|role| role.kind) {
                Some(RoleKind::Link(file)) => {
                    let none = field.sentinel.as_ref().map_or(String::new(), |sentinel| {
                        format!("; {} is none", code(&value::text(format, &field.ty, sentinel)))
                    });
                    format!(
                        "the position, counted from zero, of an event in {}{none}",
                        file_link(format, file)
                    )
                }
                Some(RoleKind::Same(file, at)) => format!(
                    "the same as {} of {}, the linked event in {}",
                    code(&format.records[at.record].fields[at.field].name),
                    record_link(format, at.record),
                    file_link(format, file)
                ),
                _ => continue,
            };
            let _ =
                writeln!(rows, "| {} | {} | {leads} |", record_link(format, id), code(&field.name));
        }
    }
    if rows.is_empty() {
        return rows;
    }
    let mut out = heading(2, "section-links", "Links between files");
    out.push_str("| record | field | holds |\n|---|---|---|\n");
    out.push_str(&rows);
    out
}

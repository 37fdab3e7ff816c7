//! Payloads follow events, and their conditions exclude each other.

use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::model::{Format, Payload};

pub(super) fn check(format: &Format, diagnostics: &mut Diagnostics) {
    for file in &format.files {
        for (at, payload) in file.payloads.iter().enumerate() {
            let what =
                format!("file {}, payload {}", file.name, format.records[payload.record].name);
            // A file without records has its own rule.
            if !file.records_are_known
                || [file.header, file.event, file.footer].iter().all(Option::is_none)
            {
                continue;
            }
            if file.event.is_none() {
                diagnostics.push(
                    Diagnostic::new(
                        Code::Payload,
                        payload.at,
                        format!("{what}: expected a file with events, found a file without"),
                    )
                    .help("name the record of the file's events: event = \"...\""),
                );
                continue;
            }
            if let Some(other) = file.payloads[..at].iter().find(|other| overlap(payload, other)) {
                diagnostics.push(
                    Diagnostic::new(
                        Code::Payload,
                        payload.at,
                        format!(
                            "{what}: expected a condition that distinguishes it from {}, found none",
                            format.records[other.record].name
                        ),
                    )
                    .second(other.at, "the other")
                    .help("use different values of the same field: when = { field = \"value\" }"),
                );
            }
        }
    }
}

/// Whether both can follow the same event: no field distinguishes them.
fn overlap(a: &Payload, b: &Payload) -> bool {
    a.is_complete
        && b.is_complete
        && !a.when.iter().any(|(field, case)| {
            b.when.iter().any(|(other_field, other)| {
                field == other_field
                    && !case.values.iter().any(|value| other.values.contains(value))
            })
        })
}

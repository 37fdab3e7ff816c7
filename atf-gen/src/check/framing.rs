//! A file's framing has the fields that it needs.

use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::model::{Extent, FooterAt, Format, Framing, RecordId, RoleKind, Section};

pub(super) fn check(format: &Format, diagnostics: &mut Diagnostics) {
    for file in &format.files {
        // A missing record is reported by itself, and not once more for each field that the file lacks without it.
        if !file.records_are_known {
            continue;
        }
        let what = format!("file {}", file.name);
        let mut fault = |at, message: &str, help: &str| {
            diagnostics
                .push(Diagnostic::new(Code::Framing, at, format!("{what}: {message}")).help(help));
        };
        if file.header.is_none() && file.event.is_none() && file.footer.is_none() {
            fault(
                file.at,
                "expected a header, an event or a footer, found none",
                "name the records of the file",
            );
            continue;
        }
        if let Some(event) = file.event {
            let says_length = has(format, event, |kind| {
                matches!(kind, RoleKind::Length(Extent::Record | Extent::Payload))
            });
            let name = &format.records[event].name;
            let may_say_length = says_length || is_doubtful(format, event);
            match file.framing {
                Framing::LengthPrefixed if !may_say_length => fault(
                    file.framing_at,
                    &format!(
                        "expected a field of {name} that holds the length of an event, found none"
                    ),
                    "give a field of the event role = { length = \"record\" } or role = { length = \"payload\" }, or write framing = \"fixed\"",
                ),
                Framing::Fixed if says_length => fault(
                    file.framing_at,
                    &format!(
                        "expected framing = \"length-prefixed\", because {name} has a length field, found \"fixed\""
                    ),
                    "write framing = \"length-prefixed\"",
                ),
                Framing::Fixed if format.records[event].tail.is_some() => fault(
                    file.framing_at,
                    &format!("expected events of one size, found {name}, which has a counted tail"),
                    "write framing = \"length-prefixed\" and give a field the role `length`",
                ),
                Framing::Fixed if !file.payloads.is_empty() => fault(
                    file.framing_at,
                    "payloads need framing = \"length-prefixed\", found \"fixed\"",
                    "write framing = \"length-prefixed\"",
                ),
                Framing::Fixed | Framing::LengthPrefixed => {}
            }
        }
        if file.footer_at == FooterAt::Offset {
            let located = file.header.is_some_and(|header| {
                has(format, header, |kind| kind == RoleKind::Offset(Section::Footer))
                    || is_doubtful(format, header)
            });
            if file.footer.is_none() {
                fault(
                    file.footer_at_at,
                    "`footer_at` needs a footer, found none",
                    "remove `footer_at`",
                );
            } else if !located {
                fault(
                    file.footer_at_at,
                    "expected a header field that holds the offset of the footer, found none",
                    "give a field of the header role = { offset = \"footer\" }, or write footer_at = \"end\"",
                );
            }
        }
    }
}

/// Whether a role of the record was not understood, which is reported: it may be the one that is missed.
fn is_doubtful(format: &Format, record: RecordId) -> bool {
    format.records[record].fields.iter().any(|field| !field.role_is_known)
}

fn has(format: &Format, record: RecordId, wanted: impl Fn(RoleKind) -> bool) -> bool {
    format.records[record]
        .fields
        .iter()
        .any(|field| field.role.is_some_and(|role| wanted(role.kind)))
}

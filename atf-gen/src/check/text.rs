//! Text for people is text: control characters and those that turn the direction of
//! reading would hide what generated code says.

use super::What;
use super::evolution::scopes;
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::model::Format;
use crate::source::Span;

pub(super) fn check(format: &Format, diagnostics: &mut Diagnostics) {
    let mut look = |what: std::fmt::Arguments<'_>, text: &str, at: Span, lines: bool| {
        if let Some(wrong) = text.chars().find(|c| is_hidden(*c) && !(lines && *c == '\n')) {
            diagnostics.push(
                Diagnostic::new(
                    Code::ControlCharacter,
                    at,
                    format!(
                        "{what}: expected plain text, found the control character U+{:04X}",
                        u32::from(wrong)
                    ),
                )
                .help("remove it"),
            );
        }
    };
    look(format_args!("[format]: `title`"), &format.title, format.at, false);
    look(format_args!("[format]: `doc`"), &format.doc, format.at, true);
    for constant in &format.constants {
        look(format_args!("constant {}: `doc`", constant.name), &constant.doc, constant.at, true);
    }
    for declared in &format.enums {
        look(format_args!("enum {}: `doc`", declared.name), &declared.doc, declared.at, true);
        for value in &declared.values {
            look(
                format_args!("enum {}, value {}: `doc`", declared.name, value.name),
                &value.doc,
                value.at,
                true,
            );
        }
    }
    for declared in &format.flags {
        look(format_args!("flags {}: `doc`", declared.name), &declared.doc, declared.at, true);
        for bit in &declared.bits {
            look(
                format_args!("flags {}, bit {}: `doc`", declared.name, bit.name),
                &bit.doc,
                bit.at,
                true,
            );
        }
    }
    for record in &format.records {
        look(format_args!("record {}: `doc`", record.name), &record.doc, record.at, true);
        for field in &record.fields {
            let what = What::new("record", &record.name).inner("field", &field.name);
            look(format_args!("{what}: `doc`"), &field.doc, field.at, true);
            look(
                format_args!("{what}: `unit`"),
                field.unit.as_deref().unwrap_or(""),
                field.at,
                false,
            );
            for list in &field.element_names {
                for name in &list.names {
                    look(format_args!("{what}: `element_names`"), name, list.at, false);
                }
            }
        }
        if let Some(tail) = &record.tail {
            let what = What::new("record", &record.name).inner("field", &tail.name);
            look(format_args!("{what}: `doc`"), &tail.doc, tail.at, true);
            look(
                format_args!("{what}: `unit`"),
                tail.unit.as_deref().unwrap_or(""),
                tail.at,
                false,
            );
        }
    }
    for element in scopes(format).iter().flatten() {
        let instead = element.evolution.deprecated.as_deref().unwrap_or("");
        look(format_args!("{}: `deprecated`", element.what), instead, element.at, true);
    }
    for owner in &format.enums {
        for gone in &owner.tombstones {
            let what = What::new("enum", &owner.name).inner("value", &gone.name);
            look(format_args!("{what}: `doc`"), &gone.doc, gone.at, true);
        }
    }
    for owner in &format.flags {
        for gone in &owner.tombstones {
            let what = What::new("flags", &owner.name).inner("bit", &gone.name);
            look(format_args!("{what}: `doc`"), &gone.doc, gone.at, true);
        }
    }
    for file in &format.files {
        look(format_args!("file {}: `doc`", file.name), &file.doc, file.at, true);
    }
}

fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

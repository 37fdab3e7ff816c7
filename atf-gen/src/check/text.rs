//! Text for people is text: control characters and those that turn the direction of
//! reading would hide what generated code says.

use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::model::Format;
use crate::source::Span;

pub(super) fn check(format: &Format, diagnostics: &mut Diagnostics) {
    let mut look = |what: String, text: &str, at: Span, lines: bool| {
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
    look("[format]: `title`".to_owned(), &format.title, format.at, false);
    look("[format]: `doc`".to_owned(), &format.doc, format.at, true);
    for constant in &format.constants {
        look(format!("constant {}: `doc`", constant.name), &constant.doc, constant.at, true);
    }
    for declared in &format.enums {
        look(format!("enum {}: `doc`", declared.name), &declared.doc, declared.at, true);
        for value in &declared.values {
            look(
                format!("enum {}, value {}: `doc`", declared.name, value.name),
                &value.doc,
                value.at,
                true,
            );
        }
    }
    for declared in &format.flags {
        look(format!("flags {}: `doc`", declared.name), &declared.doc, declared.at, true);
        for bit in &declared.bits {
            look(
                format!("flags {}, bit {}: `doc`", declared.name, bit.name),
                &bit.doc,
                bit.at,
                true,
            );
        }
    }
    for record in &format.records {
        look(format!("record {}: `doc`", record.name), &record.doc, record.at, true);
        for field in &record.fields {
            let what = format!("record {}, field {}", record.name, field.name);
            look(format!("{what}: `doc`"), &field.doc, field.at, true);
            look(format!("{what}: `unit`"), field.unit.as_deref().unwrap_or(""), field.at, false);
            for list in &field.element_names {
                for name in &list.names {
                    look(format!("{what}: `element_names`"), name, list.at, false);
                }
            }
        }
        if let Some(tail) = &record.tail {
            let what = format!("record {}, field {}", record.name, tail.name);
            look(format!("{what}: `doc`"), &tail.doc, tail.at, true);
            look(format!("{what}: `unit`"), tail.unit.as_deref().unwrap_or(""), tail.at, false);
        }
    }
    for file in &format.files {
        look(format!("file {}: `doc`", file.name), &file.doc, file.at, true);
    }
}

fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

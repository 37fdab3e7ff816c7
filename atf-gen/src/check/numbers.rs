//! The numbers of an enum's values and of flags' bits are different, and there are some. What
//! was removed keeps its number.

use std::collections::HashMap;

use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::model::Format;
use crate::source::Span;

pub(super) fn check(format: &Format, diagnostics: &mut Diagnostics) {
    for declared in &format.enums {
        if declared.values.is_empty() {
            diagnostics.push(
                Diagnostic::new(
                    Code::Empty,
                    declared.at,
                    format!("enum {}: expected values, found none", declared.name),
                )
                .help("give at least one: values = [{ name = \"first\", value = 1 }]"),
            );
        }
        let mut numbered: Vec<(&str, u64, Span)> = declared
            .values
            .iter()
            .map(|value| (value.name.as_str(), value.value, value.value_at))
            .chain(declared.tombstones.iter().map(|t| (t.name.as_str(), t.number, t.number_at)))
            .collect();
        numbered.sort_by_key(|(_, _, at)| *at);
        let mut seen = HashMap::new();
        for (name, number, number_at) in numbered {
            if let Some((first, at)) = seen.get(&number) {
                diagnostics.push(
                    Diagnostic::new(
                        Code::DuplicateValue,
                        number_at,
                        format!(
                            "enum {}, value {}: expected a number of its own, found {}, which is {first}",
                            declared.name, name, number
                        ),
                    )
                    .second(*at, "first given here"),
                );
            } else {
                seen.insert(number, (name, number_at));
            }
        }
    }
    for declared in &format.flags {
        if declared.bits.is_empty() {
            diagnostics.push(
                Diagnostic::new(
                    Code::Empty,
                    declared.at,
                    format!("flags {}: expected bits, found none", declared.name),
                )
                .help("give at least one: bits = [{ name = \"first\", bit = 0 }]"),
            );
        }
        let mut numbered: Vec<(&str, u64, Span)> = declared
            .bits
            .iter()
            .map(|bit| (bit.name.as_str(), u64::from(bit.bit), bit.bit_at))
            .chain(declared.tombstones.iter().map(|t| (t.name.as_str(), t.number, t.number_at)))
            .collect();
        numbered.sort_by_key(|(_, _, at)| *at);
        let mut seen = HashMap::new();
        for (name, number, number_at) in numbered {
            if let Some((first, at)) = seen.get(&number) {
                diagnostics.push(
                    Diagnostic::new(
                        Code::DuplicateBit,
                        number_at,
                        format!(
                            "flags {}, bit {}: expected a bit of its own, found {}, which is {first}",
                            declared.name, name, number
                        ),
                    )
                    .second(*at, "first given here"),
                );
            } else {
                seen.insert(number, (name, number_at));
            }
        }
    }
}

//! The numbers of an enum's values and of flags' bits are different, and there are some.

use std::collections::HashMap;

use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::model::Format;

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
        let mut seen = HashMap::new();
        for value in &declared.values {
            if let Some((first, at)) = seen.get(&value.value) {
                diagnostics.push(
                    Diagnostic::new(
                        Code::DuplicateValue,
                        value.value_at,
                        format!(
                            "enum {}, value {}: expected a number of its own, found {}, which is {first}",
                            declared.name, value.name, value.value
                        ),
                    )
                    .second(*at, "first given here"),
                );
            } else {
                seen.insert(value.value, (&value.name, value.value_at));
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
        let mut seen = HashMap::new();
        for bit in &declared.bits {
            if let Some((first, at)) = seen.get(&bit.bit) {
                diagnostics.push(
                    Diagnostic::new(
                        Code::DuplicateBit,
                        bit.bit_at,
                        format!(
                            "flags {}, bit {}: expected a bit of its own, found {}, which is {first}",
                            declared.name, bit.name, bit.bit
                        ),
                    )
                    .second(*at, "first given here"),
                );
            } else {
                seen.insert(bit.bit, (&bit.name, bit.bit_at));
            }
        }
    }
}

//! Values of an enum and bits of flags are different numbers, and there is at least one.
//! Removed ones keep their number.

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
                .help("add at least one: values = [{ name = \"first\", value = 1 }]"),
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
                            "enum {}, value {}: expected an unused number, found {}, which is {first}",
                            declared.name, name, number
                        ),
                    )
                    .second(*at, "first used here")
                    .help(match diagnostics.is_long() {
                        true => "use a number that no other value has".to_owned(),
                        false => format!(
                            "use a number that no other value has, for example {}",
                            free(seen.keys().copied())
                        ),
                    }),
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
                .help("add at least one: bits = [{ name = \"first\", bit = 0 }]"),
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
                            "flags {}, bit {}: expected an unused bit, found {}, which is {first}",
                            declared.name, name, number
                        ),
                    )
                    .second(*at, "first used here")
                    .help(
                        match if diagnostics.is_long() { 0 } else { free(seen.keys().copied()) } {
                            0 => "use a bit that no other flag has".to_owned(),
                            bit if bit >= u64::from(declared.int.bytes) * 8 => {
                                "every bit is used: use a wider type".to_owned()
                            }
                            bit => format!("use a bit that no other flag has, for example {bit}"),
                        },
                    ),
                );
            } else {
                seen.insert(number, (name, number_at));
            }
        }
    }
}

/// The lowest number that is not taken.
fn free(taken: impl Iterator<Item = u64>) -> u64 {
    let mut taken: Vec<u64> = taken.collect();
    taken.sort_unstable();
    let lowest = taken.iter().zip(0..).find(|(taken, at)| **taken != *at).map(|(_, at)| at);
    lowest.unwrap_or(taken.len() as u64)
}

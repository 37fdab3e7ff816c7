//! The named values of enums.

use std::fmt::Write as _;

use super::names::Names;
use super::{docs, yaml};
use crate::model::{EnumId, Format};

/// The section `enums` with those of `used` that have a value which Kaitai can hold.
pub(super) fn emit(format: &Format, names: &Names, used: &[EnumId], out: &mut String) {
    let usable: Vec<EnumId> = used.iter().copied().filter(|id| has_values(names, *id)).collect();
    if usable.is_empty() {
        return;
    }
    out.push_str("enums:\n");
    for id in usable {
        let declared = &format.enums[id];
        let openness = if declared.open {
            "Open: an unknown number is kept."
        } else {
            "Closed: an unknown number is an error."
        };
        let about = docs::named(&declared.doc, &declared.evolution);
        let about = if about.is_empty() { String::new() } else { format!("{about}\n") };
        out.push_str(&yaml::comment(2, &format!("{}: {about}{openness}", declared.name)));
        for (value, name) in declared.values.iter().zip(&names.values[id]) {
            if name.is_none() {
                let note = format!("{}, {}, is too large for Kaitai.", value.name, value.value);
                out.push_str(&yaml::comment(2, &note));
            }
        }
        for value in &declared.tombstones {
            let about = docs::named(&value.doc, &value.evolution);
            out.push_str(&yaml::comment(
                2,
                &format!("{} was {}: {about}", value.number, value.name),
            ));
        }
        let _ = writeln!(out, "  {}:", yaml::name(&names.enums[id]));
        for (value, name) in declared.values.iter().zip(&names.values[id]) {
            let Some(name) = name else { continue };
            // As text: a parser that holds numbers as floats would lose the last digits.
            let key = if value.value < 1 << 53 {
                value.value.to_string()
            } else {
                yaml::quoted(&value.value.to_string())
            };
            let _ = writeln!(out, "    {key}:\n      id: {}", yaml::name(name));
            if *name != value.name {
                let _ = writeln!(out, "      -orig-id: {}", yaml::name(&value.name));
            }
            out.push_str(&yaml::text(6, "doc", &docs::named(&value.doc, &value.evolution)));
        }
    }
}

/// Whether Kaitai can hold any value of the enum.
pub(super) fn has_values(names: &Names, id: EnumId) -> bool {
    names.values[id].iter().any(Option::is_some)
}

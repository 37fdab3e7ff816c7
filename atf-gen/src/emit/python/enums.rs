//! Enums and flags: `IntEnum` and `IntFlag`, with the schema's description of each value.

use std::fmt::Write as _;

use super::text;
use crate::emit::case;
use crate::model::{Enum, Flags, Format, Tombstone};

pub(super) fn enumeration(declared: &Enum) -> String {
    let openness = if declared.open {
        "Open: a number without a name is kept as a plain int."
    } else {
        "Closed: a number without a name is invalid."
    };
    let fallback = format!("Values of {}.", declared.name);
    let doc = if declared.doc.is_empty() { &fallback } else { &declared.doc };
    let history = text::history(&declared.evolution);
    let mut out = format!("class {}(_EnumNames):\n", declared.name);
    out.push_str(&text::docstring(&[doc, &history, openness], "    "));
    out.push('\n');
    for value in &declared.values {
        out.push_str(&text::comment(&text::about(&value.doc, &value.evolution), "    "));
        let _ = writeln!(out, "    {} = {}", case::upper(&value.name), value.value);
    }
    tombstones(&declared.tombstones, &mut out);
    out
}

pub(super) fn flags(format: &Format, declared: &Flags) -> String {
    let openness = if declared.open {
        "Open: a bit without a name is kept."
    } else {
        "Closed: a bit without a name is invalid."
    };
    let fallback = format!("Flags of {}.", declared.name);
    let doc = if declared.doc.is_empty() { &fallback } else { &declared.doc };
    let history = text::history(&declared.evolution);
    let mut out = format!("class {}(_FlagNames):\n", declared.name);
    out.push_str(&text::docstring(&[doc, &history, openness], "    "));
    out.push('\n');
    for bit in &declared.bits {
        let mut about = text::about(&bit.doc, &bit.evolution);
        if let Some(file) = bit.present {
            let fact = format!("Set when the file `{}` exists.", format.files[file].name);
            about = format!("{} {fact}", text::sentence(&about)).trim().to_owned();
        }
        out.push_str(&text::comment(&about, "    "));
        let _ = writeln!(out, "    {} = 0x{:x}", case::upper(&bit.name), bit.mask());
    }
    tombstones(&declared.tombstones, &mut out);
    out
}

/// Removed values are documented and not offered.
fn tombstones(tombstones: &[Tombstone], out: &mut String) {
    for gone in tombstones {
        let about = text::about(&gone.doc, &gone.evolution);
        let about = format!("{} (`{}`) is taken. {about}", gone.number, gone.name);
        out.push_str(&text::comment(&about, "    ").replace("#:", "#"));
    }
}

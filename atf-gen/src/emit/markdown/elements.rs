//! Named numbers: enums, flags and constants.

use std::fmt::Write as _;

use super::escape::{code, inline, paragraphs};
use super::{cell, file_link, heading, history};
use crate::emit::{place, value};
use crate::model::{Evolution, Format, Int, Tombstone, Type};

pub(super) fn enums(format: &Format) -> String {
    let mut out = section("section-enums", "Enums", format.enums.len());
    for declared in &format.enums {
        let anchor = place::anchor("enum", &declared.name);
        let kept = if declared.open {
            "open: an unknown value is kept and shown as a number"
        } else {
            "closed: an unknown value is an error"
        };
        out.push_str(&head(
            format,
            &anchor,
            &declared.name,
            declared.int,
            kept,
            &declared.doc,
            &declared.evolution,
        ));
        out.push_str("| value | hex | name | meaning |\n|---:|---:|---|---|\n");
        for value in &declared.values {
            let _ = writeln!(
                out,
                "| {} | {} | {} | {} |",
                value.value,
                hex(value.value, declared.int),
                code(&value.name),
                cell(&[inline(&value.doc), history(&value.evolution)])
            );
        }
        for gone in &declared.tombstones {
            let number = format!("{} | {}", gone.number, hex(gone.number, declared.int));
            out.push_str(&tombstone(&number, gone));
        }
    }
    out
}

pub(super) fn flags(format: &Format) -> String {
    let mut out = section("section-flags", "Flags", format.flags.len());
    for declared in &format.flags {
        let anchor = place::anchor("flags", &declared.name);
        let kept = if declared.open {
            "open: an unknown bit is kept"
        } else {
            "closed: an unknown bit is an error"
        };
        out.push_str(&head(
            format,
            &anchor,
            &declared.name,
            declared.int,
            kept,
            &declared.doc,
            &declared.evolution,
        ));
        out.push_str("| bit | mask | name | meaning |\n|---:|---:|---|---|\n");
        for bit in &declared.bits {
            let mut parts = vec![inline(&bit.doc)];
            if let Some(file) = bit.present {
                parts.push(format!("Set if {} exists.", file_link(format, file)));
            }
            if bit.must_understand {
                parts.push(crate::emit::history::MUST_UNDERSTAND.to_owned());
            }
            parts.push(history(&bit.evolution));
            let _ = writeln!(
                out,
                "| {} | {} | {} | {} |",
                bit.bit,
                hex(bit.mask(), declared.int),
                code(&bit.name),
                cell(&parts)
            );
        }
        for gone in &declared.tombstones {
            let mask = u32::try_from(gone.number).ok().and_then(|bit| 1_u64.checked_shl(bit));
            let number = format!("{} | {}", gone.number, hex(mask.unwrap_or(0), declared.int));
            out.push_str(&tombstone(&number, gone));
        }
    }
    out
}

pub(super) fn constants(format: &Format) -> String {
    let mut out = section("section-constants", "Constants", format.constants.len());
    if format.constants.is_empty() {
        return out;
    }
    out.push_str("\n| name | type | value | hex | meaning |\n|---|---|---:|---:|---|\n");
    for constant in &format.constants {
        let number = constant.value.number();
        let (decimal, in_hex) = match (&constant.ty, number) {
            (Type::Int(int), Some(number)) if !int.signed => {
                (number.to_string(), hex(number, *int))
            }
            _ => (value::text(format, &constant.ty, &constant.value), String::new()),
        };
        let _ = writeln!(
            out,
            "| {} | {} | {} | {in_hex} | {} |",
            code(&constant.name),
            code(&format.type_name(&constant.ty)),
            inline(&decimal),
            cell(&[inline(&constant.doc), history(&constant.evolution)])
        );
    }
    out
}

fn section(anchor: &str, title: &str, count: usize) -> String {
    if count == 0 {
        return String::new();
    }
    let mut out = heading(2, anchor, title);
    out.truncate(out.trim_end().len());
    out.push('\n');
    out
}

/// The row of a value or bit that was removed.
fn tombstone(number: &str, gone: &Tombstone) -> String {
    format!(
        "| {number} | ~~{}~~ | {} |\n",
        code(&gone.name),
        cell(&[
            inline(&gone.doc),
            history(&gone.evolution),
            "Name and number must not be reused.".to_owned()
        ])
    )
}

fn head(
    format: &Format,
    anchor: &str,
    name: &str,
    int: Int,
    kept: &str,
    doc: &str,
    evolution: &Evolution,
) -> String {
    let mut out = format!("\n{}", heading(3, anchor, name));
    if !doc.is_empty() {
        let _ = write!(out, "{}\n\n", paragraphs(doc));
    }
    let _ = write!(out, "{}, {kept}.", code(&format.type_name(&Type::Int(int))));
    let history = history(evolution);
    if !history.is_empty() {
        let _ = write!(out, " {history}");
    }
    out.push_str("\n\n");
    out
}

/// All digits of the number's type.
fn hex(value: u64, int: Int) -> String {
    format!("0x{value:0width$X}", width = usize::from(int.bytes) * 2)
}

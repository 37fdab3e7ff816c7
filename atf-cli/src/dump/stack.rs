//! A detail record as text: registers by name, the stack as a hex dump.

use std::io::{self, Write};

use atf_runtime::DetailEvent;
use atf_runtime::format::{Arch, DetailFunctionPayload, Field, Value};

use super::detail::function_bytes;
use crate::numbers::{count, hex_digits};
use crate::out::Out;
use crate::values::shown_fields;

/// Indentation of the lines of a detail record.
const INDENT: usize = 13;
const REGISTERS_PER_LINE: usize = 4;
const BYTES_PER_LINE: usize = 16;
/// An opaque payload may have gigabytes. jsonl and csv print all of it.
const MAX_OPAQUE_BYTES: usize = 256;

/// Writes the payload of a record, indented below the line of its event.
pub(super) fn put_detail(record: &DetailEvent<'_>, arch: Arch, out: &mut Out) -> io::Result<()> {
    let Some(function) = record.function() else {
        return put_opaque(record.payload, out);
    };
    let bytes = function_bytes(&function);
    let names = DetailFunctionPayload::x_regs_names(arch, record.header.event_type);
    let mut items = Vec::new();
    for field in shown_fields::<DetailFunctionPayload>() {
        match field.value(bytes) {
            Some(Value::List(elements)) => {
                items.extend(named_elements(field, names, elements));
            }
            Some(Value::Unsigned(number)) if field.unit.is_some() => {
                items.push(format!("{}={number}", field.name));
            }
            Some(Value::Unsigned(number)) => items.push(format!("{}={number:#x}", field.name)),
            _ => {}
        }
    }
    for line in items.chunks(REGISTERS_PER_LINE) {
        out.put_spaces(INDENT)?;
        writeln!(out, "{}", line.join(" "))?;
    }
    put_hex_dump(function.registers.sp.get(), function.stack, out)?;
    put_rest(function.rest, out)
}

/// Writes the bytes that a later revision added after the stack.
fn put_rest(rest: &[u8], out: &mut Out) -> io::Result<()> {
    if rest.is_empty() {
        return Ok(());
    }
    let shown = &rest[..rest.len().min(MAX_OPAQUE_BYTES)];
    out.put_spaces(INDENT)?;
    write!(out, "{} after the stack", count(rest.len() as u64, "byte"))?;
    if shown.len() < rest.len() {
        write!(out, ", the first {MAX_OPAQUE_BYTES}")?;
    }
    out.put(b":\n")?;
    put_hex_dump(0, shown, out)
}

/// The named registers, and unnamed ones that are not 0.
fn named_elements<'a>(
    field: &'static Field,
    names: &'static [&'static str],
    elements: impl Iterator<Item = Value<'a>>,
) -> impl Iterator<Item = String> {
    elements.enumerate().filter_map(move |(position, value)| {
        let Value::Unsigned(number) = value else { return None };
        match names.get(position) {
            Some(name) => Some(format!("{name}={number:#x}")),
            None if number != 0 => Some(format!("{}[{position}]={number:#x}", field.name)),
            None => None,
        }
    })
}

fn put_opaque(payload: &[u8], out: &mut Out) -> io::Result<()> {
    let shown = &payload[..payload.len().min(MAX_OPAQUE_BYTES)];
    out.put_spaces(INDENT)?;
    write!(out, "payload of {}", count(payload.len() as u64, "byte"))?;
    if shown.len() < payload.len() {
        write!(out, ", the first {MAX_OPAQUE_BYTES}")?;
    }
    out.put(if payload.is_empty() { b"\n" } else { b":\n" })?;
    put_hex_dump(0, shown, out)
}

/// Lines of 16 bytes: address, hexadecimal digits, printable characters. As in `hexdump`, a `*`
/// replaces lines that are equal to the one before.
fn put_hex_dump(address: u64, bytes: &[u8], out: &mut Out) -> io::Result<()> {
    let mut previous: &[u8] = &[];
    let mut is_repeating = false;
    for (line, chunk) in bytes.chunks(BYTES_PER_LINE).enumerate() {
        let was_repeating = std::mem::replace(&mut is_repeating, chunk == previous);
        previous = chunk;
        if !is_repeating {
            let at = address.wrapping_add((line * BYTES_PER_LINE) as u64);
            put_hex_line(at, chunk, out)?;
        } else if !was_repeating {
            out.put_spaces(INDENT)?;
            out.put(b"*\n")?;
        }
    }
    Ok(())
}

fn put_hex_line(address: u64, bytes: &[u8], out: &mut Out) -> io::Result<()> {
    out.put_spaces(INDENT)?;
    write!(out, "{address:#018x} ")?;
    for &byte in bytes {
        out.put(b" ")?;
        out.put(&hex_digits(byte))?;
    }
    out.put_spaces((BYTES_PER_LINE - bytes.len()) * 3)?;
    out.put(b"  |")?;
    for &byte in bytes {
        let is_printable = byte.is_ascii_graphic() || byte == b' ';
        out.put(&[if is_printable { byte } else { b'.' }])?;
    }
    out.put(b"|\n")
}

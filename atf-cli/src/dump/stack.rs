//! A detail record as text: registers by name, the stack as a hex dump.

use std::io::{self, Write};

use atf_runtime::DetailEvent;
use atf_runtime::format::{Arch, DetailFunctionPayload, Field, Value};

use super::column::Column;
use super::detail::function_bytes;
use crate::numbers::{self, count};
use crate::out::Out;
use crate::values::shown_fields;

/// Indentation of the lines of a detail record.
const INDENT: usize = 13;
const REGISTERS_PER_LINE: usize = 4;
const BYTES_PER_LINE: usize = 16;
/// An opaque payload may have gigabytes. jsonl and csv print all of it.
const MAX_OPAQUE_BYTES: usize = 256;

/// Prints detail records.
pub(super) struct Stack {
    fields: Vec<Shown>,
}

/// A field of the function payload.
struct Shown {
    field: &'static Field,
    column: Column,
    /// `name=`.
    key: Vec<u8>,
}

impl Stack {
    pub(super) fn new() -> Self {
        let shown = |field: &'static Field| Shown {
            field,
            column: Column::new(field),
            key: format!("{}=", field.name).into_bytes(),
        };
        Self { fields: shown_fields::<DetailFunctionPayload>().map(shown).collect() }
    }

    /// Writes the payload of a record, indented below the line of its event.
    pub(super) fn put(
        &self,
        record: &DetailEvent<'_>,
        arch: Arch,
        out: &mut Out,
    ) -> io::Result<()> {
        let Some(function) = record.function() else {
            return put_opaque(record.payload, out);
        };
        let bytes = function_bytes(&function);
        let names = DetailFunctionPayload::x_regs_names(arch, record.header.event_type);
        let mut items = Items(0);
        for Shown { field, column, key } in &self.fields {
            match column.value(bytes) {
                Value::List(elements) => put_elements(field, names, elements, &mut items, out)?,
                Value::Unsigned(number) => {
                    items.begin(out)?;
                    out.put(key)?;
                    if field.unit.is_some() {
                        out.put_u64(number)?;
                    } else {
                        out.put_hex_u64(number)?;
                    }
                }
                _ => {}
            }
        }
        if items.0 > 0 {
            out.put(b"\n")?;
        }
        put_hex_dump(function.registers.sp.get(), function.stack, out)?;
        put_rest(function.rest, out)
    }
}

/// Counts what is printed, four items on a line.
struct Items(usize);

impl Items {
    fn begin(&mut self, out: &mut Out) -> io::Result<()> {
        let is_first_of_line = self.0.is_multiple_of(REGISTERS_PER_LINE);
        self.0 += 1;
        match (self.0 > 1, is_first_of_line) {
            (false, _) => out.put_spaces(INDENT),
            (true, true) => {
                out.put(b"\n")?;
                out.put_spaces(INDENT)
            }
            (true, false) => out.put(b" "),
        }
    }
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

/// Writes the named registers, and unnamed ones that are not 0.
fn put_elements<'a>(
    field: &Field,
    names: &[&str],
    elements: impl Iterator<Item = Value<'a>>,
    items: &mut Items,
    out: &mut Out,
) -> io::Result<()> {
    for (position, value) in elements.enumerate() {
        let Value::Unsigned(number) = value else { continue };
        match names.get(position) {
            Some(name) => {
                items.begin(out)?;
                out.put(name.as_bytes())?;
                out.put(b"=")?;
            }
            None if number != 0 => {
                items.begin(out)?;
                write!(out, "{}[{position}]=", field.name)?;
            }
            None => continue,
        }
        out.put_hex_u64(number)?;
    }
    Ok(())
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

/// Where the digits of a line begin, and its characters.
const DIGITS_AT: usize = INDENT + "0x0123456789abcdef  ".len();
const CHARACTERS_AT: usize = DIGITS_AT + BYTES_PER_LINE * 3 - 1 + "  |".len();

fn put_hex_line(address: u64, bytes: &[u8], out: &mut Out) -> io::Result<()> {
    let mut line = [b' '; CHARACTERS_AT + BYTES_PER_LINE + "|\n".len()];
    line[INDENT..INDENT + 2].copy_from_slice(b"0x");
    numbers::put_hex(&address.to_be_bytes(), &mut line[INDENT + 2..INDENT + 18]);
    let mut digits = [0; BYTES_PER_LINE * 2];
    numbers::put_hex(bytes, &mut digits);
    line[CHARACTERS_AT - 1] = b'|';
    for (at, (&byte, digits)) in bytes.iter().zip(digits.as_chunks().0).enumerate() {
        let digits: &[u8; 2] = digits;
        line[DIGITS_AT + at * 3..DIGITS_AT + at * 3 + 2].copy_from_slice(digits);
        let is_printable = byte.is_ascii_graphic() || byte == b' ';
        line[CHARACTERS_AT + at] = if is_printable { byte } else { b'.' };
    }
    let end = CHARACTERS_AT + bytes.len();
    line[end..end + 2].copy_from_slice(b"|\n");
    out.put(&line[..end + 2])
}

//! Constants, enums and flags: all named numbers.

use super::evolution::{evolution, tombstone};
use super::{Names, doc, report_misfit, roles};
use crate::diagnostic::shorten;
use crate::diagnostic::{Code, Diagnostic, Diagnostics, nearest};
use crate::emit::case;
use crate::model::types::{PRIMITIVES, primitive};
use crate::model::{
    Constant, Enum, EnumValue, FileId, FlagBit, Flags, Format, Int, Type, Value, ValueSource, value,
};
use crate::parse::ast::{self, Word};

/// Used in place of a number that could not be read.
const WIDEST: Int = Int { signed: false, bytes: 8 };

pub(super) fn constant(
    format: &Format,
    names: &Names,
    constant: &ast::Constant,
    diagnostics: &mut Diagnostics,
) -> Constant {
    let what = format!("constant {}", shorten(&constant.name.value));
    let ty = primitive(&constant.ty.value);
    if ty.is_none() {
        diagnostics.push(
            Diagnostic::new(
                Code::UnknownType,
                constant.ty.span,
                format!(
                    "{what}: expected an integer or float type, found {}",
                    shorten(&constant.ty.value)
                ),
            )
            .help(suggest_type(&constant.ty.value, PRIMITIVES.iter().copied())),
        );
    }
    let mut is_known = ty.is_some() && !names.is_broken(format, &constant.value.value);
    // Ids are positions: a constant that failed keeps its place.
    let ty = ty.unwrap_or(Type::Int(WIDEST));
    let zero = Value { bytes: vec![0; format.size_of(&ty) as usize], from: ValueSource::Int(0) };
    let value = match is_known.then(|| value::encode(format, &constant.value.value, &ty)) {
        Some(Ok(value)) => value,
        Some(Err(misfit)) => {
            is_known = false;
            report_misfit(misfit, &format!("{what}: "), constant.value.span, diagnostics);
            zero
        }
        None => zero,
    };
    Constant {
        name: constant.name.value.clone(),
        ty,
        value,
        is_known,
        doc: doc(constant.doc.as_ref()),
        evolution: evolution(&constant.evolution, &what, diagnostics),
        at: constant.name.span,
        value_at: constant.value.span,
    }
}

/// A help line for a number that its type cannot hold.
fn fitting(int: Int, number: i128) -> String {
    let most = u64::MAX >> (64 - u32::from(int.bytes) * 8);
    match value::unsigned_for(number) {
        Some(ty) => format!("write a number from 0 to {most}, or type = \"{ty}\""),
        None => format!("write a number from 0 to {most}"),
    }
}

/// A help line for a type that is not there.
pub(super) fn suggest_type<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> String {
    if let Some(meant) = of_another_language(name) {
        return format!("did you mean `{meant}`?");
    }
    match nearest(name, known) {
        Some(meant) => format!("did you mean `{meant}`?"),
        None => format!(
            "primitive types: {}; all others are declared in the schema",
            PRIMITIVES.join(", ")
        ),
    }
}

/// The primitive type that is called so in C, or in other languages, on the usual machines.
fn of_another_language(name: &str) -> Option<&'static str> {
    Some(match name {
        "bool" | "byte" | "char" | "uchar" | "uint8" | "uint8_t" => "u8",
        "int8" | "int8_t" | "schar" => "i8",
        "uint16" | "uint16_t" | "ushort" | "word" | "char16_t" => "u16",
        "int16" | "int16_t" | "short" => "i16",
        "uint" | "unsigned" | "uint32" | "uint32_t" | "dword" | "char32_t" => "u32",
        "int" | "int32" | "int32_t" => "i32",
        "uint64" | "uint64_t" | "ulong" | "qword" | "size_t" | "usize" | "uintptr_t" => "u64",
        "int64" | "int64_t" | "long" | "isize" | "ssize_t" | "intptr_t" => "i64",
        "float" | "float32" => "f32",
        "double" | "float64" => "f64",
        _ => return None,
    })
}

fn unsigned(what: &str, ty: &Word, diagnostics: &mut Diagnostics) -> Int {
    let stand_in = match primitive(&ty.value) {
        Some(Type::Int(int)) if !int.signed => return int,
        // The width is what was meant, the sign is not.
        Some(Type::Int(int)) => Int { signed: false, ..int },
        _ => WIDEST,
    };
    diagnostics.push(
        Diagnostic::new(
            Code::UnknownType,
            ty.span,
            format!("{what}: expected u8, u16, u32 or u64, found {}", shorten(&ty.value)),
        )
        .help(match of_another_language(&ty.value).unwrap_or(&ty.value) {
            meant @ ("u8" | "u16" | "u32" | "u64") => format!("did you mean `{meant}`?"),
            meant => match primitive(meant) {
                Some(Type::Int(int)) => format!("write type = \"u{}\"", u32::from(int.bytes) * 8),
                _ => "write type = \"u8\", \"u16\", \"u32\" or \"u64\"".to_owned(),
            },
        }),
    );
    stand_in
}

fn c_prefix(given: Option<&Word>, prefix: &str, name: &str) -> String {
    given.map_or_else(|| case::prefixed(prefix, name), |word| word.value.clone())
}

pub(super) fn enumeration(ast: &ast::Enum, prefix: &str, diagnostics: &mut Diagnostics) -> Enum {
    let what = format!("enum {}", shorten(&ast.name.value));
    let int = unsigned(&what, &ast.ty, diagnostics);
    let mut values = Vec::with_capacity(ast.values.len());
    let mut tombstones = Vec::new();
    for value in &ast.values {
        let number = value.value.value;
        if !int.holds(number) {
            diagnostics.push(
                Diagnostic::new(
                    Code::ValueTooLarge,
                    value.value.span,
                    format!(
                        "{what}, value {}: expected a value that fits {}, found {number}",
                        shorten(&value.name.value),
                        shorten(&ast.ty.value),
                    ),
                )
                .second(ast.ty.span, "the type")
                .help(fitting(int, number)),
            );
        }
        let evolution = evolution(
            &value.evolution,
            &format!("{what}, value {}", shorten(&value.name.value)),
            diagnostics,
        );
        if evolution.removed.is_some() {
            tombstones.push(tombstone(&value.name, &value.value, value.doc.as_ref(), evolution));
            continue;
        }
        let detect = value.detect.as_ref();
        let rust = detect.and_then(|detect| detect.rust.as_ref());
        let c = detect.and_then(|detect| detect.c.as_ref());
        values.push(EnumValue {
            name: value.name.value.clone(),
            value: u64::try_from(number).unwrap_or(0),
            doc: doc(value.doc.as_ref()),
            detect_rust: rust.map(|word| word.value.clone()),
            detect_c: c.map(|word| word.value.clone()),
            evolution,
            at: value.name.span,
            value_at: value.value.span,
            detect_rust_at: rust.map_or(value.name.span, |word| word.span),
            detect_c_at: c.map_or(value.name.span, |word| word.span),
        });
    }
    Enum {
        name: ast.name.value.clone(),
        int,
        open: ast.open,
        c_prefix: c_prefix(ast.c_prefix.as_ref(), prefix, &ast.name.value),
        doc: doc(ast.doc.as_ref()),
        evolution: evolution(&ast.evolution, &what, diagnostics),
        values,
        tombstones,
        at: ast.name.span,
        c_prefix_at: ast.c_prefix.as_ref().map_or(ast.name.span, |word| word.span),
        type_at: ast.ty.span,
        open_at: ast.open_at.unwrap_or(ast.name.span),
    }
}

pub(super) fn flags(
    ast: &ast::Flags,
    names: &Names,
    prefix: &str,
    diagnostics: &mut Diagnostics,
) -> Flags {
    let what = format!("flags {}", shorten(&ast.name.value));
    let int = unsigned(&what, &ast.ty, diagnostics);
    let owner = what.clone();
    let mut bits = Vec::with_capacity(ast.bits.len());
    let mut tombstones = Vec::new();
    for bit in &ast.bits {
        let what = format!("{what}, bit {}", shorten(&bit.name.value));
        let width = i128::from(int.bytes) * 8;
        let number = bit.bit.value;
        if !(0..width).contains(&number) {
            diagnostics.push(
                Diagnostic::new(
                    Code::BitOutOfRange,
                    bit.bit.span,
                    format!("{what}: expected a bit from 0 to {}, found {number}", width - 1),
                )
                .second(ast.ty.span, "the type")
                .help(match number {
                    0..64 => format!("write a free bit from 0 to {}, or a wider type", width - 1),
                    _ => format!("write a free bit from 0, the lowest, to {}", width - 1),
                }),
            );
        }
        let evolution = evolution(&bit.evolution, &what, diagnostics);
        if evolution.removed.is_some() {
            tombstones.push(tombstone(&bit.name, &bit.bit, bit.doc.as_ref(), evolution));
            continue;
        }
        bits.push(FlagBit {
            name: bit.name.value.clone(),
            bit: u32::try_from(number).unwrap_or(u32::MAX),
            doc: doc(bit.doc.as_ref()),
            present: bit.role.as_ref().and_then(|role| present(role, &what, names, diagnostics)),
            must_understand: bit.must_understand,
            evolution,
            at: bit.name.span,
            bit_at: bit.bit.span,
        });
    }
    Flags {
        name: ast.name.value.clone(),
        int,
        open: ast.open,
        c_prefix: c_prefix(ast.c_prefix.as_ref(), prefix, &ast.name.value),
        doc: doc(ast.doc.as_ref()),
        evolution: evolution(&ast.evolution, &owner, diagnostics),
        bits,
        tombstones,
        at: ast.name.span,
        c_prefix_at: ast.c_prefix.as_ref().map_or(ast.name.span, |word| word.span),
        type_at: ast.ty.span,
        open_at: ast.open_at.unwrap_or(ast.name.span),
    }
}

fn present(
    role: &ast::Role,
    what: &str,
    names: &Names,
    diagnostics: &mut Diagnostics,
) -> Option<FileId> {
    if role.verb.value == "present" {
        return roles::file(&role.target, what, names, diagnostics);
    }
    diagnostics.push(
        Diagnostic::new(
            Code::RoleSyntax,
            role.verb.span,
            format!("{what}: expected the role `present` for a flag, found `{}`", role.verb.value),
        )
        .help("a flag can say that a file exists: role = { present = \"file\" }"),
    );
    None
}

//! Names that a target language uses unchanged are not reserved words there.

use std::collections::HashMap;

use super::{Kind, names};
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::emit::{python, rust};
use crate::model::Format;

/// The languages, in the order in which they are named, and their words.
const LANGUAGES: &[(&str, &[&str])] = &[
    ("Rust", rust::KEYWORDS),
    ("C", C),
    ("C (a type used by the header)", C_TYPES),
    ("C (a macro of compilers or of common headers)", C_MACROS),
    ("C++", CPP),
    ("Python", python::KEYWORDS),
];
const C: &[&str] = &[
    "FILE", "auto", "bool", "break", "case", "char", "const", "continue", "default", "do",
    "double", "else", "enum", "extern", "float", "for", "goto", "if", "inline", "int", "long",
    "register", "restrict", "return", "short", "signed", "sizeof", "static", "struct", "switch",
    "typedef", "typeof", "union", "unsigned", "void", "volatile", "while", "NULL", "EOF", "asm",
];
/// Types of `stdint.h`. In C++ a member with such a name hides the type from the following members.
const C_TYPES: &[&str] = &[
    "int16_t", "int32_t", "int64_t", "int8_t", "size_t", "uint16_t", "uint32_t", "uint64_t",
    "uint8_t",
];
/// Macros without arguments that programs get without asking: a field with such a name would become
/// a number or a type. They are macros
/// - that compilers define unless told to keep to the standard (GCC, Clang and MinGW with
///   `-std=gnu11`, by operating system and processor),
/// - of headers that most programs include, on Windows (`windows.h`, `rpcndr.h`) and elsewhere
///   (`errno.h`, `sys/stat.h`, `complex.h`).
///
/// Macros with arguments (`min`, `max` of `windows.h`, `major` of `sys/types.h`) are not among
/// them: they are expanded only before a parenthesis, where no field name is.
const C_MACROS: &[&str] = &[
    "CALLBACK",
    "CONST",
    "DELETE",
    "ERROR",
    "FALSE",
    "FAR",
    "I",
    "IN",
    "NEAR",
    "OPTIONAL",
    "OUT",
    "PASCAL",
    "PPC",
    "TRUE",
    "VOID",
    "WIN32",
    "WIN64",
    "WINAPI",
    "WINNT",
    "arm",
    "cdecl",
    "complex",
    "environ",
    "errno",
    "far",
    "hppa",
    "hpux",
    "huge",
    "hyper",
    "i386",
    "imaginary",
    "interface",
    "linux",
    "m68k",
    "mips",
    "near",
    "noreturn",
    "pascal",
    "s_addr",
    "sgi",
    "small",
    "sparc",
    "st_atime",
    "st_ctime",
    "st_mtime",
    "stderr",
    "stdin",
    "stdout",
    "sun",
    "unix",
    "vax",
];
const CPP: &[&str] = &[
    "alignas",
    "alignof",
    "and",
    "and_eq",
    "asm",
    "auto",
    "bitand",
    "bitor",
    "bool",
    "break",
    "case",
    "catch",
    "char",
    "char16_t",
    "char32_t",
    "char8_t",
    "class",
    "co_await",
    "co_return",
    "co_yield",
    "compl",
    "concept",
    "const",
    "const_cast",
    "consteval",
    "constexpr",
    "constinit",
    "continue",
    "decltype",
    "default",
    "delete",
    "do",
    "double",
    "dynamic_cast",
    "else",
    "enum",
    "explicit",
    "export",
    "extern",
    "false",
    "float",
    "for",
    "friend",
    "goto",
    "if",
    "inline",
    "int",
    "long",
    "mutable",
    "namespace",
    "new",
    "noexcept",
    "not",
    "not_eq",
    "nullptr",
    "operator",
    "or",
    "or_eq",
    "private",
    "protected",
    "public",
    "register",
    "reinterpret_cast",
    "requires",
    "return",
    "short",
    "signed",
    "sizeof",
    "static",
    "static_assert",
    "static_cast",
    "struct",
    "switch",
    "template",
    "this",
    "thread_local",
    "throw",
    "true",
    "try",
    "typedef",
    "typeid",
    "typename",
    "union",
    "unsigned",
    "using",
    "virtual",
    "void",
    "volatile",
    "wchar_t",
    "while",
    "xor",
    "xor_eq",
];
pub(super) fn check(format: &Format, diagnostics: &mut Diagnostics) {
    let mut languages_of: HashMap<&str, Vec<&str>> = HashMap::new();
    for (language, words) in LANGUAGES {
        for word in *words {
            languages_of.entry(word).or_default().push(language);
        }
    }
    for named in names(format) {
        // Values and constants reach every language in capitals or behind a prefix.
        if !matches!(named.kind, Kind::Type | Kind::Field) {
            continue;
        }
        let Some(languages) = languages_of.get(named.name) else { continue };
        diagnostics.push(
            Diagnostic::new(
                Code::ReservedWord,
                named.at,
                format!("{}: the name is a reserved word of {}", named.what, languages.join(", ")),
            )
            .help(if named.kind == Kind::Field {
                format!("write \"{}_value\", or another name", named.name)
            } else {
                format!("write \"{}Record\", or another name", named.name)
            }),
        );
    }
}

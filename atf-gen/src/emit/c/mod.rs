//! C: one header for C11 and C++17, packed by pragma, with asserts on the layout.

mod checksums;
mod comment;
mod helpers;
mod host;
mod names;
mod numbers;
mod records;
mod values;

pub(crate) use names::names;

use std::fmt::Write as _;

use crate::emit::case;
use crate::model::Format;

/// The header.
#[must_use]
pub fn text(format: &Format) -> String {
    let mut out = String::new();
    let guard = case::upper(&format.c.header.replace(['.', '-'], "_"));
    let prefix = &format.c.prefix;
    let _ = write!(
        out,
        "/* {mark} */\n#ifndef {guard}\n#define {guard}\n\n{about}\n\
         #if defined(__BYTE_ORDER__) && defined(__ORDER_LITTLE_ENDIAN__)\n\
         #if __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__\n\
         {refusal}\
         #endif\n\
         #elif defined(__BIG_ENDIAN__) || defined(__ARMEB__) || defined(__MIPSEB__) || defined(__sparc) || defined(__s390__)\n\
         {refusal}\
         #endif\n\n\
         #include <stddef.h>\n#include <stdint.h>\n#include <string.h>\n\n\
         #ifdef __cplusplus\n\
         #define {prefix}_STATIC_ASSERT(condition, message) static_assert(condition, message)\n\
         extern \"C\" {{\n\
         #else\n\
         #define {prefix}_STATIC_ASSERT(condition, message) _Static_assert(condition, message)\n\
         #endif\n\n\
         /* Beside the pragma, which every compiler has: by the attribute a compiler sees that a field may be unaligned\n   \
         where a program takes its address. */\n\
         #if defined(__GNUC__) || defined(__clang__)\n\
         #define {prefix}_PACKED __attribute__((packed))\n\
         #else\n\
         #define {prefix}_PACKED\n\
         #endif\n\n",
        mark = super::mark(&format.source_name),
        about = comment::block(&[&format.title, &format.doc]),
        // Before the includes, so that a cross compiler without a C library reports it too.
        refusal = format_args!(
            "#error \"{} is little-endian: these structs do not match its bytes on a big-endian machine\"\n",
            format.name
        ),
    );
    numbers::emit(format, &mut out);
    host::emit(format, &mut out);
    records::emit(format, &mut out);
    helpers::emit(format, &mut out);
    let _ =
        write!(out, "#ifdef __cplusplus\n}} /* extern \"C\" */\n#endif\n\n#endif /* {guard} */\n");
    out
}

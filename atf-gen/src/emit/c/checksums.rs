//! Functions that compute the checksums that records have of themselves.

use std::fmt::Write as _;

use super::{comment, names};
use crate::model::{Covered, Field, Format, Record};

/// The function that the others call, if there are others.
pub(super) fn function(format: &Format, out: &mut String) {
    if !format.has_own_checksums() {
        return;
    }
    out.push_str(&comment::block(&[
        "CRC-32 of IEEE 802.3 over the `length` bytes at `bytes`, continued from `sum`, which is 0 for the first. \
         `bytes` is not NULL.",
    ]));
    let _ = writeln!(
        out,
        "static inline uint32_t {}(uint32_t sum, const void *bytes, size_t length) {{\n    \
         const unsigned char *at = (const unsigned char *)bytes;\n    \
         sum = ~sum;\n    \
         for (; length != 0; length--, at++) {{\n        \
         int bit;\n        \
         sum ^= *at;\n        \
         for (bit = 0; bit < 8; bit++) {{\n            \
         sum = (sum & 1) != 0 ? sum >> 1 ^ 0xEDB88320u : sum >> 1;\n        \
         }}\n    }}\n    return ~sum;\n}}\n",
        names::crc32(format)
    );
}

/// What such a field should hold.
pub(super) fn computed(format: &Format, record: &Record, field: &Field, out: &mut String) {
    let (Some(covered), Some(role)) = (field.own_checksum(), &field.role) else { return };
    let crc32 = names::crc32(format);
    out.push_str(&comment::block(&[&format!(
        "What `{}` should hold: the {}. `record` is not NULL.",
        field.name,
        format.role_text(role.kind)
    )]));
    let (offset, end, size) = (field.offset, field.end(), record.size);
    let zeros = vec!["0"; usize::try_from(field.size).unwrap_or(1)].join(", ");
    let rest = match covered {
        Covered::Preceding => String::new(),
        _ => format!(
            "    sum = {crc32}(sum, zeros, sizeof(zeros));\n    \
             sum = {crc32}(sum, (const unsigned char *)record + {end}, {});\n",
            size.saturating_sub(end)
        ),
    };
    let declared = match covered {
        Covered::Preceding => String::new(),
        _ => format!("    static const unsigned char zeros[] = {{{zeros}}};\n"),
    };
    let _ = writeln!(
        out,
        "static inline uint32_t {}(const {} *record) {{\n{declared}    \
         uint32_t sum = {crc32}(0, record, {offset});\n{rest}    return sum;\n}}\n",
        names::computed(format, record, field),
        names::ty(format, record),
    );
}

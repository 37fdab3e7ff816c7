//! Checksums of the record that has them: what they should be.

use super::computed_function;
use super::docs::doc;
use crate::emit::template::fill;
use crate::model::{Covered, Field, Format};

const COMPUTED: &str = r#"
$docs
#[must_use]
pub fn $function(&self) -> u32 {
    $body
}
"#;

/// `computed_<field>`, of a checksum of its own record.
pub(super) fn computed(out: &mut String, format: &Format, field: &Field) {
    let (Some(covered), Some(role)) = (field.own_checksum(), &field.role) else { return };
    let docs =
        doc(&[&format!("What `{}` should hold: the {}.", field.name, format.role_text(role.kind))]);
    let name = &field.name;
    let body = match covered {
        Covered::Preceding => {
            format!("crc32(&::zerocopy::IntoBytes::as_bytes(self)[..{}])", field.offset)
        }
        _ => format!(
            "let mut record = *self;\nrecord.{name} = ::core::default::Default::default();\n\
             crc32(::zerocopy::IntoBytes::as_bytes(&record))"
        ),
    };
    let function = computed_function(&field.name);
    fill(out, COMPUTED, &[("docs", &docs), ("function", &function), ("body", &body)]);
}

const CRC32: &str = r#"
/// CRC-32 of IEEE 802.3, four bits at a time: records are short.
fn crc32(bytes: &[u8]) -> u32 {
    const TABLE: [u32; 16] = {
        let mut table = [0; 16];
        let mut at = 0;
        while at < 16 {
            let mut value = at as u32;
            let mut bit = 0;
            while bit < 4 {
                value = if value & 1 == 0 { value >> 1 } else { value >> 1 ^ 0xEDB8_8320 };
                bit += 1;
            }
            table[at] = value;
            at += 1;
        }
        table
    };
    let mut sum = !0;
    for byte in bytes {
        sum ^= u32::from(*byte);
        sum = sum >> 4 ^ TABLE[(sum & 15) as usize];
        sum = sum >> 4 ^ TABLE[(sum & 15) as usize];
    }
    !sum
}
"#;

/// The function that they all call, if there is one.
pub(super) fn function(out: &mut String, format: &Format) {
    if format.has_own_checksums() {
        out.push_str(CRC32);
    }
}

//! Whether an optional part of a record is present: functions for fields with a guard or a
//! sentinel, and for trailers.

use super::docs::doc;
use super::fields::const_value;
use super::{bit_const, byte_string, has_function};
use crate::emit::template::fill;
use crate::model::{Field, Format, RecordId, Type};

const HAS: &str = r#"
$docs
#[must_use]
pub fn $function(&self$argument) -> bool {
    $test
}
"#;

/// `has_<field>`, of a field that can be absent.
pub(super) fn has(out: &mut String, format: &Format, id: RecordId, field: &Field) {
    if !field.is_optional() {
        return;
    }
    let (mut tests, mut why) = (Vec::new(), Vec::new());
    let mut argument = String::new();
    if let Some(guard) = &field.guard
        && let Some((bit, flags)) = format.guard_bit(guard)
    {
        let owner = &format.records[guard.record];
        let holder = &owner.fields[guard.field].name;
        let (from, whose) = if guard.record == id {
            ("self", "")
        } else {
            argument = format!(", header: &{}", owner.name);
            ("header", "the header's ")
        };
        tests.push(format!("{from}.{holder}.contains({}::{})", flags.name, bit_const(&bit.name)));
        why.push(format!("{whose}`{holder}` has `{}`", bit.name));
    }
    if let Some(sentinel) = &field.sentinel {
        let name = &field.name;
        tests.push(match &field.ty {
            Type::Int(int) => {
                let get = if int.bytes == 1 { "" } else { ".get()" };
                format!("self.{name}{get} != {}", const_value(format, &field.ty, sentinel))
            }
            _ => {
                let none = byte_string(&sentinel.bytes);
                format!("::zerocopy::IntoBytes::as_bytes(&self.{name}) != {none}")
            }
        });
        let none = crate::emit::value::text(format, &field.ty, sentinel);
        why.push(format!("it is not `{none}`"));
    }
    let docs = doc(&[
        &format!("Whether `{}` holds a value.", field.name),
        &format!("It does when {}.", why.join(" and ")),
    ]);
    fill(
        out,
        HAS,
        &[
            ("docs", &docs),
            ("function", &has_function(&field.name)),
            ("argument", &argument),
            ("test", &tests.join("\n    && ")),
        ],
    );
}

const TRAILER: &str = r#"
$docs
#[must_use]
pub fn trailer(rest: &[u8]) -> ::core::option::Option<$trailer> {
    <$trailer as Record>::read_start(rest)
}
"#;

/// `trailer`, of a record that has one.
pub(super) fn trailer(out: &mut String, format: &Format, id: RecordId) {
    let record = &format.records[id];
    let (Some(trailer), Some(tail)) = (record.trailer, &record.tail) else { return };
    let trailer = &format.records[trailer].name;
    let docs = doc(&[
        &format!(
            "The {trailer} at the start of `rest`, the bytes that `split_tail` returns after `{}`.",
            tail.name
        ),
        "`None` if it is absent: `rest` ends before its first fields do. Fields after the end of\n\
         `rest` are as in a new record; further bytes were added by a later revision.",
    ]);
    fill(out, TRAILER, &[("docs", &docs), ("trailer", trailer)]);
}

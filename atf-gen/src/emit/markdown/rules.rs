//! General rules: how records are stored, and how a reader treats unknown values.

use super::escape::code;
use super::{either, heading};
use crate::model::Format;

pub(super) fn section(format: &Format) -> String {
    let mut rules = vec![
        "Numbers are little-endian. Signed integers are two's complement, floats are IEEE 754. `u32` is an unsigned integer of 32 bits, `i32` a signed integer, `f32` a float, and `[T; 4]` is four consecutive `T`.".to_owned(),
        "Records are packed: each field starts where the previous field ends. Offsets and sizes are in bytes, and offsets in a record are counted from its start.".to_owned(),
        "Reserved bytes are written as zero. A reader ignores them; a checker reports other values as damage or as data of a newer revision.".to_owned(),
    ];
    let reads: Vec<String> = format.reads.iter().map(u32::to_string).collect();
    rules.push(format!(
        "A reader accepts files of version {} and refuses all other versions. Writers write version {}.",
        either(&reads),
        format.version
    ));
    let names = |open: bool| -> Vec<String> {
        let enums = format.enums.iter().filter(|it| it.open == open).map(|it| code(&it.name));
        let flags = format.flags.iter().filter(|it| it.open == open).map(|it| code(&it.name));
        enums.chain(flags).collect()
    };
    if !names(true).is_empty() {
        rules.push(format!(
            "Open: {}. An unknown value or bit is kept and shown as a number; it is not an error.",
            names(true).join(", ")
        ));
    }
    if !names(false).is_empty() {
        rules.push(format!(
            "Closed: {}. An unknown value or bit is an error.",
            names(false).join(", ")
        ));
    }
    let fields = || format.records.iter().flat_map(|record| &record.fields);
    if fields().any(|field| field.constant.is_some()) {
        rules.push(
            "A field that is *always* a value must have this value: a reader refuses a file with another magic."
                .to_owned(),
        );
    }
    if fields().any(|field| field.role.is_some_and(|role| role.authoritative)) {
        rules.push(
            "If an *authoritative* field and another field with the same role differ, the authoritative field is right."
                .to_owned(),
        );
    }
    if format.records.iter().any(|record| record.tail.is_some()) {
        rules.push(
            "A counted tail follows the fields of a record. One of the fields is its length; it is not part of the record's size."
                .to_owned(),
        );
    }
    if fields().any(|field| field.evolution.since > 0) {
        rules.push(
            "Records of an earlier revision may end before fields that were added *since*. Such a field has its default, else its sentinel, else zero."
                .to_owned(),
        );
    }
    let mut out = heading(2, "section-rules", "Rules");
    for rule in rules {
        out.push_str(&format!("- {rule}\n"));
    }
    out
}

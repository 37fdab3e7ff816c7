//! What holds everywhere: how records lie, and what a reader does with what it does not know.

use super::escape::code;
use super::{either, heading};
use crate::model::Format;

pub(super) fn section(format: &Format) -> String {
    let mut rules = vec![
        "Numbers are little-endian; signed ones are two's complement, floats IEEE 754. `u32` is an unsigned integer of 32 bits, `i32` a signed one, `f32` a float, `[T; 4]` is four `T` one after the other.".to_owned(),
        "Records are packed: each field starts where the one before it ends, whatever its type. Offsets and sizes are bytes, and offsets in a record count from its start.".to_owned(),
        "Reserved bytes are written as zero. A reader ignores them; a checker reports what is not zero as damage or the work of a newer revision.".to_owned(),
    ];
    let reads: Vec<String> = format.reads.iter().map(u32::to_string).collect();
    rules.push(format!(
        "A reader accepts files of version {} and refuses all others. Writers write version {}.",
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
            "Open: {}. A value or bit without a name is kept and shown as a number; it is not an error.",
            names(true).join(", ")
        ));
    }
    if !names(false).is_empty() {
        rules.push(format!(
            "Closed: {}. A value or bit without a name is an error.",
            names(false).join(", ")
        ));
    }
    let fields = || format.records.iter().flat_map(|record| &record.fields);
    if fields().any(|field| field.constant.is_some()) {
        rules.push(
            "A field that is *always* a value holds no other: a reader refuses a file whose magic differs."
                .to_owned(),
        );
    }
    if fields().any(|field| field.role.is_some_and(|role| role.authoritative)) {
        rules.push(
            "An *authoritative* field is believed where another field that says the same says something else."
                .to_owned(),
        );
    }
    if format.records.iter().any(|record| record.tail.is_some()) {
        rules.push(
            "A counted tail stands behind a record's fields, as many bytes as one of them says; it is not part of the record's size."
                .to_owned(),
        );
    }
    if fields().any(|field| field.evolution.since > 0) {
        rules.push(
            "Data of an earlier revision may end a record before the fields that came *since*: such a field is its default, else its sentinel, else zero."
                .to_owned(),
        );
    }
    let mut out = heading(2, "section-rules", "Rules");
    for rule in rules {
        out.push_str(&format!("- {rule}\n"));
    }
    out
}

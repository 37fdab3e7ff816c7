//! Macros for the enum values of the host.

use std::fmt::Write as _;

use super::names;
use crate::model::Format;

pub(super) fn emit(format: &Format, out: &mut String) {
    for declared in &format.enums {
        let host = names::host(declared);
        let cases: Vec<(&str, String)> = declared
            .values
            .iter()
            .filter_map(|value| {
                Some((value.detect_c.as_deref()?, names::value(declared, &value.name)))
            })
            .collect();
        if cases.is_empty() {
            continue;
        }
        let _ = writeln!(
            out,
            "/* {host}: the {} of the target machine; not defined if the schema has none for it. */",
            declared.name
        );
        for (at, (condition, value)) in cases.iter().enumerate() {
            let directive = if at == 0 { "#if" } else { "#elif" };
            let _ = writeln!(out, "{directive} {condition}\n#define {host} {value}");
        }
        out.push_str("#endif\n\n");
    }
}

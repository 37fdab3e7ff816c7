//! Names of elements belong to an array, there are at most as many as elements, and at most
//! one list of names applies at a time.

use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::model::{ElementNames, Format, Type};

pub(super) fn check(format: &Format, diagnostics: &mut Diagnostics) {
    for record in &format.records {
        for field in &record.fields {
            if field.element_names.is_empty() {
                continue;
            }
            let what = format!("record {}, field {}: `element_names`", record.name, field.name);
            for (at, list) in field.element_names.iter().enumerate() {
                let mut fault = |message: String, help: &str| {
                    diagnostics.push(
                        Diagnostic::new(Code::ElementNames, list.at, format!("{what}: {message}"))
                            .second(field.type_at, "the type")
                            .help(help),
                    );
                };
                match &field.ty {
                    Type::Array(_, length) if list.names.len() as u64 > *length => fault(
                        format!(
                            "expected at most {length} names for {}, found {}",
                            format.type_name(&field.ty),
                            list.names.len()
                        ),
                        "leave names out, or make the array longer",
                    ),
                    Type::Array(..) => {}
                    _ if !field.type_is_known => {}
                    other => {
                        fault(
                            format!("expected an array, found {}", format.type_name(other)),
                            "only arrays have elements: remove `element_names`",
                        );
                        continue;
                    }
                }
                if list.names.is_empty() || list.names.iter().any(|name| name.trim().is_empty()) {
                    fault(
                        "expected names, found an empty string".to_owned(),
                        "name the first elements; elements without a name come last",
                    );
                }
                if list.is_complete && list.when.iter().any(|case| case.values.is_empty()) {
                    fault(
                        "expected values in the condition, found none".to_owned(),
                        "name a value: when = { Enum = \"value\" }",
                    );
                }
                if let Some(other) =
                    field.element_names[..at].iter().find(|other| overlap(list, other))
                {
                    diagnostics.push(
                        Diagnostic::new(
                            Code::ElementNames,
                            list.at,
                            format!("{what}: expected conditions that exclude each other, found two that can be true at once"),
                        )
                        .second(other.at, "the other")
                        .help("use different values of the enum in the two lists"),
                    );
                }
            }
        }
    }
}

/// Whether both lists can apply at once: no enum distinguishes them.
fn overlap(a: &ElementNames, b: &ElementNames) -> bool {
    a.is_complete
        && b.is_complete
        && !a.when.iter().any(|case| {
            b.when.iter().any(|other| {
                case.id == other.id && !case.values.iter().any(|value| other.values.contains(value))
            })
        })
}

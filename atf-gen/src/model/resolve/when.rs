//! Conditions: `{ Enum = "value" }` and `{ field = ["value", "other"] }`.

use super::Names;
use crate::diagnostic::shorten;
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::model::{EnumCase, EnumId, Format, RecordId, Type};
use crate::parse::ast::{Condition, Word};

/// Conditions whose keys are enums.
pub(super) fn by_enum_name(
    conditions: &[Condition],
    names: &Names,
    format: &Format,
    what: &str,
    diagnostics: &mut Diagnostics,
) -> Vec<EnumCase> {
    let mut cases = Vec::new();
    for condition in conditions {
        match names.enums.get(&condition.key.value) {
            Some(id) => {
                let values =
                    values(*id, &condition.values, format, what, Code::ElementNames, diagnostics);
                cases.push(EnumCase { id: *id, values });
            }
            None if names.dropped.contains(&condition.key.value) => {}
            None => {
                let known = format.enums.iter().map(|declared| declared.name.as_str());
                let help =
                    diagnostics.suggest(&condition.key.value, known, "declare it as an [[enum]]");
                diagnostics.push(
                    Diagnostic::new(
                        Code::ElementNames,
                        condition.key.span,
                        format!(
                            "{what}: expected an enum, found {}",
                            shorten(&condition.key.value)
                        ),
                    )
                    .help(help),
                );
            }
        }
    }
    cases
}

/// Conditions whose keys are fields of `record`, each of an enum's type.
pub(super) fn by_field_name(
    conditions: &[Condition],
    record: RecordId,
    format: &Format,
    what: &str,
    diagnostics: &mut Diagnostics,
) -> Vec<(usize, EnumCase)> {
    let mut cases = Vec::new();
    let owner = &format.records[record];
    for condition in conditions {
        let key = &condition.key;
        let Some(at) = owner.fields.iter().position(|field| field.name == key.value) else {
            let known = owner.fields.iter().map(|field| field.name.as_str());
            let help = diagnostics.suggest(&key.value, known, "declare the field");
            diagnostics.push(
                Diagnostic::new(
                    Code::Payload,
                    key.span,
                    format!(
                        "{what}: expected a field of {}, found {}",
                        owner.name,
                        shorten(&key.value)
                    ),
                )
                .help(help),
            );
            continue;
        };
        if !owner.fields[at].type_is_known {
            continue;
        }
        let Type::Enum(id) = owner.fields[at].ty else {
            diagnostics.push(
                Diagnostic::new(
                    Code::Payload,
                    key.span,
                    format!(
                        "{what}: expected a field whose type is an enum, found {}, which is {}",
                        key.value,
                        format.type_name(&owner.fields[at].ty)
                    ),
                )
                .second(owner.fields[at].type_at, "its type")
                .help("name a field whose type is an enum: its values select the payload"),
            );
            continue;
        };
        let values = values(id, &condition.values, format, what, Code::Payload, diagnostics);
        cases.push((at, EnumCase { id, values }));
    }
    cases
}

/// Whether everything that was written was found.
pub(super) fn is_complete<'a>(
    written: &[Condition],
    found: impl ExactSizeIterator<Item = &'a EnumCase>,
) -> bool {
    written.len() == found.len()
        && written
            .iter()
            .zip(found)
            .all(|(written, found)| written.values.len() == found.values.len())
}

fn values(
    id: EnumId,
    written: &[Word],
    format: &Format,
    what: &str,
    code: Code,
    diagnostics: &mut Diagnostics,
) -> Vec<usize> {
    let declared = &format.enums[id];
    let mut values = Vec::new();
    for word in written {
        match declared.values.iter().position(|value| value.name == word.value) {
            Some(at) => values.push(at),
            None => {
                let known = declared.values.iter().map(|value| value.name.as_str());
                let help = diagnostics.suggest(&word.value, known, "declare the value");
                diagnostics.push(
                    Diagnostic::new(
                        code,
                        word.span,
                        format!(
                            "{what}: expected a value of {}, found \"{}\"",
                            declared.name,
                            shorten(&word.value)
                        ),
                    )
                    .help(help),
                );
            }
        }
    }
    values
}

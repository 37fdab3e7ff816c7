//! Constants and defaults are at most the field's `max`; reserved fields are integers or
//! bytes.

use super::What;
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::model::{Format, Type, Value};

pub(super) fn check(format: &Format, diagnostics: &mut Diagnostics) {
    for record in &format.records {
        for field in &record.fields {
            let what = What::new("record", &record.name).inner("field", &field.name);
            if let Some(max) = field.max.as_ref().and_then(Value::number) {
                for (key, value) in [("const", &field.constant), ("default", &field.default)] {
                    if let Some(value) = value.as_ref().and_then(Value::number)
                        && value > max
                    {
                        diagnostics.push(
                            Diagnostic::new(
                                Code::Conflict,
                                field.at,
                                format!(
                                    "{what}: `{key}`: expected at most {max} (`max`), found {value}"
                                ),
                            )
                            .help(format!("write max = {value}, or a smaller {key}")),
                        );
                    }
                }
            }
            if field.reserved
                && field.type_is_known
                && !matches!(field.ty, Type::Int(_))
                && field.ty.byte_array().is_none()
            {
                diagnostics.push(
                    Diagnostic::new(
                        Code::TypeNotAllowed,
                        field.type_at,
                        format!(
                            "{what}: expected reserved bytes as an integer or [u8; N], found {}",
                            format.type_name(&field.ty)
                        ),
                    )
                    .help(format!("write type = \"[u8; {}]\"", field.size)),
                );
            }
        }
    }
}

//! Sign and floatness of primitive types: what a size cannot tell apart.

use atf_gen::model::{Field, Record, Type};
use syn::Type as Own;
use syn::spanned::Spanned;

use super::Schema;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Unsigned,
    Signed,
    Float,
}

impl Kind {
    const fn word(self) -> &'static str {
        match self {
            Self::Unsigned => "an unsigned integer",
            Self::Signed => "a signed integer",
            Self::Float => "a float",
        }
    }
}

/// Compares the kinds where both are known; a type of somebody's own is measured only.
pub(super) fn check(
    schema: &Schema,
    record: &Record,
    declared: &Field,
    own: &syn::Field,
) -> Result<(), syn::Error> {
    let (Some(expected), Some(found)) = (kind_of(&declared.ty), kind_of_own(&own.ty)) else {
        return Ok(());
    };
    if expected == found {
        return Ok(());
    }
    Err(syn::Error::new(
        own.ty.span(),
        format!(
            "record {}, field {}: expected {} ({}), found {} ({})",
            record.name,
            declared.name,
            schema.format.type_name(&declared.ty),
            expected.word(),
            found.word(),
            schema.place(declared.type_at)
        ),
    ))
}

fn kind_of(ty: &Type) -> Option<Kind> {
    match ty {
        Type::Int(int) if int.signed => Some(Kind::Signed),
        Type::Int(_) | Type::Enum(_) | Type::Flags(_) => Some(Kind::Unsigned),
        Type::Float(_) => Some(Kind::Float),
        Type::Array(element, _) => kind_of(element),
        Type::Record(_) => None,
    }
}

fn kind_of_own(ty: &Own) -> Option<Kind> {
    match ty {
        Own::Path(path) => {
            let name = path.path.segments.last()?.ident.to_string();
            match name.as_str() {
                "u8" | "u16" | "u32" | "u64" | "usize" | "U16" | "U32" | "U64" => {
                    Some(Kind::Unsigned)
                }
                "i8" | "i16" | "i32" | "i64" | "isize" | "I16" | "I32" | "I64" => {
                    Some(Kind::Signed)
                }
                "f32" | "f64" | "F32" | "F64" => Some(Kind::Float),
                _ => None,
            }
        }
        Own::Array(array) => kind_of_own(&array.elem),
        Own::Paren(inner) => kind_of_own(&inner.elem),
        Own::Group(inner) => kind_of_own(&inner.elem),
        _ => None,
    }
}

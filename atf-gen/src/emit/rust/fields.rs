//! A field's Rust type, its value in a fresh record, and its entry in the reflection.

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use super::consts::{float_literal, number_literal, sign};
use super::{bit_const, ident, native, size, value_const};
use crate::model::{Field, Format, Int, Type, Value, ValueSource};

/// The type that stands in the struct.
pub(super) fn rust_type(format: &Format, ty: &Type) -> TokenStream {
    match ty {
        Type::Int(int) if int.bytes == 1 => {
            let native = native(int.signed, 1);
            quote!(#native)
        }
        Type::Int(int) => {
            let name = ident(&format!(
                "{}{}",
                if int.signed { 'I' } else { 'U' },
                u32::from(int.bytes) * 8
            ));
            quote!(::zerocopy::little_endian::#name)
        }
        Type::Float(bytes) => {
            let name = ident(&format!("F{}", u32::from(*bytes) * 8));
            quote!(::zerocopy::little_endian::#name)
        }
        Type::Enum(id) => {
            let name = ident(&format.enums[*id].name);
            quote!(#name)
        }
        Type::Flags(id) => {
            let name = ident(&format.flags[*id].name);
            quote!(#name)
        }
        Type::Record(id) => {
            let name = ident(&format.records[*id].name);
            quote!(#name)
        }
        Type::Array(element, length) => {
            let element = rust_type(format, element);
            let length = size(*length);
            quote!([#element; #length])
        }
    }
}

/// The type of a constant field's constant: native for numbers and bytes, else as in the struct.
pub(super) fn const_type(format: &Format, ty: &Type) -> TokenStream {
    match ty {
        Type::Int(int) => {
            let native = native(int.signed, int.bytes);
            quote!(#native)
        }
        Type::Float(bytes) => {
            let native = ident(&format!("f{}", u32::from(*bytes) * 8));
            quote!(#native)
        }
        _ => rust_type(format, ty),
    }
}

/// `value` as an expression of that type.
pub(super) fn const_value(format: &Format, ty: &Type, value: &Value) -> TokenStream {
    match ty {
        Type::Int(int) => int_value(format, *int, value),
        Type::Float(bytes) => float_literal(*bytes, value),
        _ => expression(format, ty, Some(value)),
    }
}

fn int_value(format: &Format, int: Int, value: &Value) -> TokenStream {
    if let ValueSource::Constant(id) = value.from
        && format.constants[id].ty == Type::Int(int)
    {
        let name = ident(&format.constants[id].name);
        return quote!(#name);
    }
    number_literal(int, sign(int, value.number().unwrap_or(0)))
}

fn bytes(bytes: &[u8], from: &ValueSource) -> TokenStream {
    if let ValueSource::Text(_) = from {
        let literal = Literal::byte_string(bytes);
        return quote!(*#literal);
    }
    let bytes = bytes.iter().map(|byte| Literal::u8_unsuffixed(*byte));
    quote!([#(#bytes),*])
}

/// The field's value in a fresh record: constant, else default, else zero.
pub(super) fn initial(format: &Format, field: &Field) -> TokenStream {
    expression(format, &field.ty, field.constant.as_ref().or(field.default.as_ref()))
}

fn expression(format: &Format, ty: &Type, value: Option<&Value>) -> TokenStream {
    let stored = rust_type(format, ty);
    match (ty, value) {
        (Type::Int(int), value) => {
            let number = value.map_or_else(|| quote!(0), |value| int_value(format, *int, value));
            if int.bytes == 1 { number } else { quote!(#stored::new(#number)) }
        }
        (Type::Float(size), value) => {
            let zero = vec![0; usize::from(*size)];
            let bytes = value
                .map_or(&zero, |value| &value.bytes)
                .iter()
                .map(|b| Literal::u8_unsuffixed(*b));
            quote!(#stored::from_bytes([#(#bytes),*]))
        }
        (Type::Enum(id), Some(Value { from: ValueSource::Named(at), .. })) => {
            let name = ident(&value_const(&format.enums[*id].values[*at].name));
            quote!(#stored::#name)
        }
        (Type::Flags(id), Some(Value { from: ValueSource::Named(at), .. })) => {
            let name = ident(&bit_const(&format.flags[*id].bits[*at].name));
            quote!(#stored::#name)
        }
        (Type::Enum(_) | Type::Flags(_), value) => {
            let number = Literal::u64_unsuffixed(value.and_then(Value::number).unwrap_or(0));
            quote!(#stored::new(#number))
        }
        (Type::Record(_), _) => quote!(#stored::INIT),
        (Type::Array(element, _), Some(value)) if **element == Type::BYTE => {
            bytes(&value.bytes, &value.from)
        }
        (Type::Array(element, _), Some(value)) => {
            let step = usize::try_from(format.size_of(element)).unwrap_or(1).max(1);
            let items = value.bytes.chunks(step).map(|chunk| {
                let item = Value { bytes: chunk.to_vec(), from: ValueSource::List };
                expression(format, element, Some(&item))
            });
            quote!([#(#items),*])
        }
        (Type::Array(element, length), None) => {
            let element = expression(format, element, None);
            let length = size(*length);
            quote!([#element; #length])
        }
    }
}

/// The entry in the record's list of fields.
pub(super) fn reflection(format: &Format, field: &Field) -> TokenStream {
    let (name, type_name) = (&field.name, format.type_name(&field.ty));
    let doc = super::records::field_doc(field);
    let (offset, bytes) = (size(field.offset), size(field.size));
    let unit = option(field.unit.as_ref().map(|unit| quote!(#unit)));
    let reserved = field.reserved;
    let raw = |value: &Value| {
        let literal = Literal::byte_string(&value.bytes);
        quote!(#literal)
    };
    let constant = option(field.constant.as_ref().map(raw));
    let sentinel = option(field.sentinel.as_ref().map(raw));
    let max = option(field.max.as_ref().and_then(Value::number).map(|max| {
        let max = Literal::u64_unsuffixed(max);
        quote!(#max)
    }));
    let kind = kind(format, &field.ty);
    quote! {
        Field {
            name: #name,
            offset: #offset,
            size: #bytes,
            type_name: #type_name,
            doc: #doc,
            unit: #unit,
            reserved: #reserved,
            constant: #constant,
            sentinel: #sentinel,
            max: #max,
            kind: #kind,
        }
    }
}

pub(super) fn option(value: Option<TokenStream>) -> TokenStream {
    match value {
        Some(value) => quote!(::core::option::Option::Some(#value)),
        None => quote!(::core::option::Option::None),
    }
}

fn kind(format: &Format, ty: &Type) -> TokenStream {
    match ty {
        Type::Int(int) if int.signed => quote!(FieldKind::Signed),
        Type::Int(_) => quote!(FieldKind::Unsigned),
        Type::Float(_) => quote!(FieldKind::Float),
        Type::Enum(id) => {
            let name = ident(&format.enums[*id].name);
            quote!(FieldKind::Enum(#name::VALUES))
        }
        Type::Flags(id) => {
            let name = ident(&format.flags[*id].name);
            quote!(FieldKind::Flags(#name::VALUES))
        }
        Type::Record(id) => {
            let name = ident(&format.records[*id].name);
            quote!(FieldKind::Record(<#name as Record>::FIELDS))
        }
        Type::Array(..) if ty.byte_array().is_some() => quote!(FieldKind::Bytes),
        Type::Array(element, _) => {
            let bytes = size(format.size_of(element));
            let element = kind(format, element);
            quote!(FieldKind::Array { of: &#element, size: #bytes })
        }
    }
}

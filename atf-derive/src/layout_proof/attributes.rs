//! `#[atf(..)]` and `#[repr(..)]`.

use syn::{DeriveInput, LitStr};

/// What `#[atf(..)]` on the struct says.
pub(super) struct OfStruct {
    pub(super) schema: LitStr,
    pub(super) record: LitStr,
}

pub(super) fn of_struct(input: &DeriveInput) -> Result<OfStruct, syn::Error> {
    let (mut schema, mut record) = (None, None);
    for attribute in input.attrs.iter().filter(|attribute| attribute.path().is_ident("atf")) {
        attribute.parse_nested_meta(|meta| {
            let slot = if meta.path.is_ident("schema") {
                &mut schema
            } else if meta.path.is_ident("record") {
                &mut record
            } else {
                return Err(meta.error("expected `schema` or `record`"));
            };
            if slot.is_some() {
                return Err(meta.error("given twice"));
            }
            *slot = Some(meta.value()?.parse::<LitStr>()?);
            Ok(())
        })?;
    }
    let missing = |what: &str| {
        syn::Error::new(
            input.ident.span(),
            format!(
                "expected `{what}`, found none: #[atf(schema = \"path.toml\", record = \"Name\")]"
            ),
        )
    };
    Ok(OfStruct {
        schema: schema.ok_or_else(|| missing("schema"))?,
        record: record.ok_or_else(|| missing("record"))?,
    })
}

/// The struct's fields must lie in the order in which they are written.
pub(super) fn repr_c(input: &DeriveInput) -> Result<(), syn::Error> {
    let mut found = false;
    for attribute in input.attrs.iter().filter(|attribute| attribute.path().is_ident("repr")) {
        attribute.parse_nested_meta(|meta| {
            found |= meta.path.is_ident("C");
            // `packed(1)` and `align(8)` have an argument; the layout itself is measured later.
            if meta.input.peek(syn::token::Paren) {
                let content;
                syn::parenthesized!(content in meta.input);
                content.parse::<syn::LitInt>()?;
            }
            Ok(())
        })?;
    }
    if found {
        return Ok(());
    }
    Err(syn::Error::new(
        input.ident.span(),
        format!(
            "struct {}: expected #[repr(C)] or #[repr(C, packed)], found neither: without it the compiler may reorder the fields",
            input.ident
        ),
    ))
}

/// What the schema calls the field: its own name, or what `#[atf(field = "..")]` says.
pub(super) fn name_in_schema(field: &syn::Field) -> Result<String, syn::Error> {
    let mut name = field.ident.as_ref().map(ToString::to_string).unwrap_or_default();
    for attribute in field.attrs.iter().filter(|attribute| attribute.path().is_ident("atf")) {
        attribute.parse_nested_meta(|meta| {
            if !meta.path.is_ident("field") {
                return Err(meta.error("expected `field`"));
            }
            name = meta.value()?.parse::<LitStr>()?.value();
            Ok(())
        })?;
    }
    Ok(name.strip_prefix("r#").map_or(name.clone(), ToOwned::to_owned))
}

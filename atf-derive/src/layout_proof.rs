//! The derive macro: compares names; the compiler compares sizes and offsets.
//!
//! Errors are reported at the wrong field, with the expected and the found value. A field that
//! moved only because an earlier field is wrong is not reported.

mod asserts;
mod attributes;
mod kinds;

use atf_gen::diagnostic::nearest;
use atf_gen::model::{Field, Format, Record};
use proc_macro2::TokenStream;
use quote::quote;
use syn::spanned::Spanned;
use syn::{Data, DeriveInput, Fields};

use crate::locate::{self, Schema};

/// A field of the schema and the struct's field for it.
struct Pair<'a> {
    declared: &'a Field,
    own: &'a syn::Field,
}

pub(crate) fn expand(input: &DeriveInput) -> Result<TokenStream, syn::Error> {
    let wanted = attributes::of_struct(input)?;
    let schema = locate::load(&wanted.schema)?;
    let record = find(&schema.format, &wanted.record)?;
    let mut errors: Option<syn::Error> = None;
    let mut report = |error: syn::Error| match &mut errors {
        Some(first) => first.combine(error),
        None => errors = Some(error),
    };
    if let Err(error) = attributes::repr_c(input) {
        report(error);
    }
    if !input.generics.params.is_empty() {
        report(syn::Error::new(
            input.generics.span(),
            format!("record {}: expected a struct without parameters, found some", record.name),
        ));
    }
    let fields = match &input.data {
        Data::Struct(data) => match &data.fields {
            Fields::Named(fields) => Some(&fields.named),
            Fields::Unnamed(_) | Fields::Unit => None,
        },
        Data::Enum(_) | Data::Union(_) => None,
    };
    let Some(fields) = fields else {
        report(syn::Error::new(
            input.ident.span(),
            format!("record {}: expected a struct with named fields, found none", record.name),
        ));
        return Err(errors.expect("reported on the line above"));
    };
    let mut pairs: Vec<Option<&syn::Field>> = vec![None; record.fields.len()];
    for own in fields {
        match attributes::name_in_schema(own).and_then(|name| claim(record, own, &name, &mut pairs))
        {
            Ok(()) => {}
            Err(error) => report(error),
        }
    }
    for error in out_of_order(record, fields, &pairs) {
        report(error);
    }
    let mut matched = Vec::new();
    for (declared, own) in record.fields.iter().zip(&pairs) {
        match own {
            Some(own) => {
                if let Err(error) = kinds::check(&schema, record, declared, own) {
                    report(error);
                }
                matched.push(Pair { declared, own });
            }
            None => report(syn::Error::new(
                input.ident.span(),
                format!(
                    "record {}, field {}: expected {} at offset {}, found no such field ({})",
                    record.name,
                    declared.name,
                    schema.format.type_name(&declared.ty),
                    declared.offset,
                    schema.place(declared.at)
                ),
            )),
        }
    }
    let rebuild = schema.rebuild();
    if let Some(errors) = errors {
        // The schema's bytes stay included, so that a corrected schema recompiles this.
        let errors = errors.into_compile_error();
        return Ok(quote! { #errors #rebuild });
    }
    let asserts = asserts::emit(&schema, record, &input.ident, &matched);
    Ok(quote! { #asserts #rebuild })
}

/// The fields that stand behind one which the schema has after them. `#[repr(C)]` keeps the order, so their
/// offsets are wrong; found by names, so that it is said in one run with the fields that are missing.
fn out_of_order(
    record: &Record,
    fields: &syn::punctuated::Punctuated<syn::Field, syn::Token![,]>,
    pairs: &[Option<&syn::Field>],
) -> Vec<syn::Error> {
    let position =
        |own: &syn::Field| pairs.iter().position(|pair| pair.is_some_and(|p| std::ptr::eq(p, own)));
    let mut furthest: Option<usize> = None;
    let mut errors = Vec::new();
    for (own, at) in fields.iter().filter_map(|own| Some((own, position(own)?))) {
        match furthest {
            Some(last) if at < last => {
                let (name, behind) = (&record.fields[at].name, &record.fields[last].name);
                errors.push(syn::Error::new(
                    own.ident.span(),
                    format!(
                        "record {}, field {name}: expected offset {}, found it behind {behind}, which is at {}: write the fields in order of offset",
                        record.name, record.fields[at].offset, record.fields[last].offset
                    ),
                ));
            }
            _ => furthest = Some(at),
        }
    }
    errors
}

fn find<'a>(format: &'a Format, name: &syn::LitStr) -> Result<&'a Record, syn::Error> {
    let wanted = name.value();
    if let Some(record) = format.records.iter().find(|record| record.name == wanted) {
        return Ok(record);
    }
    let names = || format.records.iter().map(|record| record.name.as_str());
    let hint = match nearest(&wanted, names()) {
        Some(meant) => format!("did you mean {meant}?"),
        None => format!("records: {}", names().collect::<Vec<_>>().join(", ")),
    };
    Err(syn::Error::new(
        name.span(),
        format!("schema {}: expected a record, found {wanted}: {hint}", format.source_name),
    ))
}

/// Records `own` as the schema's field `name`.
fn claim<'a>(
    record: &Record,
    own: &'a syn::Field,
    name: &str,
    pairs: &mut [Option<&'a syn::Field>],
) -> Result<(), syn::Error> {
    let is_called = |declared: &Field| declared.name == name || declared.member() == name;
    let Some(at) = record.fields.iter().position(is_called) else {
        let hint = if record.tail.as_ref().is_some_and(|tail| tail.name == name) {
            "it is a tail behind the record, of varying length: leave it out".to_owned()
        } else {
            match nearest(name, record.fields.iter().map(|declared| declared.name.as_str())) {
                Some(meant) => format!("did you mean {meant}? (or #[atf(field = \"{meant}\")])"),
                None => "the schema has no such field".to_owned(),
            }
        };
        return Err(syn::Error::new(
            own.ident.span(),
            format!("record {}: expected a field of the record, found {name}: {hint}", record.name),
        ));
    };
    if pairs[at].is_some() {
        return Err(syn::Error::new(
            own.ident.span(),
            format!(
                "record {}, field {name}: expected one field for it, found a second",
                record.name
            ),
        ));
    }
    pairs[at] = Some(own);
    Ok(())
}

impl Schema {
    /// `file:line:column` of a place.
    fn place(&self, at: atf_gen::source::Span) -> String {
        let position = self.source.position(at.start);
        format!("{}:{}:{}", self.source.name(), position.line, position.column)
    }
}

//! Files: what stands in which.

use proc_macro2::TokenStream;
use quote::quote;

use super::docs::doc;
use super::fields::option;
use super::ident;
use crate::emit::case;
use crate::model::{FooterAt, Format, Framing, RecordId};

pub(super) fn emit(format: &Format) -> TokenStream {
    let names: Vec<_> = format
        .files
        .iter()
        .map(|file| ident(&format!("{}_FILE", case::upper(&file.name))))
        .collect();
    let files = format.files.iter().zip(&names).map(|(file, ident)| {
        let (name, path, text, optional) = (&file.name, &file.path, &file.doc, file.optional);
        let fallback = format!("The file `{}`.", file.name);
        let docs = doc(&[if text.is_empty() { &fallback } else { text }]);
        let record = |id: Option<RecordId>| {
            option(id.map(|id| {
                let name = &format.records[id].name;
                quote!(#name)
            }))
        };
        let (header, event, footer) =
            (record(file.header), record(file.event), record(file.footer));
        let framing = match file.framing {
            Framing::Fixed => quote!(Framing::Fixed),
            Framing::LengthPrefixed => quote!(Framing::LengthPrefixed),
        };
        let footer_at = match file.footer_at {
            FooterAt::Offset => quote!(FooterAt::Offset),
            FooterAt::End => quote!(FooterAt::End),
        };
        quote! {
            #docs
            pub const #ident: FileLayout = FileLayout {
                name: #name,
                path: #path,
                doc: #text,
                optional: #optional,
                header: #header,
                event: #event,
                footer: #footer,
                framing: #framing,
                footer_at: #footer_at,
            };
        }
    });
    quote! {
        #(#files)*
        /// Every file of the format.
        pub const FILES: &[FileLayout] = &[#(#names),*];
    }
}

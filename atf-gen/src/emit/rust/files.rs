//! Files and their records.

use super::docs::doc;
use super::fields::option;
use super::{list, string};
use crate::emit::template::fill;
use crate::emit::{case, history};
use crate::model::{FooterAt, Format, Framing, RecordId};

const FILE: &str = r#"
$docs
pub const $ident: FileLayout = FileLayout {
    name: $name,
    path: $path,
    doc: $doc,
    optional: $optional,
    header: $header,
    event: $event,
    footer: $footer,
    framing: Framing::$framing,
    footer_at: FooterAt::$at,
};
"#;

const FILES: &str = r#"
/// Every file of the format.
pub const FILES: &[FileLayout] = $files;
"#;

pub(super) fn emit(out: &mut String, format: &Format) {
    let mut names = Vec::with_capacity(format.files.len());
    for file in &format.files {
        let ident = format!("{}_FILE", case::upper(&file.name));
        let fallback = format!("The file `{}`.", file.name);
        let record =
            |id: Option<RecordId>| option(id.map(|id| string(&format.records[id].name)).as_deref());
        fill(
            out,
            FILE,
            &[
                (
                    "docs",
                    &doc(&[
                        if file.doc.is_empty() { &fallback } else { &file.doc },
                        &history::sentences(&file.evolution),
                    ]),
                ),
                ("ident", &ident),
                ("name", &string(&file.name)),
                ("path", &string(&file.path)),
                ("doc", &string(&file.doc)),
                ("optional", if file.optional { "true" } else { "false" }),
                ("header", &record(file.header)),
                ("event", &record(file.event)),
                ("footer", &record(file.footer)),
                (
                    "framing",
                    match file.framing {
                        Framing::Fixed => "Fixed",
                        Framing::LengthPrefixed => "LengthPrefixed",
                    },
                ),
                (
                    "at",
                    match file.footer_at {
                        FooterAt::Offset => "Offset",
                        FooterAt::End => "End",
                    },
                ),
            ],
        );
        names.push(ident);
    }
    fill(out, FILES, &[("files", &list("&[", &names, "]", 0, 35))]);
}

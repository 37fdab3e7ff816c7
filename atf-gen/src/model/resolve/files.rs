//! Files and their records.

use super::evolution::evolution;
use super::{Names, doc, when};
use crate::diagnostic::shorten;
use crate::diagnostic::{Code, Diagnostic, Diagnostics, nearest};
use crate::model::{File, FooterAt, Format, Framing, Payload, RecordId};
use crate::parse::ast::{self, Word};

pub(super) fn files(
    schema: &ast::Schema,
    names: &Names,
    format: &mut Format,
    diagnostics: &mut Diagnostics,
) {
    for file in &schema.files {
        let what = format!("file {}", shorten(&file.name.value));
        let header = record(file.header.as_ref(), "header", &what, names, format, diagnostics);
        let event = record(file.event.as_ref(), "event", &what, names, format, diagnostics);
        let footer = record(file.footer.as_ref(), "footer", &what, names, format, diagnostics);
        let records_are_known = [&file.header, &file.event, &file.footer]
            .into_iter()
            .zip([header, event, footer])
            .all(|(written, found)| written.is_some() == found.is_some());
        let framing = match file.framing.as_ref() {
            None => Framing::Fixed,
            Some(word) => {
                let known = [Framing::Fixed, Framing::LengthPrefixed]
                    .map(|framing| (framing.word(), framing));
                choice(word, "framing", &known, &what, diagnostics).unwrap_or(Framing::Fixed)
            }
        };
        let footer_at = match file.footer_at.as_ref() {
            None => FooterAt::End,
            Some(word) => {
                let known = [FooterAt::Offset, FooterAt::End].map(|at| (at.word(), at));
                choice(word, "footer_at", &known, &what, diagnostics).unwrap_or(FooterAt::End)
            }
        };
        let mut payloads = Vec::new();
        for payload in &file.payloads {
            let what = format!("{what}, payload {}", shorten(&payload.record.value));
            let Some(id) =
                record(Some(&payload.record), "record", &what, names, format, diagnostics)
            else {
                continue;
            };
            let when = match event {
                Some(event) => {
                    when::by_field_name(&payload.when, event, format, &what, diagnostics)
                }
                None => Vec::new(),
            };
            let cases: Vec<_> = when.iter().map(|(_, case)| case).collect();
            let is_complete = when::is_complete(&payload.when, cases.into_iter());
            payloads.push(Payload { record: id, when, is_complete, at: payload.record.span });
        }
        let span = |word: Option<&Word>| word.map_or(file.name.span, |word| word.span);
        format.files.push(File {
            name: file.name.value.clone(),
            path: file.path.as_ref().map_or_else(String::new, |path| path.value.clone()),
            doc: doc(file.doc.as_ref()),
            evolution: evolution(&file.evolution, &what, diagnostics),
            optional: file.optional,
            header,
            event,
            footer,
            framing,
            footer_at,
            payloads,
            at: file.name.span,
            path_at: span(file.path.as_ref()),
            optional_at: file.optional_at.unwrap_or(file.name.span),
            sections_at: [&file.header, &file.event, &file.footer].map(|word| span(word.as_ref())),
            framing_at: span(file.framing.as_ref()),
            footer_at_at: span(file.footer_at.as_ref()),
            records_are_known,
        });
    }
}

fn record(
    name: Option<&Word>,
    key: &str,
    what: &str,
    names: &Names,
    format: &Format,
    diagnostics: &mut Diagnostics,
) -> Option<RecordId> {
    let name = name?;
    let found = names.records.get(&name.value).copied();
    if found.is_none() {
        let known = format.records.iter().map(|record| record.name.as_str());
        let help = diagnostics.suggest(&name.value, known, "declare it as a [[record]]");
        diagnostics.push(
            Diagnostic::new(
                Code::UnknownRecord,
                name.span,
                format!("{what}: `{key}`: expected a record, found {}", shorten(&name.value)),
            )
            .label("no record of this name")
            .help(help),
        );
    }
    found
}

fn choice<T: Copy>(
    word: &Word,
    key: &str,
    known: &[(&str, T)],
    what: &str,
    diagnostics: &mut Diagnostics,
) -> Option<T> {
    let found = known.iter().find(|(name, _)| *name == word.value).map(|(_, choice)| *choice);
    if found.is_none() {
        let words: Vec<String> = known.iter().map(|(name, _)| format!("\"{name}\"")).collect();
        let help = match nearest(&word.value, known.iter().map(|(name, _)| *name)) {
            Some(meant) => format!("did you mean \"{meant}\"?"),
            None => format!("write {key} = {}", words.join(&format!(" or {key} = "))),
        };
        diagnostics.push(
            Diagnostic::new(
                Code::UnknownWord,
                word.span,
                format!(
                    "{what}: `{key}`: expected {}, found \"{}\"",
                    words.join(" or "),
                    shorten(&word.value)
                ),
            )
            .help(help),
        );
    }
    found
}

//! Kaitai Struct: a specification per file of the format, which its compiler turns into readers
//! in a dozen languages. The input is the model, the output is the text of each `.ksy` file; the
//! command writes them.
//!
//! Each specification is self-contained, so that it can be opened in Kaitai's tools: its root is the
//! file, its types are the records of the file. Records that belong to no file get a specification
//! that has only types.

mod docs;
mod enums;
mod events;
mod files;
mod names;
mod records;
mod values;
mod words;
mod yaml;

use std::collections::HashSet;
use std::fmt::Write as _;

use crate::model::{EnumId, File, Format, Framing, RecordId, Type};
use names::Names;

/// A specification.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Specification {
    /// Its id, and the stem of its file's name, as Kaitai wants it.
    pub id: String,
    /// Content of the file.
    pub text: String,
}

/// The specifications of a format: one per file, and one for records that belong to no file.
#[must_use]
pub fn specifications(format: &Format) -> Vec<Specification> {
    let names = Names::new(format);
    let mut held = vec![false; format.records.len()];
    let mut all: Vec<Specification> = (0..format.files.len())
        .map(|id| {
            let file = &format.files[id];
            let mut parts = Parts::new(format);
            let payloads = file.payloads.iter().map(|payload| payload.record);
            for record in
                [file.header, file.event, file.footer].into_iter().flatten().chain(payloads)
            {
                parts.add_record(record);
            }
            for (held, part) in held.iter_mut().zip(&parts.records) {
                *held |= part;
            }
            let mut out = head(format, &names.roots[id], Some(file));
            files::emit(format, &names, id, &mut out);
            types(format, &names, Some(id), &parts, &mut out);
            Specification { id: names.roots[id].clone(), text: out }
        })
        .collect();
    let mut parts = Parts::new(format);
    for id in (0..format.records.len()).filter(|id| !held[*id]) {
        parts.add_record(id);
    }
    if parts.records.contains(&true) {
        let mut out = head(format, &names.loose_root, None);
        types(format, &names, None, &parts, &mut out);
        all.push(Specification { id: names.loose_root.clone(), text: out });
    }
    all
}

/// What a type can rely on at its place.
struct Place {
    /// The expression for the number of bytes that the file has of the record, if there is one,
    /// and the first field after which it can be evaluated.
    bound: Option<(String, usize)>,
    /// Whether the stream contains only the record.
    is_payload: bool,
    /// The record that is the file's header.
    header: Option<RecordId>,
}

/// First line, `meta` and `doc`.
fn head(format: &Format, id: &str, file: Option<&File>) -> String {
    let title = if format.title.is_empty() { &format.name } else { &format.title };
    let mark = super::mark(&format.source_name);
    let mut out = format!("# {mark}\nmeta:\n  id: {}\n", yaml::name(id));
    let what = file.map_or("records", |file| file.name.as_str());
    let _ = writeln!(out, "  title: {}", yaml::quoted(&format!("{title}: {what}")));
    if let Some(file) = file
        && let Some((_, extension)) = file.path.rsplit('/').next().unwrap_or("").rsplit_once('.')
        && !extension.is_empty()
    {
        let _ = writeln!(out, "  file-extension: {}", yaml::quoted(extension));
    }
    out.push_str("  endian: le\n  ks-version: \"0.11\"\n");
    let doc = file.map_or(String::new(), |file| docs::named(&file.doc, &file.evolution));
    out.push_str(&yaml::text(0, "doc", &format!("{}\n\n{doc}", format.doc.trim())));
    out
}

/// `types` and `enums`.
fn types(format: &Format, names: &Names, file: Option<usize>, parts: &Parts<'_>, out: &mut String) {
    out.push_str("types:\n");
    if let Some(id) = file {
        events::emit(format, names, id, out);
    }
    for id in (0..format.records.len()).filter(|id| parts.records[*id]) {
        records::emit(format, names, id, &place(format, names, file, id), out);
    }
    for ty in &parts.arrays {
        records::array(format, names, &names.arrays[&format.type_name(ty)], ty, out);
    }
    let used: Vec<EnumId> = (0..format.enums.len()).filter(|id| parts.enums[*id]).collect();
    enums::emit(format, names, &used, out);
}

fn place(format: &Format, names: &Names, file: Option<usize>, record: RecordId) -> Place {
    let Some(file) = file.map(|id| &format.files[id]) else {
        return Place { bound: None, is_payload: false, header: None };
    };
    let is_payload = file.payloads.iter().any(|payload| payload.record == record);
    let is_footer = file.footer == Some(record) && files::footer_takes_the_rest(format, file);
    let in_own_stream =
        is_payload || is_footer || (file.event == Some(record) && file.framing == Framing::Fixed);
    let bound = if in_own_stream {
        Some(("_io.size".to_owned(), 0))
    } else if file.header == Some(record) {
        files::offset_of_events(format, record).map(|at| {
            let (own, declared) = (&names.records[record], &format.records[record]);
            let offset = &own.fields[at];
            // Where it says nothing, the header is as long as it is declared.
            let bound = if declared.fields[at].is_optional() {
                format!("({} ? {offset} : {})", own.has[at], declared.size)
            } else {
                offset.clone()
            };
            (bound, at + 1)
        })
    } else {
        None
    };
    Place { bound, is_payload, header: file.header }
}

/// What a specification holds: records, enums, and arrays inside arrays.
struct Parts<'a> {
    format: &'a Format,
    records: Vec<bool>,
    enums: Vec<bool>,
    arrays: Vec<&'a Type>,
    /// The arrays as the schema writes them.
    written: HashSet<String>,
}

impl<'a> Parts<'a> {
    fn new(format: &'a Format) -> Self {
        Self {
            format,
            records: vec![false; format.records.len()],
            enums: vec![false; format.enums.len()],
            arrays: Vec::new(),
            written: HashSet::new(),
        }
    }

    /// Adds a record and all that it holds.
    fn add_record(&mut self, id: RecordId) {
        if std::mem::replace(&mut self.records[id], true) {
            return;
        }
        let format = self.format;
        for field in format.records[id].fields.iter().filter(|field| field.is_live()) {
            self.add(&field.ty);
        }
        if let Some(trailer) = format.records[id].trailer {
            self.add_record(trailer);
        }
    }

    fn add(&mut self, ty: &'a Type) {
        match ty {
            Type::Int(_) | Type::Float(_) | Type::Flags(_) => {}
            Type::Enum(id) => self.enums[*id] = true,
            Type::Record(id) => self.add_record(*id),
            Type::Array(element, _) => {
                let is_array = matches!(**element, Type::Array(..));
                if is_array
                    && element.byte_array().is_none()
                    && self.written.insert(self.format.type_name(element))
                {
                    self.arrays.push(element);
                }
                self.add(element);
            }
        }
    }
}

//! A file as the root of a specification: where its header, events and footer are.
//!
//! Events and footer are instances, read on access. An unfinalized file has no footer, and only
//! complete events are counted.

use std::fmt::Write as _;

use super::events::{self, counts, length, look_ahead};
use super::names::Names;
use super::{docs, values, yaml};
use crate::model::{
    Extent, Field, File, FileId, FooterAt, Format, Record, RecordId, RoleKind, Section,
};

/// Position of the header's field that says where the events start.
pub(super) fn offset_of_events(format: &Format, header: RecordId) -> Option<usize> {
    docs::role(format, header, |kind| kind == RoleKind::Offset(Section::Events)).map(|at| at.field)
}

/// Whether the footer's stream is everything from the footer's start.
pub(super) fn footer_takes_the_rest(format: &Format, file: &File) -> bool {
    file.footer_at == FooterAt::Offset
        && file.footer.is_some_and(|id| format.records[id].tail.is_none())
}

/// `seq` and `instances` of the file.
pub(super) fn emit(format: &Format, names: &Names, id: FileId, out: &mut String) {
    let file = &format.files[id];
    if let Some(header) = file.header {
        let _ =
            writeln!(out, "seq:\n  - id: header\n    type: {}", yaml::name(&names.types[header]));
    }
    let root = Root::new(format, names, id);
    let mut instances = String::new();
    if let Some(footer) = root.footer {
        root.footer(footer, &mut instances);
    }
    if let Some(event) = file.event {
        root.events(event, &mut instances);
    }
    if !instances.is_empty() {
        out.push_str("instances:\n");
        out.push_str(&instances);
    }
}

/// What the root's expressions are made of.
struct Root<'a> {
    format: &'a Format,
    names: &'a Names,
    id: FileId,
    file: &'a File,
    /// The footer, if its start is known.
    footer: Option<RecordId>,
    /// Bytes of the header.
    header_size: String,
    /// Fewest bytes that a header has in any revision.
    least_header: u64,
}

impl<'a> Root<'a> {
    fn new(format: &'a Format, names: &'a Names, id: FileId) -> Self {
        let file = &format.files[id];
        // Where a footer at the end of a file starts is known only with its length.
        let footer = file.footer.filter(|footer| {
            file.footer_at == FooterAt::Offset || format.records[*footer].tail.is_none()
        });
        let least_header = file.header.map_or(0, |header| core(&format.records[header]));
        let header_size = file.header.map_or("0".to_owned(), |header| {
            let record = &format.records[header];
            let tail = record.tail.as_ref().map(|tail| &names.records[header].fields[tail.count]);
            let tail = tail.map_or(String::new(), |count| format!(" + header.{count}"));
            format!("{}{tail}", record.size)
        });
        Self { format, names, id, file, footer, header_size, least_header }
    }

    /// A field with that role, as an expression: of the header, else of the footer.
    fn field(&self, wanted: impl Fn(RoleKind) -> bool + Copy) -> Option<(Section, String)> {
        let places = [(Section::Header, self.file.header), (Section::Footer, self.footer)];
        places.into_iter().find_map(|(section, record)| {
            let at = docs::role(self.format, record?, wanted)?;
            Some((section, self.path(section, at.record, at.field)))
        })
    }

    fn path(&self, section: Section, record: RecordId, field: usize) -> String {
        format!("{}.{}", section.word(), self.names.records[record].fields[field])
    }

    fn footer(&self, id: RecordId, out: &mut String) {
        let record = &self.format.records[id];
        let size = core(record);
        let at = match self.file.footer_at {
            FooterAt::Offset => {
                let header = self.file.header.and_then(|header| {
                    let at = docs::role(self.format, header, |kind| {
                        kind == RoleKind::Offset(Section::Footer)
                    })?;
                    Some(self.path(Section::Header, header, at.field))
                });
                header.unwrap_or_else(|| "_io.size".to_owned())
            }
            FooterAt::End => format!("_io.size - {size}"),
        };
        let base = self.least_header;
        instance(out, "ofs_footer", &at, "Offset of the footer, if there is one.");
        let fits = format!(
            "_io.size >= {} and ofs_footer >= {base} and ofs_footer <= _io.size - {size}",
            base.saturating_add(size)
        );
        let mark = record.fields.iter().find_map(|field| Some((field, mark(field)?)));
        let test = match &mark {
            Some((field, bytes)) => {
                let _ = write!(
                    out,
                    "  footer_mark:\n    pos: {}\n    size: {}\n    if: {}\n    doc: {}\n",
                    yaml::expression(&events::after("ofs_footer", field.offset)),
                    bytes.len(),
                    yaml::quoted(&fits),
                    yaml::quoted(&format!("The bytes at the place of {} of a footer.", field.name)),
                );
                format!("{fits} and footer_mark == {}", values::bytes(bytes))
            }
            // The footer has no mark: bytes after the header's end are not a footer unless they
            // are the rest of the file.
            None if self.file.footer_at == FooterAt::Offset && self.file.event.is_some() => {
                format!(
                    "{fits} and (ofs_footer > {base} or _io.size == {})",
                    base.saturating_add(size)
                )
            }
            None => fits,
        };
        instance(out, "has_footer", &test, "Whether the file is finalized and has its footer.");
        let rest =
            if footer_takes_the_rest(self.format, self.file) { "    size-eos: true\n" } else { "" };
        let _ = write!(
            out,
            "  footer:\n    pos: ofs_footer\n{rest}    type: {}\n    if: has_footer\n",
            yaml::name(&self.names.types[id])
        );
    }

    fn events(&self, event: RecordId, out: &mut String) {
        let start = match self.field(|kind| kind == RoleKind::Offset(Section::Events)) {
            Some((Section::Footer, field)) => {
                format!("has_footer ? {field} : {}", self.header_size)
            }
            Some((_, field)) => field,
            None => self.header_size.clone(),
        };
        instance(out, "ofs_events", &start, "Offset of the first event.");
        let end =
            if self.footer.is_some() { "has_footer ? ofs_footer : _io.size" } else { "_io.size" };
        instance(out, "end_events", end, "Upper limit of the end of the events.");
        let length = length(self.format, self.id);
        let ty = match &length {
            None => {
                let stride = match self.field(|kind| kind == RoleKind::Stride(Section::Events)) {
                    Some((Section::Footer, field)) => {
                        format!("has_footer ? {field} : {}", self.format.records[event].size)
                    }
                    Some((_, field)) => field,
                    None => self.format.records[event].size.to_string(),
                };
                instance(
                    out,
                    "len_event",
                    &stride,
                    "Distance from one event to the next in bytes.",
                );
                format!("    size: len_event\n    type: {}\n", yaml::name(&self.names.types[event]))
            }
            Some((event, length)) => {
                self.walk(*event, length, out);
                format!("    type: {}\n", yaml::name(&self.names.events[self.id]))
            }
        };
        instance(out, "num_events", &self.count(length.is_some()), "Number of events.");
        let _ = write!(
            out,
            "  events:\n    pos: ofs_events\n{ty}    repeat: expr\n    repeat-expr: num_events\n"
        );
    }

    /// The complete events from the first on, if no count is reliable.
    fn walk(&self, event: RecordId, length: &events::Length, out: &mut String) {
        out.push_str(&look_ahead(
            self.format,
            event,
            length,
            "ofs_events",
            "end_events",
            ("len_first", "has_first"),
            "  ",
        ));
        let _ = write!(
            out,
            "  complete_events:\n    pos: ofs_events\n    type: {}\n    repeat: until\n    repeat-until: {}\n    if: has_first\n    doc: {}\n",
            yaml::name(&self.names.events[self.id]),
            yaml::quoted("not _.has_next"),
            yaml::quoted("The complete events in order; absent if there is none."),
        );
    }

    /// Number of events: the authoritative field, else the size of the file.
    fn count(&self, varying: bool) -> String {
        let by_size = if varying {
            "has_first ? complete_events.size : 0"
        } else {
            "end_events > ofs_events ? (end_events - ofs_events) / len_event : 0"
        };
        let of = |section, record: Option<RecordId>| {
            let record = record?;
            let at = counts(self.format, record)?;
            let role = self.format.records[record].fields[at].role;
            Some((self.path(section, record, at), role.is_some_and(|role| role.authoritative)))
        };
        let header = of(Section::Header, self.file.header);
        let footer = of(Section::Footer, self.footer);
        let bytes = || {
            let footer = self.footer?;
            let section = RoleKind::Length(Extent::Section(Section::Events));
            let at = docs::role(self.format, footer, |kind| kind == section)?;
            Some(format!("{} / len_event", self.path(Section::Footer, footer, at.field)))
        };
        let told = match (header, footer) {
            (Some((header, true)), _) => Some(header),
            (_, Some((footer, _))) => Some(footer),
            (header, None) => {
                (if varying { None } else { bytes() }).or(header.map(|(path, _)| path))
            }
        };
        match told {
            None => by_size.to_owned(),
            Some(told) if self.footer.is_some() => format!("has_footer ? {told} : ({by_size})"),
            // Without a footer, only the header has the number.
            Some(told) => told,
        }
    }
}

/// Bytes of a record as the first release had it.
fn core(record: &Record) -> u64 {
    let old = record.fields.iter().filter(|field| field.evolution.since == 0);
    old.map(Field::end).max().unwrap_or(record.size)
}

/// The bytes that identify a record, if the field has them.
fn mark(field: &Field) -> Option<&[u8]> {
    let constant = field.constant.as_ref().filter(|value| !value.is_zero() && field.is_live())?;
    Some(&constant.bytes)
}

fn instance(out: &mut String, name: &str, value: &str, doc: &str) {
    let _ = write!(
        out,
        "  {name}:\n    value: {}\n    doc: {}\n",
        yaml::expression(value),
        yaml::quoted(doc)
    );
}

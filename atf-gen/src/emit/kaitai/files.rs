//! A file as the root of a specification: where its header, events and footer are.
//!
//! Events and footer are instances, read on access. An unfinalized file has no footer, and only
//! complete events are counted.

use std::fmt::Write as _;

use super::events::{self, length, look_ahead};
use super::names::Names;
use super::{docs, records, values, yaml};
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

    /// The field with that role in header or footer.
    fn says(&self, section: Section, wanted: impl Fn(RoleKind) -> bool) -> Option<Said> {
        let record = match section {
            Section::Header => self.file.header,
            _ => self.footer,
        }?;
        let at = docs::role(self.format, record, wanted)?;
        let place = super::place(self.format, self.names, Some(self.id), record);
        let has = records::has(self.format, self.names, record, at.field, &place);
        let field = &self.format.records[record].fields[at.field];
        let word = section.word();
        Some(Said {
            value: format!("{word}.{}", self.names.records[record].fields[at.field]),
            has: has.map(|has| format!("{word}.{has}")),
            authoritative: field.role.is_some_and(|role| role.authoritative),
        })
    }

    /// What the header says, else the footer, else `otherwise`.
    fn told(&self, wanted: impl Fn(RoleKind) -> bool + Copy, otherwise: &str) -> String {
        let header = self.says(Section::Header, wanted);
        if let Some(Said { value, has: None, .. }) = header {
            return value;
        }
        let mut told = otherwise.to_owned();
        if let Some(Said { value, has, .. }) = self.says(Section::Footer, wanted) {
            let tests = ["has_footer".to_owned()].into_iter().chain(has);
            told = choice(&tests.collect::<Vec<_>>().join(" and "), &value, &told);
        }
        header.map_or(told.clone(), |header| header.or(&told))
    }

    fn footer(&self, id: RecordId, out: &mut String) {
        let record = &self.format.records[id];
        let size = core(record);
        let at = match self.file.footer_at {
            FooterAt::Offset => {
                // A footer without a mark is not looked for.
                let otherwise = match record.fields.iter().find_map(mark) {
                    Some(_) => format!("_io.size - {size}"),
                    None => "_io.size".to_owned(),
                };
                self.says(Section::Header, |kind| kind == RoleKind::Offset(Section::Footer))
                    .map_or_else(|| "_io.size".to_owned(), |header| header.or(&otherwise))
            }
            FooterAt::End => format!("_io.size - {size}"),
        };
        let base = self.least_header;
        instance(out, "ofs_footer", &at, "Offset of the footer, if there is one.");
        let fits = format!(
            "_io.size >= {} and ofs_footer >= {base} and ofs_footer <= _io.size - {size}",
            base.saturating_add(size)
        );
        let marked = record.fields.iter().find_map(|field| Some((field, mark(field)?)));
        let test = match &marked {
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
        let start = self.told(|kind| kind == RoleKind::Offset(Section::Events), &self.header_size);
        instance(out, "ofs_events", &start, "Offset of the first event.");
        let end =
            if self.footer.is_some() { "has_footer ? ofs_footer : _io.size" } else { "_io.size" };
        instance(out, "end_events", end, "Upper limit of the end of the events.");
        let length = length(self.format, self.id);
        let ty = match &length {
            None => {
                let size = self.format.records[event].size.to_string();
                let stride = self.told(|kind| kind == RoleKind::Stride(Section::Events), &size);
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
        let counts = |kind| kind == RoleKind::Count(Section::Events);
        let header = self.says(Section::Header, counts);
        let footer = self.says(Section::Footer, counts);
        let extent = RoleKind::Length(Extent::Section(Section::Events));
        let bytes = self.says(Section::Footer, |kind| kind == extent).filter(|_| !varying);
        let bytes = bytes.map(|said| Said { value: format!("{} / len_event", said.value), ..said });
        // In the order in which they are believed; the first that holds a value decides.
        let is_first = header.as_ref().is_some_and(|header| header.authoritative);
        let told: Vec<Said> = if is_first {
            header.into_iter().chain(footer).chain(bytes).collect()
        } else {
            footer.into_iter().chain(bytes).chain(header).collect()
        };
        if told.is_empty() {
            return by_size.to_owned();
        }
        let always = told.iter().position(|said| said.has.is_none());
        let (last, others) = match always {
            Some(at) => (told[at].value.clone(), &told[..at]),
            None => (by_size.to_owned(), told.as_slice()),
        };
        let told = others.iter().rev().fold(last, |rest, said| said.or(&rest));
        match self.footer {
            Some(_) => format!("has_footer ? {} : ({by_size})", nested(&told)),
            // Without a footer, only the header has the number.
            None => told,
        }
    }
}

/// What a field of header or footer says of the file, as expressions.
struct Said {
    value: String,
    /// Whether it holds a value, if it can be without one.
    has: Option<String>,
    authoritative: bool,
}

impl Said {
    /// The value, else `otherwise`.
    fn or(&self, otherwise: &str) -> String {
        match &self.has {
            None => self.value.clone(),
            Some(has) => choice(has, &self.value, otherwise),
        }
    }
}

fn choice(test: &str, value: &str, otherwise: &str) -> String {
    format!("{test} ? {value} : {}", nested(otherwise))
}

/// An expression inside a choice.
fn nested(expression: &str) -> String {
    if expression.contains(" ? ") { format!("({expression})") } else { expression.to_owned() }
}

/// Bytes of a record as the first release had it.
fn core(record: &Record) -> u64 {
    let old = record.fields.iter().filter(|field| field.evolution.since == 0);
    old.map(Field::end).max().unwrap_or(record.size)
}

/// The bytes that identify a record, if the field has them.
fn mark(field: &Field) -> Option<&[u8]> {
    // A guard could say that it is not there.
    let is_always = field.is_live() && field.guard.is_none();
    let constant = field.constant.as_ref().filter(|value| !value.is_zero() && is_always)?;
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

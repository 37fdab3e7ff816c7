//! Locates header, events and footer of a file from the fields of header and footer, and
//! collects wrong values of these fields.

use std::io::{self, Read, Seek};

use super::identify::is_marked;
use super::input::Input;
use super::presence::{Held, holds_value};
use super::walk::{Step, Walk, Walker};
use super::{Options, number, value};
use crate::model::{
    Extent, File, FooterAt, Format, Framing, RecordId, RoleKind, Section, Statement,
};

/// A record at its place. It has fewer bytes than its size if the file ends within it.
#[derive(Clone, Debug)]
pub(super) struct Placed {
    pub(super) record: RecordId,
    pub(super) offset: u64,
    pub(super) bytes: Vec<u8>,
    /// Whether the file ends within it.
    pub(super) is_cut: bool,
}

impl Placed {
    pub(super) fn held(&self) -> Held<'_> {
        (self.record, &self.bytes)
    }
}

/// The events section.
#[derive(Clone, Debug)]
pub(super) struct Events {
    pub(super) record: RecordId,
    pub(super) start: u64,
    pub(super) end: u64,
    pub(super) walk: Walk,
}

/// Something about a field of the header or the footer.
#[derive(Clone, Debug)]
pub(super) struct Claim {
    pub(super) section: Section,
    pub(super) field: usize,
    pub(super) remark: Remark,
}

/// A remark on a field.
#[derive(Clone, Debug)]
pub(super) enum Remark {
    /// It does not fit the file.
    Wrong { expected: String, found: String },
    /// It is worth a remark.
    Note(String),
}

/// A problem of the file, and its place.
#[derive(Clone, Debug)]
pub(super) struct Fault {
    pub(super) region: &'static str,
    pub(super) at: u64,
    pub(super) expected: String,
    pub(super) found: String,
}

/// A file's parts.
#[derive(Clone, Debug)]
pub(super) struct Frame<'a> {
    pub(super) file: &'a File,
    pub(super) length: u64,
    pub(super) header: Option<Placed>,
    pub(super) events: Option<Events>,
    pub(super) footer: Option<Placed>,
    /// A missing footer.
    pub(super) fault: Option<Fault>,
    /// End of the last part; further bytes belong to no record.
    pub(super) end: u64,
    pub(super) claims: Vec<Claim>,
}

impl Frame<'_> {
    /// The record in `section`, if present.
    pub(super) fn placed(&self, section: Section) -> Option<&Placed> {
        match section {
            Section::Header => self.header.as_ref(),
            Section::Footer => self.footer.as_ref(),
            Section::Events => None,
        }
    }

    /// The header's record and bytes.
    pub(super) fn header(&self) -> Option<Held<'_>> {
        self.header.as_ref().map(Placed::held)
    }

    /// Removes statements of fields that hold no value.
    fn keep_present(&self, format: &Format, section: Section, statements: &mut Vec<Statement>) {
        let Some(placed) = self.placed(section) else { return };
        statements.retain(|it| {
            it.section != section || holds_value(format, it.field, placed.held(), self.header())
        });
    }

    /// Whether a footer that the file should have is missing.
    pub(super) fn is_unfinished(&self) -> bool {
        self.file.footer.is_some() && self.footer.is_none()
    }

    /// Adds a wrong value, unless the record is truncated; that is reported as such.
    fn wrong(&mut self, statement: &Statement, expected: String, found: u64) {
        if self.placed(statement.section).is_some_and(|placed| placed.is_cut) {
            return;
        }
        let remark = Remark::Wrong { expected, found: found.to_string() };
        self.claims.push(Claim { section: statement.section, field: statement.at, remark });
    }

    /// The number that the header, or the footer where it was found, says.
    fn number(&self, statements: &[Statement], section: Section, kind: RoleKind) -> Option<u64> {
        let statement = statements.iter().find(|it| it.section == section && it.kind == kind)?;
        number::unsigned(statement.field, &self.placed(section)?.bytes)
    }
}

/// Finds the parts of `file` in `input`.
pub(super) fn find<'a, R: Read + Seek>(
    format: &'a Format,
    file: &'a File,
    input: &mut Input<R>,
    options: &Options,
) -> io::Result<Frame<'a>> {
    let mut statements = format.statements(file);
    let length = input.length();
    let mut frame = Frame {
        file,
        length,
        header: None,
        events: None,
        footer: None,
        fault: None,
        end: 0,
        claims: Vec::new(),
    };
    if let Some(record) = file.header {
        frame.header = Some(placed(format, record, 0, input)?);
        frame.end = format.records[record].size.min(length);
    }
    frame.keep_present(format, Section::Header, &mut statements);
    let start = frame.events_start(format, &statements);
    frame.find_footer(format, &statements, start, input)?;
    frame.keep_present(format, Section::Footer, &mut statements);
    if let Some(record) = file.event {
        let end = frame.events_end(format, &statements, start);
        let step = frame.step(format, &statements, record);
        let header = frame.header();
        let walk =
            Walker { format, file, record, header, start, end, input, options }.walk(step)?;
        frame.events = Some(Events { record, start, end, walk });
        frame.end = end;
    }
    if let Some(footer) = &frame.footer {
        frame.end = footer.offset + footer.bytes.len() as u64;
    }
    Ok(frame)
}

fn placed<R: Read + Seek>(
    format: &Format,
    record: RecordId,
    offset: u64,
    input: &mut Input<R>,
) -> io::Result<Placed> {
    let size = format.records[record].size;
    let bytes = input.at(offset, size)?.to_vec();
    let is_cut = (bytes.len() as u64) < number::least(&format.records[record]);
    Ok(Placed { record, offset, bytes, is_cut })
}

impl Frame<'_> {
    /// Offset of the first event: the header's value if it is possible, else the end of the header.
    fn events_start(&mut self, format: &Format, statements: &[Statement]) -> u64 {
        let behind = self.file.header.map_or(0, |id| format.records[id].size);
        let kind = RoleKind::Offset(Section::Events);
        let statement =
            statements.iter().find(|it| it.section == Section::Header && it.kind == kind);
        let declared = self.number(statements, Section::Header, kind);
        let (Some(statement), Some(declared)) = (statement, declared) else {
            return behind.min(self.length);
        };
        let least = self.file.header.map_or(0, |id| number::least(&format.records[id]));
        if (least..=self.length).contains(&declared) {
            // The header of an earlier revision ended before fields that it has today.
            if let (Some(header), true) = (&mut self.header, declared < behind) {
                header.bytes.truncate(declared as usize);
                self.end = declared;
            }
            return declared;
        }
        let expected =
            format!("{least}, the end of the header, to {}, the end of the file", self.length);
        self.wrong(statement, expected, declared);
        behind.min(self.length)
    }

    /// Distance from one event to the next in bytes.
    fn step(&mut self, format: &Format, statements: &[Statement], event: RecordId) -> Step {
        if self.file.framing == Framing::LengthPrefixed {
            return Step::LengthPrefixed;
        }
        let size = format.records[event].size;
        let least = number::least(&format.records[event]);
        let kind = RoleKind::Stride(Section::Events);
        for section in [Section::Header, Section::Footer] {
            let statement = statements.iter().find(|it| it.section == section && it.kind == kind);
            let (Some(statement), Some(stride)) =
                (statement, self.number(statements, section, kind))
            else {
                continue;
            };
            if stride >= least {
                return Step::Fixed(stride);
            }
            self.wrong(statement, format!("at least {least}, the size of an event"), stride);
        }
        Step::Fixed(size)
    }

    /// Finds the footer where it should be, else where it could be.
    fn find_footer<R: Read + Seek>(
        &mut self,
        format: &Format,
        statements: &[Statement],
        start: u64,
        input: &mut Input<R>,
    ) -> io::Result<()> {
        let Some(record) = self.file.footer else { return Ok(()) };
        let size = format.records[record].size;
        let by_offset = statements.iter().find(|it| {
            it.section == Section::Header && it.kind == RoleKind::Offset(Section::Footer)
        });
        let at_end = self.length.checked_sub(size).filter(|at| *at >= start);
        let declared = match (self.file.footer_at, by_offset) {
            (FooterAt::Offset, Some(statement)) => self
                .header
                .as_ref()
                .and_then(|header| number::unsigned(statement.field, &header.bytes)),
            // The field is there, and says that it holds no value.
            (FooterAt::Offset, None) => None,
            _ => at_end,
        };
        // The footer of an earlier revision may be shorter.
        let least = number::least(&format.records[record]);
        let last = self.length.checked_sub(least).filter(|at| *at >= start);
        let fits = |at: u64| at >= start && last.is_some_and(|last| at <= last);
        // Other places that follow from what the header says.
        let length = RoleKind::Length(Extent::Section(Section::Events));
        let by_length = self.number(statements, Section::Header, length);
        let by_count = match (self.file.framing, self.file.event) {
            (Framing::Fixed, Some(event)) => {
                let stride = self
                    .number(statements, Section::Header, RoleKind::Stride(Section::Events))
                    .unwrap_or(format.records[event].size);
                let count =
                    self.number(statements, Section::Header, RoleKind::Count(Section::Events));
                count.and_then(|count| count.checked_mul(stride))
            }
            _ => None,
        };
        let by_extent: Vec<u64> =
            [by_length, by_count].into_iter().flatten().filter(|extent| *extent > 0).collect();
        let ends = by_extent.iter().filter_map(|extent| start.checked_add(*extent));
        let candidates: Vec<u64> = declared
            .into_iter()
            .chain(ends)
            .chain(at_end)
            .chain(last)
            .filter(|at| fits(*at))
            .collect();
        let mut found = None;
        for at in &candidates {
            match is_marked(format, record, input.at(*at, size)?, self.header()) {
                Some(true) => {
                    found = Some(*at);
                    break;
                }
                // The footer has no mark: use the declared offset.
                None if Some(*at) == declared => {
                    found = Some(*at);
                    break;
                }
                Some(false) | None => {}
            }
        }
        // A damaged footer still is one where two fields agree on its place, or where the file
        // ends with it as the header says.
        if found.is_none()
            && let Some(at) = declared.filter(|at| fits(*at))
        {
            let agreed = by_extent.iter().any(|extent| start.checked_add(*extent) == Some(at));
            let ends = self.file.footer_at == FooterAt::Offset && Some(at) == at_end && at > start;
            found = (agreed || ends).then_some(at);
        }
        let name = &format.records[record].name;
        match found {
            Some(at) => {
                self.footer = Some(placed(format, record, at, input)?);
                if let (Some(statement), Some(wrong)) =
                    (by_offset, declared.filter(|declared| *declared != at))
                    && self.file.footer_at == FooterAt::Offset
                {
                    self.wrong(statement, format!("{at}, where {name} was found"), wrong);
                }
            }
            None => {
                let here = declared.filter(|at| fits(*at));
                let header = self.header.as_ref().map(|it| it.bytes.as_slice());
                let is_initial = by_offset.is_some_and(|it| value::is_initial(it.field, header));
                let expected = match here {
                    Some(at) if !is_initial => format!("{name} at byte {at}"),
                    _ => format!("{name}, {}", value::bytes(size)),
                };
                let found = "none: the file is not finalized or is truncated".to_owned();
                self.fault = Some(Fault { region: "footer", at: self.length, expected, found });
                // A place outside of the file is an error of its own, not the mark of an unfinished file.
                if let (Some(statement), Some(wrong)) = (by_offset, declared)
                    && here.is_none()
                    && !is_initial
                {
                    let last = last.unwrap_or(start);
                    self.wrong(statement, format!("{start} to {last}"), wrong);
                }
            }
        }
        Ok(())
    }

    /// Where the events end: at the footer; without one where the header says, or with the file.
    fn events_end(&self, format: &Format, statements: &[Statement], start: u64) -> u64 {
        if let Some(footer) = &self.footer {
            return footer.offset;
        }
        if self.file.footer.is_some() {
            return self.length;
        }
        let length = RoleKind::Length(Extent::Section(Section::Events));
        let by_length = self.number(statements, Section::Header, length);
        let by_count = match (self.file.framing, self.file.event) {
            (Framing::Fixed, Some(event)) => self
                .number(statements, Section::Header, RoleKind::Count(Section::Events))
                .and_then(|count| {
                    let stride = self
                        .number(statements, Section::Header, RoleKind::Stride(Section::Events))
                        .unwrap_or(format.records[event].size)
                        .max(number::least(&format.records[event]));
                    count.checked_mul(stride)
                }),
            _ => None,
        };
        by_length
            .or(by_count)
            .and_then(|extent| start.checked_add(extent))
            .filter(|end| *end <= self.length)
            .unwrap_or(self.length)
    }
}

//! The parts of a file in order, as items: records, skipped parts, damage, and bytes outside
//! of all records.

use std::io::{self, Read, Seek};

use super::Options;
use super::frame::{Events, Frame, Placed, Remark};
use super::input::Input;
use super::item::{Item, Kind, Problem, Range, Summary};
use super::presence::{Held, holds_value};
use super::record::{self, Context};
use super::value;
use super::walk::{self, Place, Step};
use crate::model::{Format, Payload, RecordId, Section};

/// Gives `sink` what `frame` found.
pub(super) fn show<R: Read + Seek>(
    format: &Format,
    frame: &Frame,
    input: &mut Input<R>,
    options: &Options,
    sink: &mut dyn FnMut(Item) -> io::Result<()>,
) -> io::Result<Summary> {
    let summary = Summary {
        length: frame.length,
        events: frame.events.as_ref().and_then(|events| events.walk.count),
        ..Summary::default()
    };
    let header = frame.header.as_ref().map(|it| (it.record, it.bytes.as_slice()));
    let context = Context { format, header, event: None };
    let mut show = Show { context, frame, input, options, sink, summary };
    if let Some(header) = &frame.header {
        show.placed(Section::Header, header)?;
    }
    let behind = frame.header.as_ref().map_or(0, |it| it.bytes.len() as u64);
    if let Some(events) = &frame.events {
        show.unknown(
            behind,
            events.start,
            "between header and events: from a newer revision?",
            None,
        )?;
        show.events(events)?;
    }
    match (&frame.footer, &frame.fault) {
        (Some(footer), _) => {
            if frame.events.is_none() {
                show.unknown(behind, footer.offset, "not described by the schema", None)?;
            }
            show.placed(Section::Footer, footer)?;
        }
        (None, Some(fault)) => {
            show.problem(Problem {
                region: fault.region.to_owned(),
                at: fault.at,
                field: String::new(),
                expected: fault.expected.clone(),
                found: fault.found.clone(),
            })?;
        }
        (None, None) => {}
    }
    show.trailing()?;
    Ok(show.summary)
}

struct Show<'a, 'b, R> {
    context: Context<'a>,
    frame: &'a Frame<'a>,
    input: &'a mut Input<R>,
    options: &'a Options,
    sink: &'b mut dyn FnMut(Item) -> io::Result<()>,
    summary: Summary,
}

impl<R: Read + Seek> Show<'_, '_, R> {
    /// Passes on an item, unless it is before the requested part; problems are counted
    /// all the same.
    fn give(&mut self, item: Item) -> io::Result<()> {
        let end = match &item {
            Item::Region { end, .. } | Item::Skipped { end, .. } => *end,
            Item::Range(range) => {
                for problem in &range.problems {
                    self.summary.add(problem);
                }
                range.offset + range.length
            }
            Item::Problem(problem) => {
                self.summary.add(problem);
                u64::MAX
            }
        };
        if end > self.options.from || self.options.from == 0 { (self.sink)(item) } else { Ok(()) }
    }

    fn problem(&mut self, problem: Problem) -> io::Result<()> {
        self.give(Item::Problem(problem))
    }

    fn cut(&mut self, region: &str, at: u64, expected: u64, found: u64) -> io::Result<()> {
        self.problem(Problem {
            region: region.to_owned(),
            at,
            field: String::new(),
            expected: value::bytes(expected),
            found: format!("{found}, where the file ends"),
        })
    }

    /// Bytes in `start..end` that no record explains.
    fn unknown(
        &mut self,
        start: u64,
        end: u64,
        note: &str,
        problem: Option<Problem>,
    ) -> io::Result<()> {
        if start >= end {
            return Ok(());
        }
        let range = self.run(start, end, Kind::Unknown, note)?;
        self.give(Item::Range(Range { problems: problem.into_iter().collect(), ..range }))
    }

    /// A run of bytes without fields.
    fn run(&mut self, start: u64, end: u64, kind: Kind, note: &str) -> io::Result<Range> {
        let bytes = self.input.at(start, (end - start).min(Range::SHOWN as u64))?.to_vec();
        Ok(Range {
            offset: start,
            length: end - start,
            bytes,
            kind,
            record: String::new(),
            field: String::new(),
            value: value::bytes(end - start),
            note: note.to_owned(),
            meaning: String::new(),
            problems: Vec::new(),
        })
    }

    fn region(&mut self, name: &str, record: RecordId, start: u64, end: u64) -> io::Result<()> {
        let record = self.context.format.records[record].name.clone();
        self.give(Item::Region { name: name.to_owned(), record, start, end })
    }

    /// The header or the footer.
    fn placed(&mut self, section: Section, placed: &Placed) -> io::Result<()> {
        let size = self.context.format.records[placed.record].size;
        let found = placed.bytes.len() as u64;
        self.region(section.word(), placed.record, placed.offset, placed.offset + found)?;
        let remarks: Vec<(usize, Remark)> = self
            .frame
            .claims
            .iter()
            .filter(|claim| claim.section == section)
            .map(|claim| (claim.field, claim.remark.clone()))
            .collect();
        let ranges = record::ranges(
            &self.context,
            placed.record,
            section.word(),
            placed.offset,
            &placed.bytes,
            &remarks,
        );
        for range in ranges {
            self.give(Item::Range(range))?;
        }
        if placed.is_cut {
            self.cut(section.word(), placed.offset, size, found)?;
        }
        Ok(())
    }

    fn events(&mut self, events: &Events) -> io::Result<()> {
        let walk = &events.walk;
        let limit = if self.options.all { u64::MAX } else { self.options.limit };
        let first = match walk.from {
            Some(place) if self.options.from > 0 => place,
            Some(_) | None if self.options.from == 0 => Place { number: 0, offset: events.start },
            _ => walk.end,
        };
        let mut place = first;
        let mut shown = 0;
        while shown < limit && place.offset < walk.end.offset {
            let length = self.event(events, place)?;
            place = Place { number: place.number + 1, offset: place.offset + length };
            shown += 1;
        }
        // Some of the last, when something lies between.
        let lasts: Vec<Place> = if self.options.from == 0 && walk.count.is_some() {
            walk.lasts.iter().copied().filter(|last| last.number >= place.number).collect()
        } else {
            Vec::new()
        };
        let resumes = lasts.first().copied().unwrap_or(walk.end);
        if resumes.offset > place.offset || walk.count.is_none() {
            let (left, end) = match walk.count {
                Some(_) => (Some(resumes.number - place.number), resumes.offset),
                None => (None, events.end),
            };
            self.give(Item::Skipped { events: left, start: place.offset, end })?;
        }
        for last in lasts {
            self.event(events, last)?;
        }
        self.broken(events)
    }

    /// The bytes after the last complete event.
    fn broken(&mut self, events: &Events) -> io::Result<()> {
        let Some(broken) = &events.walk.broken else { return Ok(()) };
        let Place { number, offset } = events.walk.end;
        let size = self.context.format.records[events.record].size;
        let there = size.min(events.end - offset);
        let region = format!("event {number}");
        self.region(&region, events.record, offset, events.end)?;
        let bytes = self.input.at(offset, there)?.to_vec();
        let remarks: Vec<(usize, Remark)> = broken
            .field
            .map(|field| {
                let (expected, found) = (broken.expected.clone(), broken.found.clone());
                (field, Remark::Wrong { expected, found })
            })
            .into_iter()
            .collect();
        let context = self.context;
        for range in record::ranges(&context, events.record, &region, offset, &bytes, &remarks) {
            self.give(Item::Range(range))?;
        }
        if broken.field.is_none() {
            self.problem(Problem {
                region,
                at: offset,
                field: String::new(),
                expected: broken.expected.clone(),
                found: broken.found.clone(),
            })?;
        }
        self.unknown(offset + there, events.end, "the following events cannot be found", None)
    }

    /// One complete event; returns its length.
    fn event(&mut self, events: &Events, place: Place) -> io::Result<u64> {
        let format = self.context.format;
        let declared = &format.records[events.record];
        let room = events.end - place.offset;
        let mut bytes = self.input.at(place.offset, declared.size.min(room))?.to_vec();
        let length = match events.walk.step {
            Step::Fixed(stride) => stride,
            // It was complete when it was walked; a file that changed since then ends here.
            Step::LengthPrefixed => {
                walk::length(format, events.record, &bytes, room).unwrap_or(room).max(1)
            }
        };
        bytes.truncate(usize::try_from(length).unwrap_or(usize::MAX));
        let end = place.offset + length;
        let region = format!("event {}", place.number);
        self.region(&region, events.record, place.offset, end)?;
        let context = self.context;
        for range in record::ranges(&context, events.record, &region, place.offset, &bytes, &[]) {
            self.give(Item::Range(range))?;
        }
        let mut at = place.offset + bytes.len() as u64;
        match events.walk.step {
            Step::Fixed(_) => {
                self.unknown(at, end, "after the event: from a newer version?", None)?;
            }
            Step::LengthPrefixed => {
                at = self.tail(events.record, &region, at, end, &bytes)?;
                self.payload(events.record, place.number, at, end, &bytes)?;
            }
        }
        Ok(length)
    }

    /// The counted tail and the trailer of a record; returns their end.
    fn tail(
        &mut self,
        record: RecordId,
        region: &str,
        at: u64,
        end: u64,
        bytes: &[u8],
    ) -> io::Result<u64> {
        let declared = &self.context.format.records[record];
        let Some(tail) = &declared.tail else { return Ok(at) };
        let wanted = walk::tail(self.context.format, record, bytes);
        let there = wanted.min(end.saturating_sub(at));
        if there > 0 {
            let range = self.run(at, at + there, Kind::Tail, "")?;
            self.give(Item::Range(Range {
                record: declared.name.clone(),
                field: tail.name.clone(),
                meaning: tail.doc.clone(),
                ..range
            }))?;
        }
        if there < wanted {
            self.problem(Problem {
                region: region.to_owned(),
                at,
                field: tail.name.clone(),
                expected: format!(
                    "{wanted} bytes, which {} says",
                    declared.fields[tail.count].name
                ),
                found: there.to_string(),
            })?;
        }
        let behind = at + there;
        let Some(trailer) = declared.trailer else { return Ok(behind) };
        let size = self.context.format.records[trailer].size.min(end - behind);
        if size == 0 {
            return Ok(behind);
        }
        let bytes = self.input.at(behind, size)?.to_vec();
        let context = self.context;
        for range in record::ranges(&context, trailer, region, behind, &bytes, &[]) {
            self.give(Item::Range(range))?;
        }
        Ok(behind + size)
    }

    /// The bytes after an event's own record.
    fn payload(
        &mut self,
        event: RecordId,
        number: u64,
        start: u64,
        end: u64,
        event_bytes: &[u8],
    ) -> io::Result<()> {
        if start >= end {
            return Ok(());
        }
        let format = self.context.format;
        let payload = self
            .frame
            .file
            .payloads
            .iter()
            .find(|it| fits(format, (event, event_bytes), self.context.header, it));
        let Some(payload) = payload else {
            let range = self.run(start, end, Kind::Opaque, "payload without a declared record")?;
            return self.give(Item::Range(range));
        };
        let declared = &format.records[payload.record];
        let least =
            if declared.tail.is_some() { declared.size } else { super::number::least(declared) };
        if end - start < least {
            let note = format!("payload, shorter than the {least} of {}", declared.name);
            let range = self.run(start, end, Kind::Opaque, &note)?;
            return self.give(Item::Range(range));
        }
        let region = format!("payload of event {number}");
        self.region(&region, payload.record, start, end)?;
        let bytes = self.input.at(start, declared.size.min(end - start))?.to_vec();
        let context = Context { event: Some((event, event_bytes)), ..self.context };
        for range in record::ranges(&context, payload.record, &region, start, &bytes, &[]) {
            self.give(Item::Range(range))?;
        }
        let behind = self.tail(payload.record, &region, start + bytes.len() as u64, end, &bytes)?;
        self.unknown(behind, end, "after the declared payload", None)
    }

    /// Bytes after the last part.
    fn trailing(&mut self) -> io::Result<()> {
        let (start, end) = (self.frame.end, self.frame.length);
        let described = self.frame.events.is_some() || self.frame.footer.is_some();
        let problem = described.then(|| Problem {
            region: "file".to_owned(),
            at: start,
            field: String::new(),
            expected: "its end".to_owned(),
            found: format!("{} outside of all records", value::bytes(end.saturating_sub(start))),
        });
        let note = if described { "" } else { "not described by the schema" };
        self.unknown(start, end, note, problem)
    }
}

/// Whether an event with these bytes has the payload.
fn fits(format: &Format, event: Held<'_>, header: Option<Held<'_>>, payload: &Payload) -> bool {
    payload.when.iter().all(|(at, case)| {
        let field = &format.records[event.0].fields[*at];
        let Some(found) = super::number::bytes_of(field, event.1).map(super::number::raw) else {
            return false;
        };
        holds_value(format, field, event, header)
            && case.values.iter().any(|value| format.enums[case.id].values[*value].value == found)
    })
}

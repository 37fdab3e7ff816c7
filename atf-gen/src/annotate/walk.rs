//! Walks the events: counts them, finds the last ones, and the place where walking has to
//! stop.

use std::collections::VecDeque;
use std::io::{self, Read, Seek};

use super::Options;
use super::input::Input;
use super::number;
use super::presence::{Held, holds_value};
use crate::model::{Extent, File, Format, RecordId, RoleKind};

/// The distance from one event to the next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// The same for all.
    Fixed(u64),
    /// Each says it.
    LengthPrefixed,
}

/// An event, by its position and by its first byte.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) number: u64,
    pub(super) offset: u64,
}

/// Why no event can be read where one starts.
#[derive(Clone, Debug)]
pub(super) struct Broken {
    /// The field that says something impossible; `None` when the event is cut.
    pub(super) field: Option<usize>,
    pub(super) expected: String,
    pub(super) found: String,
}

/// The result of walking the events.
#[derive(Clone, Debug)]
pub(super) struct Walk {
    pub(super) step: Step,
    /// Complete events; `None` if there were too many to count.
    pub(super) count: Option<u64>,
    /// End of the last complete event that was walked.
    pub(super) end: Place,
    /// The problem there, if it is not an event.
    pub(super) broken: Option<Broken>,
    /// The first and the last event's own record.
    pub(super) first: Option<Vec<u8>>,
    pub(super) last: Option<Vec<u8>>,
    /// Lowest and highest value of the fields that a header or footer asks for; empty when not
    /// every event was looked at.
    pub(super) extremes: Vec<(usize, i128, i128)>,
    /// Places of the last complete events.
    pub(super) lasts: VecDeque<Place>,
    /// The first event at or after the first requested byte.
    pub(super) from: Option<Place>,
}

/// The events section that is gone through, and how.
pub(super) struct Walker<'a, R> {
    pub(super) format: &'a Format,
    pub(super) file: &'a File,
    pub(super) record: RecordId,
    /// The file's header, whose flags may guard fields of the events.
    pub(super) header: Option<Held<'a>>,
    pub(super) start: u64,
    pub(super) end: u64,
    pub(super) input: &'a mut Input<R>,
    pub(super) options: &'a Options,
}

impl<R: Read + Seek> Walker<'_, R> {
    /// Goes from the first event to the last, or to the most that the options allow.
    pub(super) fn walk(mut self, step: Step) -> io::Result<Walk> {
        let mut walk = Walk {
            step,
            count: None,
            end: Place { number: 0, offset: self.start },
            broken: None,
            first: None,
            last: None,
            extremes: Vec::new(),
            lasts: VecDeque::new(),
            from: None,
        };
        let asked = asked(self.format, self.file, self.record);
        match step {
            Step::Fixed(stride) => self.fixed(stride, &asked, &mut walk)?,
            Step::LengthPrefixed => self.length_prefixed(&asked, &mut walk)?,
        }
        Ok(walk)
    }

    /// Most events that are looked at.
    fn most(&self) -> u64 {
        if self.options.all || self.options.from > 0 { u64::MAX } else { self.options.walk }
    }

    /// Events of one size are counted without looking at them.
    fn fixed(&mut self, stride: u64, asked: &[usize], walk: &mut Walk) -> io::Result<()> {
        // An event of an earlier version may be shorter than its record is today.
        let size = self.format.records[self.record].size.min(stride);
        let (start, from) = (self.start, self.options.from);
        let length = self.end.saturating_sub(start);
        let count = length.checked_div(stride).unwrap_or(0);
        let at = |number: u64| Place { number, offset: start + number * stride };
        walk.count = Some(count);
        walk.end = at(count);
        let rest = length - count * stride;
        if rest > 0 {
            walk.broken = Some(cut(stride, rest));
        }
        for number in count.saturating_sub(self.options.last)..count {
            walk.lasts.push_back(at(number));
        }
        if from < walk.end.offset {
            walk.from = Some(at(from.saturating_sub(start) / stride.max(1)));
        }
        if count > 0 {
            walk.first = Some(self.input.at(start, size)?.to_vec());
            walk.last = Some(self.input.at(at(count - 1).offset, size)?.to_vec());
        }
        if !asked.is_empty() && count <= self.most() {
            for number in 0..count {
                let bytes = self.input.at(at(number).offset, size)?;
                walk.extend(self.format, (self.record, bytes), self.header, asked);
            }
        }
        Ok(())
    }

    /// Events that say how long they are have to be gone through one by one.
    fn length_prefixed(&mut self, asked: &[usize], walk: &mut Walk) -> io::Result<()> {
        let size = self.format.records[self.record].size;
        while walk.end.offset < self.end {
            if walk.end.number >= self.most() {
                walk.extremes.clear();
                return Ok(());
            }
            let room = self.end - walk.end.offset;
            let bytes = self.input.at(walk.end.offset, size.min(room))?;
            let length = match length(self.format, self.record, bytes, room) {
                Ok(length) => length,
                Err(broken) => {
                    walk.broken = Some(broken);
                    break;
                }
            };
            if walk.first.is_none() {
                walk.first = Some(bytes.to_vec());
            }
            walk.extend(self.format, (self.record, bytes), self.header, asked);
            walk.lasts.push_back(walk.end);
            if walk.lasts.len() as u64 > self.options.last.max(1) {
                walk.lasts.pop_front();
            }
            let next = walk.end.offset + length;
            if walk.from.is_none() && self.options.from < next {
                walk.from = Some(walk.end);
            }
            walk.end = Place { number: walk.end.number + 1, offset: next };
        }
        if let Some(last) = walk.lasts.back() {
            walk.last = Some(self.input.at(last.offset, size)?.to_vec());
        }
        if self.options.last == 0 {
            walk.lasts.clear();
        }
        walk.count = Some(walk.end.number);
        Ok(())
    }
}

/// Fields of the event whose lowest or highest value the header or the footer says.
fn asked(format: &Format, file: &File, record: RecordId) -> Vec<usize> {
    let mut asked: Vec<usize> = format
        .statements(file)
        .iter()
        .filter_map(|statement| match statement.kind {
            RoleKind::Min(at) | RoleKind::Max(at) if at.record == record => Some(at.field),
            _ => None,
        })
        .collect();
    asked.sort_unstable();
    asked.dedup();
    asked
}

impl Walk {
    fn extend(
        &mut self,
        format: &Format,
        event: Held<'_>,
        header: Option<Held<'_>>,
        asked: &[usize],
    ) {
        for at in asked {
            let field = &format.records[event.0].fields[*at];
            let Some(value) = number::value(format, field, event.1) else { continue };
            if !holds_value(format, field, event, header) {
                continue;
            }
            match self.extremes.iter_mut().find(|(known, ..)| known == at) {
                Some((_, low, high)) => {
                    *low = value.min(*low);
                    *high = value.max(*high);
                }
                None => self.extremes.push((*at, value, value)),
            }
        }
    }
}

fn cut(expected: u64, found: u64) -> Broken {
    let found = format!("{found}, where the events end");
    Broken { field: None, expected: super::value::bytes(expected), found }
}

/// Bytes that the event takes which starts with `bytes`, of which there are `room` at most.
pub(super) fn length(
    format: &Format,
    record: RecordId,
    bytes: &[u8],
    room: u64,
) -> Result<u64, Broken> {
    let declared = &format.records[record];
    let position = |kind: RoleKind| {
        declared.fields.iter().position(|field| field.role.is_some_and(|role| role.kind == kind))
    };
    // An event with a total length may be from a revision with fewer fields.
    let grows = position(RoleKind::Length(Extent::Record)).is_some() && declared.tail.is_none();
    let own = if grows { number::least(declared) } else { declared.size };
    if (bytes.len() as u64) < own {
        return Err(cut(declared.size, room));
    }
    let own = own.saturating_add(tail(format, record, bytes));
    let (field, length) = if let Some(at) = position(RoleKind::Length(Extent::Record)) {
        (at, number::unsigned(&declared.fields[at], bytes).unwrap_or(0))
    } else if let Some(at) = position(RoleKind::Length(Extent::Payload)) {
        let payload = number::unsigned(&declared.fields[at], bytes).unwrap_or(0);
        (at, own.saturating_add(payload))
    } else {
        return Ok(own);
    };
    let stated = number::unsigned(&declared.fields[field], bytes).unwrap_or(0);
    let broken =
        |expected: String| Broken { field: Some(field), expected, found: stated.to_string() };
    if length < own {
        return Err(broken(format!("at least {own}, the size of the event itself")));
    }
    if length > room {
        let most = stated - (length - room).min(stated);
        return Err(broken(format!("at most {most}, the bytes that are left")));
    }
    Ok(length)
}

/// Bytes of the record's counted tail, as its field says.
pub(super) fn tail(format: &Format, record: RecordId, bytes: &[u8]) -> u64 {
    let declared = &format.records[record];
    let count = declared.tail.as_ref().map(|tail| &declared.fields[tail.count]);
    count.and_then(|field| number::unsigned(field, bytes)).unwrap_or(0)
}
